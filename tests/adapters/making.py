"""A small circuit for tests: founded, with members and their keys, all by name.

circuit = found(tmp_path)
circuit.admit("ana", "beto")
circuit.record(circuit.barter("ana", "beto", 500))
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.storage.postgres import PostgresStore
from urdimbre.adapters.storage.sessions import Place
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON
from urdimbre.core.agreements import PARAMETERS
from urdimbre.core.chain.entry import (
    ZERO16,
    ZERO32,
    Slot,
    act_hash,
    key_id,
    signature_input,
    signed_entry,
)
from urdimbre.recording import Node, Receipt, Registry

SIGN = "SOL"
CURRENCY = "USD"
START = 1_700_000_000
DAY = START // 86_400
POLICY = "aa" * 16
FOUNDER = "fundadora"
NODE = "node"


class Clock:
    """A clock that tests set; each reading may also move it on."""

    def __init__(self, now: int = START, step: int = 0) -> None:
        self.now = now
        self.step = step

    def __call__(self) -> int:
        self.now += self.step
        return self.now


def seed_of(name: str) -> bytes:
    """The seed of somebody's key."""
    return sha256(b"seed " + name.encode()).digest()


def public_of(name: str) -> str:
    """Her public key, hex."""
    return ed25519.public_key(seed_of(name)).hex()


def id_of(name: str) -> str:
    """Her member id; the common's name is ``common``."""
    if name == "common":
        return COMMON
    return sha256(b"id " + name.encode()).hexdigest()[:32]


def node() -> Node:
    """The node that all these circuits share."""
    seed = seed_of(NODE)
    return Node(ed25519.public_key(seed), lambda text: ed25519.sign(seed, text))


def signed(
    act: bytes, signers: Sequence[tuple[str, str]], genesis: str = ZERO32
) -> bytes:
    """The entry of an act; ``signers``: name and the mandate or policy signed under."""
    slots = [slot(act, name, mandate, genesis) for name, mandate in signers]
    return signed_entry(act, slots).encode()


def slot(
    act: bytes, name: str, mandate: str, genesis: str, *, key: str | None = None
) -> Slot:
    """Somebody's signature; ``key``: the name of another key of hers."""
    member, keyed = id_of(name), key or name
    text = signature_input(genesis, member, mandate, act)
    signature = ed25519.sign(seed_of(keyed), text)
    return Slot(member, key_id(public_of(keyed)), mandate, signature)


def genesis_act(*, demo: bool = False, **agreement: Any) -> bytes:
    """A genesis with one founder, one sign in mutual credit, and no sponsors."""
    values = {one.name: one.default for one in PARAMETERS if not one.later}
    values |= {"sponsors": 0, "currency": CURRENCY} | agreement
    body = {
        "agreement": values,
        "blind": id_of("blind"),
        "day": DAY,
        "founders": [
            {
                "blind": id_of("blind " + FOUNDER),
                "key": drafting.key(public_of(FOUNDER), "device"),
                "member": id_of(FOUNDER),
            }
        ],
        "limits": [
            {"high": 10**9, "low": -(10**9), "unit": SIGN, "whom": kind}
            for kind in ("person", "household", "common", "emporio", "fund")
        ],
        "need": 1,
        "node": {
            "key": drafting.key(public_of(NODE), "server"),
            "member": id_of(NODE),
        },
        "policy": POLICY,
        "rules": 1,
        "units": [
            {
                "code": SIGN,
                "kind": "sign",
                "regime": "mutual",
                "scale": 2,
                "scope": "local",
            }
        ],
    }
    if demo:
        body["demo"] = True
    return drafting.draft(
        "genesis",
        body,
        by=id_of(FOUNDER),
        id_=id_of("genesis"),
        valid_until=START + 86_400,
    )


def genesis_entry(**options: Any) -> bytes:
    """The genesis, signed by the founder and the node."""
    return signed(genesis_act(**options), [(FOUNDER, ZERO16), (NODE, ZERO16)])


class Making:
    """A circuit under test."""

    def __init__(self, registry: Registry, clock: Clock) -> None:
        self.registry = registry
        self.clock = clock
        self._ids = itertools.count()

    @property
    def genesis(self) -> str:
        """The circuit's id."""
        return self.registry.genesis

    def draft(self, kind: str, body: Any, *, by: str, **more: Any) -> bytes:
        """An act with a fresh id, valid for a day."""
        fresh = id_of(f"{self.genesis} act {next(self._ids)}")
        more = {"id_": fresh, "valid_until": self.clock.now + 86_400} | more
        return drafting.draft(kind, body, by=id_of(by), **more)

    def sign(self, act: bytes, *names: str, common: Sequence[str] = ()) -> bytes:
        """Its entry; ``common``: who signs for the common as founders."""
        signers = [(name, ZERO16) for name in names]
        signers += [(name, POLICY) for name in common]
        return signed(act, signers, self.genesis)

    def sign_under(self, act: bytes, *signers: tuple[str, str]) -> bytes:
        """Its entry; ``signers``: name and the mandate or policy, empty for her own."""
        under = [(name, mandate or ZERO16) for name, mandate in signers]
        return signed(act, under, self.genesis)

    def hash(self, act: bytes) -> str:
        """By which later acts cite it."""
        return act_hash(self.genesis, act)

    def admission(self, name: str, kind: str = "person") -> bytes:
        """The entry that admits a person with her key."""
        body = {
            "blind": id_of("blind " + name),
            "key": drafting.key(public_of(name), "device"),
            "kind": kind,
            "member": id_of(name),
            "sponsors": [],
        }
        act = self.draft("admit", body, by="common")
        return self.sign(act, name, common=[FOUNDER])

    def admit(self, *names: str) -> None:
        """Admit persons, one after another."""
        for name in names:
            self.record(self.admission(name))

    def exchange(self, *deals: Any, by: str, names: Sequence[str] = ()) -> bytes:
        """The entry of an exchange, signed by ``names`` (who else than ``by``)."""
        body = drafting.exchange(self.clock.now // 86_400, *deals)
        act = self.draft("exchange", body, by=by, refs=drafting.cited(body))
        return self.sign(act, by, *names)

    def barter(self, giver: str, taker: str, quantity: int) -> bytes:
        """Goods against signs: the taker of the goods gives the signs."""
        one, other = id_of(giver), id_of(taker)
        deal = drafting.deal(
            "barter",
            drafting.goods(one, other, category="food.rice", quantity=2, unit="C62"),
            drafting.signs(other, one, quantity, SIGN),
        )
        return self.exchange(deal, by=giver, names=[taker])

    def record(self, entry: bytes) -> Receipt:
        """Record an entry that nothing may refuse."""
        answer = self.registry.submit(entry)
        assert isinstance(answer, Receipt), answer
        return answer


def registry(
    where: Path | Place, clock: Clock, *, projector: Any = None, **options: Any
) -> Registry:
    """A registry on a file or in a schema of PostgreSQL, founded or not."""
    schema = projector.schema if projector else ()
    open_store = PostgresStore if isinstance(where, Place) else SqliteStore
    return Registry(
        open_store(where, schema=schema),
        node=node(),
        clock=clock,
        verify=ed25519.verify,
        admissible=ed25519.admissible,
        projector=projector,
        **options,
    )


def found(
    where: Path | Place,
    *,
    clock: Clock | None = None,
    projector: Any = None,
    genesis: bytes | None = None,
    **options: Any,
) -> Making:
    """A founded circuit in ``folder/registry.db``, or in a schema of PostgreSQL."""
    clock = clock or Clock()
    opened = registry(_in(where), clock, projector=projector, **options)
    answer = opened.found(genesis or genesis_entry())
    assert isinstance(answer, Receipt), answer
    return Making(opened, clock)


def reopened(
    where: Path | Place, *, clock: Clock | None = None, projector: Any = None
) -> Making:
    """The circuit of a folder or schema, opened anew; its ids go on elsewhere."""
    clock = clock or Clock()
    making = Making(registry(_in(where), clock, projector=projector), clock)
    making._ids = itertools.count(10**6)
    return making


def _in(where: Path | Place) -> Path | Place:
    return where if isinstance(where, Place) else where / "registry.db"


def parts(act: bytes) -> Any:
    """The fields of an act."""
    return orjson.loads(act)
