"""``verify``, ``receipt`` and ``verify-receipt``."""

import shutil
import sqlite3
from base64 import b64decode, b64encode
from contextlib import closing

import pytest

from tests.cli.club import id_of, process, urdimbre
from urdimbre.core.chain.entry import act_hash, commitment

FIELDS = (
    "ok",
    "acts",
    "blocks",
    "signatures",
    "log_root",
    "state_root",
    "covered",
    "first_error",
)


def tables_of(club):
    """The tables of the registry, as SQLite tells them."""
    with sqlite3.connect(club.path / "registry.db") as registry:
        rows = registry.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in rows}


def test_a_sound_circuit_verifies_and_every_table_is_covered(club):
    ran = urdimbre("verify", club.path, "--json")

    assert ran.code == 0
    assert set(FIELDS) <= set(ran.json)
    assert (ran.json["ok"], ran.json["first_error"]) == (True, None)
    assert ran.json["acts"] == 4
    assert set(ran.json["covered"]) == tables_of(club)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("balance", "UPDATE balance SET balance = balance + 1 WHERE owner > 0"),
        ("state", "UPDATE state SET value = replace(value, '-500', '-501')"),
        ("posting", "DELETE FROM posting WHERE delta < 0"),
        ("meta", "UPDATE meta SET value = 'x' WHERE name = 'genesis'"),
    ],
)
def test_one_altered_value_is_named_with_its_table(club, table, change):
    club.record(club.barter("ana", "beto", 500))
    with sqlite3.connect(club.path / "registry.db") as registry:
        assert registry.execute(change).rowcount > 0
    registry.close()

    ran = urdimbre("verify", club.path, "--json")

    assert ran.code == 3
    assert ran.json["ok"] is False
    assert ran.json["first_error"]["table"] == table
    assert table in ran.err


def test_without_json_the_difference_is_told_in_a_sentence(club):
    with sqlite3.connect(club.path / "registry.db") as registry:
        registry.execute("UPDATE member SET kind = 'fund' WHERE no = 2")
    registry.close()

    ran = urdimbre("verify", club.path)

    assert ran.code == 3
    assert "table member" in ran.err
    assert "kind" in ran.err


def test_a_registry_that_is_no_database(club):
    (club.path / "registry.db").write_bytes(b"no database at all" * 1000)

    verified = urdimbre("verify", club.path, "--json")
    looked = urdimbre("balances", club.path, "--json")

    assert verified.code == 3
    assert looked.code == 3
    assert looked.error["code"] == "damaged"


def test_neither_folder_nor_bundle(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("dear", "utf-8")

    ran = urdimbre("verify", path, "--json")

    assert (ran.code, ran.error["code"]) == (5, "nothing_to_verify")


def recorded(club):
    """Record a barter with a private text; return its line."""
    salt = bytes(range(16))
    committed = commitment(salt, "goods", b"sopa")
    act = club.barter_act("ana", "beto", 100, private=[committed])
    private = [{"field": "goods", "salt": salt.hex(), "payload": "sopa"}]
    line = club.signed(act, "ana", "beto") | {"private": private}
    assert club.record(line).code == 0
    return line, act_hash(club.genesis, act)


def test_a_receipt_is_checked_without_the_circuit(club):
    line, digest = recorded(club)
    path = club.path.parent / "act.tlog-proof"

    ran = urdimbre("receipt", club.path, line["act"]["id"], "-o", path)
    shutil.move(club.path, club.path.with_name("gone"))
    alone = urdimbre("verify-receipt", path, "--json")
    told = urdimbre("verify-receipt", path, "--genesis", club.genesis, "--json")

    assert (ran.code, alone.code, told.code) == (0, 0, 0)
    assert alone.json["ok"] is True
    assert {"circuit", "log_key", "signatures"} <= set(alone.json["unproven"])
    assert told.json["act"] == digest
    assert told.json["openings"] == ["goods"]


def test_with_the_circuit_its_signatures_are_proven_too(club):
    _, digest = recorded(club)
    path = club.path.parent / "act.tlog-proof"
    urdimbre("receipt", club.path, digest, "-o", path)

    told = urdimbre("verify-receipt", path, "--circuit", club.path, "--json").json

    assert set(told["signers"]) == {id_of("ana"), id_of("beto")}
    assert not {"circuit", "log_key", "signatures"} & set(told["unproven"])


def test_what_is_not_proven_is_said(club):
    line, _ = recorded(club)
    path = club.path.parent / "act.tlog-proof"
    urdimbre("receipt", club.path, line["act"]["id"], "-o", path)

    ran = urdimbre("verify-receipt", path)

    assert "no witness has signed" in ran.err
    assert id_of("ana") in ran.err


def test_the_receipt_goes_to_stdout_if_nothing_else_is_said(club):
    line, _ = recorded(club)

    ran = urdimbre("receipt", club.path, line["act"]["id"])

    assert ran.out.startswith("c2sp.org/tlog-proof@v1\n")


def test_a_receipt_that_was_altered_does_not_hold(club):
    line, _ = recorded(club)
    path = club.path.parent / "act.tlog-proof"
    urdimbre("receipt", club.path, line["act"]["id"], "-o", path)
    text = path.read_text("utf-8").replace("index ", "index 1", 1)
    path.write_text(text, "utf-8")

    ran = urdimbre("verify-receipt", path, "--json")

    assert ran.code == 3
    assert ran.out == ""


@pytest.mark.parametrize("text", ["", "letter", "\0\0", "é" * 300_000])
def test_a_file_that_is_no_receipt_at_all(tmp_path, text):
    path = tmp_path / "letter"
    path.write_text(text, "utf-8")

    ran = urdimbre("verify-receipt", path, "--json")

    assert ran.code == 3


@pytest.mark.parametrize("text", ["ab" * 16, "ab" * 32, "x", ""])
def test_an_act_that_is_not_there(club, text):
    ran = urdimbre("receipt", club.path, text, "--json")

    assert (ran.code, ran.error["code"]) == (5, "act_not_found")


def test_a_number_that_two_makers_have_used(club):
    number = "ab" * 16
    ran = club.record(
        club.barter("ana", "beto", 1, id_=number),
        club.barter("beto", "ana", 1, id_=number),
    )
    assert ran.code == 0

    ran = urdimbre("receipt", club.path, number, "--json")

    assert (ran.code, ran.error["code"]) == (2, "act_ambiguous")


def test_a_receipt_is_not_written_over(club):
    line, _ = recorded(club)
    path = club.path.parent / "act.tlog-proof"
    path.write_text("mine", "utf-8")

    ran = urdimbre("receipt", club.path, line["act"]["id"], "-o", path, "--json")

    assert (ran.code, ran.error["code"]) == (6, "file_exists")
    assert path.read_text("utf-8") == "mine"


def test_verifying_is_possible_while_another_process_records(club):
    from urdimbre.adapters.folder import open_circuit
    from urdimbre.projections.project import Projection

    circuit = open_circuit(club.path, projector=Projection())
    try:
        ran = process("verify", club.path, "--json")
    finally:
        circuit.close()

    assert ran.code == 0


def test_without_the_desk_the_log_is_verified_and_the_loss_told(club):
    (club.path / "desk.db").unlink()

    verified = urdimbre("verify", club.path, "--json")
    looked = urdimbre("balances", club.path, "--json")
    recorded = club.record(club.barter("ana", "beto", 1))

    assert verified.code == 0
    assert verified.json["ok"] is True
    assert "desk.db" in verified.err
    for ran in (looked, recorded):
        assert (ran.code, ran.error["code"]) == (5, "circuit_incomplete")
        assert "desk.db" in ran.error["message"]


def test_without_the_registry_nothing_is_verified_and_no_demo_made(club):
    (club.path / "registry.db").unlink()

    for command in (("verify", club.path), ("demo", club.path, "--no-serve")):
        ran = urdimbre(*command, "--json")
        assert (ran.code, ran.error["code"]) == (5, "circuit_incomplete")
        assert "registry.db" in ran.error["message"]


def test_a_desk_that_is_no_database_is_damage_of_the_desk(club):
    (club.path / "desk.db").write_bytes(b"no database at all" * 1000)

    verified = urdimbre("verify", club.path, "--json")
    looked = urdimbre("balances", club.path, "--json")

    assert verified.code == 3
    assert verified.json["first_error"]["table"] == "desk.db"
    assert (looked.code, looked.error["code"]) == (3, "damaged")
    assert "desk.db" in looked.error["message"]


def test_a_machine_that_cannot_read_accuses_nobody(club):
    """A file that cannot be read is a failure of the machine: exit 1, not 3."""
    with closing(sqlite3.connect(club.path / "registry.db")) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        ran = urdimbre("verify", club.path, "--json")

    assert ran.code == 1
    assert ran.out == ""
    assert ran.error["code"] == "storage_failed"
    assert urdimbre("verify", club.path, "--json").code == 0


def test_a_machine_without_room_to_replay_in_accuses_nobody(club):
    import resource

    most = 60_000

    ran = process(
        *("verify", club.path, "--json"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )

    assert ran.code == 1
    assert ran.out == ""
    assert ran.error["code"] == "storage_failed"


@pytest.fixture
def balance(club, tmp_path):
    club.record(club.barter("ana", "beto", 500))
    file = tmp_path / "balance.tlog-proof"
    assert urdimbre("state-proof", club.path, id_of("ana"), "-o", file).code == 0
    return file


def test_a_balance_is_proven_to_who_knows_the_circuit(club, balance):
    ran = urdimbre("verify-receipt", balance, "--circuit", club.path, "--json")

    assert ran.code == 0
    [row] = ran.json["rows"]
    assert row["key"].startswith(f"account/{id_of('ana')}/")
    assert abs(row["value"]["balance"]) == 500
    assert ran.json["unproven"] == ["replay", "since", "witnesses"]


def test_without_json_it_says_where_she_stood_and_what_stays_open(balance):
    ran = urdimbre("verify-receipt", balance)

    assert ran.code == 0
    assert f"row      account/{id_of('ana')}/" in ran.out
    assert "these rows stood after block" in ran.err
    assert "that needs the whole log" in ran.err
    assert "its number was not given" in ran.err


def test_one_row_is_proven_by_its_key(club, tmp_path):
    file = tmp_path / "clock.tlog-proof"
    key = f"member/{id_of('ana')}"

    ran = urdimbre("state-proof", club.path, key, "-o", file, "--json")

    assert ran.json == {"row": key, "path": str(file)}
    told = urdimbre("verify-receipt", file, "--json").json
    assert [one["key"] for one in told["rows"]] == [key]


@pytest.mark.parametrize("asked", ["account/x/y/own", "cora-who-is-nobody", "common"])
def test_where_there_is_no_row_it_says_so(club, asked):
    ran = urdimbre("state-proof", club.path, asked)

    assert ran.code == 5
    assert ran.out == ""


def test_an_altered_balance_does_not_hold(club, balance):
    whole = balance.read_text()
    extra = whole.split("\n")[1].removeprefix("extra ")
    changed = b64encode(b64decode(extra).replace(b"500", b"501")).decode()
    balance.write_text(whole.replace(extra, changed))

    ran = urdimbre("verify-receipt", balance, "--circuit", club.path)

    assert ran.code == 3
    assert "not under the state root" in ran.err
