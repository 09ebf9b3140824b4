"""Home: balances first, then what waits for her, what is owed, what happened last."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from urdimbre.core.accounts import COMMON
from urdimbre.web.catalogue.ending import ending
from urdimbre.web.circuit import acting, balances
from urdimbre.web.exchanges import contesting, owing, waiting
from urdimbre.web.exchanges.statement import last_lines
from urdimbre.web.market.opening import runs
from urdimbre.web.membership.mine import notices
from urdimbre.web.names import by_id
from urdimbre.web.on_account import telling as on_account

LAST = 5


def home(request: Any) -> HttpResponse:
    """Show a member how she stands."""
    here = request.here
    owes, owed = owing.open_of(here.no)
    others = acting.principals(here.person)
    held = balances.balances_of(here)
    page = {
        "standings": balances.standings(here, held),
        "kept": balances.kept(held),
        "waiting": waiting.for_her(here),
        "ending": ending(here.member),
        "sent": waiting.sent_by(here),
        "owes": owes[: owing.SHOWN],
        "owed": owed[: owing.SHOWN],
        "more_owing": owes or owed,
        "custodies": owing.in_custody(here.no),
        "unsigned": on_account.told(here.member),
        **contesting.on_home(here),
        "last": last_lines(here, LAST),
        "key_notices": notices(here.person) | {"elsewhere": True},
    }
    return render(request, "circuit/home.html", page | {"may_act": bool(others)})


def together(request: Any) -> HttpResponse:
    """Show what is done together on a Saturday."""
    here = request.here
    page = {"buys": acting.may_act(here.person, COMMON), "runs": runs(here)}
    return render(request, "circuit/together.html", page)


def act_for_whom(request: Any) -> HttpResponse:
    """List for whom she may act."""
    here = request.here
    ids = [here.person, *acting.principals(here.person)]
    known = by_id(ids)
    page = {"principals": [(member, known[member]) for member in ids]}
    return render(request, "circuit/acting.html", page)
