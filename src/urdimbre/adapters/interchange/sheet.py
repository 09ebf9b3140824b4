"""Tables as text: bytes of any origin become numbered rows of cells, or errors."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from urdimbre.adapters.interchange.answers import BrokenQuotes, NotUtf8
from urdimbre.core.refusals import Refusal

SHEET_BYTES_MAX = 256 << 20
DELIMITERS = (",", ";", "\t")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Cells(NamedTuple):
    """A row: the line of the file that it begins on, and its cells."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as read; ``broken`` lists the lines that are no text or no table.

    Attributes:
        rows: all rows, a header included; empty lines left out.
        broken: line and what is wrong with it.
        delimiter: what stands between cells.
    """

    rows: list[Cells]
    broken: list[tuple[int, Refusal]]
    delimiter: str


def read_sheet(raw: bytes) -> Sheet:
    """Read a CSV file; the delimiter is taken from its first line."""
    raw = raw.removeprefix(_BYTE_ORDER_MARK)
    broken: list[tuple[int, Refusal]] = list(_not_text(raw))
    if broken:
        return Sheet([], broken, DELIMITERS[0])
    text = raw.decode()
    delimiter = _delimiter(text.split("\n", 1)[0])
    rows: list[Cells] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                rows.append(Cells(line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        broken.append((line, BrokenQuotes(str(error))))
    return Sheet(rows, broken, delimiter)


def _not_text(raw: bytes) -> Iterator[tuple[int, Refusal]]:
    # The usual case first; only a file that fails is looked at line by line.
    try:
        raw.decode()
    except UnicodeDecodeError:
        pass
    else:
        if b"\0" not in raw:
            return
    for number, line in enumerate(raw.split(b"\n"), start=1):
        try:
            line.decode()
        except UnicodeDecodeError:
            yield number, NotUtf8()
        else:
            if b"\0" in line:
                yield number, NotUtf8()


def _delimiter(header: str) -> str:
    counts = [(header.count(one), -place) for place, one in enumerate(DELIMITERS)]
    return DELIMITERS[-max(counts)[1]]
