"""Giving, seeing and ending a permission to fetch on account."""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.core.accounts import COMMON
from urdimbre.core.obligations import debt
from urdimbre.core.units import Quantity
from urdimbre.projections.models import Member
from urdimbre.web import names, opened, telling, wording
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges import fields
from urdimbre.web.exchanges.filling import write_refusals
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.proposing import Proposal, propose
from urdimbre.web.exchanges.standing import Permission, permissions
from urdimbre.web.on_account.models import Terms
from urdimbre.web.purchases import people

CONTEST_DAYS = 14
DAYS_MAX = 366
FETCHERS_MAX = 8
SECONDS_PER_DAY = 86_400
GIVERS = ("person", "household", "initiative")
WHEN_ASKED = {"event": "request"}


class PermissionForm(forms.Form):
    """With whom, up to how much, until when, and who may fetch."""

    creditor = forms.ChoiceField(label=_("Where do you take on account?"))
    most = fields.amount_field(_("Up to how much may it add up?"))
    fetchers = forms.CharField(
        label=_("Who else may fetch for you?"),
        help_text=_("Names, with commas between."),
        max_length=400,
        required=False,
    )
    until = fields.day_field(
        _("Until which day does this hold?"),
        help_text=_("You can end it at any time."),
    )
    due = fields.due_field()
    due_day = fields.day_field(_("Day of payment"), required=False)

    def __init__(self, *args: Any, here: Here, **options: Any) -> None:
        """Offer everybody but herself as creditor."""
        super().__init__(*args, **options)
        self.here = here
        self.fields["creditor"].choices = _creditors(here)
        self.fields["due"].label = _("When do you pay?")
        unit = wording.unit_label(fields.money())
        self.fields["most"].help_text = gettext("In %(unit)s.") % {"unit": unit}

    def clean_until(self) -> Any:
        """Refuse a day that has gone by, or one that is too far."""
        until = self.cleaned_data["until"]
        ahead = wording.to_day(until) - wording.today()
        if ahead < 0:
            told = gettext("That day has gone by. Choose a later one.")
            raise forms.ValidationError(told)
        if ahead > DAYS_MAX:
            raise forms.ValidationError(gettext("Choose a day within a year."))
        return until

    def clean_fetchers(self) -> list[str]:
        """Find each person that is named; say who is not, or is not the only one."""
        known = people.nameable()
        found = {_one(name, known) for name in _split(self.cleaned_data["fetchers"])}
        if len(found) > FETCHERS_MAX:
            raise forms.ValidationError(gettext("These are too many to remember."))
        return sorted(found - {self.here.member})

    def clean(self) -> dict[str, Any]:
        """Read the amount and the term."""
        fields.read_amount(self, "most", fields.money().code)
        fields.check_due(self)
        return self.cleaned_data


def _split(typed: str) -> list[str]:
    return [name.strip() for name in typed.replace(";", ",").split(",") if name.strip()]


def _one(name: str, known: dict[str, str]) -> str:
    words = name.split()
    found = people.meant(words, known)
    if not found.members or found.words < len(words):
        told = gettext("Nobody here is called «%(name)s».") % {"name": name[:60]}
        raise forms.ValidationError(told)
    if len(found.members) > 1:
        several = ", ".join(known[one] for one in found.members[:4])
        told = gettext(
            "«%(name)s» can be one of several: %(several)s. Write more of it."
        )
        raise forms.ValidationError(told % {"name": name[:60], "several": several})
    return found.members[0]


def _creditors(here: Here) -> list[tuple[str, str]]:
    """Offer the common and the shops first, then everybody else."""
    rows = Member.objects.filter(left=None).exclude(kind__in=("node", "circuit"))
    kinds = dict(rows.exclude(id=here.member).values_list("id", "kind"))
    kinds[COMMON] = "common"
    known = names.by_id(kinds)
    order = ("common", "emporio", "initiative")
    ids = sorted(
        kinds, key=lambda one: (kinds[one] not in order, names.folded(known[one]))
    )
    return [("", gettext("Choose")), *((one, known[one]) for one in ids)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionLine:
    """A permission as the page shows it."""

    id: str
    other: str
    most: str
    owed: str
    fetchers: str
    until: str
    due: str


def _lines(found: list[Permission], other: str) -> list[PermissionLine]:
    known = names.by_id(
        member for one in found for member in (getattr(one, other), *one.fetchers)
    )
    state = opened.circuit().registry.state
    return [
        PermissionLine(
            id=one.id,
            other=known[getattr(one, other)],
            most=wording.quantity(Quantity(one.most or one.each, one.unit)),
            owed=wording.quantity(
                Quantity(debt(state, one.principal, one.creditor, one.unit), one.unit)
            ),
            fetchers=", ".join(known[who] for who in one.fetchers),
            until=wording.moment(one.until),
            due=telling.due_sentence(telling.due_of(due_of(one))),
        )
        for one in found
    ]


def due_of(permission: Permission) -> dict[str, Any]:
    """Return when is paid what is written under a permission."""
    row = Terms.objects.filter(pk=permission.id).first()
    return dict(row.due) if row else WHEN_ASKED


def on_account(request: Any) -> HttpResponse:
    """Show the notebook from both sides: who may fetch here, and who writes for her."""
    here = request.here
    found = permissions()
    page = {
        "given": _lines(
            [one for one in found if one.principal == here.member], "creditor"
        ),
        "kept": _lines(
            [one for one in found if may_act(here.person, one.creditor)], "principal"
        ),
        "may_give": here.kind in GIVERS,
    }
    return render(request, "on_account/notebook.html", page)


def give(request: Any) -> HttpResponse:
    """Ask for a permission, and let her sign it."""
    here = request.here
    if here.kind not in GIVERS:
        raise Http404
    form = PermissionForm(request.POST or None, here=here)
    if request.method == "POST" and form.is_valid():
        body = _body(here, form.cleaned_data)
        made = propose(here, Proposal(kind="mandate", body=body), {})
        if isinstance(made, Draft):
            Terms.objects.create(mandate=body["id"], due=fields.due(form.cleaned_data))
            return redirect("draft", made.pk)
        write_refusals(form, made)
    status = 422 if form.errors else 200
    return render(request, "on_account/give.html", {"form": form}, status=status)


def _body(here: Here, typed: dict[str, Any]) -> dict[str, Any]:
    days = wording.to_day(typed["until"]) - wording.today() + 1
    now = int(time.time())
    body = {
        "id": secrets.token_hex(16),
        "principal": here.member,
        "agents": [],
        "purpose": "accept_debit",
        "kinds": ["exchange"],
        "modes": ["sale"],
        "unit": fields.money().code,
        "max_each": typed["most"],
        "max_balance": typed["most"],
        "creditor": typed["creditor"],
        "contest_days": CONTEST_DAYS,
        "from": min(now, opened.circuit().registry.state.time),
        "until": now + days * SECONDS_PER_DAY,
    }
    return body | ({"fetchers": typed["fetchers"]} if typed["fetchers"] else {})


@require_POST
def end(request: Any, mandate: str) -> HttpResponse:
    """Let who gave a permission end it."""
    here = request.here
    row = opened.circuit().registry.state.get(f"mandate/{mandate}")
    if row is None or row.principal != here.member or row.purpose != "accept_debit":
        raise Http404
    until = max(row.start, min(int(time.time()), row.until))
    body = {
        name: list(value) if isinstance(value, tuple) else value
        for name in row.__slots__
        if (value := getattr(row, name)) is not None
    }
    body = {"from": body.pop("start"), **body, "until": until}
    made = propose(here, Proposal(kind="mandate", body=body), {})
    if isinstance(made, Draft):
        return redirect("draft", made.pk)
    return redirect("on_account")
