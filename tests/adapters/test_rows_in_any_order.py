"""Rows that come in another order, as SQL may give them, decide nothing.

SQLite has a switch for it: a SELECT that does not ask for an order gets the other one.
"""

import sqlite3
from contextlib import closing

import pytest

from tests.adapters import making, scene
from urdimbre.adapters.storage import sqlite
from urdimbre.adapters.verification import verify_folder
from urdimbre.projections.project import Projection

BARTERS = 5


def lived(folder, *, backwards, monkeypatch):
    """Play a history, go on after opening it again, verify it; return every row."""
    connect = sqlite._connect

    def turned(*asked):
        connection = connect(*asked)
        connection.execute(f"PRAGMA reverse_unordered_selects = {int(backwards)}")
        return connection

    monkeypatch.setattr(sqlite, "_connect", turned)
    folder.mkdir()
    circuit = making.found(folder, projector=Projection())
    scene.play(circuit)
    circuit.registry.close()
    again = making.reopened(folder, projector=Projection())
    again._ids = iter(range(10**6, 10**6 + BARTERS))
    entries = [again.barter("ana", "beto", 1 + n) for n in range(BARTERS)]
    list(again.registry.submit_many(entries, group=2))
    again.registry.close()
    found = verify_folder(folder, projector=Projection())
    assert found.ok
    with closing(sqlite3.connect(folder / "registry.db")) as connection:
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr)  # noqa: S608
            for name in found.covered
        }


def test_the_switch_turns_rows_round():
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY)")
        connection.execute("INSERT INTO t VALUES (1), (2)")
        connection.execute("PRAGMA reverse_unordered_selects = 1")

        assert connection.execute("SELECT a FROM t").fetchall() == [(2,), (1,)]


def test_every_row_is_the_same_in_whatever_order_rows_are_read(tmp_path, monkeypatch):
    usual, turned = (
        lived(tmp_path / str(backwards), backwards=backwards, monkeypatch=monkeypatch)
        for backwards in (False, True)
    )

    assert turned == usual
    assert len(usual["act"]) == BARTERS + 21


@pytest.mark.parametrize("folder", ["core", "recording", "adapters", "projections"])
def test_text_is_ordered_by_its_bytes_alone(folder):
    """No collation but SQLite's own, which is binary; PostgreSQL's is looked at."""
    from tests.house.tree import SOURCE, python_files

    told = [
        path.name
        for path in python_files(SOURCE / folder)
        if "COLLATE" in path.read_text("utf-8").replace('COLLATE "C"', "")
    ]

    assert told == []
