"""Signing a draft with a key that the server holds, and recording it once all have.

Whoever runs this server could sign as well: the pages say so.
"""

import logging

from django.db import transaction

from urdimbre.core.chain.entry import ZERO16, Slot, signed_entry
from urdimbre.core.refusals import Refusal
from urdimbre.recording.answers import Receipt, RecordingFailed
from urdimbre.web import opened
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges.models import Draft, Opening, Payload, Signer

logger = logging.getLogger(__name__)
_MEMBER, _KEY, _MANDATE = slice(0, 16), slice(16, 24), slice(24, 40)


class NothingToSign(Exception):
    """The draft does not wait for this member's signature."""


def sign(here: Here, draft: Draft) -> Receipt | Refusal | None:
    """Add a member's signature; record the act if it was the last one missing.

    Returns:
        The receipt, the first refusal, or nothing while others have not signed.

    Raises:
        NothingToSign: she is no party, has signed already, or the draft is closed.
    """
    with transaction.atomic():
        locked = Draft.objects.get(pk=draft.pk)
        signer = locked.signers.filter(member=here.member, slot=None).first()
        if signer is None or locked.state not in ("preparing", "waiting"):
            raise NothingToSign
        if locked.state == "preparing" and locked.by != here.member:
            raise NothingToSign
        signer.person = here.person
        signer.slot = pack(_slot(here, bytes(locked.act)))
        signer.save()
        locked.state = "waiting"
        locked.save(update_fields=["state"])
        waiting = locked.signers.filter(slot=None).exists()
    draft.state = "waiting"
    return None if waiting else record(draft, last=signer)


def record(draft: Draft, *, last: Signer) -> Receipt | Refusal:
    """Send a fully signed act to the registry.

    A refusal or a failing machine takes the last signature back: the party can try
    again later or decline. Had the act reached the notebook all the same, signing
    again answers with its receipt.

    Raises:
        RecordingFailed: the machine could not.
    """
    slots = [unpack(bytes(one.slot)) for one in Signer.objects.filter(draft=draft)]
    # One person may sign for two parties under one policy: each slot stands once.
    entry = signed_entry(bytes(draft.act), list(dict.fromkeys(slots))).encode()
    try:
        answer = opened.circuit().registry.submit(entry, sender=last.person)
    except RecordingFailed:
        _take_back(draft, last)
        raise
    if isinstance(answer, Receipt):
        _recorded(draft, answer)
    else:
        _take_back(draft, last)
    return answer


def finish() -> None:
    """Record what all had signed when the server was cut off; it starts with this."""
    waiting = Draft.objects.filter(state="waiting").exclude(signers__slot=None)
    for draft in waiting:
        signers = list(draft.signers.order_by("pk"))
        others = [one for one in signers if one.member != draft.by]
        try:
            record(draft, last=(others or signers)[-1])
        except RecordingFailed as failed:
            logger.warning("%s %s", failed.message, failed.hint)
            return


@transaction.atomic
def _take_back(draft: Draft, last: Signer) -> None:
    Signer.objects.filter(pk=last.pk).update(slot=None, person="")
    if draft.by == last.member:
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


def _slot(here: Here, act: bytes) -> Slot:
    """Sign as herself, or under the policy of the member she acts for."""
    circuit = opened.circuit()
    mandate = ZERO16
    if here.acts_for_another:
        mandate = circuit.registry.state.get(f"member/{here.member}").policy or ZERO16
    return circuit.keys.slot(
        act, circuit.registry.genesis, member=here.person, mandate=mandate
    )


def pack(slot: Slot) -> bytes:
    """Write a slot as it is kept with the draft."""
    ids = bytes.fromhex(slot.member + slot.key_id + slot.mandate)
    return ids + slot.signature


def unpack(packed: bytes) -> Slot:
    """Read it back."""
    return Slot(
        packed[_MEMBER].hex(),
        packed[_KEY].hex(),
        packed[_MANDATE].hex(),
        packed[_MANDATE.stop :],
    )
