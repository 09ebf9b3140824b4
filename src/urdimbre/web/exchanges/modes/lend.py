"""Lend: a thing in the other's hands, with the promise to return it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from urdimbre.core import drafting
from urdimbre.web import wording
from urdimbre.web.exchanges import fields
from urdimbre.web.exchanges.fields import Between, ModeForm
from urdimbre.web.exchanges.proposing import Proposal, exchange


class LendForm(forms.Form):
    """What is lent, and until when."""

    direction = fields.direction_field(_("I lend"), _("I borrow"))
    what = fields.text_field(_("What is lent"))
    category = fields.category_field()
    quantity = fields.amount_field(_("How many"))
    unit = fields.unit_field()
    due = fields.due_field()
    due_day = fields.day_field(_("Day"), required=False)
    deposit = fields.amount_field(_("Deposit, given back with it"), required=False)
    use_price = fields.amount_field(_("Price for the use"), required=False)

    def clean(self) -> None:
        """Read the quantity and the term."""
        fields.read_amount(self, "quantity", self.cleaned_data.get("unit"))
        for name in ("deposit", "use_price"):
            fields.read_amount(self, name, fields.money().code)
        fields.check_due(self)


def _proposal(typed: dict[str, Any], between: Between) -> Proposal:
    lender, borrower = between.sides(typed["direction"])
    thing = fields.goods(
        typed,
        lender,
        borrower,
        use=between.use(borrower),
        title="custody",
        may="use",
    )
    back = drafting.promised(
        "goods", typed["quantity"], typed["unit"], category=typed["category"]
    )
    promise = drafting.promise(borrower, lender, back, fields.due(typed))
    texts = dict.fromkeys((0, 1), typed["what"])
    moves = [thing, promise, *_money(typed, lender, borrower)]
    return exchange("lend", moves, texts, day=wording.today())


def _money(
    typed: dict[str, Any], lender: str, borrower: str
) -> Iterator[drafting.Json]:
    """Write the deposit, lent the other way round, and the price for the use."""
    currency, deposit, price = (
        fields.money().code,
        typed["deposit"],
        typed["use_price"],
    )
    if deposit:
        yield drafting.money(borrower, lender, deposit, currency, purpose="deposit")
        back = drafting.promised("money", deposit, currency)
        yield drafting.promise(lender, borrower, back, fields.due(typed))
    if price:
        yield drafting.money(borrower, lender, price, currency, purpose="use_price")


LEND = ModeForm(
    name="lend",
    title=_("Loan"),
    explains=_("Something to use and to return; it stays the lender's own."),
    form=LendForm,
    proposal=_proposal,
)
