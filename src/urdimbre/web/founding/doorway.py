"""Who may found: whoever has the address that the terminal printed."""

import hmac
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect

from urdimbre.web.founding import founded

COOKIE = "urdimbre_founding"


class DoorwayMiddleware:
    """Other people on this machine, and pages of others, do not found in her place."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes after."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request that brings the code, at first in its address."""
        if _is_code(request.GET.get("code", "")):
            response: HttpResponse = redirect("home")
            response.set_cookie(
                COOKIE, founded.place().code, httponly=True, samesite="Lax"
            )
            return response
        if not _is_code(request.COOKIES.get(COOKIE, "")):
            return HttpResponseForbidden(
                "Abre la dirección que muestra la terminal.\n"
                "Abra o endereço que o terminal mostra.\n"
                "Open the address that the terminal shows.\n",
                content_type="text/plain; charset=utf-8",
            )
        return self.get_response(request)


def _is_code(text: str) -> bool:
    return hmac.compare_digest(text.encode(), founded.place().code.encode())
