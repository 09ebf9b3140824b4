"""Small numbers that choose what a step of a history is about."""

from tests.little_circuit import (
    ANA,
    BETO,
    CARO,
    CASA,
    COMMON,
    DORA,
    FONDO,
    PAN,
    TIENDA,
)

PEOPLE = (ANA, BETO, CARO, DORA)
OWNERS = (*PEOPLE, CASA, PAN, TIENDA, FONDO, COMMON)
AMOUNTS = (1, 2, 5, 100, 2500, 5000, 5001, 12000)


class Draw:
    """Small numbers, taken one by one, that choose among what there is."""

    def __init__(self, numbers):
        self.numbers = list(numbers)

    def one_of(self, options):
        """Choose one; the options are never empty."""
        first = self.numbers.pop(0)
        self.numbers.append(first)
        return options[first % len(options)]

    def amount(self):
        """Choose an amount, some of them just past a limit."""
        return self.one_of(AMOUNTS)

    def two(self):
        """Choose a giver and a taker; rarely the same."""
        return self.one_of(OWNERS), self.one_of(OWNERS)
