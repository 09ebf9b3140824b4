"""The emporio: market days, fiado until harvest, what it buys, its surplus."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from urdimbre.cli.demo import content
from urdimbre.cli.demo.cast import Player
from urdimbre.cli.demo.content import CURRENCY, SIGN, VOUCHER, Good
from urdimbre.cli.demo.world import (
    HARVEST,
    RAINS,
    World,
    pass_signs,
    pay,
    promise_money,
    settled,
)
from urdimbre.core import drafting
from urdimbre.core.drafting import Json

MARKET_CUSTOMERS, CUSTOMERS = 1_000, 250
VOUCHER_WORTH = 2_000
MARGIN_PERCENT = 85
"""What the emporio pays its suppliers, of a hundred it sells for."""
STOCK_DAYS = 4
SIGNS_ENOUGH = 200_000
SIGNS_MANY = 60_000
TILL_KEPT = 150_000
SURPLUS_PERCENT = 20
RELEASES_MAX = 6
STAPLES = ("pan", "arroz", "huevos", "azucar", "manteca", "yuca", "sal", "verdura")
SATURDAY = 5
PAYING_DAYS = range(2, 7)
RESTED_DAYS = 10
HEN = 6_500


class Fiado(NamedTuple):
    """Something a household owes the emporio."""

    act: str
    move: int
    cents: int
    day: int


@dataclass(slots=True)
class Shop:
    """The emporio from day to day.

    Attributes:
        stock: minor steps on the shelf, by good.
        owed: what households owe, by household.
        sold: cents sold since the last surplus.
    """

    world: World
    stock: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    owed: dict[str, list[Fiado]] = field(default_factory=lambda: defaultdict(list))
    sold: int = 0

    @property
    def id(self) -> str:
        """The emporio's member id."""
        return self.world.cast.emporio.id

    def day(self) -> None:
        """Open the shop."""
        world = self.world
        if world.is_sunday:
            return
        if world.date.weekday() in (1, 4):
            self.restock()
        customers = MARKET_CUSTOMERS if world.is_market else CUSTOMERS
        feast = world.feast
        if feast:
            customers = customers * (feast["more"] + 4) // 5
        self._serve_all(world.chance.times(customers))
        if world.date.day in PAYING_DAYS:
            self.collect()
        if world.date.day == 28:  # noqa: PLR2004 - every month has one
            self.pass_on_surplus()

    def _serve_all(self, customers: int) -> None:
        """Serve everybody; on Saturdays somebody else keeps the till for a while."""
        world = self.world
        second = customers // 3 if world.date.weekday() == SATURDAY else 0
        for _ in range(customers - second):
            self.serve(world.anybody(self.id))
        helper = world.cast.role("saturday")
        with world.standing_in(self.id, helper, "saturday"):
            for _ in range(second):
                self.serve(world.anybody(self.id, helper.id))

    def serve(self, buyer: Player) -> None:
        """Sell a basket to somebody."""
        basket = self._basket()
        if not basket:
            return
        cents = sum(good.costs(quantity) for good, quantity in basket)
        taken = [self._handed(buyer, good, quantity) for good, quantity in basket]
        ways = (self._on_account, self._mixed, self._with_vouchers, self._in_signs)
        shares = (30 if self.world.month in RAINS else 18, 30, 10, 14)
        for way, percent in zip(ways, shares, strict=True):
            if self.world.chance.happens(percent) and way(buyer, taken, cents):
                break
        else:
            self._sale(taken, [pay(buyer.id, self.id, cents)])
        for good, quantity in basket:
            self.stock[good.key] -= quantity
        self.sold += cents

    def _basket(self) -> list[tuple[Good, int]]:
        world = self.world
        shelf = [
            good
            for good in content.goods().values()
            if good.in_shop and self.stock[good.key] >= min(good.amounts)
        ]
        liked = [good for good in shelf if good.key in STAPLES]
        wanted = world.feast["wants"] if world.feast else ()
        liked += [good for good in shelf if good.key in wanted] * 3
        basket = []
        for good in dict.fromkeys(
            world.chance.some(shelf + liked * 3, world.chance.between(1, 4))
        ):
            quantity = world.amount(good)
            if quantity <= self.stock[good.key]:
                basket.append((good, quantity))
        return basket

    def _handed(self, buyer: Player, good: Good, quantity: int) -> Json:
        return self.world.thing(self.id, buyer.id, good, quantity)

    def _sale(self, taken: list[Json], paid: list[Json]) -> str | None:
        return self.world.book.exchange(
            drafting.deal("sale", *_copies(taken), *paid), by=self.id
        )

    def _on_account(self, buyer: Player, taken: list[Json], cents: int) -> bool:
        world = self.world
        mandate = world.debits.get(buyer.id)
        if mandate is None:
            return False
        moves = _copies(taken)
        moves[0]["text"] += f" ({world.chance.pick(world.words['fetched'])})"
        due = self._due()
        owed = promise_money(buyer.id, self.id, cents, due)
        act = world.book.exchange(
            drafting.deal("sale", *moves, owed),
            by=self.id,
            consents=[(buyer.id, mandate)],
        )
        if act is None:
            return False
        self.owed[buyer.id].append(Fiado(act, len(moves), cents, world.number))
        return True

    def _due(self) -> Json:
        world = self.world
        if world.month in RAINS:
            return {"event": "harvest", "latest": world.day_in(150)}
        return {"date": world.day_in(30)}

    def _mixed(self, buyer: Player, taken: list[Json], cents: int) -> bool:
        world = self.world
        part = cents * world.chance.between(2, 6) // 10 // 50 * 50
        if not 0 < part < cents or self._has_signs():
            return False
        if not world.can_spare(buyer.id, part):
            return False
        paid = [
            pay(buyer.id, self.id, cents - part),
            pass_signs(buyer.id, self.id, part),
        ]
        return self._sale(taken, paid) is not None

    def _has_signs(self) -> bool:
        return self.world.book.balance(self.id, SIGN) > SIGNS_ENOUGH

    def _with_vouchers(self, buyer: Player, taken: list[Json], cents: int) -> bool:
        count = min(
            self.world.book.balance(buyer.id, VOUCHER), (cents - 1) // VOUCHER_WORTH
        )
        if count < 1:
            return False
        paid = [
            pay(buyer.id, self.id, cents - count * VOUCHER_WORTH),
            pass_signs(buyer.id, self.id, count, unit=VOUCHER),
        ]
        return self._sale(taken, paid) is not None

    def _in_signs(self, buyer: Player, taken: list[Json], cents: int) -> bool:
        if not self.world.can_spare(buyer.id, cents) or self._has_signs():
            return False
        passed = pass_signs(buyer.id, self.id, cents)
        deal = drafting.deal("barter", *_copies(taken), passed)
        return self.world.book.exchange(deal, by=self.id) is not None

    def restock(self) -> None:
        """Buy what runs short: from initiatives, from homes, last from outside."""
        world = self.world
        for good in content.goods().values():
            usual = max(good.amounts) * STOCK_DAYS
            if not good.in_shop or not world.in_season(good):
                continue
            if self.stock[good.key] < usual // 2 and self._buy(good, usual):
                self.stock[good.key] += usual

    def _buy(self, good: Good, quantity: int) -> bool:
        world = self.world
        cents = good.costs(quantity, MARGIN_PERCENT)
        maker = world.chance.pick(good.makers)
        if maker == "capital":
            return self._buy_outside(good, quantity, cents)
        sellers = world.cast.makers(good) if maker == "home" else []
        if maker != "home":
            sellers = [world.cast.initiatives[maker]]
        if not sellers:
            return False
        seller = world.chance.pick(sellers)
        bought = world.thing(seller.id, self.id, good, quantity)
        return self._pay_supplier(seller, bought, cents)

    def _buy_outside(self, good: Good, quantity: int, cents: int) -> bool:
        if self.world.book.balance(self.id, CURRENCY, "till") < cents:
            return False
        outside = drafting.outside("capital")
        bought = self.world.thing(outside, self.id, good, quantity)
        paid = drafting.money(self.id, outside, cents, CURRENCY)
        deal = drafting.deal("sale", bought, paid)
        return self.world.book.exchange(deal, by=self.id) is not None

    def _pay_supplier(self, seller: Player, bought: Json, cents: int) -> bool:
        book = self.world.book
        part = 0
        if book.balance(self.id, SIGN) > SIGNS_MANY:
            part = cents // 2 // 50 * 50
        till = book.balance(self.id, CURRENCY, "till")
        paid = [pass_signs(self.id, seller.id, part)] if part else []
        if till >= cents - part:
            paid.append(pay(self.id, seller.id, cents - part))
            return book.exchange(drafting.deal("sale", bought, *paid)) is not None
        due = {"date": self.world.day_in(15)}
        paid.append(promise_money(self.id, seller.id, cents - part, due))
        act = book.exchange(drafting.deal("sale", bought, *paid))
        if act is not None:
            self._settle_later(seller, act, len(paid), cents - part)
        return act is not None

    def _settle_later(self, seller: Player, act: str, move: int, cents: int) -> None:
        def settle() -> None:
            given = pay(self.id, seller.id, cents)
            if self.world.book.exchange(settled(given, act, move)) is None:
                self.world.later(5, settle)

        self.world.later(self.world.chance.between(8, 15), settle)

    def collect(self) -> None:
        """Take what households bring for their fiado, more of it at harvest."""
        world = self.world
        percent = 45 if world.month in HARVEST else 18
        for household, debts in self.owed.items():
            old = [one for one in debts if world.number - one.day > RESTED_DAYS][
                :RELEASES_MAX
            ]
            if old and world.chance.happens(percent):
                self._settle(household, old)

    def _settle(self, household: str, debts: list[Fiado]) -> None:
        world = self.world
        cents = sum(one.cents for one in debts)
        given: list[Json] = []
        left = cents
        if world.month in HARVEST and world.chance.happens(50):
            given, left = self._in_kind(household, cents)
        if left:
            given.append(pay(household, self.id, left))
        freed = [
            drafting.release(
                self.id,
                household,
                owed=drafting.place(one.act, 0, one.move),
                quantity=one.cents,
            )
            for one in debts
        ]
        deal = drafting.deal("settle", *given, *freed)
        if world.book.exchange(deal, by=household) is not None:
            self.owed[household] = [
                one for one in self.owed[household] if one not in debts
            ]

    def _in_kind(self, household: str, cents: int) -> tuple[list[Json], int]:
        """Half in money and half with a hen, or with maize if there is more to pay."""
        goods = content.goods()
        if cents < HEN:
            return [], cents
        if cents < HEN * 2:
            hen = self.world.thing(household, self.id, goods["gallina"], 1)
            return [hen], cents - HEN
        maize = goods["maizgrano"]
        quantity = max(5, cents // 2 * 10 // maize.price // 5 * 5)
        move = self.world.thing(household, self.id, maize, quantity)
        return [move], max(0, cents - maize.costs(quantity))

    def pass_on_surplus(self) -> None:
        """Give the month's surplus to the fund, used vouchers back to the common."""
        book, fund = self.world.book, self.world.cast.fund.id
        surplus = self.sold * (100 - MARGIN_PERCENT) * SURPLUS_PERCENT // 10_000
        self.sold = 0
        till = book.balance(self.id, CURRENCY, "till")
        cents = min(surplus, till - TILL_KEPT) // 50 * 50
        if cents > 0:
            book.exchange(drafting.deal("gift", pay(self.id, fund, cents, into="bank")))
        vouchers = book.balance(self.id, VOUCHER)
        while vouchers > 0:
            back = min(vouchers, 50)
            body = {"member": self.id, "quantity": -back, "unit": VOUCHER}
            book.act("issue", body, by=self.id, must=False)
            vouchers -= back


def _copies(moves: list[Json]) -> list[Json]:
    return [dict(move) for move in moves]
