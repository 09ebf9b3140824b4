"""verify: every value of every table against the log, and the first that differs."""

# ruff: noqa: S608 - the tables and columns are our own

import shutil
import sqlite3

import pytest

from tests.adapters import making, scene
from urdimbre.adapters.desk import Desk, sealed
from urdimbre.adapters.storage.sqlite import SCHEMA
from urdimbre.adapters.verification import verify_folder
from urdimbre.core.chain.entry import header_entry
from urdimbre.core.chain.header import read_header
from urdimbre.projections.project import Projection
from urdimbre.projections.tables import SCHEMA as DERIVED
from urdimbre.projections.tables import TABLES
from urdimbre.recording import Receipt

CORE = ("entry", "act", "header", "state", "tile", "meta")
ALL = (*CORE, *(table.name for table in TABLES))
BARTERS = 260


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recorded")
    circuit = making.found(folder, projector=Projection())
    scene.play(circuit)
    entries = [circuit.barter("ana", "beto", 1 + n) for n in range(BARTERS)]
    answers = list(circuit.registry.submit_many(entries, group=300))
    assert all(isinstance(answer, Receipt) for answer in answers)
    circuit.registry.close()
    return folder


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The same without so many acts: rows in every table but that of the tiles."""
    folder = tmp_path_factory.mktemp("played")
    circuit = making.found(folder, projector=Projection())
    scene.play(circuit)
    circuit.registry.close()
    return folder


@pytest.fixture
def little(played, tmp_path):
    return shutil.copytree(played, tmp_path / "little")


@pytest.fixture
def copy(recorded, tmp_path):
    shutil.copytree(recorded, tmp_path / "copy")
    return tmp_path / "copy"


def verify(folder):
    return verify_folder(folder, projector=Projection())


def alter(folder, *statements):
    connection = sqlite3.connect(folder / "registry.db")
    with connection:
        for statement in statements:
            connection.execute(
                *statement if isinstance(statement, tuple) else [statement]
            )
    connection.close()


def _empty():
    """A registry without rows, as the program makes it."""
    connection = sqlite3.connect(":memory:")
    for statement in (*SCHEMA, *DERIVED):
        connection.execute(statement)
    return connection


def columns():
    connection, found = _empty(), []
    for table in ALL:
        found += [
            (table, row[1])
            for row in connection.execute(f'PRAGMA table_info("{table}")')
        ]
    connection.close()
    return found


def test_what_was_recorded_verifies(recorded):
    told = verify(recorded).told()

    assert told["first_error"] is None
    assert told["ok"] is True
    assert told["acts"] == 21 + BARTERS
    assert told["signatures"] > 2 * BARTERS
    assert set(told["covered"]) == set(ALL)
    assert list(told) == [
        "ok",
        "acts",
        "blocks",
        "signatures",
        "log_root",
        "state_root",
        "covered",
        "first_error",
    ]


def test_the_roots_told_are_those_of_the_last_checkpoint(recorded):
    circuit = making.reopened(recorded, projector=Projection())
    checkpoint = circuit.registry.checkpoint()
    state_root = circuit.registry._chain.header.state_root
    circuit.registry.close()

    verified = verify(recorded)

    from base64 import b64encode

    root = b64encode(bytes.fromhex(verified.log_root)).decode()
    assert checkpoint.split("\n")[2] == root
    assert verified.state_root == state_root


@pytest.mark.parametrize(("table", "column"), columns())
def test_one_altered_value_is_named(copy, table, column):
    (row,) = _rows(copy, table)
    changed = _other(row[column])

    alter(
        copy,
        (
            f'UPDATE "{table}" SET "{column}" = ? WHERE {_where(row)}',
            (changed, *row.values()),
        ),
    )
    error = verify(copy).first_error

    assert error is not None
    assert error.table == table
    if column not in ("position", "bytes"):
        assert column in (error.column, *error.key)


def _rows(folder, table):
    """One row of a table; of the entries, one that is an act."""
    connection = sqlite3.connect(folder / "registry.db")
    connection.row_factory = sqlite3.Row
    at = "WHERE position = 12" if table == "entry" else ""
    found = [dict(row) for row in connection.execute(f'SELECT * FROM "{table}" {at}')]
    connection.close()
    return found[len(found) // 2 :][:1]


def _where(row):
    return " AND ".join(f'"{name}" IS ?' for name in row)


def _other(value):
    if isinstance(value, bytes):
        return value[:-1] + bytes((value[-1] ^ 1,))
    if isinstance(value, int):
        return value + 100_000
    return "other" if value is None else value + "x"


OTHER_CLASSES = {
    bytes: ('CAST("{0}" AS TEXT)', 'zeroblob(length("{0}"))', "\"{0}\" || x'00'"),
    int: ('"{0}" + 0.5', "\"{0}\" || 'x'", 'CAST("{0}" AS BLOB)', '-"{0}" - 1'),
    str: ('CAST("{0}" AS BLOB)', '"{0}" || char(0)', "CAST(x'ff' AS TEXT)"),
    type(None): ("0", "''", "x''"),
}
"""Values of another storage class or length, which a careless comparison lets pass."""


@pytest.mark.parametrize(("table", "column"), columns())
def test_a_value_of_another_class_is_named(copy, little, table, column):
    """Each as SQLite keeps it: whole numbers, texts, bytes, and where allowed none."""
    folder = copy if table == "tile" else little
    whole = (folder / "registry.db").read_bytes()
    (row,) = _rows(folder, table)
    tried = 0
    for way in (*OTHER_CLASSES[type(row[column])], "NULL"):
        if not changes(folder, table, column, to=way.format(column), row=row):
            continue
        error = verify(folder).first_error
        assert error is not None, way
        assert error.table == table, way
        (folder / "registry.db").write_bytes(whole)
        tried += 1

    assert tried >= 1


def changes(folder, table, column, *, to, row):
    """Change a value; not allowed as a key, or where something must stand, or same."""
    same = f'"{column}" IS {to} AND typeof("{column}") = typeof({to})'
    sql = f'UPDATE "{table}" SET "{column}" = {to} WHERE {_where(row)} AND NOT ({same})'
    connection = sqlite3.connect(folder / "registry.db")
    try:
        with connection:
            return connection.execute(sql, tuple(row.values())).rowcount == 1
    except sqlite3.IntegrityError:
        return False
    finally:
        connection.close()


CLASSES_OF_AN_ENTRY = {
    "marker": 0,
    "number of slots": 1,
    "algorithm": 2,
    "member": 3,
    "key": 19,
    "mandate": 27,
    "signature": 43,
    "last byte of the signature": 106,
    "first byte of the act": -1,
    "act": None,
}


@pytest.mark.parametrize("place", CLASSES_OF_AN_ENTRY)
@pytest.mark.parametrize("bit", [0, 7])
def test_each_class_of_bytes_of_an_entry_is_named(copy, place, bit):
    (row,) = _rows(copy, "entry")
    entry = bytearray(row["bytes"])
    at = CLASSES_OF_AN_ENTRY[place]
    begins = 2 + 105 * entry[1]
    at = {None: begins + 40, -1: begins}.get(at, at)
    entry[at] ^= 1 << bit

    sql = "UPDATE entry SET bytes = ? WHERE position = ?"
    alter(copy, (sql, (bytes(entry), row["position"])))
    error = verify(copy).first_error

    assert error is not None
    assert (error.table, error.entry) == ("entry", row["position"])


def _indexes():
    connection = _empty()
    sql = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'index' ORDER BY name"
    found = connection.execute(sql).fetchall()
    connection.close()
    return found


@pytest.mark.parametrize(("index", "table"), _indexes())
def test_an_index_that_leads_elsewhere_is_named(copy, index, table):
    """The table is as it was: only who looks something up would be led astray."""
    other = next(one for one in _indexes() if one[0] != index)
    swap = (
        "UPDATE sqlite_master SET rootpage = (SELECT sum(rootpage) FROM sqlite_master"
        " WHERE name IN (?1, ?2)) - rootpage WHERE name IN (?1, ?2)"
    )

    alter(copy, "PRAGMA writable_schema = 1", (swap, (index, other[0])))
    error = verify(copy).first_error

    assert error is not None
    assert error.table in (table, other[1])
    assert error.key["index"] in (index, other[0])


def test_a_turned_bit_in_an_index_is_named(copy):
    (row,) = _rows(copy, "act")
    whole = (copy / "registry.db").read_bytes()
    places = [at for at in range(len(whole)) if whole.startswith(row["hash"], at)]
    seen = []
    for at in places:
        altered = bytearray(whole)
        altered[at + 31] ^= 1
        (copy / "registry.db").write_bytes(altered)
        error = verify(copy).first_error
        assert error is not None
        seen.append((error.table, error.column, error.key.get("index")))

    assert sorted(seen) == [
        ("act", "", "sqlite_autoindex_act_1"),
        ("act", "hash", None),
    ]


@pytest.mark.parametrize("table", ALL)
def test_a_missing_row_is_named(copy, table):
    (row,) = _rows(copy, table)

    alter(copy, (f'DELETE FROM "{table}" WHERE {_where(row)}', tuple(row.values())))
    error = verify(copy).first_error

    assert error is not None
    assert error.table == table


@pytest.mark.parametrize("table", ALL)
def test_a_row_too_many_is_named(copy, table):
    (row,) = _rows(copy, table)
    others = [_other(value) for value in row.values()]
    places = ", ".join("?" * len(others))

    alter(copy, (f'INSERT INTO "{table}" VALUES ({places})', others))
    error = verify(copy).first_error

    assert error is not None
    assert error.table == table


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("CREATE TABLE notes (text TEXT)", "notes"),
        ("CREATE INDEX act_by ON act (by)", "act"),
        ('DROP INDEX "move_giver_position"', "move"),
        ("CREATE VIEW members AS SELECT * FROM member", "members"),
        (
            "CREATE TRIGGER quietly AFTER INSERT ON mark BEGIN DELETE FROM mark; END",
            "mark",
        ),
    ],
)
def test_what_the_program_did_not_make_is_named(copy, statement, table):
    alter(copy, statement)
    error = verify(copy).first_error

    assert error is not None
    assert error.table == table


@pytest.mark.parametrize(
    "changed",
    [
        {"time": 1},
        {"acts": 7},
        {"acts_root": "22" * 32},
        {"state_root": "00" * 32},
        {"prev": "11" * 32},
        {"height": 999},
        {"size": 3},
        {"rules": 2},
    ],
)
def test_an_altered_last_header_is_named(copy, changed):
    connection = sqlite3.connect(copy / "registry.db")
    position, entry = connection.execute(
        "SELECT position, bytes FROM entry ORDER BY position DESC LIMIT 1"
    ).fetchone()
    connection.close()
    header = read_header(entry[1:])
    values = {name: getattr(header, name) for name in header.__slots__} | changed
    altered = header_entry(type(header)(**values).encode())

    alter(copy, ("UPDATE entry SET bytes = ? WHERE position = ?", (altered, position)))
    error = verify(copy).first_error

    assert error is not None
    assert (error.table, error.entry) == ("entry", position)
    assert error.column in changed


def test_a_log_cut_off_after_its_last_act_is_named(copy):
    alter(copy, "DELETE FROM entry WHERE position = (SELECT max(position) FROM entry)")
    error = verify(copy).first_error

    assert error is not None
    assert error.table == "entry"
    assert error.reason == "no header follows"


def test_a_checkpoint_that_another_key_signed_is_named(copy):
    connection = sqlite3.connect(copy / "registry.db")
    (text,) = connection.execute(
        "SELECT value FROM meta WHERE name = 'checkpoint'"
    ).fetchone()
    connection.close()
    altered = text[:-10] + ("A" if text[-10] != "A" else "B") + text[-9:]

    alter(copy, ("UPDATE meta SET value = ? WHERE name = 'checkpoint'", (altered,)))
    error = verify(copy).first_error

    assert error is not None
    assert (error.table, error.column) == ("meta", "value")


@pytest.mark.parametrize(
    "changed",
    [{"payload": b"three sacks of rice"}, {"salt": bytes(16)}, {"field": "party"}],
)
def test_a_payload_that_is_not_what_was_committed_to_is_named(copy, changed):
    desk = Desk(copy / "desk.db")
    kept = sealed("description", b"two sacks of rice")
    desk.add_payloads([kept])
    assert verify(copy).ok

    desk.add_payloads([kept._replace(**changed)])
    error = verify(copy).first_error

    assert error is not None
    assert error.table == "payload"
    assert error.key == {"commitment": kept.commitment}


def test_an_erased_payload_is_no_error(copy):
    desk = Desk(copy / "desk.db")
    kept = sealed("description", b"two sacks of rice")
    desk.add_payloads([kept])
    desk.erase_payloads([kept.commitment])

    assert verify(copy).ok


def test_a_file_that_is_no_database_is_an_error_and_no_crash(tmp_path):
    (tmp_path / "registry.db").write_bytes(b"no database at all" * 1000)
    (tmp_path / "desk.db").write_bytes(b"")

    error = verify(tmp_path).first_error

    assert error is not None
    assert error.table == "registry.db"
