"""Proofs that leave the registry: an entry, its place in the tree, a checkpoint.

Source: C2SP ``tlog-proof``; ``extra`` is ``u32 length || entry || openings``, the
openings as JSON (payloads and salts of the holder's private fields).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from urdimbre.core.chain import notes
from urdimbre.core.chain.merkle import OutsideTree
from urdimbre.recording.log_tree import LogTree
from urdimbre.recording.ports import Store


def packed(entry: bytes, openings: Mapping[str, Any]) -> bytes:
    """Put an entry and its holder's openings together."""
    told = json.dumps(openings, sort_keys=True, separators=(",", ":")).encode()
    return len(entry).to_bytes(4, "big") + entry + told


def receipt_text(
    store: Store, log: LogTree, position: int, openings: Mapping[str, Any]
) -> str:
    """Write the proof of one entry under the last checkpoint.

    Raises:
        OutsideTree: there is no such entry.
        TileMissing: the store has lost a tile.
    """
    entry, checkpoint = store.entry(position), store.mark("checkpoint")
    if entry is None or checkpoint is None:
        raise OutsideTree(position, log.size)
    proof = notes.Proof(
        index=position,
        path=tuple(log.path(position, store.tile)),
        note=notes.parse_note(checkpoint.encode()),
        extra=packed(entry, openings),
    )
    return notes.proof_bytes(proof).decode()
