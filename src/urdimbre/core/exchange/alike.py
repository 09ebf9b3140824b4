"""How much of the same: goods and work summed up across units that measure alike.

Ten kilos are ten thousand grams, and a local measure is as much as has been agreed, so
that no rule on what comes back for what is passed by in another unit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import gcd
from typing import NamedTuple

from urdimbre.core.state import View
from urdimbre.core.units import Quantity, Unit, standard_unit


class Alike(NamedTuple):
    """What is the same: the unit that all its amounts are told in, and the category."""

    unit: str
    category: str | None


@dataclass(slots=True)
class Sum:
    """An exact amount of what is alike.

    Attributes:
        steps: minor steps of the unit that it is told in, times ``per``.
        per: denominator.
        units: minor steps as they were written, by unit.
    """

    steps: int = 0
    per: int = 1
    units: dict[str, int] = field(default_factory=dict)

    def add(self, state: View, minor: int, code: str) -> None:
        """Add minor steps of a unit that measures the same."""
        here, there, _ = _unit(state, code).alike
        steps = self.steps * here + minor * there * self.per
        by = gcd(steps, self.per * here)
        self.steps, self.per = steps // by, self.per * here // by
        self.units[code] = self.units.get(code, 0) + minor

    def over(self, other: Sum) -> bool:
        """Tell whether it is more than another."""
        return self.steps * other.per > other.steps * self.per

    def told(self, alike: Alike, beside: Sum, *, up: bool) -> Quantity:
        """Return it as written if all was written in one unit, else in that of all.

        Args:
            alike: what it is a sum of.
            beside: the sum that it is compared with.
            up: round up what is no whole step; else down.
        """
        if len(self.units | beside.units) == 1:
            [code] = self.units | beside.units
            return Quantity(self.units.get(code, 0), code)
        rounded = -(-self.steps // self.per) if up else self.steps // self.per
        return Quantity(rounded, alike.unit)


def alike_of(state: View, code: str, category: str | None) -> Alike:
    """Return what an amount of a category is counted with."""
    return Alike(code if category is None else _unit(state, code).alike[2], category)


def _unit(state: View, code: str) -> Unit:
    row = state.get(f"unit/{code}")
    unit: Unit | None = standard_unit(code) if row is None else row.unit
    assert unit is not None  # looked up before
    return unit
