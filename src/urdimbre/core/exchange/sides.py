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
    Deal,
    Exchange,
    Goods,
    Money,
    Move,
    Promise,
    Release,
    Signs,
)


@dataclass(slots=True)
class _Side:
    gives: list[Given] = field(default_factory=list)
    takes: list[Given] = field(default_factory=list)
    modes: dict[str, None] = field(default_factory=dict)
    goods_to: dict[str, None] = field(default_factory=dict)
    only_takes: bool = True
    attestable: bool = True
    releases: bool = False


def value_of_move(move: Move) -> tuple[str, int] | None:
    """Return unit and minor steps that count for caps; ``None`` for goods."""
    if isinstance(move, Signs | Money):
        return move.unit, move.quantity
    if isinstance(move, Promise):
        return move.what.unit, move.what.quantity
    return None


def required(act: Act) -> Required:
    """Work out who must consent: every giver and taker but outside and sealed."""
    body: Exchange = act.body
    sides: dict[str, _Side] = {}
    sealed = False
    for deal in body.deals:
        goods_to = tuple(
            move.taker.id for move in deal.moves if isinstance(move, Goods)
        )
        for move in deal.moves:
            sealed = sealed or "sealed" in (move.giver.kind, move.taker.kind)
            _giving(sides, deal, move, goods_to)
            _taking(sides, deal, move)
    return Required(
        tuple(_need(party, side) for party, side in sides.items()),
        bearers=2 if sealed else 0,
        standing=tuple((one.party.id, one.mandate) for one in body.consents),
    )


def _side(sides: dict[str, _Side], party: Party, mode: str) -> _Side | None:
    if party.kind in ("outside", "sealed"):
        return None
    side = sides.setdefault(party.id, _Side())
    side.modes[mode] = None
    return side


def _giving(
    sides: dict[str, _Side], deal: Deal, move: Move, goods_to: tuple[str, ...]
) -> None:
    owner = move.on_behalf if isinstance(move, Goods) else None
    # Whose custody may be sold has consented to it when she handed the things over.
    if owner is not None and isinstance(move, Goods) and move.of is None:
        _side(sides, owner, deal.mode)
    side = _side(sides, move.giver, deal.mode)
    if side is None:
        return
    side.only_takes = False
    side.attestable &= isinstance(move, Goods) and move.title == "transfer"
    side.releases |= isinstance(move, Release)
    value = value_of_move(move)
    if value is not None:
        side.gives.append(Given(*value, to=move.taker.id))
        side.goods_to.update(dict.fromkeys(goods_to))


def _taking(sides: dict[str, _Side], deal: Deal, move: Move) -> None:
    side = _side(sides, move.taker, deal.mode)
    if side is None:
        return
    plain_goods = isinstance(move, Goods) and move.title == "transfer"
    side.attestable &= plain_goods or isinstance(move, Signs)
    value = value_of_move(move)
    if value is not None:
        side.takes.append(Given(*value, to=move.taker.id))


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
        tuple(side.goods_to),
    )
