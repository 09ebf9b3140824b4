"""Barter: goods, signs and promises in kind among two or more; no money."""

from __future__ import annotations

from collections.abc import Iterator

from urdimbre.core.acts import Party
from urdimbre.core.exchange.answers import ConversionNotAgreed, NothingInReturn
from urdimbre.core.exchange.conversion import uneven
from urdimbre.core.exchange.mode import Mode, givers, takers
from urdimbre.core.exchange.moves import Deal, Signs
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import View


def _refusals(state: View, deal: Deal, place: int) -> Iterator[Refusal]:
    """Refuse anybody who only gives or only takes, and signs changed at a rate."""
    giving, taking = givers(deal), takers(deal)
    for party in (*giving, *taking):
        if party not in giving or party not in taking:
            yield NothingInReturn(place, party.id)
            return
    yield from _changed(state, deal, place)


def _changed(state: View, deal: Deal, place: int) -> Iterator[Refusal]:
    """Refuse who changes signs and gains or loses by it, party by party.

    What goods are worth is for people to judge. So who gives or takes signs of one
    sort beside goods is left alone; who ends with less of one sign and more of another
    changes signs, and who brings nothing but signs has nothing else to judge by: their
    signs must come out even.
    """
    for party in givers(deal):
        nets = _nets(deal, party)
        refused = uneven(state, nets, place)
        if refused is not None:
            yield refused
            return
        one_way = min(nets.values(), default=0) >= 0 or max(nets.values()) <= 0
        if any(nets.values()) and one_way and _only_signs(deal, party):
            yield NothingInReturn(place, party.id)
            return


def _nets(deal: Deal, party: Party) -> dict[str, int]:
    """Add up what a party gains or loses of each sign."""
    sums: dict[str, int] = {}
    for move in deal.moves:
        if isinstance(move, Signs) and party in (move.giver, move.taker):
            sign = 1 if move.taker == party else -1
            sums[move.unit] = sums.get(move.unit, 0) + sign * move.quantity
    return sums


def _only_signs(deal: Deal, party: Party) -> bool:
    return all(
        isinstance(move, Signs) or party not in (move.giver, move.taker)
        for move in deal.moves
    )


BARTER = Mode(
    name="barter",
    moves=("goods", "signs", "promise"),
    promises=("goods", "work"),
    titles=("transfer",),
    purposes=(),
    refusals=_refusals,
    mended=_changed,
    refuses_with=(NothingInReturn, ConversionNotAgreed),
)
