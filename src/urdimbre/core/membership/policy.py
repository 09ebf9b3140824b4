"""Policies: how many of whom must sign; the act ``policy``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from urdimbre.core.acts import Act, ActKind, Cited, Effects, Need, Required, hex16
from urdimbre.core.chain.entry import ZERO16
from urdimbre.core.membership import answers
from urdimbre.core.membership.rows import (
    ANY,
    HOSTED,
    Guardians,
    Key,
    Policy,
    PolicyFields,
    Rule,
    guardians_fields,
    member,
    policy_of,
    policy_rules,
)
from urdimbre.core.reading import Record
from urdimbre.core.refusals import Refusal, UnknownMember
from urdimbre.core.state import Overlay, View


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyBody:
    """A principal changes how she consents from now on.

    Attributes:
        id: new policy id.
        principal: a member or the common.
        rules: the first that fits decides.
        guardians: who may give a person a new key.
    """

    id: str
    principal: str
    rules: tuple[Rule, ...]
    guardians: Guardians | None = None


def persons_refusals(state: View, ids: Iterable[str]) -> Iterator[Refusal]:
    """Refuse ids that are not those of persons who are members."""
    for id_ in ids:
        row = member(state, id_)
        if row is None or row.left is not None or row.kind != "person":
            yield answers.NotAPerson(id_)
            return


def policy_refusals(
    state: View, fields: PolicyFields, kind: str, *, whose: str
) -> Iterator[Refusal]:
    """Refuse a policy that its principal could not consent by, or never change."""
    taken = state.get(f"policy/{fields.id}") or state.get(f"mandate/{fields.id}")
    if taken or fields.id == ZERO16:
        yield answers.IdInUse(fields.id)
    changing = ("policy", "decision") if kind == "common" else ("policy",)
    if not any({*changing, ANY} & {*rule.kinds} for rule in fields.rules):
        yield answers.NoRuleFor(whose, changing[-1])
    for rule in fields.rules:
        if kind == "person":
            if rule.of or rule.max:
                yield answers.KeyOrPolicy(kind, "key")
                return
            continue
        if not rule.of or len(rule.of) < rule.need or rule.not_only:
            yield answers.KeyOrPolicy(kind, "policy")
            return
        yield from persons_refusals(state, rule.of)
    if fields.guardians is not None:
        if kind != "person" or len(fields.guardians.of) < fields.guardians.need:
            yield answers.KeyOrPolicy(kind, "policy")
            return
        yield from persons_refusals(state, fields.guardians.of)


def rule_for(policy: Policy, act: Act, need: Need) -> Rule | None:
    """Return the rule of a policy that decides: the first whose kinds and most fit."""
    for rule in policy.rules:
        if act.kind in rule.kinds or ANY in rule.kinds:
            most = rule.max
            given = sum(one.minor for one in need.gives)
            if most is None or (
                all(one.unit == most.unit for one in need.gives)
                and given <= most.quantity
            ):
                return rule
    return None


def _required(state: View, act: Act, cited: Cited) -> Required:
    body: PolicyBody = act.body
    return Required((Need(body.principal),))


def _refusals(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    body: PolicyBody = act.body
    row = member(state, body.principal)
    if row is None or row.kind == "node":
        yield UnknownMember(body.principal)
        return
    fields = PolicyFields(id=body.id, rules=body.rules, guardians=body.guardians)
    yield from policy_refusals(state, fields, row.kind, whose=body.principal)
    if row.kind == "person":
        yield from _out_of_reach(state, body)


def _out_of_reach(state: View, body: PolicyBody) -> Iterator[Refusal]:
    """Refuse a policy by which a person would lock herself out.

    Keys that the host holds are counted as one, as they are for acts on keys.
    """
    keys = [
        row
        for row in state.of("key", body.principal)
        if isinstance(row, Key) and row.in_force(state.time)
    ]
    hosted = [key.weight for key in keys if key.custody in HOSTED]
    others = [key.weight for key in keys if key.custody not in HOSTED]
    have = sum(others) + max(hosted, default=0)
    need = max(rule.need for rule in body.rules)
    never = any(
        all(key.custody in rule.not_only for key in keys) for rule in body.rules
    )
    if need > have or never:
        yield answers.PolicyOutOfReach(body.principal, need, 0 if never else have)


def put_policy(overlay: Overlay, principal: str, fields: PolicyFields) -> None:
    """Write a policy and make it the principal's.

    The term of the founders' mandate stays: founders cannot prolong it by themselves.
    """
    row = member(overlay, principal)
    assert row is not None
    before = policy_of(overlay, principal)
    overlay.put(
        Policy(
            id=fields.id,
            principal=principal,
            rules=fields.rules,
            guardians=fields.guardians,
            founders_until=None if before is None else before.founders_until,
        )
    )
    overlay.put(replace(row, policy=fields.id))


def _apply(overlay: Overlay, act: Act, cited: Cited) -> Effects:
    body: PolicyBody = act.body
    fields = PolicyFields(id=body.id, rules=body.rules, guardians=body.guardians)
    put_policy(overlay, body.principal, fields)
    return Effects()


POLICY = ActKind(
    name="policy",
    body=Record(
        PolicyBody,
        {
            "id": hex16,
            "principal": hex16,
            "rules": policy_rules,
        },
        {"guardians": guardians_fields},
        name="Policy",
    ),
    required=_required,
    refusals=_refusals,
    apply=_apply,
    refuses_with=(
        UnknownMember,
        answers.IdInUse,
        answers.KeyOrPolicy,
        answers.NotAPerson,
        answers.NoRuleFor,
        answers.PolicyOutOfReach,
    ),
)
