"""The door of the API: language, size and 404 before anything else is loaded.

What is behind it weighs more than ten megabytes in the serving process (measured, see
docs/benchmarks.md). A circuit without programs never pays for it: it is loaded with
the first request that has found the door.
"""

import functools
import logging
from importlib import import_module
from typing import Any

import orjson
from django.http import HttpResponse
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RoutePattern
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from urdimbre.web.api.problems import (
    NoSuchMethod,
    NotFound,
    Told,
    TooLong,
)
from urdimbre.web.circuit.doors import anybody

BODY_BYTES_MAX = 16_384
NOT_ALLOWED = 405
logger = logging.getLogger(__name__)


@functools.cache
def _routes() -> URLResolver:
    routes = import_module("urdimbre.web.api.routes")
    return URLResolver(RoutePattern("api/"), routes.urlpatterns)


# No cookie is looked at behind this door, so no other page can misuse one.
@anybody
@csrf_exempt
def api(request: Any, rest: str) -> HttpResponse:
    """Answer a program in the language that it asks for."""
    language = translation.get_language_from_request(_without_cookies(request))
    with translation.override(language):
        response = _answer(request)
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language, Authorization"
    return response


def _without_cookies(request: Any) -> Any:
    request.COOKIES = {}
    request.here = None
    return request


def _answer(request: Any) -> HttpResponse:
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > BODY_BYTES_MAX:
        return answer(TooLong(most=BODY_BYTES_MAX).told())
    try:
        found = _routes().resolve(request.path_info.removeprefix("/"))
    except Resolver404:
        return answer(NotFound().told())
    response = found.func(request, *found.args, **found.kwargs)
    if response.status_code == NOT_ALLOWED:
        told = answer(NoSuchMethod().told())
        told.headers["Allow"] = response.headers["Allow"]
        return told
    return response


def answer(told: Told) -> HttpResponse:
    """Write a problem, in the one shape that all have."""
    response = HttpResponse(
        orjson.dumps(told.body()), status=told.status, content_type="application/json"
    )
    if told.wait is not None:
        response.headers["Retry-After"] = str(told.wait)
    if told.status == 401:  # noqa: PLR2004 - what HTTP asks for with that status
        response.headers["WWW-Authenticate"] = 'Bearer realm="urdimbre"'
    return response
