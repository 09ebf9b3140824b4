"""Things that lie with another are owed back: no act leaves more of them behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from urdimbre.core.acts import DealId
from urdimbre.core.exchange.answers import StillInCustody
from urdimbre.core.obligations import Custody, Owed, custody, owed
from urdimbre.core.reading import LIST_MAX
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import Overlay, Row, View
from urdimbre.core.units import Quantity


class Lent(NamedTuple):
    """What lies where: things of one sort, between one owner and one holder."""

    owner: str
    holder: str
    category: str | None
    unit: str


def deals_of(rows: Iterable[Row]) -> tuple[DealId, ...]:
    """Name the deals in which these goods were promised or handed over."""
    return tuple(
        dict.fromkeys(
            DealId(row.act, row.deal)
            for row in rows
            if isinstance(row, Custody) or (isinstance(row, Owed) and row.category)
        )
    )


def left_behind(
    state: View,
    rows: Iterable[Row],
    deals: Iterable[DealId],
    anew: Mapping[Lent, int] | None = None,
) -> Iterator[Refusal]:
    """Refuse what would leave more in custody, owed back no longer, than before.

    Args:
        state: the rows before the act.
        rows: obligations and custodies as the act would leave them.
        deals: the loans to look at.
        anew: what the act itself promises to bring back.
    """
    after = Overlay(state, state.time)
    for row in rows:
        after.put(row)
    for deal in deals:
        before = _behind(state, deal)
        for lent, minor in _behind(after, deal).items():
            more = minor - (anew or {}).get(lent, 0) - max(0, before[lent])
            if more > 0:
                yield StillInCustody(lent.holder, Quantity(more, lent.unit))
                return


def _behind(state: View, deal: DealId) -> dict[Lent, int]:
    """Tell how much more of what a deal handed over lies there than is owed back."""
    sums: dict[Lent, int] = {}
    promised: dict[Lent, int] = {}
    for move in range(LIST_MAX):
        kept, due = custody(state, *deal, move), owed(state, *deal, move)
        if kept is not None:
            lent = Lent(kept.owner, kept.holder, kept.category, kept.unit)
            sums[lent] = sums.get(lent, 0) + kept.held
        if due is not None:
            lent = Lent(due.creditor, due.debtor, due.category, due.unit)
            promised[lent] = promised.get(lent, 0) + due.open
    return {lent: held - promised.get(lent, 0) for lent, held in sums.items()}
