"""From a form to a draft: the act's exact bytes, its private fields, who must sign."""

import json
import os
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON
from urdimbre.core.acts import Required
from urdimbre.core.chain.entry import Slot, commitment
from urdimbre.core.membership.answers import ConsentMissing, NotEnoughSignatures
from urdimbre.core.refusals import Refusal
from urdimbre.web import opened
from urdimbre.web.circuit.entering import Here
from urdimbre.web.circuit.surroundings import agreed
from urdimbre.web.exchanges.models import Draft, Opening, Signer
from urdimbre.web.membership import keys

SECONDS_PER_DAY = 86_400
SALT_BYTES = 16
SIGNATURE_BYTES = 64
TEXTS = "goods"
"""Name of the private field that describes goods, keyed by ``deal.move``."""
WORDS = "words"
"""Name of the private field with the words of a thanks."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a form asks to be recorded.

    Attributes:
        kind: of act.
        body: its body, as the wire format has it.
        mode: of its first deal; empty if it is no exchange.
        refs: earlier acts it refers to.
        private: payloads by the name of their private field.
        sealed: private fields whose commitments the body names.
    """

    kind: str
    body: Mapping[str, Any]
    mode: str = ""
    refs: Sequence[tuple[str, str]] = ()
    private: Mapping[str, bytes] = field(default_factory=dict)
    sealed: Sequence[Opening] = ()


def exchange(
    mode: str, moves: Sequence[drafting.Json], texts: Mapping[int, str], *, day: int
) -> Proposal:
    """Propose an exchange of one deal; ``texts`` describe goods by place of move."""
    described = {f"0.{place}": text for place, text in texts.items() if text}
    private = {TEXTS: json.dumps(described, ensure_ascii=False).encode()}
    body = drafting.exchange(day, drafting.deal(mode, *moves))
    return Proposal(
        kind="exchange",
        body=body,
        mode=mode,
        refs=drafting.cited(body),
        private=private if described else {},
    )


def propose(
    here: Here,
    proposal: Proposal,
    typed: Mapping[str, Any],
    *,
    judged: bool = False,
    id_: str = "",
) -> Draft | list[Refusal]:
    """Make a draft, or say what the rules refuse in it.

    Args:
        here: who makes it, and for whom.
        proposal: what it says.
        typed: what was typed into the form, to go back to it.
        judged: whether a mediator signs it for the common, and nobody else.
        id_: the act's own id, hex, if its maker has chosen one.
    """
    openings = [seal(name, payload) for name, payload in proposal.private.items()]
    openings += proposal.sealed
    now = int(time.time())
    registry = opened.circuit().registry
    until = (
        max(now, registry.state.time) + int(agreed("draft_days", 14)) * SECONDS_PER_DAY
    )
    draft = Draft(
        id=id_ or secrets.token_hex(16),
        by=here.member,
        kind=proposal.kind,
        mode=proposal.mode,
        typed=dict(typed),
        created=now,
        valid_until=until,
    )
    draft.act = _act(draft, proposal, [one.commitment for one in openings])
    required = registry.required_parties(draft.act)
    if not isinstance(required, Required):
        return [required]
    refused = beyond_consent(registry.check(draft.act, _to_come(here)))
    if refused:
        return refused
    _keep(draft, openings, [COMMON] if judged else parties(required))
    return draft


def _to_come(here: Here) -> list[Slot]:
    """Give the empty signature of who will sign under a mandate: its caps are asked."""
    if not here.mandate:
        return []
    serving = keys.in_force(here.person)[:1]
    empty = bytes(SIGNATURE_BYTES)
    return [Slot(here.person, one.key_id, here.mandate, empty) for one in serving]


def seal(name: str, payload: bytes) -> Opening:
    """Commit to a private field; kept with the draft, later on the desk."""
    salt = os.urandom(SALT_BYTES)
    made = commitment(salt, name, payload)
    return Opening(commitment=made, field=name, salt=salt, payload=payload)


def parties(required: Required) -> list[str]:
    """Name everybody whose signature may be asked for, each once."""
    new = [one.member for one in required.new_keys]
    found = [need.party for need in required.needs]
    return list(dict.fromkeys([*found, *new, *required.guardians]))


def _act(draft: Draft, proposal: Proposal, private: list[str]) -> bytes:
    return drafting.draft(
        proposal.kind,
        proposal.body,
        by=draft.by,
        id_=draft.id,
        valid_until=draft.valid_until,
        agreement=opened.circuit().registry.state.get("agreement").version,
        private=private,
        refs=proposal.refs,
    )


def _keep(draft: Draft, openings: list[Opening], whose: list[str]) -> None:
    with transaction.atomic():
        draft.save(force_insert=True)
        Signer.objects.bulk_create([Signer(draft=draft, member=one) for one in whose])
        for opening in openings:
            opening.draft = draft
        Opening.objects.bulk_create(openings)


def beyond_consent(refusals: Sequence[Refusal]) -> list[Refusal]:
    """Leave out that somebody has not signed yet."""
    return [
        one
        for one in refusals
        if not isinstance(one, ConsentMissing | NotEnoughSignatures)
    ]
