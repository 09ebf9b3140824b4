"""The log: asks its witnesses to cosign its checkpoint, and keeps what they signed."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path

from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.witnessing.book import Book, Peer
from urdimbre.adapters.witnessing.witness import SIZE
from urdimbre.core.chain import notes
from urdimbre.core.chain.notes import COSIGNATURE, MalformedNote, Note, VerifierKey
from urdimbre.core.chain.witnessing import cosigned, parse_cosignatures, request_bytes
from urdimbre.core.federation.witness import Witness
from urdimbre.recording.ports import Clock

SECONDS_MAX = 10
NOBODY = 0
SIZE_DIGITS_MAX = 19
ANSWER_BYTES_MAX = 64 * 1024

Prove = Callable[[int, int], str]
"""The hashes that lead from the log of one size to that of another, one to a line."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a status, ``NOBODY`` if none answered, and a body."""

    status: int
    body: bytes = b""
    content_type: str = ""


Post = Callable[[str, bytes], Reply]
"""Sends a body to an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one witness has said.

    Attributes:
        outcome: ``cosigned``, ``unreachable``, ``refused``, ``false`` (her signature
            does not hold) or ``ahead``: she has seen a longer log than this one.
        size: what she has seen last, as far as is known.
        signature: hers, if it holds.
    """

    outcome: str
    size: int
    signature: notes.NoteSignature | None = None


def ask_witnesses(
    folder: Path,
    checkpoint: str,
    witnesses: Iterable[Witness],
    *,
    prove: Prove,
    clock: Clock,
    post: Post | None = None,
) -> list[tuple[Peer, Said]]:
    """Ask all witnesses whose address is known; keeps the checkpoint that they signed.

    Args:
        folder: of the circuit.
        checkpoint: the signed note.
        witnesses: named by the agreement.
        prove: gives consistency proofs of this log.
        clock: seconds UTC.
        post: sends requests; over HTTP by default.
    """
    book = Book(folder)
    named = {one.public: one for one in witnesses}
    note = notes.parse_note(checkpoint.encode())
    size = notes.parse_checkpoint(note.text).size
    said = []
    for peer in book.peers():
        witness = named.get(peer.public)
        if witness is None:
            continue
        answer = _ask(peer, witness, note, prove=prove, post=post or post_over_http)
        book.answered(peer.public, outcome=answer.outcome, at=clock(), size=answer.size)
        said.append((peer, answer))
    signatures = [one.signature for _, one in said if one.signature is not None]
    if signatures:
        whole = cosigned(note, signatures)
        book.keep_cosigned(size, notes.note_bytes(whole).decode())
    return said


def post_over_http(url: str, body: bytes) -> Reply:
    """Send a body; ``NOBODY`` if none answers."""
    return _send(urllib.request.Request(url, data=body, method="POST"))  # noqa: S310


def get_over_http(url: str) -> Reply:
    """Fetch an address, likewise."""
    return _send(urllib.request.Request(url))  # noqa: S310


def _send(request: urllib.request.Request) -> Reply:
    try:
        with urllib.request.urlopen(request, timeout=SECONDS_MAX) as answer:  # noqa: S310 - addresses are checked when they are named
            return _reply(answer.status, answer)
    except urllib.error.HTTPError as refused:
        with refused:
            return _reply(refused.code, refused)
    except (OSError, HTTPException, ValueError):
        return Reply(NOBODY)


def _reply(status: int, answer: object) -> Reply:
    body = answer.read(ANSWER_BYTES_MAX + 1)  # type: ignore[attr-defined]
    kind = answer.headers.get("Content-Type", "")  # type: ignore[attr-defined]
    return Reply(status, body, kind)


def _ask(peer: Peer, witness: Witness, note: Note, *, prove: Prove, post: Post) -> Said:
    """Ask once, and once more if she has seen another size than was believed."""
    told = notes.parse_checkpoint(note.text)
    old = min(peer.size, told.size)
    for _ in range(2):
        proof = prove(old, told.size) if 0 < old < told.size else ""
        body = request_bytes(old, proof, notes.note_bytes(note))
        reply = post(f"{peer.url}/add-checkpoint", body)
        if reply.status == HTTPStatus.OK:
            return _signed(reply, witness, note, size=told.size, old=old)
        if reply.status == NOBODY:
            return Said(outcome="unreachable", size=peer.size)
        seen = _size_in(reply)
        if seen is None or seen == old:
            return Said(outcome="refused", size=old)
        if seen > told.size:
            return Said(outcome="ahead", size=seen)
        old = seen
    return Said(outcome="refused", size=old)


def _signed(reply: Reply, witness: Witness, note: Note, *, size: int, old: int) -> Said:
    public = bytes.fromhex(witness.public)
    key = VerifierKey(name=witness.name, kind=COSIGNATURE, key=public)
    try:
        lines = parse_cosignatures(reply.body, note.text)
    except MalformedNote:
        return Said(outcome="false", size=old)
    hers = [
        one for one in lines.signatures if (one.name, one.key_id) == (key.name, key.id)
    ]
    if not hers or not notes.verified(
        Note(note.text, tuple(hers[:1])), [key], ed25519.verify
    ):
        return Said(outcome="false", size=old)
    return Said(outcome="cosigned", size=size, signature=hers[0])


def _size_in(reply: Reply) -> int | None:
    """Read the size that a stale request is answered with."""
    text = reply.body.strip()
    if reply.status != HTTPStatus.CONFLICT or not reply.content_type.startswith(SIZE):
        return None
    return int(text) if text.isdigit() and len(text) <= SIZE_DIGITS_MAX else None


def last_told(
    folder: Path, origin: str, *, get: Callable[[str], Reply] | None = None
) -> list[str]:
    """Return what our witnesses have seen last of us; the silent are passed over.

    Args:
        folder: of the circuit.
        origin: name of our log.
        get: fetches an address; over HTTP by default.
    """
    replies = [
        (get or get_over_http)(f"{peer.url}/last/{origin}")
        for peer in Book(folder).peers()
    ]
    return [
        one.body.decode("utf-8", "replace")
        for one in replies
        if one.status == HTTPStatus.OK
    ]
