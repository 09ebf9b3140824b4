"""Photos of offers and needs: taken in, made small, shown to members only.

Nothing of the file that came in is kept: the picture is painted anew, and with the file
goes what a telephone writes into it, such as place and hour (EXIF).
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext

from urdimbre.web.catalogue.models import Listing, Photo

BYTES_MAX = 8_000_000
KEEP_SECONDS = 3_600


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
    # Not before: see there.
    from urdimbre.web.catalogue import painting  # noqa: PLC0415

    return painting.painted(file)


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
