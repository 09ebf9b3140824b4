"""A running circuit in which nothing happens: one empty block a day, by itself."""

import threading

import pytest

from tests.adapters import making
from tests.adapters.test_folder import genesis
from urdimbre.adapters import folder
from urdimbre.core.chain.entry import HEADER
from urdimbre.core.founding.rows import ClockRow

DAY_SECONDS = 86_400
LOOKS = 3
"""How often it is looked before a test says that nothing more was sealed."""


class Sealed:
    """Lets the sealing thread look, and counts how often it has."""

    def __init__(self, circuit, clock):
        self.circuit, self.clock = circuit, clock
        self._looked = threading.Semaphore(0)

    def looked(self):
        self._looked.release()

    def after(self, seconds):
        """Move the clock, let it look some times; the size of the log then."""
        self.clock.now += seconds
        while self._looked.acquire(blocking=False):
            pass  # what was looked at before
        for _ in range(LOOKS + 1):  # the first may have begun before the clock moved
            assert self._looked.acquire(timeout=60)
        return self.circuit.registry.size


@pytest.fixture(params=[False, True], ids=["circuit", "demo"])
def demo(request):
    return request.param


@pytest.fixture
def running(tmp_path, demo, monkeypatch):
    """A circuit that pages have open, and whose thread looks without a pause."""
    from urdimbre.web import opened

    clock = making.Clock()
    circuit = folder.create(
        tmp_path / "circuit", lambda made: genesis(made, demo=demo), clock=clock
    )
    sealed, seal, ended = Sealed(circuit, clock), opened._seal, threading.Event()

    def looking():
        try:
            seal()
        finally:
            sealed.looked()

    monkeypatch.setattr(opened, "_ended", ended)
    monkeypatch.setattr(opened, "_opened", [circuit])
    monkeypatch.setattr(opened, "_seal", looking)
    monkeypatch.setattr(opened, "SEALING_SECONDS", 0.001)
    opened.keep_sealing()
    thread = next(
        one for one in threading.enumerate() if one.name == "urdimbre-sealing"
    )
    yield sealed
    ended.set()
    thread.join(timeout=60)
    circuit.close()


def test_an_idle_circuit_seals_one_empty_block_a_day(running):
    size = running.circuit.registry.size

    sizes = [
        running.after(seconds)
        for seconds in (DAY_SECONDS - 1, 1, DAY_SECONDS - 1, 1, 2 * DAY_SECONDS, 60)
    ]

    assert [one - size for one in sizes] == [0, 1, 1, 2, 3, 3]
    last = [running.circuit.registry.entry(one)[0] for one in range(size, size + 3)]
    assert last == [HEADER] * 3


def test_after_a_long_sleep_only_a_demo_takes_the_clock_by_itself(running, demo):
    size, before = running.circuit.registry.size, running.clock.now

    grown = running.after(31 * DAY_SECONDS) - size

    row = running.circuit.registry.state.get("clock")
    if demo:
        assert row == ClockRow(before=before, after=running.clock.now)
        assert grown == 2  # the act and its header
    else:
        assert row is None
        assert grown == 0
        assert running.circuit.registry.clock_is_off()
