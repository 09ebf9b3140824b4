"""Admitting a person: those who act for the common write her in, others vouch."""

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON
from urdimbre.core.refusals import Refusal
from urdimbre.projections.models import Member
from urdimbre.recording import Receipt
from urdimbre.web import names, opened
from urdimbre.web.circuit import codes
from urdimbre.web.circuit.acting import may_act, may_give_code
from urdimbre.web.circuit.entering import Here
from urdimbre.web.circuit.models import Person
from urdimbre.web.circuit.surroundings import agreed, display
from urdimbre.web.exchanges.filling import write_refusals
from urdimbre.web.exchanges.models import Draft, Signer
from urdimbre.web.exchanges.proposing import Proposal, propose
from urdimbre.web.exchanges.roles import NothingToSign, SheMustSign
from urdimbre.web.exchanges.signing import sign, sign_by_new_key
from urdimbre.web.security import log


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person who is to be admitted; all but the name may be missing."""

    name: str
    place: str = ""
    phone: str = ""
    email: str = ""


class SponsorsForm(forms.Form):
    """Who else vouches, as many as the circuit has agreed."""

    def __init__(self, *args: Any, here: Here, **options: Any) -> None:
        """Ask for as many others to vouch as the circuit has agreed."""
        super().__init__(*args, **options)
        self.more = max(0, int(agreed("sponsors", 1)) - 1)
        for place in range(self.more):
            self.fields[f"sponsor_{place}"] = forms.ChoiceField(
                label=_("Who else vouches?"), choices=_persons(here)
            )

    def sponsors(self, here: Here) -> list[str]:
        """Return who vouches, each once, in the order of the format."""
        others = [self.cleaned_data[f"sponsor_{place}"] for place in range(self.more)]
        own = [here.person] if int(agreed("sponsors", 1)) else []
        return sorted({*own, *others})


class AdmissionForm(SponsorsForm):
    """A new person, and who else vouches for her."""

    name = forms.CharField(label=_("Her or his name"), max_length=60)
    place = forms.CharField(label=_("Where"), max_length=80, required=False)
    field_order = ("name", "place")


def _persons(here: Here) -> list[tuple[str, str]]:
    ids = Member.objects.filter(kind="person", left=None).exclude(id=here.person)
    known = names.by_id(ids.values_list("id", flat=True))
    return sorted(known.items(), key=lambda one: names.folded(one[1]))


def admit(request: Any) -> HttpResponse:
    """Ask for the new person, then record her admission or wait for who vouches."""
    here = request.here
    if not may_act(here.person, COMMON):
        raise Http404
    form = AdmissionForm(request.POST or None, here=here)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        person = Newcomer(typed["name"], typed["place"])
        made = admit_person(here, person, form.sponsors(here))
        if isinstance(made, Draft):
            if made.state == "preparing":
                # She has to sign it herself, and what she signs is the common's.
                request.session["acting"] = COMMON
            return redirect("draft", made.pk)
        if isinstance(made, str):
            return redirect("member", Member.objects.get(id=made).no)
        write_refusals(form, made)
    status = 422 if form.errors else 200
    return render(request, "circuit/admit.html", {"form": form}, status=status)


def admit_person(
    here: Here, person: Newcomer, sponsors: Sequence[str]
) -> Draft | str | list[Refusal]:
    """Admit a person for the common.

    Returns:
        The new member's id, or the draft that waits, or what refuses it.
    """
    circuit = opened.circuit()
    member = secrets.token_hex(16)
    public = circuit.keys.create(member)
    body = {
        "member": member,
        "kind": "person",
        "sponsors": list(sponsors),
        "blind": secrets.token_hex(16),
        "key": drafting.key(public, "server"),
    }
    common = replace(here, member=COMMON, kind="common")
    made = propose(common, Proposal(kind="admit", body=body), {})
    if not isinstance(made, Draft):
        return made
    with transaction.atomic():
        Person.objects.create(member=member, code=codes.free_code(), **asdict(person))
        sign_by_new_key(made, member, public)
    return _signed(here, made, member)


def cut_off(here: Here) -> dict[str, Draft]:
    """Find admissions that were begun and still want her signature, by folded name."""
    hers = Signer.objects.filter(member__in=(COMMON, here.person), slot=None)
    drafts = Draft.objects.filter(
        kind="admit",
        by=COMMON,
        state__in=("preparing", "waiting"),
        valid_until__gte=int(time.time()),
        pk__in=hers.values("draft"),
    )
    begun = {_admitted_by(draft): draft for draft in drafts}
    found = Person.objects.filter(member__in=begun).values_list("member", "name")
    return {names.folded(name): begun[member] for member, name in found}


def go_on(here: Here, begun: Draft) -> Draft | str | list[Refusal]:
    """Take an admission up where it was cut off; answers as ``admit_person``."""
    return _signed(here, begun, _admitted_by(begun))


def _admitted_by(draft: Draft) -> str:
    return str(json.loads(bytes(draft.act))["body"]["member"])


def _signed(here: Here, made: Draft, member: str) -> Draft | str | list[Refusal]:
    """Sign for the common, and as one who vouches, where either is missing."""
    both = (replace(here, member=COMMON, kind="common"), here.as_person())
    answer: Receipt | Refusal | None = None
    try:
        for one in both:
            if not made.signers.filter(member=one.member, slot=None).exists():
                continue
            answer = sign(one, made)
            if answer is not None:
                break
    except (SheMustSign, NothingToSign):
        return made
    if isinstance(answer, Refusal):
        return [answer]
    return made if answer is None else member


@require_POST
def entry_code(request: Any, no: int) -> HttpResponse:
    """Make a one-time code for a person who has never entered."""
    row = Member.objects.filter(no=no, kind="person", left=None).first()
    if row is None or not may_give_code(request.here, row.id):
        raise Http404
    code = opened.circuit().desk.new_code(row.id, now=int(time.time()))
    log.note("code_made", row.id, request, by=request.here.person)
    name = names.by_id([row.id])[row.id]
    link = f"{request.build_absolute_uri(reverse('entrance'))}?code={code}"
    told = gettext("{name}, enter {circuit} with this link; it serves once: {link}")
    text = told.format(name=name, circuit=display("name", "Urdimbre"), link=link)
    page = {"code": code, "name": name, "text": text}
    return render(request, "circuit/entry_code.html", page)
