"""What each household gets and pays of a common purchase, to the last step.

Remainder rule, everywhere the same: **largest remainder**. Each gets the whole part of
her share; what is left goes, a step each, to those whose share was cut most, and
among equals to who stands first in the list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from urdimbre.web.purchases.reading import Line

PER_CENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product of the list.

    Attributes:
        key: product and unit.
        name: as it was written first.
        unit: code.
        orders: minor steps ordered, by member.
    """

    key: str
    name: str
    unit: str
    orders: dict[str, int] = field(default_factory=dict)

    @property
    def ordered(self) -> int:
        """How much all order together."""
        return sum(self.orders.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Portioned:
    """A product as it was bought and divided.

    Attributes:
        product: which.
        bought: minor steps.
        price: of all of it, minor steps of money.
        left: minor steps that nobody has ordered.
        left_cost: what of the price falls on these.
        portions: minor steps, by member; those above zero.
        costs: minor steps of money, by member.
    """

    product: Product
    bought: int
    price: int
    left: int
    left_cost: int
    portions: dict[str, int]
    costs: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a household pays; all in minor steps of money.

    Attributes:
        member: which.
        cost: of what she gets.
        margin: agreed, on top.
        paid: collected from her.
    """

    member: str
    cost: int
    margin: int
    paid: int

    @property
    def charge(self) -> int:
        """What she is to pay."""
        return self.cost + self.margin

    @property
    def change(self) -> int:
        """What is given back to her."""
        return max(0, self.paid - self.charge)

    @property
    def owed(self) -> int:
        """What she has not paid yet."""
        return max(0, self.charge - self.paid)


@dataclass(frozen=True, slots=True)
class Division:
    """A purchase, divided."""

    products: tuple[Portioned, ...]
    shares: tuple[Share, ...]

    @property
    def price(self) -> int:
        """What was paid in the shop."""
        return sum(one.price for one in self.products)

    @property
    def left_cost(self) -> int:
        """What the common pays for what is left over."""
        return sum(one.left_cost for one in self.products)

    @property
    def margin(self) -> int:
        """What goes to the fund."""
        return sum(one.margin for one in self.shares)

    @property
    def paid(self) -> int:
        """What was collected."""
        return sum(one.paid for one in self.shares)

    @property
    def change(self) -> int:
        """What is given back."""
        return sum(one.change for one in self.shares)

    @property
    def owed(self) -> int:
        """What is still to be paid."""
        return sum(one.owed for one in self.shares)


def products(lines: Sequence[Line]) -> list[Product]:
    """Add up the lines that can be taken, product by product."""
    found: dict[str, Product] = {}
    for line in lines:
        for item in line.items if line.member and not line.problem else ():
            one = found.setdefault(
                item.key, Product(key=item.key, name=item.product, unit=item.unit)
            )
            one.orders[line.member] = one.orders.get(line.member, 0) + item.minor
    return list(found.values())


def divide(
    listed: Sequence[Product],
    receipt: Mapping[str, Sequence[int]],
    *,
    margin: int,
    paid: Mapping[str, int],
) -> Division:
    """Divide what was bought.

    Args:
        listed: what was ordered.
        receipt: what was bought and what it cost, by key of the product.
        margin: per cent.
        paid: money collected, by member.
    """
    portioned = tuple(
        _portioned(one, *receipt[one.key]) for one in listed if one.key in receipt
    )
    members = list(dict.fromkeys(member for one in listed for member in one.orders))
    costs = [sum(one.costs.get(who, 0) for one in portioned) for who in members]
    margins = parts(sum(costs) * margin // PER_CENT, costs)
    shares = tuple(
        Share(member=who, cost=cost, margin=more, paid=paid.get(who, 0))
        for who, cost, more in zip(members, costs, margins, strict=True)
    )
    found = Division(portioned, shares)
    collected = found.paid + found.owed - found.change
    assert collected == found.price - found.left_cost + found.margin
    return found


def _portioned(product: Product, bought: int, price: int) -> Portioned:
    """Give all what they ordered, or of too little each a part of it by weight."""
    orders = list(product.orders.values())
    given = parts(min(bought, sum(orders)), orders)
    left = bought - sum(given)
    left_cost = price * left // bought if bought else 0
    costs = parts(price - left_cost, given)
    members = list(product.orders)
    return Portioned(
        product=product,
        bought=bought,
        price=price,
        left=left,
        left_cost=left_cost,
        portions={who: one for who, one in zip(members, given, strict=True) if one},
        costs=dict(zip(members, costs, strict=True)),
    )


def parts(whole: int, weights: Sequence[int]) -> list[int]:
    """Part a whole number by weights, by the largest remainder."""
    total = sum(weights)
    if not total:
        return [0 for _ in weights]
    found = [whole * weight // total for weight in weights]
    cut = [whole * weight % total for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: (-cut[place], place))
    for place in order[: whole - sum(found)]:
        found[place] += 1
    return found
