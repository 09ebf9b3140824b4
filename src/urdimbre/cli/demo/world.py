"""The day as every scene sees it: date, season, who is there, what comes later."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from urdimbre.cli.demo import content
from urdimbre.cli.demo.book import Book, Hand
from urdimbre.cli.demo.cast import Cast, Player
from urdimbre.cli.demo.chance import Chance
from urdimbre.cli.demo.content import Good
from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON, limits
from urdimbre.core.drafting import Json

MARKET_DAYS = (2, 5)
SUNDAY = 6
HARVEST = (3, 4, 5)
SOWING = (10, 11)
RAINS = (11, 12, 1, 2, 3)
FEAST_DAYS = 6


@dataclass(slots=True)
class World:
    """Everything a scene needs.

    Attributes:
        first: date of the first day.
        number: of the present day, from 0.
        days: of the whole year.
        mandates: ids of mandates, by name.
        debits: standing consents of households to the emporio.
        credits: standing consents of elders to be credited.
        regulars: who trades; some stand in it several times.
    """

    book: Book
    cast: Cast
    chance: Chance
    town: dict[str, Any]
    words: dict[str, Any]
    first: date
    days: int
    number: int = 0
    mandates: dict[str, str] = field(default_factory=dict)
    debits: dict[str, str] = field(default_factory=dict)
    credits: dict[str, str] = field(default_factory=dict)
    regulars: list[Player] = field(default_factory=list)
    _later: dict[int, list[Callable[[], object]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    @property
    def date(self) -> date:
        """The present day's date."""
        return self.first + timedelta(days=self.number)

    @property
    def month(self) -> int:
        """The present month."""
        return self.date.month

    @property
    def is_market(self) -> bool:
        """Whether it is market day."""
        return self.date.weekday() in MARKET_DAYS

    @property
    def is_sunday(self) -> bool:
        """Whether it is Sunday."""
        return self.date.weekday() == SUNDAY

    @property
    def feast(self) -> dict[str, Any] | None:
        """The feast that is near, if one is."""
        for one in self.town["feast"]:
            month, day = one["on"]
            ahead = (date(self.date.year, month, day) - self.date).days
            if 0 <= ahead <= FEAST_DAYS:
                return dict(one)
        return None

    def later(
        self, days: int, action: Callable[..., object], *given: Any, **named: Any
    ) -> None:
        """Do something some days from now, if the year lasts as long."""
        self.on_day(self.number + days, action, *given, **named)

    def on_day(
        self, number: int, action: Callable[..., object], *given: Any, **named: Any
    ) -> None:
        """Do something on a day of the year."""
        self._later[number].append(partial(action, *given, **named))

    def due_actions(self) -> list[Callable[[], object]]:
        """Return what was put off to the present day."""
        return self._later.pop(self.number, [])

    def day_in(self, days: int) -> int:
        """Return a day to come, counted since 1970."""
        return self.book.day + days

    def in_season(self, good: Good) -> bool:
        """Whether there is some now."""
        return self.month in good.months

    def anybody(self, *without: str) -> Player:
        """Draw somebody who trades, persons and households alike."""
        while True:
            found = self.chance.pick(self.regulars)
            if found.id not in without and not self.book.is_frozen(found.id):
                return found

    def person(self, *without: str) -> Player:
        """Draw an admitted person."""
        while True:
            found = self.chance.pick(self.cast.persons)
            if found.id not in without and not self.book.is_frozen(found.id):
                return found

    def mandated(self, person: Player, name: str) -> Hand:
        """Sign as a person under a named mandate."""
        return person.id, self.mandates[name]

    @contextmanager
    def standing_in(self, party: str, person: Player, mandate: str) -> Iterator[None]:
        """Let a person sign for a party under a named mandate for a while."""
        self.book.standing_in[party] = self.mandated(person, mandate)
        yield
        del self.book.standing_in[party]

    def witnesses(self) -> list[Hand]:
        """Draw two witnesses."""
        two = self.chance.some(self.cast.roled("witnesses"), 2)
        return [self.mandated(one, "attest") for one in two]

    def bearers(self) -> list[Hand]:
        """Name the two bearers of care who take their turn this month."""
        four = self.cast.roled("care")
        start = self.month % len(four)
        two = (four + four)[start : start + 2]
        return [self.mandated(one, "care") for one in two]

    def thing(
        self,
        giver: str | Json,
        taker: str | Json,
        good: Good,
        quantity: int,
        **more: Any,
    ) -> Json:
        """Make a move of goods, with a description to be sealed."""
        text = more.pop("text", None) or self.chance.pick(good.texts)
        more.setdefault("use", self.use_of(taker, good))
        more.setdefault("measure", good.measure)
        move = drafting.goods(
            giver,
            taker,
            category=good.category,
            quantity=quantity,
            unit=good.unit,
            **more,
        )
        return move | {"text": text}

    def use_of(self, taker: str | Json, good: Good) -> str:
        """Say what a taker does with goods."""
        if taker == COMMON:
            return "common"
        player = self.cast.known.get(taker) if isinstance(taker, str) else None
        if player is None:
            return "consumption"
        if good.use and player.kind in ("person", "household"):
            return good.use
        return drafting.USES[player.kind]

    def can_spare(self, owner: str, minor: int) -> bool:
        """Tell whether somebody passes signs without coming near her limit."""
        low = limits(self.book.view, owner, content.SIGN).low
        return self.book.balance(owner, content.SIGN) - minor >= low * 6 // 10

    def amount(self, good: Good) -> int:
        """Draw a usual quantity, minor steps."""
        return self.chance.pick(good.amounts)

    def seasonal(self, keys: Sequence[str]) -> list[Good]:
        """Return the goods among these of which there are some now."""
        known = content.goods()
        return [known[key] for key in keys if self.in_season(known[key])]


def pay(giver: str, taker: str, cents: int, **more: str) -> Json:
    """Make a move of money."""
    return drafting.money(giver, taker, cents, content.CURRENCY, **more)


def pass_signs(giver: str, taker: str, minor: int, **more: Any) -> Json:
    """Make a move of signs, in totaí unless ``unit`` says otherwise."""
    unit = more.pop("unit", content.SIGN)
    return drafting.signs(giver, taker, minor, unit, **more)


def settled(given: Json, act: str, move: int = 1) -> Json:
    """Make a deal that settles with money or signs what a move of an act has promised.

    Whoever gives has promised; whoever takes lets go of as much as is given.
    """
    freed = drafting.release(
        given["taker"],
        given["giver"],
        owed=drafting.place(act, 0, move),
        quantity=given["quantity"],
    )
    return drafting.deal("settle", given, freed)


def promise_money(giver: str, taker: str, cents: int, due: Json, **more: Any) -> Json:
    """Make a promise of money."""
    what = drafting.promised("money", cents, content.CURRENCY)
    return drafting.promise(giver, taker, what, due, **more)
