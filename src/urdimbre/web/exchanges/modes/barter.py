"""Barter: goods or work for signs, or for other goods; no money."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.core import drafting
from urdimbre.web import wording
from urdimbre.web.exchanges import fields
from urdimbre.web.exchanges.fields import Between, ModeForm
from urdimbre.web.exchanges.proposing import Proposal, exchange


class BarterForm(forms.Form):
    """What one gives, and the signs or goods that come back."""

    direction = fields.direction_field(_("I give it"), _("I receive it"))
    what = fields.text_field(_("What is given"))
    category = fields.category_field()
    quantity = fields.amount_field(_("How much"))
    unit = fields.unit_field()
    signs = fields.amount_field(_("Signs in return"), required=False)
    sign = fields.sign_field(required=False)
    back_what = fields.text_field(_("Goods or work in return"), required=False)
    back_category = fields.category_field(required=False)
    back_quantity = fields.amount_field(_("How much of it"), required=False)
    back_unit = fields.unit_field(required=False)

    def clean(self) -> None:
        """Read the amounts; something must come back."""
        typed = self.cleaned_data
        fields.read_amount(self, "quantity", typed.get("unit"))
        fields.read_amount(self, "signs", typed.get("sign"))
        fields.read_amount(self, "back_quantity", typed.get("back_unit"))
        if typed.get("back_what") or typed.get("back_quantity"):
            fields.ask_for(self, "back_what", "back_category", "back_quantity")
        elif not typed.get("signs") and "signs" not in self.errors:
            sentence = gettext(
                "Say what comes back, in signs or in goods. If nothing comes back, "
                "it is a gift."
            )
            self.add_error("signs", sentence)


def _proposal(typed: dict[str, Any], between: Between) -> Proposal:
    giver, taker = between.sides(typed["direction"])
    moves = [fields.goods(typed, giver, taker, use=between.use(taker))]
    texts = {0: typed["what"]}
    if typed["back_quantity"]:
        back = {
            name: typed[f"back_{name}"] for name in ("category", "quantity", "unit")
        }
        texts[len(moves)] = typed["back_what"]
        moves.append(fields.goods(back, taker, giver, use=between.use(giver)))
    if typed["signs"]:
        moves.append(drafting.signs(taker, giver, typed["signs"], typed["sign"]))
    return exchange("barter", moves, texts, day=wording.today())


BARTER = ModeForm(
    name="barter",
    title=_("Barter"),
    explains=_("Something for signs, or for something else; no money."),
    form=BarterForm,
    proposal=_proposal,
)
