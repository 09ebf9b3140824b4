"""The stages of a common purchase: receipt, money, and how it comes out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.core.units import Quantity
from urdimbre.web import names, wording
from urdimbre.web.catalogue.photos import painted
from urdimbre.web.exchanges import fields
from urdimbre.web.purchases import dividing
from urdimbre.web.purchases.dividing import Division, Product, Share
from urdimbre.web.purchases.listing import found_by, lines_of, told_wish
from urdimbre.web.purchases.models import Purchase, ReceiptPhoto
from urdimbre.web.purchases.writing_down import (
    MARGIN,
    PURCHASE,
    Refused,
    is_begun,
    living,
    the_fund,
    write_down,
)
from urdimbre.web.units import measure

MARGIN_MAX = 50
NAME_MAX = 60


class ReceiptForm(forms.Form):
    """What was bought, what it cost, who went, and the margin agreed."""

    buyer = forms.CharField(
        label=_("Who went to buy?"), max_length=NAME_MAX, required=False
    )
    margin = forms.IntegerField(
        label=_("Margin for the fund, in per cent"),
        help_text=_("What you have agreed to put on top of the cost; 0 for none."),
        min_value=0,
        max_value=MARGIN_MAX,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    photo = forms.FileField(
        label=_("Photo of the receipt"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def __init__(self, *args: Any, listed: list[Product], **options: Any) -> None:
        """Ask of each product how much there was and what it cost."""
        super().__init__(*args, **options)
        self.listed = listed
        for place, one in enumerate(listed):
            unit = wording.unit_label(measure(one.unit))
            bought, price = f"bought_{place}", f"price_{place}"
            told = {"product": one.name, "unit": unit}
            self.fields[bought] = fields.amount_field(
                gettext("%(product)s: how much was there, in %(unit)s?") % told,
                required=False,
                help_text=gettext("Leave it empty if there was none."),
            )
            self.fields[price] = fields.amount_field(
                gettext("%(product)s: what did it cost in all?") % told,
                required=False,
                help_text=_in_money(),
            )
        self.order_fields([*[*self.fields][3:], "buyer", "margin", "photo"])

    def clean_photo(self) -> bytes | None:
        """Paint the photo anew."""
        file = self.cleaned_data["photo"]
        return painted(file)[0] if file else None

    def clean(self) -> dict[str, Any]:
        """Read the amounts, each in its unit."""
        for place, one in enumerate(self.listed):
            bought, price = f"bought_{place}", f"price_{place}"
            fields.read_amount(self, bought, one.unit)
            fields.read_amount(self, price, fields.money().code)
            if self.cleaned_data.get(bought):
                fields.ask_for(self, price)
            elif self.cleaned_data.get(price):
                fields.ask_for(self, bought)
        return self.cleaned_data

    def receipt(self) -> dict[str, list[int]]:
        """Return what was bought and paid, by product."""
        return {
            one.key: [
                self.cleaned_data[f"bought_{at}"],
                self.cleaned_data[f"price_{at}"],
            ]
            for at, one in enumerate(self.listed)
            if self.cleaned_data[f"bought_{at}"]
        }


class MoneyForm(forms.Form):
    """What was collected, household by household."""

    def __init__(
        self, *args: Any, shares: list[tuple[Share, str]], **options: Any
    ) -> None:
        """Ask each for what she has handed over."""
        super().__init__(*args, **options)
        self.shares = shares
        for place, (share, name) in enumerate(shares):
            due = wording.quantity(Quantity(share.charge, fields.money().code))
            self.fields[f"paid_{place}"] = fields.amount_field(
                name,
                required=False,
                help_text=gettext("Her part is %(amount)s.") % {"amount": due},
            )

    def clean(self) -> dict[str, Any]:
        """Read the amounts."""
        for name in self.fields:
            fields.read_amount(self, name, fields.money().code)
        return self.cleaned_data

    def paid(self) -> dict[str, int]:
        """Return what was collected, by member."""
        return {
            share.member: self.cleaned_data[f"paid_{place}"] or 0
            for place, (share, _name) in enumerate(self.shares)
        }


def _in_money() -> str:
    unit = wording.unit_label(fields.money())
    return gettext("In %(unit)s.") % {"unit": unit}


def receipt(request: Any, pk: str) -> HttpResponse:
    """Ask for what stands on the receipt of the shop."""
    found = found_by(request, pk)
    if is_begun(found):
        return redirect("purchase", pk)
    listed = dividing.products(lines_of(found))
    form = ReceiptForm(
        request.POST or None,
        request.FILES or None,
        initial=_on_receipt(found, listed),
        listed=listed,
    )
    if request.method == "POST" and form.is_valid():
        found.receipt = form.receipt()
        found.buyer = form.cleaned_data["buyer"]
        found.margin = form.cleaned_data["margin"]
        found.save(update_fields=["receipt", "buyer", "margin"])
        if form.cleaned_data["photo"]:
            ReceiptPhoto.objects.update_or_create(
                purchase=found, defaults={"large": form.cleaned_data["photo"]}
            )
        return redirect("purchase_money", pk)
    page = {"form": form, "purchase": found, "left_out": _left_out(found)}
    status = 422 if form.errors else 200
    return render(request, "purchases/receipt.html", page, status=status)


def receipt_photo(request: Any, pk: str) -> HttpResponse:
    """Show the photo of the receipt to who enters the purchase."""
    photo = ReceiptPhoto.objects.filter(purchase=found_by(request, pk)).first()
    if photo is None:
        raise Http404
    return HttpResponse(bytes(photo.large), content_type="image/jpeg")


def _on_receipt(purchase: Purchase, listed: list[Product]) -> dict[str, Any]:
    initial: dict[str, Any] = {"buyer": purchase.buyer, "margin": purchase.margin}
    for place, one in enumerate(listed):
        bought, price = purchase.receipt.get(one.key, (one.ordered, 0))
        if purchase.receipt and one.key not in purchase.receipt:
            bought = 0
        unit = measure(one.unit)
        initial[f"bought_{place}"] = wording.editable(bought, unit) if bought else ""
        money = fields.money()
        initial[f"price_{place}"] = wording.editable(price, money) if price else ""
    return initial


def _left_out(purchase: Purchase) -> list[Any]:
    """Return the lines that were not taken: they stay beside the purchase."""
    return [line for line in lines_of(purchase) if line.problem or not line.member]


def money(request: Any, pk: str) -> HttpResponse:
    """Ask what each has handed over."""
    found = found_by(request, pk)
    if is_begun(found):
        return redirect("purchase", pk)
    division = division_of(found)
    known = names.by_id(one.member for one in division.shares)
    shares = [(one, known[one.member]) for one in division.shares if one.charge]
    initial = {
        f"paid_{place}": wording.editable(one.paid, fields.money()) if one.paid else ""
        for place, (one, _name) in enumerate(shares)
    }
    form = MoneyForm(request.POST or None, initial=initial, shares=shares)
    if request.method == "POST" and form.is_valid():
        found.paid = form.paid()
        found.save(update_fields=["paid"])
        return redirect("purchase", pk)
    page = {"form": form, "purchase": found, "in_money": _in_money()}
    status = 422 if form.errors else 200
    return render(request, "purchases/money.html", page, status=status)


def division_of(purchase: Purchase) -> Division:
    """Divide a purchase as far as it is known."""
    return dividing.divide(
        dividing.products(lines_of(purchase)),
        purchase.receipt,
        margin=purchase.margin,
        paid=purchase.paid,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLine:
    """A household's part as the page shows it; ``draft``: as far as it has come."""

    name: str
    portions: tuple[str, ...]
    charge: str
    margin: str
    paid: str
    change: str
    owed: str
    draft: Any


def purchase(request: Any, pk: str) -> HttpResponse:
    """Show how a purchase comes out, to the last coin."""
    return _outcome(request, found_by(request, pk), [])


def _outcome(request: Any, found: Purchase, refused: list[Refused]) -> HttpResponse:
    division = division_of(found)
    drafts = living(found)
    known = names.by_id({found.by, *(one.member for one in division.shares)})
    page = {
        "purchase": found,
        "entered_by": known[found.by],
        "time": wording.moment(found.created),
        "shares": list(_share_lines(division, drafts, known)),
        "sums": _sums(division),
        "products": [_product_line(one) for one in division.products],
        "left_out": _left_out(found),
        "left_cost": _money(division.left_cost) if division.left_cost else "",
        "owed": _money(division.owed) if division.owed else "",
        "fund": the_fund(),
        "bought": drafts.get(PURCHASE),
        "handed": drafts.get(MARGIN),
        "has_photo": ReceiptPhoto.objects.filter(purchase=found).exists(),
        "begun": bool(drafts),
        "ready": bool(division.price),
        "complete": _complete(division, drafts),
        "refused": [(_part(one.part, known), one.told) for one in refused],
    }
    status = 422 if refused else 200
    return render(request, "purchases/purchase.html", page, status=status)


def _part(part: str, known: dict[str, str]) -> str:
    if part == PURCHASE:
        return gettext("The purchase in the shop")
    return gettext("The margin for the fund") if part == MARGIN else known[part]


def _money(minor: int) -> str:
    return wording.quantity(Quantity(minor, fields.money().code))


def _sums(division: Division) -> list[tuple[str, str]]:
    """Write the equation that must hold: in = cost + margin + change."""
    found = [(gettext("Collected"), _money(division.paid))]
    if division.owed:
        found.append((gettext("Still to be paid"), _money(division.owed)))
    found.append((gettext("Paid in the shop"), _money(division.price)))
    if division.left_cost:
        found.append(
            (gettext("of it for what is left over"), _money(division.left_cost))
        )
    found.append((gettext("Margin"), _money(division.margin)))
    found.append((gettext("Change given back"), _money(division.change)))
    return found


def _product_line(one: dividing.Portioned) -> dict[str, str]:
    unit = one.product.unit
    return {
        "name": one.product.name,
        "ordered": wording.quantity(Quantity(one.product.ordered, unit)),
        "bought": wording.quantity(Quantity(one.bought, unit)),
        "price": _money(one.price),
        "left": wording.quantity(Quantity(one.left, unit)) if one.left else "",
    }


def _share_lines(
    division: Division, drafts: dict[str, Any], known: dict[str, str]
) -> Iterator[ShareLine]:
    for share in division.shares:
        portions = [
            told_wish(quantity, one.product.unit, one.product.name)
            for one in division.products
            if (quantity := one.portions.get(share.member))
        ]
        yield ShareLine(
            name=known[share.member],
            portions=tuple(portions),
            charge=_money(share.charge),
            margin=_money(share.margin) if share.margin else "",
            paid=_money(share.paid),
            change=_money(share.change) if share.change else "",
            owed=_money(share.owed) if share.owed else "",
            draft=drafts.get(share.member),
        )


def _complete(division: Division, drafts: dict[str, Any]) -> bool:
    """Tell whether nothing is left to be proposed."""
    parts = {share.member for share in division.shares if share.charge} | {PURCHASE}
    if the_fund() and division.margin:
        parts.add(MARGIN)
    return parts <= drafts.keys()


@require_POST
def write(request: Any, pk: str) -> HttpResponse:
    """Write a purchase down, or what of it is still missing."""
    found = found_by(request, pk)
    division = division_of(found)
    if not division.price:
        return redirect("purchase_receipt", pk)
    refused = write_down(request.here, found, division)
    if refused:
        return _outcome(request, found, refused)
    return redirect(f"{reverse('purchase', args=[pk])}#parts")


@require_POST
def forget(request: Any, pk: str) -> HttpResponse:
    """Throw the list away; what is written down stays in the notebook."""
    found = found_by(request, pk)
    if all(one.state == "recorded" for one in living(found).values()):
        found.delete()
        return redirect("purchases")
    return redirect("purchase", pk)
