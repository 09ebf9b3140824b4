"""A circuit founded anew after entries were lost, openly: the genesis says of what.

The format has no field for it, and needs none: among the private commitments of the new
genesis stands one to the old circuit's number, its last checkpoint here and the largest
that anybody has seen. The opening is no secret; whoever is shown it can check it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from typing import Any

from urdimbre.adapters.desk import Payload, sealed
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.unfit import Unfit
from urdimbre.core import drafting
from urdimbre.core.accounts import Limits
from urdimbre.core.agreements import PARAMETERS, Setting
from urdimbre.core.catalogue.unit import UnitRow
from urdimbre.core.chain.entry import ZERO16, ZERO32, key_id, signature_input
from urdimbre.core.founding.genesis import RULES
from urdimbre.core.membership.rows import Key, Member
from urdimbre.core.refusals import Reason, gettext_noop
from urdimbre.core.state import State, value_of

FIELD = "refounds"
ACT_SECONDS = 14 * 86_400
DAY_SECONDS = 86_400
FOUNDERS_MIN = 2


class CannotRefound(Unfit):
    """Those named cannot found the circuit anew."""

    code = "cannot_refound"
    says = gettext_noop("These cannot found the circuit anew: {reason}")
    hint = gettext_noop("Name two or more persons who have keys of their own in force.")
    exit_code = 4


def refounding(
    state: State,
    founders: Sequence[str],
    seed: bytes,
    *,
    now: int,
    checkpoint: str,
    seen: str | None,
) -> dict[str, Any]:
    """Write the genesis of the circuit that takes the place of an old one.

    It has the old one's agreement, units and limits as they stand, and its founders'
    numbers and keys. All of them sign for the common, until they meet.

    Args:
        state: of the old circuit, as far as it was saved.
        founders: member numbers.
        seed: of the new node's key.
        now: seconds UTC.
        checkpoint: the last one that was saved.
        seen: the largest that anybody has seen, if it is larger.

    Returns:
        A line as ``urdimbre record`` reads it; the founders' signatures are missing.

    Raises:
        CannotRefound: a founder is no person with a key in force, or there is one only.
    """
    names = sorted(set(founders))
    if len(names) < FOUNDERS_MIN:
        raise CannotRefound(
            reason=Reason("One person alone does not found a circuit anew.")
        )
    node, public = secrets.token_hex(16), ed25519.public_key(seed).hex()
    opening = _opening(state, checkpoint, seen)
    act = drafting.draft(
        "genesis",
        _body(state, names, drafting.key(public, "server"), node=node, now=now),
        by=names[0],
        id_=secrets.token_hex(16),
        valid_until=now + ACT_SECONDS,
        private=[opening.commitment],
    )
    signature = ed25519.sign(seed, signature_input(ZERO32, node, ZERO16, act))
    return {
        "act": act.decode("ascii"),
        "private": [
            {
                "field": opening.field,
                "payload": opening.payload.decode("utf-8"),
                "salt": opening.salt.hex(),
            }
        ],
        "signatures": [
            {"key_id": key_id(public), "member": node, "signature": signature.hex()}
        ],
    }


def _body(
    state: State, founders: Sequence[str], key: dict[str, Any], *, node: str, now: int
) -> dict[str, Any]:
    """What the new genesis agrees: what the old circuit had agreed by then."""
    return {
        "agreement": _agreement(state),
        "blind": secrets.token_hex(16),
        "day": now // DAY_SECONDS,
        "founders": [_founder(state, one) for one in founders],
        "limits": _limits(state),
        "need": len(founders),
        "node": {"key": key, "member": node},
        "policy": secrets.token_hex(16),
        "rules": RULES,
        "units": [
            json.loads(value_of(row))["unit"]
            for row in state.starting("unit/")
            if isinstance(row, UnitRow)
        ],
    }


def _opening(state: State, checkpoint: str, seen: str | None) -> Payload:
    told = {"checkpoint": checkpoint, "genesis": state.genesis}
    told |= {} if seen is None else {"seen": seen}
    payload = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return sealed(FIELD, payload.encode())


def _agreement(state: State) -> dict[str, Any]:
    rows = [state.get(f"agreement/{one.name}") for one in PARAMETERS]
    return {row.name: row.at(state.time) for row in rows if isinstance(row, Setting)}


def _founder(state: State, member: str) -> dict[str, Any]:
    row = state.get(f"member/{member}")
    if not isinstance(row, Member) or row.kind != "person" or row.left is not None:
        raise CannotRefound(
            reason=Reason("{member} is no person of this circuit.", member=member)
        )
    keys = [
        key
        for key in state.starting("key/")
        if isinstance(key, Key)
        and key.member == member
        and key.in_force(state.time)
        and key.custody != "import"
    ]
    if not keys:
        raise CannotRefound(
            reason=Reason("{member} has no key in force.", member=member)
        )
    # The latest of her own comes before one that a lost server held.
    key = max(keys, key=lambda one: (one.custody != "server", one.since))
    return {
        "blind": row.blind,
        "key": drafting.key(key.public, key.custody),
        "member": member,
    }


def _limits(state: State) -> list[dict[str, Any]]:
    """Return the limits by kind of member; those of single ones are decided anew."""
    found = []
    for row in state.starting("agreement/limits/"):
        if not isinstance(row, Limits) or len(row.whom) == len(ZERO16):
            continue
        told = json.loads(value_of(row))
        told.pop("version", None)
        found.append(told | {"unit": row.unit, "whom": row.whom})
    return found
