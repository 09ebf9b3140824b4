"""Closing the sheet: each line becomes an exchange that waits to be attested."""

import time
from dataclasses import replace
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.core import drafting
from urdimbre.projections.models import Member
from urdimbre.web import wording
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges import fields
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.proposing import Proposal, exchange, propose
from urdimbre.web.market import attesting
from urdimbre.web.market.models import Line, Market
from urdimbre.web.market.opening import is_witness, market_of
from urdimbre.web.market.sheet import attested_by, lines_of, sums_of
from urdimbre.web.membership import keys
from urdimbre.web.membership.pins import PinLocked
from urdimbre.web.refusing import said


class AttestForm(forms.Form):
    """How a witness signs: with the key that the server keeps, if need be by PIN."""

    pin = forms.CharField(
        label=_("The PIN of your key"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, typed: Any, *, person: str) -> None:
        """Ask for a PIN only if her key has one."""
        super().__init__(typed)
        self.key = attesting.hosted_key(person)
        if self.key is None or not self.key.pin:
            del self.fields["pin"]


def sheet(request: Any, pk: str) -> HttpResponse:
    """Show the sheet, to be read aloud before it is closed."""
    return _page(request, market_of(request, pk), {})


def _page(
    request: Any,
    market: Market,
    refused: dict[int, str],
    form: AttestForm | None = None,
) -> HttpResponse:
    person = request.here.person
    attests = market.closed is not None and is_witness(person)
    form = form or AttestForm(None, person=person)
    shown = {
        "market": market,
        "day": wording.day(market.day),
        "lines": lines_of(market, refused),
        "sums": sums_of(market),
        "attested_by": attested_by(market),
        "attests": attests and attesting.left_to_sign(market, person),
        "form": form,
        "has_key": form.key is not None,
        "refused": bool(refused),
        "witnesses": len(keys.witnesses_to("exchange")),
    }
    status = 422 if refused or form.errors else 200
    return render(request, "market/sheet.html", shown, status=status)


@require_POST
def close(request: Any, pk: str) -> HttpResponse:
    """Make an exchange of each line; if the rules refuse one, none is made."""
    found = market_of(request, pk)
    with transaction.atomic():
        refused = _closed(request.here, Market.objects.get(pk=found.pk))
        transaction.set_rollback(bool(refused))
    if refused:
        return _page(request, found, refused)
    return redirect("market_sheet", pk)


def _closed(here: Here, market: Market) -> dict[int, str]:
    """Close a sheet that is open and not empty; say what was refused."""
    if market.closed is not None or not market.lines.exists():
        return {}
    market.closed = int(time.time())
    market.save(update_fields=["closed"])
    return _proposed(here, market)


def _proposed(here: Here, market: Market) -> dict[int, str]:
    """Propose each line in the name of who gives; say which ones were refused."""
    refused = {}
    for line in market.lines.order_by("pk"):
        made = propose(replace(here, member=line.giver), proposal(line), {})
        if isinstance(made, Draft):
            made.state = "waiting"
            made.save(update_fields=["state"])
            line.draft = made.pk
            line.save(update_fields=["draft"])
        else:
            told = said(made[0])
            sentence = gettext("%(sentence)s %(hint)s")
            refused[line.pk] = sentence % {
                "sentence": told.sentence,
                "hint": told.hint,
            }
    return refused


def proposal(line: Line) -> Proposal:
    """Write a line as an exchange: a gift, a barter for signs, or a sale."""
    kind = Member.objects.get(id=line.taker).kind
    goods = drafting.goods(
        line.giver,
        line.taker,
        category=line.category,
        quantity=line.quantity,
        unit=line.unit,
        measure="weighed" if line.unit in fields.WEIGHED else "counted",
        use=drafting.USES.get(kind, "consumption"),
    )
    moves, mode = [goods], "gift"
    if line.value is not None and line.value_unit == fields.money().code:
        mode = "sale"
        moves.append(
            drafting.money(line.taker, line.giver, line.value, line.value_unit)
        )
    elif line.value is not None:
        mode = "barter"
        moves.append(
            drafting.signs(line.taker, line.giver, line.value, line.value_unit)
        )
    return exchange(mode, moves, {0: line.what}, day=line.market.day)


@require_POST
def attest(request: Any, pk: str) -> HttpResponse:
    """Let a witness sign the sheet; with the second one the lines are recorded."""
    found = market_of(request, pk)
    person = request.here.person
    if found.closed is None or not is_witness(person):
        return redirect("market_sheet", pk)
    form = AttestForm(request.POST, person=person)
    if form.key is None or not form.is_valid():
        return _page(request, found, {}, form)
    try:
        attesting.attest(found, person, form.key, pin=form.cleaned_data.get("pin"))
    except attesting.WRONG:
        form.add_error("pin", gettext("That PIN does not open your key."))
        return _page(request, found, {}, form)
    except PinLocked:
        form.add_error("pin", gettext("Too many tries. Wait a quarter of an hour."))
        return _page(request, found, {}, form)
    refused = attesting.record_attested(found)
    if refused:
        return _page(request, found, refused)
    return redirect("market_sheet", pk)
