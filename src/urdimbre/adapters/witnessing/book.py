"""What a circuit remembers as a witness and of its own witnesses, in ``witness.db``.

Losing this file loses memory, not money: a witness that has forgotten what it signed
could be shown a fork. So it is backed up with the rest, and a key that may have signed
more than the book knows stays silent.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from urdimbre.core.chain.merkle import EMPTY
from urdimbre.core.chain.witnessing import Seen

WITNESS_BOOK = "witness.db"
BUSY_SECONDS = 20
EVIDENCE_MAX = 100
"""Of gaps, which anybody who holds a log's key can make; forks are all kept."""
KEPT_MAX = 8
"""Cosigned checkpoints that are kept, the newest ones."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS watched (
    origin TEXT PRIMARY KEY, keys TEXT NOT NULL, size INTEGER NOT NULL DEFAULT 0,
    root BLOB NOT NULL, note TEXT NOT NULL DEFAULT '', seen INTEGER
);
CREATE TABLE IF NOT EXISTS evidence (
    number INTEGER PRIMARY KEY, origin TEXT NOT NULL, kind TEXT NOT NULL,
    seen INTEGER NOT NULL, first TEXT NOT NULL, second TEXT NOT NULL,
    UNIQUE (first, second)
);
CREATE TABLE IF NOT EXISTS peer (
    public TEXT PRIMARY KEY, url TEXT NOT NULL, size INTEGER NOT NULL DEFAULT 0,
    asked INTEGER, outcome TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS cosigned (size INTEGER PRIMARY KEY, note TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS restored (at INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS sure (public TEXT PRIMARY KEY);
"""


_DOUBTS = (
    "SELECT 1 FROM restored WHERE NOT EXISTS"
    " (SELECT 1 FROM sure WHERE public = ?) LIMIT 1"
)


class Watched(NamedTuple):
    """A log that this circuit witnesses.

    Attributes:
        origin: its name.
        keys: those that may sign for it, in text form.
        seen: the last checkpoint that was cosigned.
        note: that checkpoint.
        at: when, seconds UTC; ``None`` if never.
    """

    origin: str
    keys: tuple[str, ...]
    seen: Seen
    note: str = ""
    at: int | None = None


class Evidence(NamedTuple):
    """Two checkpoints that do not go together, as they were signed.

    Attributes:
        kind: ``fork``, one size and two roots: a proof; or ``gap``, not shown to
            continue.
    """

    origin: str
    kind: str
    at: int
    first: str
    second: str


class Peer(NamedTuple):
    """Where a witness of this log is asked.

    Attributes:
        public: her key, hex.
        url: before ``/add-checkpoint``.
        size: what she has cosigned last, as far as is known here.
        at: when she was asked last.
        outcome: what came of it: ``cosigned``, ``unreachable``...
    """

    public: str
    url: str
    size: int = 0
    at: int | None = None
    outcome: str = ""


class Book:
    """The file; every call opens it anew, as several processes use it."""

    def __init__(self, folder: Path) -> None:
        """Name the circuit's folder; the file is made with the first writing."""
        self.path = folder / WITNESS_BOOK

    def watched(self) -> list[Watched]:
        """Return the logs that are witnessed."""
        return [_watched(row) for row in self._all("SELECT * FROM watched", ())]

    def watch(self, origin: str, key: str) -> None:
        """Begin to witness a log, or accept one more key of it."""
        with self.writing() as open_book:
            now = open_book.find(origin)
            keys = () if now is None else now.keys
            if now is None:
                sql = "INSERT INTO watched (origin, keys, root) VALUES (?, ?, ?)"
                open_book.run(sql, (origin, key, EMPTY))
            elif key not in keys:
                sql = "UPDATE watched SET keys = ? WHERE origin = ?"
                open_book.run(sql, ("\n".join((*keys, key)), origin))

    def doubt(self, at: int) -> None:
        """Note that this book is an old copy: its key may have signed more since.

        Args:
            at: when it was found out, seconds UTC.
        """
        with self.writing() as open_book:
            open_book.run("INSERT OR IGNORE INTO restored VALUES (?)", (at,))
            open_book.run("DELETE FROM sure", ())

    def vouch(self, public: str) -> None:
        """Note that the key, hex, has signed nothing that this book does not know."""
        with self.writing() as open_book:
            open_book.run("INSERT OR IGNORE INTO sure VALUES (?)", (public,))

    def doubts(self, public: str) -> bool:
        """Tell whether a key may have signed what this book does not know."""
        return bool(self._all(_DOUBTS, (public,)))

    def evidence(self) -> list[Evidence]:
        """Return what does not go together, the oldest first."""
        sql = "SELECT origin, kind, seen, first, second FROM evidence ORDER BY number"
        return [Evidence(*row) for row in self._all(sql, ())]

    def peers(self) -> list[Peer]:
        """Return the witnesses that this log asks."""
        return [Peer(*row) for row in self._all("SELECT * FROM peer", ())]

    def peer(self, public: str, url: str) -> None:
        """Ask a witness at an address from now on."""
        sql = (
            "INSERT INTO peer (public, url) VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET url = excluded.url"
        )
        with self.writing() as open_book:
            open_book.run(sql, (public, url))

    def answered(self, public: str, *, outcome: str, at: int, size: int) -> None:
        """Note what a witness has said."""
        sql = "UPDATE peer SET outcome = ?, asked = ?, size = ? WHERE public = ?"
        with self.writing() as open_book:
            open_book.run(sql, (outcome, at, size, public))

    def keep_cosigned(self, size: int, note: str) -> None:
        """Keep a checkpoint with its cosignatures; of the older ones, a few."""
        with self.writing() as open_book:
            open_book.run("INSERT OR REPLACE INTO cosigned VALUES (?, ?)", (size, note))
            sql = (
                "DELETE FROM cosigned WHERE size NOT IN"
                " (SELECT size FROM cosigned ORDER BY size DESC LIMIT ?)"
            )
            open_book.run(sql, (KEPT_MAX,))

    def cosigned(self) -> list[tuple[int, str]]:
        """Return the cosigned checkpoints that are kept, the newest first."""
        return self._all("SELECT size, note FROM cosigned ORDER BY size DESC", ())

    def covering(self, position: int) -> str:
        """Return the newest cosigned checkpoint of a log that has this entry."""
        for size, note in self.cosigned():
            if size > position:
                return note
        return ""

    @contextmanager
    def writing(self) -> Iterator[OpenBook]:
        """Change the book; whoever else wants to, waits."""
        connection = sqlite3.connect(
            self.path, timeout=BUSY_SECONDS, isolation_level=None
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.executescript(_SCHEMA)
            connection.execute("BEGIN IMMEDIATE")
            yield OpenBook(connection)
            connection.execute("COMMIT")
        finally:
            connection.close()

    def _all(self, sql: str, values: Sequence[object]) -> list[tuple]:
        if not self.path.exists():
            return []
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS)
        try:
            connection.executescript(_SCHEMA)
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()


class OpenBook:
    """A book being changed: all of it, or nothing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take the connection whose transaction has begun."""
        self._connection = connection

    def find(self, origin: str) -> Watched | None:
        """Return a log that is witnessed."""
        sql = "SELECT * FROM watched WHERE origin = ?"
        row = self._connection.execute(sql, (origin,)).fetchone()
        return None if row is None else _watched(row)

    def doubts(self, public: str) -> bool:
        """Tell whether a key may have signed what this book does not know."""
        return self._connection.execute(_DOUBTS, (public,)).fetchone() is not None

    def see(self, origin: str, seen: Seen, *, note: str, at: int) -> None:
        """Remember what is about to be cosigned."""
        sql = (
            "UPDATE watched SET size = ?, root = ?, note = ?, seen = ? WHERE origin = ?"
        )
        self.run(sql, (seen.size, seen.root, note, at, origin))

    def keep(self, found: Evidence) -> None:
        """Keep two checkpoints that do not go together."""
        if found.kind == "gap" and self._gaps() >= EVIDENCE_MAX:
            return
        sql = (
            "INSERT OR IGNORE INTO evidence (origin, kind, seen, first, second)"
            " VALUES (?, ?, ?, ?, ?)"
        )
        self.run(sql, found)

    def run(self, sql: str, values: Sequence[object]) -> None:
        """Run one statement."""
        self._connection.execute(sql, values)

    def _gaps(self) -> int:
        sql = "SELECT count(*) FROM evidence WHERE kind = 'gap'"
        return int(self._connection.execute(sql).fetchone()[0])


def _watched(row: tuple) -> Watched:
    origin, keys, size, root, note, at = row
    return Watched(origin, tuple(keys.split("\n")), Seen(size, root), note, at)
