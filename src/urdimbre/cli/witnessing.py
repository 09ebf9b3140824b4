"""The work of ``urdimbre witness``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from urdimbre.adapters.checkpoints import fetched_bytes
from urdimbre.adapters.clock import wall_clock
from urdimbre.adapters.folder import Reading
from urdimbre.adapters.witnessing.asking import Said, ask_witnesses
from urdimbre.adapters.witnessing.book import Book
from urdimbre.adapters.witnessing.remembering import remember_cosigned
from urdimbre.adapters.witnessing.witness import Witness
from urdimbre.cli.failures import BadChoice, NoWitnessNamed, WitnessesSilent
from urdimbre.cli.opening import rows_of, state_of
from urdimbre.core import agreements
from urdimbre.core.chain import notes
from urdimbre.core.chain.notes import (
    ED25519,
    NOTE_BYTES_MAX,
    MalformedNote,
    VerifierKey,
)
from urdimbre.core.federation.witness import witnesses
from urdimbre.core.membership.rows import Key, Member
from urdimbre.recording.chain import origin_of
from urdimbre.recording.log_tree import WIDTH, reopened
from urdimbre.recording.ports import Store
from urdimbre.recording.proofs import consistency_text

_PEER = re.compile(r"([0-9a-f]{64})=(.+)")


def watch(directory: Path, text: str) -> None:
    """Begin to witness the log whose key this is.

    Raises:
        BadChoice: it is no log's key.
    """
    try:
        key = notes.parse_vkey(text)
    except MalformedNote as malformed:
        raise BadChoice(option="--watch", text=text, choices=malformed.told) from None
    if key.kind != ED25519:
        raise BadChoice(option="--watch", text=text, choices="ORIGIN+ID+KEY of a log")
    Book(directory).watch(key.name, key.text)


def ask_at(directory: Path, text: str) -> None:
    """Ask the witness with this key at this address from now on.

    Raises:
        BadChoice: it is no key and address.
    """
    found = _PEER.fullmatch(text)
    address = urlsplit(found[2]) if found else None
    if found is None or address is None or address.scheme not in ("http", "https"):
        raise BadChoice(
            option="--peer", text=text, choices="KEY=http(s)://HOST/witness"
        )
    Book(directory).peer(found[1], found[2].rstrip("/"))


def remember(reading: Reading, where: str) -> None:
    """Take up what our key has cosigned, from a checkpoint or a receipt.

    Raises:
        NotCosigned, LogUnwatched, CheckpointUnreachable: see there.
    """
    raw = fetched_bytes(where, NOTE_BYTES_MAX)
    remember_cosigned(reading.path, _own(reading).key, raw, where=where)


def answer_for(reading: Reading) -> None:
    """Let our key cosign again: somebody says that it has signed nothing else."""
    Book(reading.path).vouch(_own(reading).key.key.hex())


def ask(reading: Reading) -> None:
    """Ask all witnesses about the present checkpoint.

    Raises:
        NoWitnessNamed: the agreement names none whose address is known.
        WitnessesSilent: none has cosigned.
    """
    said = ask_witnesses(
        reading.path,
        reading.store.mark("checkpoint") or "",
        witnesses(state_of(reading)),
        prove=lambda old, new: _consistency(reading.store, old, new),
        clock=wall_clock,
    )
    if not said:
        raise NoWitnessNamed
    if not any(one.outcome == "cosigned" for _, one in said):
        raise WitnessesSilent(told=_outcomes(said))


def told(reading: Reading) -> dict[str, Any]:
    """Tell both roles as ``witness --json`` prints them."""
    book = Book(reading.path)
    state = state_of(reading)
    peers = {one.public: one for one in book.peers()}
    own = _own(reading)
    return {
        "witness_key": own.key.text,
        "log_key": _log_key(reading).text,
        "needed": agreements.number(state, "witnesses_needed"),
        "witnesses": [
            {
                "key": one.public,
                "name": one.name,
                "host": one.host,
                "url": peers[one.public].url if one.public in peers else "",
                "outcome": peers[one.public].outcome if one.public in peers else "",
                "size": peers[one.public].size if one.public in peers else 0,
            }
            for one in witnesses(state)
        ],
        "silent": own.silent,
        "watched": [
            {"origin": one.origin, "size": one.seen.size} for one in book.watched()
        ],
        "evidence": [one._asdict() for one in book.evidence()],
    }


def _own(reading: Reading) -> Witness:
    name = f"{origin_of(reading.genesis)}/witness"
    return Witness(reading.path, name, clock=wall_clock)


def _outcomes(said: list[tuple[Any, Said]]) -> str:
    return ", ".join(f"{peer.url}: {one.outcome}" for peer, one in said)


def _log_key(reading: Reading) -> VerifierKey:
    members: list[Member] = rows_of(reading, "member/")
    keys: list[Key] = rows_of(reading, "key/")
    node = next(row.id for row in members if row.kind == "node")
    public = next(
        row.public for row in keys if row.member == node and row.until is None
    )
    return VerifierKey(name=origin_of(reading.genesis), key=bytes.fromhex(public))


def _consistency(store: Store, old: int, new: int) -> str:
    log = reopened(new, store.tile, store.entries(new - new % WIDTH))
    return consistency_text(store, log, old, new)
