"""Files that are sent piece by piece while they are being written."""

from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse
from django.utils import translation
from django.utils.translation import get_language


def as_file(
    pieces: Iterable[bytes], *, content_type: str, name: str
) -> StreamingHttpResponse:
    """Hand out pieces as a file to keep, in the language of the page."""
    told = _spoken(pieces, get_language())
    response = StreamingHttpResponse(told, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _spoken(pieces: Iterable[bytes], language: str | None) -> Iterator[bytes]:
    # The answer is sent when the language of the request is no longer in force.
    with translation.override(language):
        yield from pieces
