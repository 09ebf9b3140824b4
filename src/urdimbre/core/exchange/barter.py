"""Barter: goods, signs and promises in kind among two or more; no money."""

from __future__ import annotations

from collections.abc import Iterator

from urdimbre.core.acts import Party
from urdimbre.core.exchange.alike import Alike, Sum, alike_of
from urdimbre.core.exchange.answers import (
    ConversionNotAgreed,
    MoreThanGiven,
    NothingInReturn,
)
from urdimbre.core.exchange.conversion import uneven
from urdimbre.core.exchange.mode import Mode, givers, takers
from urdimbre.core.exchange.moves import Deal, Goods, Promise, Signs
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import View


def _refusals(state: View, deal: Deal, place: int) -> Iterator[Refusal]:
    """Refuse anybody who only gives or only takes, and signs changed at a rate."""
    giving, taking = givers(deal), takers(deal)
    for party in (*giving, *taking):
        if party not in giving or party not in taking:
            yield NothingInReturn(place, party.id)
            return
    yield from _mended(state, deal, place)


def _mended(state: View, deal: Deal, place: int) -> Iterator[Refusal]:
    """Refuse signs changed at a rate, and goods of today for more of the same later."""
    yield from _changed(state, deal, place)
    yield from _lent_in_kind(state, deal, place)


def _lent_in_kind(state: View, deal: Deal, place: int) -> Iterator[Refusal]:
    """Refuse who gives goods or work and is promised more of the same kind for it."""
    given: dict[tuple[Party, Alike], Sum] = {}
    promised: dict[tuple[Party, Alike], Sum] = {}
    for move in deal.moves:
        if isinstance(move, Goods):
            key = (move.giver, alike_of(state, move.unit, move.category))
            given.setdefault(key, Sum()).add(state, move.quantity, move.unit)
        elif isinstance(move, Promise):
            what = move.what
            key = (move.taker, alike_of(state, what.unit, what.category))
            promised.setdefault(key, Sum()).add(state, what.quantity, what.unit)
    for key, later in promised.items():
        now = given.get(key)
        if now is not None and later.over(now):
            party, alike = key
            yield MoreThanGiven(
                place,
                party.id,
                now.told(alike, later, up=False),
                later.told(alike, now, up=True),
            )
            return


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
    mended=_mended,
    refuses_with=(NothingInReturn, ConversionNotAgreed, MoreThanGiven),
)
