"""What one member may send holds over all workers of a circuit in PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from psycopg import sql

from tests.adapters import making
from tests.adapters.postgres.scene import founded, sequencing, working
from urdimbre.adapters.storage.inbox import PostgresInbox, SequencerInbox
from urdimbre.adapters.storage.postgres import PostgresStore
from urdimbre.recording.answers import BrokenBytes, TooManyActs

ANA, BETO = making.id_of("ana"), making.id_of("beto")
FEW = 10
"""The least that an agreement may allow: the next one comes after six minutes."""


@pytest.fixture
def place(postgres):
    place = postgres.place()
    founded(place)
    return place


@pytest.fixture
def alter(place, postgres):
    def run(statement):
        table = sql.Identifier(place.schema, "quota")
        return postgres.execute(sql.SQL(statement).format(table))

    return run


@pytest.fixture
def two(place):
    with (
        closing(PostgresInbox(place)) as one,
        closing(PostgresInbox(place)) as other,
    ):
        yield one.quota, other.quota


def test_two_workers_count_together(two):
    waits = [two[turn % 2].take(ANA, FEW) for turn in range(FEW)]
    over = [quota.take(ANA, FEW) for quota in two]

    assert waits == [0] * FEW
    assert all(0 < wait <= 361 for wait in over)
    assert two[0].take(BETO, FEW) == 0


def test_many_at_once_are_counted_one_by_one(two):
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda turn: two[turn % 2].take(ANA, FEW), range(40)))

    assert waits.count(0) == FEW


def test_a_bucket_fills_again_and_no_further_than_to_the_brim(two, alter):
    for _ in range(4):
        two[0].take(ANA, FEW)
    alter("UPDATE {} SET remaining = 0, since = since - interval '6 minutes'")

    assert two[1].take(ANA, FEW) == 0
    assert two[1].take(ANA, FEW) > 0
    alter("UPDATE {} SET since = since - interval '3 days'")
    assert [two[1].take(ANA, FEW) for _ in range(5)] == [0] * 5
    ((left,),) = alter("SELECT remaining FROM {}")
    assert 5 <= left < 6


def test_a_clock_of_the_server_that_is_set_back_takes_nothing(two, alter):
    two[0].take(ANA, FEW)
    alter("UPDATE {} SET since = since + interval '3 days'")

    assert two[1].take(ANA, FEW) == 0
    ((left,),) = alter("SELECT remaining FROM {}")
    assert FEW - 2 <= left < FEW - 1


def test_an_agreement_on_fewer_holds_at_once(two, alter):
    two[0].take(ANA, 600)

    assert [two[1].take(ANA, FEW) for _ in range(FEW)] == [0] * FEW
    assert two[1].take(ANA, FEW) > 0
    assert two[0].take(ANA, FEW) > 0


def test_a_flood_that_a_worker_ends_itself_asks_the_server_nothing(two, alter):
    for _ in range(FEW):
        two[0].take(ANA, FEW)
    alter("DROP TABLE {}")

    assert two[0].take(ANA, FEW) > 0


def test_buckets_that_are_full_again_are_forgotten(place, two, alter):
    two[0].take(ANA, FEW)
    two[0].take(BETO, FEW)
    alter(
        f"UPDATE {{}} SET since = since - interval '61 minutes' WHERE sender = '{ANA}'"
    )

    with closing(SequencerInbox(place, 1)) as inbox:
        inbox.forget_old()

    assert alter("SELECT sender FROM {}") == [(BETO,)]


def test_a_circuit_of_before_gets_the_table(place, alter):
    alter("DROP TABLE {}")

    PostgresStore(place).close()

    assert alter("SELECT * FROM {}") == []


def test_the_pages_of_each_worker_refuse_what_is_over_it(place, alter):
    with sequencing(place), working(place, 2) as (one, other):
        assert isinstance(one.submit(b"\x01", sender=ANA), BrokenBytes)
        # Emptier than any test is slow: six seconds refill one.
        alter("UPDATE {} SET remaining = -100000")

        refused = other.submit(b"\x01", sender=ANA)
        others = other.submit(b"\x01", sender=BETO)

        assert isinstance(refused, TooManyActs)
        assert (refused.member, refused.most) == (ANA, 600)
        assert isinstance(others, BrokenBytes)
