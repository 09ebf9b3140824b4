"""Barter: goods or work for signs, or for other goods; no money."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.core import drafting
from urdimbre.core.drafting import USES
from urdimbre.web import wording
from urdimbre.web.exchanges import fields
from urdimbre.web.exchanges.fields import Between, ModeForm
from urdimbre.web.exchanges.proposing import Proposal, exchange
from urdimbre.web.exchanges.third import ThirdForm, third_field


class BarterForm(ThirdForm):
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
    third = third_field(_("Who else is in the ring"))
    third_what = fields.text_field(_("What the third gives"), required=False)
    third_category = fields.category_field(required=False)
    third_quantity = fields.amount_field(_("How much of that"), required=False)
    third_unit = fields.unit_field(required=False)

    def clean(self) -> None:
        """Read the amounts; something must come back."""
        typed = self.cleaned_data
        fields.read_amount(self, "quantity", typed.get("unit"))
        fields.read_amount(self, "signs", typed.get("sign"))
        fields.read_amount(self, "back_quantity", typed.get("back_unit"))
        if typed.get("back_what") or typed.get("back_quantity"):
            fields.ask_for(self, "back_what", "back_category", "back_quantity")
        fields.read_amount(self, "third_quantity", typed.get("third_unit"))
        if typed.get("third_what") or typed.get("third_quantity"):
            fields.ask_for(self, "third")
        if typed.get("third"):
            self._ring()
        elif not typed.get("signs") and not {"signs", "third"} & set(self.errors):
            self._something_comes_back()

    def _something_comes_back(self) -> None:
        if not (self.cleaned_data.get("back_what") or "back_what" in self.errors):
            sentence = gettext(
                "Say what comes back, in signs or in goods. If nothing comes back, "
                "it is a gift."
            )
            self.add_error("signs", sentence)

    def _ring(self) -> None:
        """Let each of three give to the next one."""
        typed = self.cleaned_data
        self.read_third()
        fields.ask_for(self, "back_what", "back_category", "back_quantity")
        if typed.get("third_what") or not typed.get("signs"):
            fields.ask_for(self, "third_what", "third_category", "third_quantity")


def _proposal(typed: dict[str, Any], between: Between) -> Proposal:
    giver, taker = between.sides(typed["direction"])
    moves = [fields.goods(typed, giver, taker, use=between.use(taker))]
    texts = {0: typed["what"]}
    third = typed["third"]
    last = third.id if third else taker
    if typed["back_quantity"]:
        to = third.id if third else giver
        use = USES.get(third.kind, "consumption") if third else between.use(giver)
        texts[len(moves)] = typed["back_what"]
        moves.append(fields.goods(_part(typed, "back"), taker, to, use=use))
    if third and typed["third_quantity"]:
        texts[len(moves)] = typed["third_what"]
        use = between.use(giver)
        moves.append(fields.goods(_part(typed, "third"), last, giver, use=use))
    if typed["signs"]:
        moves.append(drafting.signs(last, giver, typed["signs"], typed["sign"]))
    return exchange("barter", moves, texts, day=wording.today())


def _part(typed: dict[str, Any], whose: str) -> dict[str, Any]:
    names = ("category", "quantity", "unit")
    return {name: typed[f"{whose}_{name}"] for name in names}


BARTER = ModeForm(
    name="barter",
    title=_("Barter"),
    explains=_("Something for signs, or for something else; no money."),
    form=BarterForm,
    proposal=_proposal,
)
