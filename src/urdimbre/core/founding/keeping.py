"""The acts ``void``, ``rules``, ``node`` and ``clock``: how the log is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from urdimbre.core.accounts import COMMON
from urdimbre.core.acts import (
    OWN,
    Act,
    ActKind,
    Cited,
    Effects,
    Need,
    NewKey,
    Required,
    hash32,
    seconds,
)
from urdimbre.core.founding.genesis import RULES
from urdimbre.core.founding.rows import ClockRow, RulesRow, Void
from urdimbre.core.membership.answers import KeyTaken, NothingToChange, UnknownKey
from urdimbre.core.membership.key import key_refusals
from urdimbre.core.membership.rows import (
    Key,
    NewKeyFields,
    key_fields,
    key_hash,
    key_row,
    member,
)
from urdimbre.core.reading import Record, Unreadable, integer
from urdimbre.core.refusals import NotInTheseRules, Refusal, gettext_noop
from urdimbre.core.state import Overlay, View


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidBody:
    """A required signer withdraws a draft; it can then never be recorded.

    Attributes:
        act: hash of the draft.
    """

    act: str


@dataclass(frozen=True, slots=True)
class RecordedAlready(Refusal):
    """A draft that cannot be withdrawn any more."""

    code = "recorded_already"
    says = gettext_noop("The act {act} has been recorded already.")
    way_out = gettext_noop("Agree on an adjustment, or contest it.")
    act: str


def _void_required(state: View, act: Act, cited: Cited) -> Required:
    return Required((Need(act.by),))


def _void_refusals(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    draft = act.body.act
    if draft in cited:
        yield RecordedAlready(draft)
    elif state.get(f"void/{draft}/{act.by}") is not None:
        yield NothingToChange(f"void {draft}")


def _void_apply(overlay: Overlay, act: Act, cited: Cited) -> Effects:
    overlay.put(Void(hash=act.body.act, member=act.by, time=overlay.time))
    return Effects()


VOID = ActKind(
    name="void",
    body=Record(VoidBody, {"act": hash32}, name="Void"),
    required=_void_required,
    refusals=_void_refusals,
    apply=_void_apply,
    refuses_with=(RecordedAlready, NothingToChange),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesBody:
    """The circuit takes another version of the rules (``from`` in the act).

    Attributes:
        version: which; the node stops at one that it does not know.
        start: block time from which it is in force.
    """

    version: int
    start: int


def _build_rules(**values: int) -> RulesBody:
    return RulesBody(version=values["version"], start=values["from"])


def _rules_required(state: View, act: Act, cited: Cited) -> Required:
    return Required((Need(COMMON),))


def _rules_refusals(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    body: RulesBody = act.body
    now: RulesRow = state.get("rules")
    if body.version > RULES:
        yield NotInTheseRules(f"rules {body.version}")
    elif body.version <= now.at(state.time):
        yield NothingToChange(f"rules {body.version}")


def _rules_apply(overlay: Overlay, act: Act, cited: Cited) -> Effects:
    body: RulesBody = act.body
    now: RulesRow = overlay.get("rules")
    version = now.at(overlay.time)
    overlay.put(RulesRow(version=version, coming=body.version, since=body.start))
    return Effects()


RULES_KIND = ActKind(
    name="rules",
    body=Record(
        _build_rules,
        {"version": integer(1, 2**31 - 1), "from": seconds},
        name="Rules",
    ),
    required=_rules_required,
    refusals=_rules_refusals,
    apply=_rules_apply,
    refuses_with=(NotInTheseRules, NothingToChange),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeBody:
    """The node's key changes; the common decides, the new key signs too.

    Attributes:
        old: short id of the present key.
        new: the new key.
    """

    old: str
    new: NewKeyFields


def node_key(state: View, key_id: str) -> Key | None:
    """Return a key of the node that is in force."""
    row: Key | None = state.get(f"key/{key_id}")
    if row is None or not row.in_force(state.time):
        return None
    owner = member(state, row.member)
    return row if owner is not None and owner.kind == "node" else None


def _node_required(state: View, act: Act, cited: Cited) -> Required:
    body: NodeBody = act.body
    row = node_key(state, body.old)
    owner = act.by if row is None else row.member
    new = NewKey(owner, body.new.key_id, body.new.key)
    return Required((Need(COMMON),), new_keys=(new,))


def _node_refusals(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    body: NodeBody = act.body
    if node_key(state, body.old) is None:
        yield UnknownKey(act.by, body.old)
    yield from key_refusals(state, body.new)


def _node_apply(overlay: Overlay, act: Act, cited: Cited) -> Effects:
    body: NodeBody = act.body
    row = node_key(overlay, body.old)
    assert row is not None
    overlay.put(replace(row, until=overlay.time))
    overlay.put(key_row(body.new, row.member, overlay.time))
    return Effects()


NODE = ActKind(
    name="node",
    body=Record(NodeBody, {"old": key_hash, "new": key_fields}, name="Node"),
    required=_node_required,
    refusals=_node_refusals,
    apply=_node_apply,
    refuses_with=(UnknownKey, KeyTaken),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockBody:
    """The node goes on after its clock has jumped; somebody has looked at it.

    Attributes:
        before: time of the last block.
        after: time by the clock that was accepted.
    """

    before: int
    after: int


def _build_clock(**values: int) -> ClockBody:
    body = ClockBody(**values)
    if body.before == body.after:
        raise Unreadable("must differ from before").within("after")
    return body


def _clock_required(state: View, act: Act, cited: Cited) -> Required:
    return Required((Need(act.by, OWN),))


def _clock_refusals(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    row = member(state, act.by)
    if row is None or row.kind != "node":
        yield UnknownKey(act.by, "node")


def _clock_apply(overlay: Overlay, act: Act, cited: Cited) -> Effects:
    overlay.put(ClockRow(before=act.body.before, after=act.body.after))
    return Effects()


CLOCK = ActKind(
    name="clock",
    body=Record(_build_clock, {"before": seconds, "after": seconds}, name="Clock"),
    required=_clock_required,
    refusals=_clock_refusals,
    apply=_clock_apply,
    refuses_with=(UnknownKey,),
)
