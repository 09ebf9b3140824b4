"""A circuit whose clerks are nobody else's matter."""

import pytest
from django.db import connections

from tests.web.conftest import make_place


@pytest.fixture(scope="package")
def made_place(tmp_path_factory):
    """Mandates and PINs made here stay here."""
    yield make_place(tmp_path_factory.mktemp("office") / "circuit")
    from urdimbre.web import opened

    opened.close()
    connections.close_all()


@pytest.fixture(autouse=True)
def logins(place):
    """Who had a login before a test has it afterwards."""
    from urdimbre.web.circuit.models import Login

    before = list(Login.objects.all())
    yield
    Login.objects.all().delete()
    Login.objects.bulk_create(before)
