"""Guardians: named by a member, and giving her a new key when she has lost hers."""

import json
import secrets
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.core import drafting
from urdimbre.core.membership.answers import KeyNotAdmissible
from urdimbre.core.membership.rows import Guardians, Policy
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import value_of
from urdimbre.projections.models import Member
from urdimbre.web import names, opened, wording
from urdimbre.web.exchanges.filling import write_refusals
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.proposing import Proposal, propose
from urdimbre.web.exchanges.signing import sign_by_new_key
from urdimbre.web.membership import keys, written
from urdimbre.web.membership.apart import ApartForm
from urdimbre.web.membership.mine import KEY_DIGITS, mine

GUARDIANS_MAX = 12
ANY_ONE = [{"kinds": ["any"], "need": 1}]
"""How a person without a policy of her own signs anyway: with any one key."""


class GuardiansForm(forms.Form):
    """Who may give her a new key, and how many of them it takes."""

    of = forms.MultipleChoiceField(
        label=_("Guardians of your keys"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    need = forms.IntegerField(
        label=_("How many of them must sign"),
        min_value=1,
        max_value=GUARDIANS_MAX,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, typed: Any, *, person: str, initial: dict[str, Any]) -> None:
        """Offer all other persons by name."""
        super().__init__(typed, initial=initial)
        ids = Member.objects.filter(kind="person", left=None).exclude(id=person)
        known = names.by_id(ids.values_list("id", flat=True))
        chosen = sorted(known.items(), key=lambda one: names.folded(one[1]))
        self.fields["of"].choices = chosen

    def clean(self) -> dict[str, Any]:
        """Refuse more signatures than there are guardians, before it is proposed."""
        typed = super().clean() or self.cleaned_data
        of, need = typed.get("of", []), typed.get("need")
        if len(of) > GUARDIANS_MAX:
            self.add_error("of", gettext("Choose twelve at most."))
        elif of and need and need > len(of):
            self.add_error("need", gettext("You have chosen fewer persons than that."))
        return typed


def guardians(request: Any) -> HttpResponse:
    """Name her guardians; a new signing policy of hers says so."""
    here = request.here.as_person()
    policy = keys.policy_of(here.person)
    present = policy.guardians if policy else None
    initial = {"of": list(present.of), "need": present.need} if present else {"need": 2}
    form = GuardiansForm(request.POST or None, person=here.person, initial=initial)
    if request.method == "POST" and form.is_valid():
        body = _body(here.person, policy, form.cleaned_data)
        made = propose(here, Proposal(kind="policy", body=body), {})
        if isinstance(made, Draft):
            request.session["acting"] = here.person
            return redirect("draft", made.pk)
        write_refusals(form, made)
    page = {"form": form, "reach": _reach(present) if present else None}
    status = 422 if form.errors else 200
    return render(request, "membership/guardians.html", page, status=status)


def _body(person: str, policy: Policy | None, typed: dict[str, Any]) -> dict[str, Any]:
    """Keep how she signs otherwise; only the guardians change."""
    rules = _rules_of(policy) if policy else ANY_ONE
    body: dict[str, Any] = {
        "id": secrets.token_hex(16),
        "principal": person,
        "rules": rules,
    }
    if typed["of"]:
        body["guardians"] = {"of": sorted(typed["of"]), "need": typed["need"]}
    return body


def _rules_of(policy: Policy) -> list[dict[str, Any]]:
    """Write the rules of a policy as an act has them."""
    found: list[dict[str, Any]] = json.loads(value_of(policy))["rules"]
    return [{name: one for name, one in rule.items() if one != []} for rule in found]


def _reach(named: Guardians) -> dict[str, str] | None:
    """Tell how many signatures the guardians can give today, if they are too few."""
    have = keys.reach(named.of)
    if have >= named.need:
        return None
    return {"have": wording.count(have), "need": wording.count(named.need)}


def recovery(request: Any, no: int) -> HttpResponse:
    """Say what a recovery is, to a guardian or to her who has lost her keys."""
    member = _recoverable(request, no)
    policy = keys.policy_of(member)
    assert policy is not None
    assert policy.guardians is not None
    known = names.by_id({member, *policy.guardians.of})
    page = {
        "no": no,
        "name": known[member],
        "is_self": member == request.here.person,
        "guardians": ", ".join(known[one] for one in policy.guardians.of),
        "need": wording.count(policy.guardians.need),
        "apart": ApartForm(initial={"custody": "app"}),
    }
    return render(request, "membership/recovery.html", page)


@require_POST
def recover(request: Any, no: int) -> HttpResponse:
    """Begin a recovery: a new key, and a draft that waits for the guardians."""
    member = _recoverable(request, no)
    here = request.here.as_person()
    pasted = request.POST.get("public", "")
    public, custody = _her_own(request) if pasted else (None, "server")
    if pasted and (member != here.person or public is None):
        return mine(request, [KeyNotAdmissible(pasted[:KEY_DIGITS])])
    public = public or opened.circuit().keys.create(member)
    body = {"recover": {"member": member, "key": drafting.key(public, custody)}}
    made = propose(here, Proposal(kind="key", body=body), {})
    if not isinstance(made, Draft):
        return mine(request, made)
    request.session["acting"] = here.person
    if not pasted:
        sign_by_new_key(made, member, public)
        _wait_for_guardians(made, member)
    return redirect("draft", made.pk)


def _her_own(request: Any) -> tuple[str | None, str]:
    """Read the new key that she has made herself, and who keeps it."""
    public = written.public_key(request.POST["public"])
    asked = request.POST.get("custody", "")
    custody = asked if asked in keys.APART else "device"
    return (None if isinstance(public, Refusal) else public), custody


def _wait_for_guardians(draft: Draft, member: str) -> None:
    """The server's new key has signed: nothing of the member herself is missing."""
    draft.signers.filter(member=member, slot=None).delete()
    if draft.by == member:
        draft.state = "waiting"
        draft.save(update_fields=["state"])


def _recoverable(request: Any, no: int) -> str:
    """Find who is to get a new key: she herself, or whose guardian she is."""
    row = Member.objects.filter(no=no, kind="person", left=None).first()
    person = request.here.person
    policy = keys.policy_of(row.id) if row else None
    if row is None or policy is None or policy.guardians is None:
        raise Http404
    if person != row.id and person not in policy.guardians.of:
        raise Http404
    return str(row.id)
