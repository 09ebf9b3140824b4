"""What do we spend? The sums of all families, as a picture and as a table."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from urdimbre.core.accounts import COMMON
from urdimbre.core.units import Quantity
from urdimbre.web import names, wording
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.exchanges import fields
from urdimbre.web.purchases.reading import stem
from urdimbre.web.spending.adding_up import FAMILIES_MIN, Row, Spent, rows
from urdimbre.web.spending.models import Bought
from urdimbre.web.spending.saying import FamilyForm

WIDTH = 280


@dataclass(frozen=True, slots=True)
class Bar:
    """A row as a bar: its ``length`` of 280, and the sum in words."""

    name: str
    money: str
    length: int


def spending(request: Any) -> HttpResponse:
    """Show what all spend together, and take in who begins a family's list."""
    may_enter = may_act(request.here.person, COMMON)
    form = FamilyForm(request.POST or None) if may_enter else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            return redirect("spending_family", form.family().pk)
    lines = list(Bought.objects.order_by("pk"))
    families = {one.family_id for one in lines}
    page: dict[str, Any] = {
        "form": form,
        "families": len(families),
        "least": FAMILIES_MIN,
        "may_say": request.here.member != COMMON,
    }
    if len(families) >= FAMILIES_MIN:
        page |= _sums(lines)
    status = 422 if form is not None and form.errors else 200
    return render(request, "spending/spending.html", page, status=status)


def _sums(lines: list[Bought]) -> dict[str, Any]:
    products = rows(
        Spent(one.family_id, stem(one.what), one.what, one.money) for one in lines
    )
    shops = rows(
        Spent(one.family_id, names.folded(one.shop), one.shop, one.money)
        for one in lines
    )
    return {
        "total": _money(sum(one.money for one in lines)),
        "on_products": _largest(products),
        "in_shops": _largest(shops),
        "products": _bars(products),
        "shops": _bars(shops),
    }


def _largest(found: list[Row]) -> dict[str, str]:
    """Name the two largest rows and what they come to; nothing if there are none."""
    named = [row for row in found if row.name][:2]
    if not named:
        return {}
    return {
        "amount": _money(sum(row.money for row in named)),
        "first": named[0].name,
        "second": named[1].name if len(named) > 1 else "",
    }


def _bars(found: list[Row]) -> list[Bar]:
    most = max((row.money for row in found), default=0) or 1
    return [
        Bar(
            name=row.name or gettext("everything else"),
            money=_money(row.money),
            length=max(1, row.money * WIDTH // most),
        )
        for row in found
    ]


def _money(minor: int) -> str:
    return wording.quantity(Quantity(minor, fields.money().code))
