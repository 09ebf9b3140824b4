"""Lend: things in custody, or money or signs, against a promise to return them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from urdimbre.core.acts import Party
from urdimbre.core.exchange.answers import LentIsNotPromised, PurposeOutOfPlace
from urdimbre.core.exchange.mode import Mode
from urdimbre.core.exchange.moves import Deal, Goods, Money, Promise, Signs
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import View


class _Lent(NamedTuple):
    lender: Party
    borrower: Party
    what: str
    unit: str
    category: str | None


def _refusals(state: View, deal: Deal, place: int) -> Iterator[Refusal]:
    """Refuse a loan whose promise is not exactly what was lent.

    A deposit is lent the other way round. A price is asked for the use of things only:
    lent money and signs come back as they went.
    """
    lent: dict[_Lent, int] = {}
    promised: dict[_Lent, int] = {}
    for move in deal.moves:
        if isinstance(move, Goods):
            key = _Lent(move.giver, move.taker, "goods", move.unit, move.category)
            lent[key] = lent.get(key, 0) + move.quantity
        elif isinstance(move, Promise):
            key = _Lent(
                move.taker,
                move.giver,
                move.what.type,
                move.what.unit,
                move.what.category,
            )
            promised[key] = promised.get(key, 0) + move.what.quantity
        elif isinstance(move, Money | Signs) and move.purpose != "use_price":
            what = "money" if isinstance(move, Money) else "signs"
            key = _Lent(move.giver, move.taker, what, move.unit, None)
            lent[key] = lent.get(key, 0) + move.quantity
    for key in lent | promised:
        if lent.get(key, 0) != promised.get(key, 0):
            yield LentIsNotPromised(
                place, key.unit, lent.get(key, 0), promised.get(key, 0)
            )
            return
    yield from _use_price(deal, place)


def _use_price(deal: Deal, place: int) -> Iterator[Refusal]:
    """Refuse a price without a thing, or beside money or signs lent the same way."""
    for move in deal.moves:
        if not isinstance(move, Money | Signs) or move.purpose != "use_price":
            continue
        lent = [
            isinstance(other, Goods)
            for other in deal.moves
            if isinstance(other, Goods | Money | Signs)
            and (other.giver, other.taker) == (move.taker, move.giver)
        ]
        if not lent or not all(lent):
            yield PurposeOutOfPlace(place, "use_price", "lend")
            return


LEND = Mode(
    name="lend",
    moves=("goods", "money", "signs", "promise"),
    promises=("goods", "money", "signs"),
    titles=("custody",),
    purposes=("deposit", "use_price"),
    refusals=_refusals,
    mended=_refusals,
    refuses_with=(LentIsNotPromised, PurposeOutOfPlace),
)
