"""Asking once more: above which amounts a member wants to be asked before she signs."""

from collections import Counter
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from urdimbre.core.acts import Act
from urdimbre.core.exchange.moves import Money, Promise, Signs
from urdimbre.core.units import Quantity
from urdimbre.web import wording
from urdimbre.web.exchanges import fields
from urdimbre.web.exchanges.models import AskedAbove, Draft
from urdimbre.web.exchanges.roles import Role, act_of
from urdimbre.web.units import Measure, signs


class AskingForm(forms.Form):
    """An amount of each unit of value; an empty one is never asked about."""

    def __init__(self, typed: Any, *, asked: dict[str, int]) -> None:
        """Make a field of money and of each sign."""
        super().__init__(typed)
        self.units = {f"above_{one.code}": one for one in units()}
        for name, one in self.units.items():
            field = fields.amount_field(wording.unit_label(one), required=False)
            if one.code in asked:
                field.initial = wording.editable(asked[one.code], one)
            self.fields[name] = field

    def clean(self) -> None:
        """Read the amounts; nothing at all may be an amount, too."""
        for name, one in self.units.items():
            fields.read_amount(self, name, one.code, zero=True)


def units() -> list[Measure]:
    """Return the units of value: money, then the circuit's signs."""
    return [fields.money(), *signs()]


def asking(request: Any) -> HttpResponse:
    """Let a member say above which amounts she wants to be asked once more."""
    person = request.here.person
    rows = AskedAbove.objects.filter(person=person)
    asked = {row.unit: row.minor for row in rows}
    typed = request.POST if request.method == "POST" else None
    form = AskingForm(typed, asked=asked)
    if typed is not None and form.is_valid():
        _keep(person, form)
        return redirect("asking")
    page = {"form": form, "asked": bool(asked)}
    status = 422 if form.errors else 200
    return render(request, "exchanges/asking.html", page, status=status)


def _keep(person: str, form: AskingForm) -> None:
    with transaction.atomic():
        AskedAbove.objects.filter(person=person).delete()
        AskedAbove.objects.bulk_create(
            AskedAbove(
                person=person, unit=unit.code, minor=int(form.cleaned_data[name])
            )
            for name, unit in form.units.items()
            if form.cleaned_data[name] not in ("", None)
        )


def above(draft: Draft, role: Role) -> str:
    """Say which amounts of a draft lie above what she has set; empty if none does."""
    act = act_of(draft)
    if not isinstance(act, Act) or act.kind != "exchange":
        return ""
    given = _given(act, role.party)
    rows = AskedAbove.objects.filter(person=role.person, unit__in=list(given))
    beyond = [row.unit for row in rows if given[row.unit] > row.minor]
    amounts = [wording.quantity(Quantity(given[unit], unit)) for unit in sorted(beyond)]
    return ", ".join(amounts)


def _given(act: Act, party: str) -> Counter[str]:
    """Add up what a party gives, or promises, in money and signs."""
    found: Counter[str] = Counter()
    for deal in act.body.deals:
        for move in deal.moves:
            if move.giver.id != party:
                continue
            if isinstance(move, Money | Signs):
                found[move.unit] += move.quantity
            elif isinstance(move, Promise) and move.what.type in ("money", "signs"):
                found[move.what.unit] += move.what.quantity
    return found


def sure_field(amounts: str) -> forms.MultipleChoiceField:
    """Ask for one more tap."""
    sentence = gettext("Yes, I mean it: %(amounts)s")
    return forms.MultipleChoiceField(
        label=gettext("Once more, because you asked for it"),
        choices=[("yes", sentence % {"amounts": amounts})],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext("Tick this, if it is what you mean.")},
    )
