"""Opening a market, and finding those that were held."""

import time
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from urdimbre.core.accounts import COMMON
from urdimbre.web import wording
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.circuit.entering import Here
from urdimbre.web.market.models import Market
from urdimbre.web.membership import keys

PER_PAGE = 20


def runs(here: Here) -> bool:
    """Tell whether she may run a market: for the common, or as a witness."""
    return may_act(here.person, COMMON) or is_witness(here.person)


def is_witness(person: str) -> bool:
    """Tell whether somebody is on an agreed list of witnesses to exchanges."""
    return keys.mandate_to_attest(person, "exchange") is not None


def market_of(request: Any, pk: str) -> Market:
    """Find a market for who may run it.

    Raises:
        Http404: there is none, or she may not.
    """
    found = Market.objects.filter(pk=pk).first() if runs(request.here) else None
    if found is None:
        raise Http404
    return found


def markets(request: Any) -> HttpResponse:
    """List the markets, the latest first."""
    if not runs(request.here):
        raise Http404
    rows = Market.objects.order_by("-created")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    lines = [(one, wording.day(one.day), one.lines.count()) for one in page.object_list]
    shown = {
        "page": page,
        "lines": lines,
        "witnesses": len(keys.witnesses_to("exchange")),
    }
    return render(request, "market/markets.html", shown)


@require_POST
def begin(request: Any) -> HttpResponse:
    """Open today's market; one that is open already goes on."""
    if not runs(request.here):
        raise Http404
    today = wording.today()
    found = Market.objects.filter(day=today, closed=None).first()
    if found is None:
        found = Market.objects.create(
            by=request.here.person, created=int(time.time()), day=today
        )
    return redirect("market", found.pk)
