"""verify streams: its memory does not grow with the length of the log."""

import subprocess
import sys
import tracemalloc

import pytest

from tests import processes
from tests.adapters import making
from urdimbre.adapters.verification import verify_folder
from urdimbre.projections.project import Projection

SHORT, LONG = 2_000, 6_000
"""Acts; from 1,600 on all lots of signatures are under way that ever are."""
MEGABYTES_MAX = 150


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """Folders with a log of either length, of the same two members."""
    found = []
    for length in (SHORT, LONG):
        folder = tmp_path_factory.mktemp("long")
        circuit = making.found(folder, projector=Projection())
        circuit.admit("ana", "beto")
        entries = [circuit.barter("ana", "beto", 1) for _ in range(length)]
        answers = circuit.registry.submit_many(entries, group=500)
        assert all(isinstance(one, making.Receipt) for one in answers)
        circuit.registry.close()
        found.append(folder)
    return found


def test_the_whole_process_stays_below_what_is_promised(logs):
    ran = processes.python(
        *("-m", "bench.verifying", logs[1]), stdout=subprocess.PIPE, stderr=sys.stderr
    )

    assert ran.returncode == 0
    assert 0 < float(ran.stdout) < MEGABYTES_MAX


def test_three_times_the_log_takes_as_much(logs):
    """SQLite's caches, which are bounded, are not counted; all that Python holds is."""
    short, long = map(peak, logs)

    assert long < 1.2 * short


def peak(folder):
    """The most that Python holds while a folder is verified."""
    tracemalloc.start()
    try:
        assert verify_folder(folder, projector=Projection()).ok
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
