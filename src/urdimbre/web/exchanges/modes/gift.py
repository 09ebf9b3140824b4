"""Gift: goods or work one way only; there is no price, and no field for one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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


def _proposal(typed: dict[str, Any], between: Between) -> Proposal:
    giver, taker = between.sides(typed["direction"])
    move = fields.goods(typed, giver, taker, use=between.use(taker))
    return exchange("gift", [move], {0: typed["what"]}, day=wording.today())


GIFT = ModeForm(
    name="gift",
    title=_("Gift"),
    explains=_("Something given freely; nobody owes anything for it."),
    form=GiftForm,
    proposal=_proposal,
)
