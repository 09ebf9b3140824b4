"""Correcting a recorded deal: what each move should have been, signed by both."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from urdimbre.core.exchange.adjust import BelowSettled
from urdimbre.core.refusals import Refusal
from urdimbre.core.units import Quantity
from urdimbre.web import wording
from urdimbre.web.entries import Entry, entry_at
from urdimbre.web.exchanges import afterwards, fields
from urdimbre.web.exchanges.afterwards import Standing
from urdimbre.web.exchanges.filling import replace, typed_before, write_refusals
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.proposing import Proposal, propose
from urdimbre.web.exchanges.receipts import entry_of_hers

DEALS_MAX = 64


class AdjustForm(forms.Form):
    """What each move of a deal should have been; what is left as it is stays.

    Attributes:
        standing: the moves, by the name of their field.
        all_back: whether everything is taken back, whatever was typed.
    """

    def __init__(
        self, typed: Any, *, standing: Sequence[Standing], **options: Any
    ) -> None:
        """Make a field of each move."""
        super().__init__(typed, **options)
        self.standing = {f"move_{one.place}": one for one in standing}
        self.all_back = typed is not None and "all" in typed
        for name, one in self.standing.items():
            field = fields.amount_field(one.sentence, required=not self.all_back)
            field.initial = wording.editable(one.now, one.unit)
            field.help_text = _as_it_stands(one)
            self.fields[name] = field

    def clean(self) -> None:
        """Read the amounts; nothing grows beyond what was recorded first."""
        if self.all_back:
            self.cleaned_data = dict.fromkeys(self.standing, 0)
            return
        for name, one in self.standing.items():
            minor = fields.read_amount(self, name, one.unit.code, zero=True)
            if minor is not None and minor > one.original:
                self.add_error(name, _too_much(one))
        if not self.errors and not self.changes():
            sentence = gettext(
                "Nothing differs from what stands. Write what it should have been."
            )
            self.add_error(None, sentence)

    def changes(self) -> list[dict[str, int]]:
        """Return the differences, as the act has them."""
        found = []
        for name, one in self.standing.items():
            delta = self.cleaned_data[name] - one.now
            if delta:
                found.append({"move": one.place, "delta": delta})
        return found


def _as_it_stands(one: Standing) -> str:
    unit = wording.unit_label(one.unit)
    if one.now == one.original:
        return gettext("In %(unit)s.") % {"unit": unit}
    stands = wording.quantity(Quantity(one.now, one.unit.code))
    sentence = gettext("In %(unit)s. Corrected before: it stands at %(amount)s.")
    return sentence % {"unit": unit, "amount": stands}


def _too_much(one: Standing) -> str:
    amount = wording.quantity(Quantity(one.original, one.unit.code))
    sentence = gettext(
        "%(amount)s were recorded; a correction only lowers that. For more, make a "
        "new exchange."
    )
    return sentence % {"amount": amount}


def adjust(request: Any, position: int) -> HttpResponse:
    """Ask what a recorded deal should have been, and make a draft of it."""
    entry, judged = _to_mend(request, position)
    deal = deal_of(request, entry)
    form = AdjustForm(
        request.POST if request.method == "POST" else None,
        standing=afterwards.standing(entry, deal),
        initial=typed_before(request),
    )
    if request.method == "POST" and form.is_valid():
        made = _proposed(request, entry, deal, form, judged=judged)
        if isinstance(made, Draft):
            replace(request)
            return redirect("draft", made.pk)
        refuse(form, made)
    page = {"entry": entry, "form": form, "judged": judged}
    status = 422 if form.errors else 200
    return render(request, "exchanges/adjust.html", page, status=status)


def _to_mend(request: Any, position: int) -> tuple[Entry, bool]:
    """Find an entry of hers; or one that waits for her as a mediator."""
    entry = entry_at(position)
    if entry.act.kind != "exchange":
        raise Http404
    if request.here.member in afterwards.parties_of(entry.act):
        return entry_of_hers(request, position), False
    if afterwards.waits_for_mediator(request.here.person, entry, "adjust"):
        return entry, True
    raise Http404


def deal_of(request: Any, entry: Entry) -> int:
    """Read from the address which deal of an exchange is meant."""
    typed = request.GET.get("deal", "0")
    known = typed.isascii() and typed.isdecimal() and len(typed) <= len(str(DEALS_MAX))
    if not known or int(typed) >= len(entry.act.body.deals):
        raise Http404
    return int(typed)


def _proposed(
    request: Any, entry: Entry, deal: int, form: AdjustForm, *, judged: bool
) -> Draft | list[Refusal]:
    changes = form.changes()
    if not changes:
        return []
    proposal = Proposal(
        kind="adjust",
        body={"deal": {"act": entry.act.hash, "deal": deal}, "moves": changes},
        refs=[(entry.act.hash, "adjusts")],
    )
    typed = {name: request.POST.get(name, "") for name in form.fields}
    typed |= {"_path": request.path, "_address": f"deal={deal}"}
    here = request.here.as_person() if judged else request.here
    return propose(here, proposal, typed, judged=judged)


def refuse(form: AdjustForm, refusals: list[Refusal]) -> None:
    """Write refusals; what later acts rest on beside the move, in its unit."""
    if not refusals:
        form.add_error(None, gettext("Everything has been taken back already."))
    for one in refusals:
        name = f"move_{one.move - 1}" if isinstance(one, BelowSettled) else ""
        if isinstance(one, BelowSettled) and name in form.fields:
            form.add_error(name, _settled(one, form.standing[name].unit.code))
        else:
            write_refusals(form, [one])


def _settled(refusal: BelowSettled, unit: str) -> str:
    sentence = gettext(
        "%(amount)s of it are settled or returned already. Correct that later entry "
        "first."
    )
    amount = wording.quantity(Quantity(refusal.settled, unit))
    return sentence % {"amount": amount}
