"""What stands in a circuit's schema, compared with what the program makes there.

Tables, columns, keys and indexes as they are in a file of the same schema; and nothing
else: no trigger, rule, view or further condition that could change what is stored.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterator
from typing import NamedTuple

from urdimbre.adapters.storage.postgres import ENGINE_TABLES
from urdimbre.adapters.storage.sessions import Connection, Place

_TYPES = {"INTEGER": "bigint", "BLOB": "bytea", "TEXT": "text"}
_RELATIONS = (
    "SELECT c.relname, c.relkind::text, c.relrowsecurity OR c.relhassubclass"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = %s AND c.relkind <> 'i' AND NOT EXISTS (SELECT 1 FROM pg_depend"
    " d WHERE d.objid = c.oid AND d.deptype = 'i' AND c.relkind = 'S')"
)
_COLUMNS = (
    "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,"
    " coalesce(l.collname, ''), a.atthasdef OR a.attidentity <> ''"
    " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_collation l ON l.oid = a.attcollation"
    " WHERE n.nspname = %s AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
    " ORDER BY c.relname, a.attnum"
)
_INDEXES = (
    "SELECT c.relname, i.indisunique, array(SELECT a.attname::text FROM"
    " unnest(i.indkey) WITH ORDINALITY AS k (attnum, place) JOIN pg_attribute a"
    " ON a.attrelid = c.oid AND a.attnum = k.attnum ORDER BY k.place),"
    " i.indpred IS NOT NULL OR i.indexprs IS NOT NULL OR NOT i.indisvalid"
    " FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s"
)
_ADDITIONS = (
    "SELECT c.relname, 'trigger ' || t.tgname FROM pg_trigger t"
    " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n"
    " ON n.oid = c.relnamespace WHERE n.nspname = %s"
    " UNION ALL SELECT c.relname, 'rule ' || r.rulename FROM pg_rewrite r"
    " JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n"
    " ON n.oid = c.relnamespace WHERE n.nspname = %s"
    " UNION ALL SELECT c.relname, 'condition ' || k.conname FROM pg_constraint k"
    " JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n"
    " ON n.oid = c.relnamespace WHERE n.nspname = %s AND k.contype NOT IN ('p', 'u')"
    " UNION ALL SELECT p.proname, 'function ' || p.proname FROM pg_proc p"
    " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = %s"
    " ORDER BY 1, 2"
)


class Strange(NamedTuple):
    """Something in the schema that is not as the program makes it.

    Attributes:
        table: where.
        stored: as found; empty if it is missing.
        expected: as it should be; empty if it should not be there.
    """

    table: str
    stored: str
    expected: str


def first_strange(
    connection: Connection,
    place: Place,
    made: sqlite3.Connection,
    *,
    among: Container[str] | None = None,
) -> Strange | None:
    """Return the first thing that differs from a file of the same schema.

    Args:
        connection: to the server.
        place: where the schema is.
        made: the file, with the tables as they should be.
        among: only these tables; ``None``: all.
    """
    found = set(_found(connection, place))
    expected = set(_expected(made))
    for table, told in sorted(found ^ expected):
        if among is not None and table not in among:
            continue
        there = (table, told) in found
        return Strange(table, told if there else "", "" if there else told)
    return None


def _found(connection: Connection, place: Place) -> Iterator[tuple[str, str]]:
    name = (place.schema,)
    for table, kind, more in connection.execute(_RELATIONS, name):
        if table not in ENGINE_TABLES:
            what = "table" if kind == "r" and not more else f"relation of kind {kind}"
            yield table, what
    for table, column, kind, needed, collation, filled in connection.execute(
        _COLUMNS, name
    ):
        if table not in ENGINE_TABLES:
            told = _column(column, kind, needed=needed)
            odd = collation not in ("", "C") or filled
            yield table, f"{told} ({collation}, filled)" if odd else told
    for table, unique, columns, partial in connection.execute(_INDEXES, name):
        if table not in ENGINE_TABLES:
            told = _index(columns, unique=unique)
            yield table, f"{told} in part" if partial else told
    for table, told in connection.execute(_ADDITIONS, name * 4):
        if table not in ENGINE_TABLES:
            yield table, told


def _expected(made: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    names = made.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    for (table,) in names.fetchall():
        yield table, "table"
        columns = made.execute(f'PRAGMA table_info("{table}")').fetchall()
        for _, column, kind, needed, _, key in columns:
            yield table, _column(column, _TYPES[kind], needed=bool(needed or key))
        key = {row[5]: row[1] for row in columns if row[5]}
        yield table, _index([key[place] for place in sorted(key)], unique=True)
        for _, index, unique, _, _ in made.execute(f'PRAGMA index_list("{table}")'):
            inside = made.execute(f'PRAGMA index_info("{index}")').fetchall()
            yield table, _index([row[2] for row in inside], unique=bool(unique))


def _column(name: str, kind: str, *, needed: bool) -> str:
    return f"column {name} {kind}{' not null' if needed else ''}"


def _index(columns: list[str], *, unique: bool) -> str:
    return f"{'key' if unique else 'index'} ({', '.join(columns)})"
