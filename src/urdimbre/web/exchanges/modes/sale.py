"""Sale: goods for money, paid or on account; signs may be part of the price."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from urdimbre.core import drafting
from urdimbre.web import wording
from urdimbre.web.exchanges import fields
from urdimbre.web.exchanges.fields import Between, ModeForm
from urdimbre.web.exchanges.proposing import Proposal, exchange
from urdimbre.web.exchanges.third import ThirdForm, third_field


class SaleForm(ThirdForm):
    """What is sold, and its price in money."""

    direction = fields.direction_field(_("I sell"), _("I buy"))
    what = fields.text_field(_("What is sold"))
    category = fields.category_field()
    quantity = fields.amount_field(_("How much"))
    unit = fields.unit_field()
    price = fields.amount_field(_("Price in money"))
    signs = fields.amount_field(_("How many signs"), required=False)
    sign = fields.sign_field(required=False)
    paid = forms.ChoiceField(
        label=_("How is the money paid?"),
        choices=[("now", _("Paid now")), ("later", _("On account, paid later"))],
        widget=forms.RadioSelect,
        initial="now",
    )
    due = fields.due_field()
    due_day = fields.day_field(_("Day"), required=False)
    third = third_field(_("Who pays, if it is somebody else"))

    def clean(self) -> None:
        """Read the amounts in their units."""
        typed = self.cleaned_data
        fields.read_amount(self, "quantity", typed.get("unit"))
        fields.read_amount(self, "price", fields.money().code)
        fields.read_amount(self, "signs", typed.get("sign"))
        if typed.get("paid") == "later":
            fields.check_due(self)
        self.read_third()


def _proposal(typed: dict[str, Any], between: Between) -> Proposal:
    seller, buyer = between.sides(typed["direction"])
    payer = typed["third"].id if typed["third"] else buyer
    moves = [
        fields.goods(typed, seller, buyer, use=between.use(buyer)),
        _money(typed, payer, seller),
    ]
    if typed["signs"]:
        moves.append(drafting.signs(payer, seller, typed["signs"], typed["sign"]))
    return exchange("sale", moves, {0: typed["what"]}, day=wording.today())


def _money(typed: dict[str, Any], payer: str, seller: str) -> drafting.Json:
    price, currency = typed["price"], fields.money().code
    if typed["paid"] == "now":
        return drafting.money(payer, seller, price, currency)
    what = drafting.promised("money", price, currency)
    return drafting.promise(payer, seller, what, fields.due(typed))


SALE = ModeForm(
    name="sale",
    title=_("Sale"),
    explains=_("Something for money, paid now or on account."),
    form=SaleForm,
    proposal=_proposal,
)
