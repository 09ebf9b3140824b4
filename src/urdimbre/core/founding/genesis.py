"""The act ``genesis``: a circuit begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from urdimbre.core.accounts import COMMON, Limits
from urdimbre.core.acts import (
    Act,
    ActKind,
    Cited,
    Effects,
    NewKey,
    Required,
    day_number,
    hex16,
)
from urdimbre.core.agreements import BY_NAME, PARAMETERS, Setting, Value, Version
from urdimbre.core.assembly.effects import (
    LIMITS_FIELDS,
    LIMITS_MORE,
    BackedWithoutCredit,
    SetLimits,
    build_limits,
    without_credit,
)
from urdimbre.core.catalogue.unit import UnitRow, UnitTaken, unit_fields, unit_refusals
from urdimbre.core.chain.entry import ZERO16
from urdimbre.core.founding.rows import RulesRow
from urdimbre.core.membership.answers import KeyOrPolicy, KeyTaken, MemberTaken
from urdimbre.core.membership.rows import (
    ANY,
    Member,
    NewKeyFields,
    Policy,
    Rule,
    key_fields,
    key_row,
)
from urdimbre.core.reading import YES, Reader, Record, Unreadable, integer, list_of
from urdimbre.core.refusals import NotInTheseRules, Refusal, UnknownUnit
from urdimbre.core.state import Overlay, Row, View
from urdimbre.core.units import Unit

RULES = 1
"""The version of the rules that this program was written for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Founder:
    """A person who founds the circuit, with her first key."""

    member: str
    blind: str
    key: NewKeyFields


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """The node that keeps the log, with its key."""

    member: str
    key: NewKeyFields


@dataclass(frozen=True, slots=True, kw_only=True)
class Genesis:
    """Everything that is agreed when a circuit begins.

    Attributes:
        day: day since 1970.
        agreement: the value of every parameter; never a preset's name.
        blind: hex, 16 bytes, of the common's accounts.
        founders: persons who begin it; each signs.
        need: how many founders sign for the common until the first meeting.
        policy: id of that policy.
        limits: limits by sign and kind of member.
        node: the first node; signs.
        rules: version of the rules.
        units: signs and local measures.
        demo: a circuit for trying things out, with a clock of its own.
    """

    day: int
    agreement: dict[str, Value]
    blind: str
    founders: tuple[Founder, ...]
    need: int
    policy: str
    limits: tuple[SetLimits, ...]
    node: Node
    rules: int
    units: tuple[Unit, ...]
    demo: bool = False


def _read_agreement(value: object) -> dict[str, Value]:
    if type(value) is not dict:
        raise Unreadable("an object is needed")
    for parameter in PARAMETERS:
        if parameter.name not in value and not parameter.later:
            raise Unreadable("is missing").within(parameter.name)
    read: dict[str, Value] = {}
    for name, raw in value.items():
        if name not in BY_NAME:
            raise Unreadable("is not a parameter").within(name)
        try:
            read[name] = BY_NAME[name].value.read(raw)
        except Unreadable as error:
            raise error.within(name) from None
    return read


def _required(state: View, act: Act, cited: Cited) -> Required:
    body: Genesis = act.body
    signers: tuple[Founder | Node, ...] = (*body.founders, body.node)
    return Required(
        (),
        new_keys=tuple(
            NewKey(one.member, one.key.key_id, one.key.key) for one in signers
        ),
    )


def _refusals(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    body: Genesis = act.body
    yield from _people(body)
    yield from _measures(body)


def _people(body: Genesis) -> Iterator[Refusal]:
    if body.rules != RULES:
        yield NotInTheseRules(f"rules {body.rules}")
    ids = [COMMON, body.node.member, *(one.member for one in body.founders)]
    for place, id_ in enumerate(ids):
        if id_ in ids[:place]:
            yield MemberTaken(id_)
            return
    keys = [body.node.key.key_id, *(one.key.key_id for one in body.founders)]
    for place, key in enumerate(keys):
        if key in keys[:place]:
            yield KeyTaken(key)
            return
    if body.need > len(body.founders) or body.policy == ZERO16:
        yield KeyOrPolicy("common", "policy")


def _measures(body: Genesis) -> Iterator[Refusal]:
    codes: list[str] = []
    for unit in body.units:
        yield from unit_refusals(None, unit)
        if unit.code in codes:
            yield UnitTaken(unit.code)
        codes.append(unit.code)
    signs = {unit.code: unit for unit in body.units if unit.regime is not None}
    for limits in body.limits:
        if limits.unit in signs:
            yield from without_credit(signs[limits.unit], limits.low)
        else:
            yield UnknownUnit(limits.unit, "signs")


def _apply(overlay: Overlay, act: Act, cited: Cited) -> Effects:
    body: Genesis = act.body
    overlay.genesis = act.hash
    time = overlay.time
    overlay.put(RulesRow(version=body.rules))
    overlay.put(Version(0))
    for name in sorted(body.agreement):
        value = body.agreement[name]
        overlay.put(
            Setting(name=name, value=value, before=value, since=time, version=0)
        )
    common = Member(
        id=COMMON, kind="common", blind=body.blind, since=time, policy=body.policy
    )
    node = Member(id=body.node.member, kind="node", blind=body.blind, since=time)
    overlay.put(common)
    overlay.put(node)
    overlay.put(key_row(body.node.key, body.node.member, time))
    members = []
    for one in body.founders:
        row = Member(id=one.member, kind="person", blind=one.blind, since=time)
        overlay.put(row)
        overlay.put(key_row(one.key, one.member, time))
        members.append(row)
    founders = tuple(sorted(one.member for one in body.founders))
    days = body.agreement["founders_days"]
    assert isinstance(days, int)
    overlay.put(
        Policy(
            id=body.policy,
            principal=COMMON,
            rules=(Rule(kinds=(ANY,), need=body.need, of=founders),),
            founders_until=time + days * 86_400,
        )
    )
    units: list[Row] = [UnitRow(unit) for unit in body.units]
    limits: list[Row] = [
        Limits(one.unit, one.whom, one.low, one.high, one.warn) for one in body.limits
    ]
    for extra in (*units, *limits):
        overlay.put(extra)
    return Effects(rows=(common, *members, *units, *limits))


GENESIS = ActKind(
    name="genesis",
    body=Record(
        Genesis,
        {
            "day": day_number,
            "agreement": Reader(
                _read_agreement, "each parameter by name, later ones if wanted"
            ),
            "blind": hex16,
            "founders": list_of(
                Record(
                    Founder,
                    {"member": hex16, "blind": hex16, "key": key_fields},
                    name="Founder",
                ),
                low=1,
                high=23,
            ),
            "need": integer(1, 23),
            "policy": hex16,
            "limits": list_of(
                Record(
                    build_limits,
                    LIMITS_FIELDS,
                    LIMITS_MORE,
                    name="Limits",
                )
            ),
            "node": Record(Node, {"member": hex16, "key": key_fields}, name="Node"),
            "rules": integer(1, 2**31 - 1),
            "units": list_of(unit_fields),
        },
        {"demo": YES},
        name="Genesis",
    ),
    required=_required,
    refusals=_refusals,
    apply=_apply,
    refuses_with=(
        NotInTheseRules,
        MemberTaken,
        KeyTaken,
        KeyOrPolicy,
        UnitTaken,
        UnknownUnit,
        BackedWithoutCredit,
    ),
)
