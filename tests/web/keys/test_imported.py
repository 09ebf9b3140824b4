"""What a key of imported history has signed is nowhere shown as her own word."""

import secrets
import time

import pytest

from tests.web.acting import ANA, text
from tests.web.place import Place
from urdimbre.core import drafting
from urdimbre.web import opened

IMPORTED = {
    "en": "imported, not confirmed by the member",
    "es": "importado, sin confirmación del miembro",
    "pt": "importado, sem confirmação do membro",
}


@pytest.fixture
def town(place):
    """The place as the pages have it open, with somebody of an older history."""
    town = Place.__new__(Place)
    town.path, town.circuit = place, opened.circuit()
    persons = town.circuit.desk.persons()
    town.members = {one.name: id_ for id_, one in persons.items()}
    town.members["0xA"] = secrets.token_hex(16)
    key = drafting.key(town.circuit.keys.create(town.members["0xA"]), "import")
    town._admit("0xA", "person", [(town.members["0xA"], "")], key=key)
    return town


def given(town):
    """Something that the import says was given to Ana."""
    giver, taker = town.members["0xA"], town.members[ANA]
    soup = drafting.goods(giver, taker, category="unknown", quantity=0)
    body = drafting.exchange(int(time.time()) // 86_400, drafting.deal("gift", soup))
    signers = [(giver, ""), (taker, "")]
    return town.record("exchange", body, by=giver, signers=signers).index


@pytest.mark.parametrize("language", IMPORTED)
def test_it_is_shown_as_imported_and_not_confirmed(town, as_member, language):
    index = given(town)

    for page in (f"/receipts/{index}", f"/notebook/{index}"):
        shown = text(as_member(ANA, language).get(page))
        assert shown.count(IMPORTED[language]) == 1
