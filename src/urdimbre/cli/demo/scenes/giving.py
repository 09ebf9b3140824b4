"""Dar y recibir: gifts, thanks, and care for the sick, who stay unnamed."""

from dataclasses import dataclass

from urdimbre.adapters.desk import Payload
from urdimbre.cli.demo import content
from urdimbre.cli.demo.cast import Player
from urdimbre.cli.demo.content import SIGN
from urdimbre.cli.demo.world import World, pass_signs, pay
from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON
from urdimbre.core.drafting import Json

GIFTS = 110
THANKED_PERCENT = 70
ILLNESSES = (62, 139, 214, 288, 340)
TURNS = 9
GOODS, HELP, SIGNS = 60, 86, 94
"""Of a hundred gifts, up to which they are goods, help, signs; the rest is money."""


@dataclass(slots=True)
class Giving:
    """Gifts from day to day."""

    world: World

    def begin(self) -> None:
        """Put the illnesses of the year on their days."""
        for number in ILLNESSES:
            self.world.on_day(number, self.illness)

    def day(self) -> None:
        """Let neighbours give."""
        for _ in range(self.world.chance.times(GIFTS)):
            self.gift()

    def gift(self) -> None:
        """Let somebody give something to somebody."""
        world = self.world
        giver = world.anybody()
        taker = world.anybody(giver.id, *giver.hands)
        if giver.id in taker.hands:
            return
        kind = world.chance.below(100)
        words = world.words["gifts"]
        if kind < GOODS:
            move = self._goods(giver, taker, words["goods"])
        elif kind < HELP:
            move = self._goods(giver, taker, words["help"])
        elif kind < SIGNS:
            move = self._signs(giver, taker)
        else:
            cents = world.chance.between(2, 12) * 500
            move = pay(giver.id, taker.id, cents)
        if move is None:
            return
        taker = world.cast.known[move["taker"]["member"]]
        consents = []
        if move["type"] == "signs" and taker.id in world.credits:
            consents = [(taker.id, world.credits[taker.id])]
        act = world.book.exchange(
            drafting.deal("gift", move), by=giver.id, consents=consents
        )
        if act is not None and world.chance.happens(THANKED_PERCENT):
            days = world.chance.between(0, 5)
            world.later(days, self.thank, act, taker)

    def _goods(self, giver: Player, taker: Player, keys: list[str]) -> Json | None:
        world = self.world
        goods = world.seasonal(keys)
        good = world.chance.pick(goods)
        return world.thing(giver.id, taker.id, good, min(good.amounts))

    def _signs(self, giver: Player, taker: Player) -> Json | None:
        """Give signs, out of a positive balance only; elders are credited unasked."""
        world = self.world
        have = world.book.balance(giver.id, SIGN)
        if world.credits and world.chance.happens(60):
            taker = world.cast.known[world.chance.pick(list(world.credits))]
        minor = world.chance.between(2, 8) * 500
        if have < minor * 2 or taker.id in (giver.id, *giver.hands):
            return None
        return pass_signs(giver.id, taker.id, minor)

    def thank(self, act: str, taker: Player) -> None:
        """Let a beneficiary thank; a household through one of its persons."""
        world = self.world
        words = world.words["obrigados" if taker.language == "pt" else "thanks"]
        who = taker.hands[0] if taker.hands else taker.id
        world.book.act(
            "thanks",
            {"deal": {"act": act, "deal": 0}, "party": drafting.party(who)},
            by=who,
            private={"words": world.chance.pick(words).encode()},
            refs=[(act, "answers")],
            must=False,
        )

    def illness(self) -> None:
        """Let a neighbour fall ill: soup, watches and money for some days, sealed."""
        ill = self.world.person(*(one.id for one in self.world.cast.roled("care")))
        for turn in range(TURNS):
            self.world.later(turn + 1, self._care, ill, turn)

    def _care(self, ill: Player, turn: int) -> None:
        world = self.world
        giver = world.person(ill.id)
        party = world.book.sealed("party", bytes.fromhex(ill.id))
        taker = drafting.sealed(party.commitment)
        words = world.words["gifts"]
        goods = content.goods()
        moves = (
            lambda: world.thing(
                giver.id, taker, goods["almuerzo"], 1, text=words["soup"]
            ),
            lambda: world.thing(
                giver.id, taker, goods["compania"], 400, text=words["watch"]
            ),
            lambda: drafting.money(
                giver.id, taker, world.chance.between(2, 10) * 1_000, content.CURRENCY
            ),
        )
        act = world.book.exchange(
            drafting.deal("gift", moves[turn % len(moves)]()),
            by=giver.id,
            also=world.bearers(),
            sealed=[party],
            must=True,
        )
        if turn == TURNS - 1 and act is not None:
            self._sealed_thanks(act, party)

    def _sealed_thanks(self, act: str, party: Payload) -> None:
        world = self.world
        bearer = world.bearers()[0]
        world.book.act(
            "thanks",
            {
                "deal": {"act": act, "deal": 0},
                "party": drafting.sealed(party.commitment),
            },
            by=bearer[0],
            also=[bearer],
            private={"words": world.chance.pick(world.words["care"]).encode()},
            refs=[(act, "answers")],
        )

    def contributions(self) -> None:
        """Let every household give its first share to the fund, and friends abroad."""
        world = self.world
        fund = world.cast.fund.id
        friends = drafting.money(
            drafting.outside("solidarity"),
            fund,
            1_800_000,
            content.CURRENCY,
            into="bank",
            purse="bank",
        )
        world.book.exchange(drafting.deal("gift", friends), by=fund, must=True)
        for household in world.cast.households:
            share = pay(household.id, fund, 5_000, into="bank", purse="bank")
            world.book.exchange(drafting.deal("gift", share), must=True)

    def school_kits(self) -> None:
        """Let the common give exercise books at the beginning of the school year."""
        world = self.world
        good = content.goods()["cuaderno"]
        for household in world.cast.households:
            move = world.thing(
                COMMON, household.id, good, 4, text=world.words["gifts"]["kit"]
            )
            act = world.book.exchange(drafting.deal("gift", move), by=household.id)
            if act is not None and world.chance.happens(40):
                world.later(1, self.thank, act, household)
