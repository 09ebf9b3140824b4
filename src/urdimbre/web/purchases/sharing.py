"""A common purchase as plain text, for the chat group where the list came from."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from urdimbre.core.units import Quantity
from urdimbre.web import names, wording
from urdimbre.web.circuit.surroundings import display
from urdimbre.web.exchanges import fields
from urdimbre.web.purchases.dividing import Division, Product, products
from urdimbre.web.purchases.listing import found_by, lines_of, told_wish
from urdimbre.web.purchases.models import Purchase
from urdimbre.web.purchases.stages import division_of


def share(request: Any, pk: str) -> HttpResponse:
    """Show a purchase as text, to copy: what is ordered, or how it comes out."""
    found = found_by(request, pk)
    page = {
        "title": gettext("Common purchase"),
        "text": "\n".join(_lines(found, division_of(found))) + "\n",
        "back": reverse("purchase", args=[pk]),
    }
    return render(request, "circuit/share.html", page)


def _lines(found: Purchase, division: Division) -> Iterator[str]:
    yield display("name", "Urdimbre")
    yield gettext("Common purchase of {time}").format(
        time=wording.moment(found.created)
    )
    yield ""
    if division.price:
        yield from _parts(division)
        # Who has paid and who has not is between her and who collects.
        yield ""
        price = _money(division.price)
        yield gettext("Paid in the shop: {amount}").format(amount=price)
        yield gettext("Margin: {amount}").format(amount=_money(division.margin))
    else:
        yield from _orders(products(lines_of(found)))


def _parts(division: Division) -> Iterator[str]:
    known = names.by_id(one.member for one in division.shares)
    for share_ in division.shares:
        yield gettext("{name}: {amount}").format(
            name=known[share_.member], amount=_money(share_.charge)
        )
        for one in division.products:
            minor = one.portions.get(share_.member)
            if minor:
                yield f"- {told_wish(minor, one.product.unit, one.product.name)}"


def _orders(listed: list[Product]) -> Iterator[str]:
    orders = {member: None for one in listed for member in one.orders}
    known = names.by_id(orders)
    for member in orders:
        yield known[member]
        for one in listed:
            if member in one.orders:
                yield f"- {told_wish(one.orders[member], one.unit, one.name)}"
    yield ""
    yield gettext("In all")
    for one in listed:
        yield f"- {told_wish(one.ordered, one.unit, one.name)}"


def _money(minor: int) -> str:
    return wording.quantity(Quantity(minor, fields.money().code))
