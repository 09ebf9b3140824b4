"""A year in San Isidro del Curichi, day by day."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from urdimbre.cli.demo import content, founding
from urdimbre.cli.demo.book import SECONDS_PER_DAY, Book, Sheet
from urdimbre.cli.demo.cast import made_cast
from urdimbre.cli.demo.chance import Chance
from urdimbre.cli.demo.scenes.bartering import Bartering
from urdimbre.cli.demo.scenes.commoning import Commoning
from urdimbre.cli.demo.scenes.giving import Giving
from urdimbre.cli.demo.scenes.lately import Lately
from urdimbre.cli.demo.scenes.lending import Lending
from urdimbre.cli.demo.scenes.mending import Mending
from urdimbre.cli.demo.scenes.shop import Shop
from urdimbre.cli.demo.scenes.workshops import Workshops
from urdimbre.cli.demo.world import World

SEED = "San Isidro del Curichi"
DAYS = 366
EVENING = 22 * 3_600
"""Seconds of the UTC day at which the clerk seals the day: evening in San Isidro."""
FIRST_TRADE = 8
CONTRIBUTIONS = 6
KITS = (2, 3)
TRACTOR_MONTHS = (9, 10, 11)
SHORTLY = 300
BUSIER = 4


class Year:
    """The demo's year, ending now.

    Attributes:
        world: what the scenes see.
        genesis_time: block time of the genesis act.
    """

    def __init__(self, now: int) -> None:
        """Prepare a year that ends at ``now``, seconds UTC."""
        town = content.read("town")
        self._now = now
        self._first = now // SECONDS_PER_DAY - (DAYS - 1)
        self.genesis_time = self._first * SECONDS_PER_DAY + SECONDS_PER_DAY // 2
        cast = made_cast(town)
        self.world = World(
            book=Book(cast),
            cast=cast,
            chance=Chance(SEED),
            town=town,
            words=content.read("words"),
            first=datetime.fromtimestamp(self.genesis_time, UTC).date(),
            days=DAYS,
        )
        self.world.book.open(self.genesis_time)
        # Those whose pages visitors open first are a little busier than others.
        known = [cast.named[row["name"]] for row in town["login"]]
        self.world.regulars += known * BUSIER
        self._prepare()

    def _prepare(self) -> None:
        world = self.world
        self.shop = Shop(world)
        self.workshops = Workshops(world)
        self.bartering = Bartering(world)
        self.giving = Giving(world)
        self.lending = Lending(world)
        self.commoning = Commoning(world)
        self.mending = Mending(world)
        founding.begin(world)
        beginning = (self.giving, self.lending, self.commoning, self.mending)
        for scene in (*beginning, Lately(world)):
            scene.begin()
        world.on_day(CONTRIBUTIONS, self.giving.contributions)

    def days(self) -> Iterator[Sheet]:
        """Give the days in order, each with its acts; genesis is recorded before."""
        world = self.world
        for number in range(DAYS):
            world.number = number
            world.book.open(self._time(number))
            self._act(world.due_actions())
            if number >= FIRST_TRADE:
                self._live()
            self._act(world.due_actions())
            yield world.book.close()

    def _time(self, number: int) -> int:
        evening = (self._first + number) * SECONDS_PER_DAY + EVENING
        return min(evening, self._now - SHORTLY)

    @staticmethod
    def _act(actions: Iterable[Callable[[], object]]) -> None:
        for action in actions:
            action()

    def _live(self) -> None:
        world = self.world
        self.shop.day()
        self.workshops.day()
        self.bartering.day()
        self.giving.day()
        self.lending.day()
        self.commoning.day()
        self.mending.day()
        today = (world.month, world.date.day)
        if today == KITS:
            self.giving.school_kits()
        if world.month in TRACTOR_MONTHS and world.date.weekday() == 0:
            self.lending.tractor(damaged=world.date.day // 7 == world.month % 3 + 1)
