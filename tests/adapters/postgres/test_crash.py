"""A sequencer killed anywhere: nothing acknowledged lost, nothing twice."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.adapters import making
from tests.adapters.postgres.crashing import Killing
from tests.adapters.postgres.scene import balance, folder_of, founded, sequencing
from urdimbre.adapters.sequencing import sequence
from urdimbre.adapters.storage.inbox import PostgresInbox, SequencerInbox
from urdimbre.adapters.verification import verify_folder
from urdimbre.projections.project import Projection
from urdimbre.recording import Receipt
from urdimbre.recording.answer_text import answer_of

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(__file__).with_name("crashing.py")
LOT = 3
STATEMENTS = 15
"""Of a lot of exchanges: look up, those of the block, commit; those of the answers."""


@pytest.fixture
def place(postgres):
    return postgres.place()


@pytest.fixture
def inbox(place):
    """A circuit with two members, and where a worker puts acts; see ``entries``."""
    entries = founded(place, 30)
    one = PostgresInbox(place)
    one.entries = entries
    yield one
    one.close()


def start(place, point):
    child = subprocess.Popen(
        [sys.executable, PROGRAM, *place, str(point)],
        stdout=subprocess.PIPE,
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))},
    )
    assert child.stdout.readline() == b"ready\n"
    return child


def answered(inbox, numbers):
    """The answers to acts, once all are there."""
    end = time.monotonic() + 60
    while len(found := inbox.answers(numbers)) < len(numbers):
        assert time.monotonic() < end
        inbox.wait(0.05)
    return {number: answer_of(text) for number, text in found.items()}


def survives(place, inbox, acknowledged, numbers, folder):
    """Another sequencer goes on: whole blocks, first receipts, each act once."""
    with sequencing(place) as sequencer:
        answers = answered(inbox, numbers)
        rest = inbox.put(inbox.entries, most=100)  # all of them again
        again = answered(inbox, rest)

        assert acknowledged.items() <= answers.items()
        firsts = [answers[number] for number in numbers]
        assert all(isinstance(one, Receipt) for one in again.values())
        assert [again[number] for number in rest][: len(numbers)] == firsts
        assert len({one.index for one in again.values()}) == len(inbox.entries)
        for number, entry in zip(rest, inbox.entries, strict=True):
            assert sequencer.registry.entry(again[number].index) == entry
        assert balance(sequencer.registry) == sum(range(1, len(inbox.entries) + 1))
    verified = verify_folder(folder_of(place, folder), projector=Projection())
    assert verified.first_error is None
    assert verified.acts == 3 + len(inbox.entries)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("statement", range(1, STATEMENTS + 1))
def test_killed_at_every_statement(place, inbox, tmp_path, statement, after):
    child = start(place, statement if after else -statement)
    numbers = inbox.put(inbox.entries[:LOT], most=100)

    assert child.wait(60) == -signal.SIGKILL
    child.stdout.close()

    acknowledged = inbox.answers(numbers)
    committed = statement == STATEMENTS and after
    assert len(acknowledged) == (LOT if committed else 0)
    told = {number: answer_of(text) for number, text in acknowledged.items()}
    survives(place, inbox, told, numbers, tmp_path)


def test_a_lot_of_exchanges_has_so_many_statements(place, inbox, monkeypatch):
    """Otherwise the test above would miss some of its points."""
    import psycopg

    for kind, name in (
        (psycopg.Cursor, "execute"),
        (psycopg.Cursor, "executemany"),
        (psycopg.Copy, "__exit__"),
        (psycopg.Transaction, "__exit__"),
    ):
        monkeypatch.setattr(kind, name, getattr(kind, name))
    registry = making.registry(place, making.Clock(), projector=Projection())
    other = SequencerInbox(place, registry.store.epoch)
    numbers = inbox.put(inbox.entries[:LOT], most=100)
    stop, counted = threading.Event(), Killing(0)
    thread = threading.Thread(target=sequence, args=(registry, other, stop), name="it")
    thread.start()
    end = time.monotonic() + 60
    while len(counted.told) < STATEMENTS and time.monotonic() < end:
        time.sleep(0.05)
    stop.set()
    thread.join()
    told = [one for one in counted.told if one[0] in ("it", "urdimbre-writer")]

    monkeypatch.undo()
    assert len(inbox.answers(numbers)) == LOT
    assert len(told) == STATEMENTS, told
    other.close()
    registry.close()


@pytest.mark.parametrize("seed", range(6))
def test_killed_at_any_moment(place, inbox, tmp_path, seed):
    chance = random.Random(seed)
    child = start(place, 0)
    numbers = []
    for at in range(0, len(inbox.entries), LOT):
        numbers += inbox.put(inbox.entries[at : at + LOT], most=100)
        time.sleep(chance.uniform(0, 0.02))
    time.sleep(chance.uniform(0, 0.1))
    child.kill()
    assert child.wait() == -signal.SIGKILL
    child.stdout.close()

    told = {number: answer_of(text) for number, text in inbox.answers(numbers).items()}
    assert all(isinstance(one, Receipt) for one in told.values())
    survives(place, inbox, told, numbers, tmp_path)


def test_the_server_is_switched_off_and_comes_back(tmp_path):
    """What was acknowledged before is there after; workers connect again."""
    from tests.adapters.postgres.scene import Sequencer, working
    from tests.postgres_server import Server

    server = Server()
    try:
        place = server.place()
        entries = founded(place, 6)
        first = Sequencer(place)
        with working(place) as (one,):
            receipts = [one.submit(entry) for entry in entries[:3]]
            server.halt()
            first.join()
            server.start()
            first.close()
            with sequencing(place):
                again = [one.submit(entry) for entry in entries]

        assert again[:3] == receipts
        assert all(isinstance(answer, Receipt) for answer in again)
        assert [answer.index for answer in again] == sorted(
            {answer.index for answer in again}
        )
        verified = verify_folder(folder_of(place, tmp_path), projector=Projection())
        assert (verified.first_error, verified.acts) == (None, 9)
    finally:
        server.stop()
