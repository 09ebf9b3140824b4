"""The state's tree: one hash that commits to every row that decides.

Each row of the state (an account, an obligation, a mandate...) is a leaf, in order
of creation; an index is never used again. Leaves are padded to the next power of
two with ``EMPTY``. The root binds the number of rows too. The owner of a row can be
shown its value under a signed root without seeing any other row.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from urdimbre.core.chain.merkle import (
    EMPTY,
    HASH_BYTES,
    SIZE_MAX,
    OutsideTree,
    node_hash,
)

KEY_BYTES_MAX: Final = 0xFFFF


class NotAHash(ValueError):
    """A leaf given to the tree is not a hash of 32 bytes."""

    def __init__(self, length: int) -> None:
        """Keep the length of what was given."""
        super().__init__(f"a leaf of {length} bytes; a hash has {HASH_BYTES}")
        self.length = length


class StalePending(ValueError):
    """The tree has moved on since the preview; merging it would mix two states."""

    def __init__(self, *, previewed_at: int, now: int) -> None:
        """Keep the tree's number of merges at the preview and at present."""
        super().__init__(f"previewed after {previewed_at} merges, tree is at {now}")
        self.previewed_at = previewed_at
        self.now = now


@dataclass(frozen=True, slots=True)
class Pending:
    """A next state of the tree, computed but not yet taken over.

    Attributes:
        root: the root that the tree will have.
        count: the number of leaves that it will have.
        levels: per level, leaves first, the nodes that differ, by index.
        made_at: number of merges that the tree had seen.
    """

    root: bytes
    count: int
    levels: tuple[Mapping[int, bytes], ...]
    made_at: int


def _pads() -> tuple[bytes, ...]:
    """Per level, the hash of a subtree that holds nothing but padding."""
    pads = [EMPTY]
    for _ in range(SIZE_MAX.bit_length()):
        pads.append(node_hash(pads[-1], pads[-1]))
    return tuple(pads)


_PADS: Final = _pads()


def leaf(key: str, value: bytes) -> bytes:
    """Leaf of the row ``key`` with the canonical ``value``.

    Raises:
        OutsideTree: the key is longer than 65,535 bytes.
    """
    name = key.encode("ascii")
    if len(name) > KEY_BYTES_MAX:
        raise OutsideTree(len(name), KEY_BYTES_MAX)
    return sha256(b"\x00" + len(name).to_bytes(2, "big") + name + value).digest()


class StateTree:
    """All leaves and nodes of the state's tree, 32 bytes each, level by level."""

    __slots__ = ("_count", "_levels", "_merges", "_root")

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """Build the tree over these leaves; without them, the empty tree."""
        self._count = 0
        self._merges = 0
        self._levels: list[bytearray] = []
        self._root = _root_over(0, EMPTY)
        self.set_many({}, tuple(leaves))

    @property
    def count(self) -> int:
        """Number of leaves, padding not counted."""
        return self._count

    def root(self) -> bytes:
        """The hash that commits to all rows and their number."""
        return self._root

    def leaf_at(self, index: int) -> bytes:
        """The leaf with this index.

        Raises:
            OutsideTree: there is no such leaf.
        """
        if not 0 <= index < self._count:
            raise OutsideTree(index, self._count)
        return self._node(0, index)

    def preview(
        self, changes: Mapping[int, bytes], appended: Sequence[bytes]
    ) -> Pending:
        """Compute the next state of the tree and leave the tree as it is.

        Args:
            changes: new leaves of present rows, by index.
            appended: leaves of new rows, in order of creation.

        Raises:
            OutsideTree: an index in ``changes`` that has no row yet.
            NotAHash: a leaf that has not 32 bytes.
        """
        self._check(changes, appended)
        count = self._count + len(appended)
        depth = (count - 1).bit_length() if count else 0
        changed = dict(changes)
        changed.update(enumerate(appended, self._count))
        levels: list[Mapping[int, bytes]] = [changed]
        for level in range(depth):
            stored = self._levels[level] if level < len(self._levels) else b""
            changed = _nodes_above(changed, stored, _PADS[level])
            levels.append(changed)
        root = _root_over(count, changed[0]) if changed else self._root
        return Pending(root, count, tuple(levels), self._merges)

    def merge(self, pending: Pending) -> None:
        """Take over a preview of this very tree.

        Raises:
            StalePending: something else was merged since the preview.
        """
        if pending.made_at != self._merges:
            raise StalePending(previewed_at=pending.made_at, now=self._merges)
        for level, changed in enumerate(pending.levels):
            if level == len(self._levels):
                self._levels.append(bytearray())
            stored = self._levels[level]
            nodes = ((pending.count - 1) >> level) + 1
            stored.extend(bytes(nodes * HASH_BYTES - len(stored)))
            # A memoryview takes a slice in 80 ns, the bytearray itself in 200.
            with memoryview(stored) as view:
                for index, node in changed.items():
                    at = index << 5
                    view[at : at + 32] = node
        self._count = pending.count
        self._root = pending.root
        self._merges += 1

    def set_many(self, changes: Mapping[int, bytes], appended: Sequence[bytes]) -> None:
        """Change and append leaves; same arguments and errors as ``preview``."""
        self.merge(self.preview(changes, appended))

    def path(self, index: int) -> list[bytes]:
        """Siblings that prove the leaf ``index`` to be under the root.

        Raises:
            OutsideTree: there is no such leaf.
        """
        if not 0 <= index < self._count:
            raise OutsideTree(index, self._count)
        depth = (self._count - 1).bit_length()
        return [self._node(level, (index >> level) ^ 1) for level in range(depth)]

    def _node(self, level: int, index: int) -> bytes:
        """A node of the tree, or the padding in its place."""
        at = index << 5
        return bytes(self._levels[level][at : at + 32]) or _PADS[level]

    def _check(self, changes: Mapping[int, bytes], appended: Sequence[bytes]) -> None:
        """Raise if an index has no row or a leaf has not 32 bytes."""
        if changes and min(changes) < 0:
            raise OutsideTree(min(changes), self._count)
        if changes and max(changes) >= self._count:
            raise OutsideTree(max(changes), self._count)
        for given in (changes.values(), appended):
            for length in map(len, given):
                if length != HASH_BYTES:
                    raise NotAHash(length)


def check_path(
    index: int, count: int, leaf: bytes, path: Sequence[bytes], root: bytes
) -> bool:
    """Whether ``path`` proves the leaf to be row ``index`` of ``count`` under ``root``.

    Answers any input of any origin and never raises.
    """
    for number in (index, count):
        if type(number) is not int or not 0 <= number <= SIZE_MAX:
            return False
    if index >= count or not isinstance(path, list | tuple):
        return False
    if len(path) != (count - 1).bit_length():
        return False
    if not all(type(x) is bytes and len(x) == HASH_BYTES for x in (leaf, *path)):
        return False
    found = leaf
    for level, sibling in enumerate(path):
        right = (index >> level) & 1
        found = node_hash(sibling, found) if right else node_hash(found, sibling)
    return _root_over(count, found) == root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaves, met one by one and not kept.

    Raises:
        NotAHash: a leaf that has not 32 bytes.
    """
    count = 0
    waiting: list[bytes | None] = []  # per level, a left node without its right one
    for one in leaves:
        if len(one) != HASH_BYTES:
            raise NotAHash(len(one))
        count += 1
        node, level = one, 0
        while level < len(waiting) and (left := waiting[level]) is not None:
            node = node_hash(left, node)
            waiting[level] = None
            level += 1
        waiting[level : level + 1] = [node]
    return _root_over(count, _padded(waiting))


def _padded(waiting: Sequence[bytes | None]) -> bytes:
    """The topmost node over the left nodes that are waiting for their right ones."""
    top: bytes | None = None
    for level, left in enumerate(waiting):
        if left is not None and top is not None:
            top = node_hash(left, top)
        elif left is not None:
            last = level == len(waiting) - 1
            top = left if last else node_hash(left, _PADS[level])
        elif top is not None:
            top = node_hash(top, _PADS[level])
    return EMPTY if top is None else top


def _root_over(count: int, top: bytes) -> bytes:
    """Root of a tree with ``count`` leaves and this topmost node."""
    return sha256(b"\x02" + count.to_bytes(8, "big") + top).digest()


def _nodes_above(
    changed: Mapping[int, bytes], stored: bytes | bytearray, pad: bytes
) -> dict[int, bytes]:
    """Nodes one level above the changed ones, each hashed once.

    The hot loop of every block: sibling lookups and the node's hash stand in line,
    because a call costs as much as a third of the hash.
    """
    above: dict[int, bytes] = {}
    changed_at = changed.get
    for index, node in changed.items():
        if index & 1:
            if index - 1 in changed:
                continue  # its left sibling does the hashing
            at = index << 5
            both = b"\x01" + stored[at - 32 : at] + node
        else:
            right = changed_at(index + 1)
            at = (index << 5) + 32
            both = b"\x01" + node + (right or stored[at : at + 32] or pad)
        above[index >> 1] = sha256(both).digest()
    return above
