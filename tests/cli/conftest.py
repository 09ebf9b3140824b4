"""Clubs for the tests of the command line, each in a folder of its own."""

import shutil
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
