"""Killed at every point of a round of anchoring: gone on with, each anchor once.

With ``URDIMBRE_KILLS`` set at each question to the chain too, not only at those that
send something or ask what has become of it.
"""

import json
import os
import signal
from pathlib import Path

import pytest

from tests import processes
from tests.cli.club import urdimbre

PROGRAM = Path(__file__).with_name("dying_anchoring.py")
SECONDS_MAX = 3_600
WHICH = "all" if os.environ.get("URDIMBRE_KILLS") else "writing"
WRITTEN = (
    "sql INSERT INTO checkpoint",
    "sql DELETE FROM seen",
    "sql COMMIT",
    "sql INSERT OR REPLACE INTO mark",
)
"""The outbox's write points in every round; in those that sign, ``sent`` as well."""
SENDING = (
    "before eth_sendRawTransaction is asked",
    "before the answer to eth_sendRawTransaction is read",
)
ROUNDS = ("waiting", "mined", "cheap", "forgotten", "elsewhere")


def points_of(scene, club, chain, scratch):
    """Die at each point; what was told of them."""
    scratch.mkdir()
    ran = processes.python(
        PROGRAM,
        *(scene, club.path, chain.url, scratch, WHICH),
        capture_output=True,
        timeout=SECONDS_MAX,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return [json.loads(line) for line in ran.stdout.splitlines()]


def wrong_in(points):
    """Those after which not all was there once; it has died at each by its name.

    A question that is repeated until a block is there may be asked less often than in
    the run that was counted: then the work ends first.
    """
    died = {one["point"] for one in points if one["ended"] == -signal.SIGKILL}
    ends = (0, -signal.SIGKILL)
    return [
        one
        for one in points
        if (one["code"], one["wrong"]) != (0, [])
        or one["ended"] not in ends
        or one["point"] not in died
    ]


@pytest.mark.parametrize("scene", ROUNDS)
def test_killed_at_each_point_of_a_round_each_checkpoint_is_anchored_once(
    town, tmp_path, scene
):
    alive, town.chain.url = town.chain.url, "http://127.0.0.1:9"
    assert town.anchor().code == 7  # kept, and not yet sent
    town.chain.url = alive
    town.grow()

    points = points_of(scene, town.club, town.chain, tmp_path / "scratch")

    assert wrong_in(points) == []
    names = [one["point"] for one in points]
    assert [one for one in WRITTEN if not any(one in name for name in names)] == []
    assert scene == "mined" or set(SENDING) <= set(names)


def test_killed_at_each_point_of_a_deployment_there_is_one_contract(
    club, chain, tmp_path
):
    ran = urdimbre("anchor", club.path, "--new-key", "--json")
    chain.enrich(ran.json["sender"])

    points = points_of("deploying", club, chain, tmp_path / "scratch")

    assert wrong_in(points) == []
    assert {
        "before the answer to eth_sendRawTransaction is read",
        "before the answer to eth_getTransactionReceipt is read",
    } <= {one["point"] for one in points}
