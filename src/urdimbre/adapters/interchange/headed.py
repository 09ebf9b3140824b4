"""Tables with a header: rows by the names of their columns, in any case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from urdimbre.adapters.interchange.answers import ColumnsMissing, CutShort
from urdimbre.adapters.interchange.layout import Wrong
from urdimbre.adapters.interchange.pieces import Piece
from urdimbre.adapters.interchange.sheet import Sheet


class Line(NamedTuple):
    """A row: its file and line, and its cells by column in small letters."""

    file: str
    line: int
    cells: dict[str, str]


def columns_of(sheet: Sheet) -> list[str]:
    """Return the names in the header, in small letters."""
    first = sheet.rows[0].cells if sheet.rows else []
    return [cell.strip().casefold() for cell in first]


def lines(
    piece: Piece, sheet: Sheet, needed: tuple[str, ...]
) -> Iterator[Line | Wrong]:
    """Give the rows of a table that has these columns, and maybe others."""
    header = columns_of(sheet)
    missing = tuple(name for name in needed if name not in header)
    if missing:
        yield Wrong(1, ColumnsMissing(missing), piece.name)
        return
    for line, cells in sheet.rows[1:]:
        if len(cells) != len(header):
            yield Wrong(line, CutShort(len(cells), len(header)), piece.name)
            continue
        told = [cell.strip() for cell in cells]
        yield Line(piece.name, line, dict(zip(header, told, strict=True)))
