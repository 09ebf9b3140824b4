"""The page "My programs": a token made with a password, shown once, and ended."""

import re
from datetime import date, timedelta

import pytest

from tests.web.acting import ANA, BETO, CARLA, text
from tests.web.api.asking import problem
from tests.web.keyring import member_of
from tests.web.place import HOUSEHOLD, PASSWORD

TOKEN = re.compile(r"urdimbre_[A-Za-z0-9_-]{43}")


def typed(**more):
    return {
        "name": "Caja de la feria",
        "scopes": ["statement", "exchange"],
        "cap": "12,50",
        "cap_unit": "TOTAI",
        "until": (date.today() + timedelta(30)).isoformat(),  # noqa: DTZ011 - hers
        "password": PASSWORD,
    } | more


@pytest.fixture(autouse=True)
def no_programs_of_other_tests(place):
    from urdimbre.web.api import callers
    from urdimbre.web.api.models import Token

    callers.quota.__init__()
    yield
    Token.objects.all().delete()


def calling(token):
    from django.test import Client

    sent = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    return Client(headers=sent)


def made(client, **more):
    answer = client.post("/programs", typed(**more))
    assert answer.status_code == 200, text(answer)
    [token] = TOKEN.findall(answer.content.decode())
    return token


def test_a_token_is_shown_once_and_opens_what_was_allowed(as_member, place):
    ana = as_member(ANA)
    token = made(ana)

    assert token not in ana.get("/programs").content.decode()
    for file in place.glob("desk.db*"):
        assert token.encode() not in file.read_bytes()
    told = calling(token).get("/api/me").json()
    assert told["scopes"] == ["statement", "exchange"]
    assert told["left"] == {"minor": 12_50, "unit": "TOTAI", "text": "12.50\xa0totaí"}
    assert problem(calling(token).get("/api/board"), 403) == "scope_missing"


def test_she_sees_what_each_may_do_and_ends_it(as_member):
    ana = as_member(ANA)
    token = made(ana)
    calling(token).get("/api/me")

    shown = text(ana.get("/programs"))
    assert "Caja de la feria" in shown
    assert "May sign away in all 12.50 totaí Left of it 12.50 totaí" in shown
    assert "Last used never" not in shown
    [address] = re.findall(r'"(/programs/\d+/end)"', str(ana.get("/programs").content))

    assert as_member(BETO).post(address).status_code == 404
    assert calling(token).get("/api/me").status_code == 200
    assert ana.post(address).status_code == 302

    assert problem(calling(token).get("/api/me"), 401) == "no_token"
    assert "Caja de la feria" not in text(ana.get("/programs"))


def test_a_new_password_ends_all_programs(as_member, place):
    from django.contrib.auth.hashers import make_password

    from urdimbre.web.circuit.models import Login

    token = made(as_member(ANA))
    login = Login.objects.get(handle="ana")
    before = login.password
    Login.objects.filter(pk=login.pk).update(password=make_password("otra-palabra"))

    answer = calling(token).get("/api/me")

    Login.objects.filter(pk=login.pk).update(password=before)
    assert problem(answer, 401) == "no_token"


def test_a_token_ends_with_its_day(as_member, monkeypatch):
    import time

    from urdimbre.web.api import tokens

    token = made(as_member(ANA))
    later = time.time() + 32 * 86_400
    monkeypatch.setattr(tokens.time, "time", lambda: later)

    assert problem(calling(token).get("/api/me"), 401) == "no_token"


def test_a_token_goes_with_its_makers_login(as_member, place):
    """Erased as `urdimbre erase` does, beside Django."""
    from urdimbre.web import opened
    from urdimbre.web.api.models import Token
    from urdimbre.web.circuit.models import Login

    token = made(as_member(CARLA))
    login = Login.objects.get(handle="carla")

    opened.circuit().desk.erase_login(member_of(CARLA))

    login.save(force_insert=True)
    assert not Token.objects.filter(person=member_of(CARLA)).exists()
    assert problem(calling(token).get("/api/me"), 401) == "no_token"


def test_a_token_acts_for_whom_she_acted_when_she_made_it(as_member):
    carla = as_member(CARLA)
    carla.post("/acting/choose", {"member": member_of(HOUSEHOLD)})
    token = made(carla)

    assert calling(token).get("/api/me").json()["name"] == HOUSEHOLD
    assert f"It acts for {HOUSEHOLD}." in text(carla.get("/programs"))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": ""}, "What do you call the program?"),
        ({"scopes": []}, "Choose what it may do."),
        ({"scopes": ["everything"]}, "Choose one of the list."),
        ({"cap": "some"}, "Write a number"),
        ({"cap": "1.234"}, "Do you mean this? If not, write fewer decimals."),
        ({"cap": "9" * 24}, "more than the notebook can count"),
        ({"cap_unit": "NOTOURS"}, "Choose one of the list."),
        ({"until": ""}, "Until what day?"),
        ({"until": "2020-01-01"}, "Choose a day between today and"),
        ({"until": "9999-12-31"}, "Choose a day between today and"),
        ({"until": "soon"}, "Write a day, such as 2026-03-31."),
        ({"password": "not hers"}, "That is not your password."),
        ({"name": "x" * 61}, "60"),
        ({"name": "\x00"}, "There is a character that cannot be kept."),
    ],
)
def test_what_is_typed_wrong_is_told_beside_it_and_kept(as_member, changed, told):
    answer = as_member(ANA).post("/programs", typed(**changed))

    assert answer.status_code == 422
    assert told in text(answer)
    assert not TOKEN.search(answer.content.decode())
    if "name" not in changed:
        assert 'value="Caja de la feria"' in answer.content.decode()


def test_the_password_is_not_guessed_here(as_member):
    from urdimbre.web.circuit.entering import ACCOUNT_TRIES

    ana = as_member(ANA)
    for _ in range(ACCOUNT_TRIES):
        assert ana.post("/programs", typed(password="x")).status_code == 422

    assert "Too many tries" in text(ana.post("/programs", typed()))


def test_nobody_keeps_more_programs_than_she_can_mind(as_member, monkeypatch):
    from urdimbre.web.api import tokens

    monkeypatch.setattr(tokens, "LIVE_MAX", 1)
    ana = as_member(ANA)
    made(ana)

    answer = ana.post("/programs", typed())

    assert answer.status_code == 422
    assert "You have many programs. End one of them first." in text(answer)


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_random_input_is_never_a_fault(as_member, language):
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    client = as_member(ANA, language)
    anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
    fields = st.sampled_from(sorted(typed()))

    @given(st.dictionaries(fields, anything | st.lists(anything, max_size=3)))
    @settings(
        max_examples=40,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def sent(changed):
        wrong = typed(password="never hers") | changed
        assert client.post("/programs", wrong).status_code == 422

    sent()
