"""What the doctor looks at in ``witness.db``: a witness that signs nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from urdimbre.adapters.finding import BAD, LOOK, Finding, Patient
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.keys.server import WITNESS_FILE, node_key
from urdimbre.adapters.witnessing.book import Book, Peer
from urdimbre.core.federation.witness import Witness
from urdimbre.core.refusals import gettext_noop

COSIGNED = "cosigned"
UNREACHABLE = "unreachable"


def witness_findings(patient: Patient) -> Iterator[Finding]:
    """Look whether we cosign for others, and others for us."""
    book = Book(patient.path)
    try:
        silent, peers = _silent(patient, book), book.peers()
    except sqlite3.Error as failed:
        yield _unreadable(str(failed))
        return
    if silent:
        yield _our_own()
    known = {one.public: one for one in peers}
    for row in patient.rows:
        if isinstance(row, Witness) and row.in_force(patient.last):
            yield from _one_of_ours(row, known.get(row.public))


def _silent(patient: Patient, book: Book) -> bool:
    """Whether our key as a witness may have signed more than is remembered."""
    try:
        seed = node_key(patient.path / WITNESS_FILE)
    except (OSError, ValueError):
        return False  # the first to ask for a cosignature is told, or makes one
    return book.doubts(ed25519.public_key(seed).hex())


def _one_of_ours(row: Witness, peer: Peer | None) -> Iterator[Finding]:
    if peer is None:
        yield _nowhere(row)
    elif peer.outcome in ("", UNREACHABLE):
        yield _unheard(row)
    elif peer.outcome != COSIGNED:
        yield _against(row, peer.outcome)


def _unreadable(reason: str) -> Finding:
    return Finding(
        code="witness_book_damaged",
        level=BAD,
        says=gettext_noop("What was witnessed cannot be read: {reason}."),
        way_out=gettext_noop(
            "Restore witness.db from a backup; the key then stays silent until "
            "somebody answers for it."
        ),
        values={"reason": reason},
    )


def _our_own() -> Finding:
    return Finding(
        code="witness_silent",
        level=BAD,
        says=gettext_noop(
            "As a witness of others this circuit signs nothing: the folder was "
            "restored, and the key may have signed more than is remembered here."
        ),
        way_out=gettext_noop(
            "Show what others have with our signature (urdimbre witness DIR --signed "
            "FILE), then answer for it: --nothing-later. Or take a new key: "
            "docs/operate/witnesses.md."
        ),
    )


def _nowhere(row: Witness) -> Finding:
    return Finding(
        code="witness_without_address",
        level=LOOK,
        says=gettext_noop(
            "The witness {name} is named, and nothing says where to ask her."
        ),
        way_out=gettext_noop("urdimbre witness DIR --peer KEY=URL"),
        values={"name": row.name},
    )


def _unheard(row: Witness) -> Finding:
    return Finding(
        code="witness_unheard",
        level=LOOK,
        says=gettext_noop("The witness {name} has not answered."),
        way_out=gettext_noop(
            "Ask her again: urdimbre witness DIR --now. If she is gone, let the "
            "assembly name another."
        ),
        values={"name": row.name},
    )


def _against(row: Witness, outcome: str) -> Finding:
    return Finding(
        code="witness_against",
        level=BAD,
        says=gettext_noop(
            "The witness {name} did not sign the last checkpoint (`{outcome}`)."
        ),
        way_out=gettext_noop(
            "Read what that means in docs/operate/witnesses.md, and ask who keeps her "
            "before more is recorded."
        ),
        values={"name": row.name, "outcome": outcome},
    )
