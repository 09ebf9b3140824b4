"""For whom somebody signs a draft, under what, and with which of her keys."""

from collections.abc import Iterable
from dataclasses import dataclass

from urdimbre.adapters.desk import ServerKey
from urdimbre.adapters.keys import ed25519
from urdimbre.core.accounts import COMMON
from urdimbre.core.acts import ATTESTED, Act, Required
from urdimbre.core.chain.entry import ZERO16, Slot, signature_input
from urdimbre.core.membership.answers import BadSignature
from urdimbre.core.refusals import Refusal
from urdimbre.web import opened
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges.models import Draft, Signer
from urdimbre.web.membership import keys, pins
from urdimbre.web.office.models import Attested

MEDIATED = ("freeze", "adjust", "contest")
"""Kinds of acts that a mediator may sign for the common."""
_MEMBER, _KEY, _MANDATE = slice(0, 16), slice(16, 24), slice(24, 40)


class NothingToSign(Exception):
    """The draft does not wait for this member's signature."""


class SheMustSign(Exception):
    """The server cannot sign for her: her key is not here, or opens with her PIN."""


@dataclass(frozen=True, slots=True)
class Role:
    """What somebody's signature is in a draft.

    Attributes:
        party: for whom it speaks.
        person: who signs.
        mandate: policy or mandate under which; zeros: for herself.
        hosted: her key that the server keeps and that serves here, if there is one.
        own: public keys, by short id, that serve here and that the server does not
            keep.
        new: those that the act itself brings and that have not signed yet.
        apart: custody of those of ``own`` and ``new`` that lie in no browser either,
            by short id.
    """

    party: str
    person: str
    mandate: str
    hosted: ServerKey | None
    own: dict[str, str]
    new: dict[str, str]
    apart: dict[str, str]


def role_of(here: Here, draft: Draft) -> Role | None:
    """Say what she may sign in a draft now; nothing if it does not wait for her."""
    waits = set(draft.signers.filter(slot=None).values_list("member", flat=True))
    required = opened.circuit().registry.required_parties(bytes(draft.act))
    if not isinstance(required, Required):
        return None
    party, mandate = _speaks_for(here, draft, required, waits)
    if party is None:
        return None
    signed = {slot.key_id for slot in slots_of(draft, party)}
    new = {
        one.key_id: one.key
        for one in required.new_keys
        if one.member == here.person and one.key_id not in signed
    }
    serving = {
        row.key_id: row
        for row in keys.in_force(here.person)
        if row.key_id not in signed and required.only_key in (None, row.key_id)
    }
    if any(need.party == party for need in required.needs):
        serves = True
    else:
        serves = party in required.guardians or party == COMMON
    held = opened.circuit().desk.keys_of(here.person) if serves else []
    hosted = next((one for one in held if one.key_id in serving), None)
    kept = {one.key_id for one in held}
    own = {
        key_id: row.public
        for key_id, row in serving.items()
        if serves and row.custody != "server" and key_id not in kept
    }
    custodies = {key_id: serving[key_id].custody for key_id in own}
    custodies |= {one: brought(draft).get(one, "") for one in new}
    apart = {one: each for one, each in custodies.items() if each in keys.APART}
    return Role(party, here.person, mandate, hosted, own, new, apart)


def _speaks_for(
    here: Here, draft: Draft, required: Required, waits: set[str]
) -> tuple[str | None, str]:
    """Say for which party she signs, and under what; nobody: not at all."""
    if not is_attested(draft):
        return _party(here, draft, waits)
    if draft.kind == "roster":
        return _witness(here, draft, required, waits)
    party, mandate = _party(here, draft, waits)
    if party is not None:
        return party, mandate
    return _witness_to_party(here, draft, required, waits)


def _party(here: Here, draft: Draft, waits: set[str]) -> tuple[str | None, str]:
    if here.member in waits:
        if not here.acts_for_another:
            return here.member, ZERO16
        if here.mandate:
            return here.member, here.mandate
        policy = keys.policy_of(here.member)
        return here.member, policy.id if policy else ZERO16
    if draft.kind in MEDIATED and COMMON in waits and draft.by == here.person:
        mandate = keys.mandate_to_mediate(here.person, draft.kind)
        return (COMMON, mandate) if mandate else (None, ZERO16)
    return None, ZERO16


def is_attested(draft: Draft) -> bool:
    """Tell whether witnesses sign: a roster that one has made, a party asked for."""
    if draft.kind == "roster":
        return draft.by != COMMON
    asked = Attested.objects.filter(draft=draft.pk)
    return draft.kind == "exchange" and asked.exists()


def attested_parties(draft: Draft, required: Required) -> list[str]:
    """Name the parties of an exchange for whom witnesses were asked, if they may."""
    rows = Attested.objects.filter(draft=draft.pk).values_list("member", flat=True)
    asked = set(rows)
    return [
        need.party
        for need in required.needs
        if need.party in asked and need.means & ATTESTED
    ]


def _witness_to_party(
    here: Here, draft: Draft, required: Required, waits: set[str]
) -> tuple[str | None, str]:
    """Let witnesses sign for a party who waits, of themselves nothing, each once."""
    parties = attested_parties(draft, required)
    waiting = [one for one in parties if one in waits]
    mandate = keys.mandate_to_attest(here.person, draft.kind)
    if not waiting or mandate is None or here.mandate:
        return None, ZERO16
    mine = (here.person, mandate)
    if mine in {(slot.member, slot.mandate) for slot in slots_of(draft)}:
        return None, ZERO16
    return waiting[0], mandate


def _witness(
    here: Here, draft: Draft, required: Required, waits: set[str]
) -> tuple[str | None, str]:
    """Let witnesses sign of whom nothing is said, each once."""
    told_of = {*required.interested, *(need.party for need in required.needs)}
    mandate = keys.mandate_to_attest(here.person, draft.kind)
    if COMMON not in waits or mandate is None or here.person in told_of:
        return None, ZERO16
    return COMMON, mandate


def by_server(draft: Draft, role: Role, *, pin: str | None = None) -> Slot:
    """Sign with the key that the server keeps.

    Raises:
        SheMustSign: it keeps none that serves, or one under a PIN that is not given.
        WrongPin: this is not it.
        PinLocked: there were too many wrong ones.
    """
    if role.hosted is None or (role.hosted.pin and pin is None):
        raise SheMustSign
    return pins.slot(
        bytes(draft.act),
        person=role.person,
        mandate=role.mandate,
        key=role.hosted.key_id,
        pin=pin if role.hosted.pin else None,
    )


def from_device(draft: Draft, role: Role, sent: str) -> list[Slot] | Refusal:
    """Take the signatures that her device has made: ``key:signature``, with blanks.

    Each is verified before it is kept: a bad one would spoil the draft for all.
    """
    found = []
    for one in sent.split():
        key_id, _, written = one.partition(":")
        slot = by_key(draft, role, key_id, _bytes(written))
        if isinstance(slot, Refusal):
            return slot
        found.append(slot)
    return found


def by_key(
    draft: Draft, role: Role, key_id: str, signature: bytes
) -> Slot | BadSignature:
    """Take one signature of a key that the server does not keep, if it fits."""
    public = role.new.get(key_id) or role.own.get(key_id)
    if public is None:
        return BadSignature(role.person)
    message = message_of(draft, role, key_id)
    if not ed25519.verify(bytes.fromhex(public), message, signature):
        return BadSignature(role.person)
    return Slot(role.person, key_id, _under(role, key_id), signature)


def message_of(draft: Draft, role: Role, key_id: str) -> bytes:
    """Return the exact bytes that a key of hers signs for a draft."""
    return signature_input(
        opened.circuit().registry.genesis,
        role.person,
        _under(role, key_id),
        bytes(draft.act),
    )


def _under(role: Role, key_id: str) -> str:
    """Say under what a key signs: a new one only proves that somebody holds it."""
    return ZERO16 if key_id in role.new else role.mandate


def _bytes(written: str) -> bytes:
    try:
        return bytes.fromhex(written)
    except ValueError:
        return b""


def act_of(draft: Draft) -> Act | Refusal:
    """Read a draft's act from its very bytes."""
    return opened.circuit().registry.read(bytes(draft.act))


def brought(draft: Draft) -> dict[str, str]:
    """Return who keeps each key that a draft's act brings, by short id."""
    act = act_of(draft)
    return keys.brought_by(act) if isinstance(act, Act) else {}


def slots_of(draft: Draft, *parties: str) -> list[Slot]:
    """Return the signatures that a draft has, each once, in the entry's order."""
    rows = Signer.objects.filter(draft=draft).exclude(slot=None)
    if parties:
        rows = rows.filter(member__in=parties)
    return in_order(unpack(bytes(row.slot)) for row in rows)


def have_signed(draft: Draft) -> set[str]:
    """Return the parties that have consented so far, if only in part."""
    new = brought(draft)
    rows = Signer.objects.filter(draft=draft).exclude(slot=None)
    return {row.member for row in rows if unpack(bytes(row.slot)).key_id not in new}


def in_order(slots: Iterable[Slot]) -> list[Slot]:
    """Put signatures in the entry's order; one that serves two parties stands once."""
    return sorted(set(slots), key=lambda one: (one.member, one.key_id, one.mandate))


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
