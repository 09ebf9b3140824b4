"""Which rooms are open to who writes for another in the office, under a mandate."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from urdimbre.web.circuit import errors

OPEN = frozenset(
    {
        "office_desk",
        "office_close",
        "exchange",
        "fill_in",
        "draft",
        "confirm",
        "decline",
        "sign_apart",
        "bytes_to_sign",
        "receipt",
        "receipt_text",
        "beside",
        "again",
        "photo",
        "logout",
        "language",
    }
)
"""Routes of the rooms; what else is hers stays closed to whom she has mandated."""


def closed(request: Any) -> HttpResponse | None:
    """Turn somebody back who stands before a room that a mandate does not open."""
    route = request.resolver_match.url_name
    if not request.here.mandate or route in OPEN:
        return None
    if route == "home":
        return redirect("office_desk")
    return errors.other_room(request)
