"""verify --from: what follows a snapshot, and what it can and cannot see before it."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from tests.adapters import making, scene
from urdimbre.adapters.resuming import UNPROVEN, verify_from
from urdimbre.adapters.snapshot import NotASnapshot, snapshot_of
from urdimbre.adapters.verification import verify_folder
from urdimbre.core.chain.entry import decode
from urdimbre.core.chain.header import read_header
from urdimbre.projections.project import Projection

BEFORE = 300


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A circuit, the snapshot in its middle, and acts after it."""
    folder = tmp_path_factory.mktemp("resumed")
    (folder / "club").mkdir()
    circuit = making.found(folder / "club", projector=Projection())
    scene.play(circuit)
    cited = circuit.record(circuit.barter("ana", "beto", 500)).act
    entries = [circuit.barter("ana", "beto", 1 + n) for n in range(BEFORE)]
    list(circuit.registry.submit_many(entries, group=50))
    snapshot_of(folder / "club", folder / "state")
    size = circuit.registry.size
    adjust(circuit, cited)
    circuit.admit("dina")
    entries = [circuit.barter("beto", "dina", 1 + n) for n in range(BEFORE)]
    list(circuit.registry.submit_many(entries, group=50))
    circuit.registry.close()
    return folder, size, cited


def adjust(circuit, act):
    moves = [{"delta": -1, "move": 0}, {"delta": -200, "move": 1}]
    body = {"deal": {"act": act, "deal": 0}, "moves": moves}
    drafted = circuit.draft("adjust", body, by="ana", refs=[(act, "adjusts")])
    circuit.record(circuit.sign(drafted, "ana", "beto"))


@pytest.fixture
def club(template, tmp_path):
    return shutil.copytree(template[0] / "club", tmp_path / "club")


@pytest.fixture
def snapshot(template):
    return template[0] / "state"


@pytest.fixture
def size(template):
    return template[1]


@pytest.fixture
def cited(template, club):
    """Where the act stands that an act after the snapshot cites."""
    sql = "SELECT position FROM act WHERE hash = ?"
    with closing(sqlite3.connect(club / "registry.db")) as connection:
        ((position,),) = connection.execute(sql, (bytes.fromhex(template[2]),))
    return position


def verify(club, snapshot):
    return verify_from(club, snapshot, projector=Projection())


def alter(club, sql, *values):
    with closing(sqlite3.connect(club / "registry.db")) as connection, connection:
        assert connection.execute(sql, values).rowcount > 0


def entry_at(club, position):
    sql = "SELECT bytes FROM entry WHERE position = ?"
    with closing(sqlite3.connect(club / "registry.db")) as connection:
        ((entry,),) = connection.execute(sql, (position,))
    return entry


def first_error(club, snapshot):
    found = verify(club, snapshot).verification.first_error
    assert found is not None
    return found


def test_what_follows_is_verified_and_the_rest_named(club, snapshot, size):
    found = verify(club, snapshot)

    whole = verify_folder(club, projector=Projection())
    told = found.told()
    assert told["ok"] is True
    assert told["from"] == size
    assert told["unproven"] == ["before", "derived"] == list(UNPROVEN)
    assert told["acts"] == BEFORE + 2
    assert told["acts"] + told["blocks"] + size == whole.acts + whole.blocks
    assert (told["log_root"], told["state_root"]) == (whole.log_root, whole.state_root)


def test_a_snapshot_at_the_end_leaves_the_state_to_compare(club, tmp_path):
    snapshot_of(club, tmp_path / "last")

    found = verify(club, tmp_path / "last")
    assert (found.verification.ok, found.verification.acts) == (True, 0)

    alter(club, "UPDATE state SET value = value || ' ' WHERE place = 5")
    assert first_error(club, tmp_path / "last").table == "state"


@pytest.mark.parametrize(
    ("table", "sql"),
    [
        ("entry", "UPDATE entry SET bytes = bytes || x'00' WHERE position = ? + 1"),
        ("entry", "DELETE FROM entry WHERE position = ? + 3"),
        ("act", "UPDATE act SET id = x'00' WHERE position = ?"),
        ("act", "DELETE FROM act WHERE position = ? + 2"),
        ("header", "UPDATE header SET time = time + 1 WHERE position > ?"),
        ("tile", "DELETE FROM tile WHERE level = 0 AND number = ? >> 8"),
        (
            "state",
            "UPDATE state SET value = value || 'x' WHERE place = 3 AND ?",
        ),
        ("state", "DELETE FROM state WHERE place < ? AND place = 0"),
        ("meta", "UPDATE meta SET value = value || ? WHERE name = 'checkpoint'"),
        ("meta", "UPDATE meta SET value = value || ? WHERE name = 'projection'"),
    ],
)
def test_what_is_altered_after_it_is_named(club, snapshot, size, table, sql):
    alter(club, sql, size)

    assert first_error(club, snapshot).table == table


@pytest.mark.parametrize(
    ("table", "sql"),
    [
        ("entry", "UPDATE entry SET bytes = bytes || x'00' WHERE position = ? - 1"),
        ("entry", "UPDATE entry SET bytes = bytes || x'00' WHERE position = ? - 3"),
        ("tile", "UPDATE tile SET hashes = zeroblob(8192) WHERE number + ? > 0"),
    ],
)
def test_at_the_edge_of_the_snapshot_it_sees(club, snapshot, size, table, sql):
    alter(club, sql, size)

    assert first_error(club, snapshot).table == table


@pytest.mark.parametrize(
    ("table", "sql"),
    [
        ("entry", "UPDATE entry SET bytes = bytes || x'00' WHERE position = ?"),
        ("entry", "DELETE FROM entry WHERE position = ?"),
        ("header", "DELETE FROM header WHERE position > ? - 1"),
    ],
)
def test_earlier_acts_that_are_cited_are_proven(club, snapshot, cited, table, sql):
    alter(club, sql, cited)

    assert first_error(club, snapshot).table == table


def test_signatures_of_a_cited_act_are_proven_too(club, snapshot, cited):
    """Its hash covers the act alone; only the tree covers who has signed it."""
    entry = entry_at(club, cited)
    signature = decode(entry).slots[0].signature
    altered = entry.replace(signature, bytes(64))
    alter(club, "UPDATE entry SET bytes = ? WHERE position = ?", altered, cited)

    error = first_error(club, snapshot)
    assert (error.table, error.entry) == ("entry", cited)
    assert "not under the snapshot's root" in error.reason


def test_the_time_of_a_cited_act_is_proven(club, snapshot, cited):
    header = read_header(entry_at(club, cited + 1)[1:])
    later = replace(header, time=header.time + 3_600)
    sql = "UPDATE entry SET bytes = ? WHERE position = ?"
    alter(club, sql, later.entry(), cited + 1)

    error = first_error(club, snapshot)
    assert (error.table, error.entry) == ("entry", cited + 1)


def test_an_act_under_the_hash_of_a_cited_one_is_seen(club, snapshot, cited):
    sql = "SELECT hash FROM act WHERE position = ?"
    with closing(sqlite3.connect(club / "registry.db")) as connection:
        ((digest,),) = connection.execute(sql, (cited,))
    alter(club, "UPDATE act SET hash = x'00' WHERE position = ?", cited)
    alter(club, "UPDATE act SET hash = ? WHERE position = 2", digest)

    error = first_error(club, snapshot)
    assert (error.table, error.entry) == ("act", 2)


def test_an_index_that_leads_elsewhere_is_named_before_acts_are_looked_up(
    club, snapshot, cited
):
    sql = "SELECT hash FROM act WHERE position = ?"
    with closing(sqlite3.connect(club / "registry.db")) as connection:
        ((digest,),) = connection.execute(sql, (cited,))
    whole = (club / "registry.db").read_bytes()
    seen = set()
    for at in (at for at in range(len(whole)) if whole.startswith(digest, at)):
        altered = bytearray(whole)
        altered[at] ^= 1
        (club / "registry.db").write_bytes(altered)
        error = first_error(club, snapshot)
        seen.add((error.table, error.key.get("index")))

    assert seen == {("act", "sqlite_autoindex_act_1")}


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE act SET id = x'00' WHERE position = 40",
        "UPDATE balance SET balance = balance + 1 WHERE owner > 0",
    ],
)
def test_what_it_says_to_leave_open_it_cannot_see(club, snapshot, sql):
    """Verified from the beginning, all of it is named."""
    alter(club, sql)

    found = verify(club, snapshot)

    assert found.verification.ok
    assert found.unproven == UNPROVEN
    assert not verify_folder(club, projector=Projection()).ok


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE entry SET bytes = bytes || x'00' WHERE position = 40",
        "UPDATE entry SET bytes = x'01' WHERE position = 40",
        "UPDATE entry SET bytes = 'text' WHERE position = 40",
        "DELETE FROM entry WHERE position = 40",
    ],
)
def test_earlier_entries_are_those_that_the_snapshot_stands_on(club, snapshot, sql):
    alter(club, sql)

    assert first_error(club, snapshot).table == "entry"


@pytest.mark.parametrize("hidden", [True, False])
def test_an_act_that_a_host_records_again_after_the_snapshot_is_seen(
    club, snapshot, size, hidden
):
    """He takes the row of the first from the table of acts, so nobody finds it."""
    first = size - 10  # a barter, which no rule keeps from being done twice
    repeated = entry_at(club, first)
    with closing(sqlite3.connect(club / "registry.db")) as connection, connection:
        row = connection.execute("SELECT * FROM act WHERE position = ?", (first,))
        row = row.fetchone()
        connection.execute("DELETE FROM act WHERE position = ?", (first,))
    circuit = making.reopened(club, projector=Projection())
    again = circuit.record(repeated).index
    circuit.registry.close()
    if not hidden:
        with closing(sqlite3.connect(club / "registry.db")) as connection, connection:
            connection.execute("DELETE FROM act WHERE position = ?", (again,))
            connection.execute("INSERT INTO act VALUES (?, ?, ?, ?)", row)

    error = first_error(club, snapshot)

    assert again > size
    assert (error.table, error.entry) == ("entry", again)
    assert error.reason == f"id_taken: entry {first} has that maker and number"
    assert not verify_folder(club, projector=Projection()).ok


def test_a_snapshot_of_another_circuit_is_refused(club, tmp_path):
    (tmp_path / "other").mkdir()
    other = making.found(tmp_path / "other", genesis=making.genesis_entry(demo=True))
    other.registry.close()
    snapshot_of(tmp_path / "other", tmp_path / "foreign")

    with pytest.raises(NotASnapshot, match="another circuit"):
        verify(club, tmp_path / "foreign")


def test_a_snapshot_of_another_log_of_the_circuit_is_a_difference(club, tmp_path):
    """As a host would make it who shows two logs."""
    forked = tmp_path / "forked"
    (tmp_path / "forked").mkdir()
    shutil.copy(club / "registry.db", forked / "registry.db")
    theirs = making.reopened(forked, projector=Projection())
    ours = making.reopened(club, projector=Projection())
    size = ours.registry.size
    theirs._ids = ours._ids = iter(range(10**9, 10**9 + 10))
    theirs.record(theirs.barter("ana", "beto", 7))
    ours.record(ours.barter("ana", "beto", 8))
    theirs.registry.close()
    ours.registry.close()
    snapshot_of(forked, tmp_path / "fork")

    error = first_error(club, tmp_path / "fork")

    assert (error.table, error.entry) == ("entry", size)


def test_a_log_shorter_than_the_snapshot_is_a_difference(club, snapshot, size):
    alter(club, "DELETE FROM entry WHERE position >= ?", size - 10)

    error = first_error(club, snapshot)

    assert (error.table, error.entry) == ("entry", size - 10)


def test_a_snapshot_with_another_state_does_not_open(club, snapshot, tmp_path):
    content = bytearray(snapshot.read_bytes())
    content[-5] ^= 1
    (tmp_path / "altered").write_bytes(content)

    with pytest.raises(NotASnapshot, match="state root"):
        verify(club, tmp_path / "altered")
