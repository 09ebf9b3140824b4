"""Killed at any moment: whole blocks, nothing acknowledged lost, nothing twice."""

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.adapters import making
from tests.adapters.apart import FIRST, entries_of, opened, prepared, started
from tests.adapters.crashing import GROUP, STATEMENTS, Killing
from urdimbre.adapters.verification import verify_folder
from urdimbre.projections.project import Projection
from urdimbre.recording import Receipt

PROGRAM = Path(__file__).with_name("crashing.py")
KILLS = 200 if os.environ.get("URDIMBRE_KILLS") else 5
"""Random kills under load: ``make test-kills`` asks for all of them."""
ROUNDS = 3
"""How often each folder is killed before it is looked at whole."""
MANY = 400
"""More entries than a round can record."""


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A folder with two members, and entries that are not recorded yet."""
    return prepared(tmp_path_factory.mktemp("ready"))


@pytest.fixture
def copy(ready, tmp_path):
    return shutil.copytree(ready, tmp_path / "copy")


def survives(path, acknowledged):
    """Whole blocks, all that was acknowledged, and nothing twice on a retry."""
    entries = entries_of(path)
    registry = opened(path)
    recorded = registry.size
    for position in acknowledged:
        assert registry.entry(position) in entries
    answers = list(registry.submit_many(entries))
    assert all(isinstance(answer, Receipt) for answer in answers)
    assert len({answer.index for answer in answers}) == len(entries)
    for position, entry in zip(acknowledged, entries, strict=False):
        assert registry.entry(position) == entry
    balance = registry.state.get(f"account/{making.id_of('ana')}/{making.SIGN}/own")
    assert balance.balance == sum(range(1, len(entries) + 1))
    registry.close()
    verified = verify_folder(path, projector=Projection())
    assert verified.first_error is None
    assert verified.acts == 3 + len(entries)
    return recorded


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("statement", range(1, STATEMENTS + 1))
def test_killed_at_every_statement_of_a_block(copy, statement, after):
    point = STATEMENTS + statement  # of the second block
    child = started(PROGRAM, copy, point if after else -point)
    out, error = child.communicate()
    assert child.returncode == -signal.SIGKILL, error

    acknowledged = [int(line) for line in out.split()]
    assert len(acknowledged) == 3
    recorded = survives(copy, acknowledged)

    committed = statement == STATEMENTS and after
    assert recorded == FIRST + 4 + (4 if committed else 0)


def test_a_block_of_exchanges_has_so_many_statements(copy):
    """Otherwise the test above would miss some of its points."""
    registry = opened(copy)
    store = registry._chain.store
    store._writing = counted = Killing(store._writing, 0)
    entries = entries_of(copy)

    list(registry.submit_many(entries[:GROUP]))
    registry.close()

    assert next(counted._count) - 1 == STATEMENTS


@pytest.mark.parametrize("seed", range(6))
def test_killed_at_any_moment(copy, seed):
    child = started(PROGRAM, copy, 0)
    first = child.stdout.readline()
    time.sleep(random.Random(seed).uniform(0, 0.15))
    child.kill()
    rest, _ = child.communicate()

    acknowledged = [int(line) for line in (first + rest).split()]
    recorded = survives(copy, acknowledged)
    assert acknowledged
    assert recorded >= FIRST + len(acknowledged)


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    return prepared(tmp_path_factory.mktemp("many"), MANY)


@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_under_load_again_and_again(many, tmp_path, seed):
    """Eight clients send, and send again what was answered before the kill."""
    path = shutil.copytree(many, tmp_path / "copy")
    chance = random.Random(seed)
    acknowledged = {}
    for _ in range(ROUNDS):
        child = started(PROGRAM, path, "load")
        first = child.stdout.readline()
        time.sleep(chance.uniform(0, 0.1))
        child.kill()
        rest, _ = child.communicate()
        for line in (first + rest).splitlines():
            number, position = map(int, line.split())
            assert acknowledged.setdefault(number, position) == position

    stands(path, acknowledged)


def stands(path, acknowledged):
    """What was acknowledged is where it was said to be; the rest can be sent again."""
    entries, registry = entries_of(path), opened(path)
    assert acknowledged
    for number, position in acknowledged.items():
        assert registry.entry(position) == entries[number]
    answers = list(registry.submit_many(entries))
    assert len({answer.index for answer in answers}) == len(entries)
    for number, position in acknowledged.items():
        assert answers[number].index == position
    balance = registry.state.get(f"account/{making.id_of('ana')}/{making.SIGN}/own")
    assert balance.balance == sum(range(1, len(entries) + 1))
    roots = (registry._chain.log.root().hex(), registry._chain.rows.root().hex())
    registry.close()
    verified = verify_folder(path, projector=Projection())
    assert verified.first_error is None
    assert (verified.log_root, verified.state_root) == roots
