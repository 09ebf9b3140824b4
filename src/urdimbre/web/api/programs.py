"""The page "My programs": make a token, see what each may do, end it."""

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

from urdimbre.core.units import Quantity
from urdimbre.web import names, wording
from urdimbre.web.api import tokens
from urdimbre.web.api.models import Token
from urdimbre.web.api.scopes import EXCHANGE, SCOPES
from urdimbre.web.exchanges import fields
from urdimbre.web.exchanges.handing import is_she
from urdimbre.web.security import again, log
from urdimbre.web.units import signs

SECONDS_PER_DAY = 86_400
DAYS = 90
DAYS_MAX = 366


@dataclass(frozen=True, slots=True)
class Program:
    """A token as her page shows it.

    Attributes:
        id: number to end it by.
        name: what she calls the program.
        allowed: what it may do, in words.
        member: name of the household or the like it acts for; empty: for herself.
        cap: what it may sign away in all; empty if it may sign nothing.
        left: what is left of it.
        signed: how many exchanges it has signed, in words.
        until: its last day.
        used: when it was last used; empty: never.
        live: whether it opens anything still.
    """

    id: int
    name: str
    allowed: tuple[str, ...]
    member: str
    cap: str
    left: str
    signed: str
    until: str
    used: str
    live: bool


class ProgramForm(forms.Form):
    """What a program is called, what it may do, and until when."""

    name = forms.CharField(label=_("What do you call the program?"), max_length=60)
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        choices=SCOPES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what it may do.")},
    )
    cap = fields.amount_field(
        _("If it signs: how much may leave your account in all?"),
        required=False,
        help_text=_(
            "Counted are signs and money that it gives, promises or lets go in your "
            "name. Left empty, it signs nothing that costs you signs or money. Goods "
            "and work are not counted."
        ),
    )
    cap_unit = forms.ChoiceField(
        label=_("Counted in"),
        required=False,
        choices=lambda: [
            (one.code, wording.unit_label(one)) for one in (*signs(), fields.money())
        ],
    )
    until = fields.day_field(_("Until what day?"))
    password = forms.CharField(
        label=_("Your password once more, because it will act in your name"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean(self) -> None:
        """Read the cap in its unit, and keep the day within a year."""
        typed = self.cleaned_data
        if EXCHANGE in typed.get("scopes", ()) and typed.get("cap"):
            fields.read_amount(self, "cap", typed.get("cap_unit"))
        today = wording.to_date(wording.today())
        until = typed.get("until")
        if until is not None and not today <= until <= _last(today):
            sentence = gettext("Choose a day between today and %(last)s.")
            told = sentence % {"last": wording.day(wording.to_day(_last(today)))}
            self.add_error("until", told)


def _last(today: dt.date) -> dt.date:
    return today + dt.timedelta(DAYS_MAX)


def programs(request: Any) -> HttpResponse:
    """Show her programs, and make a token for another."""
    day = wording.to_date(wording.today()) + dt.timedelta(DAYS)
    form = ProgramForm(request.POST or None, initial={"until": day})
    again.labelled(form.fields["password"], request.here.person)
    if request.method == "POST" and form.is_valid() and _may_make(form, request):
        token = tokens.make(request.here, _allowed(form.cleaned_data))
        log.note("program_made", request.here.person, request)
        page = {"token": token, "name": form.cleaned_data["name"]}
        return render(request, "api/made.html", page)
    page = {"form": form, "programs": _lines(request)}
    status = 422 if form.errors else 200
    return render(request, "api/programs.html", page, status=status)


def _may_make(form: ProgramForm, request: Any) -> bool:
    """Tell whether it is she, and whether she has not too many already."""
    if not is_she(form, request):
        return False
    live = tokens.of_hers(request.here).filter(until__gt=int(time.time())).count()
    if live >= tokens.LIVE_MAX:
        form.add_error(None, gettext("You have many programs. End one of them first."))
    return live < tokens.LIVE_MAX


def _allowed(typed: dict[str, Any]) -> dict[str, Any]:
    """Write what the token may do; only one that signs has a cap."""
    signs_too = EXCHANGE in typed["scopes"] and isinstance(typed["cap"], int)
    # To the end of the day, as the host counts it.
    until = dt.datetime.combine(typed["until"], dt.time.max).astimezone()
    return {
        "name": typed["name"],
        "scopes": " ".join(typed["scopes"]),
        "cap_unit": typed["cap_unit"] if signs_too else "",
        "cap": typed["cap"] if signs_too else 0,
        "until": int(until.timestamp()),
    }


def _lines(request: Any) -> list[Program]:
    rows = list(tokens.of_hers(request.here)[:50])
    known = names.by_id({row.member for row in rows})
    return [_line(row, known, request.here.person) for row in rows]


def _line(row: Token, known: dict[str, str], person: str) -> Program:
    words = dict(SCOPES)
    return Program(
        id=row.pk,
        name=row.name,
        allowed=tuple(str(words[one]) for one in row.scopes.split()),
        member="" if row.member == person else known[row.member],
        cap=_amount(row.cap, row.cap_unit),
        left=_amount(row.cap - row.spent, row.cap_unit),
        signed=wording.count(row.signed) if EXCHANGE in row.scopes.split() else "",
        until=wording.moment(row.until),
        used=wording.moment(row.used) if row.used else "",
        live=tokens.is_live(row),
    )


def _amount(minor: int, unit: str) -> str:
    return wording.quantity(Quantity(minor, unit)) if unit else ""


@require_POST
def end(request: Any, pk: int) -> HttpResponse:
    """End one of her programs."""
    if not tokens.end(request.here, pk):
        raise Http404
    log.note("program_ended", request.here.person, request)
    return redirect("programs")
