"""The node's key changes by an act: who seals, what verifies, what opening says."""

import shutil
import sqlite3

import pytest

from tests.adapters import making
from tests.adapters.making import FOUNDER, NODE, START, public_of
from tests.adapters.test_folder import make
from urdimbre.adapters import folder
from urdimbre.adapters.desk import Desk
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.verification import verify_folder
from urdimbre.cli.receipts import check, known_of
from urdimbre.core import drafting
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import key_id, signed_entry
from urdimbre.projections.project import Projection
from urdimbre.recording import Node, NodeKeyChanged, Receipt
from urdimbre.recording.chain import origin_of

NEW = "new node"


def change(circuit, old=NODE, new=NEW):
    """The entry with which the common gives the node another key."""
    body = {
        "new": drafting.key(public_of(new), "server"),
        "old": key_id(public_of(old)),
    }
    act = circuit.draft("node", body, by="common")
    slots = [
        making.slot(act, FOUNDER, making.POLICY, circuit.genesis),
        node_slot(act, new, circuit.genesis),
    ]
    return signed_entry(act, slots).encode()


def node_slot(act, key, genesis):
    """The node's signature with one of its keys."""
    text = making.signature_input(genesis, making.id_of(NODE), making.ZERO16, act)
    signature = ed25519.sign(making.seed_of(key), text)
    return making.Slot(
        making.id_of(NODE), key_id(public_of(key)), making.ZERO16, signature
    )


def node_of(name):
    seed = making.seed_of(name)
    return Node(ed25519.public_key(seed), lambda text: ed25519.sign(seed, text))


def signed_by(registry, name):
    note = notes.parse_note(registry.checkpoint().encode())
    key = notes.VerifierKey(
        name=origin_of(registry.genesis), key=bytes.fromhex(public_of(name))
    )
    return bool(notes.verified(note, [key], ed25519.verify))


@pytest.fixture
def changed(tmp_path):
    """A registry whose last block has changed the node's key."""
    circuit = making.found(tmp_path, projector=Projection())
    circuit.admit("ana", "beto")
    circuit.record(change(circuit))
    yield circuit
    circuit.registry.close()


def reopened(path, name, monkeypatch):
    monkeypatch.setattr(making, "node", lambda: node_of(name))
    return making.reopened(path, projector=Projection())


def verified(path):
    return verify_folder(path, projector=Projection()).first_error


def test_the_block_that_changes_the_key_is_signed_with_the_old_one(changed, tmp_path):
    assert signed_by(changed.registry, NODE)
    assert not signed_by(changed.registry, NEW)
    assert verified(tmp_path) is None


def test_the_running_registry_seals_no_more_and_says_why(changed, tmp_path):
    size = changed.registry.size
    entry = changed.barter("ana", "beto", 1)

    for _ in range(2):
        with pytest.raises(NodeKeyChanged) as refused:
            changed.registry.submit(entry)
    with pytest.raises(NodeKeyChanged):
        list(changed.registry.submit_many([entry]))
    changed.clock.now += 86_400
    with pytest.raises(NodeKeyChanged):
        changed.registry.seal_idle()

    assert refused.value.in_force == public_of(NEW)
    assert refused.value.held == public_of(NODE)
    assert changed.registry.size == size
    assert changed.registry.check(entry) is not None
    assert verified(tmp_path) is None


def test_acts_in_the_block_of_the_change_are_recorded_with_it(tmp_path):
    circuit = making.found(tmp_path, projector=Projection())
    circuit.admit("ana", "beto")
    entries = [circuit.barter("ana", "beto", 1), change(circuit)]
    entries += [circuit.barter("ana", "beto", 2 + n) for n in range(3)]

    answers = list(circuit.registry.submit_many(entries))
    circuit.registry.close()

    assert all(isinstance(answer, Receipt) for answer in answers)
    assert len({answer.height for answer in answers}) == 1
    assert verified(tmp_path) is None


def test_with_the_new_key_it_goes_on(changed, tmp_path, monkeypatch):
    changed.registry.close()

    with pytest.raises(NodeKeyChanged):
        making.reopened(tmp_path, projector=Projection())
    again = reopened(tmp_path, NEW, monkeypatch)
    again.record(again.barter("ana", "beto", 1))

    assert signed_by(again.registry, NEW)
    assert not signed_by(again.registry, NODE)
    assert verified(tmp_path) is None
    again.record(change(again, NEW, "third"))
    again.registry.close()
    assert verified(tmp_path) is None


@pytest.mark.parametrize(("signer", "later"), [(NEW, False), (NODE, True)])
def test_a_checkpoint_under_the_wrong_one_of_the_two_keys_is_named(
    changed, tmp_path, monkeypatch, signer, later
):
    """Even within the second in which the one ends and the other begins."""
    changed.registry.close()
    again = reopened(tmp_path, NEW, monkeypatch)
    if later:
        again.record(again.barter("ana", "beto", 1))
    chain = again.registry._chain
    assert chain.state.time == START
    note = chain.open(START).note(node_of(signer))
    again.registry.close()
    connection = sqlite3.connect(tmp_path / "registry.db")
    with connection:
        connection.execute(
            "UPDATE meta SET value = ? WHERE name = 'checkpoint'", (note,)
        )
    connection.close()

    error = verified(tmp_path)

    assert (error.table, error.key) == ("meta", {"name": "checkpoint"})


def test_a_genesis_for_another_node_is_not_sealed(tmp_path):
    registry = making.registry(tmp_path / "registry.db", making.Clock())
    act = making.genesis_act().replace(
        public_of(NODE).encode(), public_of(NEW).encode()
    )
    slots = [
        making.slot(act, FOUNDER, making.ZERO16, making.ZERO32),
        node_slot(act, NEW, making.ZERO32),
    ]

    with pytest.raises(NodeKeyChanged):
        registry.found(signed_entry(act, slots).encode())

    assert registry.size == 0
    registry.close()


def test_a_folder_whose_node_key_is_not_the_one_in_force_says_so(tmp_path):
    make(tmp_path / "circuit").close()
    make(tmp_path / "other").close()
    shutil.copy(tmp_path / "other/keys/node", tmp_path / "circuit/keys/node")

    with pytest.raises(NodeKeyChanged) as refused:
        folder.open_circuit(tmp_path / "circuit", clock=making.Clock())

    assert refused.value.code == "node_key_changed"
    assert refused.value.exit_code == 6
    assert "keys/node" in refused.value.hint
    folder.read_only(tmp_path / "circuit").close()


def test_a_receipt_outlives_the_key_that_sealed_it(changed, tmp_path, monkeypatch):
    """Whoever has the circuit's folder knows the keys that its node has had."""
    receipt = tmp_path / "act.tlog-proof"
    receipt.write_text(changed.registry.receipt(2), "utf-8")
    changed.registry.close()
    circuit = reopened(tmp_path, NEW, monkeypatch)
    circuit.record(circuit.barter("ana", "beto", 1))
    circuit.registry.close()
    Desk(tmp_path / "desk.db")

    proven, _ = check(receipt.read_bytes(), known_of(tmp_path, None, None))

    assert not {"log_key", "signatures"} & set(proven.unproven)
