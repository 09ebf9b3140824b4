"""Clubs for the tests of the command line, each in a folder of its own."""

import shutil
import signal
from dataclasses import replace

import pytest

from tests.cli.club import founded


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


@pytest.fixture(scope="session", autouse=True)
def interruptible():
    """Let the programs that tests start be interrupted.

    Who starts the tests in the background of a script has them ignore Ctrl-C, and
    whatever they start inherits that.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
