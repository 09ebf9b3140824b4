"""Every number and date of a page is written here, and every typed amount read here."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_datetime
from django.utils.translation import (
    get_language,
    gettext,
    ngettext,
    npgettext,
    pgettext,
)

from urdimbre.core.units import MINOR_MAX, Quantity, UnitKind
from urdimbre.web.circuit.surroundings import currency
from urdimbre.web.units import Measure, measure

EPOCH = date(1970, 1, 1)
SECONDS_PER_HOUR = 3600
SECONDS_PER_MINUTE = 60
MINUTES_PER_HOUR = 60
GROUP = 3
DAYS_REMEMBERED = 1_000
"""How many days are kept in words: pages tell the same few again and again."""
NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"

# Spanish writes 1.5 from Mexico to Panama, in Peru and the Caribbean; 1,5 elsewhere.
POINT_CURRENCIES = frozenset(
    ["BZD", "DOP", "GTQ", "HNL", "MXN", "NIO", "PAB", "PEN", "SVC", "USD"]
)
# UN/ECE codes with a sign that is the same in every language. The tables of Babel
# (2.18) are of no use here: Portuguese has no word for days there, nor for a million
# litres, writes "1 gramas", and Spanish has none for a million hours.
SYMBOLS = {
    "KGM": "kg",
    "GRM": "g",
    "TNE": "t",
    "MLT": "ml",
    "MIN": "min",
    "MTR": "m",
    "KMT": "km",
    "MTK": "m\N{SUPERSCRIPT TWO}",
    "HAR": "ha",
    "KWH": "kWh",
}


@dataclass(frozen=True, slots=True, eq=False)
class _Habits:
    """How dates and numbers are written; ``marks`` turns Python's own into these."""

    locale: Locale
    decimal: str
    marks: Mapping[int, str]


def _habits() -> _Habits:
    """The habits of the page's language where the circuit lives."""
    language = (get_language() or "es")[:2]
    if language == "es":
        return _habits_of("es", "MX" if currency() in POINT_CURRENCIES else "CO")
    return _habits_of("pt", "BR") if language == "pt" else _habits_of("en", None)


@cache
def _habits_of(language: str, country: str | None) -> _Habits:
    locale = Locale(language, country)
    symbols = locale.number_symbols["latn"]
    marks = {",": symbols["group"], ".": symbols["decimal"], "-": MINUS}
    return _Habits(locale, symbols["decimal"], str.maketrans(marks))


def quantity(amount: Quantity) -> str:
    """Write a quantity with its unit, such as ``3 kg`` or ``1:30 hours``."""
    unit = measure(amount.unit)
    if unit.is_time:
        return f"{hours(amount.minor)}{NO_BREAK}{unit.name}"
    if unit.kind == UnitKind.VOLUME:
        return _volume(amount.minor, unit)
    name = unit.one if abs(amount.minor) == 10**unit.scale else unit.name
    return f"{number(amount.minor, unit.scale)}{NO_BREAK}{name}"


def signed(amount: Quantity) -> str:
    """Write a change of a balance: a plus stands before what came in."""
    text = quantity(amount)
    return f"+{text}" if amount.minor > 0 else text


def number(minor: int, scale: int) -> str:
    """Write minor steps as a decimal number."""
    return _marked(minor, f"{abs(minor) % 10**scale:0{scale}}" if scale else "", scale)


def _marked(minor: int, decimals: str, scale: int) -> str:
    """Put the reader's marks to the whole steps and to the decimals that are shown.

    Babel's own way over decimal numbers took a twentieth of the statement's time.
    """
    sign = "-" if minor < 0 else ""
    point = "." if decimals else ""
    text = f"{sign}{abs(minor) // 10**scale:,}{point}{decimals}"
    return text.translate(_habits().marks)


def editable(minor: int, unit: Measure) -> str:
    """Write an amount as somebody would type it, in one reading only."""
    if unit.is_time:
        return hours(minor)
    whole, rest = divmod(minor, 10**unit.scale)
    decimals = f"{rest:0{unit.scale}}" if unit.scale and rest else ""
    if len(decimals) == GROUP:
        decimals = decimals.rstrip("0") if decimals[-1] == "0" else decimals + "0"
    return f"{whole}{_habits().decimal}{decimals}" if decimals else str(whole)


def count(whole: int) -> str:
    """Write a plain count."""
    return number(whole, 0)


def hours(seconds: int) -> str:
    """Write seconds as h:mm, rounded towards zero to the minute."""
    minutes = abs(seconds) // SECONDS_PER_MINUTE
    sign = MINUS if seconds < 0 else ""
    return f"{sign}{minutes // MINUTES_PER_HOUR}:{minutes % MINUTES_PER_HOUR:02}"


def _volume(minor: int, unit: Measure) -> str:
    """Write an amount of goods, without decimals that say nothing."""
    one = 10**unit.scale
    decimals = f"{abs(minor) % one:0{unit.scale}}".rstrip("0")
    text = _marked(minor, decimals, unit.scale)
    return f"{text}{NO_BREAK}{piece_word(unit, 1 if minor == one else 2)}"


def piece_word(unit: Measure, how_many: int) -> str:
    """Name a unit of goods or work, for so many of it."""
    if unit.code in SYMBOLS:
        return SYMBOLS[unit.code]
    words: dict[str, Callable[[], str]] = {
        "C62": lambda: ngettext("piece", "pieces", how_many),
        "EA": lambda: ngettext("piece", "pieces", how_many),
        "NMP": lambda: ngettext("pack", "packs", how_many),
        "PK": lambda: ngettext("pack", "packs", how_many),
        "PR": lambda: ngettext("pair", "pairs", how_many),
        "DZN": lambda: ngettext("dozen", "dozens", how_many),
        "SET": lambda: ngettext("set", "sets", how_many),
        "BX": lambda: ngettext("box", "boxes", how_many),
        "CT": lambda: ngettext("carton", "cartons", how_many),
        "CR": lambda: ngettext("crate", "crates", how_many),
        "BG": lambda: ngettext("bag", "bags", how_many),
        "SA": lambda: ngettext("sack", "sacks", how_many),
        "BO": lambda: ngettext("bottle", "bottles", how_many),
        "JR": lambda: ngettext("jar", "jars", how_many),
        "TU": lambda: ngettext("tube", "tubes", how_many),
        "BE": lambda: ngettext("bundle", "bundles", how_many),
        "LTR": lambda: ngettext("litre", "litres", how_many),
        "HUR": lambda: ngettext("hour", "hours", how_many),
        "DAY": lambda: npgettext("how long", "day", "days", how_many),
    }
    word = words.get(unit.code)
    own = unit.one if how_many == 1 else unit.name
    return word() if word else own


def unit_label(unit: Measure) -> str:
    """Name a unit alone, as beside a field."""
    return piece_word(unit, 2)


def moment(seconds: int) -> str:
    """Write a block time in the host's own time zone."""
    return str(
        format_datetime(local(seconds), "d MMM y HH:mm", locale=_habits().locale)
    )


def local(seconds: int) -> datetime:
    """Return a block time in the host's own time zone."""
    return datetime.fromtimestamp(seconds, UTC).astimezone()


def day(number_of_day: int) -> str:
    """Write a day counted since 1970."""
    return _day(number_of_day, _habits())


@lru_cache(maxsize=DAYS_REMEMBERED)
def _day(number_of_day: int, habits: _Habits) -> str:
    return str(format_date(to_date(number_of_day), "d MMM y", locale=habits.locale))


def month(year_and_month: int) -> str:
    """Write a month given as YYYYMM."""
    first = date(year_and_month // 100, year_and_month % 100, 1)
    return str(format_date(first, "LLL y", locale=_habits().locale))


def today() -> int:
    """Return the host's day, counted since 1970."""
    return to_day(datetime.now(UTC).astimezone().date())


def to_date(number_of_day: int) -> date:
    """Turn days since 1970 into a date."""
    return EPOCH + timedelta(days=number_of_day)


def to_day(when: date) -> int:
    """Turn a date into days since 1970."""
    return (when - EPOCH).days


class NotAnAmount(ValueError):
    """What was typed is no amount in that unit; the sentence says why."""


class TwoReadings(ValueError):
    """What was typed can be read in two ways.

    Attributes:
        readings: both, each spelt so that it has one reading only.
    """

    def __init__(self, *readings: str) -> None:
        """Keep the readings."""
        super().__init__(*readings)
        self.readings = readings


def parsed(text: str, unit: Measure) -> int:
    """Read a typed amount as minor steps; ``,`` and ``.`` both serve.

    Raises:
        NotAnAmount: it is no number, has too many decimals, or is too large.
        TwoReadings: ``1.234`` may be more than a thousand, or little more than one.
    """
    plain = re.sub(r"[\s\u00a0\u202f'\u2019]", "", text)
    if unit.is_time:
        return _parsed_time(plain)
    digits, decimals = _split(plain, unit.scale)
    if len(decimals) > unit.scale:
        if decimals[unit.scale :].strip("0"):
            raise NotAnAmount(_too_many_decimals(unit))
        decimals = decimals[: unit.scale]
    minor = int(digits + decimals.ljust(unit.scale, "0"))
    if minor > MINOR_MAX:
        raise NotAnAmount(gettext("That is more than the notebook can count."))
    return minor


def _too_many_decimals(unit: Measure) -> str:
    if not unit.scale:
        return gettext("%(unit)s has no decimals; write a whole number.") % {
            "unit": unit_label(unit)
        }
    return ngettext(
        "At most %(places)s decimal is counted in %(unit)s.",
        "At most %(places)s decimals are counted in %(unit)s.",
        unit.scale,
    ) % {"places": unit.scale, "unit": unit_label(unit)}


def _split(text: str, scale: int) -> tuple[str, str]:
    """Part the digits before and after the decimal mark."""
    if not re.fullmatch(r"[0-9]+([.,][0-9]+)*|[.,][0-9]+", text):
        raise NotAnAmount(pgettext("amount", "Write a number, such as 12 or 12.50."))
    marks = re.findall(r"[.,]", text)
    parts = re.split(r"[.,]", text)
    grouped = all(len(part) == GROUP for part in parts[1:])
    if not marks:
        return text, ""
    if len(marks) > 1 and len(set(marks)) == 1:
        if not grouped or len(parts[0]) > GROUP:
            raise NotAnAmount(gettext("Groups of thousands have three digits."))
        return "".join(parts), ""
    if len(marks) > 1:
        if marks[-1] in marks[:-1] or len(set(marks[:-1])) != 1:
            raise NotAnAmount(gettext("Write the decimal mark once."))
        return "".join(parts[:-1]), parts[-1]
    whole, rest = parts
    if grouped and 1 <= len(whole) <= GROUP and whole.strip("0"):
        raise TwoReadings(*_readings(whole, rest, scale))
    return whole or "0", rest


def _readings(whole: str, rest: str, scale: int) -> tuple[str, ...]:
    many = whole + rest
    if scale < len(rest.rstrip("0")):
        return (many,)
    return (many, f"{whole}.{rest}0")


def _parsed_time(text: str) -> int:
    match = re.fullmatch(r"([0-9]{1,6}):([0-5][0-9])", text)
    if match:
        whole, minutes = int(match[1]), int(match[2])
        return whole * SECONDS_PER_HOUR + minutes * SECONDS_PER_MINUTE
    match = re.fullmatch(r"([0-9]{1,6})(?:[.,]([0-9]{1,2}))?", text)
    if not match:
        raise NotAnAmount(gettext("Write hours, such as 1:30 or 1.5."))
    hundredths = int((match[2] or "0").ljust(2, "0"))
    return int(match[1]) * SECONDS_PER_HOUR + hundredths * SECONDS_PER_HOUR // 100
