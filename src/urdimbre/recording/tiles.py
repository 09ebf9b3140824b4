"""Tiles for everybody: the log's hashes in pieces that never change.

Source: C2SP ``tlog-tiles``. Whoever has a checkpoint works out from the hash tiles
every proof there is, without asking us for it. Entry tiles hold the acts and are for
those who may read the log.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final, NamedTuple

from urdimbre.core.chain.merkle import HASH_BYTES, OutsideTree
from urdimbre.recording.log_tree import WIDTH, LogTree, reopened
from urdimbre.recording.ports import Store

LEVEL_MAX: Final = 63
_GROUP: Final = 1000
_PLACE: Final = re.compile(
    r"(0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)
_NUMBER: Final = re.compile(r"((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class Place(NamedTuple):
    """Which tile somebody asks for.

    Attributes:
        level: 0 for the entries' own hashes.
        number: of the tile within its level.
        width: how many hashes or entries of it.
    """

    level: int
    number: int
    width: int

    @property
    def size(self) -> int:
        """Least number of entries of a log that has this tile."""
        return (self.number * WIDTH + self.width) << (8 * self.level)


def hash_place(path: str) -> Place | None:
    """Read ``<L>/<N>[.p/<W>]``; nothing if it is not the one spelling of a tile."""
    found = _PLACE.fullmatch(path)
    if found is None or int(found[1]) > LEVEL_MAX:
        return None
    return _place(int(found[1]), found[2], found[3])


def entries_place(path: str) -> Place | None:
    """Read ``<N>[.p/<W>]`` of a tile of entries, likewise."""
    found = _NUMBER.fullmatch(path)
    return None if found is None else _place(0, found[1], found[2])


def _place(level: int, number: str, width: str | None) -> Place | None:
    groups = [int(group.removeprefix("x")) for group in number.split("/")]
    if len(groups) > 1 and groups[0] == 0:
        return None
    whole = 0
    for group in groups:
        whole = whole * _GROUP + group
    if width is not None and int(width) >= WIDTH:
        return None
    return Place(level, whole, WIDTH if width is None else int(width))


def covering(store: Store, log: LogTree, size: int) -> LogTree:
    """Return a tree of at least that many entries.

    A block is on disk a moment before the tree in memory moves on to it; who has seen
    its checkpoint in that moment is answered from the disk.

    Raises:
        OutsideTree: the log is not that long.
    """
    if log.size >= size:
        return log
    last = store.last_block()
    stored = 0 if last is None else last.position + 1
    if stored < size:
        raise OutsideTree(size, stored)
    rest = stored % WIDTH
    entries = islice(store.entries(stored - rest), rest)
    return reopened(stored, store.tile, entries)


def hash_tile(store: Store, log: LogTree, place: Place) -> bytes:
    """Return the hashes of a tile.

    Raises:
        OutsideTree: the log is not that long.
        TileMissing: the store has lost it.
    """
    tree = covering(store, log, place.size)
    hashes = tree.tile(place.level, place.number, store.tile)
    return hashes[: place.width * HASH_BYTES]


def entry_tile(store: Store, log: LogTree, place: Place) -> bytes:
    """Return the entries of a tile, each after its length in two bytes.

    Raises:
        OutsideTree: the log is not that long.
    """
    covering(store, log, place.size)
    entries = islice(store.entries(place.number * WIDTH), place.width)
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)
