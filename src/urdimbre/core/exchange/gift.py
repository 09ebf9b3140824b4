"""Gift: goods, money, signs or a forgiven debt, one way only; no price exists."""

from __future__ import annotations

from collections.abc import Iterator

from urdimbre.core.exchange.answers import GiftBothWays, MoveNotInMode, ReasonDoesNotFit
from urdimbre.core.exchange.mode import Mode, as_agreed, givers, takers
from urdimbre.core.exchange.moves import Deal, Release, Signs
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import View


def _refusals(state: View, deal: Deal, place: int) -> Iterator[Refusal]:
    """Refuse a gift that goes both ways, and what is no forgiving or would be owed."""
    taking = takers(deal)
    for party in givers(deal):
        if party in taking:
            yield GiftBothWays(place, party.id)
            return
    for move in deal.moves:
        if isinstance(move, Release) and move.reason != "forgiven":
            yield ReasonDoesNotFit(place, move.reason)
            return
        # What is owed of a gift would be a debt: no such thing exists.
        if isinstance(move, Signs) and move.on_limit == "owe":
            yield MoveNotInMode(place, "gift", "promise")
            return


GIFT = Mode(
    name="gift",
    moves=("goods", "money", "signs", "release"),
    promises=(),
    titles=("transfer",),
    purposes=("dues",),
    refusals=_refusals,
    mended=as_agreed,
    refuses_with=(GiftBothWays, ReasonDoesNotFit, MoveNotInMode),
)
