"""The program's pages and an empty one beside them, for comparison."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from urdimbre.web.urls import urlpatterns as pages


def empty(request: HttpRequest) -> HttpResponse:
    """Answer nothing, through the same middleware."""
    return HttpResponse("")


urlpatterns = [*pages, path("empty", empty)]
