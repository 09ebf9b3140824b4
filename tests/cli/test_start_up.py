"""No command begins where the pinned verifier judges otherwise than it must."""

import json

import pytest

from tests.cli.club import urdimbre
from urdimbre.adapters import folder
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.keys.ed25519 import VerifierDiffers


@pytest.fixture
def another_verifier(monkeypatch):
    """One that takes points of small order, as some libraries do."""
    monkeypatch.setattr(ed25519, "crypto_core_ed25519_is_valid_point", lambda _: True)


@pytest.fixture
def receipt(club, tmp_path):
    """A receipt, written while all was well."""
    line = club.barter("ana", "beto", 500)
    club.record(line)
    path = tmp_path / "proof.txt"
    assert urdimbre("receipt", club.path, line["act"]["id"], "-o", path).code == 0
    return path


def test_nothing_is_recorded(club, another_verifier):
    line = club.barter("ana", "beto", 500)

    ran = club.record(line)

    assert (ran.code, ran.error["code"]) == (1, "verifier_differs")
    assert ran.error["hint"]
    assert ran.out == ""


@pytest.mark.parametrize("command", ["balances", "verify", "export"])
def test_nothing_is_read_or_verified(club, another_verifier, command):
    more = (
        ("--what", "bundle", "--output", club.path / "b") if command == "export" else ()
    )

    ran = urdimbre(command, club.path, *more, "--json")

    assert (ran.code, ran.error["code"]) == (1, "verifier_differs")


def test_no_receipt_is_checked(receipt, another_verifier):
    ran = urdimbre("verify-receipt", receipt, "--json")

    assert (ran.code, ran.error["code"]) == (1, "verifier_differs")


def test_the_case_is_named_in_the_reader_s_language(club, another_verifier):
    ran = urdimbre("balances", club.path, "--lang", "es", "--json")

    told = json.loads(ran.err)
    assert "Esta máquina juzga las firmas" in told["message"]
    assert "admission of its key" in told["message"]


def test_a_folder_is_not_opened_by_whatever_program(club, another_verifier):
    with pytest.raises(VerifierDiffers):
        folder.open_circuit(club.path)
