"""What members of the little circuit exchange most: a soup, given or for signs."""

from tests.little_circuit import BETO, CARO
from urdimbre.core.drafting import deal, goods, signs
from urdimbre.core.units import Quantity

OPEN = {"open": True}
"""Due whenever."""


def soup(giver=CARO, taker=BETO, **more):
    """A soup that passes."""
    return goods(giver, taker, **{"category": "food.soup", "quantity": 1} | more)


def gift(giver=CARO, taker=BETO, **more):
    """A soup that is given."""
    return deal("gift", soup(giver, taker, **more))


def pay(giver, taker, minor, unit="SOL", **more):
    """Signs for a soup."""
    return deal("barter", soup(taker, giver), signs(giver, taker, minor, unit, **more))


def sol(minor):
    """An amount in the circuit's mutual sign."""
    return Quantity(minor, "SOL")
