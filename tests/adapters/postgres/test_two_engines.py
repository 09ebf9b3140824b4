"""The same acts give the same bytes and roots, whatever engine keeps them."""

import pytest

from tests.adapters import making
from tests.adapters.postgres.scene import folder_of
from tests.adapters.scene import play
from urdimbre.adapters.storage.sqlite import CORE_TABLES
from urdimbre.adapters.verification import verify_folder
from urdimbre.projections import tables
from urdimbre.projections.project import Projection

ROOM = ("entry", "act", "header", "state", "tile", "meta")
ALL = (*ROOM, *(one.name for one in tables.TABLES))


def played(where):
    """A circuit in which every table has rows; its whole content by table."""
    circuit = making.found(where, projector=Projection())
    play(circuit)
    circuit.admit(*(f"member {number}" for number in range(130)))  # a tile is full
    list(
        circuit.registry.submit_many(
            [circuit.barter("ana", "beto", 1 + number) for number in range(40)]
        )
    )
    store = circuit.registry.store
    content = {
        name: sorted(store.query(f'SELECT * FROM "{name}"'), key=repr) for name in ALL
    }
    header = circuit.registry._chain.header
    circuit.registry.close()
    return header, content


def test_the_same_acts_give_the_same_rows_in_every_table(postgres, tmp_path):
    place = postgres.place()

    here, there = played(tmp_path), played(place)

    assert there[0] == here[0]
    assert set(CORE_TABLES) == set(ROOM)
    for name in ALL:
        assert there[1][name] == here[1][name], name
        assert here[1][name] or name == "custody", name
    verified = verify_folder(folder_of(place, tmp_path), projector=Projection())
    assert verified.first_error is None
    assert set(verified.covered) == set(ALL)
    assert verified.state_root == here[0].state_root


@pytest.mark.parametrize("projected", [True, False])
def test_a_circuit_is_opened_again_where_it_stood(postgres, projected):
    place = postgres.place()
    projector = Projection if projected else lambda: None
    circuit = making.found(place, projector=projector())
    circuit.admit("ana", "beto")
    root = circuit.registry._chain.header.state_root
    circuit.registry.close()

    again = making.reopened(place, projector=projector())

    assert again.registry._chain.header.state_root == root
    again.record(again.barter("ana", "beto", 5))
    again.registry.close()
