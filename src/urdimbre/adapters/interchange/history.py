"""A history as acts: who must be admitted, what must be agreed first, which acts.

Nothing is recorded here. Numbers of members and acts are derived from the circuit, the
layout and the numbers in the file, so that the same file gives the same acts again.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from urdimbre.adapters.interchange import amounts
from urdimbre.adapters.interchange.answers import (
    NothingMoved,
    RowTaken,
    TooManyDecimals,
)
from urdimbre.adapters.interchange.layout import Gathered, Holder, Row, Wrong
from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON, Account, AccountKey, Limits, Supply, counts
from urdimbre.core.exchange.answers import AmountTooLarge, SameParty
from urdimbre.core.exchange.moves import UNKNOWN
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import View
from urdimbre.core.units import MINOR_MAX, Regime, Unit

_DERIVED = b"urdimbre/import/v1\0"
ADMITTED_AS = "person"
"""What an account of another program is taken to be: nothing more is known."""

Name = tuple[str, str]
"""Maker and number of an act."""
Recorded = Callable[[Sequence[Name]], Mapping[Name, bytes]]
"""Finds the acts, as bytes, that have been recorded under these numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a history goes.

    Attributes:
        genesis: of the circuit.
        layout: name of the layout it comes in.
        unit: the sign that its amounts become.
        state: before anything of it is recorded.
        today: days since 1970; of rows that do not tell.
        issues: whether the history brings signs into circulation.
    """

    genesis: str
    layout: str
    unit: Unit
    state: View
    today: int
    issues: bool

    def derived(self, what: str, text: str) -> str:
        """Return a number, hex32, that is the same whenever it is asked for."""
        named = f"{self.layout}\0{what}\0{text}".encode()
        raw = _DERIVED + bytes.fromhex(self.genesis) + named
        return hashlib.sha256(raw).hexdigest()[:32]

    def member(self, account: str) -> str:
        """Return the number of the member that an account becomes."""
        return self.derived("member", account)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An act that a row becomes.

    Attributes:
        row: as read.
        giver: member id or the common's.
        taker: likewise.
        minor: steps that pass, above zero.
        by: its maker.
        id: its number.
    """

    row: Row
    giver: str
    taker: str
    minor: int
    by: str
    id: str

    @property
    def kind(self) -> str:
        """Name the kind of act."""
        return "issue" if COMMON in (self.giver, self.taker) else "exchange"


@dataclass(slots=True)
class Plan:
    """What an import would do.

    Attributes:
        acts: in the order of the file.
        newcomers: accounts to be admitted, in order of first appearance.
        refused: lines that no act is made of.
        skipped: rows recorded before.
        rounded: rows that the unit cannot hold exactly.
        added: what rounding has added in all, in whole units.
        accounts: what lists of members tell of accounts.
    """

    acts: list[Planned] = field(default_factory=list)
    newcomers: list[str] = field(default_factory=list)
    refused: list[Wrong] = field(default_factory=list)
    skipped: list[Planned] = field(default_factory=list)
    rounded: int = 0
    added: Decimal = Decimal(0)
    accounts: Mapping[str, Holder] = field(default_factory=dict)


def plan(told: Gathered, place: Place, recorded: Recorded, *, exact: bool) -> Plan:
    """Turn the rows of a file into acts.

    Args:
        told: rows and accounts as the layout gives them.
        place: where they go.
        recorded: finds what an earlier import has recorded.
        exact: refuse what would have to be rounded.
    """
    made = Plan(accounts=told.accounts)
    known: dict[str, None] = dict.fromkeys(told.accounts)
    seen: dict[Name, Planned] = {}
    read = [
        row if isinstance(row, Wrong) else _planned(row, place, exact=exact)
        for row in told.rows
    ]
    names = [(one.by, one.id) for one in read if isinstance(one, Planned)]
    earlier = recorded(names)
    for one in read:
        if isinstance(one, Wrong):
            made.refused.append(one)
            continue
        before = seen.setdefault((one.by, one.id), one)
        known_as = _told_before(one, before, place, earlier.get((one.by, one.id)))
        if isinstance(known_as, Wrong):
            made.refused.append(known_as)
        elif known_as:
            made.skipped.append(one)
        else:
            _count_rounding(made, one, place)
            made.acts.append(one)
            accounts = (one.row.giver, one.row.taker)
            known.update(dict.fromkeys(name for name in accounts if name is not None))
    made.newcomers = [
        name
        for name in known
        if place.state.get(f"member/{place.member(name)}") is None
    ]
    return made


def body_of(one: Planned, place: Place) -> dict[str, Any]:
    """Write the body of the act that a row becomes."""
    unit = place.unit.code
    if one.kind == "issue":
        member, sign = (one.taker, 1) if one.giver == COMMON else (one.giver, -1)
        return {"member": member, "quantity": sign * one.minor, "unit": unit}
    day = place.today if one.row.day is None else one.row.day
    goods = drafting.goods(one.taker, one.giver, category=UNKNOWN, quantity=0)
    signs = drafting.signs(one.giver, one.taker, one.minor, unit)
    return drafting.exchange(day, drafting.deal("barter", goods, signs))


def needed(made: Plan, place: Place) -> list[dict[str, Any]]:
    """Give the effects that must be decided first, none if the history fits already."""
    low, high, supply = _reached(made, place)
    unit, state = place.unit, place.state
    effects: list[dict[str, Any]] = []
    turns = place.issues and unit.regime is Regime.MUTUAL
    if not made.acts:
        return effects
    if turns:
        effects.append({"effect": "regime", "unit": unit.code, "regime": "granted"})
    issued: Supply | None = state.get(f"supply/{unit.code}")
    ceiling = 0 if issued is None else issued.ceiling
    granted = turns or unit.regime is Regime.GRANTED
    if granted and supply > ceiling:
        effects.append({"effect": "ceiling", "unit": unit.code, "quantity": supply})
    agreed: Limits | None = state.get(f"agreement/limits/{unit.code}/{ADMITTED_AS}")
    if agreed is None:
        agreed = Limits(unit.code, ADMITTED_AS, low=0, high=MINOR_MAX)
    # Signs that are granted are had before they are spent: no credit beside them.
    lowest = low if turns else min(low, agreed.low)
    highest = max(high, agreed.high)
    if (lowest, highest) != (agreed.low, agreed.high):
        effects.append(
            {
                "effect": "limits",
                "unit": unit.code,
                "whom": ADMITTED_AS,
                "low": lowest,
                "high": min(highest, MINOR_MAX),
            }
        )
    return effects


def differing(
    made: Plan, unit: Unit, refused: AbstractSet[tuple[str, int]]
) -> list[str]:
    """Name accounts that stand elsewhere in the other program than their rows lead to.

    Args:
        made: the plan.
        unit: that its amounts are in.
        refused: file and line of rows that were not recorded after all.
    """
    standing: Counter[str] = Counter()
    for one in (*made.acts, *made.skipped):
        if (one.row.file, one.row.line) not in refused:
            standing[one.row.giver or ""] -= one.minor
            standing[one.row.taker or ""] += one.minor
    return [
        account
        for account, known in made.accounts.items()
        if known.balance is not None
        and amounts.in_steps(known.balance, unit.scale)[0] != standing[account]
    ]


def _planned(row: Row, place: Place, *, exact: bool) -> Planned | Wrong:
    unit = place.unit
    minor, added = amounts.in_steps(row.amount, unit.scale)
    why: Refusal | None = None
    if row.giver == row.taker:
        why = SameParty(1, row.giver or COMMON)
    elif minor <= 0:
        why = NothingMoved(row.written, unit.code)
    elif minor > MINOR_MAX:
        why = AmountTooLarge(unit.code)
    elif exact and added:
        why = TooManyDecimals(row.written, unit.code, unit.scale)
    if why is not None:
        return row.wrong(why)
    giver = COMMON if row.giver is None else place.member(row.giver)
    taker = COMMON if row.taker is None else place.member(row.taker)
    by = COMMON if COMMON in (giver, taker) else giver
    id_ = place.derived("row", row.id)
    return Planned(row=row, giver=giver, taker=taker, minor=minor, by=by, id=id_)


def _told_before(
    one: Planned, first: Planned, place: Place, act: bytes | None
) -> bool | Wrong:
    """Tell whether a row has been recorded, or stands higher up in the same file."""
    if first is not one:
        same = (first.giver, first.taker, first.minor) == (
            one.giver,
            one.taker,
            one.minor,
        ) and first.row.day == one.row.day
    elif act is None:
        return False
    else:
        same = _comparable(json.loads(act)["body"], one) == _comparable(
            body_of(one, place), one
        )
    return True if same else one.row.wrong(RowTaken(one.row.id))


def _comparable(body: Mapping[str, Any], one: Planned) -> dict[str, Any]:
    """Leave out the day of a row that does not tell one: it was that of the import."""
    left_out = "day" if one.row.day is None else ""
    return {name: value for name, value in body.items() if name != left_out}


def _count_rounding(made: Plan, one: Planned, place: Place) -> None:
    _, added = amounts.in_steps(one.row.amount, place.unit.scale)
    if added:
        made.rounded += 1
        made.added = amounts.add(made.added, added)


def _reached(made: Plan, place: Place) -> tuple[int, int, int]:
    """Play the acts through: lowest and highest balance on the way, highest supply."""
    code, state = place.unit.code, place.state
    issued: Supply | None = state.get(f"supply/{code}")
    supply = most = 0 if issued is None else issued.issued
    standing: dict[str, int] = dict(_balances(state, code))
    low = min(0, *standing.values()) if standing else 0
    high = max(0, *standing.values()) if standing else 0
    for one in made.acts:
        if one.giver == COMMON:
            supply += one.minor
            most = max(most, supply)
        else:
            before = standing.get(one.giver, 0)
            standing[one.giver] = before - one.minor
            low = min(low, before - one.minor)
        if one.taker == COMMON:
            supply -= one.minor
        else:
            after = standing.get(one.taker, 0) + one.minor
            standing[one.taker] = after
            high = max(high, after)
    return low, high, most


def _balances(state: View, code: str) -> Iterator[tuple[str, int]]:
    for row in state.starting("account/"):
        if not isinstance(row, Account) or (row.unit, row.purse) != (code, "own"):
            continue
        member = state.get(f"member/{row.owner}")
        if member is not None and member.kind == ADMITTED_AS:
            yield row.owner, counts(state, AccountKey(row.owner, code))
