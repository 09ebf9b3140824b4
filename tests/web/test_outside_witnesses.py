"""Witnesses of the notebook, outside: named and let go with minutes of a meeting."""

import datetime as dt
import shutil

import pytest

from tests.web.acting import ANA, BETO, CARLA, DELIA, confirm, text
from urdimbre.core.chain.notes import COSIGNATURE, VerifierKey

FOUNDER = "Fundadora"
KEY = VerifierKey(name="urdimbre/norte/witness", kind=COSIGNATURE, key=bytes(range(32)))
LOG = VerifierKey(name="urdimbre/norte", key=bytes(range(32)))
TODAY = dt.date.today()  # noqa: DTZ011 - as a member types it


@pytest.fixture
def made_place(template, tmp_path):
    """A copy of the circuit for each test: a meeting ends the founders' mandate."""
    from django.db import connections

    from urdimbre.web import opened

    folder = shutil.copytree(template, tmp_path / "circuit")
    yield folder
    opened.close()
    connections.close_all()


@pytest.fixture
def ids(place):
    from urdimbre.web.circuit.models import Person

    return dict(Person.objects.values_list("name", "member"))


def begun(client, ids):
    """Write minutes; return the address where it is asked what takes effect."""
    typed = {
        "day": TODAY.isoformat(),
        "present": [ids[ANA], ids[BETO], ids[DELIA]],
        "text": "Norte firma nuestro cuaderno.",
    }
    return client.post("/meetings/new", typed)["Location"]


def choices(ids, **more):
    return {
        "signers": [ids[ANA], ids[FOUNDER]],
        "need": "1",
        "attest": [ids[ANA], ids[BETO]],
        **more,
    }


def decided(as_member, ids, **more):
    """Let a meeting decide, and all sign; return the draft as it was told."""
    founder = as_member(FOUNDER)
    page = begun(founder, ids)
    answer = founder.post(page, choices(ids, **more))
    assert answer.status_code == 302, text(answer)
    draft = answer["Location"]
    told = text(founder.get(draft))
    confirm(founder, draft)
    confirm(as_member(ANA), draft)
    receipt = confirm(as_member(BETO), draft)
    assert receipt["Location"].startswith("/receipts/"), text(receipt)
    return told


def test_a_meeting_names_a_witness_and_how_many_a_receipt_carries(as_member, ids):
    told = decided(
        as_member,
        ids,
        outside_key=f" {KEY.text} ",
        outside_host="Norte.example",
        set_witnesses_needed="1",
    )

    assert (
        "urdimbre/norte/witness, on norte.example, witnesses the notebook from now on."
        in told
    )
    shown = text(as_member(CARLA).get("/notebook/witnesses"))
    assert "urdimbre/norte/witness norte.example has not been asked yet" in shown
    assert "should carry the signature of 1 witness." in shown
    assert "Name or end them" not in shown
    assert "Name or end them" in text(as_member(ANA).get("/notebook/witnesses"))


def test_a_later_meeting_ends_her(as_member, ids):
    decided(as_member, ids, outside_key=KEY.text, outside_host="norte.example")
    page = begun(as_member(FOUNDER), ids)
    shown = text(as_member(FOUNDER).get(page))
    assert "norte.example · urdimbre/norte/witness" in shown

    told = decided(as_member, ids, outside_end=[KEY.key.hex()])

    assert "witnesses the notebook until" in told
    shown = text(as_member(CARLA).get("/notebook/witnesses"))
    assert "Nobody witnesses us yet." in shown


def test_until_a_day(as_member, ids):
    from urdimbre.web.minutes.outside import named

    until = TODAY + dt.timedelta(days=30)
    decided(
        as_member,
        ids,
        outside_key=KEY.text,
        outside_host="norte.example",
        outside_until=until.isoformat(),
    )

    (row,) = named()
    after = dt.datetime(until.year, until.month, until.day, tzinfo=dt.UTC)
    assert row.until == int(after.timestamp()) + 86_400


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"outside_key": "nada"}, "This is no key."),
        ({"outside_key": KEY.text[:-4]}, "This is no key."),
        ({"outside_key": LOG.text}, "the key of a notebook, not of a witness."),
        ({"outside_host": ""}, "Say on whose machine it runs."),
        ({"outside_host": "no te"}, "Write a name such as norte.example"),
        ({"outside_key": ""}, "Paste its key as a witness."),
        ({"outside_until": "2020-01-01"}, "That day has gone by."),
        ({"outside_until": "pronto"}, "Write a day"),
    ],
)
def test_what_is_typed_wrong_is_told_beside_its_field(as_member, ids, typed, told):
    founder = as_member(FOUNDER)
    page = begun(founder, ids)
    right = {"outside_key": KEY.text, "outside_host": "norte.example"}

    answer = founder.post(page, choices(ids, **{**right, **typed}))

    assert answer.status_code == 422
    assert told in text(answer)
    kept = typed.get("outside_host", "norte.example")
    assert f'value="{kept}"' in answer.content.decode() or not kept


def test_our_own_key_is_no_witness(as_member, ids):
    from urdimbre.web.notebook.witnessing import witness

    founder = as_member(FOUNDER)
    page = begun(founder, ids)
    typed = {"outside_key": witness().key.text, "outside_host": "aqui"}

    answer = founder.post(page, choices(ids, **typed))

    assert answer.status_code == 422
    assert "nobody witnesses herself" in text(answer)


def test_what_was_chosen_is_there_when_it_is_changed(as_member, ids):
    founder = as_member(FOUNDER)
    page = begun(founder, ids)
    until = (TODAY + dt.timedelta(days=30)).isoformat()
    typed = {
        "outside_key": KEY.text,
        "outside_host": "norte.example",
        "outside_until": until,
    }
    draft = founder.post(page, choices(ids, **typed))["Location"]

    again = founder.get(f"{page}?draft={draft.rpartition('/')[2]}").content.decode()

    assert 'value="norte.example"' in again
    assert f'value="{until}"' in again
