"""Reading the handbook, before and after one has entered."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from urdimbre.web.circuit.doors import anybody
from urdimbre.web.handbook import pages

MONTH_SECONDS = 30 * 86_400


@anybody
def contents(request: HttpRequest) -> HttpResponse:
    """Show what there is to read."""
    return render(
        request, "handbook/contents.html", {"pages": pages.contents(_language())}
    )


@anybody
def page(request: HttpRequest, name: str) -> HttpResponse:
    """Show a page."""
    return render(request, "handbook/page.html", {"page": _found(_language(), name)})


@anybody
def picture(request: HttpRequest, language: str, name: str) -> HttpResponse:
    """Show how the screen looks."""
    if language not in pages.LANGUAGES:
        raise Http404
    path = _found(language, name).picture
    if path is None:
        raise Http404
    answer = HttpResponse(path.read_bytes(), content_type="image/webp")
    answer["Cache-Control"] = f"max-age={MONTH_SECONDS}"
    return answer


def _language() -> str:
    return (get_language() or "es")[:2]


def _found(language: str, name: str) -> pages.Page:
    try:
        return pages.page(language, name)
    except KeyError as unknown:
        raise Http404 from unknown
