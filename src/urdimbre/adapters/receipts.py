"""Receipts: proofs that their holder keeps, and what they prove without the registry.

Source: C2SP ``tlog-proof``; what ``extra`` holds is told in ``recording/proofs.py``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from urdimbre.adapters.desk import Desk
from urdimbre.adapters.keys import ed25519
from urdimbre.core import circuit, encoding
from urdimbre.core.acts import Act
from urdimbre.core.agreements import number
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import (
    ZERO32,
    ActEntry,
    BrokenEntry,
    commitment,
    decode,
    key_id,
    signature_input,
)
from urdimbre.core.chain.merkle import check_inclusion, leaf_hash
from urdimbre.core.federation.witness import Witness
from urdimbre.core.refusals import gettext_noop
from urdimbre.core.state import View
from urdimbre.recording.log_tree import WIDTH, reopened
from urdimbre.recording.ports import Store
from urdimbre.recording.proofs import receipt_text

RECEIPT_BYTES_MAX = 1 << 19
SALT_BYTES = 16
OPENING = frozenset(("field", "payload", "salt"))

UNPROVEN = {
    "log_key": gettext_noop(
        "That this is the circuit's log: the log's key was not given."
    ),
    "circuit": gettext_noop(
        "Which circuit the signatures are for: its number was not given."
    ),
    "signatures": gettext_noop(
        "That these members signed: the keys of {members} were not given."
    ),
    "witnesses": gettext_noop(
        "That everybody is shown the same log: no witness has signed."
    ),
    "few_witnesses": gettext_noop(
        "That as many witnesses on different hosts have signed as the circuit asks for."
    ),
    "witness_keys": gettext_noop(
        "That {witnesses} saw this log: their keys were not given."
    ),
    "rules": gettext_noop(
        "That the act was allowed by the agreement: that needs the whole log."
    ),
}
"""What a receipt may leave open; the codes are stable."""


class BadReceipt(Exception):
    """A receipt that does not hold.

    Attributes:
        code: what fails: ``format``, ``entry``, ``log``, ``inclusion``, ``signature``,
            ``opening``, ``witness``; of a proof of rows, ``state``.
        says: what is wrong, an English key of the catalogues with ``{value}`` places.
        values: of the sentence, by name.
    """

    says = gettext_noop("The receipt does not hold: {reason}.")
    exit_code = 3
    hint = gettext_noop("Ask the circuit for the receipt again, and keep this one.")

    def __init__(self, code: str, reason: str) -> None:
        """Keep what fails, and why in a few words."""
        super().__init__(reason)
        self.code = code
        self.values = {"reason": reason}


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a circuit has agreed on its witnesses.

    Attributes:
        needed: how many a receipt should carry.
        hosts: on whose machine each runs, by name; two on one count as one.
    """

    needed: int
    hosts: Mapping[str, str]

    def too_few(self, names: Iterable[str]) -> bool:
        """Tell whether these witnesses are on fewer hosts than agreed."""
        return len({self.hosts.get(name, name) for name in names}) < self.needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What a receipt proves.

    Attributes:
        origin: of the log.
        index: position of the entry.
        size: entries of the log that the checkpoint speaks of.
        act: hash of the act, hex; empty if the circuit was not given.
        id: the act's number.
        kind: of the act.
        signers: member ids whose signatures were verified.
        openings: field names whose payloads fit their commitments.
        cosigners: names of the witnesses whose signatures were verified.
        other_lines: names on signature lines of the checkpoint that were not.
        unproven: codes of ``UNPROVEN``.
    """

    origin: str
    index: int
    size: int
    act: str
    id: str
    kind: str
    signers: tuple[str, ...]
    openings: tuple[str, ...]
    cosigners: tuple[str, ...]
    other_lines: tuple[str, ...]
    unproven: tuple[str, ...]

    def told(self) -> dict[str, Any]:
        """Return it as ``verify-receipt --json`` prints it."""
        return {"ok": True} | asdict(self)


def agreed_on(state: View, named: Iterable[Witness]) -> Agreed:
    """Return what the state says on these witnesses."""
    needed = number(state, "witnesses_needed")
    return Agreed(needed, {one.name: one.host for one in named})


def openings_of(desk: Desk, act: Act) -> dict[str, Any]:
    """Gather what the desk still keeps behind the private fields of an act."""
    return {
        one.commitment: {
            "field": one.field,
            "payload": one.payload.hex(),
            "salt": one.salt.hex(),
        }
        for one in desk.payloads(act.private).values()
    }


def receipt_from(
    store: Store, position: int, openings: Mapping[str, Any], *, under: str = ""
) -> str:
    """Write a receipt from stored tables alone, while another process records.

    It proves its entry under the checkpoint ``under``, else under the last one.

    Raises:
        OutsideTree: there is no such entry.
    """
    last = store.last_block()
    size = 0 if last is None else last.position + 1
    log = reopened(size, store.tile, store.entries(size - size % WIDTH))
    return receipt_text(store, log, position, openings, under=under)


def verify_receipt(
    text: bytes,
    *,
    log_key: bytes | None = None,
    log_keys: Sequence[bytes] = (),
    genesis: str | None = None,
    keys: Mapping[str, str] | None = None,
    owners: Mapping[str, str] | None = None,
    witnesses: Sequence[notes.VerifierKey] = (),
    agreed: Agreed | None = None,
) -> Proven:
    """Check a receipt without the registry.

    Args:
        text: as handed out.
        log_key: the node's public key, if its holder knows it.
        log_keys: several, of a log whose key was changed.
        genesis: the circuit's id, hex.
        keys: public keys by key id, hex.
        owners: member ids by key id, of those keys whose owners are known.
        witnesses: keys of witnesses whose signatures are looked for.
        agreed: how many of them the circuit asks for, and on which hosts they are.

    Raises:
        BadReceipt: something in it does not hold.
    """
    proof, told = included(text)
    entry, openings = unpacked(proof.extra)
    own = [*log_keys] if log_key is None else [log_key, *log_keys]
    unproven = ["rules", *log_unproven(proof.note, told.origin, own, genesis)]
    cosigners, others = witnessed(proof.note, told.origin, witnesses)
    unproven += witnesses_unproven(cosigners, others, agreed)
    signed = _signed(entry)
    act = _act(signed, genesis, proof.index)
    of = genesis if proof.index else act.hash
    signers, missing = _signers(signed, of, proof.index, keys or {}, owners or {})
    unproven += ["signatures"] if missing else []
    return Proven(
        origin=told.origin,
        index=proof.index,
        size=told.size,
        act="" if genesis is None else act.hash,
        id=act.id,
        kind=act.kind,
        signers=signers,
        openings=_opened(openings, act.private),
        cosigners=cosigners,
        other_lines=others,
        unproven=tuple(sorted(unproven)),
    )


def included(
    text: bytes, most: int = RECEIPT_BYTES_MAX
) -> tuple[notes.Proof, notes.Checkpoint]:
    """Read a proof and check that its entry stands under its checkpoint.

    Raises:
        BadReceipt: it does not, or is longer than ``most`` bytes.
    """
    if len(text) > most:
        raise BadReceipt("format", "too long")
    try:
        proof = notes.parse_proof(text)
        told = notes.parse_checkpoint(proof.note.text)
    except notes.MalformedNote as malformed:
        raise BadReceipt("format", malformed.told) from None
    if told.extensions:
        raise BadReceipt("format", "the checkpoint has lines of its own")
    leaf = leaf_hash(unpacked(proof.extra)[0])
    if not check_inclusion(proof.index, told.size, leaf, proof.path, told.root):
        raise BadReceipt("inclusion", "the path does not lead to the checkpoint's root")
    return proof, told


def unpacked(extra: bytes | None) -> tuple[bytes, dict[str, Any]]:
    """Take the entry and its holder's openings out of a proof's ``extra``.

    Raises:
        BadReceipt: they cannot be read.
    """
    length = int.from_bytes((extra or b"")[:4], "big")
    if extra is None or len(extra) < 4 + length or not length:
        raise BadReceipt("entry", "holds no entry")
    told = extra[4 + length :]
    try:
        openings = json.loads(told)
        plain = told.decode("ascii").isprintable()
        canonical = plain and encoding.dumps(openings) == told
    except (ValueError, RecursionError):
        raise BadReceipt("opening", "the openings are no JSON") from None
    if not isinstance(openings, dict) or not canonical:
        raise BadReceipt("opening", "the openings are no object in canonical form")
    return extra[4 : 4 + length], openings


def log_unproven(
    note: notes.Note, origin: str, log_keys: Sequence[bytes], genesis: str | None
) -> list[str]:
    """Check who speaks for the log; returns what that leaves open.

    Raises:
        BadReceipt: it is another log, or its key has not signed.
    """
    if genesis is not None and origin != f"urdimbre/{genesis[:32]}":
        raise BadReceipt("log", "the checkpoint is of another circuit")
    unproven = ["circuit"] if genesis is None else []
    if not log_keys:
        return [*unproven, "log_key"]
    keys = [notes.VerifierKey(name=origin, key=key) for key in log_keys]
    if not notes.verified(note, keys, ed25519.verify):
        raise BadReceipt("log", "the log's key has not signed the checkpoint")
    return unproven


def witnessed(
    note: notes.Note, origin: str, keys: Sequence[notes.VerifierKey]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Verify the witnesses' lines; returns whose hold, and whose keys are unknown.

    A line of a known witness that does not hold makes the note worth nothing.

    Raises:
        BadReceipt: there is one.
    """
    found = notes.verified(note, keys, ed25519.verify)
    known = {(key.name, key.id) for key in keys}
    lines = [one for one in note.signatures if one.name != origin]
    unknown = [one.name for one in lines if (one.name, one.key_id) not in known]
    if len(unknown) < len(lines) and not found:
        raise BadReceipt("witness", "the signature of a witness does not hold")
    names = (one.key.name for one in found)
    return tuple(dict.fromkeys(names)), tuple(dict.fromkeys(unknown))


def witnesses_unproven(
    cosigners: Sequence[str], others: Sequence[str], agreed: Agreed | None
) -> list[str]:
    """Return what the witnesses under a checkpoint leave open."""
    if not cosigners:
        return ["witness_keys" if others else "witnesses"]
    few = agreed is not None and agreed.too_few(cosigners)
    return ["few_witnesses"] if few else []


def _signed(entry: bytes) -> ActEntry:
    try:
        signed = decode(entry)
    except BrokenEntry as broken:
        raise BadReceipt("entry", broken.reason) from None
    if not signed.slots:
        raise BadReceipt("entry", "nobody has signed")
    return signed


def _act(signed: ActEntry, genesis: str | None, index: int) -> Act:
    """Read the act; which circuit it is of does not matter for its form."""
    act = circuit.read(signed.act, (genesis or ZERO32) if index else "")
    if not isinstance(act, Act):
        raise BadReceipt("entry", act.sentence())
    if not index and genesis not in (None, act.hash):
        raise BadReceipt("entry", "the genesis of another circuit")
    return act


def _signers(
    signed: ActEntry,
    genesis: str | None,
    index: int,
    keys: Mapping[str, str],
    owners: Mapping[str, str],
) -> tuple[tuple[str, ...], bool]:
    """Verify the signatures whose keys are known; tells whether any is left open.

    A key signs for one member, whose it is as far as that is known.
    """
    verified: list[str] = []
    whose = dict(owners)
    missing = False
    for slot in signed.slots:
        public = keys.get(slot.key_id)
        if public is None or genesis is None:
            missing = True
            continue
        message = signature_input(
            genesis if index else ZERO32, slot.member, slot.mandate, signed.act
        )
        fits = key_id(public) == slot.key_id
        if not fits or not ed25519.verify(
            bytes.fromhex(public), message, slot.signature
        ):
            raise BadReceipt("signature", f"{slot.member} has not signed this")
        if whose.setdefault(slot.key_id, slot.member) != slot.member:
            raise BadReceipt("signature", f"{slot.member} signs with another's key")
        verified.append(slot.member)
    return tuple(verified), missing


def _opened(openings: dict[str, Any], private: Sequence[str]) -> tuple[str, ...]:
    fields = []
    for committed, opening in sorted(openings.items()):
        try:
            salt, payload = (bytes.fromhex(opening[one]) for one in ("salt", "payload"))
            made = commitment(salt, opening["field"], payload)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise BadReceipt("opening", f"{committed} cannot be read") from None
        # With a salt of another length the same bytes could be cut into other fields.
        fits = made == committed and len(salt) == SALT_BYTES
        if not fits or committed not in private or opening.keys() != OPENING:
            raise BadReceipt("opening", f"{committed} is not what was committed to")
        fields.append(opening["field"])
    return tuple(fields)
