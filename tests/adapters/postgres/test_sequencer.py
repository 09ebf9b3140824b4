"""One sequencer for several workers: fenced, and answers that outlive who waits."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.adapters import making
from tests.adapters.postgres.scene import (
    PAIR,
    Sequencer,
    balance,
    folder_of,
    founded,
    sequencing,
    worker,
    working,
)
from urdimbre.adapters import sequencing as sequences
from urdimbre.adapters.storage import inbox as inboxes
from urdimbre.adapters.storage import shared_quota
from urdimbre.adapters.storage.inbox import KEPT, PostgresInbox, SequencerInbox
from urdimbre.adapters.storage.postgres import PostgresStore
from urdimbre.adapters.verification import verify_folder
from urdimbre.core.accounts import OverCreditLimit
from urdimbre.core.chain.entry import decode
from urdimbre.core.refusals import UnknownMember
from urdimbre.projections.project import Projection
from urdimbre.recording import (
    Fenced,
    IdTaken,
    Overloaded,
    Receipt,
    StorageFailed,
    Unanswered,
    forwarding,
)
from urdimbre.recording.answer_text import answer_of
from urdimbre.recording.forwarding import Forwarder

BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@pytest.fixture
def place(postgres):
    return postgres.place()


def reopened(place):
    """The same circuit for making more entries, from a sequencer of its own."""
    return making.reopened(place, projector=Projection())


def test_a_worker_hands_over_and_gets_the_receipt(place):
    entries = founded(place, 2)

    with sequencing(place) as sequencer, working(place) as (one,):
        first, second = (one.submit(entry) for entry in entries)

        assert isinstance(first, Receipt)
        assert (first.index, second.index) == (6, 8)
        assert one.entry(first.index) == entries[0]
        assert one.size == sequencer.registry.size == 10
        assert balance(one) == balance(sequencer.registry) == 3
        assert one.submit(entries[0]) == first


def test_a_worker_is_told_the_same_refusal_as_anybody(place):
    founded(place)
    making_more = reopened(place)
    too_much = making_more.barter(*PAIR, 10**12)
    making_more.registry.close()

    with sequencing(place) as sequencer, working(place) as (one,):
        here = one.submit(too_much)
        # Past the worker's own check it is the sequencer that refuses.
        (there,) = one.submit_many([too_much])

        assert isinstance(here, OverCreditLimit)
        assert there == here == sequencer.registry.submit(too_much)
        assert one.check(b"{}") == sequencer.registry.check(b"{}")


def test_another_act_under_the_same_number_is_refused_everywhere(place):
    founded(place)
    circuit = reopened(place)
    entry = circuit.barter(*PAIR, 5)
    circuit._ids = iter([10**6 + 1] * 9)
    other = circuit.barter(*PAIR, 6)
    again = circuit.barter(*PAIR, 7)
    circuit.registry.close()

    with sequencing(place), working(place, 2) as (one, two):
        first = one.submit(other)
        answer = two.submit(again)

        assert isinstance(first, Receipt)
        assert answer == IdTaken(first.id, first.act)
        assert isinstance(one.submit(entry), Receipt)


def test_several_workers_submit_at_once(place, tmp_path):
    entries = founded(place, 60)

    with sequencing(place), working(place, 3) as workers:
        with ThreadPoolExecutor(6) as threads:
            answers = list(
                threads.map(
                    lambda at: workers[at % 3].submit(entries[at % 60]), range(120)
                )
            )

        assert all(isinstance(one, Receipt) for one in answers)
        assert answers[:60] == answers[60:]
        assert len({one.index for one in answers}) == 60
        for one in workers:
            one._writer.catch_up()
            assert balance(one) == sum(range(1, 61))
    verified = verify_folder(folder_of(place, tmp_path), projector=Projection())
    assert verified.first_error is None
    assert verified.acts == 3 + 60


def test_a_worker_that_is_behind_refuses_nothing_by_mistake(place):
    founded(place)
    circuit = reopened(place)
    admission, entry = circuit.admission("cora"), circuit.barter("ana", "cora", 5)
    act = decode(entry).act
    circuit.registry.close()

    with sequencing(place), working(place, 2) as (one, two):
        two._writer._closing.set()  # it follows no more by itself
        two._writer._thread.join()
        assert two.check(act)[0] == UnknownMember(making.id_of("cora"))
        one.submit(admission)

        assert UnknownMember not in [type(found) for found in two.check(act)]
        assert two.size == 8


def test_the_first_sequencer_is_refused_once_another_has_begun(place):
    entries = founded(place, 2)
    stale = making.registry(place, making.Clock(), projector=Projection())
    fresh = making.registry(place, making.Clock(), projector=Projection())

    with pytest.raises(Fenced) as fenced:
        stale.submit(entries[0])
    answer = fresh.submit(entries[0])

    assert isinstance(answer, Receipt)
    assert fenced.value.exit_code == 6
    assert fenced.value.epoch == stale.store.epoch == fresh.store.epoch - 1
    assert fresh.size == 8
    stale.close()
    fresh.close()


def test_a_stale_sequencer_ends_by_itself(place):
    founded(place)
    stale = Sequencer(place)

    with sequencing(place):
        stale.join()

    assert isinstance(stale.failed, Fenced)
    stale.close()


def test_a_stale_sequencer_answers_nobody(place):
    (entry,) = founded(place, 1)
    store = PostgresStore(place)
    old, inbox = SequencerInbox(place, store.epoch), PostgresInbox(place)
    (number,) = inbox.put([entry], most=10)
    PostgresStore(place).close()

    with pytest.raises(Fenced):
        old.answer({number: '["receipt"]'})

    assert inbox.answers([number]) == {}
    for one in (store, old, inbox):
        one.close()


def test_who_takes_over_waits_for_the_block_that_is_being_written(place, postgres):
    founded(place)
    stale = PostgresStore(place)
    opened = threading.Event()

    def take_over():
        PostgresStore(place).close()
        opened.set()

    with stale._own_transaction() as cursor:
        thread = threading.Thread(target=take_over)
        thread.start()
        cursor.execute("SELECT 1")
        end = time.monotonic() + 30
        while postgres.execute(BLOCKED) == [(0,)] and time.monotonic() < end:
            time.sleep(0.02)
        assert postgres.execute(BLOCKED) == [(1,)]
        assert not opened.is_set()
    thread.join(30)

    assert opened.is_set()
    stale.close()


def test_an_act_waits_for_a_sequencer_and_its_answer_for_the_worker(place):
    entries = founded(place, 1)
    inbox = PostgresInbox(place)
    (number,) = inbox.put(entries, most=10)
    inbox.close()  # the worker has died

    with sequencing(place) as sequencer, working(place) as (other,):
        receipt = other.submit(entries[0])

        later = PostgresInbox(place)
        end = time.monotonic() + 30
        while not later.answers([number]) and time.monotonic() < end:
            later.wait(0.1)
        assert answer_of(later.answers([number])[number]) == receipt
        assert sequencer.registry.size == 8
        later.close()


def test_hints_may_all_be_lost(place, monkeypatch):
    """Both sides look by themselves; what NOTIFY says only saves the waiting."""
    nothing = "SELECT %s::text"
    monkeypatch.setattr(inboxes, "_HINT", nothing)
    entries = founded(place, 2)

    with sequencing(place), working(place) as (one,):
        receipts = [one.submit(entry) for entry in entries]

    assert all(isinstance(receipt, Receipt) for receipt in receipts)


def test_both_sides_look_each_second():
    assert (sequences.POLL_SECONDS, forwarding.POLL_SECONDS) == (1, 1)


def test_tables_are_made_whole_or_not_at_all(place, postgres, monkeypatch):
    """The statement that fails is the last one before the sequencer is known."""
    monkeypatch.setattr(shared_quota, "TABLE", "CREATE TABLE quota (of nothing)")

    with pytest.raises(StorageFailed):
        making.found(place, projector=Projection())

    schemas = "SELECT count(*) FROM pg_namespace WHERE nspname = %s"
    assert postgres.execute(schemas, place.schema) == [(0,)]


def test_who_waits_without_a_sequencer_gives_up_and_can_send_again(place):
    entries = founded(place, 1)

    with working(place) as (one,):
        one._writer._answer_seconds = 0.2
        with pytest.raises(Unanswered) as unanswered:
            one.submit(entries[0])
        assert unanswered.value.exit_code == 7
        one._writer._answer_seconds = 30
        with sequencing(place) as sequencer:
            receipt = one.submit(entries[0])

            assert isinstance(receipt, Receipt)
            assert sequencer.registry.size == 8


def test_a_full_inbox_takes_no_more(place):
    entries = founded(place, 3)
    inbox = PostgresInbox(place)
    inbox.put(entries[:2], most=2)

    with pytest.raises(Overloaded) as overloaded:
        inbox.put(entries[2:], most=2)

    assert overloaded.value.waiting == 2
    inbox.close()


def test_old_answers_are_forgotten_and_the_log_still_knows(place, postgres):
    entries = founded(place, 1)
    with sequencing(place) as sequencer, working(place) as (one,):
        receipt = one.submit(entries[0])
        table = f'"{place.schema}".inbox'
        postgres.execute(
            f"UPDATE {table} SET answered = answered - interval '{KEPT}'"
            " - interval '1 second'"
        )

        sequencer._inbox.forget_old()

        assert postgres.execute(f"SELECT count(*) FROM {table}") == [(0,)]
        assert one.submit(entries[0]) == receipt


def test_a_worker_refuses_to_follow_a_log_that_breaks_its_rules(place, postgres):
    entries = founded(place, 2)
    with sequencing(place), working(place) as (one,):
        other = worker(place)
        other._writer._closing.set()
        other._writer._thread.join()
        one.submit(entries[0])
        postgres.execute(
            f'UPDATE "{place.schema}".entry SET bytes = %s WHERE position = 6',
            entries[1],
        )

        follower = Forwarder(
            other._chain, inbox=PostgresInbox(place), clock=making.Clock()
        )
        follower._thread.join(30)

        assert "header says" in follower._ended
        follower.close()
        other.close()


def test_the_connections_of_all_are_cut(place, postgres):
    """A sequencer then ends, workers connect again, and the next one goes on."""
    entries = founded(place, 3)
    cut = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE application_name = 'urdimbre'"
    )
    first = Sequencer(place)
    with working(place) as (one,):
        receipt = one.submit(entries[0])

        postgres.execute(cut)
        with pytest.raises(StorageFailed):
            first.registry.submit(entries[1])
        first.close()
        with sequencing(place):
            assert one.submit(entries[0]) == receipt
            assert one.submit(entries[1]).index == 8
            postgres.execute(cut)
        with sequencing(place):
            assert one.submit(entries[2]).index == 10
