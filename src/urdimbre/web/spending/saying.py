"""What a family buys in a month: entered line by line, seen by herself alone."""

import time
from fractions import Fraction
from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.core.accounts import COMMON
from urdimbre.core.units import MINOR_MAX, Quantity
from urdimbre.web import names, wording
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.exchanges import fields
from urdimbre.web.purchases import people
from urdimbre.web.purchases.reading import NotAnItem, amount
from urdimbre.web.spending.models import Bought, Family

LINES_MAX = 200
NAME_MAX = 60


class BoughtForm(forms.Form):
    """Something that is bought in a month."""

    what = forms.CharField(label=_("What do you buy?"), max_length=NAME_MAX)
    much = forms.CharField(
        label=_("How much of it in a month?"),
        help_text=_("Such as «10 kg», «30» or «2 bolsas»."),
        max_length=24,
    )
    price = fields.amount_field(_("What does one cost: a kilo, a piece?"))
    shop = forms.CharField(label=_("Where?"), max_length=NAME_MAX, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Say in what the price is."""
        super().__init__(*args, **options)
        unit = wording.unit_label(fields.money())
        self.fields["price"].help_text = gettext("In %(unit)s.") % {"unit": unit}

    def clean_what(self) -> str:
        """Refuse what cannot be shown."""
        return _shown(self.cleaned_data["what"])

    def clean_shop(self) -> str:
        """Refuse what cannot be shown."""
        shop = self.cleaned_data["shop"].strip()
        return _shown(shop) if shop else ""

    def clean_much(self) -> Fraction:
        """Read how much of it."""
        try:
            return amount(self.cleaned_data["much"])
        except NotAnItem as problem:
            raise forms.ValidationError(str(problem)) from None

    def clean(self) -> dict[str, Any]:
        """Work out what it comes to in a month."""
        price = fields.read_amount(self, "price", fields.money().code)
        much = self.cleaned_data.get("much")
        if price and much:
            # To the nearest step; a half goes up.
            money = int(price * much + Fraction(1, 2))
            if money > MINOR_MAX // LINES_MAX:
                told = gettext("That is more than the notebook can count.")
                self.add_error("price", told)
            self.cleaned_data["money"] = money
        return self.cleaned_data


def _shown(text: str) -> str:
    plain = " ".join(str(text).split())
    if not plain.isprintable() or not any(one.isalnum() for one in plain):
        raise forms.ValidationError(gettext("Write it in letters."))
    return plain


class FamilyForm(forms.Form):
    """For which family somebody writes."""

    name = forms.CharField(label=_("Which family?"), max_length=NAME_MAX)

    def clean_name(self) -> str:
        """Refuse what is no name, and a name that several have."""
        name = _shown(self.cleaned_data["name"])
        known = people.nameable()
        found = people.meant(name.split(), known)
        whole = found.words == len(name.split())
        if whole and len(found.members) > 1:
            several = ", ".join(known[one] for one in found.members[:4])
            told = gettext(
                "«%(name)s» can be one of several: %(several)s. Write more of it."
            )
            raise forms.ValidationError(told % {"name": name, "several": several})
        self.member = found.members[0] if whole and found.members else ""
        return known[self.member] if self.member else name

    def family(self) -> Family:
        """Find the family, or begin its list."""
        return _family(self.cleaned_data["name"], self.member)


def _family(name: str, member: str) -> Family:
    if member:
        found = Family.objects.filter(member=member).first()
    else:
        strangers = Family.objects.filter(member="")
        found = next(
            (one for one in strangers if names.folded(one.name) == names.folded(name)),
            None,
        )
    now = int(time.time())
    return found or Family.objects.create(name=name, member=member, created=now)


def mine(request: Any) -> HttpResponse:
    """Lead to one's own list."""
    here = request.here
    if here.member == COMMON:
        raise Http404
    return redirect("spending_family", _family(here.name, here.member).pk)


def family(request: Any, pk: str) -> HttpResponse:
    """Show what a family has said, to herself and to who has written it for her."""
    found = _of_hers(request, pk)
    form = BoughtForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if found.lines.count() >= LINES_MAX:
            form.add_error(None, gettext("The list is too long."))
        else:
            _keep(request, found, form)
            return redirect("spending_family", pk)
    lines = list(_visible(request, found))
    total = sum(one.money for one in lines)
    page = {
        "family": found,
        "own": found.member == request.here.member,
        "form": form,
        "lines": [(one, _money(one.money)) for one in lines],
        "total": _money(total) if lines else "",
    }
    status = 422 if form.errors else 200
    return render(request, "spending/family.html", page, status=status)


def _keep(request: Any, found: Family, form: BoughtForm) -> None:
    typed = form.cleaned_data
    Bought.objects.create(
        family=found,
        by=request.here.person,
        what=typed["what"],
        shop=typed["shop"],
        much=" ".join(request.POST["much"].split()),
        money=typed["money"],
    )


def _of_hers(request: Any, pk: str) -> Family:
    found = Family.objects.filter(pk=pk).first()
    here = request.here
    if found is None or not (
        found.member == here.member or may_act(here.person, COMMON)
    ):
        raise Http404
    return found


def _visible(request: Any, found: Family) -> Any:
    """Select the lines of her own family, or those she has written herself."""
    lines = found.lines.order_by("pk")
    if found.member == request.here.member:
        return lines
    return lines.filter(Q(by=request.here.person))


def _money(minor: int) -> str:
    return wording.quantity(Quantity(minor, fields.money().code))


@require_POST
def drop(request: Any, pk: str, line: int) -> HttpResponse:
    """Take a line away."""
    found = _of_hers(request, pk)
    _visible(request, found).filter(pk=line).delete()
    return redirect("spending_family", pk)
