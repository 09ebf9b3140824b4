"""What a layout is: a way in which other programs write their transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from urdimbre.adapters.interchange.answers import CellEmpty, NotADate
from urdimbre.adapters.interchange.sheet import Sheet
from urdimbre.core.refusals import Refusal

EPOCH = date(1970, 1, 1).toordinal()
ISO_DATE = 10
"""Characters of a date such as 2026-03-31, with or without a time after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A transaction as a file tells it.

    Attributes:
        line: of the file, the first being 1.
        id: number of the row in its layout; the same whenever the file is read.
        giver: account that gives the signs; ``None``: the common issues them.
        taker: account that takes them; ``None``: the common takes them back.
        amount: exact, as written.
        written: the amount's text.
        day: days since 1970; ``None``: the file does not say.
        cells: the row as it stands, by column.
    """

    line: int
    id: str
    giver: str | None
    taker: str | None
    amount: Decimal
    written: str
    day: int | None
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line of a file that gives no transaction, and why."""

    line: int
    why: Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One family of files.

    Attributes:
        name: as given to ``--layout``.
        maps: what ``--map`` may name, beside ``unit``.
        issues: whether its history brings signs into circulation.
        read: gives the rows; ``Wrong`` for lines that give none.
    """

    name: str
    maps: tuple[str, ...]
    issues: bool
    read: Callable[[Sheet, Mapping[str, str]], Iterator[Row | Wrong]]


def day_of(column: str, text: str) -> int | Refusal:
    """Days since 1970 of a date such as 2026-03-31, with or without a time."""
    if not text:
        return CellEmpty(column)
    try:
        found = date.fromisoformat(text[:ISO_DATE])
    except ValueError:
        return NotADate(column, text)
    rest = text[ISO_DATE:]
    days = found.toordinal() - EPOCH
    if days < 0 or text[4:5] != "-" or (rest and rest[0] not in "T "):
        return NotADate(column, text)
    return days
