"""A second step at the entrance: a code of an app, or a spare one on paper."""

import re
import time
from base64 import b32decode

import pytest

from tests.web.acting import ANA, BETO, CARLA, text
from tests.web.office.deskwork import no_of, picture_of, terms
from tests.web.place import PASSWORD
from urdimbre.web.security import time_codes

RFC_SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds, code):
    """RFC 6238, appendix B, SHA-1: the last six of its eight digits."""
    assert time_codes.code_at(RFC_SECRET, seconds // 30) == code


@pytest.mark.parametrize(
    ("step", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_clock_may_go_wrong_by_one_step(monkeypatch, step, fits):
    monkeypatch.setattr(time_codes.time, "time", lambda: 59.0)

    code = time_codes.code_at(RFC_SECRET, 1 + step) if step > -2 else "x"

    assert (time_codes.counter_of(RFC_SECRET, code) == 1 + step) == fits


@pytest.fixture
def stranger(place):
    """A browser; whoever took a second step takes it no longer afterwards."""
    from django.test import Client

    from urdimbre.web.security.models import SecondStep, SpareCode

    yield Client(headers={"Accept-Language": "en"})
    SecondStep.objects.all().delete()
    SpareCode.objects.all().delete()


@pytest.fixture
def app(stranger, as_member):
    """Ana's app and her spare codes; the app gives the code of a half minute."""
    ana = as_member(ANA)
    page = ana.get("/security/step").content.decode()
    shown = re.search(r"<code>([A-Z2-7]+)</code>", page)[1]
    secret = b32decode(shown)
    assert len(secret) == time_codes.SECRET_BYTES

    def code(later=0):
        return time_codes.code_at(secret, int(time.time()) // 30 + later)

    begun = ana.post("/security/step", {"code": code()})
    assert begun.status_code == 200, text(begun)
    spare = re.findall(r"<code>([A-Z0-9-]{14})</code>", begun.content.decode())
    assert len(spare) == len(set(spare)) == 8
    return code, spare


def by_password(client, **more):
    typed = {"handle": "ana", "password": PASSWORD} | more
    return client.post("/login", typed)


def test_the_password_alone_lets_nobody_in(stranger, app):
    code, _ = app

    half = by_password(stranger, next="/statement")

    assert half["Location"] == "/login/second?next=/statement"
    assert stranger.get("/statement")["Location"].startswith("/login")
    done = stranger.post(half["Location"], {"code": code(1)})
    assert done["Location"] == "/statement"
    assert stranger.get("/statement").status_code == 200
    told = "Somebody entered with your password and a code."
    assert told in text(stranger.get("/security"))


def test_a_code_serves_once(stranger, app):
    from django.test import Client

    code, _ = app
    taken = code(1)
    half = by_password(stranger)["Location"]
    assert stranger.post(half, {"code": taken}).status_code == 302

    other = Client(headers={"Accept-Language": "en"})
    by_password(other)
    again = other.post(half, {"code": taken})

    assert again.status_code == 422
    assert "has served already" in text(again)


def test_a_spare_code_serves_once_however_it_is_typed(stranger, app):
    _, spare = app
    half = by_password(stranger)["Location"]
    first = stranger.post(half, {"code": f" {spare[0].lower().replace('-', ' ')}"})
    assert first.status_code == 302
    assert "You have 7 spare codes left." in text(stranger.get("/security/step"))

    by_password(stranger)
    again = stranger.post(half, {"code": spare[0]})

    assert again.status_code == 422
    assert stranger.post(half, {"code": spare[1]}).status_code == 302


def test_after_five_wrong_codes_even_the_right_one_waits(stranger, app):
    code, _ = app
    half = by_password(stranger)["Location"]
    for _ in range(5):
        assert stranger.post(half, {"code": "000 00x"}).status_code == 422

    answer = stranger.post(half, {"code": code(1)})

    assert "Too many tries. Wait a quarter of an hour." in text(answer)


def test_the_step_without_the_password_leads_to_the_entrance(stranger, app):
    code, _ = app

    assert stranger.post("/login/second", {"code": code(1)})["Location"] == "/login"


def test_her_password_at_the_door_holds_ten_minutes(stranger, app):
    code, _ = app
    half = by_password(stranger)["Location"]
    session = stranger.session
    pk, seal, at = session["half_inside"]
    session["half_inside"] = [pk, seal, at - 601]
    session.save()

    assert stranger.post(half, {"code": code(1)})["Location"] == "/login"


def test_nothing_begins_before_a_code_fits(stranger, as_member):
    from urdimbre.web.security.models import SecondStep

    beto = as_member(BETO)
    page = beto.get("/security/step").content.decode()

    answer = beto.post("/security/step", {"code": "000 00x"})

    assert answer.status_code == 422
    assert "Is the clock of your phone right?" in text(answer)
    shown = re.search(r"<code>([A-Z2-7]+)</code>", page)[1]
    assert shown in answer.content.decode()
    assert not SecondStep.objects.exists()


def test_the_secret_is_sealed_and_spare_codes_are_kept_nowhere(stranger, app):
    from urdimbre.web.security.models import SecondStep, SpareCode

    _, spare = app

    assert b"second step" not in bytes(SecondStep.objects.get().sealed)
    kept = " ".join(SpareCode.objects.values_list("seal", flat=True))
    assert spare[0].replace("-", "").lower() not in kept.lower()


def test_she_ends_it_and_enters_with_her_password_again(stranger, app, as_member):
    ana = as_member(ANA)
    assert "you type the code of your app" in text(ana.get("/security/step"))

    ana.post("/security/step/end")

    assert by_password(stranger)["Location"] == "/"
    assert "Begin" in text(ana.get("/security/step"))


def test_ending_it_asks_who_is_here_if_she_entered_long_ago(app, as_member):
    from urdimbre.web.security.models import SecondStep

    ana = as_member(ANA)
    session = ana.session
    session["shown"] = 0
    session.save()

    assert ana.post("/security/step/end").status_code == 403
    assert SecondStep.objects.exists()


def test_with_the_login_goes_the_second_step(app):
    from urdimbre.web import opened
    from urdimbre.web.circuit.models import Login, Person
    from urdimbre.web.security.models import SecondStep, SpareCode

    kept = Login.objects.get(handle="ana")
    opened.circuit().desk.erase_login(Person.objects.get(name=ANA).member)
    kept.save(force_insert=True)

    assert not SecondStep.objects.exists()
    assert not SpareCode.objects.exists()


def test_the_address_in_the_picture_is_what_apps_read():
    told = time_codes.address(RFC_SECRET, circuit="La Loma", name="ana")

    assert told == (
        "otpauth://totp/La%20Loma:ana"
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=La%20Loma"
    )


def test_her_password_alone_signs_on_nobodys_device(as_member, app):
    code, _ = app
    carla = as_member(CARLA)
    asked = carla.post(f"/office/beside/{no_of(ANA)}", terms())["Location"]
    typed = {"picture": picture_of(ANA), "secret": PASSWORD}

    alone = carla.post(asked, typed)
    wrong = carla.post(asked, typed | {"code": "000000"})
    right = carla.post(asked, typed | {"code": code(1)})

    assert (alone.status_code, wrong.status_code) == (422, 422)
    assert "The code that your app shows now" in text(alone)
    assert right["Location"] == "/office", text(right)
