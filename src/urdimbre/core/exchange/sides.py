"""Who gives and takes in an exchange, and by which means each may consent."""

from __future__ import annotations

from dataclasses import dataclass

from urdimbre.core.acts import (
    ATTESTED,
    MANDATE,
    OWN,
    STANDING,
    Act,
    Given,
    Need,
    Party,
    Required,
)
from urdimbre.core.exchange.moves import (
    Exchange,
    Goods,
    Move,
    Promise,
    Release,
    Signs,
)
from urdimbre.core.obligations import owed
from urdimbre.core.state import View

BEARERS = 2
_NOT_SIGNING = ("outside", "sealed")


@dataclass(slots=True)
class _Side:
    gives: tuple[Given, ...] = ()
    takes: tuple[Given, ...] = ()
    modes: tuple[str, ...] = ()
    goods_to: tuple[str, ...] = ()
    only_takes: bool = True
    gives_goods: bool = False
    attestable: bool = True
    releases: bool = False


def _value(state: View, move: Move) -> Given | None:
    """Return what counts for caps; ``None`` for goods, which have no common measure."""
    if isinstance(move, Goods):
        return None
    if isinstance(move, Promise):
        return Given(move.what.unit, move.what.quantity, move.taker.id)
    if isinstance(move, Release):
        row = owed(state, *move.owed)
        return None if row is None else Given(row.unit, move.quantity, row.debtor)
    return Given(move.unit, move.quantity, move.taker.id)


def required(state: View, act: Act) -> Required:
    """Work out who must consent: every giver and taker but outside and sealed."""
    body: Exchange = act.body
    sides: dict[str, _Side] = {}
    sealed = False
    for deal in body.deals:
        mode = deal.mode
        goods_to = [move.taker.id for move in deal.moves if isinstance(move, Goods)]
        for move in deal.moves:
            giver, taker = move.giver, move.taker
            sealed = sealed or giver.kind == "sealed" or taker.kind == "sealed"
            value = _value(state, move)
            if isinstance(move, Goods) and move.on_behalf is not None:
                _whose(sides, move, move.on_behalf, mode)
            if giver.kind not in _NOT_SIGNING:
                _giving(_side(sides, giver, mode), move, value, goods_to)
            if taker.kind not in _NOT_SIGNING:
                _taking(_side(sides, taker, mode), move, value)
    return Required(
        tuple([_need(party, side) for party, side in sides.items()]),
        bearers=BEARERS if sealed else 0,
        standing=tuple([(one.party.id, one.mandate) for one in body.consents]),
    )


def _side(sides: dict[str, _Side], party: Party, mode: str) -> _Side:
    side = sides.get(party.id)
    if side is None:
        side = sides[party.id] = _Side()
    if mode not in side.modes:
        side.modes = (*side.modes, mode)
    return side


def _whose(sides: dict[str, _Side], move: Goods, owner: Party, mode: str) -> None:
    """Let an owner consent on whose behalf goods are given.

    Whose custody may be sold has consented to it when she handed the things over.
    """
    if move.of is None and owner.kind not in _NOT_SIGNING:
        side = _side(sides, owner, mode)
        side.only_takes = side.attestable = False
        side.gives_goods = True


def _giving(side: _Side, move: Move, value: Given | None, goods_to: list[str]) -> None:
    side.only_takes = False
    if not isinstance(move, Goods) or move.title != "transfer":
        side.attestable = False
    if isinstance(move, Goods):
        side.gives_goods = True
    elif isinstance(move, Release):
        side.releases = True
    if value is not None:
        side.gives = (*side.gives, value)
        side.goods_to = tuple(dict.fromkeys((*side.goods_to, *goods_to)))


def _taking(side: _Side, move: Move, value: Given | None) -> None:
    if isinstance(move, Goods):
        side.attestable = side.attestable and move.title == "transfer"
    elif not isinstance(move, Signs):
        side.attestable = False
    if value is not None:
        side.takes = (*side.takes, value)


def _need(party: str, side: _Side) -> Need:
    means = OWN | MANDATE
    if not side.releases:
        means |= STANDING
    if side.attestable:
        means |= ATTESTED
    return Need(
        party,
        means,
        side.gives,
        side.takes,
        side.modes,
        side.only_takes,
        side.gives_goods,
        side.goods_to,
    )
