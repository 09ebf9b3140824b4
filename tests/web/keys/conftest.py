"""A circuit of their own for tests that end keys: each test has a copy of it."""

import shutil
import time

import pytest
from django.db import connections

from tests.web.conftest import make_place
from tests.web.keyring import BAKERY, FUND
from tests.web.place import NAMES, Place


@pytest.fixture(scope="package")
def first_place(tmp_path_factory):
    """A circuit with an initiative and a mediator."""
    folder = make_place(tmp_path_factory.mktemp("keys") / "circuit")
    place = Place.opened(folder)
    place.admit_initiative(BAKERY, *NAMES[:3])
    place.admit_fund(FUND, *NAMES[:2])
    place.name_mediator(NAMES[1])
    place.close()
    connections.close_all()
    return folder


@pytest.fixture
def made_place(first_place, tmp_path):
    """A copy of it for each test: keys that have ended do not come back."""
    folder = shutil.copytree(first_place, tmp_path / "circuit")
    yield folder
    from urdimbre.web import opened

    opened.close()
    connections.close_all()


@pytest.fixture
def later(monkeypatch):
    """Let time pass for the pages and for the notebook."""
    from urdimbre.web import opened

    def pass_by(seconds):
        at = time.time() + seconds
        monkeypatch.setattr(time, "time", lambda: at)
        circuit = opened.circuit()
        monkeypatch.setattr(circuit.registry._writer, "_clock", lambda: int(at))

    return pass_by
