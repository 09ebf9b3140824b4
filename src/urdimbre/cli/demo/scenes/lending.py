"""Prestar: tools, books and money that come back; jars with a deposit; consignment."""

from dataclasses import dataclass
from typing import Any

from urdimbre.cli.demo import content
from urdimbre.cli.demo.cast import Player
from urdimbre.cli.demo.content import CURRENCY, SIGN
from urdimbre.cli.demo.world import World, pass_signs, pay, promise_money, settled
from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON
from urdimbre.core.drafting import Json

LOANS = 62
MONEY_PERCENT = 14
SIGNS_PERCENT = 8
RETURNED_PERCENT = 92
DAMAGED_PERCENT = 4
USE_PRICE_PERCENT = 8
JARS = 12
JAR_DEPOSIT = 400
CONSIGNED, SOLD = 24, 15
CONSIGNMENTS = (30, 115, 205, 290)
INSTALMENTS = 6
TILL_AT_FIRST = 500_000


@dataclass(slots=True)
class Lending:
    """Loans from day to day."""

    world: World

    def begin(self) -> None:
        """Put the loans of the fund and the consignments on their days."""
        world = self.world
        world.on_day(7, self._from_fund, world.cast.emporio, TILL_AT_FIRST)
        for number, key, cents in world.town["loans"]["rows"]:
            initiative = world.cast.initiatives[key]
            world.on_day(number, self._from_fund, initiative, cents)
        for number in CONSIGNMENTS:
            world.on_day(number, self.consignment)
        for number in range(20, world.days, 45):
            world.on_day(number, self.jars)

    def day(self) -> None:
        """Let neighbours lend."""
        world = self.world
        for _ in range(world.chance.times(LOANS)):
            lender = world.person()
            borrower = world.person(lender.id)
            kind = world.chance.below(100)
            if kind < MONEY_PERCENT:
                self._money(lender, borrower)
            elif kind < MONEY_PERCENT + SIGNS_PERCENT:
                self._signs(lender, borrower)
            else:
                self._thing(lender, borrower)

    def _thing(self, lender: Player, borrower: Player) -> None:
        world = self.world
        name, category, days = world.chance.pick(world.words["loans"]["things"])
        lent = drafting.goods(
            lender.id,
            borrower.id,
            category=category,
            quantity=1,
            title="custody",
            may="use",
        )
        back = drafting.promised("goods", 1, "C62", category=category)
        due = {"date": world.day_in(days)}
        moves = [
            lent | {"text": name},
            drafting.promise(borrower.id, lender.id, back, due) | {"text": name},
        ]
        if category == "tools" and world.chance.happens(USE_PRICE_PERCENT):
            moves.append(pay(borrower.id, lender.id, 1_000, purpose="use_price"))
        act = world.book.exchange(drafting.deal("lend", *moves), by=lender.id)
        if act is None or not world.chance.happens(RETURNED_PERCENT):
            return
        late = world.chance.pick((-1, 0, 0, 0, 1, 2, 5))
        what = {"category": category, "name": name}
        world.later(max(1, days + late), self._back, act, lender, borrower, what)

    def _back(
        self, act: str, lender: Player, borrower: Player, what: dict[str, Any]
    ) -> None:
        world = self.world
        text = f"{what['name']}, {world.words['loans']['back']}"
        damaged = world.chance.happens(DAMAGED_PERCENT)
        if damaged:
            text = f"{what['name']}, vuelve con una avería"
        moves = self._returned(
            act, lender.id, borrower.id, category=what["category"], text=text
        )
        if damaged:
            moves.append(pay(borrower.id, lender.id, 3_000, purpose="damage"))
        world.book.exchange(drafting.deal("settle", *moves), by=borrower.id)

    def _returned(
        self, act: str, lender: str, borrower: str, *, category: str, text: str
    ) -> list[Json]:
        back = drafting.goods(
            borrower,
            lender,
            category=category,
            quantity=1,
            title="return",
            of=drafting.place(act, 0, 0),
        )
        freed = drafting.release(
            lender, borrower, owed=drafting.place(act, 0, 1), quantity=1
        )
        return [back | {"text": text}, freed]

    def _money(self, lender: Player, borrower: Player) -> None:
        """Lend money among neighbours; it comes back as it went."""
        world = self.world
        cents = world.chance.between(4, 40) * 1_000
        days = world.chance.between(10, 60)
        due = {"date": world.day_in(days)}
        act = world.book.exchange(
            drafting.deal(
                "lend",
                pay(lender.id, borrower.id, cents),
                promise_money(borrower.id, lender.id, cents, due),
            )
        )
        if act is not None and world.chance.happens(80):
            days += world.chance.between(-3, 6)
            back = pay(borrower.id, lender.id, cents)
            world.later(days, self._repay, act, borrower, back)

    def _repay(self, act: str, borrower: Player, given: Json) -> None:
        self.world.book.exchange(settled(given, act), by=borrower.id)

    def _signs(self, lender: Player, borrower: Player) -> None:
        world = self.world
        minor = world.chance.between(4, 12) * 500
        if world.book.balance(lender.id, SIGN) < minor:
            return
        what = drafting.promised("signs", minor, SIGN)
        due = {"date": world.day_in(45)}
        act = world.book.exchange(
            drafting.deal(
                "lend",
                pass_signs(lender.id, borrower.id, minor),
                drafting.promise(borrower.id, lender.id, what, due),
            )
        )
        if act is not None:
            back = pass_signs(borrower.id, lender.id, minor)
            world.later(40, self._repay, act, borrower, back)

    def _from_fund(self, borrower: Player, cents: int) -> None:
        """Lend from the liberation fund, without interest, back in instalments."""
        world = self.world
        fund = world.cast.fund.id
        purses = {"into": "till", "purse": "bank"}
        due = {"every_days": 30, "from": world.day_in(60), "times": INSTALMENTS}
        act = world.book.exchange(
            drafting.deal(
                "lend",
                pay(fund, borrower.id, cents, **purses),
                promise_money(borrower.id, fund, cents, due),
            ),
            must=True,
        )
        if act is None:
            return
        purses = {"into": "bank", "purse": "till"}
        part = pay(borrower.id, fund, cents // INSTALMENTS, **purses)
        for turn in range(INSTALMENTS):
            days = 60 + 30 * turn + world.chance.between(0, 4)
            world.later(days, self._repay, act, borrower, part)

    def jars(self) -> None:
        """Lend a dozen jars with a deposit; the jars and the deposit both come back."""
        world = self.world
        bees = world.cast.initiatives["miel"]
        taker = world.anybody(bees.id, *bees.hands)
        cents = JARS * JAR_DEPOSIT
        jars = drafting.goods(
            bees.id,
            taker.id,
            category="home",
            quantity=JARS,
            unit="JR",
            title="custody",
            may="use",
        )
        what = drafting.promised("goods", JARS, "JR", category="home")
        due = {"event": "request"}
        act = world.book.exchange(
            drafting.deal(
                "lend",
                jars | {"text": "doce frascos de vuelta"},
                drafting.promise(taker.id, bees.id, what, due),
                pay(taker.id, bees.id, cents, purpose="deposit"),
                promise_money(bees.id, taker.id, cents, due),
            ),
            by=bees.id,
        )
        if act is not None:
            world.later(world.chance.between(20, 40), self._jars_back, act, taker)

    def _jars_back(self, act: str, taker: Player) -> None:
        bees = self.world.cast.initiatives["miel"].id
        cents = JARS * JAR_DEPOSIT
        back = drafting.goods(
            taker.id,
            bees,
            category="home",
            quantity=JARS,
            unit="JR",
            title="return",
            of=drafting.place(act, 0, 0),
        )
        self.world.book.exchange(
            drafting.deal(
                "settle",
                back | {"text": "doce frascos, limpios"},
                drafting.release(
                    bees, taker.id, owed=drafting.place(act, 0, 1), quantity=JARS
                ),
                pay(bees, taker.id, cents),
                drafting.release(
                    taker.id, bees, owed=drafting.place(act, 0, 3), quantity=cents
                ),
            ),
            by=taker.id,
        )

    def consignment(self) -> None:
        """Leave 24 jars of honey on consignment: 15 are sold, 9 go back."""
        world = self.world
        shop, bees = world.cast.emporio.id, world.cast.initiatives["miel"].id
        honey = content.goods()["miel"]
        each = honey.costs(1, 85)
        what = drafting.promised(
            "goods", CONSIGNED, honey.unit, category=honey.category
        )
        other = {"quantity": each, "type": "money", "unit": CURRENCY}
        act = world.book.exchange(
            drafting.deal(
                "lend",
                world.thing(
                    bees,
                    shop,
                    honey,
                    CONSIGNED,
                    title="custody",
                    may="sell",
                    use="resale",
                    text="24 frascos de miel en consignación",
                ),
                drafting.promise(
                    shop, bees, what, {"date": world.day_in(35)}, or_=other
                ),
            ),
            must=True,
        )
        if act is None:
            return
        left = SOLD
        day = 1
        while left:
            count = min(left, world.chance.between(1, 3))
            world.later(day, self._consigned_sale, act, count)
            left -= count
            day += world.chance.between(1, 4)
        world.later(35, self._consignment_ends, act, each)

    def _consigned_sale(self, act: str, count: int) -> None:
        world = self.world
        shop, bees = world.cast.emporio.id, world.cast.initiatives["miel"].id
        honey = content.goods()["miel"]
        buyer = world.anybody(shop, bees)
        sold = world.thing(
            shop, buyer.id, honey, count, of=drafting.place(act, 0, 0), for_=bees
        )
        paid = pay(buyer.id, shop, honey.costs(count))
        world.book.exchange(drafting.deal("sale", sold, paid), must=True)

    def _consignment_ends(self, act: str, each: int) -> None:
        world = self.world
        shop, bees = world.cast.emporio.id, world.cast.initiatives["miel"].id
        honey = content.goods()["miel"]
        left = CONSIGNED - SOLD
        owed = drafting.place(act, 0, 1)
        world.book.exchange(
            drafting.deal(
                "settle",
                pay(shop, bees, SOLD * each),
                drafting.release(bees, shop, owed=owed, quantity=SOLD),
            ),
            drafting.deal(
                "settle",
                world.thing(
                    shop,
                    bees,
                    honey,
                    left,
                    title="return",
                    use="resale",
                    of=drafting.place(act, 0, 0),
                    text="nueve frascos sin vender",
                ),
                drafting.release(bees, shop, owed=owed, quantity=left),
            ),
            must=True,
        )

    def tractor(self, *, damaged: bool) -> None:
        """Lend the common's motor hoe by turns; once it comes back damaged."""
        world = self.world
        borrower = world.anybody()
        name = "motocultor del común"
        lent = drafting.goods(
            COMMON,
            borrower.id,
            category="tools",
            quantity=1,
            title="custody",
            may="use",
            use="production",
        )
        back = drafting.promised("goods", 1, "C62", category="tools")
        due = {"date": world.day_in(2)}
        act = world.book.exchange(
            drafting.deal(
                "lend",
                lent | {"text": name},
                drafting.promise(borrower.id, COMMON, back, due),
                pay(borrower.id, COMMON, 4_000, purpose="use_price", into="till"),
            ),
            by=borrower.id,
            must=True,
        )
        if act is None:
            return
        world.later(2, self._tractor_back, act, borrower, damaged=damaged)

    def _tractor_back(self, act: str, borrower: Player, *, damaged: bool) -> None:
        text = (
            "motocultor, vuelve con la correa rota" if damaged else "motocultor limpio"
        )
        moves = self._returned(act, COMMON, borrower.id, category="tools", text=text)
        if damaged:
            moves.append(
                pay(borrower.id, COMMON, 12_000, purpose="damage", into="till")
            )
        self.world.book.exchange(
            drafting.deal("settle", *moves), by=borrower.id, must=True
        )
