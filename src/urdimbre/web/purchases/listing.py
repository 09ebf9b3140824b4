"""The pasted list of a common purchase: shown as it was understood, then kept."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.core.accounts import COMMON
from urdimbre.core.units import Quantity
from urdimbre.web import names, wording
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.purchases import people
from urdimbre.web.purchases.models import Purchase
from urdimbre.web.purchases.reading import Item, Line, read
from urdimbre.web.purchases.writing_down import is_begun

TEXT_MAX = 50_000
SHOWN = 30


class ListForm(forms.Form):
    """The list as it stands in the chat."""

    text = forms.CharField(
        label=_("The list"),
        help_text=_(
            "One line for each: who, how much, of what. «Maria 2 arroz» or "
            "«Beto arroz 1 kg, aceite 2»."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=TEXT_MAX,
    )

    def clean_text(self) -> str:
        """Refuse an empty list, which is a mistake."""
        text = str(self.cleaned_data["text"]).replace("\0", " ")
        if not text.strip():
            raise forms.ValidationError(gettext("Paste at least one line."))
        return text


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as the page shows it.

    Attributes:
        line: as read.
        name: of whom it means; empty if that is not known yet.
        wishes: what she orders, in words.
        choices: member id and name of those who may be meant, if several.
    """

    line: Line
    name: str
    wishes: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]


def purchases(request: Any) -> HttpResponse:
    """List the purchases made together."""
    _for_the_common(request)
    found = Purchase.objects.order_by("-created")[:SHOWN]
    lines = [
        (one, wording.moment(one.created), len(one.text.splitlines())) for one in found
    ]
    return render(request, "purchases/purchases.html", {"lines": lines})


def found_by(request: Any, pk: str) -> Purchase:
    """Find a purchase; who acts for the common enters them for all.

    Raises:
        Http404: there is none, or it is not hers to see.
    """
    _for_the_common(request)
    found = Purchase.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _for_the_common(request: Any) -> None:
    if not may_act(request.here.person, COMMON):
        raise Http404


def lines_of(purchase: Purchase) -> list[Line]:
    """Read the list of a purchase."""
    return read(purchase.text, people.nameable(), purchase.meant)


def new(request: Any) -> HttpResponse:
    """Begin a purchase with a list."""
    _for_the_common(request)
    made = Purchase(by=request.here.person, created=int(time.time()))
    return _answer(request, made)


def change(request: Any, pk: str) -> HttpResponse:
    """Change the list, as long as nothing has been written down."""
    found = found_by(request, pk)
    if is_begun(found):
        return redirect("purchase", pk)
    return _answer(request, found)


def _answer(request: Any, purchase: Purchase) -> HttpResponse:
    form = ListForm(request.POST or None, initial={"text": purchase.text})
    page: dict[str, Any] = {"form": form, "purchase": purchase}
    if request.method == "POST" and form.is_valid():
        known = people.nameable()
        chosen = {
            name.removeprefix("who_"): value[:32]
            for name, value in request.POST.items()
            if name.startswith("who_") and value in known
        }
        lines = read(form.cleaned_data["text"], known, chosen)
        page |= _preview(lines, known)
        if "keep" in request.POST and page["good"] and not page["asked"]:
            purchase.text = form.cleaned_data["text"]
            purchase.meant = chosen
            purchase.save()
            return redirect("purchase_receipt", purchase.pk)
        if "keep" in request.POST and page["asked"]:
            page["unanswered"] = True
    status = 422 if form.errors or page.get("unanswered") else 200
    return render(request, "purchases/list.html", page, status=status)


def _preview(lines: Sequence[Line], known: dict[str, str]) -> dict[str, Any]:
    shown = [_shown(line, known) for line in lines]
    return {
        "lines": shown,
        "good": [one for one in shown if one.name and not one.line.problem],
        "asked": [one for one in shown if one.choices and not one.line.problem],
        "left_out": [one for one in shown if one.line.problem],
    }


def _shown(line: Line, known: dict[str, str]) -> Shown:
    several = len(line.members) > 1
    choices = [(one, known[one]) for one in line.members] if several else []
    return Shown(
        line=line,
        name=known[line.member] if line.member else "",
        wishes=tuple(_wish(item) for item in line.items if item.unit),
        choices=tuple(sorted(choices, key=lambda one: names.folded(one[1]))),
    )


def _wish(item: Item) -> str:
    return told_wish(item.minor, item.unit, item.product)


def told_wish(minor: int, unit: str, product: str) -> str:
    """Write so much of a product."""
    amount = wording.quantity(Quantity(minor, unit))
    return gettext("%(amount)s of %(product)s") % {
        "amount": amount,
        "product": product,
    }
