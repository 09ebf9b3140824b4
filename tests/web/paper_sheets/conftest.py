"""A circuit with a clerk: Carla is mandated by Ana, and a witness with Beto."""

import pytest
from django.db import connections

from tests.web.acting import ANA, BETO, CARLA
from tests.web.allowing import member_of
from tests.web.conftest import make_place
from tests.web.office.deskwork import allowed_beside, day_ahead
from tests.web.place import PASSWORD


@pytest.fixture(scope="package")
def made_place(tmp_path_factory):
    """Sheets stay with the tests that type them."""
    yield make_place(tmp_path_factory.mktemp("sheets") / "circuit")
    from urdimbre.web import opened

    opened.close()
    connections.close_all()


@pytest.fixture
def clerk(as_member):
    """Carla, for whom nobody has a mandate yet but Ana."""
    from urdimbre.web.office import mandates

    client = as_member(CARLA)
    if not mandates.held_by(member_of(CARLA)):
        allowed_beside(client, ANA, PASSWORD, each="50", month="500")
    return client


@pytest.fixture
def witnesses(as_member):
    """Beto and Carla attest."""
    from urdimbre.web.membership import keys

    if keys.mandates_to_attest():
        return
    founder = as_member("Fundadora")
    typed = {
        "persons": [member_of(BETO), member_of(CARLA)],
        "until": day_ahead(),
    }
    draft = founder.post("/office/witnesses", typed)["Location"]
    founder.post(f"{draft}/confirm", {"password": PASSWORD})
    founder.post("/acting/choose", {"member": member_of("Fundadora")})
