"""The picture on a receipt: its link as a QR code, drawn here, without a script."""

import segno

BORDER = 4
"""Modules of quiet around it, as ISO 18004 asks for."""
DOT = 4


def picture_of(link: str) -> str:
    """Draw a link as SVG; level M survives a fold or a stain on paper."""
    return segno.make(link, error="m", micro=False).svg_inline(
        scale=DOT, border=BORDER, light="#fff", svgclass=None, lineclass=None
    )
