"""Does a log go on from a checkpoint that somebody has kept?"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Sequence
from typing import NamedTuple

from urdimbre.adapters.keys import ed25519
from urdimbre.core.chain import notes
from urdimbre.core.chain.merkle import CONSISTENCY_HASHES_MAX, check_consistency

PROOF_BYTES_MAX = CONSISTENCY_HASHES_MAX * 45
"""A hash is 44 characters of base64 and a line end."""

Proof = Callable[[int, int], str | None]
"""Asks for the consistency proof between two sizes; nothing if there is none."""


class DoesNotContinue(Exception):
    """A log that is not the one that was seen before.

    Attributes:
        code: ``forked``, ``shrunk``, ``other``, ``unsigned`` or ``unproven``.
        kept: entries that were seen.
        size: entries that the log says it has.
    """

    def __init__(self, code: str, *, kept: int = 0, size: int = 0) -> None:
        """Keep what does not fit, and both sizes."""
        super().__init__(code)
        self.code = code
        self.kept = kept
        self.size = size


class Continued(NamedTuple):
    """A log that goes on from what was seen.

    Attributes:
        origin: of the log.
        kept: entries that were seen.
        size: entries now.
        signed: whether the log's key was known and has signed both.
    """

    origin: str
    kept: int
    size: int
    signed: bool


def continued(
    kept: bytes, now: bytes, proof: Proof, log_keys: Sequence[bytes] = ()
) -> Continued:
    """Check that the log of one checkpoint begins with that of an earlier one.

    Args:
        kept: the earlier checkpoint, a signed note.
        now: the present one.
        proof: asks the log for a consistency proof.
        log_keys: the log's public keys, if they are known.

    Raises:
        MalformedNote: one of them is no checkpoint.
        DoesNotContinue: it does not, or nobody proves it.
    """
    old, new = (notes.parse_note(one) for one in (kept, now))
    before, after = (notes.parse_checkpoint(one.text) for one in (old, new))
    if before.origin != after.origin:
        raise DoesNotContinue("other")
    keys = [notes.VerifierKey(name=after.origin, key=key) for key in log_keys]
    if keys and not all(
        notes.verified(one, keys, ed25519.verify) for one in (old, new)
    ):
        raise DoesNotContinue("unsigned")
    sizes = {"kept": before.size, "size": after.size}
    if after.size < before.size:
        raise DoesNotContinue("shrunk", **sizes)
    path: list[bytes] = []
    if before.size not in (0, after.size):
        text = proof(before.size, after.size)
        if text is None:
            raise DoesNotContinue("unproven", **sizes)
        path = _hashes(text)
    if not check_consistency(before.size, after.size, before.root, after.root, path):
        raise DoesNotContinue("forked", **sizes)
    return Continued(after.origin, before.size, after.size, bool(keys))


def _hashes(text: str) -> list[bytes]:
    """Read the hashes of a proof; what is none makes the proof fail."""
    try:
        return [b64decode(line, validate=True) for line in text.splitlines()]
    except ValueError:
        return [b""]
