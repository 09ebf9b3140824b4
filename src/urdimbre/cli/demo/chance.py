"""The chance of the demo: the same year on every machine and Python."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

HUNDRED = 100


class Chance:
    """Draws that depend on the seed only.

    Python keeps ``random()`` the same for ever, its other draws not: all come from it.
    """

    def __init__(self, seed: str) -> None:
        """Begin at the seed."""
        self._random = random.Random(seed)  # noqa: S311 - a story, no secret

    def below(self, limit: int) -> int:
        """Draw a whole number from 0 up to, not including, the limit."""
        return int(self._random.random() * limit)

    def between(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return low + self.below(high - low + 1)

    def happens(self, percent: int) -> bool:
        """Say yes in so many of a hundred cases."""
        return self.below(HUNDRED) < percent

    def pick(self, among: Sequence[T]) -> T:
        """Draw one."""
        return among[self.below(len(among))]

    def some(self, among: Sequence[T], count: int) -> list[T]:
        """Draw several different ones, all if there are fewer."""
        left = list(among)
        taken: list[T] = []
        while left and len(taken) < count:
            taken.append(left.pop(self.below(len(left))))
        return taken

    def times(self, hundredths: int) -> int:
        """Draw how often something happens today, so many hundredths on average."""
        whole, rest = divmod(hundredths, HUNDRED)
        return whole + (1 if self.happens(rest) else 0)
