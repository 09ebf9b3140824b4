"""The first look at an exchange: parties, units and what its moves name all exist."""

from __future__ import annotations

from collections.abc import Iterator

from urdimbre.core.acts import Act, MoveId, Party
from urdimbre.core.exchange import answers
from urdimbre.core.exchange.moves import (
    TYPE_OF,
    Deal,
    Exchange,
    Goods,
    Money,
    Move,
    Promise,
    Release,
    Signs,
)
from urdimbre.core.obligations import Custody, custody, owed
from urdimbre.core.refusals import MemberHasLeft, Refusal, UnknownMember, UnknownUnit
from urdimbre.core.state import View
from urdimbre.core.units import Quantity, Unit, UnitKind, standard_unit

LOOKS_REFUSE = (
    UnknownMember,
    MemberHasLeft,
    answers.UnknownCircuit,
    answers.SealedOutOfPlace,
    answers.WrongParty,
    answers.SameParty,
    answers.BothOutside,
    UnknownUnit,
    answers.UnknownObligation,
    answers.MoreThanOwed,
    answers.UnknownCustody,
    answers.CustodyNotAllowed,
    answers.MoreThanHeld,
    answers.RefMissing,
)


def look(state: View, act: Act) -> Iterator[Refusal]:
    """Refuse moves whose parties, units, obligations or custodies are not there.

    At most one refusal is given: the others may follow from it.
    """
    for refusal in _all(state, act):
        yield refusal
        return


def _all(state: View, act: Act) -> Iterator[Refusal]:
    body: Exchange = act.body
    open_left: dict[MoveId, int] = {}
    held_left: dict[MoveId, int] = {}
    for place, deal in enumerate(body.deals, start=1):
        for move in deal.moves:
            yield from _parties(state, deal, move, place)
            yield from _units(state, move)
            if isinstance(move, Release):
                yield from _release(state, act, move, open_left)
            elif isinstance(move, Goods):
                yield from _custody(state, act, deal, move, held_left)


def unit_of(state: View, code: str) -> Unit | None:
    """Return a unit of the circuit, or of the rules' own tables."""
    row = state.get(f"unit/{code}")
    return standard_unit(code) if row is None else row.unit


def _parties(state: View, deal: Deal, move: Move, place: int) -> Iterator[Refusal]:
    for party in (move.giver, move.taker):
        yield from _party(state, deal, move, party, place)
    if move.giver == move.taker:
        yield answers.SameParty(place, move.giver.id)
    elif {move.giver.kind, move.taker.kind} <= {"outside", "sealed"}:
        yield answers.BothOutside(place)
    owner = move.on_behalf if isinstance(move, Goods) else None
    if owner is None:
        return
    yield from _party(state, deal, move, owner, place)
    if owner.kind == "sealed":
        yield answers.SealedOutOfPlace(place)


def _party(
    state: View, deal: Deal, move: Move, party: Party, place: int
) -> Iterator[Refusal]:
    match party.kind:
        case "member":
            row = state.get(f"member/{party.id}")
            if row is None or row.kind in ("node", "common"):
                yield UnknownMember(party.id)
            elif row.left is not None:
                yield MemberHasLeft(party.id)
        case "circuit":
            yield answers.UnknownCircuit(party.id)
        case "sealed":
            if deal.mode != "gift" or not isinstance(move, Goods | Money):
                yield answers.SealedOutOfPlace(place)
        case "outside":
            # Outside signs nothing, so it can neither promise nor release.
            if isinstance(move, Signs | Promise | Release) or (
                isinstance(move, Goods) and move.title != "transfer"
            ):
                yield answers.WrongParty(place, party.id, TYPE_OF[type(move)])


_KIND: dict[str, UnitKind] = {
    "goods": UnitKind.VOLUME,
    "work": UnitKind.VOLUME,
    "money": UnitKind.CURRENCY,
    "signs": UnitKind.SIGN,
}


def _units(state: View, move: Move) -> Iterator[Refusal]:
    if isinstance(move, Release):
        return
    if isinstance(move, Promise):
        named = [(move.what.type, move.what.unit)]
        if move.alternative is not None:
            named.append((move.alternative.what, move.alternative.unit))
    else:
        named = [(TYPE_OF[type(move)], move.unit)]
    for use, code in named:
        unit = unit_of(state, code)
        if unit is None or unit.kind is not _KIND[use]:
            yield UnknownUnit(code, use)


def _release(
    state: View, act: Act, move: Release, left: dict[MoveId, int]
) -> Iterator[Refusal]:
    row = owed(state, *move.owed)
    named = (move.taker.id, move.giver.id)
    if row is None or (row.debtor, row.creditor) != named:
        yield answers.UnknownObligation("/".join(map(str, move.owed)))
        return
    open_ = left.get(move.owed, row.open)
    left[move.owed] = open_ - move.quantity
    if move.quantity > open_:
        yield answers.MoreThanOwed(
            Quantity(move.quantity, row.unit), Quantity(open_, row.unit)
        )
    yield from _cites(act, move.owed, "releases")


def _custody(
    state: View, act: Act, deal: Deal, move: Goods, left: dict[MoveId, int]
) -> Iterator[Refusal]:
    if move.of is None:
        return
    row = custody(state, *move.of)
    if row is None or (row.category, row.unit) != (move.category, move.unit):
        yield answers.UnknownCustody("/".join(map(str, move.of)))
        return
    if not _allowed(row, deal, move):
        yield answers.CustodyNotAllowed(move.title)
    held = left.get(move.of, row.held)
    left[move.of] = held - move.quantity
    if move.quantity > held:
        yield answers.MoreThanHeld(
            Quantity(move.quantity, row.unit), Quantity(held, row.unit)
        )
    yield from _cites(act, move.of, "settles")


def _allowed(row: Custody, deal: Deal, move: Goods) -> bool:
    """Tell whether goods may leave a custody this way.

    They go back to the owner; or the holder sells or barters them for the owner, if she
    may; or the owner leaves them to the holder, who has bought, used up or lost them.
    """
    giver, taker = move.giver.id, move.taker.id
    owner = move.on_behalf
    if owner is not None and owner.id != row.owner:
        return False
    if move.title == "return":
        return (giver, taker) == (row.holder, row.owner)
    if (giver, taker) == (row.owner, row.holder):
        return True
    return (
        giver == row.holder
        and row.may == "sell"
        and deal.mode in ("sale", "barter")
        and owner is not None
    )


def _cites(act: Act, named: MoveId, rel: str) -> Iterator[Refusal]:
    if not any(ref.act == named.act and ref.rel == rel for ref in act.refs):
        yield answers.RefMissing(named.act, rel)
