"""Settle: what is owed is released against whatever both accept; no interest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from urdimbre.core.acts import Party
from urdimbre.core.exchange.alike import Alike, Sum, alike_of
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
    alike: Alike


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
    """Refuse what a creditor gets beyond the release, in the kind of the release.

    Damage and the agreed price of using a thing are no part of the debt.
    """
    released: dict[_Claim, Sum] = {}
    asked: dict[_Claim, Sum] = {}
    for move in deal.moves:
        if isinstance(move, Release):
            row = owed(state, *move.owed)
            assert row is not None  # looked up before
            key = _Claim(move.giver.id, alike_of(state, row.unit, row.category))
            released.setdefault(key, Sum()).add(state, move.quantity, row.unit)
        elif (claim := _claim(state, move)) is not None:
            key, minor, code = claim
            asked.setdefault(key, Sum()).add(state, minor, code)
    for key, more in asked.items():
        if key in released and more.over(released[key]):
            yield _more(place, key, more, released[key])
            return
    for key, more in asked.items():
        if key not in released and _had_all(key.creditor, released, asked):
            yield _more(place, key, more, Sum())
            return


def _had_all(
    creditor: str, released: dict[_Claim, Sum], asked: dict[_Claim, Sum]
) -> bool:
    """Tell whether a creditor of money or signs has all of it back as such.

    Nothing is then left for which anything else could stand.
    """
    hers = {key: all_ for key, all_ in released.items() if key.creditor == creditor}
    return bool(hers) and all(
        key.alike.category is None and key in asked and not all_.over(asked[key])
        for key, all_ in hers.items()
    )


def _more(place: int, key: _Claim, asked: Sum, released: Sum) -> MoreThanReleased:
    return MoreThanReleased(
        place,
        asked.told(key.alike, released, up=True),
        released.told(key.alike, asked, up=False),
    )


def _claim(state: View, move: Move) -> tuple[_Claim, int, str] | None:
    """Return what a move brings its taker towards what she is owed."""
    if isinstance(move, Promise):
        minor, code, category = move.what.quantity, move.what.unit, move.what.category
    elif isinstance(move, Goods):
        minor, code, category = move.quantity, move.unit, move.category
    elif isinstance(move, Release) or move.purpose in ("damage", "use_price"):
        return None
    else:
        minor, code, category = move.quantity, move.unit, None
    return _Claim(move.taker.id, alike_of(state, code, category)), minor, code


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
