"""Trueque among neighbours: pairs, rings, hours, days of work owed for days of work."""

from dataclasses import dataclass

from urdimbre.cli.demo import content
from urdimbre.cli.demo.cast import Player
from urdimbre.cli.demo.content import HOURS, SIGN, Good
from urdimbre.cli.demo.world import HARVEST, SOWING, World, pass_signs
from urdimbre.core import drafting
from urdimbre.core.drafting import Json

PAIRS = 190
RINGS = 11
AYNI_NEIGHBOURS = 6
SECONDS_PER_HOUR = 3_600
EVEN_PERCENT = 25
LITTLE = 500
TRIES = 12
PAPER_PERCENT = 35
LINES = 20


@dataclass(slots=True)
class Bartering:
    """Barter from day to day."""

    world: World
    sheets: int = 0

    def day(self) -> None:
        """Let neighbours barter."""
        world = self.world
        for _ in range(world.chance.times(PAIRS)):
            self.pair()
        for _ in range(world.chance.times(RINGS)):
            self.ring(world.chance.between(3, 5))
        if world.is_market and world.chance.happens(PAPER_PERCENT):
            self.on_paper()
        if world.month in (*SOWING, *HARVEST) and world.chance.happens(7):
            self.ayni()

    def pair(self) -> None:
        """Let two neighbours barter, for signs, hours or goods."""
        world = self.world
        giver = world.anybody()
        taker = world.anybody(giver.id, *giver.hands)
        if giver.id in taker.hands:
            return
        # Who has received more than she gave looks for a chance to give.
        if world.book.balance(giver.id, SIGN) > world.book.balance(taker.id, SIGN):
            giver, taker = taker, giver
        goods = world.seasonal(giver.makes)
        if not goods:
            return
        good = world.chance.pick(goods)
        if good.by_hours and giver.kind == "person" and world.chance.happens(60):
            self._for_hours(giver, taker, good)
        elif world.chance.happens(EVEN_PERCENT):
            self._even(giver, taker, good)
        else:
            self._for_signs(giver, taker, good)

    def _for_signs(self, giver: Player, taker: Player, good: Good) -> None:
        quantity = self.world.amount(good)
        cents = good.costs(quantity)
        if not self.world.can_spare(taker.id, cents):
            return
        self._write(
            self.world.thing(giver.id, taker.id, good, quantity),
            pass_signs(taker.id, giver.id, cents),
        )

    def _for_hours(self, giver: Player, taker: Player, good: Good) -> None:
        quantity = self.world.amount(good)
        hours = quantity if good.unit == "HUR" else quantity * 8
        seconds = hours * SECONDS_PER_HOUR // 100
        self._write(
            self.world.thing(giver.id, taker.id, good, quantity),
            pass_signs(taker.id, giver.id, seconds, unit=HOURS),
        )

    def _even(self, giver: Player, taker: Player, good: Good) -> None:
        """Barter goods for goods; signs make up the difference if there is one."""
        quantity = self.world.amount(good)
        other = self._of(taker, good.key)
        if other is None:
            return
        back = self.world.amount(other)
        moves = [
            self.world.thing(giver.id, taker.id, good, quantity),
            self.world.thing(taker.id, giver.id, other, back),
        ]
        more = good.costs(quantity) - other.costs(back)
        payer, payee = (taker, giver) if more > 0 else (giver, taker)
        if abs(more) > LITTLE and self.world.can_spare(payer.id, abs(more)):
            moves.append(pass_signs(payer.id, payee.id, abs(more)))
        self._write(*moves)

    def _of(self, player: Player, but: str) -> Good | None:
        goods = [good for good in self.world.seasonal(player.makes) if good.key != but]
        return self.world.chance.pick(goods) if goods else None

    def _write(self, *moves: Json) -> None:
        self.world.book.exchange(drafting.deal("barter", *moves))

    def on_paper(self) -> None:
        """Let an elder barter on paper: the clerk signs, the sheet is sealed."""
        world = self.world
        elder = world.cast.known[world.chance.pick(list(world.credits))]
        taker = world.person(elder.id)
        herbs = content.goods()["te"]
        quantity = world.amount(herbs)
        cents = herbs.costs(quantity)
        if not world.can_spare(taker.id, cents):
            return
        self.sheets += 1
        sheet = f"hoja {self.sheets // LINES + 1}, línea {self.sheets % LINES + 1}"
        clerk = world.cast.role("clerk")
        with world.standing_in(elder.id, clerk, f"paper {elder.name}"):
            world.book.exchange(
                drafting.deal(
                    "barter",
                    world.thing(elder.id, taker.id, herbs, quantity),
                    pass_signs(taker.id, elder.id, cents),
                ),
                sealed=[world.book.sealed("sheet", sheet.encode())],
            )

    def ring(self, size: int) -> None:
        """Let each of a ring give to the next; no two of one household."""
        circle: list[Player] = []
        for _ in range(TRIES):
            one = self.world.person(*(each.id for each in circle))
            if len(circle) < size and self._of(one, "") is not None:
                circle.append(one)
        if len(circle) < size:
            return
        moves = []
        for one, following in zip(circle, (*circle[1:], circle[0]), strict=True):
            good = self._of(one, "")
            assert good is not None
            moves.append(
                self.world.thing(one.id, following.id, good, self.world.amount(good))
            )
        self._write(*moves)

    def ayni(self) -> None:
        """Let six neighbours work a day for one, who owes each of them a day."""
        world = self.world
        host = world.person()
        helpers = world.chance.some(
            [one for one in world.cast.persons if one.id != host.id], AYNI_NEIGHBOURS
        )
        work = content.goods()["jornal"]
        due = {"event": "request", "latest": world.day_in(120)}
        moves = []
        for one in helpers:
            what = drafting.promised("work", 100, "DAY", category=work.category)
            moves.append(
                world.thing(one.id, host.id, work, 100, text="ayni: un día en el chaco")
            )
            moves.append(drafting.promise(host.id, one.id, what, due))
        act = world.book.exchange(drafting.deal("barter", *moves), by=host.id)
        if act is None:
            return
        for place, one in enumerate(helpers):
            if world.chance.happens(75):
                days = world.chance.between(5, 60)
                world.later(days, self._back, act, host, one, place)

    def _back(self, act: str, host: Player, helper: Player, place: int) -> None:
        world = self.world
        work = content.goods()["jornal"]
        owed = drafting.place(act, 0, 2 * place + 1)
        world.book.exchange(
            drafting.deal(
                "settle",
                world.thing(host.id, helper.id, work, 100, text="ayni devuelto"),
                drafting.release(helper.id, host.id, owed=owed, quantity=100),
            ),
            by=host.id,
        )
