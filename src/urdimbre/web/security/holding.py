"""A steward or mediator holds, for a time, what a member could erase."""

import datetime as dt
import time
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.adapters import holds
from urdimbre.core.accounts import COMMON
from urdimbre.projections.models import Member
from urdimbre.web import names, opened, wording
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.exchanges import fields
from urdimbre.web.membership import keys
from urdimbre.web.security import again, log

DAYS_MAX = 180
MEDIATED = ("contest", "adjust", "freeze")


@dataclass(frozen=True, slots=True)
class Told:
    """A hold, in words."""

    id: str
    reason: str
    until: str
    by: str


class HoldForm(forms.Form):
    """Why, and until when."""

    reason = forms.CharField(
        label=_("Why must it stay?"),
        help_text=_(
            "She reads this. Name the dispute, or who demands it by which law."
        ),
        max_length=300,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"min_length": _("Say it in a sentence.")},
    )
    until = fields.day_field(
        _("Until which day?"), help_text=_("At most half a year. It ends by itself.")
    )

    def clean_until(self) -> dt.date:
        """Refuse a day that has gone by, or is too far."""
        until: dt.date = self.cleaned_data["until"]
        ahead = wording.to_day(until) - wording.today()
        if not 0 <= ahead <= DAYS_MAX:
            told = gettext("Choose a day between today and half a year from now.")
            raise forms.ValidationError(told)
        return until


def may_hold(person: str, member: str) -> bool:
    """Tell whether somebody may hold what is another's: stewards and mediators."""
    if person == member:
        return False
    mediates = any(keys.mandate_to_mediate(person, kind) for kind in MEDIATED)
    return may_act(person, COMMON) or mediates


def told(found: list[holds.Hold]) -> list[Told]:
    """Write holds in words."""
    known = names.by_id({one.by for one in found})
    return [
        Told(
            one.id,
            one.reason,
            wording.day(wording.to_day(wording.local(one.until).date())),
            known.get(one.by, ""),
        )
        for one in found
    ]


@again.lately
def hold(request: Any, no: int) -> HttpResponse:
    """Show what is held of a member, and hold it."""
    member = _of(request, no)
    desk, now = opened.circuit().desk, int(time.time())
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        last = dt.datetime.combine(form.cleaned_data["until"], dt.time.max)
        holds.put(
            desk,
            member=member,
            reason=form.cleaned_data["reason"],
            until=int(last.astimezone().timestamp()),
            by=request.here.person,
            at=now,
        )
        log.note("held", member, request, by=request.here.person)
        return redirect("hold", no)
    page = {
        "form": form,
        "no": no,
        "name": names.by_id([member])[member],
        "holds": told(holds.of(desk, member, now=now)),
    }
    status = 422 if form.errors else 200
    return render(request, "security/hold.html", page, status=status)


@require_POST
@again.lately
def end_hold(request: Any, no: int) -> HttpResponse:
    """End a hold before its day."""
    member = _of(request, no)
    desk = opened.circuit().desk
    for one in holds.of(desk, member, now=int(time.time())):
        if one.id == request.POST.get("hold"):
            holds.end(desk, one.id)
            log.note("hold_ended", member, request, by=request.here.person)
    return redirect("hold", no)


def _of(request: Any, no: int) -> str:
    row = Member.objects.filter(no=no, kind="person").first()
    if row is None or not may_hold(request.here.person, row.id):
        raise Http404
    return str(row.id)
