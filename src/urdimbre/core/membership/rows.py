"""Rows of membership: members, keys, policies, mandates and what they have used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from urdimbre.core.acts import MEMBER_KINDS, hash32, hex16, minor, seconds, unit_code
from urdimbre.core.chain.entry import key_id
from urdimbre.core.reading import (
    Record,
    Unreadable,
    choice,
    hex_bytes,
    integer,
    list_of,
    text,
)
from urdimbre.core.state import View

CUSTODIES = ("server", "device", "app", "hardware", "import", "link")
HOSTED = ("server", "import")
"""Those whose secret the host holds."""
PURPOSES = ("act", "accept_credit", "accept_debit", "attest", "care", "mediate")
ANY = "any"
RECOVERY_DELAY = 72 * 3600
"""Seconds in which any key of a member can veto a recovery by her guardians."""

key_hash = hex_bytes(8)
kind_name = text(r"[a-z]{1,16}")
member_kind = choice(*MEMBER_KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member, the common (member 0) or the node.

    Attributes:
        id: hex, 16 bytes.
        kind: one of ``MEMBER_KINDS``, ``common`` or ``node``.
        blind: hex, 16 bytes; from it the blinds of her accounts are computed.
        since: block time of admission.
        policy: id of the policy by which she consents, if she has one.
        left: block time at which she left.
    """

    PREFIX: ClassVar[str] = "member"
    KEY: ClassVar[tuple[str, ...]] = ("id",)

    id: str
    kind: str
    blind: str
    since: int
    policy: str | None = None
    left: int | None = None

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"member/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKeyFields:
    """A key as an act registers it; its custody is part of what is signed.

    Attributes:
        alg: 1, Ed25519.
        custody: who keeps the secret, one of ``CUSTODIES``.
        key: public key, hex, 32 bytes.
        next: hash of the key that will follow, hex.
        weight: how much its signature counts in a policy.
    """

    alg: int
    custody: str
    key: str
    next: str | None = None
    weight: int = 1

    @property
    def key_id(self) -> str:
        """Return the short id that slots name it by."""
        return key_id(self.key, self.alg)


key_fields = Record(
    NewKeyFields,
    {"alg": integer(1, 1), "custody": choice(*CUSTODIES), "key": hash32},
    {"next": hash32, "weight": integer(1, 10)},
    name="Key",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A registered key, in force from ``since`` until ``until``."""

    PREFIX: ClassVar[str] = "key"
    KEY: ClassVar[tuple[str, ...]] = ("key_id",)

    key_id: str
    member: str
    alg: int
    custody: str
    public: str
    since: int
    weight: int = 1
    next: str | None = None
    until: int | None = None

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"key/{self.key_id}"

    @property
    def between(self) -> tuple[str, ...]:
        """Return whose it is."""
        return (self.member,)

    def in_force(self, time: int) -> bool:
        """Tell whether it may sign at that block time."""
        return self.since <= time and (self.until is None or time < self.until)


def key_row(fields: NewKeyFields, member: str, since: int) -> Key:
    """Make the row of a key that an act registers."""
    return Key(
        key_id=fields.key_id,
        member=member,
        alg=fields.alg,
        custody=fields.custody,
        public=fields.key,
        since=since,
        weight=fields.weight,
        next=fields.next,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Most:
    """The most that a rule lets pass in one act."""

    quantity: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a policy; the first whose kinds and ``max`` fit decides.

    Attributes:
        kinds: kinds of acts, or ``any``.
        need: persons (or, for a person, weights of keys) that must sign.
        of: the persons; empty in a person's own policy.
        not_only: custodies that are not enough by themselves.
        max: fits only acts that give at most this, and nothing in another unit.
    """

    kinds: tuple[str, ...]
    need: int
    of: tuple[str, ...] = ()
    not_only: tuple[str, ...] = ()
    max: Most | None = None


most = Record(Most, {"quantity": minor, "unit": unit_code}, name="Most")
rule_fields = Record(
    Rule,
    {"kinds": list_of(kind_name, low=1, ascending=True), "need": integer(1, 24)},
    {
        "of": list_of(hex16, low=1, high=24, ascending=True),
        "not_only": list_of(choice(*CUSTODIES), low=1, ascending=True),
        "max": most,
    },
    name="Rule",
)
policy_rules = list_of(rule_fields, low=1, high=16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardians:
    """Who may give a person a new key if she has lost hers."""

    of: tuple[str, ...]
    need: int


guardians_fields = Record(
    Guardians,
    {"of": list_of(hex16, low=1, high=12, ascending=True), "need": integer(1, 12)},
    name="Guardians",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFields:
    """A policy as an act writes it."""

    id: str
    rules: tuple[Rule, ...]
    guardians: Guardians | None = None


policy_fields = Record(
    PolicyFields,
    {"id": hex16, "rules": policy_rules},
    {"guardians": guardians_fields},
    name="PolicyFields",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a principal consents.

    Attributes:
        id: named in the slots that sign under it.
        principal: whose consent it makes.
        rules: first match decides.
        guardians: for recovery, of a person.
        founders_until: of the founders' mandate over the common: block time at which
            it narrows to admissions and meetings.
    """

    PREFIX: ClassVar[str] = "policy"
    KEY: ClassVar[tuple[str, ...]] = ("id",)

    id: str
    principal: str
    rules: tuple[Rule, ...]
    guardians: Guardians | None = None
    founders_until: int | None = None

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"policy/{self.id}"

    @property
    def between(self) -> tuple[str, ...]:
        """Return the persons who sign for its principal."""
        return tuple(dict.fromkeys(one for rule in self.rules for one in rule.of))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """What one may do, accept or witness for another.

    Attributes:
        id: named in the slots that sign under it.
        principal: member or the common, who grants it.
        agents: persons who may sign under it; none for a standing consent.
        purpose: one of ``PURPOSES``.
        kinds: kinds of acts it serves for.
        start: block time from which it is in force (``from`` in the act).
        until: block time at which it ends; the same as ``from``: it never begins.
        contest_days: days in which the principal may contest an entry made under it.
        modes: modes of exchange it serves for; all if absent.
        unit: the only unit in which value may be given (or accepted).
        max_each: most minor steps of ``unit`` in one act.
        max_per_period: most in a period.
        period_days: length of the period, counted from ``start``.
        max_balance: of a standing consent: highest balance or open debt it leads to.
        creditor: of ``accept_debit``: the only creditor.
        fetchers: of ``accept_debit``: who may take the goods.
    """

    PREFIX: ClassVar[str] = "mandate"
    KEY: ClassVar[tuple[str, ...]] = ("id",)

    id: str
    principal: str
    agents: tuple[str, ...]
    purpose: str
    kinds: tuple[str, ...]
    start: int
    until: int
    contest_days: int | None = None
    modes: tuple[str, ...] | None = None
    unit: str | None = None
    max_each: int | None = None
    max_per_period: int | None = None
    period_days: int | None = None
    max_balance: int | None = None
    creditor: str | None = None
    fetchers: tuple[str, ...] | None = None

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"mandate/{self.id}"

    def in_force(self, time: int) -> bool:
        """Tell whether it serves at that block time."""
        return self.start <= time < self.until

    def period(self, time: int) -> int:
        """Return the number of the period that a block time falls in."""
        length = (self.period_days or 1) * 86_400
        return (time - self.start) // length


def _build_mandate(**values: object) -> Mandate:
    row = Mandate(start=values.pop("from"), **values)  # type: ignore[arg-type]
    if row.until < row.start:
        raise Unreadable("must not come before from").within("until")
    if (row.max_per_period is None) != (row.period_days is None):
        raise Unreadable("goes with max_per_period").within("period_days")
    capped = (row.max_each, row.max_per_period, row.max_balance)
    if row.unit is None and any(cap is not None for cap in capped):
        raise Unreadable("is needed for a cap").within("unit")
    standing = row.purpose in ("accept_credit", "accept_debit")
    if standing != (not row.agents):
        raise Unreadable("a standing consent has none, others need some").within(
            "agents"
        )
    if standing and (row.unit is None or row.max_each is None):
        raise Unreadable("a standing consent needs unit and max_each").within("unit")
    if row.max_balance is not None and not standing:
        raise Unreadable("goes with a standing consent").within("max_balance")
    if (row.purpose == "accept_debit") != (row.creditor is not None):
        raise Unreadable("goes with accept_debit").within("creditor")
    return row


mandate_fields = Record(
    _build_mandate,
    {
        "id": hex16,
        "principal": hex16,
        "agents": list_of(hex16, ascending=True),
        "purpose": choice(*PURPOSES),
        "kinds": list_of(kind_name, low=1, ascending=True),
        "from": seconds,
        "until": seconds,
    },
    {
        "contest_days": integer(1, 90),
        "modes": list_of(kind_name, low=1, ascending=True),
        "unit": unit_code,
        "max_each": minor,
        "max_per_period": minor,
        "period_days": integer(1, 366),
        "max_balance": minor,
        "creditor": hex16,
        "fetchers": list_of(hex16, low=1, ascending=True),
    },
    name="Mandate",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How much of a mandate has been used in one period."""

    PREFIX: ClassVar[str] = "use"
    KEY: ClassVar[tuple[str, ...]] = ("mandate", "period")

    mandate: str
    period: int
    used: int = 0

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"use/{self.mandate}/{self.period}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A member's brake on her keys."""

    PREFIX: ClassVar[str] = "frozen"
    KEY: ClassVar[tuple[str, ...]] = ("member",)

    member: str
    on: bool
    by_key: str | None = None

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"frozen/{self.member}"


def member(state: View, id_: str) -> Member | None:
    """Return a member's row."""
    row: Member | None = state.get(f"member/{id_}")
    return row


def policy_of(state: View, principal: str) -> Policy | None:
    """Return the policy by which a principal consents, if she has one."""
    row = member(state, principal)
    if row is None or row.policy is None:
        return None
    found: Policy | None = state.get(f"policy/{row.policy}")
    return found


def with_signers(state: View, parties: Iterable[str]) -> dict[str, None]:
    """Return parties, and everybody whom the policy of one of them names."""
    found = dict.fromkeys(parties)
    for policy in [policy_of(state, party) for party in found]:
        if policy is not None:
            found |= dict.fromkeys(policy.between)
    return found
