"""Calling members to a work day, for the common."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.core.accounts import COMMON
from urdimbre.core.reading import LIST_MAX
from urdimbre.projections.models import Member
from urdimbre.web import names, wording
from urdimbre.web.catalogue import categories
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.circuit.surroundings import agreed
from urdimbre.web.exchanges import fields
from urdimbre.web.exchanges.filling import write_refusals
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.proposing import Proposal, propose
from urdimbre.web.work_days.looking import for_the_common

KINDS = ("person", "household", "initiative")
"""Who is called to work; an emporio or a fund has no hands of its own."""


def _work() -> list[tuple[str, str]]:
    """Give the kinds of work, common work first."""
    found = [one for one in categories.choices() if one[0].startswith("work.")]
    return sorted(found, key=lambda one: one[0] != "work.common")


def _members() -> list[tuple[str, str]]:
    ids = Member.objects.filter(kind__in=KINDS, left=None, no__gt=0)
    known = names.by_id(ids.values_list("id", flat=True))
    return sorted(known.items(), key=lambda one: names.folded(one[1]))


class CallForm(forms.Form):
    """Who is called to what, when, and what may be paid instead."""

    category = forms.ChoiceField(label=_("What is to be done?"), choices=_work)
    day = fields.day_field(_("On which day?"))
    quantity = fields.amount_field(_("How much work from each"), initial="1")
    unit = forms.ChoiceField(
        label=_("Counted in"),
        choices=lambda: [one for one in fields.volumes() if one[0] in ("DAY", "HUR")],
        widget=forms.RadioSelect,
        initial="DAY",
    )
    price = fields.amount_field(
        _("What may be paid instead of a whole day or hour"), required=False
    )
    members = forms.MultipleChoiceField(
        label=_("Who is called?"),
        choices=_members,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean(self) -> None:
        """Read the amounts, and look whether all fit into one call."""
        typed = self.cleaned_data
        fields.read_amount(self, "quantity", typed.get("unit"))
        fields.read_amount(self, "price", fields.money().code)
        if len(typed.get("members") or ()) > LIST_MAX:
            sentence = gettext(
                "One call holds %(most)s. Leave some out and call them after this one."
            )
            self.add_error("members", sentence % {"most": wording.count(LIST_MAX)})


def call(request: Any) -> HttpResponse:
    """Ask who is called to what; what is to be signed is the common's."""
    here = request.here
    if not may_act(here.person, COMMON):
        raise Http404
    initial = {"members": [one for one, _ in _members()][:LIST_MAX]}
    form = CallForm(request.POST or None, initial=initial)
    form.fields["price"].help_text = gettext("In %(unit)s.") % {
        "unit": wording.unit_label(fields.money())
    }
    if request.method == "POST" and form.is_valid():
        made = propose(for_the_common(here), _proposal(form.cleaned_data), {})
        if isinstance(made, Draft):
            request.session["acting"] = COMMON
            return redirect("draft", made.pk)
        write_refusals(form, made)
    most = int(agreed("work_days", 0))
    shown = {"form": form, "agreed": wording.count(most), "none_agreed": not most}
    status = 422 if form.errors else 200
    return render(request, "work_days/call.html", shown, status=status)


def _proposal(typed: dict[str, Any]) -> Proposal:
    body = {
        "day": wording.today(),
        "due": wording.to_day(typed["day"]),
        "category": typed["category"],
        "quantity": typed["quantity"],
        "unit": typed["unit"],
        "members": sorted(typed["members"]),
    }
    if typed.get("price"):
        code = fields.money().code
        body["or"] = {"type": "money", "quantity": typed["price"], "unit": code}
    return Proposal(kind="dues", body=body)
