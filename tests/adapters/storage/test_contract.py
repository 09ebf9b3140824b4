"""What every store must do; each engine passes the same suite."""

import pytest

from urdimbre.adapters.storage import ENGINES
from urdimbre.adapters.storage.postgres import PostgresStore
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.core.chain.header import FIRST_PREV, Header
from urdimbre.recording.answers import StorageFailed
from urdimbre.recording.log_tree import Tile
from urdimbre.recording.ports import ActRow, Block, Change, StateRow

TABLE = 'CREATE TABLE "line" (position INTEGER PRIMARY KEY, text TEXT)'
LINE = 'INSERT INTO "line" VALUES (?, ?)'


class Sqlite:
    """The default engine: a file."""

    def __init__(self, path):
        self.place, self.none = path / "registry.db", path / "none.db"

    open = staticmethod(SqliteStore)

    def exists(self, place):
        return place.exists()


class Postgres:
    """The tables of a schema, on a server of the tests' own."""

    def __init__(self, server):
        self.server, self.place, self.none = server, server.place(), server.place()

    open = staticmethod(PostgresStore)

    def exists(self, place):
        asked = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
        return bool(self.server.execute(asked, place.schema))


@pytest.fixture(params=ENGINES)
def engine(request, tmp_path):
    if request.param == "sqlite":
        return Sqlite(tmp_path)
    return Postgres(request.getfixturevalue("postgres"))


@pytest.fixture
def store(engine):
    opened = engine.open(engine.place, schema=[TABLE])
    yield opened
    opened.close()


def block(height, first, *, created=(), changed=(), derived=(), tiles=(), **marks):
    """A block with one act at ``first`` and its header after it."""
    header = Header(
        acts=1,
        acts_root="ab" * 32,
        height=height,
        prev=FIRST_PREV,
        rules=1,
        size=first + 1,
        state_root="cd" * 32,
        time=1_700_000_000 + height,
    )
    act = ActRow(first, bytes([first]) * 32, b"b" * 16, bytes([first]) * 16)
    return Block(
        header=header,
        entries=[(first, b"act %d" % first), (first + 1, header.entry())],
        acts=[act],
        created=list(created),
        changed=list(changed),
        tiles=list(tiles),
        marks=marks,
        derived=derived,
    )


def test_an_empty_store_has_nothing(store):
    assert store.size() == 0
    assert store.last_block() is None
    assert store.block_of(0) is None
    assert store.entry(0) is None
    assert list(store.entries()) == []
    assert list(store.state()) == []
    assert store.act_at(b"x" * 32) is None
    assert store.acts_named([(b"b" * 16, b"x" * 16)]) == []
    assert store.acts_named([]) == []
    assert store.tile(0, 0) is None
    assert store.mark("checkpoint") is None


def test_what_a_block_wrote_is_read_back(store):
    one = block(
        0,
        0,
        created=[StateRow(0, "rules", b"{}"), StateRow(1, "unit/SOL", b"{}")],
        tiles=[Tile(0, 0, b"h" * 8192)],
        derived=[Change(LINE, [(0, "first")])],
        checkpoint="signed",
    )
    store.write(one)

    assert store.size() == 2
    assert list(store.entries()) == [b"act 0", one.header.entry()]
    assert store.entry(1) == one.header.entry()
    assert store.act_at(bytes(32)) == 0
    assert (
        store.acts_named([(b"b" * 16, bytes(16)), (b"c" * 16, bytes(16))]) == one.acts
    )
    assert store.last_block() == one.sealed
    assert list(store.state()) == one.created
    assert store.tile(0, 0) == b"h" * 8192
    assert store.mark("checkpoint") == "signed"
    assert store.query('SELECT * FROM "line" WHERE position = ?', (0,)) == [
        (0, "first")
    ]


def test_later_blocks_change_rows_and_marks(store):
    store.write(block(0, 0, created=[StateRow(0, "rules", b"1")], checkpoint="one"))
    store.write(
        block(
            1,
            2,
            created=[StateRow(1, "clock", b"2")],
            changed=[StateRow(0, "rules", b"3")],
            checkpoint="two",
        )
    )

    assert list(store.state()) == [
        StateRow(0, "rules", b"3"),
        StateRow(1, "clock", b"2"),
    ]
    assert store.mark("checkpoint") == "two"
    assert list(store.entries(2)) == [b"act 2", block(1, 2).header.entry()]


def test_an_entry_belongs_to_the_block_whose_header_follows(store):
    one, two = block(0, 0), block(1, 2)
    store.write(one)
    store.write(two)

    assert [store.block_of(position) for position in range(5)] == [
        one.sealed,
        one.sealed,
        two.sealed,
        two.sealed,
        None,
    ]


@pytest.mark.parametrize(
    "broken",
    [
        {"created": [StateRow(0, "again", b"{}")]},
        {"derived": [Change(LINE, [(0, "again")])]},
        {"derived": [Change("INSERT INTO nowhere VALUES (?)", [(0,)])]},
        {"tiles": [Tile(0, 0, b""), Tile(0, 0, b"")]},
    ],
)
def test_a_block_that_does_not_fit_leaves_nothing(store, broken):
    store.write(
        block(
            0,
            0,
            created=[StateRow(0, "rules", b"{}")],
            derived=[Change(LINE, [(0, "first")])],
        )
    )

    with pytest.raises(StorageFailed):
        store.write(block(1, 2, **broken))

    assert store.size() == 2
    assert store.last_block().height == 0
    store.write(block(1, 2))
    assert store.size() == 4


def test_the_same_act_or_number_cannot_stand_twice(store):
    store.write(block(0, 0))
    again = block(1, 2)
    again.acts = [ActRow(2, bytes(32), b"b" * 16, b"n" * 16)]
    with pytest.raises(StorageFailed):
        store.write(again)

    again.acts = [ActRow(2, b"n" * 32, b"b" * 16, bytes(16))]
    with pytest.raises(StorageFailed):
        store.write(again)

    assert store.size() == 2


def test_a_reader_keeps_the_state_of_its_moment(engine, store):
    store.write(block(0, 0))
    reader = engine.open(engine.place, write=False)
    store.write(block(1, 2))

    assert (reader.size(), store.size()) == (2, 4)
    with pytest.raises(StorageFailed):
        reader.write(block(1, 2))
    reader.close()


def test_what_was_written_is_there_after_opening_again(engine, store):
    store.write(block(0, 0, checkpoint="one"))
    store.close()

    again = engine.open(engine.place, schema=[TABLE])
    assert (again.size(), again.mark("checkpoint")) == (2, "one")
    again.close()


def test_a_gap_between_entries_is_a_failure(store):
    store.write(block(0, 0))
    store.write(block(1, 3))

    with pytest.raises(StorageFailed):
        list(store.entries())


def test_what_is_missing_is_not_made_by_looking(engine):
    with pytest.raises(StorageFailed):
        engine.open(engine.none, write=False)

    assert not engine.exists(engine.none)


def test_a_reading_that_is_broken_off_may_end_after_the_store(engine):
    store = engine.open(engine.place, schema=[TABLE])
    rows = [StateRow(place, f"row/{place}", b"{}") for place in range(3)]
    store.write(block(0, 0, created=rows))
    reading = store.state()

    assert next(reading) == rows[0]
    store.close()

    reading.close()
