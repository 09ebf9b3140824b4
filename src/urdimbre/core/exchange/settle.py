"""Settle: what is owed is released against whatever both accept; no interest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from urdimbre.core.acts import Party
from urdimbre.core.exchange.answers import (
    ConversionNotAgreed,
    MoreThanReleased,
    NothingReleased,
    PurposeOutOfPlace,
    ReasonDoesNotFit,
)
from urdimbre.core.exchange.conversion import uneven
from urdimbre.core.exchange.mode import Mode
from urdimbre.core.exchange.moves import (
    Deal,
    Goods,
    Money,
    Move,
    Promise,
    Release,
    Signs,
)
from urdimbre.core.obligations import owed
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import View
from urdimbre.core.units import Quantity


class _Claim(NamedTuple):
    creditor: str
    unit: str
    category: str | None


def _refusals(state: View, deal: Deal, place: int) -> Iterator[Refusal]:
    releases = [move for move in deal.moves if isinstance(move, Release)]
    if not releases:
        yield NothingReleased(place)
        return
    for release in releases:
        if not _reason_fits(state, deal, release):
            yield ReasonDoesNotFit(place, release.reason)
            return
    yield from _purposes(state, deal, place)
    yield from _even(state, deal, place)


def _reason_fits(state: View, deal: Deal, release: Release) -> bool:
    debtor, creditor = release.taker, release.giver
    passing = [move for move in deal.moves if isinstance(move, Goods | Money | Signs)]
    match release.reason:
        case "fulfilled":
            return any(move.taker == creditor for move in passing)
        case "passed_on":
            return any(
                move.giver == debtor and move.taker != creditor for move in passing
            )
        case "replaced":
            return any(
                isinstance(move, Promise) and move.taker == creditor
                for move in deal.moves
            )
        case "loss":
            row = owed(state, *release.owed)
            return row is not None and row.risk in ("shared", "creditor")
        case _:
            return False


def _purposes(state: View, deal: Deal, place: int) -> Iterator[Refusal]:
    """Refuse a price of use, or damage, towards somebody to whom no thing is owed.

    Else a loan of money could bear interest under another name.
    """
    for move in deal.moves:
        if not isinstance(move, Money | Signs) or move.purpose is None:
            continue
        if not any(_of_a_thing(state, other, move.taker) for other in deal.moves):
            yield PurposeOutOfPlace(place, move.purpose, "settle")
            return


def _of_a_thing(state: View, move: Move, owner: Party) -> bool:
    """Tell whether a move gives up something in kind that is owed to somebody."""
    if not isinstance(move, Release) or move.giver != owner:
        return False
    row = owed(state, *move.owed)
    return row is not None and row.what == "goods"


def _even(state: View, deal: Deal, place: int) -> Iterator[Refusal]:
    """Refuse interest, and signs owed that are paid in others at a rate of the day."""
    yield from _interest(state, deal, place)
    creditors = [move.giver for move in deal.moves if isinstance(move, Release)]
    for creditor in dict.fromkeys(creditors):
        refused = uneven(state, _signs_of(state, deal, creditor), place)
        if refused is not None:
            yield refused
            return


def _signs_of(state: View, deal: Deal, creditor: Party) -> dict[str, int]:
    """Add up the signs that a creditor lets go of, and those she gets for them."""
    nets: dict[str, int] = {}
    for move in deal.moves:
        signs = _signs(state, move)
        if signs is None or creditor not in (move.giver, move.taker):
            continue
        sign = 1 if move.taker == creditor else -1
        nets[signs.unit] = nets.get(signs.unit, 0) + sign * signs.minor
    return nets


def _signs(state: View, move: Move) -> Quantity | None:
    if isinstance(move, Signs):
        return None if move.purpose else Quantity(move.quantity, move.unit)
    if isinstance(move, Promise) and move.what.type == "signs":
        return Quantity(move.what.quantity, move.what.unit)
    if isinstance(move, Release):
        row = owed(state, *move.owed)
        if row is not None and row.what == "signs":
            return Quantity(move.quantity, row.unit)
    return None


def _interest(state: View, deal: Deal, place: int) -> Iterator[Refusal]:
    """Refuse what a creditor gets beyond the release, in the unit of the release.

    Damage and the agreed price of using a thing are no part of the debt.
    """
    released: dict[_Claim, int] = {}
    asked: dict[_Claim, int] = {}
    for release in (move for move in deal.moves if isinstance(move, Release)):
        row = owed(state, *release.owed)
        assert row is not None  # looked up before
        key = _Claim(release.giver.id, row.unit, row.category)
        released[key] = released.get(key, 0) + release.quantity
    for move in deal.moves:
        claim = _claim(move)
        if claim is not None and claim[0] in released:
            asked[claim[0]] = asked.get(claim[0], 0) + claim[1]
    for key, quantity in asked.items():
        if quantity > released[key]:
            yield MoreThanReleased(
                place, Quantity(quantity, key.unit), Quantity(released[key], key.unit)
            )
            return


def _claim(move: Move) -> tuple[_Claim, int] | None:
    """Return what a move brings its taker towards what she is owed."""
    if isinstance(move, Promise):
        what = move.what
        return _Claim(move.taker.id, what.unit, what.category), what.quantity
    if isinstance(move, Goods):
        return _Claim(move.taker.id, move.unit, move.category), move.quantity
    if isinstance(move, Release) or move.purpose in ("damage", "use_price"):
        return None
    return _Claim(move.taker.id, move.unit, None), move.quantity


SETTLE = Mode(
    name="settle",
    moves=("goods", "money", "signs", "promise", "release"),
    promises=("goods", "work", "money", "signs"),
    titles=("transfer", "return"),
    purposes=("damage", "use_price"),
    refusals=_refusals,
    mended=_even,
    refuses_with=(
        NothingReleased,
        ReasonDoesNotFit,
        PurposeOutOfPlace,
        MoreThanReleased,
        ConversionNotAgreed,
    ),
)
