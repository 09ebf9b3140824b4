"""Reading a QR code from a photo, where the browser cannot do it by itself.

It is loaded with the first such photo, as :mod:`urdimbre.web.catalogue.painting` is.
"""

import threading
from typing import Any

import zxingcpp
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from PIL import Image, ImageOps

from urdimbre.web.catalogue.painting import BROKEN, PIXELS_MAX
from urdimbre.web.catalogue.photos import BYTES_MAX

SIDE_MAX = 2_000
# One after the other, as the photos of offers: each unpacks some megabytes.
_reading = threading.Lock()
QR = zxingcpp.barcode_formats_from_str("QRCode")


def text_in(file: Any) -> str:
    """Return what the first QR code of a photo says; nothing of the photo is kept.

    Raises:
        ValidationError: it is too large, no photo, or no code can be read in it.
    """
    if file.size > BYTES_MAX:
        raise ValidationError(gettext("The photo is too large. Send it smaller."))
    try:
        with _reading:
            found = _text(file)
    except BROKEN as failure:
        raise ValidationError(
            gettext("This photo cannot be read. Send it as JPEG, PNG or WebP.")
        ) from failure
    if not found:
        raise ValidationError(
            gettext(
                "No picture of ours was found in the photo. Take it again: the whole "
                "picture, straight and in good light. Or type the code."
            )
        )
    return found


def _text(file: Any) -> str:
    with Image.open(file, formats=tuple(PIXELS_MAX)) as photo:
        width, height = photo.size
        if width * height > PIXELS_MAX[str(photo.format)]:
            raise ValidationError(gettext("The photo is too large. Send it smaller."))
        photo.draft("L", (SIDE_MAX, SIDE_MAX))
        photo.thumbnail((SIDE_MAX, SIDE_MAX))
        grey = ImageOps.exif_transpose(photo).convert("L")
    found = zxingcpp.read_barcodes(grey, formats=QR)
    return str(found[0].text) if found else ""
