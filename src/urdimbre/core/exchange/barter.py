"""Barter: goods, signs and promises in kind among two or more; no money."""

from __future__ import annotations

from collections.abc import Iterator

from urdimbre.core.exchange.answers import MoveNotInMode, NothingInReturn
from urdimbre.core.exchange.mode import Mode, givers, is_money, takers
from urdimbre.core.exchange.moves import Deal
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import View


def _refusals(state: View, deal: Deal, place: int) -> Iterator[Refusal]:
    """Refuse promised money, and anybody who only gives or only takes."""
    if any(is_money(move) for move in deal.moves):
        yield MoveNotInMode(place, "barter", "money")
        return
    giving, taking = givers(deal), takers(deal)
    for party in (*giving, *taking):
        if party not in giving or party not in taking:
            yield NothingInReturn(place, party.id)
            return


BARTER = Mode(
    name="barter",
    moves=("goods", "signs", "promise"),
    titles=("transfer",),
    purposes=(),
    refusals=_refusals,
    refuses_with=(MoveNotInMode, NothingInReturn),
)
