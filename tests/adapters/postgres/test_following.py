"""A registry in PostgreSQL is followed, and resumed from a snapshot, like any other."""

from contextlib import closing

import pytest

from tests.adapters import making
from tests.adapters.postgres.scene import folder_of
from urdimbre.adapters.following import Following
from urdimbre.adapters.resuming import verify_from
from urdimbre.adapters.snapshot import snapshot_of
from urdimbre.adapters.storage.sessions import connect
from urdimbre.projections.project import Projection


@pytest.fixture
def place(postgres):
    return postgres.place()


@pytest.fixture
def circuit(place):
    made = making.found(place, projector=Projection())
    made.admit("ana", "beto")
    yield made
    made.registry.close()


def alter(place, statement):
    with closing(connect(place)) as connection, connection:
        assert connection.execute(statement.format(place.schema)).rowcount > 0


def test_what_comes_is_followed_and_what_is_altered_named(circuit, place, tmp_path):
    folder = folder_of(place, tmp_path)
    with closing(Following(folder, projector=Projection())) as following:
        first = following.look()
        circuit.record(circuit.barter("ana", "beto", 3))
        second = following.look()
        alter(place, "UPDATE {}.balance SET held = held + 1")
        third = following.look()

    assert first.verification.ok
    assert second.verification.ok
    assert second.upto == first.upto + 2 == circuit.registry.size
    assert third.verification.first_error.table == "balance"


def test_a_snapshot_is_where_it_begins(circuit, place, tmp_path):
    folder = folder_of(place, tmp_path)
    held = snapshot_of(folder, tmp_path / "state")
    circuit.record(circuit.barter("ana", "beto", 3))

    good = verify_from(folder, tmp_path / "state", projector=Projection())
    alter(place, "UPDATE {}.state SET value = value || '\\x20' WHERE place = 2")
    bad = verify_from(folder, tmp_path / "state", projector=Projection())

    assert good.verification.ok
    assert (good.size, good.verification.acts) == (held.size, 1)
    assert bad.verification.first_error.table == "state"
