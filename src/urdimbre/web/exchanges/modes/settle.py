"""Settle: what is owed is counted as fulfilled against what both accept."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.core import drafting
from urdimbre.core.units import Quantity
from urdimbre.web import wording
from urdimbre.web.exchanges import fields
from urdimbre.web.exchanges.fields import Between, ModeForm
from urdimbre.web.exchanges.owing import Owing
from urdimbre.web.exchanges.proposing import Proposal, exchange
from urdimbre.web.exchanges.third import ThirdForm, third_field


class SettleForm(ThirdForm):
    """How much of an obligation is fulfilled, and with what.

    Attributes:
        owing: the obligation; the view finds it.
    """

    quantity = fields.amount_field(_("How much of it is settled"))
    against = forms.ChoiceField(
        label=_("With what?"),
        choices=[
            ("same", _("With what was promised")),
            ("money", _("With money")),
            ("signs", _("With signs")),
            ("goods", _("With other goods or work")),
            ("forgiven", _("With nothing: it is forgiven, as a gift")),
        ],
        widget=forms.RadioSelect,
        initial="same",
    )
    price = fields.amount_field(_("How much money"), required=False)
    signs = fields.amount_field(_("How many signs"), required=False)
    sign = fields.sign_field(required=False)
    what = fields.text_field(_("What is given instead"), required=False)
    category = fields.category_field(required=False)
    back_quantity = fields.amount_field(_("How much of it"), required=False)
    unit = fields.unit_field(required=False)

    third = third_field(_("Who gets it instead"))

    def __init__(self, *args: Any, owing: Owing, **options: Any) -> None:
        """Take the obligation that is settled."""
        super().__init__(*args, **options)
        self.owing = owing

    def clean(self) -> None:
        """Read the amount in the unit of the obligation, and what is given for it."""
        typed = self.cleaned_data
        minor = fields.read_amount(self, "quantity", self.owing.unit)
        if minor and minor > self.owing.open:
            amount = wording.quantity(Quantity(self.owing.open, self.owing.unit))
            sentence = gettext("Only %(amount)s are still open. Settle at most that.")
            self.add_error("quantity", sentence % {"amount": amount})
        self.read_third()
        match typed.get("against"):
            case "money":
                fields.read_amount(self, "price", fields.money().code)
                fields.ask_for(self, "price")
            case "signs":
                fields.read_amount(self, "signs", typed.get("sign"))
                fields.ask_for(self, "signs")
            case "goods":
                fields.read_amount(self, "back_quantity", typed.get("unit"))
                fields.ask_for(self, "what", "category", "back_quantity")
            case "forgiven" if typed.get("third"):
                sentence = gettext("What is forgiven goes to nobody. Leave this empty.")
                self.add_error("third", sentence)
        if typed.get("third") and self.owing.custody is not None:
            sentence = gettext("A lent thing goes back to its owner. Leave this empty.")
            self.add_error("third", sentence)


def _proposal(typed: dict[str, Any], between: Between) -> Proposal:
    owing: Owing = typed["owing"]
    if typed["against"] == "forgiven":
        return _forgiven(typed, owing, between)
    given, text = _given(typed, owing, between)
    release = drafting.release(
        owing.creditor,
        owing.debtor,
        owed=drafting.place(owing.act, owing.deal, owing.move),
        quantity=typed["quantity"],
        reason="passed_on" if typed["third"] else "fulfilled",
    )
    moves, texts = [given, release], {0: text}
    if owing.custody is not None and typed["against"] != "same":
        texts[len(moves)] = owing.text
        moves.append(_left(typed["quantity"], owing, owing.custody, between))
    return exchange("settle", moves, texts, day=wording.today())


def _forgiven(typed: dict[str, Any], owing: Owing, between: Between) -> Proposal:
    """Give the debt away; a lent thing stays with who has it."""
    moves = [
        drafting.release(
            owing.creditor,
            owing.debtor,
            owed=drafting.place(owing.act, owing.deal, owing.move),
            quantity=typed["quantity"],
            reason="forgiven",
        )
    ]
    texts = {}
    if owing.custody is not None:
        texts[1] = owing.text
        moves.append(_left(typed["quantity"], owing, owing.custody, between))
    return exchange("gift", moves, texts, day=wording.today())


def _left(
    quantity: int, owing: Owing, custody: tuple[int, int], between: Between
) -> drafting.Json:
    """Write that a lent thing is not coming back: its owner leaves it to the holder."""
    left = {
        "category": owing.category,
        "quantity": min(quantity, owing.held),
        "unit": owing.unit,
    }
    of = drafting.place(owing.act, *custody)
    use = between.use(owing.debtor)
    return fields.goods(left, owing.creditor, owing.debtor, use=use, of=of)


def _given(
    typed: dict[str, Any], owing: Owing, between: Between
) -> tuple[drafting.Json, str]:
    """Write what the debtor gives, and its description."""
    third = typed["third"]
    who = (owing.debtor, third.id if third else owing.creditor)
    against = typed["against"]
    if against == "same":
        against = owing.what
    elif against == "goods":
        given = typed | {"quantity": typed["back_quantity"]}
        use = _use(typed, owing, between)
        return fields.goods(given, *who, use=use), typed["what"]
    if against == "money":
        price = typed["price"] if typed["against"] == "money" else typed["quantity"]
        currency = fields.money().code if typed["against"] == "money" else owing.unit
        return drafting.money(*who, price, currency), ""
    if against == "signs":
        signs = typed["signs"] if typed["against"] == "signs" else typed["quantity"]
        sign = typed["sign"] if typed["against"] == "signs" else owing.unit
        return drafting.signs(*who, signs, sign), ""
    return _as_promised(typed, owing, between), owing.text


def _as_promised(
    typed: dict[str, Any], owing: Owing, between: Between
) -> drafting.Json:
    """Write promised goods as given, or a lent thing as returned."""
    back: dict[str, Any] = {}
    if owing.custody is not None:
        back = {"title": "return", "of": drafting.place(owing.act, *owing.custody)}
    given = {
        "category": owing.category,
        "quantity": typed["quantity"],
        "unit": owing.unit,
    }
    use = _use(typed, owing, between)
    third = typed["third"]
    taker = third.id if third else owing.creditor
    return fields.goods(given, owing.debtor, taker, use=use, **back)


def _use(typed: dict[str, Any], owing: Owing, between: Between) -> str:
    """Say what who takes it does with goods."""
    third = typed["third"]
    if third:
        return drafting.USES.get(third.kind, "consumption")
    return between.use(owing.creditor)


SETTLE = ModeForm(
    name="settle",
    title=_("Settle"),
    explains=_("What was promised is fulfilled, with whatever both accept."),
    form=SettleForm,
    proposal=_proposal,
)
