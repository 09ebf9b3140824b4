"""Tables that leave the program: columns with their meaning, cells that stay text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

Cell = str | int | Decimal
"""Text, or a number that is exact; what is not known is empty text."""

RUN = ("=", "+", "-", "@", "\t", "\r")
"""With these a spreadsheet begins a formula."""
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        title: in words.
        meaning: what stands in it, a sentence of the data dictionary.
        width: on paper, in millimetres; 0: left out there.
        right: whether it is written to the right.
    """

    title: str
    meaning: str
    width: int = 0
    right: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its dictionary.

    Attributes:
        title: in words.
        columns: in order.
        rows: read once, as long as it may be.
    """

    title: str
    columns: tuple[Column, ...]
    rows: Iterator[tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class Report:
    """Tables that belong together: the first is the long one.

    Attributes:
        title: in words.
        about: what was asked for, a sentence a line.
        tables: the lines first.
    """

    title: str
    about: tuple[str, ...]
    tables: tuple[Table, ...]


def as_text(text: str) -> str:
    """Make a cell that a spreadsheet would run, or cannot hold, plain text."""
    seen = UNSEEN.sub("", text)
    return f"'{seen}" if seen.startswith(RUN) else seen


def plain(cell: Cell) -> str:
    """Write a cell; numbers with a point and without an exponent."""
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)
