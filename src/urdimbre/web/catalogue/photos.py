"""Photos of offers and needs: taken in, made small, shown to members only.

Nothing of the file that came in is kept: the picture is painted anew, and with the file
goes what a telephone writes into it, such as place and hour (EXIF).
"""

import struct
import threading
import zlib
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from PIL import Image, ImageOps

from urdimbre.web.catalogue.models import Listing, Photo

BYTES_MAX = 8_000_000
# A JPEG is read small from the start; the others are unpacked whole, four bytes each.
PIXELS_MAX = {"JPEG": 60_000_000, "PNG": 16_000_000, "WEBP": 16_000_000}
LARGE = 1024
SMALL = 320
QUALITY = 75
KEEP_SECONDS = 3_600
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
        ValidationError: it is too large, or no photo that can be read.
    """
    if file.size > BYTES_MAX:
        raise ValidationError(
            gettext(
                "The photo is too large: at most %(megabytes)s MB. Send it smaller."
            )
            % {"megabytes": BYTES_MAX // 1_000_000}
        )
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


def photo(request: Any, pk: str, size: str) -> HttpResponse:
    """Show the photo of what is up, or of one of her own."""
    listing = Listing.objects.visible_to(request.here.member).filter(pk=pk)
    field = {"large": "large", "small": "small"}.get(size)
    if field is None:
        raise Http404
    found = Photo.objects.filter(listing__in=listing).values_list(field, flat=True)
    picture = found.first()
    if picture is None:
        raise Http404
    answer = HttpResponse(bytes(picture), content_type="image/jpeg")
    answer["Cache-Control"] = f"private, max-age={KEEP_SECONDS}"
    return answer
