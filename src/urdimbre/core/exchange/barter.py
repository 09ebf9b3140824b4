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
    if giving.keys() != taking.keys():
        sides = (*giving, *taking)
        alone = next(one for one in sides if one not in giving or one not in taking)
        yield NothingInReturn(place, alone.id)
        return
    yield from _mended(state, deal, place)


def _mended(state: View, deal: Deal, place: int) -> Iterator[Refusal]:
    """Refuse signs changed at a rate, and goods of today for more of the same later."""
    changed = _changed(state, deal, place)
    if changed is not None:
        yield changed
    lent = _lent_in_kind(state, deal, place)
    if lent is not None:
        yield lent


def _lent_in_kind(state: View, deal: Deal, place: int) -> Refusal | None:
    """Refuse who gives goods or work and is promised more of the same kind for it."""
    promised: dict[tuple[Party, Alike], Sum] = {}
    for move in deal.moves:
        if isinstance(move, Promise):
            what = move.what
            key = (move.taker, alike_of(state, what.unit, what.category))
            promised.setdefault(key, Sum()).add(state, what.quantity, what.unit)
    if not promised:
        return None
    given: dict[tuple[Party, Alike], Sum] = {}
    for move in deal.moves:
        if isinstance(move, Goods):
            key = (move.giver, alike_of(state, move.unit, move.category))
            given.setdefault(key, Sum()).add(state, move.quantity, move.unit)
    for key, later in promised.items():
        now = given.get(key)
        if now is not None and later.over(now):
            party, alike = key
            return MoreThanGiven(
                place,
                party.id,
                now.told(alike, later, up=False),
                later.told(alike, now, up=True),
            )
    return None


def _changed(state: View, deal: Deal, place: int) -> Refusal | None:
    """Refuse who changes signs and gains or loses by it, party by party.

    What goods are worth is for people to judge. So who gives or takes signs of one
    sort beside goods is left alone; who ends with less of one sign and more of another
    changes signs, and who brings nothing but signs has nothing else to judge by: their
    signs must come out even.
    """
    beside, several = _beside_signs(deal)
    for party in givers(deal):
        if party in beside and not several:
            continue  # the usual case: goods on one side, one sign on the other
        nets = _nets(deal, party)
        refused = uneven(state, nets, place)
        if refused is not None:
            return refused
        one_way = min(nets.values(), default=0) >= 0 or max(nets.values()) <= 0
        if any(nets.values()) and one_way and party not in beside:
            return NothingInReturn(place, party.id)
    return None


def _beside_signs(deal: Deal) -> tuple[dict[Party, None], bool]:
    """Return who gives or takes anything but signs; whether signs are of two sorts."""
    beside: dict[Party, None] = {}
    unit, several = None, False
    for move in deal.moves:
        if isinstance(move, Signs):
            several = several or unit not in (None, move.unit)
            unit = move.unit
        else:
            beside[move.giver] = beside[move.taker] = None
    return beside, several


def _nets(deal: Deal, party: Party) -> dict[str, int]:
    """Add up what a party gains or loses of each sign."""
    sums: dict[str, int] = {}
    for move in deal.moves:
        if isinstance(move, Signs) and party in (move.giver, move.taker):
            sign = 1 if move.taker == party else -1
            sums[move.unit] = sums.get(move.unit, 0) + sign * move.quantity
    return sums


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
