"""Checkpoints that others have seen, held against a log: ahead of it, or another one.

A restored copy that goes on where somebody has seen more would make a second history.
So whoever has seen a checkpoint (a witness, another circuit, a member's device) is
asked, and this is where the answer is judged.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from urllib.error import URLError

from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.unfit import Unfit
from urdimbre.core.chain import notes
from urdimbre.core.chain.merkle import EMPTY
from urdimbre.core.membership.rows import Key
from urdimbre.core.refusals import gettext_noop
from urdimbre.recording.chain import origin_of
from urdimbre.recording.log_tree import WIDTH, reopened
from urdimbre.recording.ports import Store

CHECKPOINT_BYTES_MAX = 1 << 16
ASKING_SECONDS = 20


class CheckpointFailed(Unfit):
    """A checkpoint that cannot be used."""

    code = "bad_checkpoint"
    says = gettext_noop("This is no checkpoint of this circuit: {reason}.")
    hint = gettext_noop("Give the checkpoint as its keeper has it, whole.")
    exit_code = 2


class CheckpointUnreachable(Unfit):
    """Whoever should tell a checkpoint does not answer."""

    code = "checkpoint_unreachable"
    says = gettext_noop("{where} does not answer: {reason}.")
    hint = gettext_noop("Try again, ask somebody else, or save it as a file.")
    exit_code = 7


class Forked(Unfit):
    """Two histories: somebody has seen another log than this one.

    Attributes:
        seen: the checkpoint, a signed note: keep it, it is the evidence.
    """

    code = "forked"
    says = gettext_noop("Another log of {size} entries was signed than this one.")
    hint = gettext_noop(
        "Keep both files: they are the evidence. Do not record here; ask the members "
        "and witnesses which of the two they have seen."
    )
    exit_code = 3

    def __init__(self, size: int, seen: str) -> None:
        """Keep where they part, at the latest, and the evidence."""
        super().__init__(size=size)
        self.size = size
        self.seen = seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A checkpoint that somebody has seen.

    Attributes:
        text: the signed note.
        size: entries of the log.
        root: of the log, hex.
        signed: by a key of the node that the log knows.
    """

    text: str
    size: int
    root: str
    signed: bool


def fetched(where: str) -> str:
    """Read a checkpoint from a file or from an address (http, https).

    Raises:
        CheckpointUnreachable: nobody answers, or there is no such file.
    """
    return fetched_bytes(where, CHECKPOINT_BYTES_MAX).decode("utf-8", "replace")


def fetched_bytes(where: str, most: int) -> bytes:
    """Read what lies at an address, or in a file, as far as ``most`` bytes.

    Raises:
        CheckpointUnreachable: nobody answers, or there is no such file.
    """
    try:
        if where.startswith(("http://", "https://")):
            with urllib.request.urlopen(where, timeout=ASKING_SECONDS) as answer:  # noqa: S310 - http only
                return bytes(answer.read(most))
        else:
            with Path(where).open("rb") as file:
                return file.read(most)
    except (URLError, OSError) as failed:
        reason = getattr(failed, "reason", None) or getattr(failed, "strerror", failed)
        raise CheckpointUnreachable(where=where, reason=reason) from None


def read_seen(text: str, genesis: str, keys: Sequence[Key]) -> Seen:
    """Read a checkpoint of this circuit.

    Args:
        text: the signed note.
        genesis: the circuit's id, hex.
        keys: of the node, as far as the log at hand knows them.

    Raises:
        CheckpointFailed: it is none, or another circuit's, or falsely signed.
    """
    try:
        note = notes.parse_note(text.encode("utf-8", "surrogatepass"))
        told = notes.parse_checkpoint(note.text)
    except notes.MalformedNote as malformed:
        raise CheckpointFailed(reason=malformed.told) from None
    if told.origin != origin_of(genesis):
        raise CheckpointFailed(reason=told.origin)
    return Seen(
        text=text,
        size=told.size,
        root=told.root.hex(),
        signed=bool(signer_of(note, genesis, keys)),
    )


def signer_of(note: notes.Note, genesis: str, keys: Iterable[Key]) -> str:
    """Return which of these keys has signed, hex; empty if none has."""
    for row in keys:
        key = notes.VerifierKey(name=origin_of(genesis), key=bytes.fromhex(row.public))
        if notes.verified(note, [key], ed25519.verify):
            return row.public
    return ""


def root_at(store: Store, size: int) -> bytes:
    """Return the root that the log had when it had so many entries."""
    if not size:
        return EMPTY
    start = size - size % WIDTH
    rest = islice(store.entries(start), size - start)
    return reopened(size, store.tile, rest).root()


def largest_ahead(store: Store, size: int, seen: Iterable[Seen]) -> Seen | None:
    """Return the largest checkpoint beyond the log's size, if there is one.

    One that no known key has signed counts as well: the key may be newer than this
    copy, and to stand still is the lesser harm.

    Raises:
        Forked: one of a size that the log has, signed by its node, has another root.
    """
    ahead: list[Seen] = []
    for one in seen:
        if one.size > size:
            ahead.append(one)
        elif one.signed and root_at(store, one.size).hex() != one.root:
            raise Forked(one.size, one.text)
    return max(ahead, key=lambda one: one.size, default=None)


def largest_told(seen: Iterable[Seen], size: int) -> int | None:
    """Return the size of the largest checkpoint that answers; ``None``: none does.

    One that no known key has signed says nothing of a log as large as this.
    """
    told = [one.size for one in seen if one.signed or one.size > size]
    return max(told, default=None)
