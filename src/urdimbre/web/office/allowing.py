"""Letting somebody write for her: a mandate with its caps, given, seen and ended."""

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

from urdimbre.projections.models import Member
from urdimbre.web import names, opened, wording
from urdimbre.web.circuit.entering import Here
from urdimbre.web.circuit.models import Login
from urdimbre.web.exchanges import fields
from urdimbre.web.exchanges.filling import write_refusals
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.proposing import Proposal, propose
from urdimbre.web.office import mandates
from urdimbre.web.office.attesting import is_clerk, to_attest
from urdimbre.web.office.models import Prepared
from urdimbre.web.office.reading_days import until_day
from urdimbre.web.units import signs

CONTEST_DAYS = 14
PERIOD_DAYS = 30
SECONDS_PER_DAY = 86_400
GIVERS = ("person", "household", "initiative")
MODES = (("sale", _("Sale")), ("barter", _("Barter")), ("gift", _("Gift")))


class AllowForm(forms.Form):
    """Who may write, what, up to how much and until when."""

    clerk = forms.ChoiceField(label=_("Who may write for you?"))
    modes = forms.MultipleChoiceField(
        label=_("What may be written?"),
        choices=MODES,
        widget=forms.CheckboxSelectMultiple,
        initial=["barter"],
    )
    unit = forms.ChoiceField(label=_("What may be spent?"))
    each = fields.amount_field(_("At most, each time"))
    month = fields.amount_field(_("At most, in 30 days"))
    until = fields.day_field(
        _("Until which day does this hold?"),
        help_text=_("You can end it at any time."),
    )

    def __init__(self, typed: Any, *, giver: str, clerk: str = "") -> None:
        """Offer every other person; with a clerk it is he who sits at the desk."""
        super().__init__(typed)
        self.giver = giver
        if clerk:
            del self.fields["clerk"]
        else:
            self.fields["clerk"].choices = _persons(giver)
        counted = [
            (one.code, wording.unit_label(one)) for one in (*signs(), fields.money())
        ]
        self.fields["unit"].choices = counted

    def clean_until(self) -> Any:
        """Refuse a day that has gone by, or one that is too far."""
        return until_day(self.cleaned_data["until"])

    def clean(self) -> None:
        """Read the caps; what is allowed each time is allowed in a month."""
        unit = self.cleaned_data.get("unit")
        each = fields.read_amount(self, "each", unit)
        month = fields.read_amount(self, "month", unit)
        if each is not None and month is not None and month < each:
            told = gettext("In 30 days it must be at least as much as each time.")
            self.add_error("month", told)

    def body(self, clerk: str) -> dict[str, Any]:
        """Return the body of the act."""
        typed, now = self.cleaned_data, int(time.time())
        days = wording.to_day(typed["until"]) - wording.today() + 1
        return {
            "id": secrets.token_hex(16),
            "principal": self.giver,
            "agents": [clerk],
            "purpose": mandates.ACT,
            "kinds": ["exchange"],
            "modes": sorted(typed["modes"]),
            "unit": typed["unit"],
            "max_each": typed["each"],
            "max_per_period": typed["month"],
            "period_days": PERIOD_DAYS,
            "contest_days": CONTEST_DAYS,
            "from": min(now, opened.circuit().registry.state.time),
            "until": now + days * SECONDS_PER_DAY,
        }


def _persons(but: str) -> list[tuple[str, str]]:
    rows = Member.objects.filter(kind="person", left=None).exclude(id=but)
    known = names.by_id(rows.values_list("id", flat=True))
    found = sorted(known.items(), key=lambda one: names.folded(one[1]))
    return [("", gettext("Choose")), *found]


def office(request: Any) -> HttpResponse:
    """Show for whom she may write, and who may write for her."""
    here = request.here
    given = mandates.given_by(here.member)
    held = mandates.held_by(here.person)
    page = {
        "held": list(mandates.lines(held, of_holder=False)),
        "given": list(mandates.lines(given, of_holder=True)),
        "may_give": here.kind in GIVERS,
        "to_attest": to_attest(here),
        "is_clerk": is_clerk(here, held),
    }
    return render(request, "office/office.html", page)


def allow(request: Any) -> HttpResponse:
    """Ask for a mandate, and let her sign it on her own device."""
    here = request.here
    if here.kind not in GIVERS:
        raise Http404
    form = AllowForm(request.POST or None, giver=here.member)
    if request.method == "POST" and form.is_valid():
        body = form.body(form.cleaned_data["clerk"])
        made = propose(here, Proposal(kind="mandate", body=body), {})
        if isinstance(made, Draft):
            return redirect("draft", made.pk)
        write_refusals(form, made)
    page = {"form": form, "name": here.name, "member": here.member}
    return _answer(request, form, page)


def allow_beside(request: Any, no: int) -> HttpResponse:
    """Let a member without a device allow it to who sits beside her, on his."""
    giver = somebody(request, no)
    clerk = request.here.person
    form = AllowForm(request.POST or None, giver=giver.member, clerk=clerk)
    if request.method == "POST" and form.is_valid():
        body = form.body(clerk)
        made = propose(giver, Proposal(kind="mandate", body=body), {})
        if isinstance(made, Draft):
            member = giver.member
            Prepared.objects.create(draft=made.pk, clerk=clerk, member=member)
            return redirect("beside", made.pk, giver.no)
        write_refusals(form, made)
    page = {"form": form, "name": giver.name, "member": giver.member, "beside": True}
    return _answer(request, form, page)


def _answer(request: Any, form: AllowForm, page: dict[str, Any]) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "office/allow.html", page, status=status)


def somebody(request: Any, no: int) -> Here:
    """Return a person who sits beside who has entered, as if she had entered herself.

    Raises:
        Http404: there is no such person, or it is she who has entered.
    """
    rows = Member.objects.filter(no=no, kind="person", left=None)
    row = rows.first() if no < 2**31 else None
    here: Here = request.here
    if row is None or row.id == here.person:
        raise Http404
    name = names.by_id([row.id])[row.id]
    login = Login.objects.filter(member=row.id).first() or Login(member=row.id)
    return replace(
        here,
        login=login,
        person=row.id,
        member=row.id,
        no=row.no,
        kind=row.kind,
        name=name,
        person_name=name,
        mandate="",
    )


@require_POST
def end(request: Any, mandate: str) -> HttpResponse:
    """Let who gave a mandate end it."""
    here = request.here
    row = opened.circuit().registry.state.get(f"mandate/{mandate}")
    if row is None or row.principal != here.member or row.purpose != mandates.ACT:
        raise Http404
    made = propose(here, Proposal(kind="mandate", body=ended(row)), {})
    if isinstance(made, Draft):
        return redirect("draft", made.pk)
    return redirect("office")


def ended(row: Any) -> dict[str, Any]:
    """Return the same mandate with an end that is now."""
    until = max(row.start, min(int(time.time()), row.until))
    body = {
        name: list(value) if isinstance(value, tuple) else value
        for name in row.__slots__
        if (value := getattr(row, name)) is not None
    }
    return {"from": body.pop("start"), **body, "until": until}
