"""A node that meets rules of a later program stops and says so."""

import sqlite3
from contextlib import closing

import pytest

from tests.adapters import making
from tests.adapters.making import FOUNDER
from tests.adapters.test_node_key import change
from urdimbre.adapters.catching_up import loaded
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.snapshot import NotASnapshot, snapshot_of
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.adapters.verification import verify_folder
from urdimbre.core import circuit as rules
from urdimbre.core.chain.header import read_header
from urdimbre.core.founding import keeping
from urdimbre.projections.project import Projection
from urdimbre.recording import NewerRules, Node, Receipt
from urdimbre.recording.signatures import Checker
from urdimbre.recording.succession import succeed

LATER = 3_600


@pytest.fixture
def agreed(tmp_path, monkeypatch):
    """A circuit that has agreed, with a later program, on rules 2 in an hour."""
    circuit = making.found(tmp_path, projector=Projection())
    circuit.admit("ana", "beto")
    body = {"from": making.START + LATER, "version": 2}
    act = circuit.draft("rules", body, by="common")
    with monkeypatch.context() as newer:
        newer.setattr(keeping, "RULES", 2)
        circuit.record(circuit.sign(act, common=[FOUNDER]))
    yield circuit
    circuit.registry.close()


def test_until_their_time_the_node_goes_on_and_from_then_on_it_stops(agreed, tmp_path):
    agreed.clock.now = making.START + LATER - 1
    last = agreed.barter("ana", "beto", 1)
    assert isinstance(agreed.registry.submit(last), Receipt)
    size = agreed.registry.size
    agreed.clock.now = making.START + LATER
    first = agreed.barter("ana", "beto", 2)

    for _ in range(2):
        with pytest.raises(NewerRules) as stopped:
            agreed.registry.submit(first)
    agreed.clock.now += 86_400
    with pytest.raises(NewerRules):
        agreed.registry.seal_idle()

    assert (stopped.value.circuit, stopped.value.program) == (2, 1)
    assert stopped.value.exit_code == 6
    assert agreed.registry.size == size


def test_a_later_program_goes_on_under_the_rules_in_force(agreed, monkeypatch):
    """The header tells what judged the acts, not what the program knows besides."""
    registry = agreed.registry
    monkeypatch.setattr(rules, "RULES", 2)
    told = []
    for later in (1, LATER - 1, LATER):
        agreed.clock.now = making.START + later
        receipt = agreed.record(agreed.barter("ana", "beto", later))
        told.append(read_header(registry.entry(receipt.index + 1)[1:]).rules)

    assert told == [1, 1, 2]


def test_under_them_nobody_takes_the_log_over_with_this_program(agreed, tmp_path):
    agreed.registry.close()
    seed = making.seed_of("new node")
    node = Node(ed25519.public_key(seed), lambda text: ed25519.sign(seed, text))
    store = SqliteStore(tmp_path / "registry.db", schema=Projection.schema)

    with closing(store), pytest.raises(NewerRules):
        succeed(
            loaded(store, Projection()),
            change(agreed),
            node=node,
            now=making.START + LATER,
            checker=Checker(ed25519.verify, ed25519.admissible),
        )


def test_a_log_that_a_later_program_has_gone_on_with_is_not_opened(
    agreed, tmp_path, monkeypatch
):
    agreed.clock.now = making.START + LATER
    with monkeypatch.context() as newer:
        newer.setattr(rules, "RULES", 2)
        agreed.record(agreed.barter("ana", "beto", 1))
    agreed.registry.close()
    before = stored(tmp_path)

    with pytest.raises(NewerRules):
        making.reopened(tmp_path, projector=Projection())
    with pytest.raises(NotASnapshot, match="rules 2"):
        snapshot_of(tmp_path, tmp_path / "state")

    assert stored(tmp_path) == before


def test_verify_names_the_first_block_that_it_cannot_judge(
    tmp_path, agreed, monkeypatch
):
    agreed.clock.now = making.START + LATER
    with monkeypatch.context() as newer:
        newer.setattr(rules, "RULES", 2)
        receipt = agreed.record(agreed.barter("ana", "beto", 1))

    with monkeypatch.context() as newer:
        newer.setattr(keeping, "RULES", 2)  # the act itself was judged by rules 1
        error = verify_folder(tmp_path, projector=Projection()).first_error

    assert (error.entry, error.column) == (receipt.index + 1, "rules")
    assert "version 2" in error.reason


def stored(path):
    connection = sqlite3.connect(path / "registry.db")
    found = connection.execute("SELECT * FROM entry ORDER BY position").fetchall()
    connection.close()
    return found
