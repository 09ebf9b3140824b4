"""Pictures to be read by a telephone: QR codes, drawn here, without a script."""

import segno

BORDER = 4
"""Modules of quiet around it, as ISO 18004 asks for."""
DOT = 4


def picture_of(text: str, *, level: str = "m") -> str:
    """Draw a text as SVG; level M survives a fold or a stain on paper, L does not."""
    return segno.make(text, error=level, micro=False).svg_inline(
        scale=DOT, border=BORDER, light="#fff", svgclass=None, lineclass=None
    )
