"""What initiatives sell to neighbours and to each other."""

from dataclasses import dataclass

from urdimbre.cli.demo import content
from urdimbre.cli.demo.cast import Player
from urdimbre.cli.demo.content import HOURS, SIGN, Good
from urdimbre.cli.demo.world import World, pass_signs, pay, promise_money, settled
from urdimbre.core import drafting
from urdimbre.core.drafting import Json

SALES = 225
"""Hundredths of a sale a day."""
PURCHASES = 80
LARGE = 12_000
SHARING_DAYS = (3, 10, 17, 24)
SHARED_LEAST, SHARED_MOST = 2_500, 15_000
SAVED_MOST = 50_000
SECONDS_PER_HOUR = 3_600
RESTED = 30


@dataclass(slots=True)
class Workshops:
    """The initiatives from day to day."""

    world: World

    def day(self) -> None:
        """Let them sell and buy."""
        world = self.world
        if world.is_sunday:
            return
        more = 160 if world.is_market else 100
        for _ in range(world.chance.times(SALES * more // 100)):
            self.sell()
        for _ in range(world.chance.times(PURCHASES)):
            self.purchase()
        if world.date.day in SHARING_DAYS:
            for initiative in world.cast.initiatives.values():
                self.share(initiative)

    def share(self, initiative: Player) -> None:
        """Pass part of the signs earned to those who work there, for their hours."""
        world = self.world
        have = world.book.balance(initiative.id, SIGN)
        hands = [
            one
            for one in initiative.hands
            if world.book.balance(one, SIGN) + SHARED_MOST < SAVED_MOST
        ]
        each = min(SHARED_MOST, have * 7 // 10 // len(initiative.hands) // 100 * 100)
        if each < SHARED_LEAST or not hands:
            return
        moves = []
        for person in hands:
            worked = drafting.goods(
                person,
                initiative.id,
                category="work.workshop",
                quantity=4_000,
                unit="HUR",
                use="production",
            )
            moves.append(worked | {"text": "turnos de la quincena en el taller"})
            moves.append(pass_signs(initiative.id, person, each))
        world.book.exchange(drafting.deal("barter", *moves), by=initiative.id)

    def sell(self) -> None:
        """Sell something of an initiative to a neighbour."""
        world = self.world
        seller = world.chance.pick(list(world.cast.initiatives.values()))
        goods = world.seasonal(seller.makes)
        feast = world.feast
        liked = [good for good in goods if feast and good.key in feast["wants"]]
        if not goods:
            return
        good = world.chance.pick(liked or goods)
        self._trade(seller, world.anybody(seller.id, *seller.hands), good)

    def _trade(self, seller: Player, buyer: Player, good: Good) -> None:
        world = self.world
        quantity = world.amount(good)
        cents = good.costs(quantity)
        if good.by_hours and good.unit == "HUR" and world.chance.happens(45):
            self._for_hours(seller, buyer, good, quantity)
        elif cents >= LARGE and world.chance.happens(55):
            self._in_parts(seller, buyer, good, quantity)
        elif world.chance.happens(35):
            self._mixed(seller, buyer, good, quantity)
        elif world.chance.happens(35):
            self._for_signs(seller, buyer, good, quantity)
        else:
            self._sale(seller, buyer, good, quantity, [pay(buyer.id, seller.id, cents)])

    def _sale(
        self, seller: Player, buyer: Player, good: Good, quantity: int, paid: list[Json]
    ) -> str | None:
        sold = self.world.thing(seller.id, buyer.id, good, quantity)
        return self.world.book.exchange(drafting.deal("sale", sold, *paid))

    def _mixed(self, seller: Player, buyer: Player, good: Good, quantity: int) -> None:
        cents = good.costs(quantity)
        part = cents * self.world.chance.between(3, 6) // 10 // 50 * 50
        paid = [pay(buyer.id, seller.id, cents - part)]
        if part and self.world.can_spare(buyer.id, part):
            paid.append(pass_signs(buyer.id, seller.id, part))
        else:
            paid = [pay(buyer.id, seller.id, cents)]
        self._sale(seller, buyer, good, quantity, paid)

    def _for_signs(
        self, seller: Player, buyer: Player, good: Good, quantity: int
    ) -> None:
        """Barter for signs; past the buyer's limit the rest stays owing."""
        cents = good.costs(quantity)
        on_limit = "owe" if self.world.chance.happens(8) else "refuse"
        if on_limit == "refuse" and not self.world.can_spare(buyer.id, cents):
            self._sale(seller, buyer, good, quantity, [pay(buyer.id, seller.id, cents)])
            return
        deal = drafting.deal(
            "barter",
            self.world.thing(seller.id, buyer.id, good, quantity),
            pass_signs(buyer.id, seller.id, cents, on_limit=on_limit),
        )
        self.world.book.exchange(deal)

    def _for_hours(
        self, seller: Player, buyer: Player, good: Good, quantity: int
    ) -> None:
        seconds = quantity * SECONDS_PER_HOUR // 100
        deal = drafting.deal(
            "barter",
            self.world.thing(seller.id, buyer.id, good, quantity),
            pass_signs(buyer.id, seller.id, seconds, unit=HOURS),
        )
        self.world.book.exchange(deal)

    def _in_parts(
        self, seller: Player, buyer: Player, good: Good, quantity: int
    ) -> None:
        """Sell on account, paid in two or three parts without a surcharge."""
        world = self.world
        cents = good.costs(quantity)
        parts = world.chance.between(2, 3)
        due = {"every_days": 30, "from": world.day_in(30), "times": parts}
        owed = promise_money(buyer.id, seller.id, cents, due)
        act = self._sale(seller, buyer, good, quantity, [owed])
        if act is None:
            return
        part = cents // parts // 50 * 50
        for turn in range(parts):
            amount = part if turn < parts - 1 else cents - part * (parts - 1)
            late = world.chance.between(0, 9)
            world.later(
                30 * (turn + 1) + late,
                self._pay_part,
                seller,
                buyer,
                act,
                amount,
            )

    def _pay_part(self, seller: Player, buyer: Player, act: str, cents: int) -> None:
        if self.world.chance.happens(25) and self._pays_in_signs(buyer, cents):
            given = pass_signs(buyer.id, seller.id, cents)
        else:
            given = pay(buyer.id, seller.id, cents)
        self.world.book.exchange(settled(given, act), by=buyer.id)

    def _pays_in_signs(self, buyer: Player, cents: int) -> bool:
        return self.world.can_spare(buyer.id, cents)

    def purchase(self) -> None:
        """Let an initiative buy what it works with."""
        world = self.world
        rows = world.town["initiative"]
        row = world.chance.pick(rows)
        buyer = world.cast.initiatives[row["key"]]
        goods = world.seasonal(row["buys"])
        if not goods:
            return
        good = world.chance.pick(goods)
        maker = world.chance.pick(good.makers)
        quantity = world.amount(good) * world.chance.between(2, 4)
        if maker == "capital":
            self._from_outside(buyer, good, quantity)
        elif maker == "home":
            self._from_home(buyer, good, quantity)
        elif maker != buyer.key:
            self._between(world.cast.initiatives[maker], buyer, good, quantity)

    def _from_outside(self, buyer: Player, good: Good, quantity: int) -> None:
        outside = drafting.outside("capital")
        cents = good.costs(quantity)
        bought = self.world.thing(outside, buyer.id, good, quantity)
        paid = drafting.money(buyer.id, outside, cents, content.CURRENCY)
        self.world.book.exchange(drafting.deal("sale", bought, paid))

    def _from_home(self, buyer: Player, good: Good, quantity: int) -> None:
        sellers = [
            one for one in self.world.cast.makers(good) if one.id not in buyer.hands
        ]
        if sellers:
            seller = self.world.chance.pick(sellers)
            self._between(seller, buyer, good, quantity)

    def _between(
        self, seller: Player, buyer: Player, good: Good, quantity: int
    ) -> None:
        """Pay in signs if the buyer has earned some, on account or in money if not."""
        world = self.world
        cents = good.costs(quantity, 95)
        if world.book.balance(buyer.id, SIGN) > cents:
            self._for_signs(seller, buyer, good, quantity)
            return
        if world.chance.happens(30):
            due = {"date": world.day_in(RESTED)}
            owed = promise_money(buyer.id, seller.id, cents, due)
            act = self._sale(seller, buyer, good, quantity, [owed])
            if act is not None:
                days = world.chance.between(20, 40)
                world.later(days, self._pay_part, seller, buyer, act, cents)
            return
        paid = [pay(buyer.id, seller.id, cents)]
        self._sale(seller, buyer, good, quantity, paid)
