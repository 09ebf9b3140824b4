"""Sale: goods, or a promise of goods, for money, paid or on account."""

from __future__ import annotations

from collections.abc import Iterator

from urdimbre.core.exchange.answers import NothingSold, SaleWithoutPrice, SameSide
from urdimbre.core.exchange.mode import Mode, as_agreed, is_goods, is_money
from urdimbre.core.exchange.moves import Deal
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import View


def _refusals(state: View, deal: Deal, place: int) -> Iterator[Refusal]:
    """Refuse a deal without goods or price, or with somebody on both sides.

    Who is paid gives the goods; who takes the goods need not be the payer.
    """
    if not any(is_money(move) for move in deal.moves):
        yield SaleWithoutPrice(place)
        return
    sellers = dict.fromkeys(move.giver for move in deal.moves if is_goods(move))
    if not sellers:
        yield NothingSold(place)
        return
    for move in deal.moves:
        if is_goods(move):
            continue
        for side, wrong in ((move.giver, True), (move.taker, False)):
            if (side in sellers) == wrong:
                yield SameSide(place, side.id)
                return


SALE = Mode(
    name="sale",
    moves=("goods", "money", "signs", "promise"),
    promises=("goods", "work", "money"),
    titles=("transfer",),
    purposes=(),
    refusals=_refusals,
    mended=as_agreed,
    refuses_with=(SaleWithoutPrice, NothingSold, SameSide),
)
