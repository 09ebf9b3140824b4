"""What a log and its witnesses say to each other, and when a witness cosigns.

A witness vouches for one thing only: that each checkpoint she signs continues the last
one she signed. She judges no act.

Source:
    c2sp.org/tlog-witness v0.1: ``POST add-checkpoint``, its body and its answers.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from urdimbre.core.chain import notes
from urdimbre.core.chain.merkle import HASH_BYTES, check_consistency
from urdimbre.core.chain.notes import Checkpoint, MalformedNote, Note, VerifierKey

PROOF_HASHES_MAX: Final = 63
REQUEST_BYTES_MAX: Final = notes.NOTE_BYTES_MAX
_SIZE: Final = re.compile(rb"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A log asks for a cosignature.

    Attributes:
        old: size that it believes the witness has seen last.
        path: proof that the log of ``old`` entries begins the checkpoint's.
        note: the signed checkpoint.
        checkpoint: as read from it.
    """

    old: int
    path: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Seen:
    """The last checkpoint that a witness has cosigned of one log."""

    size: int
    root: bytes


class Verdict(Enum):
    """What a witness makes of a request, with the status of her answer.

    A fork is two checkpoints of one size and two roots, both signed by the log: a proof
    for everybody. A gap is a signed checkpoint that is not shown to continue the last
    one: a reason to ask, no proof.
    """

    COSIGNED = 200
    OLD_BEYOND = 400
    NOT_SIGNED = 403
    STALE = 409
    FORK = 4090
    GAP = 422

    @property
    def status(self) -> int:
        """The status of HTTP."""
        return 409 if self is Verdict.FORK else self.value


def parse_request(raw: bytes) -> Request:
    """Read the body of ``add-checkpoint``.

    Raises:
        MalformedNote: it is none.
    """
    if len(raw) > REQUEST_BYTES_MAX:
        raise MalformedNote("too long")
    head, blank, rest = raw.partition(b"\n\n")
    if not blank:
        raise MalformedNote("no blank line before the checkpoint")
    first, *lines = head.split(b"\n")
    if not first.startswith(b"old "):
        raise MalformedNote("no old size", 1)
    if len(lines) > PROOF_HASHES_MAX:
        raise MalformedNote("too many hashes", 2)
    path = tuple(_hash(line, number) for number, line in enumerate(lines, 2))
    note = notes.parse_note(rest)
    return Request(
        old=_size(first.removeprefix(b"old ")),
        path=path,
        note=note,
        checkpoint=notes.parse_checkpoint(note.text),
    )


def request_bytes(old: int, proof: str, note: bytes) -> bytes:
    """Write the body of ``add-checkpoint``; the proof is a line for each hash."""
    return f"old {old}\n{proof}\n".encode() + note


def judge(
    request: Request, seen: Seen, keys: Sequence[VerifierKey], verify: notes.Verify
) -> Verdict:
    """Decide on a request.

    Args:
        request: as read.
        seen: the last checkpoint of that log; size 0 if there is none.
        keys: those that the witness trusts to sign for that log.
        verify: the pinned verifier.
    """
    told = request.checkpoint
    if not notes.verified(request.note, keys, verify):
        return Verdict.NOT_SIGNED
    if seen.size and told.size == seen.size and told.root != seen.root:
        return Verdict.FORK
    if request.old > told.size:
        return Verdict.OLD_BEYOND
    if request.old != seen.size:
        return Verdict.STALE
    continues = check_consistency(
        request.old, told.size, seen.root, told.root, request.path
    )
    return Verdict.COSIGNED if continues else Verdict.GAP


def parse_cosignatures(raw: bytes, text: bytes) -> Note:
    """Read the lines of a witness's answer as a note over the checkpoint's text.

    Raises:
        MalformedNote: they are none.
    """
    return notes.parse_note(text + b"\n" + raw)


def cosigned(note: Note, more: Sequence[notes.NoteSignature]) -> Note:
    """Add signatures to a note, each key once, in the order in which they came."""
    known = {(one.name, one.key_id) for one in note.signatures}
    new = [one for one in more if (one.name, one.key_id) not in known]
    return Note(note.text, (*note.signatures, *new))


def _size(text: bytes) -> int:
    if not _SIZE.fullmatch(text):
        raise MalformedNote("not a size", 1)
    return int(text)


def _hash(text: bytes, line: int) -> bytes:
    try:
        value = b64decode(text, validate=True)
    except ValueError:
        raise MalformedNote("not base64", line) from None
    if len(value) != HASH_BYTES or b64encode(value) != text:
        raise MalformedNote("not a hash", line)
    return value
