"""Who may attest: the circuit's witnesses, named and ended by the common."""

import secrets
import time
from dataclasses import replace
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.core.accounts import COMMON
from urdimbre.core.membership.consent import WITNESSES
from urdimbre.projections.models import Member
from urdimbre.web import names, opened, wording
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges import fields
from urdimbre.web.exchanges.filling import write_refusals
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.proposing import Proposal, propose
from urdimbre.web.membership import keys
from urdimbre.web.office.allowing import CONTEST_DAYS, SECONDS_PER_DAY, ended
from urdimbre.web.office.reading_days import until_day

ATTEST = "attest"
KINDS = ["exchange", "roster"]
AGENTS_MAX = 24


class WitnessesForm(forms.Form):
    """Who the circuit trusts to attest, and until when."""

    persons = forms.MultipleChoiceField(
        label=_("Who may attest?"),
        help_text=_("Two of them together attest for who cannot sign."),
        widget=forms.CheckboxSelectMultiple,
    )
    until = fields.day_field(
        _("Until which day does this hold?"),
        help_text=_("You can end it at any time."),
    )

    def __init__(self, typed: Any) -> None:
        """Offer every person."""
        super().__init__(typed)
        rows = Member.objects.filter(kind="person", left=None)
        known = names.by_id(rows.values_list("id", flat=True))
        found = sorted(known.items(), key=lambda one: names.folded(one[1]))
        self.fields["persons"].choices = found

    def clean_persons(self) -> list[str]:
        """Refuse fewer than attest together, or more than an act names."""
        persons = sorted(self.cleaned_data["persons"])
        if len(persons) < WITNESSES:
            told = gettext("Choose at least two: one witness alone attests nothing.")
            raise forms.ValidationError(told)
        if len(persons) > AGENTS_MAX:
            told = gettext("Choose at most %(most)s.")
            most = wording.count(AGENTS_MAX)
            raise forms.ValidationError(told % {"most": most})
        return persons

    def clean_until(self) -> Any:
        """Refuse a day that has gone by, or one that is too far."""
        return until_day(self.cleaned_data["until"])


def witnesses(request: Any) -> HttpResponse:
    """Show who may attest; whoever signs for the common names them."""
    names_them = may_act(request.here.person, COMMON)
    form = WitnessesForm(request.POST or None)
    if request.method == "POST":
        if not names_them:
            raise Http404
        if form.is_valid():
            made = _named(request, form.cleaned_data)
            if isinstance(made, Draft):
                request.session["acting"] = COMMON
                return redirect("draft", made.pk)
            write_refusals(form, made)
    page = {"form": form, "names_them": names_them, "lines": _lines()}
    status = 422 if form.errors else 200
    return render(request, "office/witnesses.html", page, status=status)


def _lines() -> list[dict[str, str]]:
    """Tell the lists in force: who stands on each, and until when."""
    rows = keys.mandates_to_attest()
    known = names.by_id(one for row in rows for one in row.agents)
    return [
        {
            "id": row.id,
            "names": ", ".join(
                sorted((known[one] for one in row.agents), key=names.folded)
            ),
            "until": wording.moment(row.until),
        }
        for row in rows
    ]


def _named(request: Any, typed: dict[str, Any]) -> Any:
    now = int(time.time())
    days = wording.to_day(typed["until"]) - wording.today() + 1
    body = {
        "id": secrets.token_hex(16),
        "principal": COMMON,
        "agents": typed["persons"],
        "purpose": ATTEST,
        "kinds": KINDS,
        "contest_days": CONTEST_DAYS,
        "from": min(now, opened.circuit().registry.state.time),
        "until": now + days * SECONDS_PER_DAY,
    }
    return propose(_common(request), Proposal(kind="mandate", body=body), {})


def _common(request: Any) -> Here:
    here: Here = request.here
    name = gettext("the common")
    return replace(here, member=COMMON, kind="common", no=names.THE_COMMON, name=name)


@require_POST
def end_witnesses(request: Any, mandate: str) -> HttpResponse:
    """Let whoever signs for the common end a list of witnesses."""
    row = opened.circuit().registry.state.get(f"mandate/{mandate}")
    mine = row is not None and row.principal == COMMON and row.purpose == ATTEST
    if not mine or not may_act(request.here.person, COMMON):
        raise Http404
    made = propose(_common(request), Proposal(kind="mandate", body=ended(row)), {})
    if isinstance(made, Draft):
        request.session["acting"] = COMMON
        return redirect("draft", made.pk)
    return redirect("office_witnesses")
