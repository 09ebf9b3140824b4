"""verify: the indexes in PostgreSQL, too, lead to the rows of their tables."""

from contextlib import closing

import pytest

from tests.adapters import making
from tests.adapters.postgres.scene import folder_of
from tests.adapters.scene import play
from tests.postgres_server import Server
from urdimbre.adapters.resuming import verify_from
from urdimbre.adapters.snapshot import snapshot_of
from urdimbre.adapters.storage import lookups
from urdimbre.adapters.storage.lookups import Index, first_lost, indexes
from urdimbre.adapters.storage.sessions import Place, connect
from urdimbre.adapters.storage.sqlite import CORE_TABLES
from urdimbre.adapters.verification import verify_folder
from urdimbre.projections.project import Projection
from urdimbre.projections.tables import TABLES
from urdimbre.recording.answers import StorageFailed

USER = "somebody"
ALL = (*CORE_TABLES, *(table.name for table in TABLES))


@pytest.fixture(scope="module")
def postgres():
    """A server of these tests' own, on which nobody else keeps old rows alive."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def recorded(postgres):
    """A circuit of a user without any privilege but over her own schema."""
    postgres.execute(f"CREATE USER {USER}")
    postgres.execute(f"GRANT CREATE ON DATABASE postgres TO {USER}")
    place = postgres.place()
    told = place.conninfo.replace("user=urdimbre", f"user={USER}")
    place = Place(told, place.schema)
    circuit = making.found(place, projector=Projection())
    play(circuit)
    circuit.admit(*(f"member {number}" for number in range(130)))  # a tile is full
    circuit.registry.close()
    return place


def found(place):
    with closing(connect(place)) as connection:
        return indexes(connection, place)


def lost(place):
    with closing(connect(place)) as connection:
        return first_lost(connection, place)


class Unkept:
    """An index that misses what is written meanwhile; made anew at the end."""

    def __init__(self, postgres, place, name, *, flag="indisready"):
        self.index = f'"{place.schema}"."{name}"'
        self._postgres = postgres
        which = f"WHERE indexrelid = '{self.index}'::regclass"
        self._switch = f"UPDATE pg_index SET {flag} = %s {which}"

    def write(self, statement):
        """Run a statement of which the index learns nothing."""
        self._postgres.execute(self._switch, False)  # noqa: FBT003
        try:
            return self._postgres.execute(statement)
        finally:
            self._postgres.execute(self._switch, True)  # noqa: FBT003

    def made_anew(self):
        """End the damage."""
        self._postgres.execute(f"REINDEX INDEX {self.index}")


def rewritten(place, table):
    """Write a row out and in again: the table says the same as before."""
    where = f'"{place.schema}"."{table}"'
    return (
        f"WITH one AS (DELETE FROM {where} WHERE ctid = (SELECT max(ctid) FROM {where})"
        f" RETURNING *) INSERT INTO {where} SELECT * FROM one RETURNING 1"
    )


def test_every_index_is_looked_through_without_privileges(recorded, postgres):
    privileged = postgres.execute(
        "SELECT rolsuper FROM pg_roles WHERE rolname = %s", USER
    )

    assert privileged == [(False,)]
    assert {index.table for index in found(recorded)} == set(ALL)
    assert lost(recorded) is None


def test_a_row_that_an_index_does_not_know_is_named(recorded, postgres):
    for index in found(recorded):
        unkept = Unkept(postgres, recorded, index.name)
        written = unkept.write(rewritten(recorded, index.table))
        assert written == [(1,)], index.table

        told = lost(recorded)

        assert told is not None, index.name
        assert (told.table, told.name) == (index.table, index.name)
        unkept.made_anew()
    assert lost(recorded) is None


def test_an_index_that_leads_to_rows_by_keys_of_none_is_named(recorded, postgres):
    """As if the old entry had stayed when its row's place was given to another."""
    unkept = Unkept(postgres, recorded, "custody_holder")
    table = f'"{recorded.schema}".custody'
    put = (
        f"INSERT INTO {table} SELECT 99999, deal, move, owner, %s, category, product,"
        f" unit, quantity, held, may FROM {table} ORDER BY position LIMIT 1"
    )
    delete = f"DELETE FROM {table} WHERE position = 99999"
    vacuum = f"VACUUM (INDEX_CLEANUP ON) {table}"
    postgres.execute(vacuum)  # the first free place is the next one's
    postgres.execute(put, 111)
    unkept.write(delete)
    unkept.write(vacuum)
    postgres.execute(put, 222)

    told = lost(recorded)

    assert told.name == "custody_holder"
    assert told.told.startswith("it leads to ")
    postgres.execute(delete)
    unkept.made_anew()


def test_an_index_that_leads_to_a_row_with_another_key_is_named(recorded, postgres):
    """The row is changed in its place, and the index goes on leading there."""
    unkept = Unkept(postgres, recorded, "custody_holder", flag="indislive")
    table = f'"{recorded.schema}".custody'
    ((before, at),) = postgres.execute(f"SELECT holder, position FROM {table} LIMIT 1")
    change = f"UPDATE {table} SET holder = {{}} WHERE position = {at}"
    unkept.write(change.format(before + 7))

    told = lost(recorded)

    assert (told.name, told.told.split(",")[1]) == (
        "custody_holder",
        f" {before + 7} is not what stands in the table",
    )
    postgres.execute(change.format(before))
    unkept.made_anew()


def test_verify_names_it_though_every_row_is_right(recorded, postgres, tmp_path):
    folder = folder_of(recorded, tmp_path)
    snapshot_of(folder, tmp_path / "state")
    assert verify_folder(folder, projector=Projection()).ok
    unkept = Unkept(postgres, recorded, "act_hash_key")
    unkept.write(rewritten(recorded, "act"))

    whole = verify_folder(folder, projector=Projection())
    later = verify_from(folder, tmp_path / "state", projector=Projection()).verification

    for error in (whole.first_error, later.first_error):
        assert (error.table, error.key) == ("act", {"index": "act_hash_key"})
        assert error.reason.startswith("an index or a page does not fit: looked up by")
    unkept.made_anew()


@pytest.mark.parametrize("form", [0, 1])
def test_both_ways_of_asking_find_it(recorded, postgres, monkeypatch, form):
    """A later server may see through the first: then the second has to serve."""
    monkeypatch.setattr(lookups, "_SAME", lookups._SAME[form : form + 1])
    assert lost(recorded) is None
    for name in ("move_giver_position", "mark_pkey", "state_key_key"):
        unkept = Unkept(postgres, recorded, name)
        unkept.write(rewritten(recorded, name.split("_")[0]))
        assert lost(recorded).name == name
        unkept.made_anew()


def test_a_server_that_goes_another_way_has_not_been_looked_through(recorded):
    index = Index("act", "no_such_index", ["hash"])
    with closing(connect(recorded)) as connection:
        asked = lookups._looked_up(recorded, index)
        with pytest.raises(StorageFailed, match="not go by the index no_such_index"):
            lookups._answers(connection, index, *asked)
