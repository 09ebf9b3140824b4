"""Sheets of paper (PDF): the tables, then the dictionary on a page of its own."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from urdimbre.web.tabling import Report, Table, plain

if TYPE_CHECKING:
    from fpdf import FPDF

ENDING = "pdf"
CONTENT_TYPE = "application/pdf"
LINES_MAX = 2_000
SIZE, TITLE_SIZE = 8, 14
ROW_MM, BOTTOM_MM = 5.5, 195


def written(report: Report) -> Iterator[bytes]:
    """Draw it; with so few lines as may be, it lies in memory for a moment."""
    from urdimbre.web import printed  # noqa: PLC0415 - large, seldom needed

    pdf = printed.paper(landscape=True)
    pdf.alias_nb_pages()
    pdf.add_page()
    at = (printed.MARGIN_MM, printed.MARGIN_MM)
    printed.write_text(pdf, at, report.title, size=TITLE_SIZE, bold=True, width=270)
    pdf.set_y(printed.MARGIN_MM + 9)
    printed.write_paragraphs(pdf, report.about, size=SIZE + 1)
    for table in report.tables:
        _table(pdf, table)
    pdf.add_page()
    at = (printed.MARGIN_MM, printed.MARGIN_MM)
    heading = gettext("Dictionary")
    printed.write_text(pdf, at, heading, size=TITLE_SIZE, bold=True)
    pdf.set_y(printed.MARGIN_MM + 9)
    told = (
        f"{table.title} · {column.title}: {column.meaning}"
        for table in report.tables
        for column in table.columns
        if column.width
    )
    printed.write_paragraphs(pdf, told, size=SIZE + 1)
    yield bytes(pdf.output())


def _table(pdf: "FPDF", table: Table) -> None:
    shown = [place for place, one in enumerate(table.columns) if one.width]
    _heading(pdf, table, shown)
    for row in table.rows:
        if pdf.get_y() > BOTTOM_MM:
            pdf.add_page()
            _heading(pdf, table, shown)
        _row(pdf, table, [(place, plain(row[place])) for place in shown])


def _heading(pdf: "FPDF", table: Table, shown: list[int]) -> None:
    from urdimbre.web import printed  # noqa: PLC0415 - large, seldom needed

    if pdf.get_y() > BOTTOM_MM - 4 * ROW_MM:
        pdf.add_page()
    top = pdf.get_y() + ROW_MM / 2
    printed.write_text(
        pdf, (printed.MARGIN_MM, top), table.title, size=SIZE + 3, bold=True
    )
    pdf.set_y(top + ROW_MM + 1)
    titles = [(place, table.columns[place].title) for place in shown]
    _row(pdf, table, titles, bold=True)


def _row(
    pdf: "FPDF", table: Table, cells: list[tuple[int, str]], *, bold: bool = False
) -> None:
    from urdimbre.web import printed  # noqa: PLC0415 - large, seldom needed

    x, y = float(printed.MARGIN_MM), pdf.get_y()
    for place, text in cells:
        column = table.columns[place]
        printed.write_text(
            pdf,
            (x, y + 1),
            text,
            size=SIZE,
            bold=bold,
            right=column.right,
            width=column.width - 2,
        )
        x += column.width
    pdf.set_draw_color(*printed.LINE)
    pdf.line(printed.MARGIN_MM, y + ROW_MM, x, y + ROW_MM)
    pdf.set_y(y + ROW_MM)
