"""Comma-separated values: lines first, then sums, accounts, dictionary as comments."""

import csv
import io
from collections.abc import Iterator

from urdimbre.web.tabling import Cell, Report, as_text, plain

ENDING = "csv"
CONTENT_TYPE = "text/csv; charset=utf-8"
LINES_MAX = 1_000_000


def written(report: Report) -> Iterator[bytes]:
    """Write it line by line; lines that begin with ``#`` are no lines of the table."""
    lines, *others = report.tables
    yield _line(one.title for one in lines.columns)
    for row in lines.rows:
        yield _line(row)
    yield _comment(report.title, *report.about)
    for table in others:
        yield _comment(table.title)
        yield _comment(*(column.title for column in table.columns))
        for row in table.rows:
            yield _comment(*(_shown(cell) for cell in row))
    for table in report.tables:
        for column in table.columns:
            yield _comment(f"{table.title}: {column.title}", column.meaning)


def _line(cells: Iterator[Cell] | tuple[Cell, ...]) -> bytes:
    return _written(_shown(cell) for cell in cells)


def _shown(cell: Cell) -> str:
    return as_text(cell) if isinstance(cell, str) else plain(cell)


def _comment(first: str, *more: str) -> bytes:
    return _written((f"# {first}", *(_shown(one) for one in more)))


def _written(cells: Iterator[str] | tuple[str, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().encode()
