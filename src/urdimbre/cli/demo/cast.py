"""Who plays: persons with their keys, households, initiatives, emporio and fund."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from urdimbre.adapters.keys import ed25519
from urdimbre.cli.demo import content
from urdimbre.core.chain.entry import key_id


def made_id(label: str) -> str:
    """Make 16 bytes, hex, out of a label: the demo holds no secrets."""
    return sha256(f"urdimbre demo {label}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class DemoKey:
    """An Ed25519 key of the demo."""

    id: str
    public: str
    seed: bytes


def made_key(label: str) -> DemoKey:
    """Make a key out of a label."""
    seed = sha256(f"urdimbre demo key {label}".encode()).digest()
    public = ed25519.public_key(seed).hex()
    return DemoKey(key_id(public), public, seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """A member of the circuit.

    Attributes:
        key: of an initiative; empty otherwise.
        policy: id of the policy by which her persons consent; empty for a person.
        hands: ids of the persons who sign for her.
        makes: keys of the goods she can give.
    """

    id: str
    kind: str
    name: str
    place: str
    language: str = "es"
    key: str = ""
    policy: str = ""
    hands: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """A household and its grown-ups, before or after they are admitted."""

    household: Player
    people: tuple[Player, ...]
    day: int


@dataclass(slots=True)
class Cast:
    """Everybody, and who has been admitted so far.

    Attributes:
        families: all, in order of arrival.
        passing: the teacher who comes and leaves.
        initiatives: by key.
        named: every player by name.
        known: every player by id.
        persons, households: admitted so far.
        keys: the keys that each person signs with, the present one last.
    """

    families: list[Family]
    passing: Family
    initiatives: dict[str, Player]
    emporio: Player
    fund: Player
    roles: dict[str, Any]
    named: dict[str, Player] = field(default_factory=dict)
    known: dict[str, Player] = field(default_factory=dict)
    persons: list[Player] = field(default_factory=list)
    households: list[Player] = field(default_factory=list)
    keys: dict[str, list[DemoKey]] = field(default_factory=dict)

    def role(self, name: str) -> Player:
        """Return who has a role."""
        return self.named[self.roles[name]]

    def roled(self, name: str) -> list[Player]:
        """Return those who share a role."""
        return [self.named[one] for one in self.roles[name]]

    def makers(self, good: content.Good) -> list[Player]:
        """Return the admitted persons who make something at home."""
        return [one for one in self.persons if good.key in one.makes]


class _Casting:
    """Makes the players; pictures and home trades go round in a fixed order."""

    def __init__(self, families: dict[str, Any]) -> None:
        self.families = families
        self.pictures: list[str] = families["signs"]["pictures"]
        everything = content.goods().values()
        self.trades = [good.key for good in everything if "home" in good.makers]
        self.count = 0

    def person(self, name: str, place: str, language: str) -> Player:
        place_in_order = self.count
        self.count += 1
        trades = len(self.trades)
        return Player(
            id=made_id(f"person {name}"),
            kind="person",
            name=name,
            place=place,
            language=language,
            makes=tuple(
                dict.fromkeys(
                    self.trades[(place_in_order * step + step) % trades]
                    for step in (1, 7, 11)
                )
            ),
            picture=self.pictures[place_in_order % len(self.pictures)],
        )

    def family(self, day: int, row: list[Any], language: str) -> Family:
        name, place, names = row
        people = tuple(self.person(one, place, language) for one in names)
        household = Player(
            id=made_id(f"household {name}"),
            kind="household",
            name=f"{'Família' if language == 'pt' else 'Familia'} {name}",
            place=place,
            language=language,
            policy=made_id(f"policy {name}"),
            hands=tuple(one.id for one in people),
            makes=tuple(dict.fromkeys(key for one in people for key in one.makes)),
            picture=self.pictures[self.count % len(self.pictures)],
        )
        return Family(household, people, day)

    def all(self) -> list[Family]:
        found = [self.family(0, row, "es") for row in self.families["es"]]
        found += [self.family(0, row, "pt") for row in self.families["pt"]]
        later = self.families["later"]
        return found + [self.family(row[0], row[1:], "es") for row in later]


PASSING_FROM = 24


def made_cast(town: dict[str, Any]) -> Cast:
    """Make the cast from the files."""
    casting = _Casting(content.read("families"))
    families = casting.all()
    name, place = casting.families["passing"]
    passing = casting.family(PASSING_FROM, [name.split()[-1], place, [name]], "es")
    ids = {one.name: one.id for family in (*families, passing) for one in family.people}
    cast = Cast(
        families=families,
        passing=passing,
        initiatives={row["key"]: _initiative(row, ids) for row in town["initiative"]},
        emporio=_shared("emporio", town["emporio"], _emporio_people(town, ids)),
        fund=_shared("fund", town["fund"], [ids[town["roles"]["treasurer"]]]),
        roles=town["roles"],
    )
    everybody = [one for family in (*families, passing) for one in family.people]
    everybody += [family.household for family in families]
    everybody += [*cast.initiatives.values(), cast.emporio, cast.fund]
    cast.named = {one.name: one for one in everybody}
    cast.known = {one.id: one for one in everybody}
    for one in everybody:
        if one.kind == "person":
            cast.keys[one.id] = [made_key(one.name)]
    return cast


def _emporio_people(town: dict[str, Any], ids: dict[str, str]) -> list[str]:
    roles = town["roles"]
    return [ids[roles[one]] for one in ("cashier", "coordinator", "treasurer")]


def _initiative(row: dict[str, Any], ids: dict[str, str]) -> Player:
    makes = [good.key for good in content.goods().values() if row["key"] in good.makers]
    hands = [ids[name] for name in row["people"]]
    return _shared("initiative", row, hands, makes=makes, key=row["key"])


def _shared(
    kind: str,
    row: dict[str, Any],
    hands: list[str],
    *,
    makes: list[str] | None = None,
    key: str = "",
) -> Player:
    return Player(
        id=made_id(f"{kind} {row['name']}"),
        kind=kind,
        name=row["name"],
        place=row["place"],
        key=key,
        policy=made_id(f"policy {row['name']}"),
        hands=tuple(hands),
        makes=tuple(makes or ()),
    )
