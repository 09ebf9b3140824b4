"""Several people on one device: a list at the entrance, a PIN each, and hiding."""

import re

import pytest

from tests.web.acting import ANA, BETO, DELIA, text
from tests.web.place import PASSWORD

PIN = "mi perro come"
STAY = {"pin": PIN, "covered": "on"}


@pytest.fixture
def tablet(place):
    """A device that several use, with nobody inside."""
    from django.test import Client

    from urdimbre.web.doorstep.models import Stay

    yield Client(headers={"Accept-Language": "en"})
    Stay.objects.all().delete()


def enter(client, name, password=PASSWORD):
    answer = client.post("/login", {"handle": name, "password": password})
    assert answer.status_code == 302, text(answer)


def stays(client, name, **typed):
    """Enter, ask to stay, and leave."""
    enter(client, name)
    answer = client.post("/stay", STAY | typed)
    assert answer.status_code == 302, text(answer)
    client.post("/logout")


def doors(client):
    """The addresses behind the pictures at the entrance."""
    return re.findall(r'href="(/stay/\d+)"', client.get("/login").content.decode())


def test_only_who_asked_to_stay_is_listed_by_picture_and_name(tablet):
    enter(tablet, "beto")
    tablet.post("/logout")
    assert doors(tablet) == []

    stays(tablet, "delia")
    stays(tablet, "ana")

    shown = tablet.get("/login").content.decode()
    assert len(doors(tablet)) == 2
    assert shown.index("Ana Quispe") < shown.index("Delia Rojas")
    assert "Beto" not in shown
    assert shown.count('role="img"') == 2


def test_another_device_lists_nobody_and_opens_nothing(tablet):
    from django.test import Client

    stays(tablet, "ana")
    (door,) = doors(tablet)

    other = Client()

    assert doors(other) == []
    assert other.get(door).status_code == 404
    assert other.post(door, {"pin": PIN}).status_code == 404
    other.cookies["urdimbre_device"] = "guessed"
    assert other.post(door, {"pin": PIN}).status_code == 404


def test_each_opens_hers_with_her_own_pin(tablet):
    stays(tablet, "ana")
    stays(tablet, "delia", pin="otro secreto")
    _, delia = doors(tablet)
    assert "Delia Rojas" in text(tablet.get(delia))

    crossed = tablet.post(delia, {"pin": PIN})
    opened = tablet.post(delia, {"pin": "otro secreto"})

    assert crossed.status_code == 422
    assert "That is not your PIN on this device." in text(crossed)
    assert opened["Location"] == "/"
    assert DELIA in text(tablet.get("/"))
    assert "Somebody entered with your PIN on a device." in text(
        tablet.get("/security")
    )


def test_the_pin_is_stretched_and_the_secret_of_the_device_is_not_kept(tablet):
    from urdimbre.web.doorstep.models import Stay

    stays(tablet, "ana")

    kept = Stay.objects.get()
    assert kept.pin.startswith("scrypt$")
    cookie = tablet.cookies["urdimbre_device"]
    assert cookie.value not in kept.device
    assert cookie["httponly"]
    assert cookie["max-age"] > 300 * 86_400


def test_after_five_wrong_pins_even_the_right_one_waits(tablet):
    stays(tablet, "ana")
    (door,) = doors(tablet)
    for _ in range(5):
        tablet.post(door, {"pin": "guess"})

    answer = tablet.post(door, {"pin": PIN})

    assert answer.status_code == 422
    assert "Too many tries. Wait a quarter of an hour." in text(answer)
    enter(tablet, "ana")  # her password is not locked by it


def test_four_wrong_pins_do_not_lock(tablet):
    stays(tablet, "ana")
    (door,) = doors(tablet)
    for _ in range(4):
        tablet.post(door, {"pin": "guess"})

    assert tablet.post(door, {"pin": PIN})["Location"] == "/"


def test_balances_are_covered_until_touched_if_she_wants(tablet):
    cover = "My balances: touch to see"
    stays(tablet, "ana")
    (door,) = doors(tablet)
    tablet.post(door, {"pin": PIN})
    page = tablet.get("/").content.decode()
    inside = page.split(f"<summary>{cover}</summary>")[1].split("</details>")[0]
    assert page.count('class="big"') == inside.count('class="big"') > 0

    tablet.post("/stay", {"pin": PIN})

    assert cover not in text(tablet.get("/"))


def test_by_password_too_she_finds_her_cover_and_the_way_to_hide(tablet):
    stays(tablet, "ana")

    enter(tablet, "ana")

    page = text(tablet.get("/"))
    assert "My balances: touch to see" in page
    assert " Hide " in page


def test_who_does_not_share_a_device_sees_neither(as_member):
    page = text(as_member(BETO).get("/"))

    assert "touch to see" not in page
    assert " Hide " not in page


def test_hiding_ends_the_visit_and_shows_a_page_that_says_nothing(tablet):
    stays(tablet, "ana")
    (door,) = doors(tablet)
    tablet.post(door, {"pin": PIN})

    gone = tablet.post("/hide")
    page = tablet.get(gone["Location"])

    assert gone["Location"] == "/month"
    assert gone["Clear-Site-Data"] == '"cache"'
    shown = page.content.decode()
    assert not re.search(r"Urdimbre<|Circuito|Ana|<a |<form|login", shown)
    assert "<td" in shown
    assert tablet.get("/").status_code == 302
    assert doors(tablet) == [door]


def test_going_takes_her_off_the_list(tablet):
    stays(tablet, "ana")
    stays(tablet, "delia")
    enter(tablet, "ana")

    tablet.post("/stay/end")

    assert " Hide " not in text(tablet.get("/"))
    tablet.post("/logout")
    assert len(doors(tablet)) == 1
    assert "Ana Quispe" not in text(tablet.get("/login"))


def test_she_goes_from_all_other_devices_at_once(tablet):
    from django.test import Client

    from urdimbre.web.doorstep.models import Stay

    other = Client(headers={"Accept-Language": "en"})
    stays(other, "ana")
    stays(tablet, "ana")
    enter(tablet, "ana")
    assert "Take me off 1 other device" in text(tablet.get("/stay"))

    tablet.post("/stay/end", {"where": "others"})

    assert doors(other) == []
    assert Stay.objects.count() == 1
    assert len(doors(tablet)) == 1


def test_whoever_is_erased_is_listed_no_longer(tablet):
    from urdimbre.web import opened
    from urdimbre.web.circuit.models import Login, Person
    from urdimbre.web.doorstep.models import Stay

    stays(tablet, "ana")
    kept = Login.objects.get(handle="ana")
    member = Person.objects.get(name=ANA).member
    Login.objects.filter(pk=kept.pk).delete()
    assert doors(tablet) == []
    kept.save(force_insert=True)
    assert len(doors(tablet)) == 1

    opened.circuit().desk.erase_login(member)
    kept.save(force_insert=True)

    assert not Stay.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"pin": "12345"}, "Take at least six characters."),
        ({"pin": ""}, "This is needed here."),
        ({"pin": PIN, "covered": "perhaps"}, "Choose one of the list."),
    ],
)
def test_what_does_not_fit_is_told(tablet, typed, sentence):
    from urdimbre.web.doorstep.models import Stay

    enter(tablet, "ana")

    answer = tablet.post("/stay", typed)

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not Stay.objects.exists()


def test_a_crowded_device_says_so(tablet, monkeypatch):
    from urdimbre.web.doorstep import device

    monkeypatch.setattr(device, "STAYING_MAX", 1)
    stays(tablet, "ana")
    enter(tablet, "delia")

    answer = tablet.post("/stay", STAY)

    assert "Many stay on this device already" in text(answer)


def test_staying_asks_who_is_here_if_she_entered_long_ago(as_member, tablet):
    ana = as_member(ANA)
    session = ana.session
    session["shown"] = 0
    session.save()

    assert ana.get("/stay")["Location"] == "/again?next=/stay"
    assert ana.post("/stay", STAY).status_code == 403
