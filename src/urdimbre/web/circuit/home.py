"""Home: balances first, then what waits for her, what is owed, what happened last."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from urdimbre.web.circuit import acting, balances
from urdimbre.web.exchanges import contesting, owing, waiting
from urdimbre.web.exchanges.statement import last_lines
from urdimbre.web.membership.mine import notices
from urdimbre.web.names import by_id

LAST = 5


def home(request: Any) -> HttpResponse:
    """Show a member how she stands."""
    here = request.here
    owes, owed = owing.open_of(here.no)
    others = acting.principals(here.person)
    page = {
        "standings": balances.standings(here),
        "kept": balances.kept(here),
        "waiting": waiting.for_her(here),
        "sent": waiting.sent_by(here),
        "owes": owes,
        "owed": owed,
        "custodies": owing.in_custody(here.no),
        "disputes": contesting.of_hers(here),
        "to_mediate": contesting.waiting_for_mediator(here.person),
        "last": last_lines(here, LAST),
        "key_notices": notices(here.person) | {"elsewhere": True},
    }
    return render(request, "circuit/home.html", page | {"may_act": bool(others)})


def act_for_whom(request: Any) -> HttpResponse:
    """List for whom she may act."""
    here = request.here
    ids = [here.person, *acting.principals(here.person)]
    known = by_id(ids)
    page = {"principals": [(member, known[member]) for member in ids]}
    return render(request, "circuit/acting.html", page)
