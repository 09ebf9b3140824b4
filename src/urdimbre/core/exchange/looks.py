"""The first look at an exchange: parties, units and what its moves name all exist."""

from __future__ import annotations

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


def look(state: View, act: Act) -> Refusal | None:
    """Refuse moves whose parties, units, obligations or custodies are not there.

    Only the first refusal is given: the others may follow from it.
    """
    body: Exchange = act.body
    open_left: dict[MoveId, int] = {}
    held_left: dict[MoveId, int] = {}
    for place, deal in enumerate(body.deals, start=1):
        for move in deal.moves:
            refused = _parties(state, deal, move, place) or _units(state, move)
            if refused is None and isinstance(move, Release):
                refused = _release(state, act, move, open_left)
            elif refused is None and isinstance(move, Goods) and move.of is not None:
                refused = _custody(state, act, deal, move, held_left)
            if refused is not None:
                return refused
    return None


def unit_of(state: View, code: str) -> Unit | None:
    """Return a unit of the circuit, or of the rules' own tables."""
    # No code is in both: a unit that the tables have is never defined.
    standard = standard_unit(code)
    if standard is not None:
        return standard
    row = state.get(f"unit/{code}")
    return None if row is None else row.unit


def _parties(state: View, deal: Deal, move: Move, place: int) -> Refusal | None:
    giver, taker = move.giver, move.taker
    refused = _party(state, deal, move, giver, place)
    if refused is None:
        refused = _party(state, deal, move, taker, place)
    if refused is not None:
        return refused
    if giver == taker:
        return answers.SameParty(place, giver.id)
    if giver.kind in _NOT_SIGNING and taker.kind in _NOT_SIGNING:
        return answers.BothOutside(place)
    owner = move.on_behalf if isinstance(move, Goods) else None
    if owner is None:
        return None
    if owner.kind == "sealed":
        return answers.SealedOutOfPlace(place)
    return _party(state, deal, move, owner, place)


_NOT_SIGNING = ("outside", "sealed")


def _party(
    state: View, deal: Deal, move: Move, party: Party, place: int
) -> Refusal | None:
    if party.kind == "member":
        row = state.get(f"member/{party.id}")
        if row is None or row.kind in ("node", "common"):
            return UnknownMember(party.id)
        return None if row.left is None else MemberHasLeft(party.id)
    match party.kind:
        case "circuit":
            return answers.UnknownCircuit(party.id)
        case "sealed":
            if deal.mode != "gift" or not isinstance(move, Goods | Money):
                return answers.SealedOutOfPlace(place)
        case "outside":
            # Outside signs nothing, so it can neither promise nor release.
            if isinstance(move, Signs | Promise | Release) or (
                isinstance(move, Goods) and move.title != "transfer"
            ):
                return answers.WrongParty(place, party.id, TYPE_OF[type(move)])
    return None


_KIND: dict[str, UnitKind] = {
    "goods": UnitKind.VOLUME,
    "work": UnitKind.VOLUME,
    "money": UnitKind.CURRENCY,
    "signs": UnitKind.SIGN,
}


def _units(state: View, move: Move) -> Refusal | None:
    if isinstance(move, Release):
        return None
    if not isinstance(move, Promise):
        return unknown_unit(state, TYPE_OF[type(move)], move.unit)
    refused = unknown_unit(state, move.what.type, move.what.unit)
    if refused is None and move.alternative is not None:
        return unknown_unit(state, move.alternative.what, move.alternative.unit)
    return refused


def unknown_unit(state: View, use: str, code: str) -> UnknownUnit | None:
    """Refuse a unit that is none of the circuit's, or none for goods, money, signs."""
    unit = unit_of(state, code)
    if unit is None or unit.kind is not _KIND[use]:
        return UnknownUnit(code, use)
    return None


def _release(
    state: View, act: Act, move: Release, left: dict[MoveId, int]
) -> Refusal | None:
    row = owed(state, *move.owed)
    named = (move.taker.id, move.giver.id)
    if row is None or (row.debtor, row.creditor) != named:
        return answers.UnknownObligation("/".join(map(str, move.owed)))
    open_ = left.get(move.owed, row.open)
    left[move.owed] = open_ - move.quantity
    if move.quantity > open_:
        return answers.MoreThanOwed(
            Quantity(move.quantity, row.unit), Quantity(open_, row.unit)
        )
    return _cites(act, move.owed, "releases")


def _custody(
    state: View, act: Act, deal: Deal, move: Goods, left: dict[MoveId, int]
) -> Refusal | None:
    assert move.of is not None
    row = custody(state, *move.of)
    if row is None or (row.category, row.unit) != (move.category, move.unit):
        return answers.UnknownCustody("/".join(map(str, move.of)))
    if not _allowed(row, deal, move):
        return answers.CustodyNotAllowed(move.title)
    held = left.get(move.of, row.held)
    left[move.of] = held - move.quantity
    if move.quantity > held:
        return answers.MoreThanHeld(
            Quantity(move.quantity, row.unit), Quantity(held, row.unit)
        )
    return _cites(act, move.of, "settles")


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


def _cites(act: Act, named: MoveId, rel: str) -> Refusal | None:
    if any(ref.act == named.act and ref.rel == rel for ref in act.refs):
        return None
    return answers.RefMissing(named.act, rel)
