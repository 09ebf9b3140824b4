"""A circuit in a folder for the tests of the web: people with server keys, by name."""

import secrets
import time
from pathlib import Path

from urdimbre.adapters import folder
from urdimbre.adapters.desk import Person
from urdimbre.cli.founding import Wish, found, unit_of
from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON
from urdimbre.core.chain.entry import ZERO16, signed_entry
from urdimbre.projections.project import Projection
from urdimbre.recording import Receipt

NAMES = ("Ana Quispe", "Beto Mamani", "Carla Núñez", "Delia Rojas")
HOUSEHOLD = "Familia Núñez"
PASSWORD = "maíz-y-frijol"
CURRENCY = "BOB"


class Place:
    """A founded circuit; ``members`` are ids by name."""

    def __init__(self, path: Path, *, demo: bool = False) -> None:
        wish = Wish(
            preset="barter-club",
            units=(unit_of("TOTAI:totaí:2"), unit_of("HORA:horas:time")),
            currency=CURRENCY,
            demo=demo,
        )
        self.members: dict[str, str] = {}

        def genesis(founding: folder.Founding) -> bytes:
            made = found(founding, wish, now=int(time.time()))
            self.members["Fundadora"] = made.founder
            return made.entry

        self.path = path
        self.circuit = folder.create(path, genesis, projector=Projection())
        self.circuit.desk.set_shown(
            {
                "name": "Circuito de prueba",
                "language": "es",
                "unit.TOTAI": "totaí",
                "unit.HORA": "horas",
            }
        )
        self.circuit.desk.add_persons([Person(self.members["Fundadora"], "Fundadora")])

    @classmethod
    def opened(cls, path: Path) -> "Place":
        """Open a circuit made before, to record more in it."""
        place = cls.__new__(cls)
        place.path = path
        place.circuit = folder.open_circuit(path, projector=Projection())
        persons = place.circuit.desk.persons()
        place.members = {one.name: id_ for id_, one in persons.items()}
        return place

    def close(self) -> None:
        self.circuit.close()

    def record(self, kind: str, body, *, by: str, signers, **more) -> Receipt:
        """Record an act; ``signers``: member id and mandate or policy, empty: own."""
        act = drafting.draft(
            kind,
            body,
            by=by,
            id_=secrets.token_hex(16),
            valid_until=int(time.time()) + 86_400,
            **more,
        )
        slots = [
            self.circuit.keys.slot(
                act, self.circuit.registry.genesis, member=one, mandate=under or ZERO16
            )
            for one, under in signers
        ]
        answer = self.circuit.registry.submit(signed_entry(act, slots).encode())
        assert isinstance(answer, Receipt), answer
        return answer

    @property
    def common_policy(self) -> str:
        return self.circuit.registry.state.get(f"member/{COMMON}").policy

    def admit(self, *names: str) -> None:
        for name in names:
            member = self.members[name] = secrets.token_hex(16)
            public = self.circuit.keys.create(member)
            self._admit(
                name, "person", [(member, "")], key=drafting.key(public, "server")
            )

    def admit_household(self, name: str, *persons: str) -> None:
        ids = sorted(self.members[one] for one in persons)
        rules = [{"kinds": ["any"], "need": 1, "of": ids}]
        self._admit_under(name, "household", ids, rules)

    def admit_initiative(self, name: str, *persons: str) -> None:
        """One of the first two signs for up to 5 totaí; above it, two of all."""
        ids = sorted(self.members[one] for one in persons)
        first = sorted(self.members[one] for one in persons[:2])
        most = {"quantity": 500, "unit": "TOTAI"}
        rules = [
            {"kinds": ["any"], "need": 1, "of": first, "max": most},
            {"kinds": ["any"], "need": 2, "of": ids},
        ]
        self._admit_under(name, "initiative", ids, rules)

    def admit_fund(self, name: str, *persons: str) -> None:
        """Two of these sign for the fund, whatever the amount."""
        ids = sorted(self.members[one] for one in persons)
        rules = [{"kinds": ["any"], "need": 2, "of": ids}]
        self._admit_under(name, "fund", ids, rules)

    def _admit_under(self, name, kind, ids, rules) -> None:
        self.members[name] = secrets.token_hex(16)
        policy = {"id": secrets.token_hex(16), "rules": rules}
        self._admit(name, kind, [(one, "") for one in ids], policy=policy)

    def name_mediator(self, name: str) -> None:
        """Give somebody the common's mandate to mediate in freezes."""
        now = int(time.time())
        body = {
            "id": secrets.token_hex(16),
            "principal": COMMON,
            "agents": [self.members[name]],
            "purpose": "mediate",
            "kinds": ["freeze"],
            "from": now - 1,
            "until": now + 30 * 86_400,
        }
        founder = (self.members["Fundadora"], self.common_policy)
        self.record("mandate", body, by=COMMON, signers=[founder])

    def _admit(self, name, kind, signers, **consents) -> None:
        body = {
            "member": self.members[name],
            "kind": kind,
            "sponsors": [],
            "blind": secrets.token_hex(16),
            **consents,
        }
        founder = (self.members["Fundadora"], self.common_policy)
        self.record("admit", body, by=COMMON, signers=[*signers, founder])
        self.circuit.desk.add_persons([Person(self.members[name], name)])


def handle(name: str) -> str:
    """What a person of the place logs in with."""
    return name.split(maxsplit=1)[0].lower()
