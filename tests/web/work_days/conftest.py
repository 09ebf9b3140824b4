"""A circuit that has agreed on work days, with witnesses; each test has a copy."""

import secrets
import shutil
import time

import pytest
from django.db import connections

from tests.web.conftest import make_place
from tests.web.place import NAMES, PASSWORD, Place
from urdimbre.core.accounts import COMMON

FOUNDER = "Fundadora"


def agreed_and_witnessed(folder):
    """Six days in a year; Beto and Delia are witnesses to rosters."""
    place = Place.opened(folder)
    keeper = [(place.members[FOUNDER], place.common_policy)]
    now = int(time.time())
    attest = {
        "id": secrets.token_hex(16),
        "principal": COMMON,
        "agents": sorted(place.members[one] for one in (NAMES[1], NAMES[3])),
        "purpose": "attest",
        "kinds": ["roster"],
        "from": now - 1,
        "until": now + 30 * 86_400,
    }
    effects = [
        {"effect": "parameter", "name": "work_days", "value": 6},
        {"effect": "grant", "mandate": attest},
    ]
    body = {"basis": "founders", "effects": effects}
    place.record("decision", body, by=COMMON, signers=keeper)
    place.close()


def with_login(folder):
    """Let the founder enter like the others."""
    from django.contrib.auth.hashers import make_password

    from urdimbre.web.circuit.models import Login, Person

    member = Person.objects.get(name=FOUNDER).member
    password = make_password(PASSWORD)
    Login.objects.get_or_create(
        member=member, defaults={"handle": FOUNDER.lower(), "password": password}
    )
    return folder


@pytest.fixture(scope="package")
def first_place(tmp_path_factory):
    """A circuit that has agreed on common work."""
    folder = make_place(tmp_path_factory.mktemp("work") / "circuit")
    with_login(folder)
    agreed_and_witnessed(folder)
    connections.close_all()
    return folder


@pytest.fixture
def made_place(first_place, tmp_path):
    """A copy of it for each test."""
    folder = shutil.copytree(first_place, tmp_path / "circuit")
    yield folder
    from urdimbre.web import opened

    opened.close()
    connections.close_all()
