"""``verify --from`` a checkpoint that somebody has kept.

A checkpoint brings no state, so the acts before it are replayed like all others, and
judged by the rules. Only their signatures are not verified again: the entries give the
root that the checkpoint states, so they are to the byte what stood there when it was
kept, and every later signature is verified.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from urdimbre.adapters.checkpoints import CheckpointFailed
from urdimbre.adapters.differences import Difference, FoundDifference
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.snapshot import check_snapshot, checkpoint_in, is_snapshot
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import HEADER, BrokenEntry, decode, genesis_id
from urdimbre.core.refusals import Reason
from urdimbre.recording.chain import Chain, origin_of

UNPROVEN = ("signatures_before",)


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint that somebody has kept, not yet held against a log.

    Attributes:
        note: the checkpoint, signed.
        told: what it states.
    """

    note: notes.Note
    told: notes.Checkpoint

    @property
    def size(self) -> int:
        """Entries before it."""
        return self.told.size

    def upto(self, entries: Iterator[bytes]) -> Iterator[bytes]:
        """Give the entries before it; the last of them must be a header.

        Raises:
            FoundDifference: no block ends where it stands, or it is another circuit's.
        """
        last = b""
        for place, last in enumerate(islice(entries, self.size)):
            if not place:
                self._begins_with(last)
            yield last
        if self.size and last[:1] != bytes((HEADER,)):
            raise self._differs(Reason("no block ends where it stands"))

    def meet(self, chain: Chain) -> None:
        """Check that a log, as far as it was replayed, is the one it was signed for.

        Raises:
            FoundDifference: it is another log, a shorter one, or it is falsely signed.
        """
        if chain.log.size < self.size:
            reason = Reason("the log is shorter than the checkpoint that was kept")
            found = Difference(table="entry", entry=chain.log.size, reason=reason)
            raise FoundDifference(found)
        if chain.log.root() != self.told.root:
            raise self._differs(Reason("the entries before it give another root"))
        name = origin_of(chain.state.genesis)
        key = notes.VerifierKey(name=name, key=bytes.fromhex(chain.sealed_by))
        if not notes.verified(self.note, [key], ed25519.verify):
            raise self._differs(Reason("the node has not signed it"))

    def _begins_with(self, first: bytes) -> None:
        origin = self.told.origin
        with suppress(BrokenEntry):  # which the replay will name
            if origin_of(genesis_id(decode(first).act)) != origin:
                reason = Reason("it is of another circuit: {origin}", origin=origin)
                raise self._differs(reason)

    def _differs(self, reason: Reason) -> FoundDifference:
        key = {"kept": self.size}
        return FoundDifference(Difference(table="checkpoint", key=key, reason=reason))


def read_kept(path: Path) -> Kept:
    """Read a checkpoint from its file, or out of a snapshot that holds.

    Raises:
        CheckpointFailed: it is neither.
        NotASnapshot: its proofs do not hold.
    """
    if is_snapshot(path):
        check_snapshot(path)
        content = checkpoint_in(path)
    else:
        with path.open("rb") as file:
            content = file.read(notes.NOTE_BYTES_MAX + 1)
    try:
        note = notes.parse_note(content)
        return Kept(note, notes.parse_checkpoint(note.text))
    except notes.MalformedNote as malformed:
        raise CheckpointFailed(reason=malformed.told) from None
