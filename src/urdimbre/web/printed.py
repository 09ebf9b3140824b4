"""Paper the pages draw on: letters, colours, lines. Large: loaded when asked for."""

from collections.abc import Iterable

from fpdf import FPDF

from urdimbre.web import names
from urdimbre.web.circuit.surroundings import display

MARGIN_MM = 10
LINE_OF_SIZE = 0.45
"""Height of a line in millimetres for each point of its letters."""
SMALLEST = 5
INK, SOFT, LINE = (42, 33, 29), (107, 91, 80), (190, 175, 150)


def paper(*, landscape: bool = False) -> FPDF:
    """Take an A4 sheet with the circuit's name in its title."""
    pdf = FPDF(orientation="landscape" if landscape else "portrait", format="A4")
    pdf.set_auto_page_break(auto=False)
    pdf.set_margin(MARGIN_MM)
    pdf.set_title(display("name", "Urdimbre"))
    return pdf


def write_text(
    pdf: FPDF,
    at: tuple[float, float],
    text: str,
    *,
    size: float,
    bold: bool = False,
    soft: bool = False,
    right: bool = False,
    width: float = 150,
) -> None:
    """Write one line; too long a text is written smaller, and then cut."""
    pdf.set_text_color(*(SOFT if soft else INK))
    written = latin(text)
    pdf.set_font("Helvetica", "B" if bold else "", size)
    wide = pdf.get_string_width(written)
    if wide > width:
        pdf.set_font_size(max(size * width / wide, min(size, SMALLEST)))
        written = _cut(pdf, written, width)
    pdf.set_xy(*at)
    pdf.cell(width, size * LINE_OF_SIZE, written, align="R" if right else "L")


def _cut(pdf: FPDF, text: str, width: float) -> str:
    """Leave out the end of what is still too long."""
    if pdf.get_string_width(text) <= width * 1.01:
        return text
    keep = len(text)
    while keep and pdf.get_string_width(f"{text[:keep]}...") > width:
        keep -= 1 + keep // 20
    return f"{text[: max(keep, 0)]}..."


def write_paragraphs(pdf: FPDF, texts: Iterable[str], *, size: float) -> None:
    """Write texts below one another, each over as many lines as it needs."""
    pdf.set_text_color(*INK)
    pdf.set_font("Helvetica", "", size)
    for text in texts:
        pdf.multi_cell(0, size * LINE_OF_SIZE, latin(text), new_x="LMARGIN")
        pdf.ln(size * LINE_OF_SIZE / 2)


def latin(text: str) -> str:
    """Write what the paper's letters cannot show without its marks, or as ``?``."""
    return "".join(_latin_letter(letter) for letter in text)


def _latin_letter(letter: str) -> str:
    if letter == "\N{MINUS SIGN}":
        return "-"
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        plain = names.folded(letter)
        return plain if plain.isascii() and plain else "?"
    return letter
