"""The brake on a member's keys; the act ``freeze``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from urdimbre.core.accounts import COMMON
from urdimbre.core.acts import (
    ANY_KEY,
    OWN,
    Act,
    ActKind,
    Cited,
    Effects,
    Need,
    Required,
    hex16,
)
from urdimbre.core.membership import answers
from urdimbre.core.membership.rows import Frozen, key_hash, member
from urdimbre.core.reading import FLAG, Record
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import Overlay, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """A member's keys stop, or serve again.

    Attributes:
        member: whose keys.
        on: stop; otherwise serve again.
        by_key: short id of the key that the member signs with; absent: a mediator.
            A freeze is lifted by another key than the one that set it.
    """

    member: str
    on: bool
    by_key: str | None = None


def _required(state: View, act: Act, cited: Cited) -> Required:
    body: Freeze = act.body
    if body.by_key is None:
        judge = Need(COMMON, judges=True)
        return Required((judge,), mediated=True, interested=(body.member,))
    return Required((Need(body.member, OWN | ANY_KEY),), only_key=body.by_key)


def _refusals(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    body: Freeze = act.body
    row = member(state, body.member)
    if row is None or row.kind != "person":
        yield answers.NotAPerson(body.member)
        return
    brake: Frozen | None = state.get(f"frozen/{body.member}")
    if (brake is not None and brake.on) == body.on:
        yield answers.NothingToChange(f"freeze {body.member}")
        return
    if body.on or brake is None or body.by_key is None:
        return
    if brake.by_key in (None, body.by_key):
        yield answers.NotYours(body.member, "freeze")


def _apply(overlay: Overlay, act: Act, cited: Cited) -> Effects:
    body: Freeze = act.body
    overlay.put(Frozen(member=body.member, on=body.on, by_key=body.by_key))
    return Effects()


FREEZE = ActKind(
    name="freeze",
    body=Record(
        Freeze, {"member": hex16, "on": FLAG}, {"by_key": key_hash}, name="Freeze"
    ),
    required=_required,
    refusals=_refusals,
    apply=_apply,
    refuses_with=(answers.NotAPerson, answers.NothingToChange, answers.NotYours),
)
