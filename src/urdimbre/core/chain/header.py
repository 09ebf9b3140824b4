"""Headers: what a block is, told in the log itself as the last entry of the block.

Source: wire format v1 (``docs/adr/0001-wire-format-v1.md``).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from urdimbre.core import encoding
from urdimbre.core.chain.entry import ZERO32, BrokenEntry, header_entry
from urdimbre.core.refusals import Reason

HEADER_BYTES_MAX = 512
NUMBER_MAX = 2**53 - 1

_NUMBERS = ("acts", "height", "rules", "size", "time")
_HASHES = ("acts_root", "prev", "state_root")
_NAMES = frozenset((*_NUMBERS, *_HASHES, "v"))
_HASH = re.compile("[0-9a-f]{64}")

FIRST_PREV = ZERO32
"""``prev`` of the first header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a block did and what everything stands at after it.

    Attributes:
        acts: number of acts of this block.
        acts_root: root of the log before this entry, the block's acts included; hex.
        height: number of the block, the first being 0.
        prev: hash of the header entry before, hex; zeros in the first.
        rules: version of the rules that judged the acts.
        size: entries of the log before this one.
        state_root: root of the state after the block, hex.
        time: block time, seconds UTC, not before that of the block before.
    """

    acts: int
    acts_root: str
    height: int
    prev: str
    rules: int
    size: int
    state_root: str
    time: int

    def encode(self) -> bytes:
        """Write the canonical JSON."""
        return (
            f'{{"acts":{self.acts},"acts_root":"{self.acts_root}",'
            f'"height":{self.height},"prev":"{self.prev}","rules":{self.rules},'
            f'"size":{self.size},"state_root":"{self.state_root}",'
            f'"time":{self.time},"v":1}}'
        ).encode()

    def entry(self) -> bytes:
        """Write the entry that holds this header."""
        return header_entry(self.encode())

    def hash(self) -> str:
        """Return what the next header names as ``prev``, hex."""
        return hashlib.sha256(self.entry()).hexdigest()


def read_header(text: bytes) -> Header:
    """Read a header from its canonical JSON.

    Raises:
        BrokenEntry: another spelling, other fields, or values outside their range.
    """
    if len(text) > HEADER_BYTES_MAX:
        raise BrokenEntry("header too long")
    try:
        value = encoding.read(text)
    except encoding.NotCanonical as error:
        reason = Reason(error.says, **error.values)
        raise BrokenEntry("header: {reason}", reason=reason) from None
    if type(value) is not dict or value.keys() != _NAMES:
        raise BrokenEntry("header: needs {names}", names=", ".join(sorted(_NAMES)))
    version = value.pop("v")
    if type(version) is not int or version != 1:
        raise BrokenEntry("header: v must be 1")
    for name in _NUMBERS:
        number = value[name]
        if type(number) is not int or not 0 <= number <= NUMBER_MAX:
            raise BrokenEntry("header: {name} is not a number of its range", name=name)
    for name in _HASHES:
        found = value[name]
        if type(found) is not str or not _HASH.fullmatch(found):
            raise BrokenEntry("header: {name} is not a hash", name=name)
    return Header(**value)
