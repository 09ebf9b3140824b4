"""The calendar at a secret address: what stands in it, for whom, and how it ends."""

import time

import pytest

from tests.web.acting import ANA, BETO, CARLA, LEND, exchanged, text
from tests.web.allowing import member_of
from tests.web.place import HOUSEHOLD
from urdimbre.core.accounts import COMMON

DAY = 86_400


def address_of(client):
    """Make an address as its owner does; return its path."""
    client.post("/notices/calendar/make")
    return shown(client)


def shown(client):
    page = client.get("/notices/calendar").content.decode()
    address = page.split('aria-describedby="address_helptext">')[1].split("<")[0]
    return address.removeprefix("http://testserver")


def read(path, language="en"):
    """What a calendar program gets, its folded lines put together."""
    from django.test import Client

    answer = Client(headers={"Accept-Language": language}).get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return answer.content


def events(path):
    """The events as tables of their lines."""
    plain = read(path).replace(b"\r\n ", b"").decode().replace("\xa0", " ")
    return [
        dict(line.split(":", 1) for line in one.strip().split("\r\n")[:-1])
        for one in plain.split("BEGIN:VEVENT")[1:]
    ]


def lend(as_member, number_of, *, to=BETO, days=10):
    """Ana lends a ladder until a day; return that day as a date."""
    from urdimbre.web import wording

    due = wording.to_date(wording.today() + days)
    typed = LEND | {"due": "date", "due_day": due.isoformat()}
    taker = as_member(CARLA if to == HOUSEHOLD else to)
    if to == HOUSEHOLD:
        taker.post("/acting/choose", {"member": member_of(HOUSEHOLD)})
    exchanged(as_member(ANA), taker, "lend", number_of(to), typed)
    return due


@pytest.fixture(autouse=True)
def in_english(place):
    from urdimbre.web.circuit.models import Login

    Login.objects.update(language="en")


def test_what_she_owes_stands_on_its_day_without_amounts(as_member, number_of):
    due = lend(as_member, number_of)
    path = address_of(as_member(BETO))

    (event,) = events(path)

    assert event["SUMMARY"] == "Due: what you owe Ana Quispe"
    assert event["DTSTART;VALUE=DATE"] == due.strftime("%Y%m%d")
    assert event["URL"] == "http://testserver/exchange/settle"
    assert event["TRANSP"] == "TRANSPARENT"
    assert events(address_of(as_member(ANA))) == []


def test_amounts_are_told_to_who_asks_and_left_out_again(as_member, number_of):
    lend(as_member, number_of)
    beto = as_member(BETO)
    path = address_of(beto)

    beto.post("/notices/calendar/amounts", {"amounts": "on"})
    loud = events(path)[0]["SUMMARY"]
    beto.post("/notices/calendar/amounts")

    assert loud == "Due: you owe Ana Quispe 3 pieces"
    assert events(path)[0]["SUMMARY"] == "Due: what you owe Ana Quispe"


def test_who_acts_for_a_household_keeps_its_days_too(as_member, number_of):
    lend(as_member, number_of, to=HOUSEHOLD)

    (event,) = events(address_of(as_member(BETO)))

    assert event["SUMMARY"] == "Due: what Familia Núñez owes Ana Quispe"


def test_work_days_and_the_ends_of_offers_stand_in_it(as_member, behind):
    from urdimbre.web import wording
    from urdimbre.web.catalogue.models import Listing

    body = {
        "day": wording.today(),
        "due": wording.today() + 20,
        "category": "work.common",
        "quantity": 100,
        "unit": "DAY",
        "members": [behind.members[BETO]],
    }
    keeper = [(behind.members["Fundadora"], behind.common_policy)]
    agreement = behind.circuit.registry.state.get("agreement").version
    behind.record("dues", body, by=COMMON, signers=keeper, agreement=agreement)
    until = int(time.time()) + 30 * DAY
    row = {"member": member_of(BETO), "category": "tools", "created": 0, "until": until}
    Listing.objects.create(kind="offer", title="Leña; seca, y más", **row)
    Listing.objects.create(kind="need", title="No", **row | {"withdrawn": True})
    Listing.objects.create(kind="need", title="Ajeno", **row | {"member": "0" * 32})

    work, offer = events(address_of(as_member(BETO)))

    assert work["SUMMARY"].startswith("Common work: ")
    day = wording.to_date(wording.today() + 20)
    assert work["DTSTART;VALUE=DATE"] == day.strftime("%Y%m%d")
    assert offer["SUMMARY"] == "Last day: «Leña\\; seca\\, y más»"
    assert offer["DTSTART;VALUE=DATE"] == wording.to_date(until // DAY).strftime(
        "%Y%m%d"
    )


@pytest.mark.parametrize(("ahead", "there"), [(366, 1), (367, 0), (-31, 1), (-32, 0)])
def test_days_of_a_year_ahead_and_a_month_back_stand_in_it(
    as_member, number_of, monkeypatch, ahead, there
):
    from urdimbre.web import wording

    lend(as_member, number_of)
    path = address_of(as_member(BETO))
    due = wording.today() + 10
    monkeypatch.setattr(wording, "today", lambda: due - ahead)

    assert len(events(path)) == there


def test_it_is_written_as_the_standard_has_it(as_member, number_of):
    lend(as_member, number_of)
    path = address_of(as_member(BETO))

    told = read(path)

    lines = told.split(b"\r\n")
    assert b"\n" not in told.replace(b"\r\n", b"")
    assert (lines[0], lines[-2:]) == (b"BEGIN:VCALENDAR", [b"END:VCALENDAR", b""])
    assert max(map(len, lines)) <= 75
    assert b"VERSION:2.0" in lines
    assert b"X-WR-CALNAME:Circuito de prueba" in lines
    uids = [one["UID"] for one in events(path)]
    assert uids == [one["UID"] for one in events(path)]


def test_it_speaks_her_language_whoever_reads_it(as_member, number_of):
    from urdimbre.web.circuit.models import Login

    lend(as_member, number_of)
    path = address_of(as_member(BETO))
    Login.objects.update(language="pt")

    assert "Vence: o que você deve a Ana Quispe" in read(path).decode()


def test_another_address_ends_the_old_one_and_an_ended_one_gives_nothing(as_member):
    from django.test import Client

    beto = as_member(BETO)
    assert "Make the address" in text(beto.get("/notices/calendar"))
    first = address_of(beto)
    second = address_of(beto)
    assert first != second
    assert shown(beto) == second
    stranger = Client()
    assert stranger.get(first).status_code == 404
    assert stranger.get(second).status_code == 200

    beto.post("/notices/calendar/end")

    assert stranger.get(second).status_code == 404
    assert "A secret address of your calendar was made." in text(beto.get("/security"))


def test_an_address_cannot_be_guessed_from_what_the_desk_keeps(as_member):
    from django.test import Client

    from urdimbre.web.notices.models import Feed

    path = address_of(as_member(BETO))
    nonce = Feed.objects.get().nonce
    stranger = Client()
    last = "0" if path[-5] != "0" else "1"

    for wrong in (nonce, nonce * 2, path[10:-5] + last, path[10:-4].upper(), "-"):
        assert stranger.get(f"/calendar/{wrong}.ics").status_code == 404
    assert stranger.post(path).status_code in (403, 405)


def test_the_calendar_goes_with_her_name(as_member):
    from django.test import Client

    from urdimbre.web import opened

    path = address_of(as_member(BETO))

    opened.circuit().desk.erase_person(member_of(BETO))

    assert Client().get(path).status_code == 404
