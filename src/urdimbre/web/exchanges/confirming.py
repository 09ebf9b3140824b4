"""Drafts and receipts: look, sign, decline; then the proof."""

import time
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
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
from urdimbre.recording.answers import Receipt
from urdimbre.web import names, opened, wording
from urdimbre.web.entries import (
    Entry,
    entry_at,
    payloads,
    readable,
    texts_of,
    told,
    told_draft,
)
from urdimbre.web.exchanges import limit_marks, several
from urdimbre.web.exchanges.filling import write_refusals
from urdimbre.web.exchanges.handing import SigningForm, for_device
from urdimbre.web.exchanges.models import Draft, Signer
from urdimbre.web.exchanges.picture import picture_of
from urdimbre.web.exchanges.proposing import WORDS, Proposal, propose
from urdimbre.web.exchanges.roles import (
    NothingToSign,
    Role,
    SheMustSign,
    have_signed,
    role_of,
)
from urdimbre.web.exchanges.signing import sign
from urdimbre.web.exchanges.waiting import of_hers
from urdimbre.web.membership import keys
from urdimbre.web.refusing import Said, said


def draft(request: Any, pk: str) -> HttpResponse:
    """Show a draft as it will be signed."""
    return _page(request, of_hers(request, pk))


def _page(
    request: Any,
    found: Draft,
    *,
    refused: Said | None = None,
    form: SigningForm | None = None,
) -> HttpResponse:
    if found.state == "recorded" and found.position is not None:
        return redirect("receipt", found.position)
    here = request.here
    signers = list(found.signers.all())
    known = names.by_id({here.member, *(one.member for one in signers)})
    missing = {one.member for one in signers if one.slot is None}
    signed = have_signed(found) - missing
    expired = found.valid_until < int(time.time())
    role = None if expired else role_of(here, found)
    if role is not None and form is None:
        form = SigningForm(None, draft=found, role=role)
    page = {
        "draft": found,
        "told": told_draft(found),
        "signed": in_order_of(known, signed),
        "missing": in_order_of(known, missing),
        "others": in_order_of(known, known.keys() - {here.member}),
        "groups": several.groups(found, signers),
        "to_sign": role is not None and _not_yet(role, signers),
        "role": role,
        "form": form,
        "for_device": for_device(found, role) if role else None,
        "apart": list(role.apart) if role else [],
        "brake": keys.brake_of(here.person) if found.kind != "freeze" else None,
        "is_mine": found.by in (here.member, here.person),
        "until": wording.moment(found.valid_until),
        "expired": expired,
        "foreseen": limit_marks.foreseen(bytes(found.act), here.member)
        if found.state in ("preparing", "waiting") and not expired
        else [],
        "is_open": found.state in ("preparing", "waiting") and not expired,
        "refused": refused,
        "change": _change_address(found) if found.by == request.here.member else "",
    }
    status = 422 if refused or (form and form.errors) else 200
    return render(request, "exchanges/draft.html", page, status=status)


def in_order_of(known: dict[str, str], members: set[str]) -> list[str]:
    """Name members in the order of their names."""
    return sorted((known[one] for one in members), key=names.folded)


def _not_yet(role: Role, signers: list[Signer]) -> bool:
    """Tell whether she still has something to sign with."""
    done = any(
        (one.member, one.person) == (role.party, role.person) and one.slot
        for one in signers
    )
    # A key that the server keeps may count for nothing beside another's: one of her
    # own still can. For herself every further key may be what her policy asks for.
    more = role.own or role.new or (role.party == role.person and role.hosted)
    return not done or bool(more)


def _change_address(found: Draft) -> str:
    """Lead back to the form with everything that was typed."""
    if not found.mode or not found.typed:
        return ""
    where = found.typed.get("_address", "")
    path = reverse("fill_in", args=[found.mode])
    return f"{path}?{where}&draft={found.pk}"


@require_POST
def confirm(request: Any, pk: str) -> HttpResponse:
    """Sign a draft; the last signature records it."""
    found = of_hers(request, pk)
    role = role_of(request.here, found)
    if role is None or not _not_yet(role, list(found.signers.all())):
        return redirect("draft", pk)
    form = SigningForm(request.POST, draft=found, role=role)
    slots = form.slots(request) if form.is_valid() else []
    if form.errors:
        return _page(request, found, form=form)
    try:
        answer = sign(request.here, found, slots)
    except NothingToSign:
        return redirect("draft", pk)
    if isinstance(answer, Receipt):
        return redirect("receipt", answer.index)
    if isinstance(answer, Refusal):
        return _page(request, of_hers(request, pk), refused=said(answer))
    return redirect("draft", pk)


@require_POST
def decline(request: Any, pk: str) -> HttpResponse:
    """Say no to a draft, or withdraw one of her own; nothing is recorded."""
    found = of_hers(request, pk)
    with transaction.atomic():
        locked = Draft.objects.get(pk=pk)
        # With the last signature in, it is being recorded: too late to withdraw.
        is_open = locked.signers.filter(slot=None).exists()
        if is_open and locked.state in ("preparing", "waiting"):
            mine = found.by in (request.here.member, request.here.person)
            locked.state = "cancelled" if mine else "declined"
            locked.save(update_fields=["state"])
    if locked.state == "cancelled":
        return redirect("home")
    return redirect("draft", pk)


class ThanksForm(forms.Form):
    """Words of thanks; they stay between the two."""

    words = forms.CharField(
        label=_("Your words of thanks"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def receipt(request: Any, position: int) -> HttpResponse:
    """Show what was recorded, and its proof."""
    entry = _entry_of_hers(request, position)
    return _receipt_page(request, entry, ThanksForm())


def _entry_of_hers(request: Any, position: int) -> Entry:
    """Find an entry that she has signed, made, given or taken in."""
    entry = entry_at(position)
    if not concerns(entry, request.here.member, request.here.person):
        raise Http404
    return entry


def concerns(entry: Entry, *members: str) -> bool:
    """Tell whether one of these members is in an act."""
    involved = {slot.member for slot in entry.slots} | {entry.act.by}
    for deal in getattr(entry.act.body, "deals", ()):
        for move in deal.moves:
            involved |= {move.giver.id, move.taker.id}
    involved.add(getattr(entry.act.body, "member", entry.act.by))
    recovered = getattr(entry.act.body, "recover", None)
    involved.add(recovered.member if recovered else entry.act.by)
    return not involved.isdisjoint(members)


def _receipt_page(request: Any, entry: Entry, form: forms.Form) -> HttpResponse:
    line = ActLine.objects.get(position=entry.position)
    texts = texts_of(payloads(entry.act.private))
    verify = request.build_absolute_uri(
        reverse("check_link", args=[entry.position, entry.act.hash])
    )
    page = {
        "entry": entry,
        "told": told(entry.act, texts),
        "time": wording.moment(line.time),
        "height": line.height,
        "limit_marks": limit_marks.told_at(entry.position, request.here.no),
        "words": texts.get(WORDS, ""),
        "signatures": keys.signatures(entry.act, entry.slots),
        "can_thank": _can_thank(request, entry),
        "thanked": Thanks.objects.filter(gift_position=entry.position).exists(),
        "form": form,
        "verify": verify,
        "picture": picture_of(verify),
    }
    status = 422 if form.errors else 200
    return render(request, "exchanges/receipt.html", page, status=status)


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
    entry = _entry_of_hers(request, position)
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


def proof(request: Any, position: int) -> HttpResponse:
    """Hand out the proof of an act, with her openings, to check without us."""
    entry = _entry_of_hers(request, position)
    openings = {
        one.commitment: {
            "field": one.field,
            "payload": bytes(one.payload).hex(),
            "salt": bytes(one.salt).hex(),
        }
        for one in readable(entry.act, request.here)
    }
    # Better a somewhat older seal that witnesses have signed than the newest without.
    under = Book(settings.DIRECTORY).covering(position)
    text = opened.circuit().registry.receipt(position, openings, under=under)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    name = f"urdimbre-{position}.tlog-proof"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
