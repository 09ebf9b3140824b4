"""Accounts: who stands where in signs and in kept cash; the limits on the way.

Each unit sums to zero over all accounts. Signs that the common issues stand against its
``issue`` purse; kept cash stands against the system owner ``cash-outside``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple

from urdimbre.core.refusals import Refusal, gettext_noop
from urdimbre.core.state import Overlay, View
from urdimbre.core.units import MINOR_MAX, Quantity

COMMON = "00" * 16
"""The common's id: member 0 of every circuit."""
CASH_OUTSIDE = "cash-outside"
"""System owner of the counter-account of kept cash."""
CASH_PURSES = ("till", "bank", "reserve")
NEVER_BELOW_ZERO = ("till", "reserve")
CASH_KEEPERS = ("emporio", "fund", "common")

_BLIND = b"urdimbre/blind/v1\0"


class AccountKey(NamedTuple):
    """Whose account, in which unit and purse."""

    owner: str
    unit: str
    purse: str = "own"


@dataclass(frozen=True, slots=True)
class Account:
    """A balance of one owner in one unit and purse.

    Attributes:
        blind: hex; makes a sibling in a proof tell nothing.
        balance: minor steps; below zero: received more than given.
        held: part of the balance that a contest keeps from counting.
    """

    PREFIX: ClassVar[str] = "account"
    KEY: ClassVar[tuple[str, ...]] = ("owner", "unit", "purse")

    owner: str
    unit: str
    purse: str
    blind: str
    balance: int = 0
    held: int = 0

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"account/{self.owner}/{self.unit}/{self.purse}"

    @property
    def between(self) -> tuple[str, ...]:
        """Return whose it is."""
        return (self.owner,)

    def encode(self) -> bytes:
        """Write the value; spelt out because this row changes in nearly every act."""
        return (
            f'{{"balance":{self.balance},"blind":"{self.blind}","held":{self.held}}}'
        ).encode()


@dataclass(frozen=True, slots=True)
class Limits:
    """How far one member, or one kind of member, may stand from zero in a sign.

    Attributes:
        unit: the sign.
        whom: member id or member kind.
        low: lowest balance allowed, minor steps, at most 0 as a rule.
        high: highest balance allowed.
        warn: the owner and the board are told from here on, either way.
        version: of the agreement that set it.
    """

    PREFIX: ClassVar[str] = "agreement/limits"
    KEY: ClassVar[tuple[str, ...]] = ("unit", "whom")

    unit: str
    whom: str
    low: int
    high: int
    warn: int | None = None
    version: int = 0

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"agreement/limits/{self.unit}/{self.whom}"


@dataclass(frozen=True, slots=True)
class Conversion:
    """What the circuit has agreed that signs of one unit are exchanged for.

    Attributes:
        unit: the one sign.
        into: the other.
        give: minor steps of ``unit``...
        take: ...that stand for these minor steps of ``into``, either way.
        version: of the agreement that set it.
    """

    PREFIX: ClassVar[str] = "agreement/conversion"
    KEY: ClassVar[tuple[str, ...]] = ("unit", "into")

    unit: str
    into: str
    give: int
    take: int
    version: int = 0

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"agreement/conversion/{self.unit}/{self.into}"


@dataclass(frozen=True, slots=True)
class Supply:
    """How much of a granted or backed sign the common has issued.

    Attributes:
        issued: minor steps in circulation.
        ceiling: most that the assembly allows.
    """

    PREFIX: ClassVar[str] = "supply"
    KEY: ClassVar[tuple[str, ...]] = ("unit",)

    unit: str
    issued: int = 0
    ceiling: int = 0

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"supply/{self.unit}"


class Posting(NamedTuple):
    """A change of one account by one act."""

    account: AccountKey
    delta: int
    after: int


Net = dict[AccountKey, int]


def account(state: View, where: AccountKey) -> Account | None:
    """Return the account, or ``None`` if nothing was ever posted to it."""
    owner, unit, purse = where
    row: Account | None = state.get(f"account/{owner}/{unit}/{purse}")
    return row


def counts(state: View, where: AccountKey) -> int:
    """Return the balance that counts for limits, 0 if there is no account yet."""
    owner, unit, purse = where
    row: Account | None = state.get(f"account/{owner}/{unit}/{purse}")
    return 0 if row is None else row.balance - row.held


def add(net: Net, where: AccountKey, delta: int) -> None:
    """Add to a net change."""
    net[where] = net.get(where, 0) + delta


def post(overlay: Overlay, net: Mapping[AccountKey, int]) -> tuple[Posting, ...]:
    """Change the balances; the deltas of each unit must sum to zero.

    The check is an assertion: only a bug can break it.
    """
    sums: dict[str, int] = {}
    postings = []
    for where, delta in net.items():
        if not delta:
            continue
        sums[where.unit] = sums.get(where.unit, 0) + delta
        row = account(overlay, where) or _opened(overlay, where)
        after = row.balance + delta
        # Spelt out: `replace` costs three times as much, here in nearly every act.
        overlay.put(Account(row.owner, row.unit, row.purse, row.blind, after, row.held))
        postings.append(Posting(where, delta, after))
    assert not any(sums.values()), f"postings do not sum to zero: {sums}"
    return tuple(postings)


def hold(overlay: Overlay, where: AccountKey, delta: int) -> None:
    """Keep a part of a balance from counting, or let it count again."""
    row = account(overlay, where) or _opened(overlay, where)
    overlay.put(replace(row, held=row.held + delta))


def _opened(state: View, where: AccountKey) -> Account:
    owner = state.get(f"member/{where.owner}")
    seed = owner.blind if owner is not None else state.get(f"member/{COMMON}").blind
    key = "/".join(where)
    blind = hashlib.sha256(_BLIND + bytes.fromhex(seed) + key.encode()).hexdigest()[:32]
    return Account(where.owner, where.unit, where.purse, blind)


def limits(state: View, owner: str, unit: str) -> Limits:
    """Return the limits of a member in a sign: her own, else those of her kind."""
    own: Limits | None = state.get(f"agreement/limits/{unit}/{owner}")
    if own is not None:
        return own
    kind = state.get(f"member/{owner}").kind
    row: Limits | None = state.get(f"agreement/limits/{unit}/{kind}")
    return row or Limits(unit, kind, low=0, high=MINOR_MAX)


@dataclass(frozen=True, slots=True)
class OverCreditLimit(Refusal):
    """The debit would pass the limit that the assembly agreed."""

    code = "over_credit_limit"
    says = gettext_noop("{member} would stand at {after}; the agreed limit is {limit}.")
    way_out = gettext_noop(
        "Reduce the amount to {available} or propose a new limit to the assembly."
    )
    member: str
    after: Quantity
    limit: Quantity
    available: Quantity


@dataclass(frozen=True, slots=True)
class OverHighLimit(Refusal):
    """The credit would pass the highest balance that the assembly agreed."""

    code = "over_high_limit"
    says = gettext_noop(
        "{member} would stand at {after}; the highest agreed balance is {limit}."
    )
    way_out = gettext_noop(
        "Reduce the amount to {available}, or let {member} spend first."
    )
    member: str
    after: Quantity
    limit: Quantity
    available: Quantity


@dataclass(frozen=True, slots=True)
class NotEnoughCash(Refusal):
    """A till or reserve would fall below zero."""

    code = "not_enough_cash"
    says = gettext_noop("The {purse} of {member} holds {available}, not {needed}.")
    way_out = gettext_noop(
        "Pay from another purse, or record the missing income first."
    )
    member: str
    purse: str
    needed: Quantity
    available: Quantity


def over_limits(state: View, net: Mapping[AccountKey, int]) -> Iterator[Refusal]:
    """Refuse net changes that pass a hard limit, in the order of the accounts."""
    for where, delta in sorted(net.items()):
        if where.owner == CASH_OUTSIDE or where.purse == "issue" or not delta:
            continue
        after = counts(state, where) + delta
        if where.purse in CASH_PURSES:
            if delta < 0 and after < 0 and where.purse in NEVER_BELOW_ZERO:
                yield NotEnoughCash(
                    where.owner,
                    where.purse,
                    Quantity(-delta, where.unit),
                    Quantity(max(0, after - delta), where.unit),
                )
            continue
        agreed = limits(state, where.owner, where.unit)
        if delta < 0 and after < agreed.low:
            yield OverCreditLimit(
                where.owner,
                Quantity(after, where.unit),
                Quantity(agreed.low, where.unit),
                Quantity(max(0, after - delta - agreed.low), where.unit),
            )
        if delta > 0 and after > agreed.high:
            yield OverHighLimit(
                where.owner,
                Quantity(after, where.unit),
                Quantity(agreed.high, where.unit),
                Quantity(max(0, agreed.high - after + delta), where.unit),
            )


def beyond(state: View, net: Mapping[AccountKey, int]) -> tuple[AccountKey, ...]:
    """Name the accounts that net changes would move further beyond a hard limit."""
    return tuple(
        AccountKey(refusal.member, refusal.limit.unit)
        for refusal in over_limits(state, net)
        if isinstance(refusal, OverCreditLimit | OverHighLimit)
    )


def warned(state: View, postings: tuple[Posting, ...]) -> tuple[AccountKey, ...]:
    """Name the own accounts that an act has brought past their soft limit."""
    told = []
    for where, delta, after in postings:
        if where.purse != "own" or where.owner == CASH_OUTSIDE:
            continue
        warn = limits(state, where.owner, where.unit).warn
        if warn is not None and abs(after) >= warn > abs(after - delta):
            told.append(where)
    return tuple(told)
