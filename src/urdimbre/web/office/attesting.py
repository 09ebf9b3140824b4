"""Two witnesses for a party that cannot sign: asked for on a draft of an exchange."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from urdimbre.core.accounts import COMMON
from urdimbre.core.acts import ATTESTED, Need, Required
from urdimbre.core.membership.consent import WITNESSES
from urdimbre.core.membership.rows import Mandate
from urdimbre.web import names, opened
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.roles import role_of
from urdimbre.web.exchanges.waiting import of_hers
from urdimbre.web.membership import keys
from urdimbre.web.office.models import Attested

OPEN = ("preparing", "waiting")
SHOWN = 20


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A party that has not signed, and whether witnesses can attest for her.

    Attributes:
        member: her id.
        name: her name.
        asked: whether they have been asked.
        refused: why they cannot, in words; empty if they can.
    """

    member: str
    name: str
    asked: bool
    refused: str


def attest(request: Any, pk: str) -> HttpResponse:
    """Ask witnesses to attest for a party, or say why they cannot."""
    found, here = of_hers(request, pk), request.here
    mine = found.by in (here.member, here.person) and not here.mandate
    if found.kind != "exchange" or found.state not in OPEN or not mine:
        raise Http404
    lines = list(parties(found))
    status = 200
    if request.method == "POST":
        member = request.POST.get("member", "")
        if any(one.member == member and not one.refused for one in lines):
            Attested.objects.get_or_create(draft=found.pk, member=member)
            return redirect("draft", found.pk)
        status = 422
    page = {"draft": found, "lines": lines}
    return render(request, "office/attest.html", page, status=status)


def parties(draft: Draft) -> Iterator[AskedFor]:
    """Tell of each party that is missed whether witnesses can attest for her."""
    required = opened.circuit().registry.required_parties(bytes(draft.act))
    if not isinstance(required, Required):
        return
    missing = set(draft.signers.filter(slot=None).values_list("member", flat=True))
    asked = set(
        Attested.objects.filter(draft=draft.pk).values_list("member", flat=True)
    )
    needs = [need for need in required.needs if need.party in missing]
    known = names.by_id(need.party for need in needs)
    for need in needs:
        name = known[need.party]
        yield AskedFor(
            need.party, name, need.party in asked, _refused(draft, need, name, asked)
        )


def _refused(draft: Draft, need: Need, name: str, asked: set[str]) -> str:
    """Say why witnesses cannot attest for a party, with the way out."""
    if not need.means & ATTESTED:
        sentence = gettext(
            "Witnesses attest only goods or work given, and goods or signs taken. "
            "{name} gives signs or money here, promises something or settles a debt: "
            "she signs herself, or somebody she has mandated does."
        )
        return sentence.format(name=name)
    if len(standing(draft.kind, {need.party, *asked})) < WITNESSES:
        sentence = gettext(
            "It takes two witnesses beside {name}, and the circuit has not named so "
            "many. Whoever signs for the common names them in the office."
        )
        return sentence.format(name=name)
    return ""


def standing(kind: str, but: set[str]) -> list[str]:
    """Return the witnesses to acts of a kind who attest nothing of themselves."""
    return [one for one in keys.witnesses_to(kind) if one not in but]


def is_clerk(here: Here, held: Sequence[Mandate]) -> bool:
    """Tell whether somebody types sheets: mandated, a witness, or for the common."""
    if here.mandate:
        return False
    attests = keys.mandate_to_attest(here.person, "exchange") is not None
    return bool(held) or attests or may_act(here.person, COMMON)


def to_attest(here: Here) -> list[tuple[str, str]]:
    """Return the drafts that wait for her as a witness: id, and for whom."""
    if keys.mandate_to_attest(here.person, "exchange") is None:
        return []
    asked = dict(Attested.objects.order_by("pk").values_list("draft", "member"))
    drafts = Draft.objects.filter(pk__in=list(asked), state="waiting")
    drafts = drafts.order_by("-created")[:SHOWN]
    found = [one.pk for one in drafts if role_of(here.as_person(), one) is not None]
    known = names.by_id(asked[pk] for pk in found)
    return [(pk, known[asked[pk]]) for pk in found]
