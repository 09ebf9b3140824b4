"""The last days before today, so that whoever enters finds something going on."""

from dataclasses import dataclass

from urdimbre.cli.demo import content
from urdimbre.cli.demo.content import HOURS, SIGN
from urdimbre.cli.demo.world import World, pass_signs, pay, promise_money
from urdimbre.core import drafting

MEMBER = "María Elena Suárez"


@dataclass(slots=True)
class Lately:
    """What the people of the demo logins have just done."""

    world: World

    def begin(self) -> None:
        """Put it on the last days of the year."""
        world = self.world
        last = world.days - 1
        world.on_day(last - 9, self.bricks)
        world.on_day(last - 7, self.empanadas)
        world.on_day(last - 6, self.lent)
        world.on_day(last - 5, self.hours)
        world.on_day(last - 4, self.owed_lessons)
        world.on_day(last - 2, self.gifts)
        world.on_day(last - 1, self.bread)

    def _id(self, name: str) -> str:
        return self.world.cast.named[name].id

    def bricks(self) -> None:
        """María buys bricks for her oven, on account."""
        world = self.world
        maria, works = self._id(MEMBER), world.cast.initiatives["ladrillos"].id
        good = content.goods()["ladrillo"]
        due = {"date": world.day_in(21)}
        sold = world.thing(works, maria, good, 50, text="cincuenta ladrillos del fogón")
        owed = promise_money(maria, works, good.costs(50), due)
        world.book.exchange(drafting.deal("sale", sold, owed), must=True)

    def empanadas(self) -> None:
        """María sells her Friday empanadas to three of those who order every week."""
        world = self.world
        maria = self._id(MEMBER)
        good = content.goods()["empanada"]
        for name in ("Ramón Peña", "Delia Montaño", "Lourdes Tavares", "Dora Barba"):
            buyer = self._id(name)
            sold = world.thing(maria, buyer, good, 10, text="empanadas del viernes")
            passed = pass_signs(buyer, maria, good.costs(10))
            world.book.exchange(drafting.deal("barter", sold, passed))

    def lent(self) -> None:
        """María lends Lourdes her sewing machine for two weeks."""
        world = self.world
        maria, lourdes = self._id(MEMBER), self._id("Lourdes Tavares")
        text = "máquina de coser con su estuche"
        lent = drafting.goods(
            maria, lourdes, category="tools", quantity=1, title="custody", may="use"
        )
        what = drafting.promised("goods", 1, "C62", category="tools")
        due = {"date": world.day_in(14)}
        back = drafting.promise(lourdes, maria, what, due)
        deal = drafting.deal("lend", lent | {"text": text}, back | {"text": text})
        world.book.exchange(deal, must=True)

    def hours(self) -> None:
        """Mónica gives María's mother company; Eusebio learns to use his phone."""
        world = self.world
        goods = content.goods()
        for giver, taker, key, quantity in (
            ("Isabel Taborga", MEMBER, "compania", 300),
            ("Daniel Ibáñez", "Eusebio Algarañaz", "celular", 150),
            (MEMBER, "Delia Montaño", "arreglo", 2),
        ):
            good = goods[key]
            one, other = self._id(giver), self._id(taker)
            given = world.thing(one, other, good, quantity)
            if good.by_hours:
                passed = pass_signs(other, one, quantity * 36, unit=HOURS)
            else:
                passed = pass_signs(other, one, good.costs(quantity), unit=SIGN)
            world.book.exchange(drafting.deal("barter", given, passed))

    def owed_lessons(self) -> None:
        """Ramón takes empanadas against two evenings of help with letters."""
        world = self.world
        maria, ramon = self._id(MEMBER), self._id("Ramón Peña")
        good = content.goods()["empanada"]
        what = drafting.promised("work", 200, "HUR", category="teaching")
        owed = drafting.promise(ramon, maria, what, {"event": "request"})
        deal = drafting.deal(
            "barter",
            world.thing(maria, ramon, good, 20, text="empanadas para la reunión"),
            owed | {"text": "dos noches de ayuda con cartas y trámites"},
        )
        world.book.exchange(deal, must=True)

    def gifts(self) -> None:
        """Carmen gives fruit to María and to Bertha; María has not thanked yet."""
        world = self.world
        carmen = self._id("Carmen Antelo")
        good = content.goods()["papaya"]
        for name in (MEMBER, "Bertha Poiché"):
            text = "papayas del patio, de las dulces"
            given = world.thing(carmen, self._id(name), good, 2, text=text)
            world.book.exchange(drafting.deal("gift", given), must=True)

    def bread(self) -> None:
        """María's household buys bread and honey, half in totaí."""
        world = self.world
        home, oven = self._id("Familia Suárez Vaca"), "panaderia"
        bakery = world.cast.initiatives[oven].id
        bread = content.goods()["pan"]
        cents = bread.costs(30)
        world.book.exchange(
            drafting.deal(
                "sale",
                world.thing(bakery, home, bread, 30, text="pan para el cumpleaños"),
                pay(home, bakery, cents - cents // 100 * 50),
                pass_signs(home, bakery, cents // 100 * 50),
            ),
            by=bakery,
        )
