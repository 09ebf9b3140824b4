"""Entries: the bytes of the log, acts with their signatures, and headers.

Source: wire format v1 (``docs/adr/0001-wire-format-v1.md``).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from urdimbre.core.refusals import Reason

ACT = 0x01
HEADER = 0x02
ALG_ED25519 = 1
SLOTS_MAX = 24
SLOT_BYTES = 1 + 16 + 8 + 16 + 64
ZERO16 = "00" * 16
ZERO32 = "00" * 32

_SLOT = struct.Struct(">B16s8s16s64s")
_GENESIS = b"urdimbre/genesis/v1\0"
_ACT_HASH = b"urdimbre/acthash/v1\0"
_SIGNED = b"urdimbre/act/v1\0"
_PRIVATE = b"urdimbre/private/v1\0"


class BrokenEntry(Exception):
    """Bytes that are no entry."""

    def __init__(self, reason: str, /, **values: object) -> None:
        self.reason = Reason(reason, **values)
        super().__init__(self.reason)


class Slot(NamedTuple):
    """One signature of an act.

    Attributes:
        member: hex, 16 bytes; the person or node who signs.
        key_id: hex, 8 bytes.
        mandate: hex, 16 bytes; the mandate or policy she signs under, zeros: her own.
        signature: 64 bytes.
    """

    member: str
    key_id: str
    mandate: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class ActEntry:
    """An entry that holds an act: its bytes and its signatures."""

    act: bytes
    slots: tuple[Slot, ...]

    def encode(self) -> bytes:
        """Write the entry; slots must be sorted already."""
        packed = [
            _SLOT.pack(
                ALG_ED25519,
                bytes.fromhex(slot.member),
                bytes.fromhex(slot.key_id),
                bytes.fromhex(slot.mandate),
                slot.signature,
            )
            for slot in self.slots
        ]
        return bytes((ACT, len(packed))) + b"".join(packed) + self.act


def signed_entry(act: bytes, slots: Sequence[Slot]) -> ActEntry:
    """Put an act and its signatures together in the order of the format."""
    return ActEntry(act, tuple(sorted(slots, key=lambda slot: slot[:3])))


def decode(data: bytes) -> ActEntry:
    """Read an act entry.

    Raises:
        BrokenEntry: another type, too many slots, cut short, unknown algorithm, or
            slots not strictly ascending by (member, key id, mandate).
    """
    if data[:1] != bytes((ACT,)) or data == data[:1]:
        raise BrokenEntry("not an act entry")
    count = data[1]
    start = 2 + count * SLOT_BYTES
    if count > SLOTS_MAX:
        raise BrokenEntry(
            "{count} signatures, {allowed} allowed", count=count, allowed=SLOTS_MAX
        )
    if len(data) <= start:
        raise BrokenEntry("cut short")
    slots = []
    before: tuple[str, str, str] | None = None
    for alg, member, key_id, mandate, signature in _SLOT.iter_unpack(data[2:start]):
        if alg != ALG_ED25519:
            raise BrokenEntry("unknown algorithm {number}", number=alg)
        slot = Slot(member.hex(), key_id.hex(), mandate.hex(), signature)
        if before is not None and slot[:3] <= before:
            raise BrokenEntry("signatures out of order")
        before = slot[:3]
        slots.append(slot)
    return ActEntry(data[start:], tuple(slots))


def header_entry(header: bytes) -> bytes:
    """Write the entry of a header from its canonical JSON."""
    return bytes((HEADER,)) + header


def genesis_id(act: bytes) -> str:
    """Return the circuit's id: hash of its genesis act, hex."""
    return hashlib.sha256(_GENESIS + act).hexdigest()


def act_hash(genesis: str, act: bytes) -> str:
    """Return the hash by which other acts refer to this one, hex."""
    return hashlib.sha256(_ACT_HASH + bytes.fromhex(genesis) + act).hexdigest()


def signature_input(genesis: str, member: str, mandate: str, act: bytes) -> bytes:
    """Return what a slot's signature covers; genesis itself signs 32 zero bytes."""
    ids = bytes.fromhex(genesis + member + mandate)
    return _SIGNED + ids + act


def key_id(key: str, alg: int = ALG_ED25519) -> str:
    """Return the short id of a public key: 8 bytes of its hash, hex."""
    return hashlib.sha256(bytes((alg,)) + bytes.fromhex(key)).hexdigest()[:16]


def commitment(salt: bytes, field: str, payload: bytes) -> str:
    """Return the salted commitment of one private field, hex.

    Args:
        salt: 16 bytes of chance, made by who holds the payload.
        field: its name, ASCII, at most 255 bytes.
        payload: what is kept on the desk.
    """
    name = field.encode("ascii")
    return hashlib.sha256(
        _PRIVATE + salt + bytes((len(name),)) + name + payload
    ).hexdigest()
