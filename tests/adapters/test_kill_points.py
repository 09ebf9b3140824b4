"""Killed at every write point of everything that writes: whole, and done again.

``make test-kills`` takes all points; here each operation has a few of them, always the
first and the last.
"""

import json
import os
import signal
from pathlib import Path

import pytest

from tests import processes
from tests.adapters.operations import OPERATIONS, ready

PROGRAM = Path(__file__).with_name("dying.py")
MOST = 1_000 if os.environ.get("URDIMBRE_KILLS") else 8
SECONDS_MAX = 3_600


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return ready(tmp_path_factory.mktemp("template"))


@pytest.mark.parametrize("name", OPERATIONS)
def test_killed_at_its_write_points_it_is_whole_and_can_be_done_again(
    template, tmp_path, name
):
    ran = processes.python(
        PROGRAM,
        name,
        template,
        tmp_path,
        MOST,
        capture_output=True,
        timeout=SECONDS_MAX,
    )

    assert ran.returncode == 0, ran.stderr
    points = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(points) >= 3
    wrong = [
        one
        for one in points
        if (one["ended"], one["code"], one["wrong"]) != (-signal.SIGKILL, 0, [])
    ]
    assert wrong == []
