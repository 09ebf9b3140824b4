"""A circuit in memory, told step by step: each act is signed and passes the rules.

Everything is derived from the name of the scene (ids, keys, salts, times), so the same
story always makes the same bytes. The golden vectors are made from it.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from urdimbre.adapters.keys.ed25519 import admissible, public_key, sign, verify
from urdimbre.core import circuit, drafting
from urdimbre.core.accounts import CASH_OUTSIDE, COMMON, Account
from urdimbre.core.acts import Act, Recorded
from urdimbre.core.agreements import PARAMETERS
from urdimbre.core.chain.entry import (
    ZERO16,
    ZERO32,
    Slot,
    commitment,
    key_id,
    signature_input,
    signed_entry,
)
from urdimbre.core.chain.header import FIRST_PREV, Header
from urdimbre.core.chain.merkle import Frontier, leaf_hash
from urdimbre.core.chain.state_tree import StateTree, leaf
from urdimbre.core.membership.rows import Member, Policy
from urdimbre.core.obligations import Custody, Owed
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import Overlay, State, value_of

START = 20_000 * 86_400
DAY = 86_400
MINUTE = 60
SIGN = "JOYA"
MONEY = "MXN"

Signer = str | tuple[str, ...]
"""A person who signs for herself; or a person, the policy or mandate she uses, and
which of her keys if it is not her first."""


@dataclass(frozen=True)
class Opening:
    """What opens a commitment: it stays with those whom it concerns."""

    commitment: str
    field: str
    salt: bytes
    payload: bytes


@dataclass
class Sealed:
    """One block as it was sealed: entries, rows of the state, header."""

    acts: list[tuple[bytes, bytes]]
    created: list[tuple[int, str, bytes]]
    changed: list[tuple[int, str, bytes]]
    header: Header


@dataclass
class Scene:
    """A circuit whose members have readable names."""

    story: str
    parameters: dict[str, int | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.state = State()
        self.time = START
        self.recorded: dict[str, Recorded] = {}
        self.entries: list[bytes] = []
        self.blocks: list[Sealed] = []
        self.openings: list[Opening] = []
        self.turned_away: list[tuple[int, int, bytes, list[str]]] = []
        self.seeds: dict[str, bytes] = {}
        self._bytes: dict[str, bytes] = {}
        self.names: dict[str, str] = {COMMON: "the common", CASH_OUTSIDE: "outside"}
        self._log = Frontier()
        self._tree = StateTree()
        self._numbers = count()
        self._block: tuple[Overlay, list[tuple[bytes, bytes]]] | None = None
        self._found()

    # ------------------------------------------------------------- who there is
    def _found(self) -> None:
        self.node = self.new_id("node")
        self.founder = self.new_id("Ana")
        self.names[self.founder] = "Ana"
        self.common_policy = self.new_id("policy of the common")
        agreement = {one.name: one.default for one in PARAMETERS if not one.later}
        agreement |= {"currency": MONEY, **self.parameters}
        limits = [
            {"unit": SIGN, "whom": whom, "low": -200, "high": 500, "warn": 150}
            for whom in ("person", "initiative", "emporio")
        ]
        body = {
            "agreement": agreement,
            "blind": self.new_id("blind of the common"),
            "day": self.today,
            "founders": [
                {
                    "member": self.founder,
                    "blind": self.new_id("blind of Ana"),
                    "key": self.new_key(self.founder),
                }
            ],
            "limits": limits,
            "need": 1,
            "node": {"member": self.node, "key": self.new_key(self.node)},
            "policy": self.common_policy,
            "rules": 1,
            "units": [
                {
                    "code": SIGN,
                    "kind": "sign",
                    "scale": 0,
                    "regime": "mutual",
                    "scope": "local",
                }
            ],
        }
        self.record("genesis", body, self.founder, self.node, by=self.node)

    def person(self, name: str) -> str:
        """Admit a person; the founder vouches and signs for the common."""
        who = self._named(name)
        self.admit(who, "person", who, key=self.new_key(who))
        return who

    def people(self, *names: str) -> list[str]:
        """Admit several persons in one block."""
        with self.one_block():
            return [self.person(name) for name in names]

    def group(self, name: str, kind: str, *persons: str, need: int = 1) -> str:
        """Admit an emporio, a fund, a household... that acts through persons."""
        who = self._named(name)
        rule = {"kinds": ["any"], "need": need, "of": sorted(persons)}
        policy = {"id": self.new_id(f"policy of {name}"), "rules": [rule]}
        self.admit(who, kind, *persons, policy=policy)
        return who

    def admit(self, who: str, kind: str, *signers: Signer, **more: object) -> str:
        """Admit a member vouched for by the founder."""
        body = {
            "member": who,
            "kind": kind,
            "sponsors": [self.founder],
            "blind": self.new_id(f"blind of {who}"),
            **more,
        }
        founder: tuple[Signer, ...] = (
            self.founder,
            (self.founder, self.common_policy),
        )
        return self.record("admit", body, *founder, *signers, by=self.founder)

    def acting_for(self, person: str, principal: str) -> Signer:
        """Let a person sign under the policy of a group or of the common."""
        row: Member = self.state.get(f"member/{principal}")
        assert row.policy is not None
        return person, row.policy

    def _named(self, name: str) -> str:
        who = self.new_id(name)
        self.names[who] = name
        return who

    # ------------------------------------------------------ what is derived, not drawn
    def new_id(self, what: str) -> str:
        """Derive 16 bytes from the story and what they are for."""
        return self._derived("id", what).hex()[:32]

    def _derived(self, sort: str, what: str) -> bytes:
        return hashlib.sha256(f"{self.story}|{sort}|{what}".encode()).digest()

    def seed(self, who: str) -> bytes:
        """Return the secret of a member's key."""
        secret = self._derived("key", who)
        self.seeds[public_key(secret).hex()] = secret
        return secret

    def new_key(self, who: str, custody: str = "device") -> dict[str, object]:
        """Return the fields that register a member's key."""
        public = public_key(self.seed(who))
        assert admissible(public)
        return drafting.key(public.hex(), custody)

    def seal(self, name: str, payload: str | bytes) -> str:
        """Commit to a private field and keep what opens it."""
        raw = payload if isinstance(payload, bytes) else payload.encode()
        salt = self._derived("salt", f"{name}|{len(self.openings)}")[:16]
        made = commitment(salt, name, raw)
        self.openings.append(Opening(made, name, salt, raw))
        return made

    # ---------------------------------------------------------------------- time
    @property
    def today(self) -> int:
        """Return the day since 1970."""
        return self.time // DAY

    def wait(self, days: int) -> None:
        """Let days pass."""
        self.time += days * DAY

    # ---------------------------------------------------------------- what happens
    def exchange(
        self,
        *deals: dict[str, object],
        signed_by: tuple[Signer, ...],
        consents: tuple[tuple[str, str], ...] = (),
        private: tuple[str, ...] = (),
    ) -> str:
        """Record an exchange of today."""
        body = drafting.exchange(self.today, *deals, consents=consents)
        refs = drafting.cited(body)
        return self.record("exchange", body, *signed_by, refs=refs, private=private)

    def record(
        self, kind: str, body: dict[str, object], *signers: Signer, **more: object
    ) -> str:
        """Record an act that nothing speaks against; returns its hash."""
        data = self.draft(kind, body, *signers, **more)
        act, slots = self.signed(data, *signers)
        with self.one_block():
            assert self._block is not None
            overlay, acts = self._block
            assert list(circuit.refusals(overlay, act, slots, self.recorded)) == []
            self._verify(overlay, act, data, slots)
            circuit.apply(overlay, act, slots, self.recorded)
            self.recorded[act.hash] = Recorded(act, slots, overlay.time)
            acts.append((signed_entry(data, slots).encode(), data))
        return act.hash

    def refused(
        self, kind: str, body: dict[str, object], *signers: Signer, **more: object
    ) -> list[Refusal]:
        """Return what speaks against an act; nothing is recorded."""
        act, slots = self.signed(self.draft(kind, body, *signers, **more), *signers)
        return self.judged(act, slots)

    def judged(self, act: Act, slots: tuple[Slot, ...]) -> list[Refusal]:
        """Return what speaks against a signed act now."""
        overlay = Overlay(self.state, self.time)
        answers = list(circuit.refusals(overlay, act, slots, self.recorded))
        entry = signed_entry(self._bytes[act.hash], slots).encode()
        codes = [one.code for one in answers]
        self.turned_away.append((len(self.blocks), self.time, entry, codes))
        return answers

    def draft(
        self,
        kind: str,
        body: dict[str, object],
        *signers: Signer,
        by: str | None = None,
        refs: object = (),
        private: object = (),
    ) -> bytes:
        """Write the bytes of an act; its author is the first who signs."""
        first = signers[0]
        return drafting.draft(
            kind,
            body,
            by=by or (first if isinstance(first, str) else first[0]),
            id_=self.new_id(f"act {next(self._numbers)}"),
            valid_until=self.time + 30 * DAY,
            agreement=self._agreement(),
            private=private,
            refs=refs,
        )

    def _agreement(self) -> int:
        row = (self._block[0] if self._block else self.state).get("agreement")
        return 0 if row is None else row.version

    def signed(self, data: bytes, *signers: Signer) -> tuple[Act, tuple[Slot, ...]]:
        """Read an act as the registry does, and sign it."""
        act = circuit.read(data, self.state.genesis)
        assert isinstance(act, Act), act
        self._bytes[act.hash] = data
        slots = []
        for one in dict.fromkeys(signers):
            person, mandate, key = _hand(one)
            secret = self.seed(key)
            covers = signature_input(
                self.state.genesis or ZERO32, person, mandate, data
            )
            named = key_id(public_key(secret).hex())
            slots.append(Slot(person, named, mandate, sign(secret, covers)))
        return act, signed_entry(data, slots).slots

    def _verify(
        self, overlay: Overlay, act: Act, data: bytes, slots: tuple[Slot, ...]
    ) -> None:
        needs = circuit.required(overlay, act, self.recorded)
        for slot in slots:
            key = circuit.key_for(overlay, needs, slot)
            assert key is not None
            covers = signature_input(
                self.state.genesis or ZERO32, slot.member, slot.mandate, data
            )
            assert verify(bytes.fromhex(key), covers, slot.signature)

    # --------------------------------------------------------------------- blocks
    @contextmanager
    def one_block(self) -> Iterator[None]:
        """Put everything inside into one block; alone, each act has its own."""
        if self._block is not None:
            yield
            return
        self._block = (Overlay(self.state, self.time), [])
        yield
        overlay, acts = self._block
        self._block = None
        self._seal(overlay, acts)
        self.time += MINUTE

    def _seal(self, overlay: Overlay, acts: list[tuple[bytes, bytes]]) -> None:
        created, changed = [], []
        for key, row in overlay.rows.items():
            place = self.state.places.get(key)
            rows = created if place is None else changed
            if place is None:
                place = len(self.state.places) + len(created)
            rows.append((place, key, value_of(row)))
        self.state.merge(overlay)
        self._tree.set_many(
            {place: leaf(key, value) for place, key, value in changed},
            [leaf(key, value) for _, key, value in created],
        )
        for entry, _ in acts:
            self._append(entry)
        last = self.blocks[-1].header if self.blocks else None
        header = Header(
            acts=len(acts),
            acts_root=self._log.root().hex(),
            height=len(self.blocks),
            prev=last.hash() if last else FIRST_PREV,
            rules=circuit.RULES,
            size=len(self.entries),
            state_root=self._tree.root().hex(),
            time=overlay.time,
        )
        self._append(header.entry())
        self.blocks.append(Sealed(acts, created, changed, header))

    def _append(self, entry: bytes) -> None:
        self.entries.append(entry)
        self._log.append(leaf_hash(entry))

    @property
    def log_root(self) -> bytes:
        """Return the root of the log as it stands."""
        return self._log.root()

    # -------------------------------------------------------------- balance sheet
    def accounts(self) -> dict[str, int]:
        """Return every account that is not at zero, by readable name."""
        found = {}
        for row in self.state.starting("account/"):
            assert isinstance(row, Account)
            if row.balance:
                purse = "" if row.purse == "own" else f" {row.purse}"
                name = f"{self.names[row.owner]}{purse} {row.unit}"
                found[name] = row.balance
        return found

    def balance(self, who: str, unit: str = SIGN) -> int:
        """Return where a member stands in a sign."""
        row = self.state.get(f"account/{who}/{unit}/own")
        return 0 if row is None else int(row.balance)

    def debts(self) -> dict[tuple[str, str, str], int]:
        """Return what is still owed: (debtor, creditor, what) to minor steps."""
        found: dict[tuple[str, str, str], int] = {}
        for row in self.state.starting("owed/"):
            assert isinstance(row, Owed)
            if row.open:
                what = row.category or row.unit
                key = self.names[row.debtor], self.names[row.creditor], what
                found[key] = found.get(key, 0) + row.open
        return found

    def in_custody(self) -> dict[tuple[str, str, str], int]:
        """Return what lies with others: (owner, holder, category) to minor steps."""
        found: dict[tuple[str, str, str], int] = {}
        for row in self.state.starting("custody/"):
            assert isinstance(row, Custody)
            if row.held:
                key = self.names[row.owner], self.names[row.holder], row.category
                found[key] = found.get(key, 0) + row.held
        return found

    def policy(self, principal: str) -> Policy:
        """Return the policy by which a member or the common consents."""
        row: Member = self.state.get(f"member/{principal}")
        found: Policy = self.state.get(f"policy/{row.policy}")
        return found

    def grant(self, purpose: str, *agents: str, **more: object) -> str:
        """Let the common give a mandate by a decision of the founders."""
        id_ = self.new_id(f"{purpose} {len(self.blocks)}")
        mandate = {
            "id": id_,
            "principal": COMMON,
            "agents": sorted(agents),
            "purpose": purpose,
            "kinds": ["adjust", "contest", "exchange", "thanks"],
            "from": self.time,
            "until": self.time + 365 * DAY,
            **more,
        }
        body = {
            "basis": "founders",
            "effects": [{"effect": "grant", "mandate": mandate}],
        }
        self.record("decision", body, (self.founder, self.common_policy))
        return id_


def _hand(one: Signer) -> tuple[str, str, str]:
    """Tell who signs, under which mandate, with which key."""
    if isinstance(one, str):
        return one, ZERO16, one
    person, mandate, *key = one
    return person, mandate, key[0] if key else person
