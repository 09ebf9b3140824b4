"""Signatures gathered on a draft, and the act recorded once enough are there.

How many are enough, and whose, is for the rules to say: after each signature they are
asked who is still missing.
"""

import logging
from collections.abc import Sequence

from django.db import transaction

from urdimbre.core.acts import Act, Required
from urdimbre.core.chain.entry import ZERO16, Slot, key_id, signed_entry
from urdimbre.core.membership.answers import (
    BeyondMandate,
    ConsentMissing,
    KeyRevoked,
    KeysFrozen,
    MandateNotInForce,
    NotEnoughSignatures,
    SignatureWithoutRole,
    UnknownKey,
)
from urdimbre.core.refusals import MemberHasLeft, Refusal
from urdimbre.recording.answers import Receipt, RecordingFailed
from urdimbre.web import opened
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges.models import Draft, Opening, Payload, Signer
from urdimbre.web.exchanges.roles import (
    NothingToSign,
    Role,
    attested_parties,
    by_server,
    in_order,
    pack,
    role_of,
    slots_of,
    unpack,
)
from urdimbre.web.membership import keys

logger = logging.getLogger(__name__)
NO_SIGNATURE = bytes(64)
NOT_JUDGED = (UnknownKey, KeyRevoked, MemberHasLeft, KeysFrozen)
GUARDIANS = "guardians"
"""How the rules name all guardians together."""


def sign(
    here: Here, draft: Draft, slots: Sequence[Slot] | None = None
) -> Receipt | Refusal | None:
    """Add a member's signatures; record the act if none is missing any more.

    Args:
        here: who signs, and for whom.
        draft: what.
        slots: her signatures, verified; by default one by the key that the server
            keeps.

    Returns:
        The receipt, the first refusal, or nothing while others have not signed.

    Raises:
        NothingToSign: she is no party, has signed already, or the draft is closed.
        SheMustSign: the server cannot sign for her.
    """
    role = role_of(here, draft)
    if role is None:
        raise NothingToSign
    if slots is None:
        slots = [by_server(draft, role)]
    with transaction.atomic():
        locked = Draft.objects.get(pk=draft.pk)
        _open_for(here, locked, role.party)
        _drop_ended(locked)
        refused = _no_use(locked, slots)
        if refused is not None:
            return refused
        added = _added(locked, role, slots)
        _spare_witnesses(locked, role)
        locked.state = "waiting"
        locked.save(update_fields=["state"])
        waiting = wait_for_missing(locked)
    draft.state = "waiting"
    return None if waiting else record(draft, last=added)


def sign_from_slip(draft: Draft, slots: Sequence[Slot]) -> Receipt | Refusal | None:
    """Add verified signatures of parties for themselves; record if none is missing.

    They may have come before: by a second tap, or from the other party's device.

    Returns:
        The receipt, the first refusal, or nothing while others have not signed.

    Raises:
        NothingToSign: the draft is closed.
    """
    with transaction.atomic():
        locked = Draft.objects.get(pk=draft.pk)
        if locked.state not in ("preparing", "waiting"):
            raise NothingToSign
        _drop_ended(locked)
        refused = _no_use(locked, slots)
        if refused is not None:
            return refused
        added = [
            row
            for slot in slots
            for row in _kept(locked, slot.member, slot.member, [slot])
        ]
        locked.state = "waiting"
        locked.save(update_fields=["state"])
        waiting = wait_for_missing(locked)
    return None if waiting else record(draft, last=added)


def _added(draft: Draft, role: Role, slots: Sequence[Slot]) -> list[Signer]:
    return _kept(draft, role.party, role.person, slots)


def _kept(draft: Draft, party: str, person: str, slots: Sequence[Slot]) -> list[Signer]:
    """Keep signatures; one that came twice, by two taps, is kept once."""
    found = []
    for slot in slots:
        row, _ = Signer.objects.get_or_create(
            draft=draft, member=party, slot=pack(slot), defaults={"person": person}
        )
        found.append(row)
    return found


def _spare_witnesses(draft: Draft, role: Role) -> None:
    """Let go of witnesses for a party that signs after all: they have no role then.

    Where they are still needed for another party, they stand for her.
    """
    if keys.is_to_attest(role.mandate):
        return
    rows = Signer.objects.filter(draft=draft, member=role.party).exclude(slot=None)
    spared = [row for row in rows if keys.is_to_attest(unpack(bytes(row.slot)).mandate)]
    if not spared:
        return
    required = opened.circuit().registry.required_parties(bytes(draft.act))
    parties = (
        attested_parties(draft, required) if isinstance(required, Required) else []
    )
    waits = draft.signers.filter(slot=None, member__in=parties)
    others = waits.exclude(member=role.party).values_list("member", flat=True)
    for row in spared:
        if others:
            row.member = others[0]
            row.save(update_fields=["member"])
        else:
            row.delete()


def _open_for(here: Here, draft: Draft, party: str) -> None:
    """Refuse signatures on what is closed, complete, or still on its maker's desk."""
    waits = draft.signers.filter(member=party, slot=None).exists()
    if not waits or draft.state not in ("preparing", "waiting"):
        raise NothingToSign
    if draft.state == "preparing" and draft.by not in (here.member, here.person):
        raise NothingToSign


def _drop_ended(draft: Draft) -> None:
    """Let go of signatures that have lost their ground since, and ask again.

    The key has ended, or the policy or mandate that it signed under.
    """
    state = opened.circuit().registry.state
    for row in Signer.objects.filter(draft=draft).exclude(slot=None):
        slot = unpack(bytes(row.slot))
        key = state.get(f"key/{slot.key_id}")
        ended = key is not None and not key.in_force(keys.now())
        if ended or not keys.serves_still(slot.mandate):
            row.delete()
            _place(draft, row.member)


def _place(draft: Draft, *parties: str) -> None:
    """Note whose consent is missing, each party once."""
    for party in parties:
        Signer.objects.get_or_create(draft=draft, member=party, slot=None)


def _no_use(draft: Draft, slots: Sequence[Slot]) -> Refusal | None:
    """Say why it is no use to sign now.

    The rules have no role for one of these signatures, or somebody who has signed has
    frozen her keys or left since: then nobody's consent can be judged.
    """
    act = bytes(draft.act)
    for refusal in opened.circuit().registry.check(
        act, _filled(act, [*slots_of(draft), *slots])
    ):
        if isinstance(refusal, NOT_JUDGED):
            return refusal
        if isinstance(refusal, BeyondMandate | MandateNotInForce) and any(
            slot.mandate == refusal.mandate for slot in slots
        ):
            return refusal
        hers = any(slot.member == getattr(refusal, "member", "") for slot in slots)
        if isinstance(refusal, SignatureWithoutRole) and hers:
            return refusal
    return None


def wait_for_missing(draft: Draft) -> bool:
    """Keep waiting for those whom the rules still miss, and for nobody else."""
    missing = missing_parties(bytes(draft.act), slots_of(draft))
    for row in draft.signers.filter(slot=None):
        if row.member not in missing:
            row.delete()
    return draft.signers.filter(slot=None).exists()


def missing_parties(act: bytes, slots: Sequence[Slot]) -> set[str]:
    """Ask the rules whose signatures an act lacks."""
    registry = opened.circuit().registry
    required = registry.required_parties(act)
    if not isinstance(required, Required):
        return set()
    signed = {(slot.member, slot.key_id) for slot in slots}
    missing = {
        one.member
        for one in required.new_keys
        if (one.member, one.key_id) not in signed
    }
    for refusal in registry.check(act, _filled(act, slots)):
        if isinstance(refusal, ConsentMissing | NotEnoughSignatures):
            missing.add(refusal.member)
    if GUARDIANS in missing:
        missing |= set(required.guardians) - {slot.member for slot in slots}
    return missing - {GUARDIANS}


def _filled(act: bytes, slots: Sequence[Slot]) -> list[Slot]:
    """Add empty signatures of the keys that the act brings, to ask about the others."""
    required = opened.circuit().registry.required_parties(act)
    new = required.new_keys if isinstance(required, Required) else ()
    signed = {(slot.member, slot.key_id) for slot in slots}
    empty = [
        Slot(one.member, one.key_id, ZERO16, NO_SIGNATURE)
        for one in new
        if (one.member, one.key_id) not in signed
    ]
    return in_order([*slots, *empty])


def record(draft: Draft, *, last: Sequence[Signer]) -> Receipt | Refusal:
    """Send a fully signed act to the registry.

    A refusal or a failing machine takes the last signatures back: the party can try
    again later or decline. Had the act reached the notebook all the same, signing
    again answers with its receipt.

    Raises:
        RecordingFailed: the machine could not.
    """
    entry = signed_entry(bytes(draft.act), slots_of(draft)).encode()
    try:
        answer = opened.circuit().registry.submit(entry, sender=last[-1].person)
    except RecordingFailed:
        _take_back(draft, last)
        raise
    if isinstance(answer, Receipt):
        _recorded(draft, answer)
        _forget_ended_key(draft)
    else:
        _take_back(draft, last)
    return answer


def sign_by_new_key(draft: Draft, member: str, public: str) -> None:
    """Let a key that the server has just made sign the act that brings it.

    So the act proves that somebody holds the key; it says nothing for its member.
    """
    circuit = opened.circuit()
    slot = circuit.keys.slot(
        bytes(draft.act), circuit.registry.genesis, member=member, key=key_id(public)
    )
    Signer.objects.create(draft=draft, member=member, person=member, slot=pack(slot))


def finish() -> None:
    """Record what all had signed when the server was cut off; it starts with this."""
    waiting = Draft.objects.filter(state="waiting").exclude(signers__slot=None)
    for draft in waiting:
        signers = list(draft.signers.order_by("pk"))
        others = [one for one in signers if one.member != draft.by]
        try:
            record(draft, last=(others or signers)[-1:])
        except RecordingFailed as failed:
            logger.warning("%s %s", failed.message, failed.hint)
            return


@transaction.atomic
def _take_back(draft: Draft, last: Sequence[Signer]) -> None:
    Signer.objects.filter(pk__in=[one.pk for one in last]).delete()
    _place(draft, *(one.member for one in last))
    _place(draft, *missing_parties(bytes(draft.act), slots_of(draft)))
    if any(draft.by == one.member for one in last):
        draft.state = "preparing"
        draft.save(update_fields=["state"])


@transaction.atomic
def _recorded(draft: Draft, receipt: Receipt) -> None:
    draft.state = "recorded"
    draft.position = receipt.index
    draft.typed = {}
    draft.save(update_fields=["state", "position", "typed"])
    openings = Opening.objects.filter(draft=draft)
    Payload.objects.bulk_create(
        [
            Payload(
                commitment=one.commitment,
                field=one.field,
                salt=bytes(one.salt),
                payload=bytes(one.payload),
                act=receipt.act,
            )
            for one in openings
        ],
        ignore_conflicts=True,
    )
    openings.delete()


def _forget_ended_key(draft: Draft) -> None:
    """Delete the secret of a key that has just ended, if the server kept it."""
    if draft.kind != "key":
        return
    circuit = opened.circuit()
    act = circuit.registry.read(bytes(draft.act))
    ended = (act.body.revoke or act.body.veto) if isinstance(act, Act) else None
    if ended:
        circuit.keys.forget(ended)
