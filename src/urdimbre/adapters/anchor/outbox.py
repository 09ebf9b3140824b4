"""The outbox: checkpoints to be anchored and transactions that carry them.

A file of its own beside the circuit. What has become of a transaction is never believed
from here but read again from the chain; what is here only lets a process that was
stopped go on with the same transactions instead of making others. No key is in it.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Final

from urdimbre.adapters.anchor.answers import CheckpointChanged, OutboxBusy

OUTBOX_FILE: Final = "anchor.db"
LOCK_FILE: Final = "anchor.lock"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS checkpoint (
    size INTEGER PRIMARY KEY, root TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS sent (
    chain INTEGER NOT NULL, sender TEXT NOT NULL, nonce INTEGER NOT NULL,
    hash TEXT NOT NULL, raw TEXT NOT NULL, contract TEXT NOT NULL,
    size INTEGER NOT NULL, most INTEGER NOT NULL, tip INTEGER NOT NULL,
    PRIMARY KEY (chain, hash)
) STRICT;
CREATE TABLE IF NOT EXISTS seen (
    chain INTEGER NOT NULL, contract TEXT NOT NULL, sender TEXT NOT NULL,
    size INTEGER NOT NULL, block INTEGER NOT NULL,
    PRIMARY KEY (chain, contract, sender, size)
) STRICT;
CREATE TABLE IF NOT EXISTS mark (
    name TEXT PRIMARY KEY, value TEXT NOT NULL
) STRICT;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Where something is anchored: chain, contract and sender."""

    chain: int
    contract: str
    sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A signed transaction, kept before it is first sent.

    Attributes:
        chain: number of the chain.
        sender: whose nonce it uses.
        nonce: its place among the sender's transactions.
        hash: of it, hex.
        raw: its bytes, hex.
        contract: that it calls.
        size: of the checkpoint that it carries; 0 for a deployment.
        most: most it pays for a unit of gas, wei.
        tip: of that for whoever builds the block.
    """

    chain: int
    sender: str
    nonce: int
    hash: str
    raw: str
    contract: str
    size: int
    most: int
    tip: int


class Outbox:
    """The outbox of one circuit, held by one process at a time."""

    def __init__(self, folder: Path) -> None:
        """Open it, and make it if there is none.

        Raises:
            OutboxBusy: another process has it.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._lock = os.open(folder / LOCK_FILE, flags, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise OutboxBusy(path=folder) from None
        self._tables = sqlite3.connect(folder / OUTBOX_FILE, isolation_level=None)
        self._tables.execute("PRAGMA journal_mode = WAL")
        self._tables.execute("PRAGMA synchronous = FULL")
        self._tables.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the file, then of the lock."""
        self._tables.close()
        os.close(self._lock)

    def keep(self, size: int, root: str) -> None:
        """Keep a checkpoint until it is anchored.

        Raises:
            CheckpointChanged: another root was kept for that size.
        """
        sql = "INSERT INTO checkpoint VALUES (?, ?) ON CONFLICT DO NOTHING"
        self._tables.execute(sql, (size, root))
        for (kept,) in self._rows("SELECT root FROM checkpoint WHERE size = ?", size):
            if kept != root:
                raise CheckpointChanged(size=size, kept=kept, root=root)

    def checkpoints(self, after: int) -> list[tuple[int, str]]:
        """Checkpoints that are kept, the smallest first, beyond a size."""
        sql = "SELECT size, root FROM checkpoint WHERE size > ? ORDER BY size"
        return self._rows(sql, after)

    def note(self, sent: Sent) -> None:
        """Keep a signed transaction; it is on disk when this returns."""
        places = ", ".join("?" * len(sent.__slots__))
        self._tables.execute(
            f"INSERT OR REPLACE INTO sent VALUES ({places})",  # noqa: S608 - marks
            astuple(sent),
        )

    def strike(self, sent: Sent) -> None:
        """Forget a transaction that the chain cannot have taken."""
        sql = "DELETE FROM sent WHERE chain = ? AND hash = ?"
        self._tables.execute(sql, (sent.chain, sent.hash))

    def sent(self, chain: int, sender: str) -> list[Sent]:
        """All transactions of a sender, by nonce, the latest of a nonce last."""
        sql = (
            "SELECT chain, sender, nonce, hash, raw, contract, size, most, tip"
            " FROM sent WHERE chain = ? AND sender = ? ORDER BY nonce, most"
        )
        names = Sent.__slots__
        return [
            Sent(**dict(zip(names, row, strict=True)))
            for row in self._rows(sql, chain, sender)
        ]

    def seen(self, line: Line) -> dict[int, int]:
        """Blocks in which the anchors were last seen, by size."""
        sql = (
            "SELECT size, block FROM seen"
            " WHERE chain = ? AND contract = ? AND sender = ?"
        )
        return dict(self._rows(sql, *astuple(line)))

    def look_again(self, line: Line, since: int, found: dict[int, int]) -> None:
        """Replace what was seen from a block on by what is seen there now."""
        where = "chain = ? AND contract = ? AND sender = ?"
        self._tables.execute("BEGIN IMMEDIATE")
        self._tables.execute(
            f"DELETE FROM seen WHERE {where} AND block >= ?",  # noqa: S608 - our own
            (*astuple(line), since),
        )
        self._tables.executemany(
            "INSERT INTO seen VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [(*astuple(line), size, block) for size, block in found.items()],
        )
        self._tables.execute("COMMIT")

    def mark(self, name: str) -> str | None:
        """Return a named value."""
        found = self._rows("SELECT value FROM mark WHERE name = ?", name)
        return found[0][0] if found else None

    def set_mark(self, name: str, value: str) -> None:
        """Keep a named value."""
        self._tables.execute("INSERT OR REPLACE INTO mark VALUES (?, ?)", (name, value))

    def _rows(self, sql: str, *values: object) -> list[Any]:
        return self._tables.execute(sql, values).fetchall()
