"""The act ``adjust``: the difference to a recorded deal; both stay on the statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import ClassVar, NamedTuple

from urdimbre.core.accounts import (
    AccountKey,
    Net,
    NotEnoughCash,
    beyond,
    over_limits,
    post,
)
from urdimbre.core.acts import (
    Act,
    ActKind,
    Cited,
    DealId,
    Effects,
    Need,
    Required,
    deal_id,
)
from urdimbre.core.exchange.answers import (
    AmountTooLarge,
    ConversionNotAgreed,
    LentIsNotPromised,
    MoreThanGiven,
    MoreThanReleased,
    NothingInReturn,
    ReserveNeeded,
    StillInCustody,
)
from urdimbre.core.exchange.cited import CITED_REFUSE, cited_deal, parties
from urdimbre.core.exchange.exchange import MODE, reserve_refusals, too_large
from urdimbre.core.exchange.in_custody import deals_of, left_behind
from urdimbre.core.exchange.moves import Deal, Goods, Money, Move, Promise, Release
from urdimbre.core.exchange.outcome import post_money
from urdimbre.core.obligations import Custody, Owed, custody, owed, write_owed
from urdimbre.core.reading import Record, Unreadable, integer, list_of
from urdimbre.core.refusals import MemberHasLeft, Refusal, gettext_noop
from urdimbre.core.state import Overlay, Row, View


class Change(NamedTuple):
    """The difference to one move, in minor steps of its unit."""

    move: int
    delta: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjust:
    """The parties of a deal, or a mediator, correct it.

    Attributes:
        deal: which deal.
        moves: the differences, by move.
    """

    deal: DealId
    moves: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """Sum of the differences recorded for a move so far."""

    PREFIX: ClassVar[str] = "adjusted"
    KEY: ClassVar[tuple[str, ...]] = ("act", "deal", "move")

    act: str
    deal: int
    move: int
    delta: int = 0

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"adjusted/{self.act}/{self.deal}/{self.move}"


@dataclass(frozen=True, slots=True)
class BeyondOriginal(Refusal):
    """An adjustment below nothing or above what was recorded."""

    code = "beyond_original"
    says = gettext_noop("Move {move} would become {after}; it was {original}.")
    way_out = gettext_noop("Stay within 0 and the recorded quantity, or record anew.")
    move: int
    after: int
    original: int


@dataclass(frozen=True, slots=True)
class BelowSettled(Refusal):
    """An adjustment below what has been settled, returned or sold since."""

    code = "below_settled"
    says = gettext_noop("{settled} of move {move} are settled already.")
    way_out = gettext_noop("Adjust the later act first.")
    move: int
    settled: int


def _build(**values: object) -> Adjust:
    body = Adjust(**values)  # type: ignore[arg-type]
    places = [change.move for change in body.moves]
    if any(a >= b for a, b in pairwise(places)):
        raise Unreadable("must be sorted by move, each once").within("moves")
    if any(change.delta == 0 for change in body.moves):
        raise Unreadable("must not be 0").within("moves")
    return body


@dataclass(slots=True)
class _Plan:
    net: Net = field(default_factory=dict)
    owed: dict[str, Owed] = field(default_factory=dict)
    custody: dict[str, Custody] = field(default_factory=dict)
    adjusted: list[Adjusted] = field(default_factory=list)
    refused: Refusal | None = None

    def owing(self, state: View, named: tuple[str, int, int]) -> Owed | None:
        """Return an obligation as the changes planned so far leave it."""
        row = owed(state, *named)
        return None if row is None else self.owed.get(row.key, row)

    def kept(self, state: View, named: tuple[str, int, int]) -> Custody | None:
        """Return a custody likewise: two moves may have taken from one."""
        row = custody(state, *named)
        return None if row is None else self.custody.get(row.key, row)


def adjusted_by(state: View, deal: DealId, move: int) -> int:
    """Return the sum of the differences recorded for a move so far."""
    row: Adjusted | None = state.get(f"adjusted/{deal.act}/{deal.deal}/{move}")
    return 0 if row is None else row.delta


def quantity_of(move: Move) -> int:
    """Return the recorded quantity of a move, minor steps."""
    return move.what.quantity if isinstance(move, Promise) else move.quantity


def _plan(state: View, body: Adjust, deal: Deal) -> _Plan:
    plan = _Plan()
    for place, delta in body.moves:
        if place >= len(deal.moves):
            plan.refused = BeyondOriginal(place + 1, delta, 0)
            return plan
        move = deal.moves[place]
        original = quantity_of(move)
        total = adjusted_by(state, body.deal, place) + delta
        if not 0 <= original + total <= original:
            plan.refused = BeyondOriginal(place + 1, original + total, original)
            return plan
        plan.adjusted.append(
            Adjusted(act=body.deal.act, deal=body.deal.deal, move=place, delta=total)
        )
        _one(state, plan, body.deal, Change(place, delta), move)
        if plan.refused is not None:
            return plan
    return plan


def _mended(state: View, body: Adjust, deal: Deal) -> Deal:
    """Return the deal as all adjustments, this one included, leave it."""
    deltas = {change.move: change.delta for change in body.moves}
    moves: list[Move] = []
    for place, move in enumerate(deal.moves):
        delta = adjusted_by(state, body.deal, place) + deltas.get(place, 0)
        if isinstance(move, Promise):
            what = replace(move.what, quantity=move.what.quantity + delta)
            moves.append(replace(move, what=what))
        else:
            moves.append(replace(move, quantity=move.quantity + delta))
    return replace(deal, moves=tuple(moves))


def _one(state: View, plan: _Plan, deal: DealId, change: Change, move: Move) -> None:
    named = (*deal, change.move)
    if isinstance(move, Money):
        post_money(state, plan.net, move, change.delta)
    elif isinstance(move, Goods):
        _goods(state, plan, change, move, named)
    elif isinstance(move, Promise):
        _promise(state, plan, change, named)
    elif isinstance(move, Release):
        row = plan.owing(state, move.owed)
        assert row is not None
        after = row.released + change.delta
        if not 0 <= after <= row.quantity:
            plan.refused = BelowSettled(change.move + 1, row.released)
        plan.owed[row.key] = replace(row, released=after)
    else:
        _signs(state, plan, change, move, named)


def _signs(
    state: View,
    plan: _Plan,
    change: Change,
    move: object,
    named: tuple[str, int, int],
) -> None:
    """Take from what is still owed of the move first, then from the account."""
    delta = change.delta
    row = plan.owing(state, named)
    if row is not None and delta < 0:
        cut = min(-delta, row.open)
        plan.owed[row.key] = replace(row, quantity=row.quantity - cut)
        delta += cut
    giver, taker, unit = move.giver, move.taker, move.unit  # type: ignore[attr-defined]
    for owner, sign in ((giver.id, -1), (taker.id, 1)):
        where = AccountKey(owner, unit)
        plan.net[where] = plan.net.get(where, 0) + sign * delta


def _goods(
    state: View,
    plan: _Plan,
    change: Change,
    move: Goods,
    named: tuple[str, int, int],
) -> None:
    if move.of is not None:
        source = plan.kept(state, move.of)
        assert source is not None
        gone = source.gone + change.delta
        if gone > source.quantity:
            plan.refused = BelowSettled(change.move + 1, source.gone)
        plan.custody[source.key] = replace(source, gone=gone)
    row = plan.kept(state, named)
    if row is not None:
        quantity = row.quantity + change.delta
        if quantity < row.gone:
            plan.refused = BelowSettled(change.move + 1, row.gone)
        plan.custody[row.key] = replace(row, quantity=quantity)


def _promise(
    state: View, plan: _Plan, change: Change, named: tuple[str, int, int]
) -> None:
    row = plan.owing(state, named)
    assert row is not None
    quantity = row.quantity + change.delta
    if quantity < row.released:
        plan.refused = BelowSettled(change.move + 1, row.released)
    plan.owed[row.key] = replace(row, quantity=quantity)


def _required(state: View, act: Act, cited: Cited) -> Required:
    deal = cited_deal(act, act.body.deal, cited, "adjusts")
    if isinstance(deal, Refusal):
        return Required((Need(act.by),))
    needs, sealed = parties(deal)
    return Required(
        needs,
        bearers=2 if sealed else 0,
        mediated=True,
        interested=tuple(need.party for need in needs),
    )


def _refusals(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    deal = cited_deal(act, act.body.deal, cited, "adjusts")
    if isinstance(deal, Refusal):
        yield deal
        return
    plan = _plan(state, act.body, deal)
    if plan.refused is not None:
        yield plan.refused
        return
    yield from _of_who_has_left(state, plan)
    mode = MODE.get(deal.mode)
    if mode is not None:  # in dues nothing stands against anything else
        mended = _mended(state, act.body, deal)
        yield from mode.mended(state, mended, act.body.deal.deal + 1)
    rows: list[Row] = [*plan.owed.values(), *plan.custody.values()]
    yield from left_behind(state, rows, deals_of(rows))
    yield from too_large(state, plan.net, plan.owed.values())
    yield from reserve_refusals(state, plan.net)
    for refusal in over_limits(state, plan.net):
        if isinstance(refusal, NotEnoughCash):
            yield refusal


def _of_who_has_left(state: View, plan: _Plan) -> Iterator[Refusal]:
    """Refuse to open the accounts of somebody who has left with all at zero."""
    touched = [where.owner for where, delta in plan.net.items() if delta]
    touched += [who for row in plan.owed.values() for who in (row.debtor, row.creditor)]
    touched += [who for row in plan.custody.values() for who in (row.owner, row.holder)]
    for who in touched:
        row = state.get(f"member/{who}")
        if row is not None and row.left is not None:
            yield MemberHasLeft(who)
            return


def _apply(overlay: Overlay, act: Act, cited: Cited) -> Effects:
    deal = cited_deal(act, act.body.deal, cited, "adjusts")
    assert isinstance(deal, Deal)
    plan = _plan(overlay, act.body, deal)
    past = beyond(overlay, plan.net)
    for obligation in plan.owed.values():
        write_owed(overlay, obligation)
    others: list[Row] = [*plan.custody.values(), *plan.adjusted]
    for row in others:
        overlay.put(row)
    postings = post(overlay, plan.net)
    return Effects(postings=postings, rows=(*plan.owed.values(), *others), beyond=past)


ADJUST = ActKind(
    name="adjust",
    body=Record(
        _build,
        {
            "deal": deal_id,
            "moves": list_of(
                Record(
                    Change, {"move": integer(0, 95), "delta": integer()}, name="Change"
                ),
                low=1,
            ),
        },
        name="Adjust",
    ),
    required=_required,
    refusals=_refusals,
    apply=_apply,
    refuses_with=(
        *CITED_REFUSE,
        BeyondOriginal,
        BelowSettled,
        MemberHasLeft,
        NothingInReturn,
        ConversionNotAgreed,
        MoreThanGiven,
        LentIsNotPromised,
        MoreThanReleased,
        StillInCustody,
        AmountTooLarge,
        ReserveNeeded,
        NotEnoughCash,
    ),
)
