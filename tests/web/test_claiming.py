"""Who was imported claims her account: a card, a key of her own, an exchange."""

import re
import shutil
from pathlib import Path

import pytest

from tests.adapters.interchange.members import PAID, ces, packed
from tests.cli.club import process
from tests.web.acting import ANA, BARTER, confirm, propose, text
from tests.web.place import PASSWORD

HER, OTHER = "Carla Núñez", "Beto Mamani"
NOT_CONFIRMED = "imported, not confirmed by the member"


@pytest.fixture(scope="module")
def made_place(template: Path, tmp_path_factory):
    """The circuit into which a history of three people is imported."""
    from tests.web.conftest import _let_go

    folder = tmp_path_factory.mktemp("imported") / "circuit"
    shutil.copytree(template, folder)
    file = folder.parent / "export.zip"
    file.write_bytes(packed(ces()))
    ran = process("import", folder, file, "--layout", "ces", "--map", "unit=TOTAI")
    assert ran.code == 0, ran.err
    yield folder
    _let_go()


@pytest.fixture
def stranger(place):
    from django.test import Client

    return Client(headers={"Accept-Language": "en"})


def imported(name):
    """The id of who came with the import; another of that name lives here already."""
    from urdimbre.web.circuit.models import Person

    return Person.objects.get(name=name, code__startswith="NINA").member


def entered(client, name, **more):
    """Enter with a card's code; return the answer."""
    from urdimbre.web import opened

    code = opened.circuit().desk.new_code(imported(name), now=0, seconds=2**40)
    return client.post("/enter", {"code": code, "name": name, **more})


def custodies(member):
    from urdimbre.web.membership import keys

    return [row.custody for row in keys.in_force(member)]


def number(member):
    from urdimbre.projections.models import Member

    return Member.objects.get(id=member).no


def test_an_imported_member_claims_her_account_and_exchanges(
    place, stranger, as_member
):
    from urdimbre.adapters.verification import verify_folder
    from urdimbre.projections.project import Projection
    from urdimbre.web import opened

    her = imported(HER)
    before = [one.key_id for one in opened.circuit().desk.keys_of(her)]
    assert custodies(her) == ["import"]

    answer = entered(stranger, HER, handle="carla2", password=PASSWORD)
    assert answer["Location"] == "/"
    assert custodies(her) == ["server"]
    held = [one.key_id for one in opened.circuit().desk.keys_of(her)]
    assert len(held) == 1
    assert set(held).isdisjoint(before)

    shown = text(stranger.get("/statement?period=all"))
    assert shown.count(NOT_CONFIRMED) == 4  # two exchanges, both sides of each
    assert "30.00" in shown
    assert "7.25" in shown

    ana = as_member(ANA)
    draft = propose(ana, "barter", number(her), BARTER)
    confirm(ana, draft)
    assert confirm(stranger, draft)["Location"].startswith("/receipts/")
    shown = text(stranger.get("/statement?period=all"))
    assert shown.count(NOT_CONFIRMED) == 4
    assert "Tortillas" in shown

    assert verify_folder(place, projector=Projection()).first_error is None


def test_the_cards_reach_who_was_imported(place, as_member):
    shown = text(as_member("Fundadora").get("/members/cards"))

    assert OTHER in shown


def test_the_table_of_the_statement_says_it_too(place, stranger):
    entered(stranger, OTHER, handle="beto2", password=PASSWORD)

    answer = stranger.get("/statement.csv")

    told = b"".join(answer).decode()
    hers = [one for one in PAID if "NINA0002" in one[:2]]
    assert told.count(NOT_CONFIRMED) == 2 * len(hers)


def test_who_has_a_key_of_her_own_gets_no_other_by_entering(place, stranger):
    her = imported(HER)
    entered(stranger, HER, handle="carla3", password=PASSWORD)
    first = custodies(her)

    entered(stranger, HER, handle="carla4", password=PASSWORD)

    assert first == custodies(her) == ["server"]


def test_a_claim_that_is_refused_leaves_her_as_she_was(place, stranger, monkeypatch):
    from urdimbre.core.membership.answers import KeysFrozen
    from urdimbre.web import opened

    her = imported("Ana Quispe")
    before = [one.key_id for one in opened.circuit().desk.keys_of(her)]
    refusal = KeysFrozen(her)
    with monkeypatch.context() as patched:
        patched.setattr(
            type(opened.circuit().registry), "submit", lambda *_, **__: refusal
        )
        answer = entered(stranger, "Ana Quispe", handle="ana2", password=PASSWORD)

    assert answer["Location"] == "/keys"
    assert custodies(her) == ["import"]
    assert [one.key_id for one in opened.circuit().desk.keys_of(her)] == before
    assert re.search(r"Made for imported history", text(stranger.get("/keys")))


def test_a_machine_that_fails_lets_her_in_with_both_secrets_kept(
    place, stranger, monkeypatch
):
    from urdimbre.recording.answers import RecordingFailed
    from urdimbre.web import opened

    her = imported("Ana Quispe")

    def fails(*_, **__):
        raise RecordingFailed

    with monkeypatch.context() as patched:
        patched.setattr(type(opened.circuit().registry), "submit", fails)
        answer = entered(stranger, "Ana Quispe", handle="ana3", password=PASSWORD)

    assert answer["Location"] == "/"
    assert custodies(her) == ["import"]
    assert len(opened.circuit().desk.keys_of(her)) == 2
