"""What is done together: mingas attested by two, vouchers for them, goats passed on."""

from dataclasses import dataclass

from urdimbre.cli.demo import content
from urdimbre.cli.demo.cast import Player
from urdimbre.cli.demo.content import VOUCHER
from urdimbre.cli.demo.world import SUNDAY, World, pay
from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON

WORKERS_FEW, WORKERS_MANY = 16, 28
VOUCHERS_EACH = 10
"""How many of those who came get a voucher: one for each family, by turns."""
FIRST_MINGA = 13
PAYS_INSTEAD = 6_000
KID_DAYS = 150
GOAT_DAYS = (55, 90)


@dataclass(slots=True)
class Commoning:
    """Common work through the year."""

    world: World
    worked: int = 0

    def begin(self) -> None:
        """Put the goats on their days."""
        for number in GOAT_DAYS:
            self.world.on_day(number, self.goat)

    def day(self) -> None:
        """Hold a minga every other Sunday."""
        world = self.world
        if world.date.weekday() != SUNDAY or world.number < FIRST_MINGA:
            return
        if world.date.toordinal() // 7 % 2 == 0:
            self.minga()

    def minga(self) -> None:
        """Work together for the common, attested by two; then eat together."""
        world = self.world
        chance = world.chance
        works = world.words["works"]["any"]
        text = works[self.worked % len(works)]
        self.worked += 1
        two = world.witnesses()
        watching = {who for who, _ in two}
        everybody = [one for one in world.cast.persons if one.id not in watching]
        workers = chance.some(everybody, chance.between(WORKERS_FEW, WORKERS_MANY))
        cooks = world.cast.initiatives[chance.pick(("hornos", "panaderia"))]
        work = content.goods()["jornal"]
        meal = content.goods()["almuerzo"]
        done = [
            world.thing(
                one.id,
                COMMON,
                work,
                chance.pick((50, 50, 100)),
                text=text,
                measure="estimated",
            )
            for one in workers
        ]
        eaten = [
            world.thing(cooks.id, one.id, meal, 1, text=world.words["gifts"]["meal"])
            for one in workers
        ]
        for move in done:
            move["category"] = "work.common"
        act = world.book.exchange(
            drafting.deal("gift", *done),
            drafting.deal("gift", *eaten),
            by=COMMON,
            witnesses=two,
            must=True,
        )
        if act is None:
            return
        self._thank(act)
        self._vouchers(workers)
        if chance.happens(40):
            self._pays_instead(watching)

    def _thank(self, act: str) -> None:
        world = self.world
        world.book.act(
            "thanks",
            {"deal": {"act": act, "deal": 0}, "party": dict(drafting.THE_COMMON)},
            by=COMMON,
            private={"words": world.chance.pick(world.words["common"]).encode()},
            refs=[(act, "answers")],
        )

    def _vouchers(self, workers: list[Player]) -> None:
        """Issue the voted vouchers to some who came; there is a ceiling."""
        if self.world.number < 46:  # noqa: PLR2004 - voted by the first meeting
            return
        for one in self.world.chance.some(workers, VOUCHERS_EACH):
            body = {"member": one.id, "quantity": 1, "unit": VOUCHER}
            self.world.book.act("issue", body, by=COMMON, must=False)

    def _pays_instead(self, watching: set[str]) -> None:
        """Let one who could not come give money to the common instead."""
        one = self.world.person(*watching)
        given = pay(one.id, COMMON, PAYS_INSTEAD, into="till", purpose="dues")
        self.world.book.exchange(drafting.deal("gift", given), by=one.id)

    def goat(self) -> None:
        """Hand out a goat of the common: the first kid goes on to the next family."""
        world = self.world
        first = world.chance.pick(world.cast.households)
        act = world.book.exchange(
            drafting.deal(
                "barter",
                self._animal(COMMON, first.id, "cabra preñada del común"),
                self._kid(first.id),
            ),
            by=first.id,
            must=True,
        )
        if act is None:
            return
        world.later(KID_DAYS, self._passed_on, act, first)

    def _animal(self, giver: str, taker: str, text: str) -> drafting.Json:
        moved = drafting.goods(
            giver, taker, category="animals", quantity=1, use="production"
        )
        return moved | {"text": text}

    def _kid(self, debtor: str) -> drafting.Json:
        what = drafting.promised("goods", 1, "C62", category="animals")
        due = {"event": "birth", "latest": self.world.day_in(240)}
        return drafting.promise(debtor, COMMON, what, due, risk="shared")

    def _passed_on(self, act: str, first: Player) -> None:
        world = self.world
        others = [one for one in world.cast.households if one != first]
        following = world.chance.pick(others)
        owed = drafting.place(act, 0, 1)
        world.book.exchange(
            drafting.deal(
                "settle",
                self._animal(first.id, following.id, "la primera cría, destetada"),
                drafting.release(
                    COMMON, first.id, owed=owed, quantity=1, reason="passed_on"
                ),
                self._kid(following.id),
            ),
            by=first.id,
            must=True,
        )
