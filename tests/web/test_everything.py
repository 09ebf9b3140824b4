"""Everything of mine: one file, whole, hers alone, and proven outside."""

import io
import json
import subprocess
import sys
import time
import zipfile

import pytest

from tests.house.tree import ROOT
from tests.web.acting import (
    ANA,
    BARTER,
    BETO,
    CARLA,
    DELIA,
    GOODS,
    exchanged,
    text,
)
from tests.web.place import HOUSEHOLD, PASSWORD

SECRET = "Remedio para la tos"


@pytest.fixture
def receipts(as_member, number_of):
    """Acts of Ana's, and one that is not."""
    ana, beto = as_member(ANA), as_member(BETO)
    called = GOODS | {"what": SECRET}
    hers = [
        exchanged(ana, beto, "gift", number_of(BETO), called),
        exchanged(ana, as_member(DELIA), "barter", number_of(DELIA), BARTER),
    ]
    others = exchanged(beto, as_member(DELIA), "gift", number_of(DELIA), GOODS)
    ana.post(
        "/catalogue/new",
        {"kind": "offer", "title": "=Pan", "category": "food.prepared", "modes": []},
    )
    yield [int(one.split("/")[-1]) for one in (*hers, others)]
    from urdimbre.web.catalogue.models import Listing

    Listing.objects.all().delete()


def taken(client):
    """The file, opened."""
    answer = client.post("/everything.zip", {"password": PASSWORD})
    assert answer.status_code == 200, text(answer)
    packed = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    assert packed.testzip() is None
    return {name: packed.read(name) for name in packed.namelist()}


def test_all_of_hers_is_in_it_and_nothing_of_others(as_member, receipts):
    gift, barter, others = receipts

    files = taken(as_member(ANA))

    for position in (gift, barter):
        act = json.loads(files[f"acts/{position:08}.json"])
        assert act["kind"] == "exchange"
        assert files[f"proofs/{position:08}.tlog-proof"]
    assert f"acts/{others:08}.json" not in files
    words = json.loads(files[f"words/{gift:08}.json"])
    assert words == {"0.0": SECRET}
    assert SECRET in files["statement.csv"].decode()
    assert "'=Pan" in files["offers.csv"].decode()
    assert files["notebook.checkpoint"].startswith(b"urdimbre/")
    assert len([one for one in files if one.startswith("acts/")]) == len(
        [one for one in files if one.startswith("proofs/")]
    )


def test_what_is_known_of_her_is_in_it_and_no_secret(as_member, receipts, number_of):
    from urdimbre.web.circuit.models import Login

    files = taken(as_member(ANA))

    me = json.loads(files["me.json"])
    assert me["known"]["name"] == ANA
    assert me["number"] == number_of(ANA)
    assert [key["custody"] for key in me["keys"]] == ["server"]
    stretched = Login.objects.get(handle=me["login"]["handle"]).password
    whole = b"".join(files.values()).decode()
    assert stretched not in whole


def test_its_proofs_hold_without_this_program(as_member, receipts, tmp_path):
    """With the standard library, PyNaCl and the number that the file tells."""
    files = taken(as_member(ANA))
    proofs = []
    for name in sorted(files):
        if name.startswith("proofs/"):
            proofs.append(tmp_path / name.split("/")[-1])
            proofs[-1].write_bytes(files[name])
    command = next(
        line.split()
        for line in files["README.txt"].decode().splitlines()
        if "python3 verify_receipt.py" in line
    )
    options = command[command.index("--genesis") :]
    tool = ROOT / "tools" / "verify_receipt.py"

    ran = subprocess.run(
        [sys.executable, tool, *proofs, *options],
        capture_output=True,
        text=True,
        check=False,
    )
    wrong = subprocess.run(
        [sys.executable, tool, proofs[0], "--genesis", "0" * 64],
        capture_output=True,
        text=True,
        check=False,
    )

    assert len(proofs) >= 3
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "FALSE" not in ran.stdout
    assert wrong.returncode == 3


@pytest.mark.parametrize("typed", [{}, {"password": ""}, {"password": "no"}])
def test_she_shows_once_more_that_it_is_she(as_member, typed):
    answer = as_member(ANA).post("/everything.zip", typed)

    assert answer.status_code == 422
    assert "password" in text(answer)
    assert not answer.streaming


def test_too_many_tries_are_told(as_member):
    ana = as_member(ANA)
    for _ in range(5):
        ana.post("/everything.zip", {"password": "no"})

    answer = ana.post("/everything.zip", {"password": PASSWORD})

    assert answer.status_code == 422
    assert "Too many tries" in text(answer)


def test_who_has_no_password_shows_her_card(as_member):
    from django.contrib.auth.hashers import make_password

    from tests.web.place import handle
    from urdimbre.web import opened
    from urdimbre.web.circuit.entering import seal
    from urdimbre.web.circuit.models import Login

    login = Login.objects.get(handle=handle(DELIA))
    before = login.password
    Login.objects.filter(pk=login.pk).update(password=make_password(None))
    try:
        delia = as_member(DELIA)
        code = opened.circuit().desk.new_code(login.member, now=int(time.time()))
        page = text(delia.get("/everything"))
        refused = delia.post("/everything.zip", {"password": "AAAA-BBBB-CCCC"})
        answer = delia.post("/everything.zip", {"password": code})

        assert seal(Login.objects.get(pk=login.pk))
        assert "The code on your card" in page
        assert refused.status_code == 422
        assert answer.status_code == 200
        assert zipfile.ZipFile(io.BytesIO(answer.getvalue())).testzip() is None
    finally:
        Login.objects.filter(pk=login.pk).update(password=before)


def test_a_household_takes_along_what_is_its_own(as_member, receipts):
    from urdimbre.web.circuit.models import Person

    carla = as_member(CARLA)
    member = Person.objects.get(name=HOUSEHOLD).member
    carla.post("/acting/choose", {"member": member})

    files = taken(carla)

    me = json.loads(files["me.json"])
    assert me["known"]["name"] == HOUSEHOLD
    assert "login" not in me
    assert SECRET not in b"".join(files.values()).decode()


def test_a_mandate_that_has_ended_opens_nothing(as_member, monkeypatch):
    from urdimbre.web.circuit.models import Person
    from urdimbre.web.membership import everything

    carla = as_member(CARLA)
    member = Person.objects.get(name=HOUSEHOLD).member
    carla.post("/acting/choose", {"member": member})
    monkeypatch.setattr(everything, "may_act", lambda *_: False)

    assert carla.get("/everything").status_code == 404
    assert carla.post("/everything.zip", {"password": PASSWORD}).status_code == 404


def test_words_that_were_erased_are_in_it_no_more(as_member, receipts):
    from urdimbre.web.exchanges.models import Payload

    for one in Payload.objects.all():
        if SECRET.encode() in bytes(one.payload):
            one.delete()

    files = taken(as_member(ANA))

    assert SECRET not in b"".join(files.values()).decode()
    assert f"proofs/{receipts[0]:08}.tlog-proof" in files


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("es", "Cómo comprobarlo sin este servidor"),
        ("pt", "Como conferir sem este servidor"),
        ("en", "How to check it without this server"),
    ],
)
def test_it_says_in_her_language_how_to_check_it(as_member, language, told):
    files = taken(as_member(ANA, language))

    assert told in files["README.txt"].decode()


def test_who_has_left_still_takes_all_of_hers_along(tmp_path):
    """In a circuit of its own, for nobody comes back from leaving."""
    ran = subprocess.run(
        [sys.executable, "-c", LEAVING, str(tmp_path / "circuit")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )

    assert ran.stdout.split() == ["200", "left", "closed", "admit", "leave"], ran.stderr


LEAVING = """
import io, json, sys, zipfile
from pathlib import Path
from tests.web.conftest import make_place
from tests.web.place import Place, PASSWORD, handle
folder = make_place(Path(sys.argv[1]))
place = Place.opened(folder)
delia = place.members["Delia Rojas"]
place.record("leave", {"member": delia}, by=delia, signers=[(delia, "")])
place.close()
from urdimbre.web import opened, serving
serving.settle_in(folder)
opened.circuit()
from django.test import Client
client = Client(headers={"Accept-Language": "en"})
client.post("/login", {"handle": handle("Delia Rojas"), "password": PASSWORD})
page = client.get("/everything")
print(page.status_code)
print("left" if "You have left the circuit" in page.content.decode() else "in")
answer = client.post("/everything.zip", {"password": PASSWORD})
packed = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
print("closed" if "closed" in packed.read("statement.csv").decode() else "open")
for name in sorted(packed.namelist()):
    if name.startswith("acts/"):
        print(json.loads(packed.read(name))["kind"])
opened.close()
"""
