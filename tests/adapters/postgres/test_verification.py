"""``verify`` names what was altered in PostgreSQL, by value and by table."""

import pytest

from tests.adapters import making
from tests.adapters.postgres.scene import folder_of
from tests.adapters.scene import play
from tests.adapters.test_verification import columns
from urdimbre.adapters.storage.sessions import Unreachable
from urdimbre.adapters.storage.sqlite import CORE_TABLES
from urdimbre.adapters.verification import verify_folder
from urdimbre.projections import tables
from urdimbre.projections.project import Projection

ALL = (*CORE_TABLES, *(one.name for one in tables.TABLES))
ADDED = (
    ("CREATE TABLE {}.extra (a bigint)", "extra"),
    ("CREATE VIEW {}.seen AS SELECT 1", "seen"),
    ("ALTER TABLE {}.balance ADD COLUMN more bigint", "balance"),
    ("ALTER TABLE {}.balance ALTER COLUMN balance TYPE numeric", "balance"),
    ('ALTER TABLE {}.member ALTER COLUMN id TYPE text COLLATE "und-x-icu"', "member"),
    ("ALTER TABLE {}.balance ALTER COLUMN held DROP NOT NULL", "balance"),
    ("ALTER TABLE {}.balance ALTER COLUMN held SET DEFAULT 3", "balance"),
    ("ALTER TABLE {}.balance ADD CHECK (held < 99999)", "balance"),
    ("ALTER TABLE {}.act DROP CONSTRAINT act_hash_key", "act"),
    ("ALTER TABLE {}.balance ENABLE ROW LEVEL SECURITY", "balance"),
    ("CREATE RULE silent AS ON DELETE TO {}.mark DO INSTEAD NOTHING", "mark"),
    ("DROP INDEX {}.move_giver_position", "move"),
    ("DROP TABLE {}.volume", "volume"),
    (
        """CREATE FUNCTION {0}.f() RETURNS trigger LANGUAGE plpgsql AS
 'BEGIN RETURN NULL; END'; CREATE TRIGGER t BEFORE INSERT ON {0}.posting
 FOR EACH ROW EXECUTE FUNCTION {0}.f()""",
        "f",
    ),
)


def recorded_in(place):
    circuit = making.found(place, projector=Projection())
    play(circuit)
    circuit.admit(*(f"member {number}" for number in range(130)))  # a tile is full
    circuit.registry.close()
    return place


@pytest.fixture(scope="module")
def recorded(postgres):
    """A circuit in which every table has rows; tests leave it as it was."""
    return recorded_in(postgres.place())


def verify(place, folder):
    return verify_folder(folder_of(place, folder), projector=Projection())


def other(value):
    """Another value of the same type."""
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    return f"{value}x" if isinstance(value, str) else (value or 0) + 100_000


@pytest.mark.parametrize("table", ALL)
def test_one_altered_value_is_named(recorded, postgres, tmp_path, table):
    where = f'"{recorded.schema}"."{table}"'
    for name, column in columns():
        if name != table:
            continue
        row = f"{where} WHERE ctid = (SELECT max(ctid) FROM {where})"
        ((before, at),) = postgres.execute(f'SELECT "{column}", ctid::text FROM {row}')
        change = f'UPDATE {where} SET "{column}" = %s WHERE ctid = %s::tid'
        change += " RETURNING ctid::text"
        ((at,),) = postgres.execute(change, other(before), at)

        error = verify(recorded, tmp_path).first_error

        assert error is not None, column
        assert error.table == table, column
        assert column in (error.column, *error.key, "bytes", "position")
        postgres.execute(change, before, at)
    assert verify(recorded, tmp_path).first_error is None


@pytest.mark.parametrize("table", ALL)
def test_a_missing_row_is_named(recorded, postgres, tmp_path, table):
    where = f'"{recorded.schema}"."{table}"'
    (gone, *_) = postgres.execute(
        f"DELETE FROM {where} WHERE ctid = (SELECT max(ctid) FROM {where}) RETURNING *"
    )

    error = verify(recorded, tmp_path).first_error

    assert error is not None
    assert error.table == table
    places = ", ".join(["%s"] * len(gone))
    postgres.execute(f"INSERT INTO {where} VALUES ({places})", *gone)
    assert verify(recorded, tmp_path).first_error is None


@pytest.mark.parametrize(("statement", "table"), ADDED)
def test_what_the_program_does_not_make_is_named(postgres, tmp_path, statement, table):
    place = postgres.place()
    making.found(place, projector=Projection()).registry.close()
    assert verify(place, tmp_path).first_error is None

    for one in statement.replace("{0}", "{}").split("; CREATE TRIGGER"):
        whole = one if one.startswith(("CREATE", "ALTER", "DROP")) else None
        text = whole or f"CREATE TRIGGER{one}"
        postgres.execute(text.replace("{}", f'"{place.schema}"'))
    error = verify(place, tmp_path).first_error

    assert error is not None
    assert (error.table, error.column) == (table, "schema")


def test_a_server_that_is_away_has_not_been_verified(tmp_path, postgres):
    place = postgres.place()._replace(conninfo=f"host={tmp_path} dbname=x")

    with pytest.raises(Unreachable):
        verify(place, tmp_path)
