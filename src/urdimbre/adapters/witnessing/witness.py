"""The witness: remembers each log's last checkpoint, and cosigns what continues it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.keys.server import (
    WITNESS_FILE,
    KeyMissing,
    create_node_key,
    node_key,
)
from urdimbre.adapters.witnessing.book import Book, Evidence, OpenBook, Watched
from urdimbre.core.chain import notes
from urdimbre.core.chain.notes import COSIGNATURE, MalformedNote, VerifierKey
from urdimbre.core.chain.witnessing import (
    Request,
    Seen,
    Verdict,
    judge,
    parse_request,
)
from urdimbre.recording.ports import Clock

TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the witness says, in the terms of HTTP."""

    status: int
    body: str
    content_type: str = TEXT


class Witness:
    """This circuit as a witness of others; its key signs nothing else."""

    def __init__(self, folder: Path, name: str, *, clock: Clock) -> None:
        """Take the key from ``keys/witness``, which is made the first time.

        Args:
            folder: of the circuit.
            name: of the key in notes.
            clock: seconds UTC.
        """
        self._book = Book(folder)
        self._seed = _seed(folder / WITNESS_FILE, self._book)
        self._clock = clock
        public = ed25519.public_key(self._seed)
        self.key = VerifierKey(name=name, kind=COSIGNATURE, key=public)

    @property
    def silent(self) -> bool:
        """Whether it cosigns nothing, as its key may have signed more than it knows."""
        return self._book.doubts(self.key.key.hex())

    def answer(self, body: bytes) -> Answer:
        """Answer ``add-checkpoint``; what is cosigned is remembered before."""
        try:
            request = parse_request(body)
        except MalformedNote as malformed:
            return Answer(400, f"{malformed}\n")
        with self._book.writing() as book:
            watched = book.find(request.checkpoint.origin)
            if watched is None:
                return Answer(404, "this log is not witnessed here\n")
            verdict = judge(request, watched.seen, _keys(watched), ed25519.verify)
            if verdict is Verdict.COSIGNED and book.doubts(self.key.key.hex()):
                return _SILENT
            now = self._clock()
            self._remember(book, watched, request, verdict, now=now)
        if verdict is Verdict.COSIGNED:
            return Answer(200, self._cosignature(request, now))
        if verdict.status == Verdict.STALE.status:
            return Answer(verdict.status, f"{watched.seen.size}\n", SIZE)
        return Answer(verdict.status, f"{_REASONS[verdict]}\n")

    def _remember(
        self,
        book: OpenBook,
        watched: Watched,
        request: Request,
        verdict: Verdict,
        *,
        now: int,
    ) -> None:
        told = request.checkpoint
        text = notes.note_bytes(request.note).decode()
        if verdict is Verdict.COSIGNED:
            book.see(watched.origin, Seen(told.size, told.root), note=text, at=now)
        elif verdict in _KINDS:
            kind = _KINDS[verdict]
            book.keep(Evidence(watched.origin, kind, now, watched.note, text))

    def _cosignature(self, request: Request, now: int) -> str:
        text = request.note.text
        made = notes.cosign_note(
            text, self.key, lambda one: ed25519.sign(self._seed, one), time=now
        )
        whole = notes.note_bytes(notes.Note(text, (made,)))
        return whole[len(text) + 1 :].decode()


_SILENT = Answer(503, "restored; its keeper has not yet answered for it\n")
_KINDS = {Verdict.FORK: "fork", Verdict.GAP: "gap"}
_REASONS = {
    Verdict.OLD_BEYOND: "the old size is beyond the checkpoint's",
    Verdict.NOT_SIGNED: "no key that is trusted for this log has signed",
    Verdict.GAP: "the proof does not lead from the old checkpoint to this one",
}


def _keys(watched: Watched) -> Sequence[VerifierKey]:
    return [notes.parse_vkey(one) for one in watched.keys]


def _seed(path: Path, book: Book) -> bytes:
    try:
        return node_key(path)
    except KeyMissing:
        seed = create_node_key(path)
    if book.path.exists():  # a new key has signed nothing, whatever the book forgot
        book.vouch(ed25519.public_key(seed).hex())
    return seed
