"""The desk of the office: one member after the other, both names on every page."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.projections.models import Member, Move
from urdimbre.web.circuit import balances
from urdimbre.web.circuit.acting import office_mandate
from urdimbre.web.circuit.entering import Here
from urdimbre.web.circuit.models import Person
from urdimbre.web.entries import signed_at
from urdimbre.web.exchanges import statement, waiting
from urdimbre.web.office import mandates
from urdimbre.web.opened import circuit
from urdimbre.web.purchases import people
from urdimbre.web.security import log

LOOKED_AT = 200
SHOWN = 10


@require_POST
def open_desk(request: Any, mandate: str) -> HttpResponse:
    """Begin to write for somebody; her page of her way in tells it."""
    row = office_mandate(request.here.person, mandate)
    if row is None:
        raise Http404
    request.session["under"] = row.id
    log.note("office_opened", row.principal, request, by=request.here.person)
    return redirect("office_desk")


@require_POST
def close_desk(request: Any) -> HttpResponse:
    """Write for nobody but herself again."""
    request.session.pop("under", None)
    return redirect("office")


def desk(request: Any) -> HttpResponse:
    """Show what may be written for her, where she stands and what was written."""
    here = request.here
    if not here.mandate:
        return redirect("office")
    row = office_mandate(here.person, here.mandate)
    (line,) = mandates.lines([row] if row else [], of_holder=False)
    held = balances.balances_of(here)
    waits = [one for one in waiting.for_her(here) if one.mode]
    sent = [one for one in waiting.sent_by(here) if one.mode]
    page = {
        "line": line,
        "standings": balances.standings(here, held),
        "waiting": waits,
        "sent": sent,
        "written": _written(here),
    }
    return render(request, "office/desk.html", page)


def _written(here: Here) -> list[statement.StatementLine]:
    """Return the last moves of hers that this clerk has signed for her."""
    genesis = circuit().registry.genesis
    rows = statement.moves_of(here, {})[:LOOKED_AT]
    mine: list[Move] = [
        row
        for row in rows
        if any(person == here.person for person, _ in signed_at(genesis, row.position))
    ]
    return list(statement.lines(mine[:SHOWN], here))


class SomebodyForm(forms.Form):
    """Who sits at the desk: her number, from her card, or her name."""

    who = forms.CharField(
        label=_("Her number, or her name"),
        help_text=_("The number stands on her card and on her paper notebook."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, typed: Any, *, here: Here) -> None:
        """Know who asks: she is not the one who is beside herself."""
        super().__init__(typed)
        self.here = here

    def clean_who(self) -> int:
        """Find the person; say who is not, or is not the only one."""
        typed = self.cleaned_data["who"].strip()
        by_code = Person.objects.filter(code=typed).values_list("member", flat=True)
        known = people.nameable()
        found = people.meant(typed.split(), known)
        members = tuple(by_code[:1]) or found.members
        rows = Member.objects.filter(id__in=members, kind="person", left=None)
        row = rows.exclude(id=self.here.person).first()
        if len(members) > 1:
            several = ", ".join(known[one] for one in members[:4])
            told = gettext("That can be one of several: %(several)s. Write more of it.")
            raise forms.ValidationError(told % {"several": several})
        if row is None:
            told = gettext("Nobody else here is called so, or has that number.")
            raise forms.ValidationError(told)
        return int(row.no)


def somebody_here(request: Any) -> HttpResponse:
    """Find the member who sits at the desk and has no device."""
    form = SomebodyForm(request.POST or None, here=request.here)
    if request.method == "POST" and form.is_valid():
        return redirect("office_beside", form.cleaned_data["who"])
    status = 422 if form.errors else 200
    return render(request, "office/somebody.html", {"form": form}, status=status)
