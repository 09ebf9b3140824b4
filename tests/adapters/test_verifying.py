"""Signatures verified by another process: the same verdicts, whatever happens to it."""

import pytest

from tests.adapters import making
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.keys.vectors import VECTORS
from urdimbre.adapters.verifying import OtherProcess, Spread
from urdimbre.recording.signatures import OneThread


def signed(text):
    seed = making.seed_of("ana")
    return (ed25519.public_key(seed), text, ed25519.sign(seed, text))


JOBS = [signed(b"text %d" % n * n) for n in range(50)]
FORGED = [(key, text + b"!", signature) for key, text, signature in JOBS]


@pytest.fixture(
    params=[
        lambda: OtherProcess(lot_min=1),
        lambda: OneThread(ed25519.verify),
        lambda: Spread(1),
        lambda: Spread(2, lot_min=1),
        lambda: Spread(3, lot_min=1),
    ]
)
def verdicts(request):
    made = request.param()
    yield made
    made.close()


def test_the_verdicts_come_in_order(verdicts):
    mixed = [job for pair in zip(JOBS, FORGED, strict=True) for job in pair]

    lots = [verdicts(mixed), verdicts(JOBS), verdicts(FORGED)]

    assert [lot.result() for lot in lots] == [
        [True, False] * 50,
        [True] * 50,
        [False] * 50,
    ]


def test_odd_keys_and_signatures_get_the_pinned_verdicts(verdicts):
    jobs = [(vector.key, vector.message, vector.signature) for vector in VECTORS]

    assert verdicts(jobs).result() == [vector.verifies for vector in VECTORS]


def test_bytes_of_any_length_are_answered(verdicts):
    assert verdicts([(b"", b"", b""), (b"k" * 31, b"text", b"s" * 64)]).result() == [
        False,
        False,
    ]


def test_a_killed_process_is_replaced_by_our_own_work():
    verdicts = OtherProcess(lot_min=1)
    verdicts(JOBS).result()
    verdicts._talk.child.kill()
    verdicts._talk.child.wait()

    assert [verdicts(JOBS).result(), verdicts(FORGED).result()] == [
        [True] * 50,
        [False] * 50,
    ]
    verdicts.close()


def test_many_large_lots_do_not_block(verdicts):
    large = [signed(bytes(30_000)) for _ in range(20)]

    lots = [verdicts(large) for _ in range(20)]

    assert all(lot.result() == [True] * 20 for lot in lots)


def test_a_few_signatures_start_no_process():
    verdicts = OtherProcess()

    assert verdicts(JOBS).result() == [True] * 50
    assert verdicts._talk is None
    assert verdicts(JOBS + FORGED).result() == [True] * 50 + [False] * 50
    assert verdicts._talk is not None
    verdicts.close()


def test_lots_are_spread_over_all_processes_but_this_one():
    verdicts = Spread(3, lot_min=1)

    lots = [verdicts(JOBS) for _ in range(4)]

    assert [lot.result() for lot in lots] == [[True] * 50] * 4
    children = {one._talk.child.pid for one in verdicts.others}
    assert len(children) == 2
    verdicts.close()


def test_one_process_starts_no_other():
    verdicts = Spread(1, lot_min=1)

    assert verdicts(FORGED).result() == [False] * 50
    assert verdicts.others == []
