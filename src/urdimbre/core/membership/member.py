"""Admission and leaving: ``admit`` and ``leave``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from urdimbre.core.accounts import COMMON, Account
from urdimbre.core.acts import (
    Act,
    ActKind,
    Cited,
    Effects,
    Need,
    NewKey,
    Required,
    hex16,
)
from urdimbre.core.agreements import number
from urdimbre.core.membership import answers
from urdimbre.core.membership.key import key_refusals
from urdimbre.core.membership.policy import persons_refusals, policy_refusals
from urdimbre.core.membership.rows import (
    Member,
    NewKeyFields,
    Policy,
    PolicyFields,
    key_fields,
    key_row,
    member,
    member_kind,
    policy_fields,
)
from urdimbre.core.obligations import Custody, Owed
from urdimbre.core.reading import Record, list_of
from urdimbre.core.refusals import MemberHasLeft, Refusal
from urdimbre.core.state import Overlay, Row, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Admit:
    """A person, household, initiative, emporio, fund or circuit becomes a member.

    Attributes:
        member: new id.
        kind: what it is.
        sponsors: members who vouch, each signs.
        blind: hex, 16 bytes of chance; from it the blinds of the accounts come.
        key: a person's first key.
        policy: how anybody else consents, over persons who all sign.
    """

    member: str
    kind: str
    sponsors: tuple[str, ...]
    blind: str
    key: NewKeyFields | None = None
    policy: PolicyFields | None = None


def _persons(body: Admit) -> tuple[str, ...]:
    if body.policy is None:
        return ()
    return tuple(dict.fromkeys(one for rule in body.policy.rules for one in rule.of))


def _admit_required(state: View, act: Act, cited: Cited) -> Required:
    body: Admit = act.body
    signers = dict.fromkeys((COMMON, *body.sponsors, *_persons(body)))
    keys: tuple[NewKey, ...] = ()
    if body.key is not None:
        keys = (NewKey(body.member, body.key.key_id, body.key.key),)
    return Required(tuple(Need(one) for one in signers), new_keys=keys)


def _admit_refusals(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    body: Admit = act.body
    if member(state, body.member) is not None:
        yield answers.MemberTaken(body.member)
    wants_key = body.kind == "person"
    if (body.key is not None) != wants_key or (body.policy is None) != wants_key:
        yield answers.KeyOrPolicy(body.kind, "key" if wants_key else "policy")
        return
    need = number(state, "sponsors")
    if len(body.sponsors) < need:
        yield answers.SponsorsMissing(len(body.sponsors), need)
    yield from persons_refusals(state, body.sponsors)
    if body.key is not None:
        yield from key_refusals(state, body.key)
    if body.policy is not None:
        yield from policy_refusals(state, body.policy, body.kind, whose=body.member)


def _admit_apply(overlay: Overlay, act: Act, cited: Cited) -> Effects:
    body: Admit = act.body
    row = Member(
        id=body.member,
        kind=body.kind,
        blind=body.blind,
        since=overlay.time,
        policy=None if body.policy is None else body.policy.id,
    )
    overlay.put(row)
    if body.key is not None:
        overlay.put(key_row(body.key, body.member, overlay.time))
    if body.policy is not None:
        overlay.put(
            Policy(id=body.policy.id, principal=body.member, rules=body.policy.rules)
        )
    return Effects(rows=(row,))


ADMIT = ActKind(
    name="admit",
    body=Record(
        Admit,
        {
            "member": hex16,
            "kind": member_kind,
            "sponsors": list_of(hex16, high=5, ascending=True),
            "blind": hex16,
        },
        {"key": key_fields, "policy": policy_fields},
        name="Admit",
    ),
    required=_admit_required,
    refusals=_admit_refusals,
    apply=_admit_apply,
    refuses_with=(
        answers.MemberTaken,
        answers.KeyOrPolicy,
        answers.SponsorsMissing,
        answers.NotAPerson,
        answers.KeyTaken,
        answers.IdInUse,
        answers.NoRuleFor,
    ),
    reads=("sponsors",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """A member leaves, with everything at zero.

    Attributes:
        member: who leaves; always the one who makes the act.
    """

    member: str


def _leave_required(state: View, act: Act, cited: Cited) -> Required:
    return Required((Need(act.body.member),))


def _leave_refusals(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    who = act.body.member
    leaving = member(state, who)
    if act.by != who or leaving is None or leaving.kind in ("common", "node"):
        yield answers.NotYours(act.by, who)
        return
    if leaving.left is not None:
        yield MemberHasLeft(who)
        return
    for row in state.of("account", who):
        if isinstance(row, Account) and (row.balance or row.held):
            yield answers.NotSettledYet(who, "balance")
            return
    for row in state.of("owed", who):
        if isinstance(row, Owed) and row.open:
            yield answers.NotSettledYet(who, "obligation")
            return
    for row in state.of("custody", who):
        if isinstance(row, Custody) and row.held:
            yield answers.NotSettledYet(who, "custody")
            return
    for policy in state.of("policy", who):
        yield from _locked_without(state, who, policy)


def _locked_without(state: View, who: str, policy: Row) -> Iterator[Refusal]:
    """Refuse to leave a principal in whose name too few could then sign."""
    assert isinstance(policy, Policy)
    principal = member(state, policy.principal)
    assert principal is not None
    if principal.policy != policy.id or principal.left is not None:
        return
    for rule in policy.rules:
        rows = [member(state, one) for one in rule.of if one != who]
        left = sum(row is not None and row.left is None for row in rows)
        if who in rule.of and left == rule.need - 1:
            yield answers.StillNeeded(who, policy.principal, rule.need, left)
            return


def _leave_apply(overlay: Overlay, act: Act, cited: Cited) -> Effects:
    row = member(overlay, act.body.member)
    assert row is not None
    gone = replace(row, left=overlay.time)
    overlay.put(gone)
    return Effects(rows=(gone,))


LEAVE = ActKind(
    name="leave",
    body=Record(Leave, {"member": hex16}, name="Leave"),
    required=_leave_required,
    refusals=_leave_refusals,
    apply=_leave_apply,
    refuses_with=(
        answers.NotYours,
        MemberHasLeft,
        answers.NotSettledYet,
        answers.StillNeeded,
    ),
)
