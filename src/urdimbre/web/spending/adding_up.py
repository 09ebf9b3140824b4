"""Sums of what families spend, in which no family can be made out.

A sum is shown from three families on. What fewer than three buy, or buy there, is put
together under «other»; if that would be fewer than three families too, the smallest of
the other rows goes with it, for otherwise it could be worked out from the whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

FAMILIES_MIN = 3
ROWS_MAX = 12


@dataclass(slots=True)
class Row:
    """A sum.

    Attributes:
        name: of the product or shop, as it was written first; empty: all others.
        money: minor steps.
        families: whose.
    """

    name: str
    money: int = 0
    families: set[str] = field(default_factory=set)

    def take(self, money: int, families: Iterable[str]) -> None:
        """Add to it."""
        self.money += money
        self.families.update(families)


@dataclass(frozen=True, slots=True)
class Spent:
    """A line to be added up: ``key`` says what counts as the same."""

    family: str
    key: str
    name: str
    money: int


def rows(lines: Iterable[Spent]) -> list[Row]:
    """Add up what may be shown, the largest first and all others last."""
    sums: dict[str, Row] = {}
    others = Row("")
    for one in lines:
        row = sums.setdefault(one.key, Row(one.name)) if one.key else others
        row.take(one.money, [one.family])
    shown = sorted(sums.values(), key=lambda row: (-row.money, row.name))
    few = [row for row in shown if len(row.families) < FAMILIES_MIN]
    shown = [row for row in shown if len(row.families) >= FAMILIES_MIN]
    few += shown[ROWS_MAX:]
    shown = shown[:ROWS_MAX]
    for row in few:
        others.take(row.money, row.families)
    while others.families and len(others.families) < FAMILIES_MIN and shown:
        row = shown.pop()
        others.take(row.money, row.families)
    return [*shown, others] if others.families else shown
