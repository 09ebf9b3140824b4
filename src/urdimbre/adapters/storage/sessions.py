"""Connections to PostgreSQL that are what they seem: one session each, durable."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any, ClassVar, NamedTuple, TypeVar

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from urdimbre.core.refusals import gettext_noop
from urdimbre.recording.answers import RecordingFailed, StorageFailed

VERSION_MIN = 15
CONNECT_SECONDS = 10
SCHEMA_NAME = re.compile(r"[a-z_][a-z0-9_]{0,47}", re.ASCII)
_DAMAGED = ("XX001", "XX002")
"""SQLSTATE of data and index corruption."""
T = TypeVar("T")
_SECRETS = ("password", "sslpassword")


class Place(NamedTuple):
    """Where a circuit's tables stand: how to get there, and the schema's name.

    Attributes:
        conninfo: as libpq takes it, without a password.
        schema: name of the schema, of this circuit alone.
    """

    conninfo: str
    schema: str


class Pooled(RecordingFailed):
    """Something stands between us and the server that shares its sessions out."""

    code = "pooled_connection"
    says = gettext_noop("The connection to PostgreSQL is pooled: {reason}.")
    hint = gettext_noop(
        "Connect to PostgreSQL itself, not to a pooler such as pgbouncer: the one who "
        "records must keep its session."
    )
    exit_code: ClassVar[int] = 6

    def __init__(self, reason: str) -> None:
        """Keep how it showed."""
        super().__init__(reason=reason)
        self.reason = reason


class ServerUnfit(RecordingFailed):
    """A server that may not keep a registry."""

    code = "server_unfit"
    says = gettext_noop("This PostgreSQL server cannot keep the registry: {reason}.")
    hint = gettext_noop(
        "Use PostgreSQL 15 or later with fsync and full_page_writes on; see "
        "docs/operate/postgres.md."
    )
    exit_code: ClassVar[int] = 6

    def __init__(self, reason: str) -> None:
        """Keep what is unfit."""
        super().__init__(reason=reason)
        self.reason = reason


class BadPlace(RecordingFailed):
    """A connection string or schema that cannot be used."""

    code = "bad_dsn"
    says = gettext_noop("This is not where a registry can stand: {reason}.")
    hint = gettext_noop(
        "Write it as postgresql://user@host/database, without a password: that belongs "
        "into ~/.pgpass."
    )
    exit_code: ClassVar[int] = 2

    def __init__(self, reason: str) -> None:
        """Keep what is wrong."""
        super().__init__(reason=reason)
        self.reason = reason


class Unreachable(RecordingFailed):
    """The server does not answer."""

    code = "database_unreachable"
    says = gettext_noop("PostgreSQL cannot be reached: {reason}.")
    hint = gettext_noop("Start PostgreSQL, or look at its address in engine.json.")
    exit_code: ClassVar[int] = 7

    def __init__(self, reason: str) -> None:
        """Keep the server's or the network's words."""
        super().__init__(reason=reason)
        self.reason = reason


Connection = psycopg.Connection[tuple[Any, ...]]


def checked(place: Place) -> Place:
    """Return a place whose parts can be used.

    Raises:
        BadPlace: it cannot be read, or holds a password.
    """
    try:
        parts = conninfo_to_dict(place.conninfo)
    except psycopg.Error as failed:
        raise BadPlace(_reason(failed)) from None
    if any(name in parts for name in _SECRETS):
        raise BadPlace("it holds a password")
    if not SCHEMA_NAME.fullmatch(place.schema):
        raise BadPlace(f"{place.schema!r} is no name of a schema")
    return place


def connect(place: Place, *, sync: bool = True) -> Connection:
    """Connect, outside a transaction; names are looked up in the circuit's schema.

    Args:
        place: where.
        sync: whether a commit waits for the disk; what can be asked for again need not.

    Raises:
        Unreachable: nobody answers there.
    """
    checked(place)
    conninfo = make_conninfo(
        place.conninfo,
        connect_timeout=str(CONNECT_SECONDS),
        application_name="urdimbre",
        keepalives_idle="30",
    )
    try:
        connection = psycopg.connect(conninfo, autocommit=True)
    except psycopg.Error as failed:
        raise Unreachable(_reason(failed)) from failed
    try:
        connection.execute(
            sql.SQL("SET search_path TO {}, pg_temp").format(
                sql.Identifier(place.schema)
            )
        )
        connection.execute("SET client_min_messages TO warning")
        _settle_commits(connection, sync=sync)
    except psycopg.Error as failed:
        connection.close()
        raise failure(failed) from failed
    return connection


def _settle_commits(connection: Connection, *, sync: bool) -> None:
    """Let commits wait for the disk, whatever the server's default, or not wait."""
    if not sync:
        connection.execute("SET synchronous_commit TO off")
        return
    if _shown(connection, "synchronous_commit") in ("off", "local"):
        connection.execute("SET synchronous_commit TO on")


def check_server(place: Place) -> None:
    """Refuse a server or a way to it that cannot keep a registry.

    Raises:
        Pooled: sessions are shared out by a pooler.
        ServerUnfit: too old, or it would lose what it has acknowledged.
        Unreachable: nobody answers.
    """
    try:
        with closing(connect(place)) as one, closing(connect(place)) as other:
            _one_session_each(one, other)
            _keeps_what_it_says(one)
    except psycopg.Error as failed:
        raise failure(failed) from failed


def _one_session_each(one: Connection, other: Connection) -> None:
    """Tell whether each connection has a server process of its own, always the same.

    A pooler greets with a process number of its own making. And one that lends a
    process out for a transaction only lends the same to both, or a second to the first
    while the other holds on to it.
    """
    for connection in (one, other):
        if connection.info.backend_pid != _process(connection):
            raise Pooled("another process answers than the one that greeted us")
    with other.transaction():
        held = _process(other)
        if held in {_process(one) for _ in range(3)}:
            raise Pooled("two connections share one server process")


def _process(connection: Connection) -> int:
    row = connection.execute("SELECT pg_backend_pid()", prepare=False).fetchone()
    assert row is not None
    return int(row[0])


def _keeps_what_it_says(connection: Connection) -> None:
    version = connection.info.server_version // 10_000
    if version < VERSION_MIN:
        raise ServerUnfit(f"it is version {version}")
    for name in ("fsync", "full_page_writes"):
        if _shown(connection, name) != "on":
            raise ServerUnfit(f"{name} is off")
    if _shown(connection, "server_encoding") != "UTF8":
        raise ServerUnfit("its encoding is not UTF8")


def _shown(connection: Connection, name: str) -> str:
    row = connection.execute(f"SHOW {name}", prepare=False).fetchone()
    assert row is not None
    return str(row[0])


class Line:
    """A connection that is made anew when it was lost; one thread at a time."""

    def __init__(self, place: Place, *, sync: bool = True, listen: str = "") -> None:
        """Connect.

        Args:
            place: where.
            sync: whether a commit waits for the disk.
            listen: a channel to hear of, if any.
        """
        self._place = place
        self._sync = sync
        self._listen = listen
        self._lock = threading.Lock()
        self._connection = self._connected()

    def run(self, work: Callable[[Connection], T]) -> T:
        """Do something that may be done twice; a lost connection costs one try.

        Raises:
            StorageFailed: the server did not do it, or cannot be reached.
        """
        with self._lock:
            try:
                return self._tried(work)
            except psycopg.Error as failed:
                if not self._connection.closed:
                    raise failure(failed) from failed
            try:
                return self._tried(work)
            except psycopg.Error as failed:
                raise failure(failed) from failed

    def _tried(self, work: Callable[[Connection], T]) -> T:
        if self._connection.closed:
            self._connection = self._connected()
        return work(self._connection)

    def close(self) -> None:
        """Let go."""
        with self._lock:
            let_go(self._connection)

    def _connected(self) -> Connection:
        try:
            connection = connect(self._place, sync=self._sync)
        except Unreachable as failed:
            raise StorageFailed(failed.reason) from failed
        if self._listen:
            channel = sql.Identifier(self._listen)
            connection.execute(sql.SQL("LISTEN {}").format(channel))
        return connection


def let_go(connection: Connection) -> None:
    """Close a connection, dead or alive."""
    with suppress(psycopg.Error):
        connection.close()


def failure(failed: psycopg.Error) -> StorageFailed:
    """Put what the server or the network said into our own failure."""
    return StorageFailed(_reason(failed), damage=failed.sqlstate in _DAMAGED)


def _reason(failed: psycopg.Error) -> str:
    return " ".join(str(failed).split()).rstrip(".") or type(failed).__name__
