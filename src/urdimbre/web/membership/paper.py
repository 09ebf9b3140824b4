"""Cards and notebooks drawn on paper; loaded only when somebody prints."""

from collections.abc import Sequence
from typing import NamedTuple

import segno
from django.utils.translation import gettext
from fpdf import FPDF
from fpdf.svg import SVGObject

from urdimbre.web import printed
from urdimbre.web.circuit.surroundings import display
from urdimbre.web.membership.picture_signs import PictureSign

CARD_MM = (95, 69)
COLUMNS, ROWS = 2, 4
QR_MM = 34
SIGN_MM = 18
LEDGER_LINES = 24
SVG = "http://www.w3.org/2000/svg"


class Card(NamedTuple):
    """What stands on one member's card.

    Attributes:
        number: six digits by which she is found.
        code: with which she enters, once.
        link: the same as an address, for the picture to scan.
    """

    name: str
    number: str
    sign: PictureSign | None
    code: str
    link: str


def sheet(made: Sequence[Card], where: str) -> bytes:
    """Draw cards, eight a page; ``where`` is the address to type the code at."""
    pdf = printed.paper()
    for place, card in enumerate(made):
        column, row = place % COLUMNS, place // COLUMNS % ROWS
        if column == row == 0:
            pdf.add_page()
        x = printed.MARGIN_MM + column * CARD_MM[0]
        y = printed.MARGIN_MM + row * CARD_MM[1]
        _card(pdf, card, where, (x, y))
    return bytes(pdf.output())


def ledger(pages: Sequence[tuple[str, str, PictureSign | None]]) -> bytes:
    """Draw a notebook: a page of lines for each person."""
    pdf = printed.paper()
    columns = (
        (gettext("Day"), 22),
        (gettext("With whom"), 42),
        (gettext("What, how much"), 56),
        (gettext("I gave"), 22),
        (gettext("I received"), 22),
        (gettext("Signature"), 26),
    )
    for name, number, sign in pages:
        pdf.add_page()
        _sign(pdf, sign, (printed.MARGIN_MM, printed.MARGIN_MM), SIGN_MM)
        printed.write_text(
            pdf,
            (printed.MARGIN_MM + 24, printed.MARGIN_MM + 2),
            name,
            size=18,
            bold=True,
        )
        printed.write_text(
            pdf,
            (printed.MARGIN_MM + 24, printed.MARGIN_MM + 11),
            _circuit(number),
            size=11,
        )
        _lines(pdf, columns)
    return bytes(pdf.output())


def _circuit(number: str) -> str:
    return f"{display('name', 'Urdimbre')} · {number}"


def _card(pdf: FPDF, card: Card, where: str, at: tuple[float, float]) -> None:
    x, y = at
    pdf.set_draw_color(*printed.LINE)
    pdf.set_dash_pattern(dash=1, gap=1)
    pdf.rect(x, y, *CARD_MM)
    pdf.set_dash_pattern()
    left, width = x + 5, CARD_MM[0] - 10
    printed.write_text(pdf, (left, y + 4), card.name, size=15, bold=True, width=width)
    printed.write_text(pdf, (left, y + 12), _circuit(card.number), size=9, width=width)
    _qr(pdf, card.link, (x + CARD_MM[0] - QR_MM - 4, y + 19))
    if card.sign is not None:
        _sign(pdf, card.sign, (left, y + 20), SIGN_MM)
        printed.write_text(pdf, (left + SIGN_MM + 2, y + 26), card.sign.word, size=11)
    beside = CARD_MM[0] - QR_MM - 14
    printed.write_text(
        pdf, (left, y + 41), gettext("Code, serves once"), size=8, soft=True
    )
    printed.write_text(
        pdf, (left, y + 45), card.code, size=11, bold=True, width=beside + 4
    )
    printed.write_text(
        pdf, (left, y + 54), gettext("Scan it, or type it at"), size=8, soft=True
    )
    printed.write_text(pdf, (left, y + 58), where, size=9, width=width)


def _qr(pdf: FPDF, link: str, at: tuple[float, float]) -> None:
    """Draw it as squares: level M survives a fold or a stain."""
    rows = tuple(segno.make(link, error="m", micro=False).matrix_iter(border=4))
    step = QR_MM / len(rows)
    pdf.set_fill_color(0, 0, 0)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                place = (at[0] + x * step, at[1] + y * step)
                pdf.rect(*place, step + 0.01, step + 0.01, style="F")


def _sign(
    pdf: FPDF, sign: PictureSign | None, at: tuple[float, float], width: float
) -> None:
    if sign is None:
        return
    drawing = SVGObject(
        f'<svg xmlns="{SVG}" viewBox="0 0 24 24" width="{width}mm" height="{width}mm">'
        f'<path fill="none" stroke="rgb{sign.rgb}" stroke-width="1.8" d="{sign.path}"/>'
        "</svg>"
    )
    drawing.draw_to_page(pdf, *at)


def _lines(pdf: FPDF, columns: Sequence[tuple[str, int]]) -> None:
    y, height = printed.MARGIN_MM + 24.0, 10.0
    pdf.set_draw_color(*printed.LINE)
    for line in range(LEDGER_LINES + 1):
        x = float(printed.MARGIN_MM)
        for title, width in columns:
            pdf.rect(x, y, width, height if line else 8)
            if not line:
                printed.write_text(
                    pdf, (x + 1, y + 2), title, size=9, bold=True, width=width - 2
                )
            x += width
        y += height if line else 8
