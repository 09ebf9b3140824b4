"""The log's tree: one hash that commits to every entry, in order (RFC 6962).

Whoever keeps a root can be shown that an entry is in the log (inclusion) and that
a later log still begins with the same entries (consistency), without the log.

Source:
    RFC 6962 section 2.1 (tree, paths) and RFC 9162 sections 2.1.3.2 and 2.1.4.2
    (verification); the step numbers below are those of RFC 9162.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final, TypeAlias

Subtree: TypeAlias = Callable[[int, int], bytes]
"""``subtree(level, i)``: hash over the ``2**level`` leaves from ``i * 2**level`` on."""

EMPTY: Final = sha256(b"").digest()
"""Root of the tree without leaves."""

HASH_BYTES: Final = 32
SIZE_MAX: Final = 2**63 - 1
"""Largest tree size; bounds every loop that runs over someone else's proof."""

INCLUSION_HASHES_MAX: Final = 63
CONSISTENCY_HASHES_MAX: Final = 64


class OutsideTree(ValueError):
    """A leaf or a size was asked for that the tree does not have."""

    def __init__(self, asked: int, size: int) -> None:
        """Keep what was asked for and the size of the tree."""
        super().__init__(f"{asked} is outside a tree of size {size}")
        self.asked = asked
        self.size = size


class NotPerfectSubtrees(ValueError):
    """The hashes to load are not one for each bit that is set in the size."""

    def __init__(self, hashes: int, size: int) -> None:
        """Keep the number of hashes and the size they should describe."""
        super().__init__(f"{hashes} hashes cannot describe a tree of size {size}")
        self.hashes = hashes
        self.size = size


def leaf_hash(entry: bytes) -> bytes:
    """Hash of one entry of the log."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of the node above two others."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of the tree: all that is needed to append and to name the root.

    It holds one hash per perfect subtree, the widest (and oldest) first: at most 63
    hashes, whatever the length of the log.
    """

    __slots__ = ("_peaks", "_size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Load a frontier that ``size`` and ``peaks`` gave before; empty by default.

        Raises:
            NotPerfectSubtrees: there must be one hash per set bit of ``size``.
        """
        if not 0 <= size <= SIZE_MAX or size.bit_count() != len(peaks):
            raise NotPerfectSubtrees(len(peaks), size)
        if not all(_is_hash(peak) for peak in peaks):
            raise NotPerfectSubtrees(len(peaks), size)
        self._size = size
        self._peaks = list(peaks)

    @property
    def size(self) -> int:
        """Number of leaves appended so far."""
        return self._size

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """Hashes of the perfect subtrees, the widest first."""
        return tuple(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Add one leaf, given its hash."""
        peaks, bits = self._peaks, self._size
        while bits & 1:
            leaf = node_hash(peaks.pop(), leaf)
            bits >>= 1
        peaks.append(leaf)
        self._size += 1

    def root(self) -> bytes:
        """Root of the tree over all leaves appended so far."""
        return _folded(self._peaks)

    def copy(self) -> "Frontier":
        """Another frontier at the same place, to be moved on independently."""
        return Frontier(self._size, self._peaks)


def tree_root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Root of the tree over these leaves, computed level by level."""
    level = list(leaf_hashes)
    while len(level) > 1:
        above = [node_hash(*level[i : i + 2]) for i in range(0, len(level) - 1, 2)]
        # A node without a sibling moves up unchanged.
        level = above + level[len(above) * 2 :]
    return level[0] if level else EMPTY


def subtrees_from(leaf_hashes: Sequence[bytes]) -> Subtree:
    """Perfect subtrees over leaves that are all in memory, for tests and small logs."""
    levels: list[list[bytes]] = [list(leaf_hashes)]
    while len(below := levels[-1]) > 1:
        last = len(below) - 1
        levels.append([node_hash(*below[i : i + 2]) for i in range(0, last, 2)])

    def subtree(level: int, index: int) -> bytes:
        return levels[level][index]

    return subtree


def inclusion_path(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Hashes that prove leaf ``index`` to be in the tree of ``size`` leaves.

    Raises:
        OutsideTree: the tree of that size has no such leaf.
    """
    if not 0 <= index < size <= SIZE_MAX:
        raise OutsideTree(index, size)
    return _path_up(0, index, size, subtree)


def consistency_path(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """Hashes that prove the tree of ``old`` leaves to be the beginning of ``new``.

    Empty if ``old`` is zero or equal to ``new``: there is nothing to prove.

    Raises:
        OutsideTree: ``old`` is not between zero and ``new``.
    """
    if not 0 <= old <= new <= SIZE_MAX:
        raise OutsideTree(old, new)
    if old in (0, new):
        return []
    level, node = 0, old - 1
    while node & 1:
        level, node = level + 1, node >> 1
    # If the old tree is one perfect subtree, the verifier has its root already.
    start = [subtree(level, node)] if node else []
    return start + _path_up(level, node, new, subtree)


def check_inclusion(
    index: int, size: int, leaf_hash: bytes, path: Sequence[bytes], root: bytes
) -> bool:
    """Whether ``path`` proves the leaf to be at ``index`` under ``root``.

    Answers any input of any origin in at most 63 hashes and never raises.

    Source:
        RFC 9162, section 2.1.3.2.
    """
    if not (_is_size(index) and _is_size(size) and index < size):  # step 1
        return False
    if not _are_hashes(path, INCLUSION_HASHES_MAX) or not _is_hash(leaf_hash):
        return False
    node, last, found = index, size - 1, leaf_hash  # steps 2, 3
    for sibling in path:  # step 4
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root  # step 5


def check_consistency(
    old_size: int,
    new_size: int,
    old_root: bytes,
    new_root: bytes,
    path: Sequence[bytes],
) -> bool:
    """Whether ``path`` proves the new tree to begin with all leaves of the old one.

    A log without leaves is the beginning of every log; two trees of one size must
    have one root; both are proven by an empty path. Never raises.

    Source:
        RFC 9162, section 2.1.4.2.
    """
    if not (_is_size(old_size) and _is_size(new_size) and old_size <= new_size):
        return False
    if not (_is_hash(old_root) and _is_hash(new_root)):
        return False
    if not _are_hashes(path, CONSISTENCY_HASHES_MAX):
        return False
    if old_size in (0, new_size):
        return not path and _nothing_to_prove(old_size, new_size, old_root, new_root)
    power_of_two = old_size & (old_size - 1) == 0
    hashes = [old_root, *path] if power_of_two else list(path)  # step 2
    return bool(path) and (  # step 1
        _roots_of(old_size, new_size, hashes) == (old_root, new_root)  # step 7
    )


def _nothing_to_prove(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes
) -> bool:
    """Whether roots fit where no hash is needed: an empty old tree, or equal sizes."""
    if new_size == 0:
        return old_root == new_root == EMPTY
    return old_root == (EMPTY if old_size == 0 else new_root)


def _roots_of(
    old_size: int, new_size: int, hashes: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Roots of the old and the new tree by a consistency proof of fitting length."""
    node, last = old_size - 1, new_size - 1  # step 3
    while node & 1:  # step 4
        node, last = node >> 1, last >> 1
    old_found = new_found = hashes[0]  # step 5
    for sibling in hashes[1:]:  # step 6
        if last == 0:
            return None
        if node & 1 or node == last:
            old_found = node_hash(sibling, old_found)
            new_found = node_hash(sibling, new_found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new_found = node_hash(new_found, sibling)
        node, last = node >> 1, last >> 1
    return (old_found, new_found) if last == 0 else None


def _path_up(level: int, node: int, size: int, subtree: Subtree) -> list[bytes]:
    """Siblings from a node to the root of the tree of ``size`` leaves."""
    path = []
    last = (size - 1) >> level
    while last:
        sibling = node ^ 1
        if sibling < last:
            path.append(subtree(level, sibling))
        elif sibling == last:
            path.append(_right_edge(sibling << level, size, subtree))
        level, node, last = level + 1, node >> 1, last >> 1
    return path


def _right_edge(start: int, size: int, subtree: Subtree) -> bytes:
    """Hash over leaves ``start`` to ``size``, composed from its perfect subtrees."""
    peaks = []
    while start < size:
        level = (size - start).bit_length() - 1
        peaks.append(subtree(level, start >> level))
        start += 1 << level
    return _folded(peaks)


def _folded(peaks: Sequence[bytes]) -> bytes:
    """Root over perfect subtrees, the widest first."""
    if not peaks:
        return EMPTY
    found = peaks[-1]
    for peak in reversed(peaks[:-1]):
        found = node_hash(peak, found)
    return found


def _is_size(number: object) -> bool:
    """Whether this is a whole number that a tree can have as size or index."""
    return type(number) is int and 0 <= number <= SIZE_MAX


def _is_hash(value: object) -> bool:
    """Whether this is a SHA-256 hash."""
    return type(value) is bytes and len(value) == HASH_BYTES


def _are_hashes(values: object, at_most: int) -> bool:
    """Whether this is a list of hashes of bearable length."""
    if not isinstance(values, list | tuple) or len(values) > at_most:
        return False
    return all(_is_hash(value) for value in values)
