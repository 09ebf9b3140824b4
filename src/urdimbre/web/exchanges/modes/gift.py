"""Gift: one way only; there is no price, and no field for one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from urdimbre.core import drafting
from urdimbre.web import wording
from urdimbre.web.exchanges import fields
from urdimbre.web.exchanges.fields import Between, ModeForm
from urdimbre.web.exchanges.proposing import Proposal, exchange


class GiftForm(forms.Form):
    """What is given."""

    direction = fields.direction_field(_("I give"), _("I receive"))
    what = fields.text_field(_("What is given"))
    category = fields.category_field()
    quantity = fields.amount_field(_("How much"))
    unit = fields.unit_field()

    def clean(self) -> None:
        """Read the quantity."""
        fields.read_amount(self, "quantity", self.cleaned_data.get("unit"))


class ValueGiftForm(forms.Form):
    """Money or signs given; shown only to who asks for it."""

    direction = fields.direction_field(_("I give"), _("I receive"))
    money = fields.amount_field(_("Money given"), required=False)
    signs = fields.amount_field(_("Signs given"), required=False)
    sign = fields.sign_field(required=False)

    def clean(self) -> None:
        """Read the amounts; one of them is needed."""
        typed = self.cleaned_data
        fields.read_amount(self, "money", fields.money().code)
        fields.read_amount(self, "signs", typed.get("sign"))
        if typed.get("signs"):
            fields.ask_for(self, "sign")
        elif "signs" not in self.errors:
            fields.ask_for(self, "money")


def _proposal(typed: dict[str, Any], between: Between) -> Proposal:
    giver, taker = between.sides(typed["direction"])
    if "quantity" in typed:
        move = fields.goods(typed, giver, taker, use=between.use(taker))
        return exchange("gift", [move], {0: typed["what"]}, day=wording.today())
    moves, currency = [], fields.money().code
    if typed["money"]:
        moves.append(drafting.money(giver, taker, typed["money"], currency))
    if typed["signs"]:
        moves.append(drafting.signs(giver, taker, typed["signs"], typed["sign"]))
    return exchange("gift", moves, {}, day=wording.today())


GIFT = ModeForm(
    name="gift",
    title=_("Gift"),
    explains=_("Something given freely; nobody owes anything for it."),
    form=GiftForm,
    proposal=_proposal,
    more=ValueGiftForm,
)
