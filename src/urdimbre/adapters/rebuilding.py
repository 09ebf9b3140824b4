"""Tables that pages read, made by another version: rebuilt from the log and swapped.

The new ones grow in a file of their own beside the registry, so the old ones stay whole
until one transaction puts the new ones in their place.
"""

from __future__ import annotations

import logging
from contextlib import closing
from pathlib import Path

import orjson

from urdimbre.adapters.engines import Tables
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.core.refusals import Reason
from urdimbre.recording import Damaged, Projector
from urdimbre.recording.chain import Chain
from urdimbre.recording.loading import load
from urdimbre.recording.registry import dump
from urdimbre.recording.replay import BrokenLog, Replay

SCRATCH_FILE = "registry.db.rebuilding"
logger = logging.getLogger(__name__)


def rebuild_if_other(store: Tables, folder: Path, projector: Projector) -> bool:
    """Rebuild the derived tables unless they are the projector's; tells whether.

    Args:
        store: of the registry, open for writing; its folder is locked.
        folder: where a scratch file may stand meanwhile.
        projector: a fresh one; it is used for the replay.

    Raises:
        Damaged: the log does not give the state that is stored.
        StorageFailed: there is no room, or the disk fails.
    """
    scratch = folder / SCRATCH_FILE
    scratch.unlink(missing_ok=True)  # of a rebuilding that was killed
    version = str(projector.version)
    if store.last_block() is None or store.mark("projection") == version:
        return False
    logger.info("Rebuilding what pages read, version %s.", version)
    try:
        _replay(store, scratch, projector)
        store.replace_derived(scratch, projector.schema, version)
    finally:
        scratch.unlink(missing_ok=True)
    return True


def _replay(store: Tables, scratch: Path, projector: Projector) -> None:
    """Play the log into the scratch file; signatures were verified when recorded."""
    stored = load(store, loads=orjson.loads, dump=dump)
    made = SqliteStore(scratch, schema=projector.schema, durable=False)
    with closing(made):
        chain = Chain(made, loads=orjson.loads, dump=dump, projector=projector)
        try:
            Replay(chain).run(store.entries())
        except BrokenLog as broken:
            raise Damaged(
                "entry",
                Reason("{index}: {reason}", index=broken.entry, reason=broken.reason),
            ) from broken
        if chain.header != stored.header:
            raise Damaged("header", Reason("is not what the log gives"))
        made.finish()
