"""Receipts: what was recorded, what became of it since, thanks, and the proof."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.adapters.witnessing.book import Book
from urdimbre.core import drafting
from urdimbre.core.exchange.moves import Goods
from urdimbre.core.refusals import Refusal
from urdimbre.projections.models import ActLine, Thanks
from urdimbre.web import opened, wording
from urdimbre.web.circuit.entering import Here
from urdimbre.web.entries import (
    Entry,
    earlier_of,
    entry_at,
    payloads,
    readable,
    texts_of,
    told,
)
from urdimbre.web.exchanges import acted, afterwards, limit_marks, retelling
from urdimbre.web.exchanges.again import again
from urdimbre.web.exchanges.filling import write_refusals
from urdimbre.web.exchanges.in_text import as_text
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.picture import picture_of
from urdimbre.web.exchanges.proposing import WORDS, Proposal, propose
from urdimbre.web.exchanges.roles import SheMustSign
from urdimbre.web.exchanges.signing import sign
from urdimbre.web.membership import keys
from urdimbre.web.sheets import sealed

PAPERS = {"80": _("80 mm"), "58": _("58 mm")}
"""Widths of paper besides the usual sheet, by what stands in the address."""


class ThanksForm(forms.Form):
    """Words of thanks; they stay between the two."""

    words = forms.CharField(
        label=_("Your words of thanks"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def receipt(request: Any, position: int) -> HttpResponse:
    """Show what was recorded, and its proof."""
    entry = entry_of_hers(request, position)
    return _receipt_page(request, entry, ThanksForm())


def entry_of_hers(request: Any, position: int) -> Entry:
    """Find an entry that she has signed, made, given or taken in."""
    entry, here = entry_at(position), request.here
    # In the office she reads what she has signed herself, and nothing else of another.
    whose = (here.person,) if here.mandate else (here.member, here.person)
    if not concerns(entry, *whose):
        raise Http404
    return entry


def concerns(entry: Entry, *members: str) -> bool:
    """Tell whether one of these members is in an act."""
    involved = {slot.member for slot in entry.slots} | {entry.act.by}
    for deal in getattr(entry.act.body, "deals", ()):
        for move in deal.moves:
            involved |= {move.giver.id, move.taker.id}
    involved.add(getattr(entry.act.body, "member", entry.act.by))
    if entry.act.kind == "mandate":
        involved.update(entry.act.body.agents)
    recovered = getattr(entry.act.body, "recover", None)
    involved.add(recovered.member if recovered else entry.act.by)
    if entry.act.kind in retelling.KINDS:
        involved |= afterwards.parties_of(earlier_of(entry.act).act)
    return not involved.isdisjoint(members)


def _receipt_page(request: Any, entry: Entry, form: forms.Form) -> HttpResponse:
    paper = request.GET.get("paper", "")
    page = _shown(request, entry) | {
        "signatures": keys.signatures(entry.act, entry.slots),
        "acted": acted.of_entry(entry),
        "limit_marks": limit_marks.told_at(entry.position, request.here.no),
        "can_thank": _can_thank(request, entry),
        "thanked": Thanks.objects.filter(gift_position=entry.position).exists(),
        "form": form,
        "again": again(request.here, entry),
        "papers": PAPERS,
        "paper": paper if paper in PAPERS else "",
    }
    page |= {"picture": picture_of(page["verify"]), "text": as_text(page)}
    status = 422 if form.errors else 200
    return render(request, "exchanges/receipt.html", page, status=status)


def plain(request: Any, position: int) -> HttpResponse:
    """Give a receipt as plain text."""
    page = _shown(request, entry_of_hers(request, position))
    return HttpResponse(as_text(page), content_type="text/plain; charset=utf-8")


def _shown(request: Any, entry: Entry) -> dict[str, Any]:
    """Give what a receipt says, on a page and as text."""
    line = ActLine.objects.get(position=entry.position)
    texts = texts_of(payloads(entry.act.private))
    verify = request.build_absolute_uri(
        reverse("check_link", args=[entry.position, entry.act.hash])
    )
    return {
        "entry": entry,
        "told": told(entry.act, texts),
        "time": wording.moment(line.time),
        "height": line.height,
        "words": texts.get(WORDS, ""),
        "from_sheet": sealed.told(payloads(entry.act.private)),
        "verify": verify,
        **_since(request, entry),
    }


def _since(request: Any, entry: Entry) -> dict[str, Any]:
    """Tell what has become of a deal since, and what she may do about it."""
    if entry.act.kind in retelling.KINDS:
        return {"earlier": earlier_of(entry.act).position}
    here = request.here
    hers = entry.act.kind == "exchange" and here.member in afterwards.parties_of(
        entry.act
    )
    if not hers:
        return {}
    rows = [
        row
        for deal in range(len(entry.act.body.deals))
        for row in [afterwards.contest_of(entry, deal)]
        if row is not None
    ]
    may = not rows and afterwards.may_contest(here, entry, 0)
    return {
        "later": afterwards.later_acts(entry.position),
        "hers": True,
        "objected": any(row.outcome is None for row in rows),
        "contest_until": afterwards.contest_until(here, entry) if may else "",
    }


def _can_thank(request: Any, entry: Entry) -> bool:
    """Only a person thanks, for a gift that she or her household received."""
    here = request.here
    taken = any(
        deal.mode == "gift" and move.taker.id in (here.member, here.person)
        for deal in getattr(entry.act.body, "deals", ())
        for move in deal.moves
        if isinstance(move, Goods)
    )
    row = opened.circuit().registry.state.get(
        f"thanked/{entry.act.hash}/0/{here.person}"
    )
    return taken and row is None


@require_POST
def thank(request: Any, position: int) -> HttpResponse:
    """Answer a gift with thanks."""
    entry = entry_of_hers(request, position)
    form = ThanksForm(request.POST)
    if not form.is_valid():
        return _receipt_page(request, entry, form)
    here = request.here.as_person()
    proposal = Proposal(
        kind="thanks",
        body={
            "party": drafting.party(here.person),
            "deal": {"act": entry.act.hash, "deal": 0},
        },
        refs=[(entry.act.hash, "answers")],
        private={WORDS: form.cleaned_data["words"].encode()},
    )
    made = propose(here, proposal, {})
    if isinstance(made, Draft):
        try:
            answer = sign(here, made)
        except SheMustSign:
            return redirect("draft", made.pk)
        if not isinstance(answer, Refusal):
            return redirect("receipt", position)
        made = [answer]
    write_refusals(form, made)
    return _receipt_page(request, entry, form)


def proof_text(entry: Entry, here: Here) -> str:
    """Write the proof of an act with the openings that a party of it may read."""
    openings = {
        one.commitment: {
            "field": one.field,
            "payload": bytes(one.payload).hex(),
            "salt": bytes(one.salt).hex(),
        }
        for one in readable(entry.act, here)
    }
    # Better a somewhat older seal that witnesses have signed than the newest without.
    under = Book(settings.DIRECTORY).covering(entry.position)
    return opened.circuit().registry.receipt(entry.position, openings, under=under)


def proof(request: Any, position: int) -> HttpResponse:
    """Hand out the proof of an act, with her openings, to check without us."""
    text = proof_text(entry_of_hers(request, position), request.here)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    name = f"urdimbre-{position}.tlog-proof"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
