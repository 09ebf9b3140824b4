"""What an exchange does to accounts, obligations and custody, worked out once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from urdimbre.core.accounts import (
    CASH_KEEPERS,
    CASH_OUTSIDE,
    AccountKey,
    Net,
    add,
    counts,
    limits,
)
from urdimbre.core.acts import Act, MoveId, Party
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
from urdimbre.core.obligations import ON_REQUEST, Custody, Owed, custody, owed
from urdimbre.core.state import View

Place = tuple[int, int]
"""Deal and move, counted from 0."""


@dataclass(slots=True)
class Outcome:
    """Changes that an exchange would make.

    Attributes:
        net: changes of accounts.
        owed: minor steps of signs moves that become promises, by place.
        promises: obligations opened, by place.
        released: minor steps released, by obligation.
        gone: minor steps that leave a custody, by custody.
        custodies: custodies opened, by place.
    """

    net: Net = field(default_factory=dict)
    owed: dict[Place, int] = field(default_factory=dict)
    promises: dict[Place, Owed] = field(default_factory=dict)
    released: dict[MoveId, int] = field(default_factory=dict)
    gone: dict[MoveId, int] = field(default_factory=dict)
    custodies: dict[Place, Custody] = field(default_factory=dict)


def placed(exchange: Exchange) -> Iterator[tuple[Place, Deal, Move]]:
    """Give every move with its place and its deal."""
    for d, deal in enumerate(exchange.deals):
        for m, move in enumerate(deal.moves):
            yield (d, m), deal, move


def outcome(state: View, act: Act) -> Outcome:
    """Work out what an exchange does; its moves have been looked at before."""
    kept = state.kept
    if kept is not None and kept[0] == act.hash:
        found: Outcome = kept[1]
        return found
    result = _worked_out(state, act)
    state.kept = (act.hash, result)
    return result


def _worked_out(state: View, act: Act) -> Outcome:
    result = Outcome()
    signs: list[tuple[Place, Signs]] = []
    for place, _, move in placed(act.body):
        if isinstance(move, Signs):
            signs.append((place, move))
            _post_signs(result.net, move, move.quantity)
        elif isinstance(move, Money):
            post_money(state, result.net, move, move.quantity)
        elif isinstance(move, Promise):
            result.promises[place] = _promised(act, place, move)
        elif isinstance(move, Release):
            done = result.released.get(move.owed, 0)
            result.released[move.owed] = done + move.quantity
        else:
            _goods(result, act, place, move)
    if any(move.on_limit == "owe" for _, move in signs):
        _owe_the_excess(state, act, result, signs)
    return result


def _post_signs(net: Net, move: Signs, quantity: int) -> None:
    add(net, AccountKey(move.giver.id, move.unit), -quantity)
    add(net, AccountKey(move.taker.id, move.unit), quantity)


def keeps_cash(state: View, party: Party) -> bool:
    """Tell whether money moves of a party are posted to its purses."""
    if party.owner is None:
        return False
    return state.get(f"member/{party.id}").kind in CASH_KEEPERS


def post_money(state: View, net: Net, move: Money, quantity: int) -> None:
    """Post each side that keeps cash, against ``cash-outside``; nothing for others."""
    outside = AccountKey(CASH_OUTSIDE, move.unit)
    purse = move.purse or "till"
    if keeps_cash(state, move.giver):
        add(net, AccountKey(move.giver.id, move.unit, purse), -quantity)
        add(net, outside, quantity)
    if keeps_cash(state, move.taker):
        into = AccountKey(move.taker.id, move.unit, move.into or purse)
        add(net, into, quantity)
        add(net, outside, -quantity)


def _promised(act: Act, place: Place, move: Promise) -> Owed:
    return Owed(
        act=act.hash,
        deal=place[0],
        move=place[1],
        debtor=move.giver.id,
        creditor=move.taker.id,
        what=move.what.type,
        unit=move.what.unit,
        quantity=move.what.quantity,
        due=move.due,
        risk=move.risk,
        category=move.what.category,
        product=move.what.product,
        alternative=move.alternative,
    )


def _goods(result: Outcome, act: Act, place: Place, move: Goods) -> None:
    if move.of is not None:
        result.gone[move.of] = result.gone.get(move.of, 0) + move.quantity
    if move.title == "custody":
        result.custodies[place] = Custody(
            act=act.hash,
            deal=place[0],
            move=place[1],
            owner=move.giver.id,
            holder=move.taker.id,
            category=move.category,
            unit=move.unit,
            quantity=move.quantity,
            may=move.may,
            product=move.product,
        )


def _owe_the_excess(
    state: View, act: Act, result: Outcome, signs: list[tuple[Place, Signs]]
) -> None:
    """Turn into promises what would pass a giver's hard limit.

    Later moves give way before earlier ones. What one cannot give the other does not
    get, who may then pass her own limit: so it is repeated, as often as the longest
    chain of these moves is long. A ring could go on a step at a time for ever; what is
    short after that, the limit refuses.
    """
    owing = [
        (place, move, AccountKey(move.giver.id, move.unit))
        for place, move in reversed(signs)
        if move.on_limit == "owe"
    ]
    least = {
        where: limits(state, where.owner, where.unit).low - counts(state, where)
        for _, _, where in owing
    }
    for _ in owing:
        before = dict(result.owed)
        for place, move, where in owing:
            short = least[where] - result.net[where]
            left = move.quantity - result.owed.get(place, 0)
            excess = min(short, left)
            if excess > 0 and result.net[where] < 0:
                _post_signs(result.net, move, -excess)
                result.owed[place] = result.owed.get(place, 0) + excess
        if result.owed == before:
            break
    for place, move in signs:
        if place in result.owed:
            result.promises[place] = Owed(
                act=act.hash,
                deal=place[0],
                move=place[1],
                debtor=move.giver.id,
                creditor=move.taker.id,
                what="signs",
                unit=move.unit,
                quantity=result.owed[place],
                due=ON_REQUEST,
            )


def released_rows(state: View, result: Outcome) -> Iterator[Owed]:
    """Give the obligations as they stand after the releases."""
    for named, quantity in result.released.items():
        row = owed(state, *named)
        assert row is not None
        yield replace(row, released=row.released + quantity)


def gone_rows(state: View, result: Outcome) -> Iterator[Custody]:
    """Give the custodies as they stand after what was returned or sold."""
    for named, quantity in result.gone.items():
        row = custody(state, *named)
        assert row is not None
        yield replace(row, gone=row.gone + quantity)
