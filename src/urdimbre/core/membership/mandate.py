"""Mandates and standing consents; the act ``mandate``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from urdimbre.core.accounts import COMMON
from urdimbre.core.acts import Act, ActKind, Cited, Effects, Need, Required
from urdimbre.core.chain.entry import ZERO16
from urdimbre.core.membership import answers
from urdimbre.core.membership.policy import persons_refusals
from urdimbre.core.membership.rows import Mandate, mandate_fields, member, policy_of
from urdimbre.core.refusals import Refusal, UnknownMember
from urdimbre.core.state import Overlay, View

OF_THE_COMMON = ("attest", "care", "mediate")
OF_MEMBERS = ("accept_credit", "accept_debit")
NOT_DELEGABLE = ("decision", "freeze", "key", "leave", "mandate", "policy", "rules")
"""Kinds by which a principal would give herself out of hand."""


def _required(state: View, act: Act, cited: Cited) -> Required:
    body: Mandate = act.body
    return Required((Need(body.principal),))


def mandate_refusals(state: View, row: Mandate) -> Iterator[Refusal]:
    """Refuse a mandate that its principal cannot give, or an id that is in use."""
    before: Mandate | None = state.get(f"mandate/{row.id}")
    ended = before is not None and row == replace(before, until=row.until)
    if (
        row.id == ZERO16
        or state.get(f"policy/{row.id}")
        or (before is not None and not ended)
    ):
        yield answers.IdInUse(row.id)
        return
    if before is not None and row.until > before.until:
        yield answers.IdInUse(row.id)
        return
    principal = member(state, row.principal)
    if principal is None or principal.kind == "node":
        yield UnknownMember(row.principal)
        return
    of_common = row.principal == COMMON
    if row.purpose in (OF_MEMBERS if of_common else OF_THE_COMMON):
        yield answers.WrongPurpose(row.principal, row.purpose)
    for kind in row.kinds:
        if row.purpose == "act" and kind in NOT_DELEGABLE:
            yield answers.NotDelegable(kind)
            return
    if before is None:
        yield from persons_refusals(state, row.agents)
    for id_ in (row.creditor, *(row.fetchers or ())):
        if id_ is not None and member(state, id_) is None:
            yield UnknownMember(id_)
            return


def beyond_founders(state: View, row: Mandate) -> Iterator[Refusal]:
    """Refuse that founders have others act for the common longer than they may."""
    known = state.get(f"mandate/{row.id}") is not None
    if known or row.principal != COMMON or row.purpose != "act":
        return
    policy = policy_of(state, COMMON)
    until = None if policy is None else policy.founders_until
    if until is not None and row.until > until:
        yield answers.LongerThanFounders(until)


def _refusals(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    yield from mandate_refusals(state, act.body)
    yield from beyond_founders(state, act.body)


def _apply(overlay: Overlay, act: Act, cited: Cited) -> Effects:
    overlay.put(act.body)
    return Effects()


MANDATE = ActKind(
    name="mandate",
    body=mandate_fields,
    required=_required,
    refusals=_refusals,
    apply=_apply,
    refuses_with=(
        answers.IdInUse,
        UnknownMember,
        answers.WrongPurpose,
        answers.NotDelegable,
        answers.NotAPerson,
        answers.LongerThanFounders,
    ),
)
