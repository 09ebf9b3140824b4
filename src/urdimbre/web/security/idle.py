"""Sessions of those who act for what is not theirs alone stop when nobody uses them."""

import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from urdimbre.web import opened
from urdimbre.web.circuit.acting import keepers
from urdimbre.web.security import again, visits

IDLE_SECONDS = 30 * 60
NOTED_SECONDS = 60
"""How often the last use is noted: not at each page, which would write each time."""
STILL_OPEN = frozenset({"logout", "again"})

_keepers: dict[str, tuple[object, int, frozenset[str]]] = {}


class IdleMiddleware:
    """Asks a treasurer or steward who was away too long to show that it is she.

    The session goes on, and so does what she was doing: a page is shown again, what she
    has typed and sent is kept on the page that asks, and goes on once she has shown it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes after."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        return self.get_response(request)

    def process_view(
        self, request: Any, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Hold up whoever was away too long, at every door but the way out."""
        here = request.here
        if not here or here.person not in _who_keeps():
            return None
        since = time.time() - visits.used(request)
        if since < IDLE_SECONDS:
            if since >= NOTED_SECONDS:
                visits.use(request)
            return None
        request.locked = True
        if getattr(view, "for_anybody", False):
            request.here = None
            return None
        if request.resolver_match.url_name in STILL_OPEN:
            return None
        return again.held_up(request)


def _who_keeps() -> frozenset[str]:
    """Return who acts for the common, a fund or an emporio, as of the last act."""
    circuit = opened.circuit()
    kept = _keepers.get("all")
    if kept is None or kept[:2] != (circuit, circuit.registry.size):
        kept = (circuit, circuit.registry.size, keepers())
        _keepers["all"] = kept
    return kept[2]
