"""A little circuit in memory: its people, its state, its log, and what must hold.

``town()`` gives a circuit with members of every kind; ``record`` makes an act, reads it
from its bytes, and records it or returns what speaks against it. After each act the
invariants are looked at. Signatures are zeros: the core never verifies them.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from urdimbre.core import circuit, drafting
from urdimbre.core.accounts import COMMON, Account
from urdimbre.core.acts import Act, Effects, Recorded
from urdimbre.core.chain.entry import ZERO16, Slot, decode, key_id, signed_entry
from urdimbre.core.membership.consent import CONSENT_REFUSES
from urdimbre.core.obligations import Custody, Debt, Owed
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import Overlay, State, key_of, value_of

Json = dict[str, Any]
Answer = Effects | tuple[Refusal, ...]

START = 1_700_006_400
"""Block time of the founding: midnight, so that days and times agree."""
TODAY = START // 86_400
DAY = 86_400


def number(name):
    """The 16 bytes that stand for a name, hex."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def commitment(name):
    """The 32 bytes that stand for something sealed, hex."""
    return hashlib.sha256(name.encode()).hexdigest()


def public(name):
    """A public key, by its name."""
    return hashlib.sha256(b"key " + name.encode()).hexdigest()


ANA, BETO, CARO, DORA, EVA, FEDE, GINA = (
    number(name) for name in ("ana", "beto", "caro", "dora", "eva", "fede", "gina")
)
PERSONS = (ANA, BETO, CARO, DORA, EVA, FEDE, GINA)
CASA, PAN, TIENDA, FONDO = (number(name) for name in ("casa", "pan", "tienda", "fondo"))
NODE = number("node")
THE_COMMONS_POLICY = number("policy of the common")
ATTEST, CARE, MEDIATE = number("attest"), number("care"), number("mediate")
WORK_DAYS = 3
"""Days in a year on which the town may call its members to common work."""
NAMES = {number(name): name for name in ("ana", "beto", "caro", "dora")}
NAMES |= {number(name): name for name in ("eva", "fede", "gina", "node")}

AGREEMENT = {
    "contest_days": 14,
    "currency": "MXN",
    "draft_days": 14,
    "founders_days": 90,
    "log_readers": "all",
    "offer_days": 90,
    "owe_max": 1000,
    "sponsors": 1,
}
SOL = {"code": "SOL", "kind": "sign", "scale": 2, "regime": "mutual", "scope": "local"}
HORA = {"code": "HORA", "kind": "sign", "scale": 0, "regime": "time", "scope": "local"}
DON = {"code": "DON", "kind": "sign", "scale": 0, "regime": "granted", "scope": "local"}
ORO = {
    "backing": {"money": 2, "signs": 1, "unit": "MXN"},
    "code": "ORO",
    "kind": "sign",
    "regime": "backed",
    "scale": 2,
    "scope": "network",
}
ALMUD = {
    "code": "ALMUD",
    "equivalent": {"measure": 1, "standard": 5000, "unit": "KGM"},
    "kind": "volume",
    "scale": 0,
}


def limits(unit, whom, low, high, **more):
    """Limits as genesis writes them."""
    return {"unit": unit, "whom": whom, "low": low, "high": high, **more}


LIMITS = (
    limits("SOL", "person", -50_00, 100_00, warn=40_00),
    limits("SOL", "household", -80_00, 100_00),
    limits("SOL", "initiative", -80_00, 200_00),
    limits("SOL", "emporio", -90_00, 900_00),
    limits("HORA", "person", -36_000, 36_000),
)


def slot(person, under=ZERO16, *, key=None):
    """The place of a signature, by a person's first key or by a named one."""
    name = key or NAMES.get(person, person)
    return Slot(person, key_id(public(name)), under, bytes(64))


THE_COMMON = slot(ANA, THE_COMMONS_POLICY)
"""Ana signs for the common."""


def new_key(name, custody="device", **more):
    """A key as an act registers it."""
    return drafting.key(public(name), custody, **more)


def allowed(answer):
    """Whether an act was recorded."""
    return isinstance(answer, Effects)


def policy_rules(need, *persons, kinds=("any",), **more):
    """One rule of a policy over persons."""
    rule = {"kinds": sorted(kinds), "need": need, **more}
    if persons:
        rule["of"] = sorted(persons)
    return [rule]


def mandate(name, principal, purpose, agents=(), **more):
    """Body of a mandate, for exchanges and without end unless said otherwise."""
    return {
        "id": number(name),
        "principal": principal,
        "purpose": purpose,
        "agents": sorted(agents),
        "kinds": ["exchange"],
        "from": START,
        "until": START + 1000 * DAY,
    } | more


@dataclass
class Little:
    """A circuit with its log, all in memory."""

    state: State = field(default_factory=State)
    log: list[Recorded] = field(default_factory=list)
    entries: list[tuple[int, bytes]] = field(default_factory=list)
    cited: dict[str, Recorded] = field(default_factory=dict)
    time: int = START
    made: int = 0
    kind: str = ""
    own: tuple[Refusal, ...] = ()
    act: Act | None = None
    effects: Effects | None = None

    def copy(self):
        """The same circuit, to go on elsewhere."""
        other = Little(time=self.time, made=self.made)
        other.state.rows = dict(self.state.rows)
        other.state.places = dict(self.state.places)
        other.state.time, other.state.genesis = self.state.time, self.state.genesis
        other.log, other.cited = list(self.log), dict(self.cited)
        other.entries = list(self.entries)
        return other

    def later(self, days=0, seconds=0):
        """Let time pass."""
        self.time += days * DAY + seconds
        return self

    @property
    def today(self):
        """The present day."""
        return self.time // DAY

    def draft(self, kind, body, *, by, refs=(), private=(), **more):
        """Bytes of an act that is in order but for what is said."""
        self.made += 1
        return drafting.draft(
            kind,
            body,
            by=by,
            id_=number(f"act {self.made}"),
            valid_until=more.pop("valid_until", self.time + DAY),
            agreement=more.pop("agreement", self.version),
            refs=refs,
            private=private,
        )

    @property
    def version(self):
        """Version of the agreement in force."""
        row = self.state.get("agreement")
        return 0 if row is None else row.version

    def record(self, kind, body, *slots, by=None, **more) -> Answer:
        """Make an act and record it, or return what speaks against it."""
        author = by or (slots[0].member if slots else COMMON)
        data = self.draft(kind, body, by=author, **more)
        return self.submit(data, *slots)

    def submit(self, data, *slots) -> Answer:
        """Record bytes with signatures, or return what speaks against them."""
        entry = signed_entry(data, slots).encode()
        signed = decode(entry)
        genesis = self.state.genesis
        act = circuit.read(signed.act, genesis)
        assert isinstance(act, Act), act
        self.kind, self.act = act.kind, act
        overlay = Overlay(self.state, self.time)
        before = dict(self.state.rows)
        refused = self._refusals(overlay, act, signed.slots)
        if refused:
            assert overlay.rows == {}
            assert self.state.rows == before
            return refused
        effects = self.effects = circuit.apply(overlay, act, signed.slots, self.cited)
        assert self.state.rows == before
        check_rows(overlay)
        self.state.merge(overlay)
        self.log.append(Recorded(act, signed.slots, self.time))
        self.entries.append((self.time, entry))
        self.cited[act.hash] = self.log[-1]
        check_state(self.state)
        return effects

    def _refusals(self, overlay, act, slots):
        """All refusals; each must be one that is announced."""
        kind = circuit.KINDS[act.kind]
        self.own = tuple(kind.refusals(overlay, act, self.cited))
        assert {type(one) for one in self.own} <= set(kind.refuses_with)
        found = tuple(circuit.refusals(overlay, act, slots, self.cited))
        announced = (*kind.refuses_with, *circuit.ENVELOPE_REFUSES, *CONSENT_REFUSES)
        assert {type(one) for one in found} <= set(announced)
        return found

    def ok(self, kind, body, *slots, **more) -> str:
        """Record an act that must be recorded; returns its hash."""
        answer = self.record(kind, body, *slots, **more)
        assert isinstance(answer, Effects), answer
        return self.log[-1].act.hash

    def exchange(self, *deals, slots=None, consents=(), day=None, **more) -> Answer:
        """Record an exchange; by default everybody in it signs as she is used to."""
        day = self.today if day is None else day
        body = drafting.exchange(day, *deals, consents=consents)
        if slots is None:
            slots = self.all_sign(body, [one for one, _ in consents])
        more.setdefault("refs", drafting.cited(body))
        return self.record("exchange", body, *slots, **more)

    def trade(self, *deals, **more) -> str:
        """Record an exchange that must be recorded; returns its hash."""
        answer = self.exchange(*deals, **more)
        assert isinstance(answer, Effects), answer
        return self.log[-1].act.hash

    def all_sign(self, body, left_out=()):
        """Slots of everybody who gives or takes in an exchange."""
        parties = []
        for move in (move for deal in body["deals"] for move in deal["moves"]):
            # Whose custody is sold has consented when she handed the things over.
            owner = () if "of" in move else ("for",)
            parties += [move.get(side, {}) for side in ("giver", "taker", *owner)]
        slots = [one for side in parties for one in self.sign_for(side, left_out)]
        return tuple({one[:3]: one for one in slots}.values())

    def sign_for(self, party, left_out=()):
        """The slots by which a party is used to consent."""
        if party.get("common"):
            return (slot(ANA, THE_COMMONS_POLICY),)
        if "sealed" in party:
            return slot(ANA, CARE), slot(BETO, CARE)
        who = party.get("member")
        if who is None or who in left_out:
            return ()
        row = self.state.get(f"member/{who}")
        if row is None:
            return ()
        if row.kind in ("person", "node"):
            return (slot(who),)
        rule = self.state.get(f"policy/{row.policy}").rules[0]
        return tuple(slot(one, row.policy) for one in rule.of[: rule.need])

    def balance(self, owner, unit="SOL", purse="own"):
        """Minor steps on an account."""
        row = self.state.get(f"account/{owner}/{unit}/{purse}")
        return 0 if row is None else row.balance

    def owed(self, act, deal=0, move=0):
        """The obligation that a move has opened."""
        return self.state.get(f"owed/{act}/{deal}/{move}")

    def custody(self, act, deal=0, move=0):
        """The custody that a move has opened."""
        return self.state.get(f"custody/{act}/{deal}/{move}")


def genesis_body(**more):
    """A circuit that Ana and Beto found; either may sign for the common."""
    founders = [
        {"member": one, "blind": number(f"blind {one}"), "key": new_key(NAMES[one])}
        for one in (ANA, BETO)
    ]
    return {
        "day": TODAY,
        "agreement": dict(AGREEMENT),
        "blind": number("blind of the common"),
        "founders": founders,
        "need": 1,
        "policy": THE_COMMONS_POLICY,
        "limits": list(LIMITS),
        "node": {"member": NODE, "key": new_key("node")},
        "rules": 1,
        "units": [SOL, HORA, DON, ORO, ALMUD],
    } | more


def founded(**more):
    """A circuit just founded."""
    little = Little()
    slots = (slot(ANA), slot(BETO), slot(NODE))
    little.ok("genesis", genesis_body(**more), *slots, by=ANA)
    return little


def admit(little, name, **more):
    """Body and slots that admit a person, whom Ana vouches for."""
    body = {
        "member": number(name),
        "kind": "person",
        "sponsors": [ANA],
        "blind": number(f"blind {name}"),
        "key": new_key(name),
    } | more
    slots = (slot(ANA, THE_COMMONS_POLICY), slot(ANA), slot(number(name), key=name))
    return body, slots


def admit_group(kind, name, need, *persons):
    """Body and slots that admit somebody who consents by a policy over persons."""
    body = {
        "member": number(name),
        "kind": kind,
        "sponsors": [ANA],
        "blind": number(f"blind {name}"),
        "policy": {
            "id": number(f"policy of {name}"),
            "rules": policy_rules(need, *persons),
        },
    }
    own = {one: slot(one) for one in (ANA, *persons)}
    return body, (slot(ANA, THE_COMMONS_POLICY), *own.values())


GROUPS = (
    ("household", "casa", 1, CARO, DORA),
    ("initiative", "pan", 1, EVA),
    ("emporio", "tienda", 1, FEDE),
    ("fund", "fondo", 2, ANA, BETO, CARO),
)


@cache
def _town():
    little = founded()
    for name in ("caro", "dora", "eva", "fede", "gina"):
        body, slots = admit(little, name)
        little.ok("admit", body, *slots, by=ANA)
    for kind, name, need, *persons in GROUPS:
        body, slots = admit_group(kind, name, need, *persons)
        little.ok("admit", body, *slots, by=ANA)
    for name, agents, kinds in (
        ("attest", (EVA, FEDE), ["exchange", "roster"]),
        ("care", (ANA, BETO), ["adjust", "exchange", "thanks"]),
        ("mediate", (GINA,), ["adjust", "contest", "freeze"]),
    ):
        body = mandate(name, COMMON, name, agents, kinds=kinds)
        little.ok("mandate", body, slot(ANA, THE_COMMONS_POLICY), by=COMMON)
    effects = [
        {"effect": "ceiling", "unit": "DON", "quantity": 1000},
        {"effect": "parameter", "name": "work_days", "value": WORK_DAYS},
    ]
    decide(little, *effects)
    return little.later(days=1)


def town():
    """A circuit with members of every kind, witnesses, bearers of care, a mediator."""
    return _town().copy()


def decide(little, *effects):
    """Record a decision of the founders."""
    body = {"basis": "founders", "effects": list(effects)}
    return little.ok("decision", body, slot(ANA, THE_COMMONS_POLICY), by=COMMON)


def check_rows(overlay):
    """Each changed row comes back from its key and its bytes as it was."""
    for key, row in overlay.rows.items():
        assert key == row.key == key_of(row)
        value = value_of(row)
        again = circuit.decode_row(key, value)
        assert again == row
        assert value_of(again) == value


def check_state(state):
    """What holds after every act, whatever it was."""
    sums, held, debts = Counter(), Counter(), Counter()
    for row in state.rows.values():
        if isinstance(row, Account):
            sums[row.unit] += row.balance
            held[row.unit] += row.held
            assert row.purse not in ("till", "reserve") or row.balance >= 0
        elif isinstance(row, Owed):
            assert 0 <= row.released <= row.quantity
            assert row.debtor != row.creditor
            if row.what in ("money", "signs") and not row.contested:
                debts[row.debtor, row.creditor, row.unit] += row.open
        elif isinstance(row, Debt):
            debts[row.debtor, row.creditor, row.unit] -= row.open
        elif isinstance(row, Custody):
            assert 0 <= row.gone <= row.quantity
            assert row.owner != row.holder
    assert set(sums.values()) | set(held.values()) | set(debts.values()) <= {0}
