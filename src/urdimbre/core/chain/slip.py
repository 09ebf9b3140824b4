"""Slips: a signed act in few bytes, to pass from device to device as a picture.

A slip holds an act, signatures of it, and the private words behind its commitments.
Each act has one slip form and each slip one act, byte for byte: what was signed is
written down shorter, never left out.

Source: ``docs/adr/0017-slips-for-two-devices.md``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from urdimbre.core import encoding
from urdimbre.core.chain import cbor
from urdimbre.core.chain.cbor import Simple, Tag
from urdimbre.core.chain.entry import commitment

OFFER, ANSWER = 1, 2
SALT_BYTES, MEMBER_BYTES, HASH_BYTES, KEY_BYTES, SIGNATURE_BYTES = 16, 16, 32, 32, 64
MARK_BYTES = 4
"""So much of the circuit's id stands in a slip: to say that it is another circuit's."""
PICTURE_BYTES_MAX = 300
"""More make a picture (QR code, level M) that a worn camera reads badly."""
SEEN_MAX = 256

KEYS = (
    *("act", "agreement", "alias", "body", "by", "circuit", "common", "consents"),
    *("day", "deal", "deals", "due", "event", "for", "giver", "id", "kind", "latest"),
    *("mandate", "may", "measure", "member", "mode", "move", "moves", "need", "of"),
    *("on_limit", "open", "or", "outside", "owed", "party", "private", "product"),
    *("purpose", "purse", "into", "quantity", "reason", "refs", "rel", "risk"),
    *("sealed", "taker", "title", "type", "unit", "use", "v", "valid_until", "what"),
    *("category", "date", "from", "every_days", "times"),
)
"""Names of fields by their number; added to in another version only."""
WORDS = (
    *("exchange", "goods", "signs", "money", "promise", "barter", "sale", "gift"),
    *("consumption", "production", "resale", "counted", "weighed", "transfer"),
    *("refuse", "owe", "C62", "KGM", "DZN", "HUR"),
    # From here on two bytes each.
    *("lend", "settle", "circulation", "common", "estimated", "custody", "return"),
    *("LTR", "DAY", "GRM", "release", "work", "request", "harvest", "fulfilled"),
    *("loss", "passed_on", "replaced", "forgiven", "settles", "releases", "adjusts"),
    *("answers", "decided_by", "contests", "sell", "use", "words", "till", "bank"),
    *("reserve", "deposit", "use_price", "damage", "debtor", "shared", "creditor"),
)
"""Values that acts often hold, by their number; added to in another version only."""
SHAPES = (
    ("agreement", "body", "by", "id", "kind", "private", "refs", "v", "valid_until"),
    ("day", "deals"),
    ("mode", "moves"),
    (
        *("category", "giver", "measure", "quantity", "taker"),
        *("title", "type", "unit", "use"),
    ),
    ("giver", "on_limit", "quantity", "taker", "type", "unit"),
    ("giver", "quantity", "taker", "type", "unit"),
    ("due", "giver", "taker", "type", "what"),
    ("member",),
    ("act", "deal", "move"),
)
"""Records that are written without the names of their fields."""
_FIRST_TAG = 6
_OPENING = _FIRST_TAG + len(SHAPES)
_TAG_OF = {shape: number for number, shape in enumerate(SHAPES, start=_FIRST_TAG)}
_KEY = {name: number for number, name in enumerate(KEYS)}
_ONE_BYTE, _GAP = 20, 12
_WORD = {
    word: Simple(number if number < _ONE_BYTE else number + _GAP)
    for number, word in enumerate(WORDS)
}
_WORD_OF = {simple: word for word, simple in _WORD.items()}
_HEX = re.compile(r"([0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{64})\Z")


_TEXT = "URD1:"
_BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_BASE = len(_BASE45)


class BrokenSlip(Exception):
    """Bytes that are no slip of this version."""


class OtherCircuit(Exception):
    """A slip of another circuit."""


class Opening(NamedTuple):
    """What a commitment in the act commits to."""

    salt: bytes
    field: str
    payload: bytes

    @property
    def commitment(self) -> str:
        """Return the commitment, hex."""
        return commitment(self.salt, self.field, self.payload)


class Signature(NamedTuple):
    """A signature with the key that made it; of members for themselves only."""

    member: str
    key: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Slip:
    """An act on its way.

    Attributes:
        act: its canonical bytes.
        openings: private fields whose commitments it names.
        signatures: as many as it has by now.
    """

    act: bytes
    openings: tuple[Opening, ...]
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Signatures of an act that the other device has already.

    Attributes:
        act: its hash, hex.
        signatures: those that were missing.
    """

    act: str
    signatures: tuple[Signature, ...]


class _Writing:
    """What has been written so far of one act."""

    def __init__(self, openings: Mapping[str, Opening]) -> None:
        self.openings = openings
        self.seen: dict[str, int] = {}

    def value(self, value: object) -> object:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(one) for one in value]
        if not isinstance(value, dict):
            return value
        tag = _TAG_OF.get(tuple(value))
        if tag is None:
            return {_KEY.get(key, key): self.value(one) for key, one in value.items()}
        found = [self.value(one) for one in value.values()]
        return Tag(tag, found if len(found) > 1 else found[0])

    def text(self, value: str) -> object:
        if value in _WORD:
            return _WORD[value]
        if value in self.openings:
            one = self.openings[value]
            return Tag(_OPENING, [one.salt, self.text(one.field), one.payload])
        if not _HEX.match(value):
            return value
        if value in self.seen:
            return bytes((self.seen[value],))
        if len(self.seen) < SEEN_MAX:
            self.seen[value] = len(self.seen)
        return bytes.fromhex(value)


class _Reading:
    """What has been read so far of one act."""

    def __init__(self) -> None:
        self.openings: dict[str, Opening] = {}
        self.seen: list[str] = []

    def value(self, value: object) -> object:
        if isinstance(value, bool | int | str):
            return value
        if isinstance(value, bytes):
            return self.id(value)
        if isinstance(value, Simple):
            return _of(_WORD_OF, value)
        if isinstance(value, list):
            return [self.value(one) for one in value]
        if isinstance(value, Tag):
            return self.tagged(value)
        assert isinstance(value, dict)
        return {self.key(key): self.value(one) for key, one in value.items()}

    def key(self, key: object) -> str:
        if isinstance(key, str):
            return key
        assert isinstance(key, int)
        if not 0 <= key < len(KEYS):
            raise BrokenSlip
        return KEYS[key]

    def id(self, value: bytes) -> str:
        if len(value) == 1 and value[0] < len(self.seen):
            return self.seen[value[0]]
        if len(self.seen) < SEEN_MAX:
            self.seen.append(value.hex())
        return value.hex()

    def tagged(self, tag: Tag) -> object:
        if tag.number == _OPENING:
            return self.opening(tag.value)
        if not _FIRST_TAG <= tag.number < _OPENING:
            raise BrokenSlip
        shape = SHAPES[tag.number - _FIRST_TAG]
        found = [tag.value] if len(shape) == 1 else tag.value
        if not isinstance(found, list) or len(found) != len(shape):
            raise BrokenSlip
        return {name: self.value(one) for name, one in zip(shape, found, strict=True)}

    def opening(self, value: object) -> str:
        match value:
            case [bytes() as salt, field, bytes() as payload]:
                name = self.value(field)
            case _:
                raise BrokenSlip
        if not isinstance(name, str) or not re.fullmatch("[a-z]{1,40}", name):
            raise BrokenSlip
        one = Opening(_exact(salt, SALT_BYTES), name, payload)
        self.openings[one.commitment] = one
        return one.commitment


def _of(table: Mapping[Simple, str], key: Simple) -> str:
    if key not in table:
        raise BrokenSlip
    return table[key]


def _exact(value: bytes, size: int) -> bytes:
    if len(value) != size:
        raise BrokenSlip
    return value


def write(slip: Slip | Answer, genesis: str) -> bytes:
    """Write a slip.

    Raises:
        encoding.NotCanonical: its act is not in canonical form.
    """
    mark = bytes.fromhex(genesis)[:MARK_BYTES]
    if isinstance(slip, Answer):
        writing = _Writing({})
        head: list[object] = [ANSWER, mark, bytes.fromhex(slip.act)]
    else:
        writing = _Writing({one.commitment: one for one in slip.openings})
        head = [OFFER, mark, writing.value(encoding.read(slip.act))]
    signed = [
        part
        for one in slip.signatures
        for part in (writing.text(one.member), bytes.fromhex(one.key), one.signature)
    ]
    return cbor.write([*head, *signed])


def read(data: bytes, genesis: str) -> Slip | Answer:
    """Read a slip, if its bytes are the one form of what it says.

    Whether the act is one, and whether anybody's signature holds, is for others to say.

    Raises:
        BrokenSlip: no slip, or written otherwise.
        OtherCircuit: not of this circuit.
    """
    try:
        value = cbor.read(data)
    except cbor.NotCbor:
        raise BrokenSlip from None
    reading = _Reading()
    found: Slip | Answer
    match value:
        case [1, bytes() as mark, told, *signed]:
            act = encoding.dumps(reading.value(told))
            signatures = _signatures(reading, signed)
            found = Slip(act, tuple(reading.openings.values()), signatures)
        case [2, bytes() as mark, bytes() as act, *signed]:
            found = Answer(_exact(act, HASH_BYTES).hex(), _signatures(reading, signed))
        case _:
            raise BrokenSlip
    if _exact(mark, MARK_BYTES) != bytes.fromhex(genesis)[:MARK_BYTES]:
        raise OtherCircuit
    try:
        again = write(found, genesis)
    except encoding.NotCanonical:
        raise BrokenSlip from None
    if again != data:
        raise BrokenSlip
    return found


def _signatures(reading: _Reading, parts: list[object]) -> tuple[Signature, ...]:
    found = []
    while parts:
        match parts:
            case [bytes() as member, bytes() as key, bytes() as made, *rest]:
                who = reading.id(member)
                signed = _exact(key, KEY_BYTES).hex(), _exact(made, SIGNATURE_BYTES)
                found.append(Signature(who, *signed))
            case _:
                raise BrokenSlip
        if len(who) != 2 * MEMBER_BYTES:
            raise BrokenSlip
        parts = rest
    return tuple(found)


def to_text(data: bytes) -> str:
    """Write a slip's bytes as a picture holds them: base45 (RFC 9285)."""
    out = [_TEXT]
    for at in range(0, len(data), 2):
        part = data[at : at + 2]
        number = int.from_bytes(part, "big")
        for _ in range(len(part) + 1):
            number, digit = divmod(number, _BASE)
            out.append(_BASE45[digit])
    return "".join(out)


def from_text(text: str) -> bytes:
    """Read a slip's bytes from the text of a picture.

    Raises:
        BrokenSlip: the text of something else, or cut short.
    """
    digits = [_BASE45.find(one) for one in text.removeprefix(_TEXT)]
    if not text.startswith(_TEXT) or -1 in digits:
        raise BrokenSlip
    out = bytearray()
    for at in range(0, len(digits), 3):
        part = digits[at : at + 3]
        number = sum(digit * _BASE**place for place, digit in enumerate(part))
        size = len(part) - 1
        if size == 0 or number >= 256**size:
            raise BrokenSlip
        out += number.to_bytes(size, "big")
    return bytes(out)
