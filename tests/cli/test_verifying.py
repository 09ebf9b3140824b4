"""``verify`` that goes on, begins at a snapshot, or uses several processes."""

import json
import shutil
import signal
import sqlite3
import time
from contextlib import closing

import pytest

from tests.cli.club import running, urdimbre
from urdimbre.core.chain.entry import decode


@pytest.fixture
def following(club):
    """The program that follows the club, ended in any case."""
    program = running("verify", club.path, "--follow", "0.2", "--json")
    yield program
    program.kill()
    program.wait()
    program.stdout.close()


def rounds(program, wanted):
    """Read rounds until one is as wanted."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        told = json.loads(program.stdout.readline())
        if wanted(told):
            return told
    raise AssertionError("it has not come")


def alter(club, statement):
    with closing(sqlite3.connect(club.path / "registry.db")) as registry, registry:
        assert registry.execute(statement).rowcount > 0


def snapshot_of(club):
    path = club.path.parent / "state"
    assert urdimbre("snapshot", club.path, "-o", path).code == 0
    return path


def test_it_follows_what_another_process_records_until_ctrl_c(club, following):
    first = json.loads(following.stdout.readline())
    assert club.record(club.barter("ana", "beto", 100)).code == 0
    later = rounds(following, lambda told: told["upto"] == club.size())
    following.send_signal(signal.SIGINT)
    following.communicate(timeout=60)

    plain = urdimbre("verify", club.path, "--json").json
    assert first["ok"] is True
    assert first["upto"] < later["upto"]
    assert {name: later[name] for name in plain} == plain
    assert set(later) - set(plain) == {"upto", "at"}
    assert abs(later["at"] - time.time()) < 600
    assert following.returncode == 130


def test_it_ends_with_the_first_difference(club, following):
    assert club.record(club.barter("ana", "beto", 100)).code == 0
    rounds(following, lambda told: told["upto"] == club.size())
    alter(club, "UPDATE balance SET balance = balance + 1 WHERE owner > 0")
    told = rounds(following, lambda told: not told["ok"])

    assert following.wait(60) == 3
    assert told["first_error"]["table"] == "balance"


@pytest.mark.parametrize(
    ("sql", "language", "told", "reason"),
    [
        (
            "UPDATE balance SET balance = balance + 1 WHERE owner > 0",
            "es",
            "no es lo que da la historia",
            "is not what the log gives",
        ),
        ("DELETE FROM posting", "pt", "falta uma linha", "a row is missing"),
        (
            "UPDATE meta SET value = 'x' WHERE name = 'checkpoint'",
            "es",
            "sello del cuaderno: ",
            "checkpoint: ",
        ),
    ],
)
def test_a_difference_is_told_in_the_reader_s_language(
    club, sql, language, told, reason
):
    assert club.record(club.barter("ana", "beto", 100)).code == 0
    alter(club, sql)

    ran = urdimbre("verify", club.path, "--json", "--lang", language)

    assert ran.code == 3
    assert told in ran.err
    assert ran.json["first_error"]["reason"].startswith(reason)


def refused_in_the_log(club):
    """A recorded act whose body the rules would not take; it is replayed first."""
    with closing(sqlite3.connect(club.path / "registry.db")) as registry, registry:
        sql = "SELECT max(position), bytes FROM entry WHERE substr(bytes, 1, 1) = x'01'"
        ((position, entry),) = registry.execute(sql)
        altered = entry.replace(b'"day":', b'"dax":')
        sql = "UPDATE entry SET bytes = ? WHERE position = ?"
        registry.execute(sql, (altered, position))


def test_a_refusal_in_the_log_is_told_in_the_reader_s_language(club):
    assert club.record(club.barter("ana", "beto", 100)).code == 0
    refused_in_the_log(club)

    ran = urdimbre("verify", club.path, "--json", "--lang", "pt")

    assert "malformed: O ato" in ran.err
    assert "em body.dax: não é um campo deste tipo.\n" in ran.err
    assert ran.json["first_error"]["reason"].startswith("malformed: The act is not")


def test_each_round_is_one_line_for_people(club):
    program = running("verify", club.path, "--follow", "0.2", "--lang", "es")
    try:
        line = program.stdout.readline().decode()
    finally:
        program.kill()
        program.wait()
        program.stdout.close()

    assert line.startswith(f"Verificado hasta el número {club.size() - 1}, ")


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_the_verdict_is_the_same_with_any_number_of_processes(club, processes):
    lines = [club.barter("ana", "beto", 1 + n) for n in range(60)]
    assert club.record(*lines).code == 0
    good = urdimbre("verify", club.path, "--processes", processes, "--json")
    with closing(sqlite3.connect(club.path / "registry.db")) as registry, registry:
        sql = "SELECT max(position), bytes FROM entry WHERE substr(bytes, 1, 1) = x'01'"
        ((position, entry),) = registry.execute(sql)
        signature = decode(entry).slots[0].signature
        altered = entry.replace(signature, signature[:5] + bytes(3) + signature[8:])
        sql = "UPDATE entry SET bytes = ? WHERE position = ?"
        registry.execute(sql, (altered, position))

    bad = urdimbre("verify", club.path, "--processes", processes, "--json")

    assert (good.code, bad.code) == (0, 3)
    assert good.json["signatures"] > 120
    assert bad.json["first_error"]["entry"] == position
    assert bad.json["first_error"]["reason"] == "bad_signature"


def test_from_a_snapshot_what_follows_is_verified_and_the_rest_said(club):
    state, size = snapshot_of(club), club.size()
    assert club.record(club.barter("ana", "beto", 100)).code == 0

    ran = urdimbre("verify", club.path, "--from", state, "--json")

    assert ran.code == 0
    assert (ran.json["ok"], ran.json["acts"], ran.json["from"]) == (True, 1, size)
    assert ran.json["unproven"] == ["before", "derived"]
    assert "balance" not in ran.json["covered"]
    assert f"before number {size} give the state" in ran.err


def test_from_a_snapshot_a_difference_after_it_is_named(club):
    state = snapshot_of(club)
    assert club.record(club.barter("ana", "beto", 100)).code == 0
    alter(club, "UPDATE state SET value = replace(value, '-100', '-101')")

    ran = urdimbre("verify", club.path, "--from", state)

    assert ran.code == 3
    assert "table state" in ran.err
    assert "unproven    before, derived" in ran.out


def test_a_snapshot_that_was_altered_ends_it(club):
    state = snapshot_of(club)
    content = bytearray(state.read_bytes())
    content[-3] ^= 1
    state.write_bytes(content)

    ran = urdimbre("verify", club.path, "--from", state, "--json")

    assert (ran.code, ran.error["code"]) == (3, "not_a_snapshot")


@pytest.mark.parametrize(
    "more",
    [
        ("--follow", "1", "--from", "state"),
        ("--follow", "1", "--anchors"),
        ("--follow", "0"),
        ("--processes", "0"),
    ],
)
def test_options_that_do_not_fit(club, more):
    assert urdimbre("verify", club.path, *more, "--json").code == 2


def bundle_of(club):
    path = club.path.parent / "club.tar"
    assert urdimbre("export", club.path, "--what", "all", "-o", path).code == 0
    return path


def kept_of(club):
    """The checkpoint as a member keeps it."""
    path = club.path.parent / "kept"
    with closing(sqlite3.connect(club.path / "registry.db")) as registry:
        sql = "SELECT value FROM meta WHERE name = 'checkpoint'"
        path.write_text(registry.execute(sql).fetchone()[0])
    return path


@pytest.mark.parametrize("what", ["folder", "bundle"])
def test_from_a_checkpoint_all_is_replayed_and_later_signatures_verified(club, what):
    kept, size = kept_of(club), club.size()
    assert club.record(club.barter("ana", "beto", 100)).code == 0
    path = club.path if what == "folder" else bundle_of(club)

    ran = urdimbre("verify", path, "--from", kept, "--json")
    whole = urdimbre("verify", path, "--json").json

    assert ran.code == 0
    more = {"from": size, "signatures": 2, "unproven": ["signatures_before"]}
    assert ran.json == whole | more
    assert f"before number {size} are to the byte" in ran.err


def test_a_bundle_with_another_history_than_the_checkpoint_s(club):
    """Both are signed by the node: two histories."""
    assert club.record(club.barter("ana", "beto", 100)).code == 0
    copy = shutil.copytree(club.path, club.path.parent / "copy")
    assert club.record(club.barter("ana", "beto", 200)).code == 0
    kept = kept_of(club)
    shutil.rmtree(club.path)
    copy.rename(club.path)
    assert club.record(club.barter("ana", "beto", 300)).code == 0

    ran = urdimbre("verify", bundle_of(club), "--from", kept, "--lang", "es", "--json")

    assert ran.code == 3
    assert ran.json["first_error"]["table"] == "checkpoint"
    assert "las anotaciones anteriores dan otra" in ran.err


def test_from_a_snapshot_a_bundle_is_verified_as_from_its_checkpoint(club):
    state, size = snapshot_of(club), club.size()

    ran = urdimbre("verify", bundle_of(club), "--from", state, "--json")

    assert (ran.code, ran.json["from"], ran.json["signatures"]) == (0, size, 0)
    assert ran.json["unproven"] == ["signatures_before"]


def test_a_file_that_is_no_checkpoint(club):
    text = club.path.parent / "text"
    text.write_text("nothing")

    ran = urdimbre("verify", club.path, "--from", text, "--json")
    missing = urdimbre("verify", club.path, "--from", text / "x", "--json")

    assert (ran.code, ran.error["code"]) == (2, "bad_checkpoint")
    assert (missing.code, missing.error["code"]) == (5, "file_not_found")


def test_a_bundle_is_verified_whole(club):
    bundle = bundle_of(club)
    shutil.rmtree(club.path)

    followed = urdimbre("verify", bundle, "--follow", "1", "--json")
    whole = urdimbre("verify", bundle, "--processes", "1", "--json")

    assert (followed.code, whole.code) == (2, 0)
