"""Drafts: look, sign, decline."""

import time
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from urdimbre.core.accounts import COMMON
from urdimbre.core.refusals import Refusal
from urdimbre.projections.models import Member
from urdimbre.recording.answers import Receipt
from urdimbre.web import names, wording
from urdimbre.web.circuit.acting import KEPT
from urdimbre.web.circuit.entering import Here
from urdimbre.web.entries import told_draft
from urdimbre.web.exchanges import acted, limit_marks, several
from urdimbre.web.exchanges.handing import SigningForm, for_device
from urdimbre.web.exchanges.models import Draft, Signer
from urdimbre.web.exchanges.on_this_device import who_can
from urdimbre.web.exchanges.roles import (
    NothingToSign,
    Role,
    have_signed,
    role_of,
    slots_of,
)
from urdimbre.web.exchanges.showing import shown_of
from urdimbre.web.exchanges.signing import sign
from urdimbre.web.exchanges.waiting import of_hers
from urdimbre.web.membership import keys
from urdimbre.web.minutes import sealed
from urdimbre.web.refusing import Said, said
from urdimbre.web.security import again
from urdimbre.web.sheets import sealed as of_sheets


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
        "minutes": sealed.of_draft(found),
        "signed": in_order_of(known, signed),
        "from_sheet": of_sheets.told(found.openings.all()),
        "acted": acted.of_slots(slots_of(found)),
        "missing": in_order_of(known, missing),
        "others": in_order_of(known, known.keys() - {here.member}),
        "groups": several.groups(found, signers),
        "to_sign": role is not None and not_yet(role, signers),
        "role": role,
        "form": form,
        "for_device": for_device(found, role) if role else None,
        "apart": list(role.apart) if role else [],
        "brake": keys.brake_of(here.person) if found.kind != "freeze" else None,
        "is_mine": found.by in (here.member, here.person),
        "may_ask_witnesses": found.kind == "exchange"
        and found.by in (here.member, here.person)
        and not here.mandate
        and bool(missing - {here.member}),
        "may_decline": not here.mandate or found.by == here.member,
        "until": wording.moment(found.valid_until),
        "expired": expired,
        "foreseen": limit_marks.foreseen(bytes(found.act), here.member)
        if found.state in ("preparing", "waiting") and not expired
        else [],
        "beside": who_can(request, found, missing) if not expired else [],
        "is_open": found.state in ("preparing", "waiting") and not expired,
        "refused": refused,
        "shown": shown_of(request, found) if not expired else None,
        "change": _change_address(found) if found.by == request.here.member else "",
    }
    status = 422 if refused or (form and form.errors) else 200
    return render(request, "exchanges/draft.html", page, status=status)


def in_order_of(known: dict[str, str], members: set[str]) -> list[str]:
    """Name members in the order of their names."""
    return sorted((known[one] for one in members), key=names.folded)


def not_yet(role: Role, signers: list[Signer]) -> bool:
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
    if not found.typed:
        return ""
    where = found.typed.get("_address", "")
    path = found.typed.get("_path", "")
    if found.mode:
        path = reverse("fill_in", args=[found.mode])
    if not path:
        return ""
    return f"{path}?{where}&draft={found.pk}"


@require_POST
def confirm(request: Any, pk: str) -> HttpResponse:
    """Sign a draft; the last signature records it."""
    found = of_hers(request, pk)
    role = role_of(request.here, found)
    if role is None or not not_yet(role, list(found.signers.all())):
        return redirect("draft", pk)
    stopped = again.stopped(request) if _weighs(found, role) else None
    if stopped is not None:
        return stopped
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


def _weighs(found: Draft, role: Role) -> bool:
    """Tell whether it takes back what was recorded, or gives what is not hers alone."""
    if found.kind != "exchange" or role.party == role.person:
        return found.kind == "adjust"
    kept = Member.objects.filter(id=role.party, kind__in=KEPT).exists()
    return role.party == COMMON or kept


@require_POST
def decline(request: Any, pk: str) -> HttpResponse:
    """Say no to a draft, or withdraw one of her own; nothing is recorded."""
    found, here = of_hers(request, pk), request.here
    if here.mandate and found.by != here.member:
        return redirect("draft", pk)  # to say no is hers, not for whom she mandated
    if let_go(found, here) == "cancelled":
        return redirect("home")
    return redirect("draft", pk)


def let_go(found: Draft, here: Here) -> str:
    """Decline a draft, or withdraw one's own, while it is open; returns its state."""
    with transaction.atomic():
        locked = Draft.objects.get(pk=found.pk)
        # With the last signature in, it is being recorded: too late to withdraw.
        is_open = locked.signers.filter(slot=None).exists()
        if is_open and locked.state in ("preparing", "waiting"):
            mine = found.by in (here.member, here.person)
            locked.state = "cancelled" if mine else "declined"
            locked.save(update_fields=["state"])
    return str(locked.state)
