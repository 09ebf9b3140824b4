"""The entrance: login, one-time codes, logout, languages, whom one acts for."""

import time

import pytest

from tests.web.acting import ANA, BETO, CARLA, DELIA, text
from tests.web.place import HOUSEHOLD, PASSWORD


@pytest.fixture
def stranger(place):
    from django.test import Client

    return Client(headers={"Accept-Language": "en"})


def enter(client, name="ana", password=PASSWORD, **more):
    return client.post("/login", {"handle": name, "password": password, **more})


def test_a_wrong_password_is_told_without_saying_which_part_was_wrong(stranger):
    for answer in (enter(stranger, password="no"), enter(stranger, name="nobody")):
        assert answer.status_code == 422
        assert "Name and password do not fit together." in text(answer)


def test_after_five_tries_even_the_right_password_waits(stranger):
    for _ in range(5):
        enter(stranger, "beto", "guess")

    answer = enter(stranger, "beto")

    assert answer.status_code == 422
    assert "Too many tries." in text(answer)
    assert enter(stranger, "ana").status_code == 302


def test_one_is_led_back_to_the_page_asked_for_but_never_elsewhere(stranger):
    asked = stranger.get("/statement?period=year")
    assert asked["Location"] == "/login?next=/statement%3Fperiod%3Dyear"

    inside = enter(stranger, next="/statement?period=year")
    outside = enter(stranger, next="https://elsewhere.example/")

    assert inside["Location"] == "/statement?period=year"
    assert outside["Location"] == "/"


def test_leaving_takes_a_form_and_ends_the_session(as_member):
    ana = as_member(ANA)

    assert ana.get("/logout").status_code == 405
    gone = ana.post("/logout")

    assert gone["Clear-Site-Data"] == '"cache"'
    assert ana.get("/").status_code == 302


def test_a_form_without_its_seal_changes_nothing(place):
    from django.test import Client

    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})

    answer = enter(client)

    assert answer.status_code == 403
    assert "The form has expired" in text(answer)


def test_a_one_time_code_opens_once_and_ends_older_sessions(as_member, stranger):
    from urdimbre.web import opened
    from urdimbre.web.circuit.models import Login, Person

    delia = as_member(DELIA)
    member = Person.objects.get(name=DELIA).member
    kept = Login.objects.get(member=member).password
    code = opened.circuit().desk.new_code(member, now=int(time.time()))
    typed = {
        "code": code.lower(),
        "name": DELIA,
        "handle": "Delia",
        "password": "otra-clave",
    }

    taken = stranger.post("/enter", typed)
    weak = stranger.post("/enter", typed | {"handle": "delia2", "password": "12345"})
    used = stranger.post("/enter", typed | {"handle": "delia2"})
    again = stranger.post("/enter", typed | {"handle": "delia3"})

    assert "That name is taken." in text(taken)
    assert "Take at least six characters." in text(weak)
    assert used["Location"] == "/"
    assert DELIA in text(stranger.get("/"))
    assert "was used already" in text(again)
    assert delia.get("/").status_code == 302
    Login.objects.filter(member=member).update(handle="delia", password=kept)


@pytest.mark.parametrize(
    ("asked", "word"),
    [("es-MX", "Entrar"), ("pt-BR", "Senha ou PIN"), ("en", "Password"), ("fr", "PIN")],
)
def test_the_browser_asks_for_a_language(place, asked, word):
    from django.test import Client

    page = Client(headers={"Accept-Language": asked}).get("/login")

    assert word in text(page)


def test_a_chosen_language_stays_with_the_login_on_every_device(as_member):
    as_member(ANA, "es").post("/language", {"language": "pt", "next": "/board"})

    page = as_member(ANA, "es").get("/")

    assert page["Content-Language"] == "pt"
    assert "Você" in text(page)


def test_a_language_chosen_at_the_door_is_spoken_inside(stranger):
    stranger.post("/language", {"language": "pt", "next": "/login"})

    enter(stranger)

    assert stranger.get("/")["Content-Language"] == "pt"
    # The next one on this phone is asked in the circuit's or the browser's language.
    stranger.post("/logout")
    assert stranger.get("/login")["Content-Language"] != "pt"


def test_one_acts_only_for_whom_one_may(as_member):
    from urdimbre.web.circuit.models import Person

    member = Person.objects.get(name=HOUSEHOLD).member
    carla, ana = as_member(CARLA), as_member(ANA)

    for client in (carla, ana):
        client.post("/acting/choose", {"member": member})

    assert "You act as Carla Núñez." in text(carla.get("/"))
    assert HOUSEHOLD not in text(ana.get("/acting"))
    assert HOUSEHOLD in text(as_member(BETO).get("/acting"))


def test_a_founder_admits_a_person_who_then_enters_with_a_code(as_member, stranger):
    founder = as_member("Fundadora")
    page = founder.post("/members/admit", {"name": "Élida Poma", "place": "La Loma"})
    assert page.status_code == 302, text(page)
    assert "Élida Poma" in text(founder.get(page["Location"]))

    shown = founder.post(f"{page['Location']}/code")
    code = shown.content.decode().split('<p class="big">')[1].split("<")[0]
    entered = stranger.post(
        "/enter",
        {"code": code, "name": "Élida", "handle": "elida", "password": "secreta"},
    )

    assert entered["Location"] == "/"
    assert "You have given as much as you received." in text(stranger.get("/"))
    assert founder.post(f"{page['Location']}/code").status_code == 404
    assert as_member(ANA).get("/members/admit").status_code == 404


def test_passwords_are_stretched_and_sessions_written_only_on_entering(as_member):
    from django.contrib.sessions.models import Session
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from urdimbre.web.circuit.models import Login

    ana = as_member(ANA)
    ana.get("/")  # on a new day, the day is noted once
    with CaptureQueriesContext(connection) as seen:
        ana.get("/")

    assert Login.objects.get(handle="ana").password.startswith("scrypt$")
    assert Session.objects.count() > 0
    assert not [one for one in seen.captured_queries if "SELECT" not in one["sql"]]


def code_for(name):
    from urdimbre.web import opened
    from urdimbre.web.circuit.models import Person

    member = Person.objects.get(name=name).member
    return member, opened.circuit().desk.new_code(member, now=int(time.time()))


def newcomer(as_member, name):
    founder = as_member("Fundadora")
    page = founder.post("/members/admit", {"name": name, "place": ""})
    assert page.status_code == 302, text(page)
    return code_for(name)


def test_with_a_card_she_enters_without_name_and_password(as_member, stranger):
    from django.test import Client

    _, code = newcomer(as_member, "Eulalia Choque")
    asked = stranger.get(f"/enter?code={code}").content.decode()
    assert 'value="Eulalia Choque"' in asked

    card = stranger.post("/enter", {"code": code, "name": "Eulalia Choque"})

    assert "Your card to come back" in text(card)
    assert "Eulalia" in text(stranger.get("/"))
    assert stranger.cookies["urdimbre"]["max-age"] > 300 * 86_400
    # The device is lost: the card lets her in elsewhere, and ends the old session.
    back = card.content.decode().split('<p class="big">')[1].split("<")[0]
    other = Client(headers={"Accept-Language": "en"})
    assert other.post("/enter", {"code": back, "name": "Eulalia"}).status_code == 200
    assert "Eulalia" in text(other.get("/"))
    assert stranger.get("/").status_code == 302


def test_nobody_enters_by_password_where_there_is_none(as_member, stranger):
    from urdimbre.web.circuit.models import Login

    member, code = newcomer(as_member, "Tomasa Huanca")
    stranger.post("/enter", {"code": code, "name": "Tomasa"})
    number = Login.objects.get(member=member).handle
    stranger.post("/logout")

    assert len(number) == 6
    assert number.isdigit()
    for password in ("", "None", "!"):
        assert enter(stranger, number, password).status_code == 422


def test_a_code_that_is_used_ends_all_others_of_that_member(as_member, stranger):
    _, old = newcomer(as_member, "Nilda Vaca")
    _, new = code_for("Nilda Vaca")

    stranger.post("/enter", {"code": new, "name": "Nilda"})
    answer = stranger.post("/enter", {"code": old, "name": "Thief"})

    assert answer.status_code == 422
    assert "was used already" in text(answer)


@pytest.mark.parametrize("missing", ["handle", "password"])
def test_a_short_name_goes_with_a_password(as_member, stranger, missing):
    _, code = newcomer(as_member, f"Paz {missing}")
    typed = {"code": code, "name": "Paz", "handle": "paz", "password": "secreta8"}

    answer = stranger.post("/enter", typed | {missing: ""})

    assert answer.status_code == 422
    assert "Fill in both, or leave both empty." in text(answer)
