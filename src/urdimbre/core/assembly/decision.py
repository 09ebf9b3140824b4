"""The act ``decision``: what was decided takes effect, with its basis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from urdimbre.core.accounts import COMMON, Conversion
from urdimbre.core.acts import (
    OWN,
    Act,
    ActKind,
    Cited,
    Effects,
    Need,
    Required,
    hash32,
    hex16,
)
from urdimbre.core.agreements import Version, version
from urdimbre.core.assembly.effects import (
    EFFECTS,
    EFFECTS_REFUSE,
    Effect,
    Grant,
)
from urdimbre.core.exchange.conversion import ConversionsDisagree, disagreeing
from urdimbre.core.membership.answers import FoundersMandateEnded, LongerThanFounders
from urdimbre.core.membership.mandate import beyond_founders
from urdimbre.core.membership.policy import persons_refusals
from urdimbre.core.membership.rows import Policy, policy_of
from urdimbre.core.reading import Record, Unreadable, choice, list_of, one_of
from urdimbre.core.refusals import NotInTheseRules, Refusal, gettext_noop
from urdimbre.core.state import Overlay, View

_RATES = f"{Conversion.PREFIX}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision of the founders, of a meeting, or (later) of a vote.

    Attributes:
        basis: ``founders``, ``meeting`` or ``vote``.
        effects: what changes, in this order.
        minutes: of a meeting: commitment of the sealed minutes.
        attested_by: of a meeting: two persons who were there and sign.
    """

    basis: str
    effects: tuple[Effect, ...]
    minutes: str | None = None
    attested_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MinutesMissing(Refusal):
    """The minutes are not among the act's private fields."""

    code = "minutes_missing"
    says = gettext_noop("The minutes {minutes} are not among the private fields.")
    way_out = gettext_noop("Seal the minutes and add their commitment.")
    minutes: str


def _build(**values: object) -> Decision:
    body = Decision(**values)  # type: ignore[arg-type]
    meeting = body.basis == "meeting"
    if meeting != (body.minutes is not None):
        raise Unreadable("goes with a meeting").within("minutes")
    if meeting != bool(body.attested_by):
        raise Unreadable("goes with a meeting").within("attested_by")
    if not body.effects and not meeting:
        raise Unreadable("only a meeting may decide nothing").within("effects")
    return body


def _required(state: View, act: Act, cited: Cited) -> Required:
    body: Decision = act.body
    attesting = tuple(Need(one, OWN) for one in body.attested_by)
    return Required((Need(COMMON), *attesting))


def _not_founders_now(state: View) -> Iterator[Refusal]:
    """Refuse a decision of the founders once they act for the common no more."""
    policy = policy_of(state, COMMON)
    until = None if policy is None else policy.founders_until
    if until is None or state.time >= until:
        yield FoundersMandateEnded(until or 0)


def _refusals(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    body: Decision = act.body
    if body.basis == "vote":
        yield NotInTheseRules("vote")
        return
    if body.basis == "founders":
        yield from _not_founders_now(state)
    yield from persons_refusals(state, body.attested_by)
    if body.minutes is not None and body.minutes not in act.private:
        yield MinutesMissing(body.minutes)
    overlay = Overlay(state, state.time)
    changed: list[str] = []
    for effect in body.effects:
        refused = tuple(effect.refusals(overlay))
        if body.basis == "founders" and isinstance(effect, Grant):
            refused += tuple(beyond_founders(overlay, effect.mandate))
        yield from refused
        if refused:
            return
        for row in effect.rows(overlay, version(state) + 1):
            overlay.put(row)
            changed.append(row.key)
    # Looked at once all have changed: else no conversion of a ring ever could.
    disagree = disagreeing(overlay, [key for key in changed if key.startswith(_RATES)])
    if disagree is not None:
        yield disagree


def _end_founders(overlay: Overlay, before: Policy | None) -> None:
    """Narrow the founders' mandate, or end it if the meeting chose a policy."""
    policy = policy_of(overlay, COMMON)
    assert policy is not None
    if policy.founders_until is None:
        return
    chosen = policy != before
    until = None if chosen else min(policy.founders_until, overlay.time)
    overlay.put(replace(policy, founders_until=until))


def _apply(overlay: Overlay, act: Act, cited: Cited) -> Effects:
    body: Decision = act.body
    changed: dict[str, None] = {}
    before = policy_of(overlay, COMMON)
    if body.effects:
        overlay.put(Version(version(overlay) + 1))
    for effect in body.effects:
        for row in effect.rows(overlay, version(overlay)):
            overlay.put(row)
            changed[row.key] = None
    if body.basis == "meeting":
        _end_founders(overlay, before)
    return Effects(rows=tuple(overlay.get(key) for key in changed))


DECISION = ActKind(
    name="decision",
    body=Record(
        _build,
        {
            "basis": choice("founders", "meeting", "vote"),
            "effects": list_of(one_of(EFFECTS, tag="effect")),
        },
        {
            "minutes": hash32,
            "attested_by": list_of(hex16, low=2, high=2, ascending=True),
        },
        name="Decision",
    ),
    required=_required,
    refusals=_refusals,
    apply=_apply,
    refuses_with=(
        NotInTheseRules,
        FoundersMandateEnded,
        MinutesMissing,
        LongerThanFounders,
        *EFFECTS_REFUSE,
        ConversionsDisagree,
    ),
)
