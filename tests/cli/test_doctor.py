"""What the doctor finds, and what an upgrade does."""

import json
import os
import re
import shutil
import sqlite3
import time
from pathlib import Path

import pytest

from tests import processes
from tests.cli.club import DAY_SECONDS, urdimbre
from tests.processes import ROOT
from urdimbre.adapters import doctor, examining_postgres, post, traces
from urdimbre.adapters import examining_witnesses as witnesses
from urdimbre.adapters.witnessing.book import Book
from urdimbre.cli.upgrading import APPS
from urdimbre.core.founding import keeping
from urdimbre.projections.project import Projection


def codes(path, level=None):
    ran = urdimbre("doctor", path, "--json")
    found = {
        one["code"] for one in ran.json["findings"] if level in (None, one["level"])
    }
    assert ran.code == (0 if ran.json["ok"] else 3)
    assert all(one["message"] and one["hint"] for one in ran.json["findings"])
    return found


def well(club):
    urdimbre("verify", club.path)
    urdimbre("backup", club.path, "-o", club.path.parent / "kept", "--yes")


def test_the_doctor_finds_nothing_bad_in_a_circuit_that_is_looked_after(club):
    well(club)

    assert codes(club.path, "bad") == set()
    assert codes(club.path) == {"server_keys", "one_for_all"}


def test_what_a_new_circuit_lacks(club):
    assert codes(club.path) >= {"no_backup", "not_verified"}
    assert codes(club.path, "bad") == {"no_backup"}
    well(club)
    for what in ("backup", "verify"):
        old = traces.kept(club.path)[what]["at"] - 31 * DAY_SECONDS
        traces.keep(club.path, what, {"at": old})

    assert codes(club.path) >= {"no_backup", "not_verified"}


def test_keys_and_files_that_others_can_read(club):
    well(club)
    (club.path / "keys" / "kek").chmod(0o644)
    (club.path / "keys" / "node").unlink()
    club.path.chmod(0o755)
    (club.path / "desk.db").chmod(0o644)

    assert codes(club.path, "bad") == {"key_open", "key_missing", "desk_open"}


def test_a_mail_server_that_cannot_be_used_or_whose_password_lies_open(club):
    well(club)
    path = club.path / "keys" / "mail.json"
    path.write_text('{"host": "mail.example"}')
    path.chmod(0o600)
    assert codes(club.path, "bad") == {"mail_unfit"}

    told = {
        "host": "mail.example",
        "sender": "c@a.example",
        "address": "https://a.example",
    }
    path.write_text(json.dumps(told))
    assert codes(club.path, "bad") == set()
    path.chmod(0o644)

    assert codes(club.path, "bad") == {"mail_open"}


def test_keys_of_another_user(club, monkeypatch):
    well(club)
    monkeypatch.setattr(doctor.os, "geteuid", lambda: os.getuid() + 1)

    assert codes(club.path, "bad") == {"key_of_another"}


def test_every_finding_is_told_in_the_docs():
    modules = (doctor, examining_postgres, witnesses, post)
    places = [one.__file__ for one in modules]
    source = "".join(Path(one).read_text("utf-8") for one in places)
    told = (ROOT / "docs" / "commands.md").read_text("utf-8")

    found = re.findall(r'code="([a-z_]+)"', source)

    assert len(found) > 20
    assert [code for code in found if f"| `{code}` |" not in told] == []


def test_another_key_of_the_node(club, tmp_path):
    well(club)
    other = urdimbre("init", tmp_path / "other", "--name", "X", "--preset", "campesina")
    assert other.code == 0
    shutil.copy(tmp_path / "other" / "keys" / "node", club.path / "keys" / "node")

    assert codes(club.path, "bad") == {"node_key_changed"}


@pytest.mark.parametrize("seconds", [-3_600, 31 * DAY_SECONDS])
def test_a_clock_that_is_off(club, seconds):
    found = doctor.examine(
        club.path, now=int(time.time()) + seconds, program=str(Projection.version)
    )

    assert "clock_off" in {one.code for one in found}


def test_what_was_left_by_something_broken_off(club):
    well(club)
    (club.path.parent / f".{club.path.name}.0a1b2c3d").mkdir()
    (club.path / "keys" / ".node.00ff").touch()
    (club.path / "registry.db.rebuilding").touch()

    ran = urdimbre("doctor", club.path, "--json")

    left = [one for one in ran.json["findings"] if one["code"] == "leftover"]
    assert len(left) == 3
    assert ran.code == 0


def test_a_disk_that_is_nearly_full(club, monkeypatch):
    well(club)
    usage = shutil.disk_usage(club.path)
    monkeypatch.setattr(
        doctor.shutil, "disk_usage", lambda _: usage._replace(free=100 << 20)
    )

    assert codes(club.path, "bad") == {"disk_low"}


def test_a_large_journal(club, monkeypatch):
    well(club)
    with (club.path / "desk.db-wal").open("wb") as journal:
        journal.truncate(doctor.JOURNAL_BYTES_MAX + 1)

    assert "journal_large" in codes(club.path)


def test_a_demo_and_pages_served_openly(tmp_path, club):
    well(club)
    traces.keep(club.path, "serving", {"host": "192.168.1.10"})
    assert codes(club.path, "bad") == {"served_openly"}
    traces.keep(club.path, "serving", {"host": "localhost"})
    assert codes(club.path, "bad") == set()
    patient = doctor.Patient(path=club.path, now=0, program="1", demo=True)

    assert [one.code for one in doctor._exposed(patient)] == ["demo"]


def test_a_copy_that_is_behind_or_was_not_asked_about(club, tmp_path):
    urdimbre("backup", club.path, "-o", tmp_path / "kept")
    urdimbre(
        "restore", tmp_path / "kept", tmp_path / "new", "--keys", club.path / "keys"
    )

    assert "nobody_asked" in codes(tmp_path / "new", "bad")


def test_a_registry_and_a_desk_that_are_damaged(club):
    well(club)
    with sqlite3.connect(club.path / "desk.db") as connection:
        connection.execute(
            "INSERT INTO payload VALUES (?, 'f', ?, 'x', NULL)", ("00" * 32, b"s" * 16)
        )
    connection.close()
    assert codes(club.path, "bad") == {"desk_damaged"}
    (club.path / "registry.db").write_bytes(b"no database" * 1000)

    assert "registry_unreadable" in codes(club.path, "bad")


def test_rules_that_the_circuit_has_agreed_on_and_the_program_lacks(club, monkeypatch):
    well(club)
    start = int(time.time()) + 3_600
    with monkeypatch.context() as newer:
        newer.setattr(keeping, "RULES", 2)
        taken = urdimbre(
            "upgrade", club.path, "--rules", "2", "--from", start, "--json"
        )

    assert taken.code == 0, taken
    assert taken.json["coming"] == 2
    assert "newer_rules" in codes(club.path, "bad")
    again = urdimbre("upgrade", club.path, "--rules", "3", "--json")
    assert (again.code, again.error["code"]) == (4, "not_in_these_rules")
    same = urdimbre("upgrade", club.path, "--rules", "1", "--json")
    assert (same.code, same.error["code"]) == (4, "nothing_to_change")


def test_an_upgrade_rebuilds_what_pages_read_and_migrates_the_desk(club):
    with sqlite3.connect(club.path / "registry.db") as connection:
        connection.execute("UPDATE meta SET value = '0' WHERE name = 'projection'")
        connection.execute("UPDATE balance SET balance = 7")
    connection.close()
    assert "other_projection" in codes(club.path)
    before = contents(club.path)

    dry = run_alone("upgrade", club.path, "--dry-run", "--json")

    assert contents(club.path) == before
    program = str(Projection.version)
    assert dry["projection"] == f"0 -> {program}"
    assert "web_exchanges.0001_initial" in dry["migrations"]
    assert run_alone("upgrade", club.path, "--json") == dry
    nothing = run_alone("upgrade", club.path, "--json")
    assert (nothing["projection"], nothing["migrations"]) == (program, [])
    assert urdimbre("verify", club.path).code == 0
    with sqlite3.connect(club.path / "desk.db") as connection:
        connection.execute("SELECT count(*) FROM draft")
    connection.close()


def contents(path):
    """All files but the marks of readers."""
    return {
        one.relative_to(path): one.read_bytes()
        for one in path.rglob("*")
        if one.is_file() and one.suffix not in (".db-shm", ".db-wal")
    }


def run_alone(*arguments):
    """Run in a process of its own: Django is set up once in each."""
    ran = processes.python("-m", "urdimbre.cli", *arguments, capture_output=True)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_every_app_that_keeps_tables_on_the_desk_is_upgraded():
    web = ROOT / "src" / "urdimbre" / "web"

    apps = {f"urdimbre.web.{one.parent.name}" for one in web.glob("*/migrations")}

    assert apps <= set(APPS)


def test_our_key_as_a_witness_that_stays_silent_after_a_restore(club):
    well(club)
    assert urdimbre("witness", club.path, "--json").code == 0  # the key is made
    assert codes(club.path, "bad") == set()

    Book(club.path).doubt(int(time.time()))

    assert codes(club.path, "bad") == {"witness_silent"}
    assert urdimbre("witness", club.path, "--nothing-later").code == 0
    assert codes(club.path, "bad") == set()


def test_a_witness_of_ours_who_cannot_be_heard_or_does_not_sign(club):
    well(club)
    name = {"effect": "witness", "name": "urdimbre/ab/witness", "host": "norte"}
    body = {"basis": "founders", "effects": [name | {"key": "ab" * 32}]}
    assert club.record(club.by_common("decision", body)).code == 0
    well(club)
    usual = {"server_keys", "one_for_all"}
    assert codes(club.path) == usual | {"witness_without_address"}

    book = Book(club.path)
    book.peer("ab" * 32, "https://norte.example/witness")
    assert codes(club.path) == usual | {"witness_unheard"}
    for outcome, found in (
        ("unreachable", {"witness_unheard"}),
        ("cosigned", set()),
        ("ahead", {"witness_against"}),
        ("false", {"witness_against"}),
        ("refused", {"witness_against"}),
    ):
        book.answered("ab" * 32, outcome=outcome, at=1, size=1)
        assert codes(club.path) == usual | found


def test_a_book_of_witnesses_that_is_no_database(club):
    well(club)
    (club.path / "witness.db").write_bytes(b"no database" * 1000)
    (club.path / "keys" / "witness").unlink(missing_ok=True)

    assert codes(club.path, "bad") == {"witness_book_damaged"}


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "signs nothing"), ("es", "no firma nada"), ("pt", "não assina nada")],
)
def test_a_silent_witness_is_told_in_three_languages(club, lang, said):
    well(club)
    assert urdimbre("witness", club.path, "--json").code == 0
    Book(club.path).doubt(int(time.time()))

    ran = urdimbre("doctor", club.path, "--lang", lang)

    assert said in ran.out
