"""Taking a slip: from a device's outbox, from a photo, from a line of text.

The slip's very act becomes a draft like any other; its signatures are verified before
they are kept. The same slip sent twice, or by both, is one draft and one entry.
"""

import time
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from urdimbre.adapters.keys import ed25519
from urdimbre.core.acts import Act, Required
from urdimbre.core.agreements import number
from urdimbre.core.chain import slip as slips
from urdimbre.core.chain.entry import (
    ZERO16,
    Slot,
    act_hash,
    key_id,
    signature_input,
)
from urdimbre.core.chain.slip import Answer, BrokenSlip, OtherCircuit, Signature, Slip
from urdimbre.core.exchange.moves import Signs
from urdimbre.core.membership.answers import BadSignature, UnknownKey
from urdimbre.core.refusals import Refusal
from urdimbre.core.units import Quantity
from urdimbre.recording.answers import IdTaken
from urdimbre.web import opened
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges.models import Draft, Opening, Signer
from urdimbre.web.exchanges.proposing import beyond_consent, parties
from urdimbre.web.exchanges.roles import NothingToSign
from urdimbre.web.exchanges.signing import sign_from_slip
from urdimbre.web.offline.answers import (
    NotHerSlip,
    PromiseClosed,
    PromisedTooMuch,
    SlipOfAnotherCircuit,
    SlipUnreadable,
)
from urdimbre.web.offline.models import Promised

CLOSED = ("declined", "cancelled")
SECONDS_PER_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Device:
    """What a device tells of the moment at which a slip was signed.

    Attributes:
        known: hash of the last act that it knew; empty if it does not say.
        made: its time, seconds UTC.
    """

    known: str = ""
    made: int = 0


def take(here: Here, data: bytes, device: Device) -> Draft | Refusal:
    """Make a slip a draft, add its signatures, record it if none is missing.

    Args:
        here: who sends it: one of its parties.
        data: the slip.
        device: what the sending device tells.

    Returns:
        The draft as it stands now, or the first refusal; then nothing was kept but
        what had been before.
    """
    try:
        slip = slips.read(data, opened.circuit().registry.genesis)
    except BrokenSlip:
        return SlipUnreadable()
    except OtherCircuit:
        return SlipOfAnotherCircuit()
    if isinstance(slip, Answer):
        draft: Draft | Refusal = _answered(here, slip)
    else:
        draft = _draft_of(here, slip, device)
    if isinstance(draft, Refusal) or draft.state == "recorded":
        return draft
    return _signed(draft, slip.signatures)


def _signed(draft: Draft, signatures: tuple[Signature, ...]) -> Draft | Refusal:
    slots = []
    for one in signatures:
        slot = _slot(bytes(draft.act), one)
        if isinstance(slot, Refusal):
            return slot
        slots.append(slot)
    try:
        answer = sign_from_slip(draft, slots)
    except NothingToSign:
        return _now(draft.pk)
    return answer if isinstance(answer, Refusal) else _now(draft.pk)


def _now(pk: str) -> Draft | Refusal:
    found = Draft.objects.get(pk=pk)
    return PromiseClosed() if found.state in CLOSED else found


def _slot(act: bytes, one: Signature) -> Slot | Refusal:
    """Verify a signature by a key that its member has registered."""
    registry = opened.circuit().registry
    short = key_id(one.key)
    row = registry.state.get(f"key/{short}")
    if row is None or (row.member, row.public) != (one.member, one.key):
        return UnknownKey(one.member, short)
    message = signature_input(registry.genesis, one.member, ZERO16, act)
    if not ed25519.verify(bytes.fromhex(one.key), message, one.signature):
        return BadSignature(one.member)
    return Slot(one.member, short, ZERO16, one.signature)


def _answered(here: Here, answer: Answer) -> Draft | Refusal:
    """Find the draft of hers that an answer belongs to."""
    genesis = opened.circuit().registry.genesis
    hers = Signer.objects.filter(member=here.person).values("draft")
    for draft in Draft.objects.filter(pk__in=hers, valid_until__gte=int(time.time())):
        if act_hash(genesis, bytes(draft.act)) == answer.act:
            return draft
    return NotHerSlip()


def _draft_of(here: Here, slip: Slip, device: Device) -> Draft | Refusal:
    registry = opened.circuit().registry
    act = registry.read(slip.act)
    if isinstance(act, Refusal):
        return act
    required = registry.required_parties(slip.act)
    if isinstance(required, Refusal):
        return required
    if act.kind != "exchange":
        return SlipUnreadable()
    if here.person not in parties(required):
        return NotHerSlip()
    found = Draft.objects.filter(pk=act.id).first()
    if found is None:
        return _made(act, slip, required, device)
    if bytes(found.act) != slip.act:
        return IdTaken(act.id, act_hash(registry.genesis, bytes(found.act)))
    return PromiseClosed() if found.state in CLOSED else found


def _made(act: Act, slip: Slip, required: Required, device: Device) -> Draft | Refusal:
    registry = opened.circuit().registry
    refused = [
        *_promised_too_much(act, device),
        *beyond_consent(registry.check(slip.act)),
    ]
    if refused:
        return refused[0]
    draft = Draft(
        id=act.id,
        by=act.by,
        kind=act.kind,
        mode=act.body.deals[0].mode,
        act=slip.act,
        state="waiting",
        created=int(time.time()),
        valid_until=act.valid_until,
    )
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
            _keep(draft, act, slip, parties(required), device)
    except IntegrityError:
        return Draft.objects.get(pk=act.id)  # the other party was faster
    return draft


def _keep(draft: Draft, act: Act, slip: Slip, whose: list[str], device: Device) -> None:
    Signer.objects.bulk_create([Signer(draft=draft, member=one) for one in whose])
    Opening.objects.bulk_create(
        [
            Opening(
                draft=draft,
                commitment=one.commitment,
                field=one.field,
                salt=one.salt,
                payload=one.payload,
            )
            for one in slip.openings
        ]
    )
    Promised.objects.bulk_create(
        [
            Promised(
                act=draft.pk,
                member=member,
                unit=unit,
                minor=minor,
                known=device.known,
                made=device.made,
            )
            for (member, unit), minor in given(act).items()
        ]
    )


def given(act: Act) -> dict[tuple[str, str], int]:
    """Sum the signs that each member gives in an exchange, by member and sign."""
    sums: dict[tuple[str, str], int] = {}
    for deal in act.body.deals:
        for move in deal.moves:
            if isinstance(move, Signs):
                whose = (move.giver.id, move.unit)
                sums[whose] = sums.get(whose, 0) + move.quantity
    return sums


def _promised_too_much(act: Act, device: Device) -> list[Refusal]:
    """Hold what is promised against ``offline_max``.

    What waits still counts; so does what was recorded meanwhile but promised in the
    same stretch without a connection: her device knew no later act.
    """
    state = opened.circuit().registry.state
    most = number(state, "offline_max")
    found: list[Refusal] = []
    for (member, unit), minor in given(act).items():
        total = minor + _outstanding(member, unit, device)
        if total > most:
            sums = Quantity(total, unit), Quantity(most, unit)
            found.append(PromisedTooMuch(member, *sums))
    return found


def _outstanding(member: str, unit: str, device: Device) -> int:
    rows = list(Promised.objects.filter(member=member, unit=unit))
    drafts = Draft.objects.filter(pk__in=[one.act for one in rows])
    open_ = {
        one.pk
        for one in drafts
        if one.state in ("preparing", "waiting") and one.valid_until >= time.time()
    }
    # A photo does not say what her device knew: it counts as long as a draft may wait.
    days = number(opened.circuit().registry.state, "draft_days")
    since = 0 if device.known else int(time.time()) - days * SECONDS_PER_DAY
    recorded = {
        one.pk for one in drafts if one.state == "recorded" and one.created >= since
    }
    return sum(
        one.minor
        for one in rows
        if one.act in open_ or (one.act in recorded and one.known == device.known)
    )
