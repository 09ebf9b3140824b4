"""What a layout is: a way in which other programs write their transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from urdimbre.adapters.interchange.answers import CellEmpty, NotADate, OneFileOnly
from urdimbre.adapters.interchange.pieces import Piece
from urdimbre.adapters.interchange.sheet import Sheet, read_sheet
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
        file: which of several it stands in; empty if there is one.
    """

    line: int
    id: str
    giver: str | None
    taker: str | None
    amount: Decimal
    written: str
    day: int | None
    cells: dict[str, str]
    file: str = ""

    def wrong(self, why: Refusal) -> Wrong:
        """Say why nothing comes of it."""
        return Wrong(self.line, why, self.file)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line of a file that gives no transaction, and why."""

    line: int
    why: Refusal
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """What a list of members tells of an account, beside its history.

    Attributes:
        line: of the file, or place in its list, the first being 1.
        name: of her who has it; empty: not told.
        phone: empty if not told.
        email: likewise.
        balance: where the other program says that it stands; ``None``: not told.
        file: which of several it stands in.
    """

    line: int
    name: str = ""
    phone: str = ""
    email: str = ""
    balance: Decimal | None = None
    file: str = ""


@dataclass(slots=True)
class Gathered:
    """What the files of one program tell together.

    Attributes:
        rows: transactions in the order in which they happened.
        accounts: what is known of accounts, with or without transactions.
    """

    rows: list[Row | Wrong] = field(default_factory=list)
    accounts: dict[str, Holder] = field(default_factory=dict)


Read = Callable[[Sheet, Mapping[str, str]], Iterator[Row | Wrong]]
Gather = Callable[[Sequence[Piece], Mapping[str, str]], Gathered]


def one_sheet(read: Read) -> Gather:
    """Gather what one table tells.

    Args:
        read: gives its rows; ``Wrong`` for lines that give none.
    """

    def gather(pieces: Sequence[Piece], maps: Mapping[str, str]) -> Gathered:
        if len(pieces) != 1:
            return Gathered([Wrong(1, OneFileOnly(len(pieces)))])
        sheet = read_sheet(pieces[0].raw)
        rows: list[Row | Wrong] = [Wrong(line, why) for line, why in sheet.broken]
        if not rows or sheet.rows:
            rows += read(sheet, maps)
        return Gathered(rows)

    return gather


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One family of files.

    Attributes:
        name: as given to ``--layout``.
        maps: what ``--map`` may name, beside ``unit``.
        issues: whether its history brings signs into circulation.
        gather: gives what one or several files tell.
        in_time: whether its amounts are seconds, for a sign that counts hours.
    """

    name: str
    maps: tuple[str, ...]
    issues: bool
    gather: Gather
    in_time: bool = False


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
