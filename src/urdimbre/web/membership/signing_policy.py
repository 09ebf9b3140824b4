"""How a household, an initiative or a fund signs: how many of whom, up to what."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.core.membership.consent import server_is_one
from urdimbre.core.membership.rows import ANY, Policy, Rule
from urdimbre.projections.models import Member
from urdimbre.web import names, wording
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.circuit.entering import Here
from urdimbre.web.circuit.models import Person
from urdimbre.web.exchanges import fields
from urdimbre.web.exchanges.filling import write_refusals
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.proposing import Proposal, propose
from urdimbre.web.membership import keys
from urdimbre.web.membership.telling import rule_in_words
from urdimbre.web.units import measure, signs

PERSONS_MAX = 24
CHANGES = ("mandate", "policy")
"""Kinds of acts that say who signs from now on."""
SMALL = ("exchange",)
"""The only kind with a limit: all others give nothing, and would be below any."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A policy as the form draws it: three rules at most.

    Attributes:
        most: the rule that decides on whatever no other decides on.
        change: on who signs; nothing: as all else.
        small: on exchanges up to a limit; nothing: as all else.
        whole: whether the policy is no more than that.
    """

    most: Rule
    change: Rule | None
    small: Rule | None
    whole: bool


def drawn(policy: Policy) -> Drawn:
    """Find in a policy the three rules that the form can draw."""
    rules = list(policy.rules)
    unlimited = [one for one in rules if one.max is None]
    most = next((one for one in unlimited if one.kinds == (ANY,)), rules[-1])
    change = next((one for one in unlimited if one.kinds == CHANGES), None)
    small = next((one for one in rules if one.max and one.kinds == SMALL), None)
    found = [one for one in (change, small, most) if one is not None]
    same = change is None or change.of == most.of
    return Drawn(most, change, small, whole=same and rules == found)


class PolicyForm(forms.Form):
    """Who signs, and how many of them for what."""

    of = forms.MultipleChoiceField(
        label=_("Who signs"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    more = forms.CharField(
        label=_("Who else"),
        help_text=_("Names or codes of members, one on each line."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    need = forms.IntegerField(
        label=_("How many of them must sign"),
        min_value=1,
        max_value=PERSONS_MAX,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    change = forms.IntegerField(
        label=_("How many must sign to change who signs"),
        help_text=_("Also to give somebody a mandate. Empty: as many as for all else."),
        required=False,
        min_value=1,
        max_value=PERSONS_MAX,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    limit = fields.amount_field(
        _("For exchanges up to this amount fewer are enough"), required=False
    )
    unit = forms.ChoiceField(label=_("Counted in"), required=False)
    small = forms.IntegerField(
        label=_("How many must sign up to that amount"),
        required=False,
        min_value=1,
        max_value=PERSONS_MAX,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    small_of = forms.MultipleChoiceField(
        label=_("Who signs up to that amount"),
        help_text=_("Nobody chosen: all who sign."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    anyway = forms.MultipleChoiceField(
        label=_("Is that what you want?"),
        choices=[("on", _("We know, and want it all the same"))],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, typed: Any, *, policy: Policy, kind: str) -> None:
        """Offer those who sign at present by name, and the circuit's units."""
        self.kind = kind
        shape = drawn(policy)
        super().__init__(typed, initial=_initial(shape))
        known = names.by_id(policy.between)
        people = sorted(known.items(), key=lambda one: names.folded(one[1]))
        self.fields["of"].choices = self.fields["small_of"].choices = people
        units = [*signs(), fields.money()]
        told = [(one.code, wording.unit_label(one)) for one in units]
        self.fields["unit"].choices = told
        self.out_of_reach: dict[str, str] | None = None

    def clean(self) -> dict[str, Any]:
        """Refuse what nobody could fulfil, before it is proposed."""
        typed = super().clean() or self.cleaned_data
        of = sorted({*typed.get("of", []), *self._named(typed.get("more", ""))})
        typed["of"] = of
        if not of and "more" not in self.errors:
            self.add_error("of", gettext("Choose at least one person."))
        if len(of) > PERSONS_MAX:
            self.add_error("of", gettext("Choose twenty-four at most."))
        for name in ("need", "change"):
            if of and len(of) < (typed.get(name) or 0):
                told = gettext("You have chosen fewer persons than that.")
                self.add_error(name, told)
        self._clean_small(typed, of)
        if not self.errors:
            self._check_reach(typed)
        return typed

    def _named(self, text: str) -> list[str]:
        """Find the persons whom somebody has typed; tell whom nobody knows."""
        found = []
        for one in filter(None, map(str.strip, re.split(r"[\n,;]", text))):
            fit = _persons_called(one)
            if len(fit) == 1:
                found.append(fit[0])
                continue
            if fit:
                told = gettext("Several are called %(name)s: write the code instead.")
            else:
                told = gettext("Nobody here is called %(name)s.")
            self.add_error("more", told % {"name": one})
        return found

    def _clean_small(self, typed: dict[str, Any], of: Sequence[str]) -> None:
        """Take amount and number together, or neither."""
        given = bool(typed.get("limit")) or bool(typed.get("small"))
        if not given:
            return
        fields.ask_for(self, "limit", "small")
        fields.read_amount(self, "limit", typed.get("unit"))
        small, need = typed.get("small") or 0, typed.get("need") or 0
        among = [one for one in typed.get("small_of", []) if one in of] or list(of)
        typed["small_of"] = among
        if need and small >= need:
            told = gettext("That is not fewer than for all else: leave it empty.")
            self.add_error("small", told)
        elif small > len(among):
            told = gettext("You have chosen fewer persons than that.")
            self.add_error("small", told)

    def _check_reach(self, typed: dict[str, Any]) -> None:
        """Ask once more if too many have only keys that this server keeps."""
        need = typed.get("change") or typed["need"]
        if server_is_one("", self.kind):
            need = max(need, typed["need"])
        have = keys.reach(typed["of"])
        if have >= need:
            return
        self.out_of_reach = {"have": wording.count(have), "need": wording.count(need)}
        if not typed.get("anyway"):
            self.add_error("anyway", gettext("Look at this first."))


def _persons_called(text: str) -> list[str]:
    """Return the persons who have this name or code, whatever accents and case."""
    wanted = names.folded(text)
    rows = Person.objects.values_list("member", "name", "code").iterator()
    fit = [
        member
        for member, name, code in rows
        if wanted in (names.folded(name), names.folded(code or ""))
    ]
    present = Member.objects.filter(id__in=fit, kind="person", left=None)
    return list(present.values_list("id", flat=True))


def _initial(shape: Drawn) -> dict[str, Any]:
    found: dict[str, Any] = {"of": list(shape.most.of), "need": shape.most.need}
    if shape.change is not None:
        found["change"] = shape.change.need
    small = shape.small
    if small is not None and small.max is not None:
        unit = measure(small.max.unit)
        found |= {
            "limit": wording.editable(small.max.quantity, unit),
            "unit": small.max.unit,
            "small": small.need,
            "small_of": list(small.of),
        }
    return found


def rules(typed: dict[str, Any]) -> list[dict[str, Any]]:
    """Write the rules of a policy as an act has them; the first that fits decides."""
    found: list[dict[str, Any]] = []
    change = typed.get("change")
    if change and change != typed["need"]:
        found.append({"kinds": list(CHANGES), "need": change, "of": typed["of"]})
    if typed.get("limit"):
        most = {"quantity": typed["limit"], "unit": typed["unit"]}
        of = sorted(typed["small_of"])
        rule = {"kinds": list(SMALL), "need": typed["small"], "of": of, "max": most}
        found.append(rule)
    found.append({"kinds": [ANY], "need": typed["need"], "of": typed["of"]})
    return found


def signing_policy(request: Any, no: int) -> HttpResponse:
    """Show how a member signs to those who sign for it, and let them change it."""
    here = _for(request, no)
    policy = keys.policy_of(here.member)
    assert policy is not None  # who is no person has one from admission on
    form = PolicyForm(request.POST or None, policy=policy, kind=here.kind)
    if request.method == "POST" and form.is_valid():
        body = {
            "id": secrets.token_hex(16),
            "principal": here.member,
            "rules": rules(form.cleaned_data),
        }
        made = propose(here, Proposal(kind="policy", body=body), {})
        if isinstance(made, Draft):
            request.session["acting"] = here.member
            return redirect("draft", made.pk)
        write_refusals(form, made)
    if form.out_of_reach is None:
        del form.fields["anyway"]
    known = names.by_id(policy.between)
    page = {
        "no": no,
        "name": here.name,
        "form": form,
        "present": [rule_in_words(one, known) for one in policy.rules],
        "whole": drawn(policy).whole,
        "out_of_reach": form.out_of_reach,
    }
    status = 422 if form.errors else 200
    return render(request, "membership/signing_policy.html", page, status=status)


def _for(request: Any, no: int) -> Here:
    """Act for the member whose page this is, if it is no person and she may."""
    row = Member.objects.filter(no=no, left=None).first() if no < 2**31 else None
    if row is None or row.kind in ("person", "common", "node"):
        raise Http404
    if not may_act(request.here.person, row.id):
        raise Http404
    name = names.by_id([row.id])[row.id]
    here: Here = request.here
    return replace(here, member=row.id, no=row.no, kind=row.kind, name=name)
