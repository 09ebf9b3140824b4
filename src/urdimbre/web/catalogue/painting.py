"""Painting photos anew, smaller; the one module that needs Pillow.

It is loaded with the first photo that comes in: Pillow takes three megabytes of the
serving process, and most days nobody sends a photo.
"""

import struct
import threading
import zlib
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from PIL import Image, ImageOps

# A JPEG is read small from the start; the others are unpacked whole, four bytes each.
PIXELS_MAX = {"JPEG": 60_000_000, "PNG": 16_000_000, "WEBP": 16_000_000}
LARGE = 1024
SMALL = 320
QUALITY = 75
# One after the other: each may need tens of megabytes while it is unpacked.
_painting = threading.Lock()
# What Pillow raises at files that are broken, or made to break it.
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    OverflowError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


def painted(file: Any) -> tuple[bytes, bytes]:
    """Paint a photo anew, large and small, as JPEG.

    Raises:
        ValidationError: it is no photo that can be read, or has too many dots.
    """
    try:
        with _painting:
            return _painted(file)
    except BROKEN as failure:
        raise ValidationError(
            gettext("This photo cannot be read. Send it as JPEG, PNG or WebP.")
        ) from failure


def _painted(file: Any) -> tuple[bytes, bytes]:
    with Image.open(file, formats=tuple(PIXELS_MAX)) as picture:
        width, height = picture.size
        if width * height > PIXELS_MAX[str(picture.format)]:
            raise ValidationError(
                gettext("The photo has too many dots. Send it in a smaller size.")
            )
        picture.draft("RGB", (LARGE, LARGE))
        picture.thumbnail((LARGE, LARGE))
        flat = _on_paper(ImageOps.exif_transpose(picture))
    large = _jpeg(flat)
    flat.thumbnail((SMALL, SMALL))
    return large, _jpeg(flat)


def _on_paper(picture: Image.Image) -> Image.Image:
    """Put white behind what can be seen through."""
    seen = picture.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    return paper


def _jpeg(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
