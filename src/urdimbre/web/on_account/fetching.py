"""What was fetched: two fields, and it stands on the account of who agreed to it."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.core import drafting
from urdimbre.core.units import Quantity
from urdimbre.projections.models import Member
from urdimbre.web import names, wording
from urdimbre.web.catalogue import thesaurus
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.exchanges import fields, standing
from urdimbre.web.exchanges.filling import write_refusals
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.proposing import Proposal, exchange, propose
from urdimbre.web.exchanges.standing import Permission, permissions
from urdimbre.web.on_account import telling
from urdimbre.web.on_account.permitting import due_of
from urdimbre.web.purchases.reading import Item, NotAnItem, items
from urdimbre.web.units import measure


class FetchForm(forms.Form):
    """What was fetched, what it costs, and who came."""

    what = forms.CharField(
        label=_("What was fetched?"),
        help_text=_("Such as «2 kg arroz, 1 aceite»."),
        max_length=fields.TEXT_MAX,
    )
    price = fields.amount_field(_("How much is it in all?"))
    who = forms.ChoiceField(label=_("Who came?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, allowed: dict[str, str], **options: Any) -> None:
        """Offer only who may fetch."""
        super().__init__(*args, **options)
        self.fields["who"].choices = list(allowed.items())
        unit = wording.unit_label(fields.money())
        self.fields["price"].help_text = gettext("In %(unit)s.") % {"unit": unit}

    def clean_what(self) -> tuple[Item, ...]:
        """Read quantities and products as on a pasted list."""
        try:
            return tuple(_counted(one) for one in items(self.cleaned_data["what"]))
        except NotAnItem as problem:
            raise forms.ValidationError(str(problem)) from None

    def clean(self) -> dict[str, Any]:
        """Read the amount."""
        fields.read_amount(self, "price", fields.money().code)
        return self.cleaned_data


def _counted(item: Item) -> Item:
    """Count what has no unit in pieces."""
    found = Item(item.product, item.quantity, item.unit or "C62")
    steps = Fraction(10) ** measure(found.unit).scale * found.quantity
    if steps.denominator != 1:
        raise NotAnItem(gettext("Write a whole number, or in kg or litres."))
    return found


def fetch(request: Any, mandate: str) -> HttpResponse:
    """Write what was fetched; the creditor signs, who agreed beforehand need not."""
    permission = next((one for one in permissions() if one.id == mandate), None)
    here = request.here
    if permission is None or not may_act(here.person, permission.creditor):
        raise Http404
    ids = [permission.principal, *permission.fetchers]
    known = names.by_id(ids)
    allowed = {one: known[one] for one in ids}
    initial = {"who": permission.principal}
    form = FetchForm(request.POST or None, allowed=allowed, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = _made(request, permission, form.cleaned_data, allowed)
        if isinstance(made, Draft):
            return redirect("draft", made.pk)
        write_refusals(form, made)
    page = {
        "form": form,
        "name": known[permission.principal],
        "most": wording.quantity(
            Quantity(permission.most or permission.each, permission.unit)
        ),
        "permission": permission,
    }
    status = 422 if form.errors else 200
    return render(request, "on_account/fetch.html", page, status=status)


def _made(
    request: Any,
    permission: Permission,
    typed: dict[str, Any],
    allowed: dict[str, str],
) -> Any:
    """Propose the entry for the creditor, whom she acts for from now on."""
    row = Member.objects.filter(id=permission.creditor).first()
    creditor = replace(
        request.here,
        member=permission.creditor,
        kind=row.kind if row else "common",
        no=row.no if row else names.THE_COMMON,
    )
    who = allowed[typed["who"]]
    proposal = standing.resting_on(
        _sale(permission, typed, who), permission.principal, permission
    )
    made = propose(creditor, proposal, {})
    if isinstance(made, Draft):
        amount = wording.quantity(Quantity(typed["price"], permission.unit))
        words = ", ".join(_words(one) for one in typed["what"])
        what = gettext("%(what)s for %(amount)s; %(who)s fetched it")
        told = what % {"what": words, "amount": amount, "who": who}
        telling.note(made, creditor, member=permission.principal, what=told)
        request.session["acting"] = permission.creditor
    return made


def _sale(permission: Permission, typed: dict[str, Any], who: str) -> Proposal:
    taker, creditor = permission.principal, permission.creditor
    kind = Member.objects.get(id=taker).kind
    moves = [
        drafting.goods(
            creditor,
            taker,
            category=thesaurus.code_of(one.product),
            quantity=one.minor,
            unit=one.unit,
            measure="weighed" if one.unit in fields.WEIGHED else "counted",
            use=drafting.USES[kind],
        )
        for one in typed["what"]
    ]
    fetched = gettext("%(product)s, fetched by %(who)s")
    texts = {
        place: fetched % {"product": one.product, "who": who}
        for place, one in enumerate(typed["what"])
    }
    what = drafting.promised("money", typed["price"], permission.unit)
    moves.append(drafting.promise(taker, creditor, what, due_of(permission)))
    return exchange("sale", moves, texts, day=wording.today())


def _words(item: Item) -> str:
    amount = wording.quantity(Quantity(item.minor, item.unit))
    return gettext("%(amount)s of %(product)s") % {
        "amount": amount,
        "product": item.product,
    }
