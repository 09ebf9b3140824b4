"""The default store: one SQLite file, written by one thread."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

from urdimbre.adapters.storage.journal import address_to_look, look_for_lost_blocks
from urdimbre.recording.answers import StorageFailed
from urdimbre.recording.ports import ActRow, Block, Sealed, StateRow

SCHEMA = (
    "CREATE TABLE entry (position INTEGER PRIMARY KEY, bytes BLOB NOT NULL)",
    """CREATE TABLE act (position INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE,
 "by" BLOB NOT NULL, id BLOB NOT NULL, UNIQUE ("by", id))""",
    """CREATE TABLE header (height INTEGER PRIMARY KEY,
 position INTEGER NOT NULL UNIQUE, hash BLOB NOT NULL, time INTEGER NOT NULL)""",
    """CREATE TABLE state (place INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,
 value BLOB NOT NULL)""",
    """CREATE TABLE tile (level INTEGER NOT NULL, number INTEGER NOT NULL,
 hashes BLOB NOT NULL, PRIMARY KEY (level, number)) WITHOUT ROWID""",
    """CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)
 WITHOUT ROWID""",
)
CORE_TABLES = ("entry", "act", "header", "state", "tile", "meta")
"""The others are derived: what pages read."""
_OF_THE_MACHINE = (
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
)
BUSY_MS = 10_000
CACHE_KIB = 16_384
READING_CACHE_KIB = 1_024
"""SQLite drops what a connection has cached whenever another one has written.

So who reads beside the writer gains nothing by a large cache, while the whole state,
read once when a circuit is opened, would fill it for good.
"""
JOURNAL_PAGES = 3_000
"""Pages (24 MB) that the journal may hold before they are written into the file.

Each block changes pages all over the indexes by hash and by maker. With SQLite's 1,000,
nearly every block of a log of 50,000 acts had all of them written twice. The doctor
finds a journal large from 64 MB on; a block of 1,000 acts may add 30.
"""
PAGE_OF_ENTRIES = 500

_ENTRY = "INSERT INTO entry VALUES (?, ?)"
_ACT = "INSERT INTO act VALUES (?, ?, ?, ?)"
_HEADER = "INSERT INTO header VALUES (?, ?, ?, ?)"
_CREATED = "INSERT INTO state VALUES (?, ?, ?)"
_CHANGED = "UPDATE state SET value = ? WHERE place = ?"
_TILE = "INSERT INTO tile VALUES (?, ?, ?)"
_MARK = (
    "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value ="
    " excluded.value"
)
_DERIVED = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
_SEALED = "SELECT height, position, hash, time FROM header"


class SqliteStore:
    """Keeps blocks in a SQLite file.

    One connection writes, in the writer's thread; another reads, one thread at a time.
    """

    def __init__(
        self,
        path: Path,
        *,
        schema: Iterable[str] = (),
        write: bool = True,
        durable: bool = True,
    ) -> None:
        """Open the file; an empty one gets its tables.

        Args:
            path: of the file.
            schema: further tables, of the projection.
            write: open it for writing; otherwise it must exist.
            durable: each block is a transaction that waits for the disk; the store of
                a replay is one transaction that is never committed.

        Raises:
            StorageFailed: it cannot be opened or is no SQLite file.
        """
        self._lock = threading.Lock()
        self._durable = durable
        self._writing: sqlite3.Connection | None = None
        try:
            if durable:
                look_for_lost_blocks(path)
            if write:
                uri = f"{path.absolute().as_uri()}?mode=rwc"
                self._writing = _connect(uri, CACHE_KIB)
                _prepare(self._writing, (*SCHEMA, *schema), durable=durable)
            if self._writing is not None and not durable:
                self._reading = self._writing
                self._reading.execute("BEGIN")
            else:
                self._reading = _connect(address_to_look(path), READING_CACHE_KIB)
            if not write:
                # One snapshot for all that is read, whatever a writer does meanwhile.
                self._reading.execute("BEGIN")
                self._reading.execute("SELECT 1 FROM sqlite_master").fetchone()
        # SQLite's message may name a damaged table in bytes that Python cannot read.
        except (sqlite3.Error, UnicodeDecodeError) as failed:
            raise failure_of(failed) from failed

    def write(self, block: Block) -> None:
        """Write a block whole and durably, or not at all."""
        connection = self._writing
        if connection is None:
            raise StorageFailed("it is open for reading only")
        many = connection.executemany
        try:
            if self._durable:
                connection.execute("BEGIN IMMEDIATE")
            many(_ENTRY, block.entries)
            many(_ACT, block.acts)
            connection.execute(_HEADER, block.sealed)
            many(_CREATED, block.created)
            many(_CHANGED, [(row.value, row.place) for row in block.changed])
            many(_TILE, block.tiles)
            many(_MARK, block.marks.items())
            for change in block.derived:
                many(change.sql, change.rows)
            if self._durable:
                connection.execute("COMMIT")
        except sqlite3.Error as failed:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise failure_of(failed) from failed

    def set_mark(self, name: str, value: str) -> None:
        """Write a named value durably."""
        if self._writing is None:
            raise StorageFailed("it is open for reading only")
        try:
            self._writing.execute(_MARK, (name, value))
        except sqlite3.Error as failed:
            raise failure_of(failed) from failed

    def finish(self) -> None:
        """End the one transaction of a replay's store, so that others can read it."""
        assert self._writing is not None
        try:
            self._writing.execute("COMMIT")
        except sqlite3.Error as failed:
            raise failure_of(failed) from failed

    def replace_derived(self, source: Path, schema: Iterable[str], mark: str) -> None:
        """Replace all derived tables by those of another file, whole or not at all.

        Args:
            source: a finished replay's store.
            schema: the statements that make the new tables.
            mark: the version of the projection that they belong to.
        """
        connection = self._writing
        if connection is None:
            raise StorageFailed("it is open for reading only")
        uri = f"{source.absolute().as_uri()}?mode=ro"
        try:
            connection.execute("ATTACH ? AS rebuilt", (uri,))
            try:
                connection.execute("BEGIN IMMEDIATE")
                _replace(connection, schema)
                connection.execute(_MARK, ("projection", mark))
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                connection.execute("DETACH rebuilt")
        except sqlite3.Error as failed:
            raise failure_of(failed) from failed

    def size(self) -> int:
        """Number of entries, the gaps not counted."""
        return int(self._one("SELECT count(*) FROM entry")[0])

    def entry(self, position: int) -> bytes | None:
        """Return one entry."""
        row = self._one("SELECT bytes FROM entry WHERE position = ?", position)
        return row and row[0]

    def entries(self, start: int = 0) -> Iterator[bytes]:
        """Give all entries from a position on."""
        sql = (
            "SELECT position, bytes FROM entry WHERE position >= ? ORDER BY position"
            f" LIMIT {PAGE_OF_ENTRIES}"
        )
        while rows := self._all(sql, start):
            for position, entry in rows:
                if position != start:
                    raise StorageFailed(f"there is no entry {start}")
                start += 1
                yield entry

    def act_at(self, act_hash: bytes) -> int | None:
        """Find an act's position by its hash."""
        row = self._one("SELECT position FROM act WHERE hash = ?", act_hash)
        return row and row[0]

    def acts_named(self, names: Sequence[tuple[bytes, bytes]]) -> list[ActRow]:
        """Find those acts that have one of these pairs of maker and number."""
        if not names:
            return []
        # One statement for a whole batch: each would hand the interpreter's lock to
        # the threads that verify, and wait to get it back.
        pairs = ", ".join(["(?, ?)"] * len(names))
        sql = (
            f'WITH asked ("by", id) AS (VALUES {pairs})'
            ' SELECT position, hash, act."by", act.id FROM asked JOIN act'
            ' ON act."by" = asked."by" AND act.id = asked.id'
        )
        return [ActRow(*row) for row in self._all(sql, *chain.from_iterable(names))]

    def block_of(self, position: int) -> Sealed | None:
        """Return the header of the block that holds a position."""
        sql = f"{_SEALED} WHERE position >= ? ORDER BY position LIMIT 1"
        row = self._one(sql, position)
        return row and Sealed(*row)

    def last_block(self) -> Sealed | None:
        """Return the last header."""
        row = self._one(f"{_SEALED} ORDER BY height DESC LIMIT 1")
        return row and Sealed(*row)

    def state(self) -> Iterator[StateRow]:
        """Give the rows of the state in order of their places."""
        sql = "SELECT place, key, value FROM state ORDER BY place"
        return (StateRow(*row) for row in self._each(sql))

    def tile(self, level: int, number: int) -> bytes | None:
        """Return a full hash tile."""
        sql = "SELECT hashes FROM tile WHERE level = ? AND number = ?"
        row = self._one(sql, level, number)
        return row and row[0]

    def mark(self, name: str) -> str | None:
        """Return a named value."""
        row = self._one("SELECT value FROM meta WHERE name = ?", name)
        return row and row[0]

    def query(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Read derived tables."""
        return self._all(sql, *values)

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection that reads, for who compares whole tables."""
        return self._reading

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._reading.close()
            if self._writing is not None:
                self._writing.close()

    def _one(self, sql: str, *values: object) -> Any:
        try:
            with self._lock:
                return self._reading.execute(sql, values).fetchone()
        except sqlite3.Error as failed:
            raise failure_of(failed) from failed

    def _all(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._reading.execute(sql, values).fetchall()
        except sqlite3.Error as failed:
            raise failure_of(failed) from failed

    def _each(self, sql: str) -> Iterator[tuple[Any, ...]]:
        try:
            rows = self._reading.execute(sql)
        except sqlite3.Error as failed:
            raise failure_of(failed) from failed
        try:
            for row in rows:  # noqa: UP028 - `yield from` would close the rows itself
                yield row
        except sqlite3.Error as failed:
            raise failure_of(failed) from failed
        finally:
            # Whoever breaks off in the middle may have closed the file by then.
            with suppress(sqlite3.ProgrammingError):
                rows.close()


def failure_of(failed: sqlite3.Error | UnicodeDecodeError) -> StorageFailed:
    """Tell a machine that fails from a file whose content is wrong."""
    code = getattr(failed, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return StorageFailed(str(failed), damage=code & 0xFF not in _OF_THE_MACHINE)


def _replace(connection: sqlite3.Connection, schema: Iterable[str]) -> None:
    """Drop the derived tables, with their indexes, and take over the rebuilt ones."""
    for (name,) in connection.execute(_DERIVED).fetchall():
        if name not in CORE_TABLES:
            connection.execute(f'DROP TABLE "{name}"')
    for statement in schema:
        connection.execute(statement)
    for (name,) in connection.execute(_DERIVED).fetchall():
        if name not in CORE_TABLES:
            # Both were made by the same statements: SQLite then copies whole rows.
            connection.execute(f'INSERT INTO "{name}" SELECT * FROM rebuilt."{name}"')


def _connect(uri: str, cache_kib: int) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri,
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    # Altered text need not be UTF-8: who reads it will say what is wrong with it.
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    connection.execute(f"PRAGMA cache_size = -{cache_kib}")
    return connection


def _prepare(
    connection: sqlite3.Connection, schema: Iterable[str], *, durable: bool
) -> None:
    """Set how it writes; make all tables at once if there are none."""
    # Entries of 850 bytes fill a page of 4 KiB by 80 %, one of 8 KiB by 93 %.
    connection.execute("PRAGMA page_size = 8192")
    if durable:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {JOURNAL_PAGES}")
    else:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None:
        for statement in schema:
            connection.execute(statement)
    connection.execute("COMMIT")
