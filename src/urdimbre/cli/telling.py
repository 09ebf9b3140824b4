"""Refusals in words: values shown as people read them, without a page around."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from unicodedata import category

from urdimbre.cli.language import Translate
from urdimbre.core.refusals import Reason, Refusal
from urdimbre.core.units import Quantity, standard_unit

TIMES = ("until", "most", "now", "since", "last")
DAYS = ("day", "today")
SECONDS_MIN = 10**8
"""Whole numbers from here on are seconds, not days or counts."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_scales: dict[str, int] = {}


def know_scales(scales: Mapping[str, int]) -> None:
    """Learn the decimals of the open circuit's units, to show amounts as written."""
    _scales.update(scales)


def decimal_text(minor: int, scale: int) -> str:
    """Write minor steps as a decimal number with a point."""
    if not scale:
        return str(minor)
    whole, rest = divmod(abs(minor), 10**scale)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:0{scale}}"


def fill(text: str, values: Mapping[str, object], translate: Translate = str) -> str:
    """Put the values into a sentence; ``translate`` is for reasons among them."""
    return text.format_map(
        {name: shown(name, one, translate) for name, one in values.items()}
    )


def sentence_and_hint(refusal: Refusal, translate: Translate) -> tuple[str, str]:
    """Say what a refusal says, and the way out."""
    values = refusal.values()
    says, way_out = translate(refusal.says), translate(refusal.way_out)
    return fill(says, values, translate), fill(way_out, values, translate)


def shown(name: str, value: object, translate: Translate = str) -> str:
    """Show one value of a sentence."""
    if isinstance(value, Reason):
        return value.told(translate, lambda name, one: shown(name, one, translate))
    if isinstance(value, Quantity):
        unit = standard_unit(value.unit)
        scale = _scales.get(value.unit, 0 if unit is None else unit.scale)
        return f"{decimal_text(value.minor, scale)} {value.unit}"
    if isinstance(value, tuple):
        return ", ".join(shown(name, one) for one in value)
    if isinstance(value, int) and name in TIMES and value >= SECONDS_MIN:
        return moment(value)
    if isinstance(value, int) and name in DAYS:
        return day(value)
    return "-" if value is None else printable(str(value))


def printable(text: str) -> str:
    """Show what would break the line or the terminal as a dot or a question mark.

    Names of files and of people may hold bytes that are no text, or control characters.
    """
    if text.isprintable():
        return text
    text = text.encode("utf-8", "replace").decode()
    return "".join(
        one if one.isprintable() or category(one) == "Zs" else "\N{MIDDLE DOT}"
        for one in text
    )


def moment(seconds: int, zone: tzinfo = UTC) -> str:
    """Write block time as people read it; times beyond the calendar stay numbers."""
    try:
        found = (_EPOCH + timedelta(seconds=seconds)).astimezone(zone)
    except OverflowError:
        return str(seconds)
    return found.isoformat(" ").replace("+00:00", " UTC")


def day(days: int) -> str:
    """Write days since 1970 as a date."""
    try:
        return (_EPOCH + timedelta(days=days)).date().isoformat()
    except OverflowError:
        return str(days)
