"""Who gives and takes in an exchange, and by which means each may consent."""

from __future__ import annotations

from dataclasses import dataclass, field

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
    gives: list[Given] = field(default_factory=list)
    takes: list[Given] = field(default_factory=list)
    modes: dict[str, None] = field(default_factory=dict)
    goods_to: dict[str, None] = field(default_factory=dict)
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
        goods_to = [move.taker.id for move in deal.moves if isinstance(move, Goods)]
        for move in deal.moves:
            giver, taker = move.giver.kind, move.taker.kind
            sealed = sealed or giver == "sealed" or taker == "sealed"
            value = _value(state, move)
            _whose(sides, move, deal.mode)
            if giver not in _NOT_SIGNING:
                side = _side(sides, move.giver, deal.mode)
                _giving(side, move, value, goods_to)
            if taker not in _NOT_SIGNING:
                _taking(_side(sides, move.taker, deal.mode), move, value)
    return Required(
        tuple([_need(party, side) for party, side in sides.items()]),
        bearers=BEARERS if sealed else 0,
        standing=tuple([(one.party.id, one.mandate) for one in body.consents]),
    )


def _side(sides: dict[str, _Side], party: Party, mode: str) -> _Side:
    side = sides.get(party.id)
    if side is None:
        side = sides[party.id] = _Side()
    side.modes[mode] = None
    return side


def _whose(sides: dict[str, _Side], move: Move, mode: str) -> None:
    """Let an owner consent on whose behalf goods are given.

    Whose custody may be sold has consented to it when she handed the things over.
    """
    owner = move.on_behalf if isinstance(move, Goods) and move.of is None else None
    if owner is not None and owner.kind not in _NOT_SIGNING:
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
        side.gives.append(value)
        side.goods_to.update(dict.fromkeys(goods_to))


def _taking(side: _Side, move: Move, value: Given | None) -> None:
    if isinstance(move, Goods):
        side.attestable = side.attestable and move.title == "transfer"
    elif not isinstance(move, Signs):
        side.attestable = False
    if value is not None:
        side.takes.append(value)


def _need(party: str, side: _Side) -> Need:
    means = OWN | MANDATE
    if not side.releases:
        means |= STANDING
    if side.attestable:
        means |= ATTESTED
    return Need(
        party,
        means,
        tuple(side.gives),
        tuple(side.takes),
        tuple(side.modes),
        side.only_takes,
        side.gives_goods,
        tuple(side.goods_to),
    )
