"""Backups, snapshots, the doctor and other hosts: of a club in PostgreSQL."""

import json
import time
from contextlib import closing

import pytest
from psycopg import sql

from tests.cli.club import urdimbre
from tests.cli.test_doctor import codes, run_alone, well
from tests.cli.test_engine import program, told
from tests.cli.test_keeping import checkpoint_of, founders_signature
from urdimbre.adapters.engines import place_of
from urdimbre.adapters.folder import read_only
from urdimbre.projections.project import Projection


@pytest.fixture
def alter(moved, postgres):
    """Change something in the club's schema, as who administers the server can."""
    schema = sql.Identifier(place_of(moved.path).schema)

    def run(statement):
        return postgres.execute(sql.SQL(statement).format(schema))

    return run


def moved_to_postgres(path, postgres):
    ran = urdimbre("engine", path, "--to", "postgres", "--dsn", postgres.conninfo)
    assert ran.code == 0, ran


# ------------------------------------------------------------------ backup and snapshot
def test_a_backup_comes_back_into_a_folder_and_catches_up(moved, tmp_path, postgres):
    moved.record(moved.barter("ana", "beto", 500))
    backup = urdimbre("backup", moved.path, "-o", tmp_path / "kept", "--json")
    assert (backup.code, backup.json["size"]) == (0, moved.size())
    moved.record(moved.barter("ana", "beto", 700))
    urdimbre("export", moved.path, "--what", "all", "-o", tmp_path / "all.tar")
    seen, new = checkpoint_of(moved), tmp_path / "new"
    keys = ("--keys", moved.path / "keys")

    back = urdimbre("restore", tmp_path / "kept", new, *keys, "--checkpoint", seen)
    balances = urdimbre("balances", new, "--json")
    moved_to_postgres(new, postgres)
    closed = moved.__class__(new, moved.genesis, moved.founder).record(
        moved.barter("ana", "beto", 1)
    )
    served = urdimbre("run", new, "--workers", "2", "--json")
    caught = urdimbre("catch-up", new, "--from", tmp_path / "all.tar", "--json")

    assert (back.code, balances.code) == (0, 0)
    assert (closed.code, closed.error["code"]) == (6, "behind")
    assert (served.code, served.error["code"]) == (6, "behind")
    assert (caught.code, caught.json["open"]) == (0, True)
    assert caught.json["size"] == moved.size()
    assert told(moved.__class__(new, moved.genesis, moved.founder)) == told(moved)


def test_a_backup_is_taken_while_acts_arrive(moved, tmp_path):
    with program("sequence", moved.path, "--json") as sequencer:
        assert sequencer.stdout.readline()
        lines = moved.write(*(moved.barter("ana", "beto", 1) for _ in range(300)))
        with program("record", moved.path, lines, "--json") as recording:
            made = urdimbre("backup", moved.path, "-o", tmp_path / "kept", "--json")
            recording.communicate(timeout=120)

    assert (made.code, recording.returncode) == (0, 0)
    assert made.json["size"] <= moved.size()
    assert moved.balance("ana") == -300
    back = urdimbre("restore", tmp_path / "kept", tmp_path / "new", "--nothing-later")
    assert back.code == 0
    assert urdimbre("verify", tmp_path / "new").code == 0


def test_a_backup_before_an_upgrade_has_no_tables_for_pages(moved, tmp_path, alter):
    moved.record(moved.barter("ana", "beto", 500))
    alter("UPDATE {}.meta SET value = '0' WHERE name = 'projection'")
    alter("ALTER TABLE {}.balance DROP COLUMN held")
    kept, new = tmp_path / "kept", tmp_path / "new"
    keys = ("--keys", moved.path / "keys")

    made = urdimbre("backup", moved.path, "-o", kept)
    back = urdimbre("restore", kept, new, *keys, "--nothing-later")
    upgraded = run_alone("upgrade", new, "--json")

    assert (made.code, back.code) == (0, 0)
    assert upgraded["projection"] == f"0 -> {Projection.version}"
    assert moved.__class__(new, moved.genesis, moved.founder).balance("ana") == -500
    assert urdimbre("verify", new).code == 0


def test_of_an_altered_schema_no_backup_is_taken(moved, tmp_path, alter):
    alter("CREATE INDEX strange ON {}.entry (bytes)")

    ran = urdimbre("backup", moved.path, "-o", tmp_path / "kept", "--json")

    assert (ran.code, ran.error["code"]) == (3, "damaged")
    assert "index (bytes)" in ran.error["message"]
    assert not (tmp_path / "kept").exists()


def test_the_snapshot_is_the_same_in_both_engines(club, tmp_path, postgres):
    before, after = tmp_path / "before", tmp_path / "after"
    assert urdimbre("snapshot", club.path, "-o", before).code == 0
    moved_to_postgres(club.path, postgres)

    written = urdimbre("snapshot", club.path, "-o", after, "--json")

    assert (written.code, written.json["size"]) == (0, club.size())
    assert after.read_bytes() == before.read_bytes()


# --------------------------------------------------------------------------- the doctor
def test_the_doctor_finds_nothing_bad_in_a_circuit_that_is_looked_after(moved):
    well(moved)

    assert codes(moved.path, "bad") == set()
    assert codes(moved.path) == {"server_keys", "one_for_all"}


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE {}.entry ADD COLUMN note text",
        "DROP TABLE {}.balance",
        "CREATE INDEX strange ON {}.state (value)",
    ],
)
def test_a_schema_that_was_altered(moved, alter, statement):
    well(moved)
    alter(statement)

    assert codes(moved.path, "bad") == {"schema_altered"}


def test_tables_of_another_version_are_told_once(moved, alter):
    well(moved)
    alter("UPDATE {}.meta SET value = '0' WHERE name = 'projection'")
    alter("DROP TABLE {}.balance")

    assert codes(moved.path, "bad") == set()
    assert "other_projection" in codes(moved.path)


def test_acts_that_nobody_answers(moved, alter):
    well(moved)
    alter("INSERT INTO {}.inbox (entry) VALUES ('\\x00'), ('\\x01')")

    assert "acts_unanswered" in codes(moved.path)


def test_a_server_that_is_away_or_has_lost_the_circuit(moved, alter):
    well(moved)
    file = moved.path / "engine.json"
    where = json.loads(file.read_text())
    alter("DROP SCHEMA {} CASCADE")

    assert codes(moved.path, "bad") == {"registry_unreadable"}
    file.write_text(json.dumps(where | {"conninfo": "host=/nowhere"}))
    assert codes(moved.path, "bad") == {"database_unreachable"}


def test_what_a_move_has_left(moved):
    well(moved)
    (moved.path / "engine.json.draft").write_text("{}")
    (moved.path / "registry.db").write_bytes(b"")

    ran = urdimbre("doctor", moved.path, "--json")

    assert {"leftover", "schema_left"} <= {one["code"] for one in ran.json["findings"]}
    assert ran.code == 0


def test_the_disk_needs_room_for_what_the_server_has(moved, monkeypatch):
    from urdimbre.adapters import doctor

    well(moved)
    with closing(read_only(moved.path)) as reading:
        assert doctor.bytes_kept(reading.store) > 100_000
    monkeypatch.setattr(doctor, "bytes_kept", lambda _: 1 << 50)

    assert "disk_low" in codes(moved.path)


# -------------------------------------------------------------------------- the upgrade
def test_an_upgrade_rebuilds_what_pages_read(moved, alter):
    moved.record(moved.barter("ana", "beto", 500))
    alter("UPDATE {}.meta SET value = '0' WHERE name = 'projection'")
    alter("UPDATE {}.balance SET balance = 7")

    dry = run_alone("upgrade", moved.path, "--dry-run", "--json")
    assert "other_projection" in codes(moved.path)
    done = run_alone("upgrade", moved.path, "--json")

    assert done == dry
    assert done["projection"] == f"0 -> {Projection.version}"
    assert moved.balance("ana") == -500
    assert urdimbre("verify", moved.path).code == 0


def test_an_upgrade_is_not_handed_to_a_sequencer_that_runs(moved):
    run_alone("upgrade", moved.path, "--json")
    with program("sequence", moved.path, "--json") as sequencer:
        assert sequencer.stdout.readline()

        ran = urdimbre("upgrade", moved.path, "--json")

    assert (ran.code, ran.error["code"]) == (6, "already_open")


def test_rules_that_nobody_knows_are_refused(moved):
    ran = urdimbre(
        *("upgrade", moved.path, "--rules", "99", "--from", int(time.time()), "--json")
    )

    assert ran.code == 4, ran


# ------------------------------------------------------------------------- another host
def test_a_bundle_is_reopened_in_postgres_and_taken_over(moved, tmp_path, postgres):
    moved.record(moved.barter("ana", "beto", 500))
    bundle, new = tmp_path / "all.tar", tmp_path / "new"
    urdimbre("export", moved.path, "--what", "all", "-o", bundle)
    opened = urdimbre("reopen", bundle, new, "--checkpoint", checkpoint_of(moved))
    assert opened.code == 0, opened
    moved_to_postgres(new, postgres)
    line = json.loads((new / "node-act.jsonl").read_text())
    line["signatures"].append(founders_signature(moved, line["act"].encode()))
    (tmp_path / "signed").write_text(json.dumps(line))

    taken = urdimbre("take-over", new, tmp_path / "signed", "--json")

    assert taken.code == 0, taken
    other = moved.__class__(new, moved.genesis, moved.founder)
    assert other.record(other.barter("ana", "beto", 1)).code == 0
    assert other.balance("beto") == 501
    assert urdimbre("verify", new).code == 0


def test_the_log_is_handed_to_another_host(moved, tmp_path):
    line, keys = tmp_path / "line", tmp_path / "new keys"
    signer = f"{moved.founder}:common"
    made = urdimbre(
        *("hand-over", moved.path, "--keys", keys, "-o", line, "--sign-with", signer)
    )
    recorded = urdimbre("record", moved.path, line, "--json")
    urdimbre("backup", moved.path, "-o", tmp_path / "kept")

    back = urdimbre(
        *("restore", tmp_path / "kept", tmp_path / "new", "--keys", keys),
        *("--checkpoint", checkpoint_of(moved)),
    )

    assert (made.code, recorded.code, back.code) == (0, 0, 0)
    other = moved.__class__(tmp_path / "new", moved.genesis, moved.founder)
    assert other.record(other.barter("ana", "beto", 1)).code == 0
