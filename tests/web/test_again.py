"""Showing again that it is she: after half an hour away, and before what weighs."""

import time

import pytest
from django.contrib.auth.hashers import make_password

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
from tests.web.place import PASSWORD

FOUNDER = "Fundadora"
HALF_AN_HOUR = 30 * 60
SECRET = {"again_secret": PASSWORD}


@pytest.fixture
def steward(as_member):
    """Who acts for the common, inside on a device."""
    client = as_member(FOUNDER)
    assert client.get("/").status_code == 200
    return client


def away(client, seconds=HALF_AN_HOUR):
    """Let a device lie there unused."""
    from urdimbre.web.security.models import Visit

    found = Visit.objects.filter(session=client.session.session_key)
    assert found.update(used=int(time.time()) - seconds) == 1


def entered_long_ago(client):
    """Let it be long since she showed that it is she."""
    session = client.session
    session["shown"] = int(time.time()) - HALF_AN_HOUR
    session.save()


@pytest.fixture
def card_only(as_member):
    """Delia without a password; gives her client, and the code on her card."""
    from urdimbre.web import opened
    from urdimbre.web.circuit.entering import seal
    from urdimbre.web.circuit.models import Login

    login = Login.objects.get(handle="delia")
    kept = login.password
    login.password = make_password(None)
    login.save()
    client = as_member(DELIA)
    session = client.session
    session["seal"] = seal(login)
    session.save()
    code = opened.circuit().desk.new_code(login.member, now=int(time.time()))
    yield client, code
    Login.objects.filter(pk=login.pk).update(password=kept)


@pytest.mark.parametrize(
    ("seconds", "status"), [(HALF_AN_HOUR - 10, 200), (HALF_AN_HOUR, 302)]
)
def test_a_steward_is_asked_after_half_an_hour(steward, seconds, status):
    away(steward, seconds)

    assert steward.get("/statement").status_code == status


def test_she_comes_back_to_the_page_she_asked_for(steward):
    away(steward)
    asked = steward.get("/statement?period=year")
    page = steward.get(asked["Location"])
    shown = text(page)
    assert "Nobody has used this page for half an hour." in shown
    assert "My keys" not in shown

    wrong = steward.post(asked["Location"], {"again_secret": "guess"})
    right = steward.post(asked["Location"], SECRET)

    assert wrong.status_code == 422
    assert "That is not your password." in text(wrong)
    assert right["Location"] == "/statement?period=year"
    assert steward.get(right["Location"]).status_code == 200
    assert "You showed again that it is you." in text(steward.get("/security"))


def test_what_she_has_typed_goes_on_after_she_has_shown_it(steward):
    from urdimbre.web.circuit.models import Person

    typed = {"name": "Ludmila «Lu» Páez", "place": "La Loma\nabajo"}
    away(steward)

    held = steward.post("/members/admit", typed)

    assert held.status_code == 403
    kept = held.content.decode()
    assert 'name="name" value="Ludmila «Lu» Páez"' in kept
    assert not Person.objects.filter(name=typed["name"]).exists()
    done = steward.post("/members/admit", typed | SECRET)
    assert done.status_code == 302, text(done)
    assert Person.objects.filter(name=typed["name"]).exists()


def test_a_wrong_secret_keeps_what_was_typed_and_does_nothing(steward):
    away(steward)

    held = steward.post("/members/admit", {"name": "Nadie", "again_secret": "guess"})

    assert held.status_code == 422
    assert 'name="name" value="Nadie"' in held.content.decode()
    assert "guess" not in held.content.decode()
    assert steward.get("/").status_code == 302


def test_each_page_she_opens_keeps_her_inside(steward):
    from urdimbre.web.security.models import Visit

    away(steward, 20 * 60)
    steward.get("/")

    used = Visit.objects.get(session=steward.session.session_key).used
    assert time.time() - used < HALF_AN_HOUR / 2


def test_the_way_out_and_open_pages_stay_open_and_show_nothing_of_hers(steward):
    away(steward)

    assert FOUNDER not in text(steward.get("/handbook"))
    assert steward.get("/login").status_code == 200
    assert steward.post("/logout")["Location"] == "/login"


def test_who_acts_for_herself_or_her_household_only_is_not_asked(as_member):
    for name in (ANA, CARLA):
        client = as_member(name)
        client.get("/")
        away(client, 5 * HALF_AN_HOUR)

        assert client.get("/statement").status_code == 200


def test_a_file_of_hers_is_given_to_who_has_shown_it_lately(as_member):
    ana = as_member(ANA)
    assert ana.get("/statement.csv?period=year").status_code == 200

    entered_long_ago(ana)
    asked = ana.get("/statement.csv?period=year")

    assert asked["Location"].startswith("/again?next=/statement.csv")
    shown = ana.post(asked["Location"], SECRET)
    assert shown["Location"] == "/statement.csv?period=year"
    assert ana.get(shown["Location"]).status_code == 200


@pytest.mark.parametrize("path", ["/members/cards.pdf", "/members/notebooks.pdf"])
def test_cards_and_notebooks_of_others_ask_too(steward, path):
    entered_long_ago(steward)

    assert steward.post(path).status_code == 403
    given = steward.post(path, SECRET)

    assert given.status_code == 200
    assert given["Content-Type"] == "application/pdf"


def test_taking_back_what_was_recorded_asks_again(as_member, number_of):
    ana, beto = as_member(ANA), as_member(BETO)
    receipt = exchanged(ana, beto, "barter", number_of(BETO), BARTER)
    draft = ana.post(f"{receipt}/adjust", {"all": "1"})["Location"]
    entered_long_ago(ana)

    held = ana.post(f"{draft}/confirm")
    assert held.status_code == 403
    assert "For ten minutes you are not asked any more." in text(held)
    assert ana.post(f"{draft}/confirm", SECRET)["Location"] == draft

    assert beto.post(f"{draft}/confirm")["Location"].startswith("/receipts/")


def test_who_has_a_card_only_shows_its_code_and_keeps_it(card_only):
    delia, code = card_only
    entered_long_ago(delia)
    asked = delia.get("/statement.csv")["Location"]
    assert "The code on your card" in text(delia.get(asked))

    wrong = delia.post(asked, {"again_secret": "AAAA-BBBB-CCCC"})
    assert "That does not open." in text(wrong)
    assert delia.post(asked, {"again_secret": code})["Location"] == "/statement.csv"
    entered_long_ago(delia)
    assert delia.post(asked, {"again_secret": code}).status_code == 302


def test_who_has_a_pin_and_no_password_shows_the_pin(card_only):
    from urdimbre.web import opened
    from urdimbre.web.membership import pins

    delia, code = card_only
    person = opened.circuit().desk.whose_code(code, now=int(time.time()))
    key = opened.circuit().desk.keys_of(person)[0].key_id
    pins.change(person, key, pin=None, new_pin="mi perro come")
    entered_long_ago(delia)
    asked = delia.get("/statement.csv")["Location"]
    assert "The PIN of your key" in text(delia.get(asked))

    refused = delia.post(asked, {"again_secret": code})
    fits = delia.post(asked, {"again_secret": "mi perro come"})
    pins.change(person, key, pin="mi perro come", new_pin=None)

    assert refused.status_code == 422
    assert fits["Location"] == "/statement.csv"


def test_wrong_codes_are_counted(card_only):
    delia, code = card_only
    entered_long_ago(delia)
    for _ in range(5):
        delia.post("/again", {"again_secret": "AAAA-BBBB-CCCC"})

    answer = delia.post("/again", {"again_secret": code})

    assert "Too many tries. Wait a quarter of an hour." in text(answer)


def test_nobody_is_led_elsewhere(as_member):
    answer = as_member(ANA).post("/again?next=https://elsewhere.example/", SECRET)

    assert answer["Location"] == "/"


def test_giving_what_belongs_to_the_common_asks_again(steward, number_of):
    from urdimbre.core.accounts import COMMON

    steward.post("/acting/choose", {"member": COMMON})
    draft = steward.post(f"/exchange/gift?with={number_of(ANA)}", GOODS)["Location"]
    entered_long_ago(steward)

    held = steward.post(f"{draft}/confirm")
    asked = text(steward.get(draft))
    given = steward.post(f"{draft}/confirm", SECRET)

    assert held.status_code == 403
    assert "Is this right?" in asked
    assert given["Location"] == draft


def test_giving_what_is_her_own_does_not(as_member, number_of):
    ana = as_member(ANA)
    draft = ana.post(f"/exchange/gift?with={number_of(BETO)}", GOODS)["Location"]
    entered_long_ago(ana)

    assert ana.post(f"{draft}/confirm")["Location"] == draft
