"""Proofs of rows of the state: what their holder can prove without the registry."""

import json
from dataclasses import replace

import pytest

from tests.adapters import making
from urdimbre.adapters import receipts, state_proofs
from urdimbre.adapters.receipts import BadReceipt
from urdimbre.adapters.state_proofs import is_state_proof, verify_state_proof
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.core.chain import notes
from urdimbre.recording.state_proofs import state_proof_from

ANA, BETO = making.id_of("ana"), making.id_of("beto")


def last(_position):
    return ""


@pytest.fixture
def circuit(tmp_path):
    circuit = making.found(tmp_path)
    circuit.admit("ana", "beto", "cora")
    circuit.record(circuit.barter("ana", "beto", 500))
    yield circuit
    circuit.registry.close()


@pytest.fixture
def proof(circuit):
    return circuit.registry.state_proof(ANA, under=last).encode()


def altered(proof, change):
    """The same file with other rows in it."""
    read = notes.parse_proof(proof)
    end = 4 + int.from_bytes(read.extra[:4], "big")
    rows = json.loads(read.extra[end:])
    change(rows)
    told = json.dumps(rows, sort_keys=True, separators=(",", ":")).encode()
    return notes.proof_bytes(replace(read, extra=read.extra[:end] + told))


def test_with_the_keys_only_what_takes_the_whole_log_stays_open(circuit, proof):
    proven = verify_state_proof(
        proof, log_keys=[making.node().key], genesis=circuit.genesis
    )

    [row] = proven.rows
    assert row.key == f"account/{ANA}/{making.SIGN}/own"
    assert row.value == json.loads(circuit.registry.state.get(row.key).encode())
    assert row.value["balance"] != 0
    assert proven.height == 4
    assert proven.index == circuit.registry.size - 1
    assert proven.time == circuit.registry.state.time
    assert proven.unproven == ("replay", "since", "witnesses")


def test_without_keys_it_says_what_it_could_not_prove(proof):
    proven = verify_state_proof(proof)

    assert proven.unproven == ("circuit", "log_key", "replay", "since", "witnesses")
    assert set(proven.unproven) <= {*receipts.UNPROVEN, *state_proofs.UNPROVEN}


def test_it_tells_no_row_but_hers(circuit, proof):
    """Names of nobody else, and of siblings only hashes."""
    read = notes.parse_proof(proof)
    for other in (BETO, making.id_of("cora")):
        assert other.encode() not in read.extra
    for row in circuit.registry.state.rows.values():
        if getattr(row, "owner", ANA) != ANA and hasattr(row, "blind"):
            assert row.blind.encode() not in read.extra


def test_who_has_no_account_has_nothing_to_prove(circuit):
    assert circuit.registry.state_proof(making.id_of("cora"), under=last) is None


def test_from_the_tables_it_is_the_same(circuit, proof, tmp_path):
    for quantity in range(1, 300):
        circuit.record(circuit.barter("beto", "cora", quantity))
    store = SqliteStore(tmp_path / "registry.db", write=False)
    try:
        for name in ("ana", "beto", "cora"):
            owner = making.id_of(name)
            written = state_proof_from(store, owned=owner)
            assert written == circuit.registry.state_proof(owner, under=last)
        for key in circuit.registry.state.rows:
            one = verify_state_proof(state_proof_from(store, key=key).encode())
            assert [row.key for row in one.rows] == [key]
        assert state_proof_from(store, key="account/nobody") is None
        assert state_proof_from(store, owned="") is None
    finally:
        store.close()


def test_under_a_later_checkpoint_it_proves_the_earlier_block(circuit, proof):
    """As where witnesses have signed a seal, and later ones not yet."""
    later = circuit.record(circuit.barter("ana", "beto", 7))
    note = circuit.registry.checkpoint()
    written = circuit.registry.state_proof(ANA, under=lambda _: note)

    proven = verify_state_proof(written.encode(), log_keys=[making.node().key])

    assert proven.index == later.index + 1


def _another_balance(told):
    [row] = told["rows"]
    row["value"] = row["value"].replace("500", "501")


def _another_owner(told):
    told["rows"][0]["key"] = told["rows"][0]["key"].replace(ANA, BETO)


def _another_place(told):
    told["rows"][0]["index"] -= 1


def _fewer_rows(told):
    told["count"] -= 1


def _path_cut(told):
    told["rows"][0]["path"].pop()


def _no_rows(told):
    told["rows"] = []


def _twice(told):
    told["rows"] *= 2


def _further_field(told):
    told["rows"][0]["name"] = "Ana"


def _further_key(told):
    told["name"] = "Ana"


def _no_object(told):
    told["rows"] = [7]


def _no_list(told):
    told["rows"] = {}


def _true_as_index(told):
    told["rows"][0]["index"] = True


@pytest.mark.parametrize(
    "change",
    [
        _another_balance,
        _another_owner,
        _another_place,
        _fewer_rows,
        _path_cut,
        _no_rows,
        _twice,
        _further_field,
        _further_key,
        _no_object,
        _no_list,
        _true_as_index,
    ],
)
def test_rows_that_were_changed_do_not_hold(proof, change):
    with pytest.raises(BadReceipt) as bad:
        verify_state_proof(altered(proof, change))

    assert bad.value.code == "state"


def test_another_log_or_key_does_not_hold(proof):
    with pytest.raises(BadReceipt, match="another circuit"):
        verify_state_proof(proof, genesis="ab" * 32)
    with pytest.raises(BadReceipt, match="key has not signed"):
        verify_state_proof(proof, log_keys=[bytes(32)])


def test_no_byte_of_it_can_be_changed_unseen(circuit, proof):
    known = {"log_keys": [making.node().key], "genesis": circuit.genesis}
    whole = verify_state_proof(proof, **known)
    for at in range(0, len(proof), 7):
        changed = bytearray(proof)
        changed[at] ^= 1
        try:
            assert verify_state_proof(bytes(changed), **known) == whole
        except BadReceipt:
            continue


def test_a_receipt_is_none_and_it_is_no_receipt(circuit, proof):
    receipt = circuit.registry.receipt(2).encode()

    assert (is_state_proof(proof), is_state_proof(receipt)) == (True, False)
    assert not is_state_proof(b"nothing")
    with pytest.raises(BadReceipt):
        verify_state_proof(receipt)
    with pytest.raises(BadReceipt):
        receipts.verify_receipt(proof)
