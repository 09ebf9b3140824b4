"""What a restored witness is told of what it has signed after the backup.

Its book is as old as the backup, its key may have signed since. A log that wants a fork
cosigned would show the book's size and withhold the later one, so no answer of a log
proves that nothing came later: the key stays silent until somebody answers for it.
"""

from __future__ import annotations

from pathlib import Path

from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.unfit import Unfit
from urdimbre.adapters.witnessing.book import Book, Evidence
from urdimbre.core.chain import notes
from urdimbre.core.chain.notes import MalformedNote, Note, VerifierKey
from urdimbre.core.chain.witnessing import Seen
from urdimbre.core.refusals import gettext_noop


class NotCosigned(Unfit):
    """A file without a checkpoint that this circuit has cosigned as a witness."""

    code = "not_cosigned"
    says = gettext_noop("{where} holds no checkpoint that this circuit has cosigned.")
    hint = gettext_noop(
        "Give a receipt or a checkpoint of the other circuit that carries our "
        "signature as a witness."
    )
    exit_code = 2


class LogUnwatched(Unfit):
    """A cosigned checkpoint of a log that is not witnessed here."""

    code = "log_unwatched"
    says = gettext_noop("The log {origin} is not witnessed here.")
    hint = gettext_noop("Watch it first: urdimbre witness DIR --watch LOG_KEY.")
    exit_code = 5


def remember_cosigned(folder: Path, key: VerifierKey, raw: bytes, *, where: str) -> int:
    """Take up what this witness has signed, from a checkpoint or a receipt.

    It was signed after a proof that it continues the one before: our signature is
    enough. Another root of the same size is kept as a fork.

    Args:
        folder: of the circuit.
        key: of this witness.
        raw: the signed note, or a receipt with it.
        where: it came from.

    Returns:
        The size that is remembered of that log now.

    Raises:
        NotCosigned: it bears no signature of this witness.
        LogUnwatched: nobody has said that this log is to be witnessed.
    """
    try:
        note = _note(raw)
        told = notes.parse_checkpoint(note.text)
    except MalformedNote:
        raise NotCosigned(where=where) from None
    signed = notes.verified(note, [key], ed25519.verify)
    if not signed:
        raise NotCosigned(where=where)
    text, at = notes.note_bytes(note).decode(), signed[0].time or 0
    with Book(folder).writing() as book:
        watched = book.find(told.origin)
        if watched is None:
            raise LogUnwatched(origin=told.origin)
        if told.size > watched.seen.size:
            book.see(told.origin, Seen(told.size, told.root), note=text, at=at)
        elif told.size == watched.seen.size and told.root != watched.seen.root:
            book.keep(Evidence(told.origin, "fork", at, watched.note, text))
    return max(told.size, watched.seen.size)


def _note(raw: bytes) -> Note:
    try:
        return notes.parse_proof(raw).note
    except MalformedNote:
        return notes.parse_note(raw)
