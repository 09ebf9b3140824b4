"""Whether the indexes in PostgreSQL lead to the rows of their tables.

PostgreSQL's own check, ``amcheck``, has to be installed by a superuser, and a circuit's
user is none. What she may do is ask twice, of one moment: the table is read block by
block (a sample of all its blocks, which no index can answer), and each key that stands
in it is looked up by the index. It must lead to just the rows with that key, each once;
and the whole index, walked in order, to no more rows than the table has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from urdimbre.adapters.storage.postgres import ENGINE_TABLES
from urdimbre.adapters.storage.sessions import Connection, Place, failure
from urdimbre.recording.answers import StorageFailed

_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# What is left to the server is the index, the whole row, and one way through both.
_ONLY_BY_INDEX = (
    "SET LOCAL enable_seqscan = off",
    "SET LOCAL enable_bitmapscan = off",
    "SET LOCAL enable_indexonlyscan = off",
    "SET LOCAL enable_tidscan = off",
    "SET LOCAL enable_sort = off",
    "SET LOCAL enable_incremental_sort = off",
    "SET LOCAL enable_indexscan = on",
    "SET LOCAL max_parallel_workers_per_gather = 0",
    "SET LOCAL jit = off",
)
_INDEXES = (
    "SELECT c.relname::text, x.relname::text, array(SELECT a.attname::text FROM"
    " unnest(i.indkey) WITH ORDINALITY AS k (attnum, place) JOIN pg_attribute a"
    " ON a.attrelid = c.oid AND a.attnum = k.attnum ORDER BY k.place)"
    " FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
    " JOIN pg_class x ON x.oid = i.indexrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = %s ORDER BY 1, 2"
)
# Rows with one key, in order. Only the index that has this order need not sort; so the
# first column is asked for in a way that does not tell the server that it is but one
# value. Where it knows better, the whole key is asked for as a range, which is slower.
_SAME = (
    "b.{first} = ANY (ARRAY[a.{first}]){rest} ORDER BY b.{first}",
    "({found}) >= ({asked}) AND ({found}) <= ({asked}) ORDER BY {found}",
)
_LOOKED_UP = """
SELECT {asked} FROM (
  SELECT {columns}, count(*) AS "rows there" FROM {table} TABLESAMPLE SYSTEM (100)
  GROUP BY {columns} OFFSET 0
) AS a CROSS JOIN LATERAL (
  SELECT count(*) AS "rows found",
         count(DISTINCT s."at") FILTER (WHERE {fits}) AS "rows fitting"
  FROM (SELECT b.ctid AS "at", {found} FROM {table} AS b
        WHERE {same} OFFSET 0) AS s
) AS f
WHERE f."rows found" <> a."rows there" OR f."rows fitting" <> a."rows there" LIMIT 1
"""
_WALKED = (
    "SELECT (SELECT count(*) FROM (SELECT 1 FROM {table} ORDER BY {columns} OFFSET 0)"
    " AS w), (SELECT count(*) FROM {table} TABLESAMPLE SYSTEM (100))"
)


class Lost(NamedTuple):
    """An index that does not lead to the rows of its table.

    Attributes:
        table: whose.
        name: of the index.
        told: what does not fit.
    """

    table: str
    name: str
    told: str


class Index(NamedTuple):
    """An index as the server describes it.

    Attributes:
        table: whose.
        name: its name.
        columns: by which it finds rows, in order; none of them can be empty.
    """

    table: str
    name: str
    columns: list[str]


def first_lost(connection: Connection, place: Place) -> Lost | None:
    """Return the first index of a circuit that does not lead to its table's rows.

    Raises:
        StorageFailed: the server cannot, or will not go by the index.
    """
    try:
        connection.execute(_BEGIN)
        for setting in _ONLY_BY_INDEX:
            connection.execute(setting.encode())
        lost = next(_lost(connection, place), None)
        connection.execute("ROLLBACK")
    except psycopg.Error as failed:
        raise failure(failed) from failed
    return lost


def indexes(connection: Connection, place: Place) -> list[Index]:
    """Name the indexes of the registry's tables, and of those that pages read."""
    rows = connection.execute(_INDEXES, (place.schema,)).fetchall()
    return [Index(*row) for row in rows if row[0] not in ENGINE_TABLES]


def _lost(connection: Connection, place: Place) -> Iterator[Lost]:
    for index in indexes(connection, place):
        for row in _answers(connection, index, *_looked_up(place, index)):
            key = ", ".join(map(_shown, row))
            told = f"looked up by it, {key} is not what stands in the table"
            yield Lost(index.table, index.name, told)
        for walked, there in _answers(connection, index, _walked(place, index)):
            if walked != there:
                told = f"it leads to {walked} rows, the table has {there}"
                yield Lost(index.table, index.name, told)


def _answers(
    connection: Connection, index: Index, *forms: sql.Composed
) -> list[tuple[Any, ...]]:
    """Ask in the first form that is answered by this index and by reading the table."""
    for asked in forms:
        explained = sql.SQL("EXPLAIN (FORMAT JSON) {}").format(asked)
        plan = json.dumps(connection.execute(explained).fetchall())
        wanted = ('"Sample Scan"', '"Index Scan"', json.dumps(index.name))
        if all(one in plan for one in wanted) and '"Seq Scan"' not in plan:
            return connection.execute(asked).fetchall()
    raise StorageFailed(f"the server does not go by the index {index.name}")


def _looked_up(place: Place, index: Index) -> list[sql.Composed]:
    """Return the question whether each key leads to its rows, in both its forms."""
    first, *others = names = [sql.Identifier(one) for one in index.columns]

    def each(form: str, between: str = ", ") -> sql.Composed:
        return sql.SQL(between).join(sql.SQL(form).format(c=name) for name in names)

    parts = {
        "table": sql.Identifier(place.schema, index.table),
        "columns": each("{c}"),
        "asked": each("a.{c}"),
        "found": each("b.{c}"),
        "fits": each("s.{c} = a.{c}", " AND "),
        "first": first,
        "rest": sql.SQL("").join(
            sql.SQL(" AND b.{c} = a.{c}").format(c=name) for name in others
        ),
    }
    return [
        sql.SQL(_LOOKED_UP).format(same=sql.SQL(form).format(**parts), **parts)
        for form in _SAME
    ]


def _walked(place: Place, index: Index) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, index.columns))
    table = sql.Identifier(place.schema, index.table)
    return sql.SQL(_WALKED).format(table=table, columns=names)


def _shown(value: object) -> str:
    return value.hex()[:40] if isinstance(value, bytes) else str(value)[:40]
