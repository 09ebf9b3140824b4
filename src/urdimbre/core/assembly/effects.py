"""What a decision can change: one record for each effect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from urdimbre.core.accounts import COMMON, Conversion, Limits, Supply
from urdimbre.core.acts import (
    MEMBER_KINDS,
    hash32,
    hex16,
    minor,
    seconds,
    unit_code,
)
from urdimbre.core.agreements import BY_NAME, Anchor, Setting, Value, setting
from urdimbre.core.catalogue.unit import UnitRow, UnitTaken, unit_fields, unit_refusals
from urdimbre.core.chain.entry import key_id
from urdimbre.core.federation.witness import Witness
from urdimbre.core.membership import answers
from urdimbre.core.membership.mandate import mandate_refusals
from urdimbre.core.membership.policy import policy_refusals, put_policy
from urdimbre.core.membership.rows import (
    Mandate,
    PolicyFields,
    Rule,
    mandate_fields,
    member,
    policy_rules,
)
from urdimbre.core.reading import (
    Reader,
    Record,
    Unreadable,
    choice,
    hex_bytes,
    integer,
    text,
)
from urdimbre.core.refusals import Refusal, UnknownMember, UnknownUnit, gettext_noop
from urdimbre.core.state import Overlay, Row, View
from urdimbre.core.units import MINOR_MAX, Quantity, Regime, Unit


@dataclass(frozen=True, slots=True)
class ValueOutOfRange(Refusal):
    """A parameter that does not exist, or a value that it does not allow."""

    code = "value_out_of_range"
    says = gettext_noop("{parameter} cannot be {value}: {reason}.")
    way_out = gettext_noop("Look at the agreement's list of parameters and ranges.")
    parameter: str
    value: Value
    reason: str


@dataclass(frozen=True, slots=True)
class SignsInCirculation(Refusal):
    """A regime cannot change while issued signs are out."""

    code = "signs_in_circulation"
    says = gettext_noop("{issued} minor steps of {unit} are in circulation.")
    way_out = gettext_noop("Take them back first.")
    unit: str
    issued: int


@dataclass(frozen=True, slots=True)
class BackedWithoutCredit(Refusal):
    """A limit below zero would bring out backed signs that nothing covers."""

    code = "backed_without_credit"
    says = gettext_noop(
        "Nobody can stand at {low}: signs of {unit} rest on a reserve, and only the "
        "common brings them out."
    )
    way_out = gettext_noop("Let the lowest balance be 0, and issue what is covered.")
    unit: str
    low: Quantity


def without_credit(unit: Unit, low: int) -> Iterator[BackedWithoutCredit]:
    """Refuse a lowest balance below zero in a sign that rests on a reserve."""
    if unit.backing is not None and low < 0:
        yield BackedWithoutCredit(unit.code, Quantity(low, unit.code))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetParameter:
    """A parameter gets a value, from a block time on (``from``) or at once."""

    name: str
    value: Value
    start: int | None = None

    def refusals(self, state: View) -> Iterator[Refusal]:
        """Refuse an unknown name and a value out of its range."""
        parameter = BY_NAME.get(self.name)
        if parameter is None:
            yield ValueOutOfRange(self.name, self.value, "no such parameter")
            return
        try:
            parameter.value.read(self.value)
        except Unreadable as error:
            yield ValueOutOfRange(self.name, self.value, error.reason)

    def rows(self, state: View, version: int) -> Iterator[Row]:
        """Give the parameter's new row."""
        since = max(state.time, self.start or 0)
        yield Setting(
            name=self.name,
            value=self.value,
            before=setting(state, self.name).at(state.time),
            since=since,
            version=version,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineUnit:
    """A new sign or local measure."""

    unit: Unit

    def refusals(self, state: View) -> Iterator[Refusal]:
        """Refuse a code that is taken."""
        yield from unit_refusals(state, self.unit)

    def rows(self, state: View, version: int) -> Iterator[Row]:
        """Give the unit's row."""
        yield UnitRow(self.unit)


def _sign(state: View, code: str) -> Unit | None:
    row: UnitRow | None = state.get(f"unit/{code}")
    return None if row is None or row.unit.regime is None else row.unit


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRegime:
    """A sign comes into being another way from now on."""

    unit: str
    regime: str

    def refusals(self, state: View) -> Iterator[Refusal]:
        """Refuse an unknown sign, and a change while issued signs are out."""
        unit = _sign(state, self.unit)
        if unit is None or unit.regime is Regime.TIME or unit.backing is not None:
            yield UnknownUnit(self.unit, "issue")
            return
        supply: Supply | None = state.get(f"supply/{self.unit}")
        if supply is not None and supply.issued:
            yield SignsInCirculation(self.unit, supply.issued)

    def rows(self, state: View, version: int) -> Iterator[Row]:
        """Give the unit's new row."""
        row: UnitRow = state.get(f"unit/{self.unit}")
        yield UnitRow(replace(row.unit, regime=Regime(self.regime)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCeiling:
    """The most of a granted sign that may be in circulation."""

    unit: str
    quantity: int

    def refusals(self, state: View) -> Iterator[Refusal]:
        """Refuse an unknown sign."""
        if _sign(state, self.unit) is None:
            yield UnknownUnit(self.unit, "issue")

    def rows(self, state: View, version: int) -> Iterator[Row]:
        """Give the supply's new row."""
        now: Supply = state.get(f"supply/{self.unit}") or Supply(self.unit)
        yield replace(now, ceiling=self.quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLimits:
    """Limits of a kind of member, or of one member, in a sign."""

    unit: str
    whom: str
    low: int
    high: int
    warn: int | None = None

    def refusals(self, state: View) -> Iterator[Refusal]:
        """Refuse an unknown sign or member, and credit in a backed sign."""
        unit = _sign(state, self.unit)
        if unit is None:
            yield UnknownUnit(self.unit, "signs")
        else:
            yield from without_credit(unit, self.low)
        by_kind = self.whom in (*MEMBER_KINDS, "common")
        if not by_kind and member(state, self.whom) is None:
            yield UnknownMember(self.whom)

    def rows(self, state: View, version: int) -> Iterator[Row]:
        """Give the limits' row."""
        yield Limits(self.unit, self.whom, self.low, self.high, self.warn, version)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetConversion:
    """What signs of one unit are exchanged for in another; never a market rate."""

    unit: str
    into: str
    give: int
    take: int

    def refusals(self, state: View) -> Iterator[Refusal]:
        """Refuse unknown signs, and a sign against itself."""
        for code in (self.unit, self.into):
            if _sign(state, code) is None or self.unit == self.into:
                yield UnknownUnit(code, "signs")
                return

    def rows(self, state: View, version: int) -> Iterator[Row]:
        """Give the agreed rate's row, under the two codes in order."""
        unit, into, give, take = self.unit, self.into, self.give, self.take
        if unit > into:
            unit, into, give, take = into, unit, take, give
        yield Conversion(unit, into, give, take, version)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameWitness:
    """Somebody else's host that cosigns the log, until a block time if it is given."""

    key: str
    name: str
    host: str
    until: int | None = None

    def refusals(self, state: View) -> Iterator[Refusal]:
        """Refuse a key with which somebody signs acts."""
        short = key_id(self.key)
        if state.get(f"key/{short}") is not None:
            yield answers.KeyTaken(short)

    def rows(self, state: View, version: int) -> Iterator[Row]:
        """Give the witness's row."""
        yield Witness(self.key, self.name, self.host, version, self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAnchor:
    """Which contract and sender anchor the log on an EVM chain from now on.

    It replaces what was pinned on that chain before; the log keeps all of them.

    Attributes:
        chain: id of the chain (EIP-155).
        contract: its address.
        sender: address of the key that signs the transactions; all zeros: nobody.
    """

    chain: int
    contract: str
    sender: str

    def refusals(self, state: View) -> Iterator[Refusal]:
        """Refuse nothing: no rule knows what is on another chain."""
        return iter(())

    def rows(self, state: View, version: int) -> Iterator[Row]:
        """Give the chain's row."""
        yield Anchor(self.chain, self.contract, self.sender, version)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPolicy:
    """How the common consents from now on; of a meeting: no founders' mandate more."""

    id: str
    rules: tuple[Rule, ...]

    def refusals(self, state: View) -> Iterator[Refusal]:
        """Refuse a policy that nobody could fulfil."""
        fields = PolicyFields(id=self.id, rules=self.rules)
        yield from policy_refusals(state, fields, "common", whose=COMMON)

    def rows(self, state: View, version: int) -> Iterator[Row]:
        """Give the policy's row and the common's."""
        overlay = Overlay(state, state.time)
        put_policy(overlay, COMMON, PolicyFields(id=self.id, rules=self.rules))
        yield from overlay.rows.values()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The common grants a mandate."""

    mandate: Mandate

    def refusals(self, state: View) -> Iterator[Refusal]:
        """Refuse a mandate that is not the common's to give."""
        if self.mandate.principal != COMMON:
            yield answers.NotYours(COMMON, self.mandate.id)
        yield from mandate_refusals(state, self.mandate)

    def rows(self, state: View, version: int) -> Iterator[Row]:
        """Give the mandate's row."""
        yield self.mandate


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismiss:
    """A mandate of the common ends now."""

    mandate: str

    def refusals(self, state: View) -> Iterator[Refusal]:
        """Refuse an unknown mandate, or one that is not the common's."""
        row: Mandate | None = state.get(f"mandate/{self.mandate}")
        if row is None or row.principal != COMMON:
            yield answers.UnknownMandate(self.mandate)

    def rows(self, state: View, version: int) -> Iterator[Row]:
        """Give the mandate's row with its new end."""
        row: Mandate = state.get(f"mandate/{self.mandate}")
        yield replace(row, until=min(row.until, state.time))


Effect = (
    SetParameter
    | DefineUnit
    | SetRegime
    | SetCeiling
    | SetLimits
    | SetConversion
    | NameWitness
    | SetAnchor
    | SetPolicy
    | Grant
    | Dismiss
)


def _read_value(value: object) -> Value:
    if type(value) is int:
        return integer().read(value)
    return text(r"[\x20-\x7e]{1,100}").read(value)


def _build_parameter(**values: Any) -> SetParameter:
    return SetParameter(start=values.pop("from", None), **values)


def build_limits(**values: Any) -> SetLimits:
    """Make limits from the fields of an act, if they lie around zero."""
    limits = SetLimits(**values)
    if not limits.low <= 0 <= limits.high:
        raise Unreadable("low <= 0 <= high is needed").within("low")
    return limits


whom = text(r"[0-9a-f]{32}|person|household|initiative|emporio|fund|circuit|common")
host_name = text(r"[a-z0-9][a-z0-9._/-]{0,99}")
LIMITS_FIELDS: dict[str, Reader[Any]] = {
    "unit": unit_code,
    "whom": whom,
    "low": integer(),
    "high": integer(),
}
LIMITS_MORE: dict[str, Reader[Any]] = {"warn": integer(1, MINOR_MAX)}
EFFECTS: dict[str, Record[Any]] = {
    "parameter": Record(
        _build_parameter,
        {"name": text(r"[a-z_]{1,40}"), "value": Reader(_read_value, "integer | text")},
        {"from": seconds},
        name="SetParameter",
        tag="effect",
    ),
    "unit": Record(DefineUnit, {"unit": unit_fields}, name="DefineUnit", tag="effect"),
    "regime": Record(
        SetRegime,
        {"unit": unit_code, "regime": choice("mutual", "granted")},
        name="SetRegime",
        tag="effect",
    ),
    "ceiling": Record(
        SetCeiling,
        {"unit": unit_code, "quantity": integer(0, MINOR_MAX)},
        name="SetCeiling",
        tag="effect",
    ),
    "limits": Record(
        build_limits,
        LIMITS_FIELDS,
        LIMITS_MORE,
        name="SetLimits",
        tag="effect",
    ),
    "conversion": Record(
        SetConversion,
        {"unit": unit_code, "into": unit_code, "give": minor, "take": minor},
        name="SetConversion",
        tag="effect",
    ),
    "witness": Record(
        NameWitness,
        {"key": hash32, "name": host_name, "host": host_name},
        {"until": seconds},
        name="NameWitness",
        tag="effect",
    ),
    "anchor": Record(
        SetAnchor,
        {
            "chain": integer(1, MINOR_MAX),
            "contract": hex_bytes(20),
            "sender": hex_bytes(20),
        },
        name="SetAnchor",
        tag="effect",
    ),
    "policy": Record(
        SetPolicy,
        {"id": hex16, "rules": policy_rules},
        name="SetPolicy",
        tag="effect",
    ),
    "grant": Record(Grant, {"mandate": mandate_fields}, name="Grant", tag="effect"),
    "dismiss": Record(Dismiss, {"mandate": hex16}, name="Dismiss", tag="effect"),
}
EFFECTS_REFUSE = (
    ValueOutOfRange,
    UnitTaken,
    UnknownUnit,
    SignsInCirculation,
    BackedWithoutCredit,
    UnknownMember,
    answers.KeyTaken,
    answers.IdInUse,
    answers.NoRuleFor,
    answers.KeyOrPolicy,
    answers.NotAPerson,
    answers.NotYours,
    answers.WrongPurpose,
    answers.NotDelegable,
    answers.UnknownMandate,
)
