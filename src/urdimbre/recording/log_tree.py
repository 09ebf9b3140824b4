"""The log's tree as it grows: its right edge in memory, full tiles for the store.

A tile holds 256 neighbouring hashes of the levels 0, 8, 16, ... of the tree, as in C2SP
``tlog-tiles``; only full ones are stored, the unfinished ones lie here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from urdimbre.core.chain.merkle import (
    HASH_BYTES,
    Frontier,
    NotPerfectSubtrees,
    OutsideTree,
    Subtree,
    consistency_path,
    inclusion_path,
    leaf_hash,
    tree_root,
)
from urdimbre.core.refusals import Reason

WIDTH = 256
_BITS = 8
_TILE_BYTES = WIDTH * HASH_BYTES


class Tile(NamedTuple):
    """A full tile: 256 hashes of the tree's level ``8 * level``."""

    level: int
    number: int
    hashes: bytes


class TileMissing(LookupError):
    """A full tile that the store should have and has not, or not whole."""

    def __init__(self, level: int, number: int) -> None:
        """Keep which tile."""
        self.reason = Reason(
            "tile {level}/{number} is missing or not whole", level=level, number=number
        )
        super().__init__(self.reason)
        self.level = level
        self.number = number


ReadTile = Callable[[int, int], bytes | None]


def split(hashes: bytes) -> list[bytes]:
    """Cut a tile into its hashes."""
    return [
        bytes(hashes[at : at + HASH_BYTES]) for at in range(0, len(hashes), HASH_BYTES)
    ]


class LogTree:
    """The tree over all entries: appends, names its root, finds paths.

    Attributes:
        frontier: the right edge.
    """

    def __init__(self) -> None:
        """Start the tree of an empty log."""
        self.frontier = Frontier()
        self._unfinished: list[bytearray] = [bytearray()]
        self._full: list[Tile] = []

    @property
    def size(self) -> int:
        """Entries so far."""
        return self.frontier.size

    def root(self) -> bytes:
        """Root over all entries so far."""
        return self.frontier.root()

    def append(self, entry: bytes) -> None:
        """Add one entry at the end."""
        leaf = leaf_hash(entry)
        self.frontier.append(leaf)
        unfinished = self._unfinished[0]
        unfinished += leaf
        if len(unfinished) == _TILE_BYTES:
            self._finish(0)

    def grown(self) -> LogTree:
        """Return a tree that goes on from here while this one stays."""
        other = LogTree()
        other.frontier = self.frontier.copy()
        other._unfinished = [bytearray(hashes) for hashes in self._unfinished]
        return other

    def full_tiles(self) -> list[Tile]:
        """Return the tiles that became full since this tree was grown."""
        return self._full

    def unfinished(self, level: int) -> bytes:
        """Return the hashes of the tile of that level that is not full yet."""
        return bytes(self._unfinished[level]) if level < len(self._unfinished) else b""

    @property
    def edge(self) -> list[bytes]:
        """All hashes of the tiles that are not full yet, level by level."""
        return [bytes(hashes) for hashes in self._unfinished]

    @property
    def levels(self) -> int:
        """Number of tile levels that hold at least one hash, or the first."""
        return len(self._unfinished)

    def path(
        self, index: int, read_tile: ReadTile, size: int | None = None
    ) -> list[bytes]:
        """Return the hashes that prove entry ``index`` to be under a root.

        Args:
            index: of the entry.
            read_tile: the store's tiles.
            size: of the log whose root is meant; as it stands by default.

        Raises:
            OutsideTree: there is no such entry, or the log is not that long.
            TileMissing: the store has lost a tile.
        """
        size = self.size if size is None else size
        if size > self.size:
            raise OutsideTree(size, self.size)
        return inclusion_path(index, size, self._subtree(read_tile))

    def consistency(self, old: int, new: int, read_tile: ReadTile) -> list[bytes]:
        """Return the hashes that prove the log of ``old`` entries to begin ``new``.

        Raises:
            OutsideTree: the log is not that long, or ``old`` is more than ``new``.
            TileMissing: the store has lost a tile.
        """
        if new > self.size:
            raise OutsideTree(new, self.size)
        return consistency_path(old, new, self._subtree(read_tile))

    def tile(self, level: int, number: int, read_tile: ReadTile) -> bytes:
        """Return the hashes of a tile as far as there are any.

        Raises:
            TileMissing: the store has lost a tile.
        """
        if level < 0 or number < 0 or number > self.size >> (_BITS * (level + 1)):
            return b""
        return self._tile(level, number, read_tile)

    def _subtree(self, read_tile: ReadTile) -> Subtree:
        read: dict[tuple[int, int], bytes] = {}  # a path asks a tile up to eight times

        def subtree(level: int, index: int) -> bytes:
            tile_level, above = divmod(level, _BITS)
            first = index << above
            number, start = divmod(first, WIDTH)
            place = tile_level, number
            if place not in read:
                read[place] = self._tile(tile_level, number, read_tile)
            end = start + (1 << above)
            return tree_root(split(read[place][start * HASH_BYTES : end * HASH_BYTES]))

        return subtree

    def _tile(self, level: int, number: int, read_tile: ReadTile) -> bytes:
        if number == self.size >> (_BITS * (level + 1)):
            return self.unfinished(level)
        found = read_tile(level, number)
        if found is None or len(found) != _TILE_BYTES:
            raise TileMissing(level, number)
        return found

    def _finish(self, level: int) -> None:
        hashes = bytes(self._unfinished[level])
        number = (self.size >> (_BITS * (level + 1))) - 1
        self._full.append(Tile(level, number, hashes))
        self._unfinished[level].clear()
        if level + 1 == len(self._unfinished):
            self._unfinished.append(bytearray())
        above = self._unfinished[level + 1]
        above += tree_root(split(hashes))
        if len(above) == _TILE_BYTES:
            self._finish(level + 1)


def reopened(size: int, read_tile: ReadTile, last_entries: Iterable[bytes]) -> LogTree:
    """Rebuild the tree's right edge from the stored tiles and the last entries.

    Args:
        size: entries of the log.
        read_tile: the store's tiles.
        last_entries: the ``size % 256`` entries that no full tile covers.

    Raises:
        TileMissing: a tile is not there.
    """
    edge = [b"".join(map(leaf_hash, last_entries))]
    for level in range(1, _levels(size)):
        count = (size >> (_BITS * level)) % WIDTH
        number = size >> (_BITS * (level + 1))
        hashes = []
        for below in range(number * WIDTH, number * WIDTH + count):
            tile = read_tile(level - 1, below)
            if tile is None or len(tile) != _TILE_BYTES:
                raise TileMissing(level - 1, below)
            hashes.append(tree_root(split(tile)))
        edge.append(b"".join(hashes))
    return from_edge(size, edge)


def from_edge(size: int, edge: Sequence[bytes]) -> LogTree:
    """Take up a tree from its size and the ``edge`` that it had.

    Raises:
        NotPerfectSubtrees: the hashes are not as many as that size has.
    """
    lengths = [
        (size >> (_BITS * level)) % WIDTH * HASH_BYTES for level in range(_levels(size))
    ]
    if [len(hashes) for hashes in edge] != lengths:
        raise NotPerfectSubtrees(sum(map(len, edge)) // HASH_BYTES, size)
    tree = LogTree()
    peaks: list[bytes] = []
    for hashes in reversed(edge):
        peaks += _peaks(hashes)
    tree.frontier = Frontier(size, peaks)
    tree._unfinished = [bytearray(hashes) for hashes in edge]  # noqa: SLF001 - its own
    return tree


def _levels(size: int) -> int:
    return max(1, (size.bit_length() - 1) // _BITS + 1)


def _peaks(hashes: bytes | bytearray) -> list[bytes]:
    """Roots of the perfect subtrees of an unfinished tile, the widest first."""
    peaks = []
    found = split(bytes(hashes))
    start = 0
    while start < len(found):
        width = 1 << ((len(found) - start).bit_length() - 1)
        peaks.append(tree_root(found[start : start + width]))
        start += width
    return peaks
