"""Proofs that leave the registry: an entry, its place in the tree, a checkpoint.

Source: C2SP ``tlog-proof``; ``extra`` is ``u32 length || entry || openings``, the
openings as JSON (payloads and salts of the holder's private fields).
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from urdimbre.core.chain import notes
from urdimbre.core.chain.merkle import OutsideTree, check_consistency
from urdimbre.recording.log_tree import LogTree
from urdimbre.recording.ports import Store
from urdimbre.recording.tiles import covering


def packed(entry: bytes, openings: Mapping[str, Any]) -> bytes:
    """Put an entry and its holder's openings together."""
    return len(entry).to_bytes(4, "big") + entry + _told(openings)


def _told(openings: Mapping[str, Any]) -> bytes:
    return json.dumps(openings, sort_keys=True, separators=(",", ":")).encode()


def receipt_text(
    store: Store,
    log: LogTree,
    position: int,
    openings: Mapping[str, Any],
    *,
    under: str = "",
) -> str:
    """Write the proof of one entry under a checkpoint, with all its signatures.

    Args:
        store: the log's.
        log: its tree.
        position: of the entry.
        openings: of what its holder may open.
        under: an earlier checkpoint that witnesses have cosigned; else the last one.

    Raises:
        OutsideTree: there is no such entry.
        TileMissing: the store has lost a tile.
    """
    return proof_text(store, log, position, _told(openings), under=under)


def proof_text(
    store: Store, log: LogTree, position: int, beside: bytes, *, under: str = ""
) -> str:
    """Write the proof of one entry, and what its holder is told beside it.

    Args:
        store: the log's.
        log: its tree.
        position: of the entry.
        beside: JSON in canonical form.
        under: an earlier checkpoint that witnesses have cosigned; else the last one.

    Raises:
        OutsideTree: there is no such entry.
        TileMissing: the store has lost a tile.
    """
    entry, checkpoint = store.entry(position), under or store.mark("checkpoint")
    if entry is None or checkpoint is None:
        raise OutsideTree(position, log.size)
    note = notes.parse_note(checkpoint.encode())
    size = notes.parse_checkpoint(note.text).size
    tree = covering(store, log, size)
    proof = notes.Proof(
        index=position,
        path=tuple(tree.path(position, store.tile, size)),
        note=note,
        extra=len(entry).to_bytes(4, "big") + entry + beside,
    )
    return notes.proof_bytes(proof).decode()


def consistency_text(store: Store, log: LogTree, old: int, new: int) -> str:
    """Write the proof that the log of ``new`` entries begins with that of ``old``.

    One hash in base64 to a line, as C2SP ``tlog-witness`` writes them.

    Raises:
        OutsideTree: the log is not that long, or ``old`` is more than ``new``.
        TileMissing: the store has lost a tile.
    """
    path = covering(store, log, new).consistency(old, new, store.tile)
    return "".join(f"{b64encode(one).decode()}\n" for one in path)


def begins_with(store: Store, log: LogTree, size: int, root: bytes) -> bool:
    """Tell whether a log begins with one of that size and root.

    Raises:
        TileMissing: the store has lost a tile.
    """
    try:
        tree = covering(store, log, size)
    except OutsideTree:
        return False
    path = tree.consistency(size, tree.size, store.tile)
    return check_consistency(size, tree.size, root, tree.root(), path)
