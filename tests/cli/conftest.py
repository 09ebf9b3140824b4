"""Clubs for the tests of the command line, each in a folder of its own."""

import shutil
import signal
import time
from dataclasses import replace

import pytest

from tests.anvil import anvil
from tests.cli.anchored import set_up
from tests.cli.club import founded, urdimbre

HOUR = 3_600


@pytest.fixture(scope="session")
def _template(tmp_path_factory):
    made = founded(tmp_path_factory.mktemp("template"))
    made.admit("ana", "beto", "carla")
    return made


@pytest.fixture
def club(_template, tmp_path):
    """A club with Ana, Beto and Carla."""
    path = tmp_path / "club"
    shutil.copytree(_template.path, path)
    return replace(_template, path=path)


@pytest.fixture
def moved(club, postgres):
    """The club, in PostgreSQL."""
    ran = urdimbre(
        "engine", club.path, "--to", "postgres", "--dsn", postgres.conninfo, "--json"
    )
    assert ran.code == 0, ran
    return club


@pytest.fixture
def chain(evm, tmp_path):
    """A chain of its own, on a real EVM node."""
    # Each block takes its second at least: the chain begins well behind the club.
    with anvil(evm, tmp_path, "--timestamp", str(int(time.time()) - HOUR)) as running:
        yield running


@pytest.fixture
def town(club, chain):
    """A club whose decision pins a contract and a sender on that chain."""
    return set_up(club, chain)


@pytest.fixture(scope="session", autouse=True)
def interruptible():
    """Let the programs that tests start be interrupted.

    Who starts the tests in the background of a script has them ignore Ctrl-C, and
    whatever they start inherits that.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
