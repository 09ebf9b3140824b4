"""Before a node records, it asks its witnesses whether they have seen a longer log.

A folder that was set back (an old copy, a restored disk) would otherwise go on where
its members have receipts of something else already. Its memory as a witness is as old:
its key as one stays silent until somebody answers for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import orjson

from urdimbre.adapters.checkpoints import (
    CheckpointFailed,
    Seen,
    largest_ahead,
    read_seen,
)
from urdimbre.adapters.clock import wall_clock
from urdimbre.adapters.folder import lock_folder, read_only
from urdimbre.adapters.standing import mark_behind
from urdimbre.adapters.witnessing.asking import Reply, last_told
from urdimbre.adapters.witnessing.book import Book
from urdimbre.core.membership.rows import Key
from urdimbre.recording.chain import origin_of
from urdimbre.recording.loading import load, node_keys
from urdimbre.recording.registry import dump


def look_for_later(
    folder: Path, *, get: Callable[[str], Reply] | None = None
) -> Seen | None:
    """Close a folder for recording if a witness has seen a longer log of it.

    Who does not answer, or shows what is no checkpoint of ours, is passed over. The
    folder's lock is held meanwhile: what another process seals just then would look
    like something that this copy lacks.

    Args:
        folder: of the circuit.
        get: fetches an address; over HTTP by default.

    Returns:
        The longest log that was seen beyond this one, if any.

    Raises:
        AlreadyOpen: another process has it, and has asked.
        Forked: a witness has seen another log of ours than this one.
    """
    if not Book(folder).peers():
        return None
    lock = lock_folder(folder)
    try:
        return _look(folder, get)
    finally:
        os.close(lock)


def _look(folder: Path, get: Callable[[str], Reply] | None) -> Seen | None:
    with closing(read_only(folder)) as reading:
        chain = load(reading.store, loads=orjson.loads, dump=dump)
        genesis = chain.state.genesis
        texts = last_told(folder, origin_of(genesis), get=get)
        seen = _read(texts, genesis, node_keys(chain.state))
        ahead = largest_ahead(reading.store, chain.log.size, seen)
    if ahead is not None:
        mark_behind(folder, ahead)
        Book(folder).doubt(wall_clock())  # what it has cosigned is as old
    return ahead


def _read(texts: list[str], genesis: str, keys: list[Key]) -> Iterator[Seen]:
    for text in texts:
        try:
            yield read_seen(text, genesis, keys)
        except CheckpointFailed:
            continue
