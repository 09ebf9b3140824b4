"""The stand-alone verifier of balances: the same verdict as the program's."""

import pytest

from tests.adapters import making, test_state_proofs
from tests.adapters.test_state_proofs import altered, circuit, proof

__all__ = ["circuit", "proof"]
CHANGES = [
    test_state_proofs._another_balance,
    test_state_proofs._another_owner,
    test_state_proofs._another_place,
    test_state_proofs._fewer_rows,
    test_state_proofs._path_cut,
    test_state_proofs._no_rows,
    test_state_proofs._twice,
    test_state_proofs._further_field,
    test_state_proofs._further_key,
    test_state_proofs._no_object,
    test_state_proofs._no_list,
    test_state_proofs._true_as_index,
]


@pytest.fixture
def keys(circuit):
    return ["--genesis", circuit.genesis, "--log-key", making.node().key.hex()]


def test_a_balance_is_checked_where_urdimbre_is_not(alone, tmp_path, proof, keys):
    path = tmp_path / "balance.tlog-proof"
    path.write_bytes(proof)

    code, said = alone("verify_state.py", path, *keys)

    assert (code, "FALSE" in said) == (0, False)
    account = f"holds: account/{test_state_proofs.ANA}/{making.SIGN}/own stood at"
    assert account in said
    assert "is sealed by its key" in said
    assert "not proven: what was recorded later" in said


@pytest.mark.parametrize("change", CHANGES)
def test_rows_that_were_changed_are_false(alone, tmp_path, proof, change):
    path = tmp_path / "balance.tlog-proof"
    path.write_bytes(altered(proof, change))

    code, said = alone("verify_state.py", path)

    assert (code, "FALSE" in said) == (3, True)


def test_another_circuit_or_key_is_false(alone, tmp_path, circuit, proof):
    path = tmp_path / "balance.tlog-proof"
    path.write_bytes(proof)

    for option in ("--genesis", "--log-key"):
        code, said = alone("verify_state.py", path, option, "ab" * 32)
        assert (code, "FALSE" in said) == (3, True)


def test_a_receipt_is_no_balance(alone, tmp_path, circuit):
    path = tmp_path / "act.tlog-proof"
    path.write_bytes(circuit.registry.receipt(2).encode())

    assert alone("verify_state.py", path)[0] == 3
