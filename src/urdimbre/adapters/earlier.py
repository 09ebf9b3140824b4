"""Entries that a replay from a snapshot does not go through, looked up and proven.

An entry counts only if the stored tiles prove it to stand under the snapshot's root,
an act only if its bytes give the hash by which it is cited, and a block only if its
header is such an entry and says that it holds the act.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from urdimbre.adapters.differences import Difference, FoundDifference
from urdimbre.core import circuit
from urdimbre.core.acts import Act
from urdimbre.core.chain.entry import HEADER, BrokenEntry, decode
from urdimbre.core.chain.header import read_header
from urdimbre.core.chain.merkle import Frontier, check_inclusion, leaf_hash, tree_root
from urdimbre.core.refusals import Reason
from urdimbre.recording.log_tree import WIDTH, LogTree, TileMissing, split
from urdimbre.recording.ports import ActRow, Sealed
from urdimbre.recording.registry import dump
from urdimbre.recording.replay import told

Names = Sequence[tuple[bytes, bytes]]
"""Makers and numbers of acts."""
_AT_ONCE = 1000
_BEFORE = "SELECT position, bytes FROM entry WHERE position < ? ORDER BY position"
_ACT = "SELECT position FROM act WHERE hash = ?"
_ENTRY = "SELECT bytes FROM entry WHERE position = ?"
_TILE = "SELECT hashes FROM tile WHERE level = ? AND number = ?"
_BLOCK = "SELECT position FROM header WHERE position >= ? ORDER BY position LIMIT 1"


class Earlier:
    """What lies before a snapshot in a registry.

    Attributes:
        size: entries before it.
    """

    def __init__(self, stored: sqlite3.Connection, log: LogTree, genesis: str) -> None:
        """Look things up in ``stored``; ``log`` is the snapshot's own tree."""
        self._stored = stored
        self._log = log
        self._root = log.root()
        self._genesis = genesis
        self.size = log.size

    def act_at(self, digest: bytes) -> int | None:
        """Find an earlier act by its hash."""
        row = self._row(_ACT, digest)
        if row is None or not 0 <= row[0] < self.size:
            return None
        position = int(row[0])
        if self._hash(position) != digest.hex():
            raise _differs("act", position, Reason("is not the act of that hash"))
        return position

    def entry(self, position: int) -> bytes:
        """Return an earlier entry, proven."""
        row = self._row(_ENTRY, position)
        if row is None or type(row[0]) is not bytes:
            reason = Reason("is missing") if row is None else Reason("is no entry")
            raise _differs("entry", position, reason)
        found: bytes = row[0]
        try:
            path = self._log.path(position, self.tile)
        except TileMissing as missing:
            raise _tile_differs(missing.level, missing.number) from None
        leaf = leaf_hash(found)
        if not check_inclusion(position, self.size, leaf, path, self._root):
            raise _differs(
                "entry", position, Reason("is not under the snapshot's root")
            )
        return found

    def block_of(self, position: int) -> Sealed:
        """Return the header of the block that holds an earlier entry, proven."""
        row = self._row(_BLOCK, position)
        at = row[0] if row is not None else None
        if type(at) is not int or at >= self.size:
            raise _differs("header", position, Reason("no header follows"))
        try:
            header = read_header(self.entry(at)[1:])
        except BrokenEntry as broken:
            raise _differs("header", at, broken.reason) from None
        if header.size != at or not at - header.acts <= position <= at:
            raise _differs("header", at, Reason("is not that of the block"))
        return Sealed(header.height, at, bytes.fromhex(header.hash()), header.time)

    def tile(self, level: int, number: int) -> bytes | None:
        """Return a stored tile; what it proves is for the caller to see."""
        row = self._row(_TILE, level, number)
        if row is None or type(row[0]) is not bytes:
            return None
        found: bytes = row[0]
        return found

    def prove(self, last: bytes) -> None:
        """Prove that the registry's log begins with the snapshot's, ending in ``last``.

        Raises:
            FoundDifference: the first of those at the tree's right edge that differs.
        """
        tail, *above = (split(hashes) for hashes in self._log.edge)
        for place, leaf in enumerate(tail, self.size - len(tail)):
            row = self._row(_ENTRY, place)
            if row is None or type(row[0]) is not bytes or leaf_hash(row[0]) != leaf:
                raise _differs("entry", place, _NOT_THE_SNAPSHOTS)
        for level, hashes in enumerate(above):
            first = (self.size >> (8 * (level + 2))) * WIDTH
            for number, expected in enumerate(hashes, first):
                found = self.tile(level, number)
                if found is None or tree_root(split(found)) != expected:
                    raise _tile_differs(level, number)
        if self.entry(self.size - 1) != last:
            raise _differs("entry", self.size - 1, _NOT_THE_SNAPSHOTS)

    def look_for_repeats(self, later: Callable[[Names], Sequence[ActRow]]) -> None:
        """Read all earlier entries once: none has the maker and number of a later act.

        The table of acts is not asked, from which somebody may have taken the row. The
        entries themselves give the snapshot's root, or they are not its.

        Args:
            later: finds those later acts that have one of these makers and numbers.

        Raises:
            FoundDifference: an act stands twice, or the entries are others.
        """
        tree = Frontier()
        rows = self._stored.execute(_BEFORE, (self.size,))
        while lot := rows.fetchmany(_AT_ONCE):
            for _, found in lot:
                tree.append(leaf_hash(found if type(found) is bytes else b""))
            named = _names_in(lot)
            for one in later([*named]):
                reason = Reason(
                    "id_taken: entry {index} has that maker and number",
                    index=named[one.by, one.id],
                )
                raise _differs("entry", one.position, reason)
        if tree.root() != self._root:
            raise _differs("entry", 0, Reason("those before are not the snapshot's"))

    def _hash(self, position: int) -> str:
        try:
            signed = decode(self.entry(position))
        except BrokenEntry as broken:
            raise _differs("entry", position, broken.reason) from None
        genesis = self._genesis if position else ""
        act = circuit.read(signed.act, genesis, loads=orjson.loads, dump=dump)
        if not isinstance(act, Act):
            raise _differs("entry", position, told(act))
        return act.hash

    def _row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        found: tuple[Any, ...] | None = self._stored.execute(sql, values).fetchone()
        return found


def _names_in(lot: list[tuple[int, Any]]) -> dict[tuple[bytes, bytes], int]:
    """Return where the acts among these entries stand, by maker and number."""
    header = bytes((HEADER,))
    return {
        _name_in(position, found): position
        for position, found in lot
        if type(found) is bytes and found[:1] != header
    }


def _name_in(position: int, entry: bytes) -> tuple[bytes, bytes]:
    """Return the maker and the number of an act."""
    try:
        act = orjson.loads(decode(entry).act)
        return bytes.fromhex(act["by"]), bytes.fromhex(act["id"])
    except BrokenEntry as broken:
        raise _differs("entry", position, broken.reason) from None
    except (ValueError, KeyError, TypeError):
        raise _differs("entry", position, Reason("is no act")) from None


_NOT_THE_SNAPSHOTS = Reason("is not what the snapshot stands on")


def _differs(table: str, position: int, reason: Reason) -> FoundDifference:
    key = {"position": position}
    return FoundDifference(
        Difference(table=table, entry=position, key=key, reason=reason)
    )


def _tile_differs(level: int, number: int) -> FoundDifference:
    key = {"level": level, "number": number}
    return FoundDifference(Difference(table="tile", key=key, reason=_NOT_THE_SNAPSHOTS))
