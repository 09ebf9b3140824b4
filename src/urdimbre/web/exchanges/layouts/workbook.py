"""A workbook (XLSX): a sheet for each table, the last one is the dictionary."""

import tempfile
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from urdimbre.web.tabling import Cell, Report, Table, as_text, plain

ENDING = "xlsx"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LINES_MAX = 100_000
DIGITS_MAX = 15
"""A spreadsheet keeps so many digits of a number; longer ones are written as text."""
TEXT_MAX = 32_000
TITLE_MAX = 31
PIECE = 64 * 1024


def written(report: Report) -> Iterator[bytes]:
    """Write it to a file that has no name, row by row, then hand that out."""
    from openpyxl import Workbook  # noqa: PLC0415 - large, seldom needed

    book = Workbook(write_only=True)
    for table in report.tables:
        _sheet(book, table)
    _dictionary(book, report)
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _sheet(book: Any, table: Table) -> None:
    sheet = book.create_sheet(_title(table.title))
    sheet.freeze_panes = "A2"
    for place, column in enumerate(table.columns):
        letter = chr(ord("A") + place)
        sheet.column_dimensions[letter].width = max(12, column.width * 2 // 3)
    sheet.append([_cell(sheet, column.title) for column in table.columns])
    for row in table.rows:
        sheet.append([_cell(sheet, one) for one in row])


def _dictionary(book: Any, report: Report) -> None:
    sheet = book.create_sheet(_title(gettext("Dictionary")))
    for letter, width in zip("ABC", (22, 22, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    for sentence in (report.title, *report.about):
        sheet.append([_cell(sheet, sentence)])
    for table in report.tables:
        for column in table.columns:
            told = (table.title, column.title, column.meaning)
            sheet.append([_cell(sheet, one) for one in told])


def _title(text: str) -> str:
    """Write a sheet's name without the signs that none may have."""
    return "".join(one for one in text if one not in r"[]:*?/\\")[:TITLE_MAX]


def _cell(sheet: Any, value: Cell) -> Any:
    """Write a number as a number, and all else as text that nobody computes."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - large, seldom needed

    if isinstance(value, str):
        told = as_text(value)[:TEXT_MAX]
    elif len(str(abs(value)).replace(".", "")) <= DIGITS_MAX:
        return WriteOnlyCell(sheet, value)
    else:
        told = plain(value)
    cell = WriteOnlyCell(sheet, told)
    # Otherwise text such as =1+1, and errors such as #N/A, would be more than text.
    cell.data_type = "s"
    return cell
