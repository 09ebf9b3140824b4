"""What lies on the demo's desk: names, offers and needs, logins."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urdimbre.adapters.desk import Desk, Payload, Person
from urdimbre.adapters.folder import DESK_FILE
from urdimbre.cli.demo import content
from urdimbre.cli.demo.book import SECONDS_PER_DAY, VALID_DAYS
from urdimbre.cli.demo.cast import Cast, Player, made_cast
from urdimbre.cli.demo.world import World, pass_signs
from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON
from urdimbre.core.chain.entry import Slot

PASSWORD = "urdimbre"  # noqa: S105 - of a demo, printed for everybody
MODES = {"s": "sale", "b": "barter", "g": "gift", "l": "lend"}
DEMO_MARK = "demo"
OLDEST_DAYS, LIVES_DAYS = 70, 90


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """With what a visitor enters the demo.

    Attributes:
        handle: what she types.
        password: the same for all.
        member: id of the person, hex.
        name: of the person.
        role: what she does in the circuit, in its language.
    """

    handle: str
    password: str
    member: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class DemoListing:
    """An offer or a need as the catalogue keeps it; the fields are its own.

    Attributes:
        created, until: seconds UTC.
    """

    kind: str
    member: str
    title: str
    text: str
    category: str
    modes: str
    place: str
    created: int
    until: int


def logins(directory: Path) -> list[DemoLogin]:
    """Return the logins of a demo circuit that is there; none of any other."""
    shown = Desk(directory / DESK_FILE, write=False).shown()
    if DEMO_MARK not in shown:
        return []
    town = content.read("town")
    return demo_logins(town, made_cast(town))


def demo_logins(town: Mapping[str, Any], cast: Cast) -> list[DemoLogin]:
    """Return the logins of the demo."""
    found = []
    for row in town["login"]:
        person = cast.named[row["name"]]
        found.append(
            DemoLogin(
                handle=row["handle"],
                password=PASSWORD,
                member=person.id,
                name=person.name,
                role=row["role"],
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class DemoDraft:
    """A proposal that waits for the other party.

    Attributes:
        by: who made and signed it.
        other: who has not signed yet.
        mode: of its deal.
        act: exact bytes.
        slot: the author's signature.
        payloads: its private fields.
        created, valid_until: seconds UTC.
    """

    by: str
    other: str
    mode: str
    act: bytes
    slot: Slot
    payloads: list[Payload]
    created: int
    valid_until: int


def drafts(world: World) -> list[DemoDraft]:
    """Return proposals of today: one waits for María, one that she made for Delia."""
    goods, named = content.goods(), world.cast.named
    found = []
    for giver, taker, key, text in (
        ("Silvia Ortiz", "María Elena Suárez", "lechuga", "acelga y lechuga del patio"),
        (
            "María Elena Suárez",
            "Delia Montaño",
            "arreglo",
            "dobladillo de dos cortinas",
        ),
    ):
        one, other, good = named[giver].id, named[taker].id, goods[key]
        quantity = 2
        deal = drafting.deal(
            "barter",
            world.thing(one, other, good, quantity, text=text),
            pass_signs(other, one, good.costs(quantity)),
        )
        act, slot, payloads = world.book.waiting(deal, by=one)
        now = world.book.time
        until = now + VALID_DAYS * SECONDS_PER_DAY
        found.append(DemoDraft(one, other, "barter", act, slot, payloads, now, until))
    return found


def put_names(desk: Desk, world: World) -> None:
    """Write what the circuit shows, who is who, and what stands behind commitments."""
    town = world.town
    shown = {
        "name": town["name"],
        "language": town["language"],
        "currency": town["currency"],
        "place": town["place"],
        DEMO_MARK: "yes",
        **town["units"],
    }
    desk.set_shown(shown)
    desk.add_persons(_persons(world))
    desk.add_payloads(world.book.payloads)


def _persons(world: World) -> Iterator[Person]:
    for number, player in enumerate(world.cast.known.values(), start=1):
        yield Person(
            member=player.id,
            name=player.name,
            place=player.place,
            language=player.language,
            sign=player.picture or None,
            code=f"{number:03}",
        )


def listings(world: World, now: int) -> list[DemoListing]:
    """Return all offers and needs, put up in the last weeks."""
    found = []
    for kind, name in (("offer", "offers"), ("need", "needs")):
        rows = content.read("offers")[name]
        found += [_listing(world, kind, row, now) for row in rows]
    return found


def _listing(world: World, kind: str, row: list[str], now: int) -> DemoListing:
    who, category, modes, title, text = row
    member, place = _whose(world.cast, world.town, who)
    age = world.chance.below(OLDEST_DAYS * SECONDS_PER_DAY)
    return DemoListing(
        kind=kind,
        member=member,
        title=title,
        text=text,
        category=category,
        modes=" ".join(MODES[letter] for letter in modes),
        place=place,
        created=now - age,
        until=now - age + LIVES_DAYS * SECONDS_PER_DAY,
    )


def _whose(cast: Cast, town: Mapping[str, Any], who: str) -> tuple[str, str]:
    if who == "#common":
        return COMMON, str(town["place"])
    shared: dict[str, Player] = {"#emporio": cast.emporio, "#fund": cast.fund}
    shared |= {f"@{key}": one for key, one in cast.initiatives.items()}
    player = shared.get(who) or cast.named[who]
    return player.id, player.place
