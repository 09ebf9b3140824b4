"""Between engines and back: equal roots, and at every moment one whole registry."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.adapters import making
from tests.adapters.scene import play
from tests.adapters.test_folder import genesis
from urdimbre.adapters import engines, folder, moving
from urdimbre.adapters.bundle import write_bundle
from urdimbre.adapters.folder_answers import AlreadyOpen, NotACircuit
from urdimbre.adapters.moving import ActsWait, EngineUnchanged
from urdimbre.adapters.storage.inbox import PostgresInbox
from urdimbre.adapters.storage.postgres import PostgresStore, is_there
from urdimbre.adapters.storage.sessions import BadPlace, Unreachable
from urdimbre.adapters.verification import verify_folder
from urdimbre.projections.project import Projection
from urdimbre.recording import Damaged, OtherProjection, StorageFailed

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(__file__).with_name("moving.py")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A circuit in its folder, with rows in every table."""
    path = tmp_path_factory.mktemp("made") / "circuit"
    folder.create(path, genesis, clock=making.Clock(), projector=Projection()).close()
    (path / "registry.db").unlink()
    circuit = making.found(path, projector=Projection())
    play(circuit)
    circuit.registry.close()
    (path / "keys" / "node").write_bytes(making.seed_of(making.NODE))
    return path


@pytest.fixture
def circuit(made, tmp_path):
    return shutil.copytree(made, tmp_path / "circuit")


def opened(path):
    return folder.open_circuit(path, clock=making.Clock(), projector=Projection())


def verified(path):
    told = verify_folder(path, projector=Projection())
    assert told.first_error is None
    return told


def bundle(path, name):
    reading = folder.read_only(path)
    write_bundle(reading.store, path / name)
    reading.close()
    return (path / name).read_bytes()


def schemas(postgres):
    asked = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'urdimbre%'"
    return {name for (name,) in postgres.execute(asked)}


def test_there_and_back_with_equal_roots(circuit, postgres):
    before, whole = verified(circuit), bundle(circuit, "before")
    here = schemas(postgres)

    there = moving.to_postgres(circuit, postgres.conninfo, Projection())

    assert not (circuit / "registry.db").exists()
    assert (there.log_root, there.state_root) == (before.log_root, before.state_root)
    assert verified(circuit) == before
    assert bundle(circuit, "there") == whole
    assert schemas(postgres) == here | {there.schema}

    back = moving.to_embedded(circuit, Projection())

    assert back[1:] == there[1:]
    assert not (circuit / "engine.json").exists()
    assert verified(circuit) == before
    assert bundle(circuit, "back") == whole
    assert schemas(postgres) == here


def test_acts_recorded_in_postgres_come_back_too(circuit, postgres):
    before = verified(circuit).acts
    moving.to_postgres(circuit, postgres.conninfo, Projection())
    there = opened(circuit)
    more = making.Making(there.registry, making.Clock())
    more._ids = iter(range(10**6, 10**6 + 9))
    receipt = more.record(more.barter("ana", "beto", 5))
    there.close()
    moving.to_embedded(circuit, Projection())

    here = opened(circuit)
    assert here.registry.position_of(receipt.act) == receipt.index
    here.close()
    assert verified(circuit).acts == before + 1


def test_nobody_moves_a_circuit_that_is_open(circuit, postgres):
    held = opened(circuit)

    with pytest.raises(AlreadyOpen):
        moving.to_postgres(circuit, postgres.conninfo, Projection())

    held.close()


def test_what_cannot_be_moved_stays(circuit, postgres, tmp_path):
    with pytest.raises(NotACircuit):
        moving.to_postgres(tmp_path / "none", postgres.conninfo, Projection())
    with pytest.raises(EngineUnchanged):
        moving.to_embedded(circuit, Projection())
    with pytest.raises(BadPlace):
        moving.to_postgres(circuit, "postgresql://u:secret@host/db", Projection())
    with pytest.raises(Unreachable):
        moving.to_postgres(circuit, f"host={tmp_path} dbname=x", Projection())
    moving.to_postgres(circuit, postgres.conninfo, Projection())
    with pytest.raises(EngineUnchanged):
        moving.to_postgres(circuit, postgres.conninfo, Projection())

    assert b"secret" not in (circuit / "engine.json").read_bytes()
    verified(circuit)


def test_a_damaged_registry_is_not_moved(circuit, postgres):
    import sqlite3

    with sqlite3.connect(circuit / "registry.db") as connection:
        connection.execute("UPDATE state SET value = x'7b7d' WHERE place = 3")
    connection.close()
    before = schemas(postgres)

    with pytest.raises(Damaged):
        moving.to_postgres(circuit, postgres.conninfo, Projection())

    assert schemas(postgres) == before
    assert (circuit / "registry.db").is_file()


def test_a_copy_that_fails_leaves_the_circuit_where_it_was(
    circuit, postgres, monkeypatch
):
    before = schemas(postgres)

    def full(*arguments):
        raise StorageFailed("no space left")

    monkeypatch.setattr(PostgresStore, "fill", full)
    with pytest.raises(StorageFailed):
        moving.to_postgres(circuit, postgres.conninfo, Projection())

    assert schemas(postgres) == before
    assert not list(circuit.glob("engine.json*"))
    verified(circuit)


def test_acts_that_wait_are_not_left_behind(circuit, postgres):
    moving.to_postgres(circuit, postgres.conninfo, Projection())
    place = engines.place_of(circuit)
    inbox = PostgresInbox(place)
    inbox.put([b"an act"], most=10)
    inbox.close()

    with pytest.raises(ActsWait):
        moving.to_embedded(circuit, Projection())

    assert is_there(place)
    verified(circuit)


def test_tables_of_another_version_are_rebuilt(circuit, postgres, monkeypatch):
    moving.to_postgres(circuit, postgres.conninfo, Projection())
    table = f'"{engines.place_of(circuit).schema}"'
    postgres.execute(f"UPDATE {table}.meta SET value = '0' WHERE name = 'projection'")
    postgres.execute(f"ALTER TABLE {table}.member RENAME COLUMN kind TO sort")
    postgres.execute(f"DROP TABLE {table}.volume")
    postgres.execute(f"CREATE TABLE {table}.totals (unit text)")
    with pytest.raises(OtherProjection):
        folder.read_only(circuit, projector=Projection())

    opened(circuit).close()

    verified(circuit)


def test_a_circuit_that_has_moved_on_is_not_made_anew(circuit, postgres):
    moving.to_postgres(circuit, postgres.conninfo, Projection())
    copy = shutil.copytree(circuit, circuit.with_name("copy"))
    moving.to_embedded(circuit, Projection())

    with pytest.raises(StorageFailed, match="no schema"):
        opened(copy)
    with pytest.raises(StorageFailed, match="no schema"):
        folder.read_only(copy)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"engine": "oracle", "conninfo": "", "schema": "x"}']
)
def test_an_engine_file_that_cannot_be_read_is_damage(circuit, text):
    (circuit / "engine.json").write_text(text)

    with pytest.raises(Damaged) as damaged:
        opened(circuit)

    assert damaged.value.table == "engine.json"


def killed(path, to, point):
    """Move in a process of its own; returns its exit code and how many calls."""
    child = subprocess.run(
        [sys.executable, PROGRAM, path, to, str(point)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))},
    )
    assert child.returncode in (0, -signal.SIGKILL), child.stderr
    return child.returncode, int(child.stdout or 0)


@pytest.mark.slow
@pytest.mark.parametrize("back", [False, True])
def test_a_move_killed_at_any_step_leaves_one_whole_registry(
    made, postgres, tmp_path, back
):
    before = schemas(postgres)
    start = shutil.copytree(made, tmp_path / "start")
    whole = verified(start)
    point, calls = 0, 0
    while point <= 2 * calls:
        path = shutil.copytree(start, tmp_path / f"at-{point}")
        if back:
            moving.to_postgres(path, postgres.conninfo, Projection())
        to = "embedded" if back else postgres.conninfo
        number = (point + 1) // 2 * (1 if point % 2 else -1)
        code, told = killed(path, to, number)
        calls = calls or told
        assert code == (-signal.SIGKILL if point else 0), number

        assert verified(path) == whole, number
        _moved_again(path, postgres)
        assert verified(path) == whole, number
        assert schemas(postgres) == before, number
        shutil.rmtree(path)
        point += 1
    assert calls > 8


def _moved_again(path, postgres):
    """There and back once more: the embedded engine, nothing left behind."""
    if engines.place_of(path) is None:
        moving.to_postgres(path, postgres.conninfo, Projection())
    moving.to_embedded(path, Projection())
    assert not list(path.glob("engine.json*"))
    assert not list(path.glob("registry.db?*"))
