"""A store in PostgreSQL: the tables of one circuit in a schema of their own.

One transaction per block. Whoever opens it for writing becomes the sequencer: it raises
the epoch, and every later block is refused to those who opened it before. Rows that are
only added go in by ``COPY``, those that may be there by one statement for all of them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from urdimbre.adapters.storage import pouring, shared_quota, translation
from urdimbre.adapters.storage.sessions import (
    Connection,
    Line,
    Place,
    check_server,
    connect,
    failure,
    let_go,
)
from urdimbre.adapters.storage.sqlite import CORE_TABLES, PAGE_OF_ENTRIES, SCHEMA
from urdimbre.recording.answers import Fenced, StorageFailed
from urdimbre.recording.ports import ActRow, Block, Change, Sealed, StateRow

PAGE_OF_STATE = 5_000
ENGINE_SCHEMA = (
    """CREATE TABLE sequencer (one boolean PRIMARY KEY DEFAULT true CHECK (one),
 epoch bigint NOT NULL)""",
    "INSERT INTO sequencer (epoch) VALUES (0)",
    """CREATE TABLE inbox (no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
 entry bytea NOT NULL, answer text, answered timestamptz)""",
    "CREATE INDEX inbox_waiting ON inbox (no) WHERE answer IS NULL",
    "CREATE INDEX inbox_answered ON inbox (answered) WHERE answer IS NOT NULL",
)
ENGINE_TABLES = ("sequencer", "inbox", "quota")
"""Of this engine alone: no part of the registry, and no page reads them."""

_ENTRY = "INSERT INTO entry VALUES (?, ?)"
_ACT = "INSERT INTO act VALUES (?, ?, ?, ?)"
_HEADER = "INSERT INTO header VALUES (?, ?, ?, ?)"
_CREATED = "INSERT INTO state VALUES (?, ?, ?)"
_TILE = "INSERT INTO tile VALUES (?, ?, ?)"
_MARK = (
    "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value ="
    " excluded.value"
)
_CHANGED = (
    "UPDATE state SET value = new.value"
    " FROM unnest(%s::bigint[], %s::bytea[]) AS new (place, value)"
    " WHERE state.place = new.place"
)
_NAMED = (
    'SELECT position, hash, act."by", act.id FROM act'
    ' JOIN unnest(%s::bytea[], %s::bytea[]) AS asked ("by", id)'
    ' ON act."by" = asked."by" AND act.id = asked.id'
)
_SEALED = "SELECT height, position, hash, time FROM header"
_EPOCH = "SELECT epoch FROM sequencer"
_HELD = f"{_EPOCH} WHERE epoch = %s FOR SHARE"
_RAISE = "UPDATE sequencer SET epoch = epoch + 1 RETURNING epoch"
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_THERE = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
_COLUMNS = (
    "SELECT c.relname, a.attname, format_type(a.atttypid, NULL)"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " JOIN pg_attribute a ON a.attrelid = c.oid"
    " WHERE n.nspname = %s AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
    " ORDER BY c.relname, a.attnum"
)
Columns = dict[str, list[tuple[str, str]]]


class PostgresStore:
    """Keeps blocks in a schema of a PostgreSQL database.

    One connection writes, in the writer's thread; another reads, one thread at a time.

    Attributes:
        epoch: of this sequencer; 0 if it only reads.
    """

    def __init__(
        self, place: Place, *, schema: Iterable[str] = (), write: bool = True
    ) -> None:
        """Open the schema; if it is not there, it is made with its tables.

        Args:
            place: where.
            schema: further tables, of the projection.
            write: open it for writing and become the sequencer; otherwise it must
                exist, and is read as it stands at this moment.

        Raises:
            StorageFailed: it cannot be opened.
            Pooled: the connection is not one session.
            ServerUnfit: the server may not keep a registry.
            Unreachable: nobody answers.
        """
        self.place = place
        self.epoch = 0
        self._lock = threading.Lock()
        self._writing: Connection | None = None
        check_server(place)
        try:
            if write:
                self._writing = connect(place)
                self._prepare(self._writing, schema)
            self._reading: Connection | None = connect(place)
            self._following: Line | None = None
            if not write:
                self._look(self._reading)
        except psycopg.Error as failed:
            self._abandon()
            raise failure(failed) from failed
        except BaseException:
            self._abandon()
            raise

    def write(self, block: Block) -> None:
        """Write a block whole and durably, or not at all.

        Raises:
            Fenced: another sequencer has taken over; nothing is written.
        """
        with self._own_transaction() as cursor:
            for change in _core(block):
                self._change(cursor, change)
            if block.changed:
                values = [row.value for row in block.changed]
                cursor.execute(_CHANGED, ([row.place for row in block.changed], values))
            for change in block.derived:
                self._change(cursor, change)

    def follow(self) -> None:
        """From now on read what stands there at each moment, and survive the server."""
        with self._lock:
            self._following = Line(self.place)
            if self._reading is not None:
                let_go(self._reading)
                self._reading = None

    def set_mark(self, name: str, value: str) -> None:
        """Write a named value durably.

        Raises:
            Fenced: another sequencer has taken over; nothing is written.
        """
        with self._own_transaction() as cursor:
            self._change(cursor, Change(_MARK, [(name, value)]))

    def replace_derived(self, source: Path, schema: Iterable[str], mark: str) -> None:
        """Replace all derived tables by those of a file, whole or not at all.

        Args:
            source: a finished replay's store, in SQLite.
            schema: the statements that make the new tables.
            mark: the version of the projection that they belong to.
        """
        with self._own_transaction() as cursor:
            for name in self.derived():
                cursor.execute(sql.SQL("DROP TABLE {}").format(_name(name)))
            for statement in schema:
                cursor.execute(translation.schema(statement).encode())
            self._columns = _columns(cursor.connection, self.place)
            with closing(pouring.opened(source)) as file:
                for name in self.derived():
                    _copy(cursor, name, pouring.rows(file, name), self._columns)
            self._change(cursor, Change(_MARK, [("projection", mark)]))

    def fill(self, source: Path) -> None:
        """Take over all rows of a registry's file, whole or not at all."""
        with self._own_transaction() as cursor, closing(pouring.opened(source)) as file:
            for name in (*CORE_TABLES, *self.derived()):
                _copy(cursor, name, pouring.rows(file, name), self._columns)

    def pour(self, sink: Path, *, derived: bool = True) -> None:
        """Copy all rows of the registry into a file that has its tables already.

        Args:
            sink: the file.
            derived: the tables that pages read, too.
        """
        with closing(pouring.opened(sink, write=True)) as file:
            for name in (*CORE_TABLES, *(self.derived() if derived else ())):
                pouring.fill(file, name, self._rows(name))
            file.commit()

    def derived(self) -> list[str]:
        """Name the tables that pages read."""
        kept = (*CORE_TABLES, *ENGINE_TABLES)
        return [name for name in self._columns if name not in kept]

    def drop(self) -> None:
        """Delete the whole schema: the circuit has moved elsewhere."""
        with self._own_transaction() as cursor:
            name = _name(self.place.schema)
            cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(name))

    def unanswered(self) -> int:
        """Return how many acts wait in the inbox."""
        asked = "SELECT count(*) FROM inbox WHERE answer IS NULL"
        return int(self._one(asked)[0])

    def size(self) -> int:
        """Number of entries, the gaps not counted."""
        return int(self._one("SELECT count(*) FROM entry")[0])

    def entry(self, position: int) -> bytes | None:
        """Return one entry."""
        row = self._one("SELECT bytes FROM entry WHERE position = ?", position)
        return row and row[0]

    def entries(self, start: int = 0) -> Iterator[bytes]:
        """Give all entries from a position on."""
        asked = (
            "SELECT position, bytes FROM entry WHERE position >= ? ORDER BY position"
            f" LIMIT {PAGE_OF_ENTRIES}"
        )
        while rows := self._all(asked, start):
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
        asked = ([by for by, _ in names], [id_ for _, id_ in names])
        return [ActRow(*row) for row in self._fetched(_NAMED, asked)]

    def block_of(self, position: int) -> Sealed | None:
        """Return the header of the block that holds a position."""
        asked = f"{_SEALED} WHERE position >= ? ORDER BY position LIMIT 1"
        row = self._one(asked, position)
        return row and Sealed(*row)

    def last_block(self) -> Sealed | None:
        """Return the last header."""
        row = self._one(f"{_SEALED} ORDER BY height DESC LIMIT 1")
        return row and Sealed(*row)

    def state(self) -> Iterator[StateRow]:
        """Give the rows of the state in order of their places."""
        asked = (
            "SELECT place, key, value FROM state WHERE place > ? ORDER BY place"
            f" LIMIT {PAGE_OF_STATE}"
        )
        last = -1
        while rows := self._all(asked, last):
            yield from (StateRow(*row) for row in rows)
            last = rows[-1][0]

    def tile(self, level: int, number: int) -> bytes | None:
        """Return a full hash tile."""
        asked = "SELECT hashes FROM tile WHERE level = ? AND number = ?"
        row = self._one(asked, level, number)
        return row and row[0]

    def mark(self, name: str) -> str | None:
        """Return a named value."""
        row = self._one("SELECT value FROM meta WHERE name = ?", name)
        return row and row[0]

    def query(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Read derived tables."""
        return self._all(sql, *values)

    def close(self) -> None:
        """Let go of the connections."""
        with self._lock:
            self._abandon()

    def _abandon(self) -> None:
        for name in ("_reading", "_writing", "_following"):
            one = getattr(self, name, None)
            if isinstance(one, Line):
                one.close()
            elif one is not None:
                let_go(one)

    def _prepare(self, connection: Connection, schema: Iterable[str]) -> None:
        """Make the tables if there are none, and become the sequencer."""
        with connection.transaction(), connection.cursor() as cursor:
            name = _name(self.place.schema)
            cursor.execute(_THERE, (self.place.schema,))
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE SCHEMA {}").format(name))
                for statement in (*SCHEMA, *schema):
                    cursor.execute(translation.schema(statement).encode())
                for statement in ENGINE_SCHEMA:
                    cursor.execute(statement)
            cursor.execute(shared_quota.TABLE)  # later than the other tables
            # Waits for a block that the one before is writing; from here on it writes
            # none.
            cursor.execute(_RAISE)
            ((self.epoch,),) = cursor.fetchall()
        self._columns = _columns(connection, self.place)

    def _look(self, connection: Connection) -> None:
        """Keep to one moment, whatever a writer does meanwhile."""
        connection.execute(_SNAPSHOT)
        self._columns = _columns(connection, self.place)
        if "sequencer" not in self._columns:
            raise StorageFailed(f"there is no schema {self.place.schema}")

    @contextmanager
    def _own_transaction(self) -> Iterator[psycopg.Cursor[Any]]:
        """Begin a transaction in which no other sequencer can take over."""
        connection = self._writing
        if connection is None:
            raise StorageFailed("it is open for reading only")
        try:
            with connection.transaction(), connection.cursor() as cursor:
                if cursor.execute(_HELD, (self.epoch,)).fetchone() is None:
                    raise Fenced(self.epoch)
                yield cursor
        except psycopg.Error as failed:
            raise failure(failed) from failed

    def _rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        """Give all rows of a table, some at a time."""
        assert self._reading is not None
        with (
            self._lock,
            self._reading.transaction(),
            self._reading.cursor("urdimbre_rows") as cursor,
        ):
            cursor.itersize = PAGE_OF_STATE
            yield from cursor.execute(sql.SQL("SELECT * FROM {}").format(_name(table)))

    def _change(self, cursor: psycopg.Cursor[Any], change: Change) -> None:
        """Run a statement with its rows, in the fastest way it allows."""
        if not change.rows:
            return
        insert = translation.insert(change.sql)
        if insert is None:
            cursor.executemany(translation.query(change.sql).encode(), change.rows)
        elif not insert.conflict:
            _copy(cursor, insert.table, change.rows, self._columns)
        else:
            kinds = (f"%s::{kind}[]" for _, kind in self._columns[insert.table])
            every = (
                f'INSERT INTO "{insert.table}" SELECT * FROM'
                f" unnest({', '.join(kinds)}){insert.conflict}"
            )
            columns = [list(column) for column in zip(*change.rows, strict=True)]
            cursor.execute(every.encode(), columns)

    def _one(self, asked: str, *values: object) -> Any:
        rows = self._all(asked, *values)
        return rows[0] if rows else None

    def _all(self, asked: str, *values: object) -> list[tuple[Any, ...]]:
        return self._fetched(translation.query(asked), values)

    def _fetched(self, asked: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self._lock:
            if self._reading is not None:
                try:
                    return self._reading.execute(asked.encode(), values).fetchall()
                except psycopg.Error as failed:
                    raise failure(failed) from failed
        if self._following is None:
            raise StorageFailed("it is closed")
        return self._following.run(
            lambda line: line.execute(asked.encode(), values).fetchall()
        )


def is_there(place: Place) -> bool:
    """Tell whether the schema has been made."""
    with closing(connect(place)) as connection:
        return connection.execute(_THERE, (place.schema,)).fetchone() is not None


def _core(block: Block) -> tuple[Change, ...]:
    """Give the statements of the registry's own tables, in order."""
    return (
        Change(_ENTRY, block.entries),
        Change(_ACT, block.acts),
        Change(_HEADER, [block.sealed]),
        Change(_CREATED, block.created),
        Change(_TILE, block.tiles),
        Change(_MARK, list(block.marks.items())),
    )


def _copy(
    cursor: psycopg.Cursor[Any],
    table: str,
    rows: Iterable[Sequence[Any]],
    columns: Columns,
) -> None:
    with cursor.copy(
        sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(_name(table))
    ) as copy:
        copy.set_types([kind for _, kind in columns.get(table, ())])
        for row in rows:
            copy.write_row(row)


def _columns(connection: Connection, place: Place) -> Columns:
    found: Columns = {}
    for table, column, kind in connection.execute(_COLUMNS, (place.schema,)):
        found.setdefault(table, []).append((column, kind))
    return found


def _name(name: str) -> sql.Identifier:
    return sql.Identifier(name)
