"""Keys: registered, revoked, recovered by guardians, vetoed; the act ``key``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from urdimbre.core.acts import (
    ANY_KEY,
    OWN,
    Act,
    ActKind,
    Cited,
    Effects,
    Need,
    NewKey,
    Required,
    hex16,
)
from urdimbre.core.federation.witness import Witness
from urdimbre.core.membership import answers
from urdimbre.core.membership.rows import (
    RECOVERY_DELAY,
    Key,
    NewKeyFields,
    key_fields,
    key_hash,
    key_row,
    member,
    policy_of,
)
from urdimbre.core.reading import Record, Unreadable
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import Overlay, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Recover:
    """A new key for a member who has lost hers.

    Attributes:
        member: who has lost her keys.
        key: the new one, in force after 72 hours unless vetoed.
    """

    member: str
    key: NewKeyFields


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyBody:
    """A member's keys change: exactly one of the four.

    Attributes:
        add: a further key of the act's author, which signs too.
        revoke: short id of a key of the author's that ends now.
        recover: a new key given by her guardians, in force after the delay.
        veto: short id of such a key, which then never comes into force.
    """

    add: NewKeyFields | None = None
    revoke: str | None = None
    recover: Recover | None = None
    veto: str | None = None


def _build(**values: Any) -> KeyBody:
    if len(values) != 1:
        raise Unreadable("needs exactly one of add, revoke, recover, veto")
    return KeyBody(**values)


def key_refusals(state: View, fields: NewKeyFields) -> Iterator[Refusal]:
    """Refuse a key, or a short id, that anybody has used before.

    The key of a witness is used too: it cosigns, and signs no acts ever.
    """
    registered = state.get(f"key/{fields.key_id}")
    witness = state.get(f"{Witness.PREFIX}/{fields.key}")
    if registered is not None or witness is not None:
        yield answers.KeyTaken(fields.key)


def _required(state: View, act: Act, cited: Cited) -> Required:
    body: KeyBody = act.body
    if body.add is not None:
        new = NewKey(act.by, body.add.key_id, body.add.key)
        return Required((Need(act.by, OWN),), new_keys=(new,))
    if body.veto is not None:
        return Required((Need(act.by, OWN | ANY_KEY),))
    if body.recover is None:
        return Required((Need(act.by, OWN),))
    subject = body.recover.member
    policy = policy_of(state, subject)
    new = NewKey(subject, body.recover.key.key_id, body.recover.key.key)
    if policy is None or policy.guardians is None:
        return Required((), new_keys=(new,))
    return Required(
        (),
        new_keys=(new,),
        guardians=policy.guardians.of,
        guardians_need=policy.guardians.need,
    )


def _keys(state: View, who: str) -> list[Key]:
    return [row for row in state.of("key", who) if isinstance(row, Key)]


def _refusals(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    body: KeyBody = act.body
    subject = act.by if body.recover is None else body.recover.member
    row = member(state, subject)
    if row is None or row.kind != "person":
        yield answers.NotAPerson(subject)
        return
    new = body.add or (body.recover and body.recover.key)
    if new:
        yield from key_refusals(state, new)
    if body.recover is not None:
        yield from _recover_refusals(state, body.recover)
    ended = body.revoke or body.veto
    if ended is None:
        return
    key: Key | None = state.get(f"key/{ended}")
    if key is None or key.member != subject:
        yield answers.UnknownKey(subject, ended)
        return
    if key.until is not None or (body.veto and key.since <= state.time):
        yield answers.NothingToChange(f"key {ended}")
    elif not any(
        one.in_force(state.time) and one.key_id != ended
        for one in _keys(state, subject)
    ):
        yield answers.LastKey(subject)


def _recover_refusals(state: View, recover: Recover) -> Iterator[Refusal]:
    policy = policy_of(state, recover.member)
    if policy is None or policy.guardians is None:
        yield answers.NoRuleFor(recover.member, "recover")


def _end_imported(overlay: Overlay, who: str) -> None:
    """End the keys that were made for imported history: she has her own now."""
    for key in _keys(overlay, who):
        if key.custody == "import" and key.until is None:
            overlay.put(replace(key, until=overlay.time))


def _apply(overlay: Overlay, act: Act, cited: Cited) -> Effects:
    body: KeyBody = act.body
    if body.add is not None:
        overlay.put(key_row(body.add, act.by, overlay.time))
        _end_imported(overlay, act.by)
    elif body.recover is not None:
        since = overlay.time + RECOVERY_DELAY
        overlay.put(key_row(body.recover.key, body.recover.member, since))
    else:
        key: Key = overlay.get(f"key/{body.revoke or body.veto}")
        overlay.put(replace(key, until=overlay.time))
    return Effects()


KEY = ActKind(
    name="key",
    body=Record(
        _build,
        {},
        {
            "add": key_fields,
            "revoke": key_hash,
            "recover": Record(
                Recover, {"member": hex16, "key": key_fields}, name="Recover"
            ),
            "veto": key_hash,
        },
        name="Key",
    ),
    required=_required,
    refusals=_refusals,
    apply=_apply,
    refuses_with=(
        answers.NotAPerson,
        answers.KeyTaken,
        answers.NoRuleFor,
        answers.UnknownKey,
        answers.NothingToChange,
        answers.LastKey,
    ),
)
