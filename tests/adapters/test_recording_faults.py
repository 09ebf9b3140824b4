"""The registry when the machine fails it: clock, disk, altered files, two writers."""

import sqlite3

import pytest

from tests.adapters import making
from tests.adapters.making import DAY, START
from urdimbre.projections.project import Projection
from urdimbre.recording import (
    ClockOff,
    Closed,
    Damaged,
    Receipt,
    StorageFailed,
)

DAY_SECONDS = 86_400


@pytest.fixture
def circuit(tmp_path):
    circuit = making.found(tmp_path, projector=Projection())
    circuit.admit("ana", "beto")
    yield circuit
    circuit.registry.close()


def after(circuit, seconds):
    """An act made for the clock as it will be then."""
    circuit.clock.now += seconds
    return circuit.barter("ana", "beto", 1)


@pytest.mark.parametrize("seconds", [-60, 0, 1, 30 * DAY_SECONDS])
def test_a_clock_that_fits_seals_and_never_runs_backwards(circuit, seconds):
    receipt = circuit.record(after(circuit, seconds))

    assert receipt.time == START + max(0, seconds)


@pytest.mark.parametrize("seconds", [-61, -400 * DAY_SECONDS, 30 * DAY_SECONDS + 1])
def test_a_clock_far_off_seals_nothing(circuit, seconds):
    circuit.clock.now += seconds
    entry = circuit.sign(
        circuit.draft(
            "exchange",
            making.drafting.exchange(
                min(DAY, circuit.clock.now // DAY_SECONDS),
                making.drafting.deal(
                    "gift",
                    making.drafting.goods(
                        making.id_of("ana"),
                        making.id_of("beto"),
                        category="food",
                        quantity=1,
                    ),
                ),
            ),
            by="ana",
            valid_until=max(START, circuit.clock.now) + 60,
        ),
        "ana",
        "beto",
    )
    size = circuit.registry.size

    with pytest.raises(ClockOff) as off:
        circuit.registry.submit(entry)

    assert (off.value.now, off.value.last) == (circuit.clock.now, START)
    assert circuit.registry.clock_is_off()
    assert circuit.registry.size == size
    with pytest.raises(ClockOff):
        circuit.registry.seal_idle()


def fill(connection, pages):
    connection.execute(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_ends_the_registry_and_loses_nothing(tmp_path):
    circuit = making.found(tmp_path, projector=Projection())
    circuit.admit("ana", "beto")
    registry = circuit.registry
    connection = registry._chain.store._writing
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    receipts = []

    def record_one_after_another():
        for number in range(1000):
            record_one_after_another.rows = dict(registry.state.rows)
            receipts.append(circuit.record(circuit.barter("ana", "beto", 1 + number)))

    with pytest.raises(StorageFailed) as failed:
        record_one_after_another()

    assert "full" in str(failed.value)
    assert dict(registry.state.rows) == record_one_after_another.rows
    with pytest.raises(Closed) as closed:
        registry.submit(circuit.barter("ana", "beto", 1))
    assert "full" in str(closed.value)
    registry.close()

    again = making.reopened(tmp_path, projector=Projection())
    for receipt in receipts:
        assert again.registry.position_of(receipt.act) == receipt.index
    assert again.registry.size == (receipts[-1].index + 2 if receipts else 6)
    assert isinstance(again.record(again.barter("ana", "beto", 1)), Receipt)
    again.registry.close()


class Failing:
    """A store whose next writing fails."""

    def __init__(self, store):
        self.store = store
        self.fails = False

    def __getattr__(self, name):
        return getattr(self.store, name)

    def write(self, block):
        if self.fails:
            raise StorageFailed("input/output error")
        self.store.write(block)


def test_all_who_wait_are_told_when_the_storage_fails(circuit):
    chain = circuit.registry._chain
    chain.store = Failing(chain.store)
    chain.store.fails = True
    entries = [circuit.barter("ana", "beto", 1 + n) for n in range(5)]
    before = (circuit.registry.size, dict(circuit.registry.state.rows))

    with pytest.raises((StorageFailed, Closed)):
        list(circuit.registry.submit_many(entries, group=2))

    assert (circuit.registry.size, dict(circuit.registry.state.rows)) == before
    with pytest.raises(Closed):
        circuit.registry.submit(entries[0])


def test_what_is_reopened_stands_where_it_stood(tmp_path):
    circuit = making.found(tmp_path, projector=Projection())
    circuit.admit("ana", "beto")
    for answer in circuit.registry.submit_many(
        [circuit.barter("ana", "beto", 1 + n) for n in range(300)]
    ):
        assert isinstance(answer, Receipt)
    before = circuit.registry
    before.close()

    again = making.reopened(tmp_path, projector=Projection())

    assert again.registry.state.rows == before.state.rows
    assert again.registry.state.places == before.state.places
    assert again.registry.state.time == before.state.time
    assert again.registry.genesis == before.genesis
    assert again.registry._chain.log.root() == before._chain.log.root()
    assert again.registry._chain.header == before._chain.header
    again.admit("carla")
    again.registry.close()


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("DELETE FROM entry WHERE position = 3", "entry"),
        ("UPDATE entry SET bytes = x'02' WHERE position = 5", "entry"),
        ("UPDATE entry SET bytes = bytes || x'20' WHERE position = 4", "entry"),
        ("UPDATE entry SET bytes = x'01' WHERE position = 0", "entry"),
        ("DELETE FROM header", "header"),
        ("UPDATE header SET hash = zeroblob(32) WHERE height = 2", "header"),
        ("UPDATE state SET value = x'7b7d' WHERE place = 0", "state"),
        ("UPDATE state SET key = 'nothing' WHERE place = 0", "state"),
        (
            "UPDATE state SET value = value || '' WHERE key = 'agreement/sponsors'",
            "state",
        ),
        ("DELETE FROM state WHERE place = 3", "state"),
        ("UPDATE meta SET value = 'other' WHERE name = 'genesis'", "meta"),
    ],
)
def test_what_does_not_fit_together_is_not_opened(tmp_path, statement, table):
    circuit = making.found(tmp_path, projector=Projection())
    circuit.admit("ana", "beto")
    circuit.registry.close()
    connection = sqlite3.connect(tmp_path / "registry.db")
    with connection:
        changed = connection.execute(statement).rowcount
    connection.close()
    assert changed > 0

    with pytest.raises(Damaged) as damaged:
        making.reopened(tmp_path, projector=Projection())

    assert damaged.value.table == table


def test_a_lost_tile_is_not_opened(tmp_path):
    circuit = making.found(tmp_path)
    circuit.admit("ana", "beto")
    list(
        circuit.registry.submit_many(
            [circuit.barter("ana", "beto", 1) for _ in range(300)]
        )
    )
    circuit.registry.close()
    connection = sqlite3.connect(tmp_path / "registry.db")
    with connection:
        connection.execute("DELETE FROM tile")
    connection.close()

    with pytest.raises(Damaged) as damaged:
        making.reopened(tmp_path)

    assert damaged.value.table == "tile"


def test_why_it_has_ended_is_told_to_who_waits_for_it(tmp_path):
    for name in ("asked", "failing"):
        (tmp_path / name).mkdir()
    asked = making.found(tmp_path / "asked")
    asked.registry.close()
    circuit = making.found(tmp_path / "failing")
    chain = circuit.registry._chain
    chain.store = Failing(chain.store)
    chain.store.fails = True
    with pytest.raises(StorageFailed):
        circuit.registry.submit(circuit.admission("ana"))

    assert asked.registry.ended() is None
    assert isinstance(circuit.registry.ended(), StorageFailed)
    circuit.registry.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_writer_that_dies_of_a_bug_has_ended_too(tmp_path):
    circuit = making.found(tmp_path)
    writer = circuit.registry._writer
    writer._tell = None
    writer.put([circuit.registry._read(circuit.admission("ana"))])

    assert isinstance(circuit.registry.ended(), Closed)
    circuit.registry.close()
