"""What every page needs: the circuit's name, who is here, what waits for her."""

import time
from typing import Any

from django.http import HttpRequest

from urdimbre.projections.models import Parameter
from urdimbre.web import units
from urdimbre.web.circuit.models import Display
from urdimbre.web.exchanges.models import waiting_count

AGREED_SECONDS = 5
"""How long a page may show a word or parameter that has just been changed."""

_shown: dict[str, dict[str, str]] = {}
_agreed: dict[str, Any] = {}
_read: dict[str, float] = {}


def display(name: str, otherwise: str = "") -> str:
    """Return something the circuit shows, such as its name."""
    if _read.get("shown", 0) < time.monotonic():
        _look_again()
    return _shown["all"].get(name, otherwise)


def _look_again() -> None:
    """Read what the circuit shows; another program may have changed it."""
    found = dict(Display.objects.values_list("name", "value"))
    if found != _shown.get("all"):
        units.forget()
        _shown["all"] = found
    _read["shown"] = time.monotonic() + AGREED_SECONDS


def currency() -> str:
    """Return the code of the national currency that sales are made in."""
    return str(agreed("currency", "USD"))


def agreed(name: str, otherwise: Any = None) -> Any:
    """Return the value of an agreement parameter that is in force."""
    if _read.get("agreed", 0) < time.monotonic():
        now = int(time.time())
        for row in Parameter.objects.all():
            _agreed[row.name] = row.value if row.since <= now else row.before
        _read["agreed"] = time.monotonic() + AGREED_SECONDS
    return _agreed.get(name, otherwise)


def forget() -> None:
    """Read names and agreement again when they are next asked for."""
    _read.clear()
    _agreed.clear()


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """Give templates what stands around every page."""
    # Who was away too long shows first that it is she: until then no room is shown.
    locked = getattr(request, "locked", False)
    here = None if locked else getattr(request, "here", None)
    return {
        "circuit_name": display("name", "Urdimbre"),
        "here": here,
        "waiting_count": _waiting(here) if here else 0,
    }


def _waiting(here: Any) -> int:
    return waiting_count(here.member, here.person)
