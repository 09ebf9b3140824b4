"""Settle: what is owed is released against whatever both accept; no interest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from urdimbre.core.exchange.answers import (
    MoreThanReleased,
    NothingReleased,
    ReasonDoesNotFit,
)
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
    yield from _interest(state, deal, releases, place)


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


def _interest(
    state: View, deal: Deal, releases: list[Release], place: int
) -> Iterator[Refusal]:
    """Refuse what a creditor gets beyond the release, in the unit of the release.

    Damage and the agreed price of using a thing are no part of the debt.
    """
    released: dict[_Claim, int] = {}
    asked: dict[_Claim, int] = {}
    for release in releases:
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
    titles=("transfer", "return"),
    purposes=("damage", "use_price"),
    refusals=_refusals,
    refuses_with=(NothingReleased, ReasonDoesNotFit, MoreThanReleased),
)
