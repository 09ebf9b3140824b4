"""What a mode of exchange is, and the looks at a deal that all modes share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from urdimbre.core.acts import Party
from urdimbre.core.exchange.answers import MoveNotInMode, PurposeOutOfPlace
from urdimbre.core.exchange.moves import TYPE_OF, Deal, Goods, Money, Promise, Signs
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One way to exchange.

    Attributes:
        name: as written in the deal.
        moves: types of moves that it has a place for.
        promises: what may be promised in it.
        titles: titles of goods likewise.
        purposes: purposes of money and signs likewise.
        refusals: its own rules for a deal; the place counts from 1.
        mended: those of them that an adjusted deal must keep too.
        refuses_with: every refusal that ``refusals`` can give.
    """

    name: str
    moves: tuple[str, ...]
    promises: tuple[str, ...]
    titles: tuple[str, ...]
    purposes: tuple[str, ...]
    refusals: Callable[[View, Deal, int], Iterator[Refusal]]
    mended: Callable[[View, Deal, int], Iterator[Refusal]]
    refuses_with: tuple[type[Refusal], ...]


def out_of_place(mode: Mode, deal: Deal, place: int) -> Refusal | None:
    """Refuse moves, titles and purposes that the mode has no place for."""
    for move in deal.moves:
        kind = TYPE_OF[type(move)]
        if kind not in mode.moves:
            return MoveNotInMode(place, mode.name, kind)
        if isinstance(move, Promise) and move.what.type not in mode.promises:
            return MoveNotInMode(place, mode.name, f"promise of {move.what.type}")
        if isinstance(move, Goods) and move.title not in mode.titles:
            return MoveNotInMode(place, mode.name, move.title)
        purpose = move.purpose if isinstance(move, Money | Signs) else None
        if purpose is not None and purpose not in mode.purposes:
            return PurposeOutOfPlace(place, purpose, mode.name)
    return None


def as_agreed(state: View, deal: Deal, place: int) -> Iterator[Refusal]:
    """Refuse nothing: what remains of the deal is for its parties to judge."""
    yield from ()


def is_goods(move: object) -> bool:
    """Tell whether a move passes or promises goods or work."""
    return isinstance(move, Goods) or (
        isinstance(move, Promise) and move.what.type in ("goods", "work")
    )


def is_money(move: object) -> bool:
    """Tell whether a move passes or promises money."""
    return isinstance(move, Money) or (
        isinstance(move, Promise) and move.what.type == "money"
    )


def givers(deal: Deal) -> dict[Party, None]:
    """Return who gives, in the order of the moves."""
    return dict.fromkeys([move.giver for move in deal.moves])


def takers(deal: Deal) -> dict[Party, None]:
    """Return who takes, in the order of the moves."""
    return dict.fromkeys([move.taker for move in deal.moves])
