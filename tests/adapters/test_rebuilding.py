"""Tables of another version of the program: rebuilt behind the old ones and swapped."""

import shutil
import signal
import sqlite3
from pathlib import Path

import pytest

from tests.adapters import making, scene
from tests.adapters.crashing import Killing
from tests.adapters.test_folder import genesis
from tests.processes import python
from urdimbre.adapters import folder, rebuilding
from urdimbre.adapters.storage.sqlite import CORE_TABLES, SqliteStore
from urdimbre.adapters.verification import verify_folder
from urdimbre.projections.project import Projection
from urdimbre.projections.tables import VERSION
from urdimbre.recording import Damaged, OtherProjection, StorageFailed

PROGRAM = Path(__file__).with_name("rebuilding.py")
MADE_OLD = (
    "DROP TABLE volume",
    "DROP INDEX move_giver_position",
    "ALTER TABLE member RENAME COLUMN kind TO sort",
    "CREATE TABLE totals (unit TEXT PRIMARY KEY, sum INTEGER)",
    "CREATE INDEX totals_sum ON totals (sum)",
    "INSERT INTO totals VALUES ('SOL', 7)",
    "UPDATE balance SET balance = 1",
    "UPDATE meta SET value = '0' WHERE name = 'projection'",
)
"""Makes of this version's tables what an older one might have left."""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    path = tmp_path_factory.mktemp("recorded") / "circuit"
    circuit = folder.create(path, genesis, clock=making.Clock(), projector=Projection())
    circuit.close()
    return path


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """A registry in which every table has rows, as an older version left it."""
    path = tmp_path_factory.mktemp("old")
    circuit = making.found(path, projector=Projection())
    scene.play(circuit)
    circuit.registry.close()
    alter(path, *MADE_OLD)
    return path


@pytest.fixture
def copy(old, tmp_path):
    return shutil.copytree(old, tmp_path / "copy")


def alter(path, *statements):
    connection = sqlite3.connect(path / "registry.db")
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def told(path):
    """All that the registry holds: schema and rows."""
    connection = sqlite3.connect(path / "registry.db")
    connection.text_factory = bytes
    found = {"": sorted(connection.execute("SELECT name, sql FROM sqlite_master"))}
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    for name in [raw.decode() for (raw,) in names]:
        found[name] = connection.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608
    connection.close()
    return found


def rebuild(path):
    store = SqliteStore(path / "registry.db")
    try:
        return rebuilding.rebuild_if_other(store, path, Projection())
    finally:
        store.close()


def test_other_tables_are_rebuilt_and_the_rest_is_left_alone(copy):
    before = told(copy)

    assert rebuild(copy) is True
    assert rebuild(copy) is False

    after = told(copy)
    assert verify_folder(copy, projector=Projection()).first_error is None
    assert "totals" not in after
    for name in CORE_TABLES[:-1]:
        assert after[name] == before[name]
    marks = dict(before["meta"]) | {b"projection": str(VERSION).encode()}
    assert dict(after["meta"]) == marks
    assert not (copy / rebuilding.SCRATCH_FILE).exists()


def test_what_is_rebuilt_goes_on(copy):
    rebuild(copy)
    again = making.reopened(copy, projector=Projection())

    again.admit("dina")
    again.record(again.barter("ana", "dina", 5))
    again.registry.close()

    assert verify_folder(copy, projector=Projection()).first_error is None


def test_opening_a_folder_for_recording_rebuilds(recorded, tmp_path):
    path = shutil.copytree(recorded, tmp_path / "circuit")
    alter(path, *MADE_OLD)

    with pytest.raises(OtherProjection) as other:
        folder.read_only(path, projector=Projection())
    assert (other.value.stored, other.value.program) == ("0", str(VERSION))
    assert "for recording" in other.value.hint
    folder.read_only(path).close()
    circuit = folder.open_circuit(path, clock=making.Clock(), projector=Projection())

    assert circuit.registry.size == 2
    circuit.close()
    folder.read_only(path, projector=Projection()).close()
    assert verify_folder(path, projector=Projection()).first_error is None


def test_a_registry_records_nothing_beside_tables_that_are_not_its_own(copy):
    for projector in (Projection(), None):
        with pytest.raises(OtherProjection):
            making.reopened(copy, projector=projector)


def test_a_circuit_without_such_tables_gets_them(tmp_path):
    circuit = making.found(tmp_path)
    scene.play(circuit)
    circuit.registry.close()

    rebuild(tmp_path)

    assert verify_folder(tmp_path, projector=Projection()).first_error is None


def test_a_reader_meanwhile_keeps_what_it_saw(copy):
    reading = SqliteStore(copy / "registry.db", write=False)

    rebuild(copy)

    assert reading.mark("projection") == "0"
    assert reading.query("SELECT sum FROM totals") == [(7,)]
    reading.close()


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE state SET value = replace(value, '1', '2') WHERE place = 40", "state"),
        ("DELETE FROM entry WHERE position = 9", "entry"),
        ("UPDATE entry SET bytes = bytes || x'20' WHERE position = 8", "entry"),
    ],
)
def test_a_log_that_does_not_give_the_state_is_not_rebuilt_from(copy, statement, table):
    alter(copy, statement)
    before = told(copy)

    with pytest.raises(Damaged) as damaged:
        rebuild(copy)

    assert damaged.value.table == table
    assert told(copy) == before
    assert not (copy / rebuilding.SCRATCH_FILE).exists()


class Refusing(Killing):
    """A connection of which one statement fails."""

    def _at(self, statement, arguments):
        if next(self._count) == self._point:
            raise sqlite3.OperationalError("disk I/O error")
        return statement(*arguments)


def statements(path):
    store = SqliteStore(path / "registry.db")
    store._writing = counted = Killing(store._writing, 0)
    rebuilding.rebuild_if_other(store, path, Projection())
    store.close()
    return next(counted._count) - 1


def test_a_failure_at_any_statement_leaves_the_old_whole(copy, tmp_path):
    number = statements(shutil.copytree(copy, tmp_path / "counted"))
    before = told(copy)
    assert number > 40

    for point in range(1, number):  # the last one lets the scratch file go
        store = SqliteStore(copy / "registry.db")
        store._writing = Refusing(store._writing, point)
        with pytest.raises(StorageFailed):
            rebuilding.rebuild_if_other(store, copy, Projection())
        store.close()
        assert told(copy) == before

    rebuild(copy)
    assert verify_folder(copy, projector=Projection()).first_error is None


@pytest.mark.parametrize("place", ["replay", "first", "middle", "before", "after"])
def test_killed_at_any_moment_the_old_or_the_new_is_whole(copy, tmp_path, place):
    number = statements(shutil.copytree(copy, tmp_path / "counted"))
    commit = number - 1
    point = {
        "replay": 0,
        "first": -2,
        "middle": commit // 2,
        "before": -commit,
        "after": commit,
    }[place]
    before, new = told(copy), told(tmp_path / "counted")

    ended = python(PROGRAM, copy, point)

    assert ended.returncode == -signal.SIGKILL
    assert (copy / rebuilding.SCRATCH_FILE).exists()
    assert told(copy) == (new if place == "after" else before)
    rebuild(copy)
    assert not (copy / rebuilding.SCRATCH_FILE).exists()
    assert told(copy) == new
    assert verify_folder(copy, projector=Projection()).first_error is None


def test_verify_treats_the_version_like_any_other_value(copy):
    rebuild(copy)
    alter(copy, "UPDATE meta SET value = '0' WHERE name = 'projection'")

    error = verify_folder(copy, projector=Projection()).first_error

    assert (error.table, error.key) == ("meta", {"name": "projection"})
    assert (error.column, error.stored, error.expected) == ("value", "0", str(VERSION))
