"""``engine``, ``sequence`` and ``run --workers``: a circuit in PostgreSQL."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager

import pytest
from psycopg import sql

from tests.cli.club import id_of, urdimbre
from tests.house.tree import ROOT
from tests.processes import free_port
from urdimbre.adapters.engines import place_of
from urdimbre.adapters.joining import join_circuit
from urdimbre.projections.project import Projection
from urdimbre.recording.answers import BrokenBytes, TooManyActs


@contextmanager
def program(*arguments):
    """Run the program meanwhile; ends it, and it must end well."""
    child = subprocess.Popen(
        [sys.executable, "-m", "urdimbre.cli", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "LANG": "C.UTF-8"},
    )
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=60)


def told(club):
    """All that the looking commands say."""
    return [
        urdimbre(*command, "--json").json
        for command in (
            ("members", club.path),
            ("balances", club.path),
            ("statement", club.path, id_of("ana")),
            ("verify", club.path),
        )
    ]


def test_a_club_moves_there_and_back(club, postgres):
    club.record(club.barter("ana", "beto", 500))
    assert urdimbre("engine", club.path, "--json").json["engine"] == "embedded"
    before = told(club)

    there = urdimbre(
        "engine", club.path, "--to", "postgres", "--dsn", postgres.conninfo, "--json"
    )

    assert (there.code, there.json["engine"]) == (0, "postgres")
    assert told(club) == before
    assert urdimbre("engine", club.path, "--json").json["schema"] in str(there.json)
    assert club.record(club.barter("ana", "beto", 5)).code == 0
    assert club.balance("ana") == -505
    bundle = club.path.parent / "club.tar"
    ran = urdimbre("export", club.path, "--what", "all", "-o", bundle)
    assert (ran.code, urdimbre("verify", bundle).code) == (0, 0)

    back = urdimbre("engine", club.path, "--to", "embedded")

    assert back.code == 0
    assert there.json["schema"] in back.out
    assert club.balance("ana") == -505
    assert urdimbre("verify", club.path).code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "exit_code"),
    [
        (("--to", "oracle"), "bad_choice", 2),
        (("--to", "postgres"), "dsn_missing", 2),
        (("--to", "embedded"), "engine_unchanged", 6),
        (("--to", "postgres", "--dsn", "postgresql://u:p@h/d"), "bad_dsn", 2),
        (("--to", "postgres", "--dsn", "host=/none"), "database_unreachable", 7),
    ],
)
def test_what_cannot_be_done_is_told(club, arguments, code, exit_code):
    ran = urdimbre("engine", club.path, *arguments, "--json")

    assert (ran.error["code"], ran.code) == (code, exit_code)
    assert ran.error["hint"]


def test_an_embedded_club_is_not_shared(club):
    for command in (("sequence",), ("run", "--workers", "2")):
        ran = urdimbre(command[0], club.path, *command[1:], "--json")
        assert (ran.error["code"], ran.code) == ("not_shared", 2)


def test_acts_are_recorded_through_the_sequencer_that_runs(moved):
    with program("sequence", moved.path, "--json") as sequencer:
        assert json.loads(sequencer.stdout.readline())["epoch"] >= 2

        ran = moved.record(moved.barter("ana", "beto", 5), moved.barter("x", "y", 5))

        assert [line["ok"] for line in ran.lines] == [True, False]
        assert ran.lines[1]["code"] == "unknown_member"
        other = urdimbre("sequence", moved.path, "--json")
        assert (other.error["code"], other.code) == ("already_open", 6)
        assert urdimbre("engine", moved.path, "--to", "embedded").code == 6
    assert sequencer.returncode == 0
    assert moved.balance("ana") == -5


def test_a_circuit_that_is_joined_counts_with_all_others(moved, postgres):
    table = sql.Identifier(place_of(moved.path).schema, "quota")
    ana = id_of("ana")
    with program("sequence", moved.path, "--json") as sequencer:
        assert sequencer.stdout.readline()
        with (
            closing(join_circuit(moved.path, projector=Projection())) as one,
            closing(join_circuit(moved.path, projector=Projection())) as other,
        ):
            assert isinstance(one.registry.submit(b"x", sender=ana), BrokenBytes)
            postgres.execute(sql.SQL("UPDATE {} SET remaining = -1e6").format(table))
            assert isinstance(other.registry.submit(b"x", sender=ana), TooManyActs)


@pytest.mark.slow
def test_several_workers_serve_the_pages(moved):
    port = free_port()
    with program("run", moved.path, "--workers", "3", "--port", port, "--json") as run:
        assert json.loads(run.stdout.readline())["url"].endswith(f":{port}")

        assert page(f"http://localhost:{port}/login") == 200
        assert moved.record(moved.barter("ana", "beto", 5)).code == 0
    assert run.returncode == 0
    assert moved.balance("ana") == -5
    assert urdimbre("verify", moved.path).code == 0


def page(address):
    """The status of a page, once somebody answers."""
    end = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310
                return answer.status
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.1)
