"""What the doctor looks at in PostgreSQL: the schema as it is made, acts that wait."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from urdimbre.adapters.engines import place_of
from urdimbre.adapters.finding import BAD, LOOK, Finding, Patient
from urdimbre.adapters.storage.sqlite import CORE_TABLES, SCHEMA
from urdimbre.core.refusals import gettext_noop
from urdimbre.recording import Store

if TYPE_CHECKING:  # psycopg belongs to the extra [postgres]
    from urdimbre.adapters.storage.catalogue import Strange
    from urdimbre.adapters.storage.sessions import Connection, Place

_SIZE = (
    "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = current_schema() AND c.relkind = 'r'"
)
_WAITING = "SELECT count(*) FROM inbox WHERE answer IS NULL"


def bytes_kept(store: Store) -> int:
    """Return the bytes that a registry has in PostgreSQL, with its indexes."""
    ((size,),) = store.query(_SIZE)
    return int(size)


def server_findings(patient: Patient) -> Iterator[Finding]:
    """Look at the schema of a circuit in PostgreSQL; nothing if it is embedded."""
    place = place_of(patient.path)
    if place is None:
        return
    import psycopg  # noqa: PLC0415 - of the extra [postgres]

    from urdimbre.adapters.storage.sessions import connect, failure  # noqa: PLC0415

    try:
        with closing(connect(place)) as connection:
            strange = _strange(connection, place, patient)
            ((waiting,),) = connection.execute(_WAITING).fetchall()
    except psycopg.Error as failed:
        raise failure(failed) from failed
    if strange is not None:
        yield _altered(strange)
    if waiting:
        yield _unanswered(waiting)


def _strange(connection: Connection, place: Place, patient: Patient) -> Strange | None:
    """Return the first thing that is not as this program makes it."""
    from urdimbre.adapters.storage.catalogue import first_strange  # noqa: PLC0415

    # Tables for pages of another version are told as such, by another check.
    same = patient.projection == patient.program
    with closing(sqlite3.connect(":memory:")) as made:
        for statement in (*SCHEMA, *(patient.schema if same else ())):
            made.execute(statement)
        among = None if same else CORE_TABLES
        return first_strange(connection, place, made, among=among)


def _altered(strange: Strange) -> Finding:
    return Finding(
        code="schema_altered",
        level=BAD,
        says=gettext_noop(
            'Table {table} in PostgreSQL has "{stored}" where this program makes '
            '"{expected}".'
        ),
        way_out=gettext_noop(
            "Undo what was changed there; then see whether anything was altered: "
            "urdimbre verify DIR."
        ),
        values=strange._asdict()
        | {"stored": strange.stored or "-", "expected": strange.expected or "-"},
    )


def _unanswered(waiting: int) -> Finding:
    return Finding(
        code="acts_unanswered",
        level=LOOK,
        says=gettext_noop("Acts that wait in the inbox: {count}."),
        way_out=gettext_noop(
            "If this number does not fall, nobody records: start `urdimbre run` or "
            "`urdimbre sequence`."
        ),
        values={"count": waiting},
    )
