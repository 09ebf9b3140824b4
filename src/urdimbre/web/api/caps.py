"""What an exchange costs a member in signs and money: what a token's cap counts."""

from collections import Counter

from urdimbre.core.acts import Act
from urdimbre.core.exchange.moves import Money, Move, Promise, Release, Signs
from urdimbre.core.units import Quantity, UnitKind
from urdimbre.web import wording
from urdimbre.web.api import tokens
from urdimbre.web.api.models import Token
from urdimbre.web.api.problems import OverCap
from urdimbre.web.entries import owed_units
from urdimbre.web.units import measure

VALUES = (UnitKind.CURRENCY, UnitKind.SIGN)


def cost(act: Act, member: str) -> dict[str, int]:
    """Sum the signs and money that a member gives, promises or lets go, by unit.

    Goods and work are not counted: nobody could compare them with an amount.
    """
    owed = owed_units(act)
    found: Counter[str] = Counter()
    for deal in act.body.deals:
        for move in deal.moves:
            if move.giver.id == member:
                found.update(_cost(move, owed))
    return {
        unit: minor for unit, minor in found.items() if measure(unit).kind in VALUES
    }


def _cost(move: Move, owed: dict[tuple[str, int, int], str]) -> dict[str, int]:
    """What one move costs its giver; a promise that has two ways, both."""
    if isinstance(move, Money | Signs):
        return {move.unit: move.quantity}
    if isinstance(move, Promise):
        ways = Counter({move.what.unit: move.what.quantity})
        if move.alternative is not None:
            # For each whole unit promised; a part counts as a whole here.
            wholes = -(-move.what.quantity // 10 ** measure(move.what.unit).scale)
            ways[move.alternative.unit] += wholes * move.alternative.quantity
        return ways
    if isinstance(move, Release):
        unit = owed.get((move.owed.act, move.owed.deal, move.owed.move))
        return {unit: move.quantity} if unit else {}
    return {}


def take(token: Token, costs: dict[str, int], act: str) -> int:
    """Take a cost from what a token may sign away; returns how much was taken.

    Raises:
        OverCap: the token has less left, or is for another unit.
    """
    for unit, minor in costs.items():
        if unit != token.cap_unit:
            raise _over(minor, unit, 0, act)
    minor = costs.get(token.cap_unit, 0)
    if not tokens.spend(token, minor):
        token.refresh_from_db()
        left = max(0, token.cap - token.spent)
        raise _over(minor, token.cap_unit, left, act)
    return minor


def _over(minor: int, unit: str, left: int, act: str) -> OverCap:
    return OverCap(
        act=act,
        amount=wording.quantity(Quantity(minor, unit)),
        left=wording.quantity(Quantity(left, unit)),
    )
