"""What a server and the way to it must be: direct, durable, recent, without secrets."""

import os
import pwd
import shutil
import subprocess
import time
from contextlib import closing

import psycopg
import pytest

from tests.postgres_server import MISSING, PORT, USER, Server, unprivileged
from urdimbre.adapters.storage import sessions
from urdimbre.adapters.storage.postgres import PostgresStore
from urdimbre.adapters.storage.sessions import (
    BadPlace,
    Place,
    Pooled,
    ServerUnfit,
    Unreachable,
    check_server,
    connect,
)
from urdimbre.recording import StorageFailed

POOL = """[databases]
postgres = host={folder} port={port} user={user}
[pgbouncer]
listen_addr =
listen_port = {own_port}
unix_socket_dir = {folder}
auth_type = any
pool_mode = {mode}
ignore_startup_parameters = extra_float_digits
"""
POOL_PORT = PORT + 1


@pytest.fixture(params=["transaction", "session"])
def pooler(request, postgres):
    """A real pgbouncer before the server, on a socket; its connection string."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    assert program is not None, MISSING
    settings = postgres.folder / "pool.ini"
    settings.write_text(
        POOL.format(
            folder=postgres.folder,
            port=PORT,
            user=USER,
            own_port=POOL_PORT,
            mode=request.param,
        )
    )
    who = unprivileged()
    if who is not None:
        os.chown(settings, pwd.getpwnam(who).pw_uid, -1)
    process = subprocess.Popen(
        [program, "-q", *(["-u", who] if who else []), settings],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )
    conninfo = f"host={postgres.folder} port={POOL_PORT} user={USER} dbname=postgres"
    end = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(conninfo).close()
            break
        except psycopg.OperationalError:
            assert process.poll() is None, "pgbouncer has ended"
            assert time.monotonic() < end
            time.sleep(0.05)
    yield conninfo
    process.terminate()
    process.wait()


def test_a_pooled_connection_is_refused_and_nothing_is_made(pooler, postgres):
    place = Place(pooler, postgres.place().schema)

    with pytest.raises(Pooled) as pooled:
        PostgresStore(place)

    assert pooled.value.exit_code == 6
    assert "pgbouncer" in pooled.value.hint
    schemas = "SELECT count(*) FROM pg_namespace WHERE nspname = %s"
    assert postgres.execute(schemas, place.schema) == [(0,)]


def test_two_connections_that_share_a_session_are_told(postgres):
    with closing(connect(postgres.place())) as one, pytest.raises(Pooled) as pooled:
        sessions._one_session_each(one, one)

    assert "share" in pooled.value.reason


def test_a_connection_of_its_own_is_taken(postgres):
    place = postgres.place()

    check_server(place)  # which raises if it is not
    with closing(connect(place)) as one, closing(connect(place)) as other:
        pids = [sessions._process(line) for line in (one, one, other)]
        assert pids[0] == pids[1] == one.info.backend_pid != pids[2]
    with closing(PostgresStore(place)) as store:
        assert store.epoch == 1


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_forgets_what_it_acknowledged_is_refused(setting):
    server = Server()
    try:
        server.halt()
        server.start(**{setting: "off"})
        with pytest.raises(ServerUnfit) as unfit:
            PostgresStore(server.place())
    finally:
        server.stop()

    assert setting in unfit.value.reason


def test_an_older_server_is_refused(postgres, monkeypatch):
    monkeypatch.setattr(sessions, "VERSION_MIN", 10**6)

    with pytest.raises(ServerUnfit) as unfit:
        check_server(postgres.place())

    assert "version" in unfit.value.reason


@pytest.mark.parametrize("mode", ["off", "local"])
def test_a_commit_waits_for_the_disk_whatever_the_database_says(postgres, mode):
    postgres.execute(f"ALTER ROLE {USER} SET synchronous_commit TO {mode}")
    try:
        with closing(connect(postgres.place())) as one:
            assert one.execute("SHOW synchronous_commit").fetchone() == ("on",)
    finally:
        postgres.execute(f"ALTER ROLE {USER} RESET synchronous_commit")


@pytest.mark.parametrize(
    ("conninfo", "schema", "reason"),
    [
        ("postgresql://u:secret@host/db", "circuit", "password"),
        ("host=x password=secret", "circuit", "password"),
        ("no connection string", "circuit", "missing"),
        ("host=x", 'x"; DROP TABLE entry', "schema"),
        ("host=x", "x" * 49, "schema"),
    ],
)
def test_a_place_that_cannot_be_used_is_refused(conninfo, schema, reason):
    with pytest.raises(BadPlace) as bad:
        connect(Place(conninfo, schema))

    assert reason in bad.value.reason
    assert "secret" not in bad.value.message


def test_where_nobody_answers_is_told(tmp_path):
    with pytest.raises(Unreachable) as unreachable:
        PostgresStore(Place(f"host={tmp_path} dbname=x", "circuit"))

    assert unreachable.value.exit_code == 7


def test_a_line_that_was_cut_costs_nothing(postgres):
    line = sessions.Line(postgres.place())
    postgres.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'urdimbre'"
    )

    assert line.run(lambda one: one.execute("SELECT 1").fetchone()) == (1,)
    with pytest.raises(StorageFailed):
        line.run(lambda one: one.execute("SELECT nothing"))
    line.close()
