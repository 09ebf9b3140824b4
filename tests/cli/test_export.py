"""Files that go out: tables that read again, and the bundle."""

import csv
import json
import sqlite3
import subprocess
import sys
import tarfile

import pytest

from tests.cli.club import id_of, process, urdimbre
from tests.processes import environment
from urdimbre.adapters.desk import Desk, Person
from urdimbre.core import drafting


def exported(club, what, form):
    """Export to a file; return its text."""
    path = club.path.parent / f"{what}.{form}"
    ran = urdimbre("export", club.path, "--what", what, "--format", form, "-o", path)
    assert ran.code == 0, ran
    return path.read_text("utf-8")


def test_balances_read_again_as_they_were(club):
    club.record(club.barter("ana", "beto", 12_34))
    told = urdimbre("balances", club.path, "--json").json

    rows = list(csv.DictReader(exported(club, "balances", "csv").splitlines()))
    lines = [
        json.loads(one) for one in exported(club, "balances", "jsonl").splitlines()
    ]

    names = ("member", "unit", "purse", "minor")
    assert [{name: line[name] for name in names} for line in lines] == told
    assert [row["minor"] for row in rows] == [str(row["minor"]) for row in told]
    assert {row["amount"] for row in rows} == {"-12.34", "12.34"}


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+sum", "'+sum"),
        ("-cmd", "'-cmd"),
        ("@home", "'@home"),
        ("\tx", "'\tx"),
        ("-5", "-5"),
        ("+591", "+591"),
        ("Ana", "Ana"),
    ],
)
def test_cells_that_a_spreadsheet_would_run_are_escaped(club, name, cell):
    Desk(club.path / "desk.db").add_persons([Person(id_of("ana"), name)])

    rows = csv.DictReader(exported(club, "members", "csv").splitlines())
    lines = exported(club, "members", "jsonl").splitlines()

    assert cell in [row["name"] for row in rows]
    assert name in [json.loads(line)["name"] for line in lines]


def test_exported_acts_are_those_of_the_log_and_record_knows_them_again(club):
    club.record(club.barter("ana", "beto", 100))
    acts = [json.loads(line) for line in exported(club, "acts", "jsonl").splitlines()]
    before = club.size()

    again = [{"act": act["act"], "signatures": act["signatures"]} for act in acts[1:]]
    ran = club.record(*again)

    assert [act["kind"] for act in acts] == ["genesis", *["admit"] * 3, "exchange"]
    assert ran.code == 0
    assert [line["index"] for line in ran.lines] == [act["index"] for act in acts[1:]]
    assert club.size() == before


def test_exported_acts_read_as_csv(club):
    rows = list(csv.DictReader(exported(club, "acts", "csv").splitlines()))

    assert [row["kind"] for row in rows] == ["genesis", *["admit"] * 3]
    assert json.loads(rows[1]["act"])["body"]["member"] == id_of("ana")


def test_obligations_are_exported_with_what_is_still_open(club):
    goods = drafting.goods(id_of("ana"), id_of("beto"), category="food", quantity=1)
    promise = drafting.promise(
        id_of("beto"),
        id_of("ana"),
        drafting.promised("goods", 3, "C62", category="eggs"),
        {"event": "harvest"},
    )
    body = drafting.exchange(20_000, drafting.deal("barter", goods, promise))
    act = club.draft("exchange", body, "ana")
    assert club.record(club.signed(act, "ana", "beto")).code == 0

    (line,) = exported(club, "obligations", "jsonl").splitlines()

    told = json.loads(line)
    assert (told["debtor"], told["creditor"]) == (id_of("beto"), id_of("ana"))
    assert (told["quantity"], told["open"]) == (3, 3)
    assert told["due"] == {"event": "harvest"}


def test_the_bundle_verifies_and_tells_no_names(club):
    Desk(club.path / "desk.db").add_persons([Person(id_of("ana"), "Ana Quispe")])
    bundle = club.path.parent / "club.tar"

    ran = urdimbre("export", club.path, "--what", "all", "-o", bundle)
    checked = urdimbre("verify", bundle, "--json")

    assert (ran.code, checked.code) == (0, 0)
    assert checked.json["acts"] == 4
    assert b"Quispe" not in bundle.read_bytes()


def test_a_bundle_that_was_altered_does_not_verify(club):
    bundle = club.path.parent / "club.tar"
    urdimbre("export", club.path, "--what", "all", "-o", bundle)
    with tarfile.open(bundle) as tar:
        entries = next(one for one in tar.getmembers() if "entries" in one.name)
    raw = bytearray(bundle.read_bytes())
    raw[entries.offset_data + entries.size - 300] ^= 1
    bundle.write_bytes(raw)

    ran = urdimbre("verify", bundle, "--json")

    assert ran.code == 3
    assert ran.json["ok"] is False


def test_a_file_that_exists_is_replaced_only_with_yes(club, tmp_path):
    path = tmp_path / "balances.csv"
    path.write_text("mine", "utf-8")
    options = ("export", club.path, "--what", "balances", "-o", path)

    first = urdimbre(*options, "--json")
    kept = path.read_text("utf-8")
    second = urdimbre(*options, "--yes")

    assert (first.code, first.error["code"], kept) == (6, "file_exists", "mine")
    assert second.code == 0
    assert path.read_text("utf-8").startswith("member,")


def test_a_table_goes_to_stdout_and_the_message_to_stderr(club):
    ran = urdimbre("export", club.path, "--what", "members", "-o", "-")

    assert ran.out.startswith("member,name,")
    assert "written" in ran.err


@pytest.mark.parametrize(
    "options",
    [
        ("--what", "everything", "-o", "x"),
        ("--what", "acts", "--format", "xml", "-o", "x"),
        ("--what", "all", "-o", "-"),
    ],
)
def test_what_cannot_be_exported(club, options):
    ran = urdimbre("export", club.path, *options, "--json")

    assert (ran.code, ran.error["code"]) == (2, "bad_choice")


def test_a_full_disk_leaves_no_half_file(club, tmp_path):
    import resource

    path = tmp_path / "acts.jsonl"
    club.record(*(club.barter("ana", "beto", 1) for _ in range(60)))
    # Room for what SQLite shares in memory, not for the export.
    most = 40_000

    ran = process(
        *("export", club.path, "--what", "acts", "-o", path, "--json"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )

    assert ran.code == 1
    assert "Traceback" not in ran.err
    assert json.loads(ran.err)["code"] == "disk_full"
    assert not [one for one in tmp_path.iterdir() if "acts" in one.name]


def test_a_reader_that_goes_away_is_no_error(club):
    club.record(*(club.barter("ana", "beto", 1) for _ in range(400)))
    program = [sys.executable, "-m", "urdimbre.cli", "export", str(club.path)]
    options = " --what acts -o - | head -1 > /dev/null"

    ran = subprocess.run(
        ["sh", "-c", " ".join(program) + options],
        check=False,
        capture_output=True,
        env=environment(),
    )

    assert ran.stderr == b""


def test_exporting_changes_nothing(club):
    before = club.size()

    exported(club, "acts", "jsonl")

    assert club.size() == before
    with sqlite3.connect(club.path / "registry.db") as registry:
        assert registry.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("what", ["acts", "all"])
def test_a_folder_that_is_not_there_is_named_and_not_made(club, tmp_path, what):
    path = tmp_path / "nowhere" / "file"

    ran = urdimbre("export", club.path, "--what", what, "-o", path, "--json")

    assert (ran.code, ran.error["code"]) == (5, "folder_not_found")
    assert str(path.parent) in ran.error["message"]
    assert "Make the folder" in ran.error["hint"]
    assert not path.parent.exists()


@pytest.mark.parametrize("what", ["acts", "all"])
@pytest.mark.parametrize("place", ["folder", "/dev/null"])
def test_only_a_plain_file_is_written_over(club, tmp_path, what, place):
    (tmp_path / "folder").mkdir()
    path = tmp_path / place

    ran = urdimbre("export", club.path, "--what", what, "-o", path, "--yes", "--json")

    assert (ran.code, ran.error["code"]) == (2, "not_a_file")
    assert path.exists()
    assert not path.is_file()


@pytest.mark.parametrize("what", ["acts", "all"])
def test_a_file_that_cannot_be_written_is_named_not_its_draft(club, what):
    path = "/proc/urdimbre-export"

    ran = urdimbre("export", club.path, "--what", what, "-o", path, "--json")

    assert ran.code in (1, 5)
    assert f"({path})" in ran.error["message"]
