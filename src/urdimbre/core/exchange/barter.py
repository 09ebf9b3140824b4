"""Barter: goods, signs and promises in kind among two or more; no money."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from urdimbre.core.accounts import Conversion
from urdimbre.core.exchange.answers import (
    ConversionNotAgreed,
    MoveNotInMode,
    NothingInReturn,
)
from urdimbre.core.exchange.mode import Mode, givers, is_money, takers
from urdimbre.core.exchange.moves import UNKNOWN, Deal, Goods, Signs
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import View
from urdimbre.core.units import Quantity


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
    yield from _conversion(state, deal, place)


def _conversion(state: View, deal: Deal, place: int) -> Iterator[Refusal]:
    """Refuse signs against other signs at a rate that the circuit has not agreed."""
    sums: dict[str, int] = {}
    for move in deal.moves:
        if isinstance(move, Goods) and move.category == UNKNOWN:
            continue  # nothing that could stand beside the signs
        if not isinstance(move, Signs):
            return
        sums[move.unit] = sums.get(move.unit, 0) + move.quantity
    units = sorted(sums)
    for unit, into in pairwise(units):
        agreed: Conversion | None = state.get(f"agreement/conversion/{unit}/{into}")
        if agreed is None or sums[unit] * agreed.take != sums[into] * agreed.give:
            yield ConversionNotAgreed(
                place, Quantity(sums[unit], unit), Quantity(sums[into], into)
            )
            return


BARTER = Mode(
    name="barter",
    moves=("goods", "signs", "promise"),
    titles=("transfer",),
    purposes=(),
    refusals=_refusals,
    refuses_with=(MoveNotInMode, NothingInReturn, ConversionNotAgreed),
)
