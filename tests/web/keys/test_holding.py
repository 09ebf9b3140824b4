"""A steward or mediator holds, for a time, what a member could erase of herself."""

import datetime as dt
import time

import pytest

from tests.web.acting import text
from tests.web.keyring import exchange, member_of
from tests.web.place import NAMES, PASSWORD

ANA, BETO, CARLA, DELIA = NAMES
FOUNDER = "Fundadora"
REASON = "Objeción abierta sobre la harina, hasta la asamblea."


def on(days):
    return (
        dt.datetime.now(dt.UTC).astimezone().date() + dt.timedelta(days)
    ).isoformat()


def held(client, no, days=30, reason=REASON):
    return client.post(f"/members/{no}/hold", {"reason": reason, "until": on(days)})


def erase(client, *parts):
    typed = {"what": parts, "sure": "on", "password": PASSWORD}
    return client.post("/erase", typed)


def name_of(member):
    from urdimbre.web.circuit.models import Person

    return Person.objects.filter(member=member).values_list("name", flat=True).first()


def texts():
    from urdimbre.web import opened

    return opened.circuit().desk._all("SELECT COUNT(*) FROM payload")[0][0]


@pytest.mark.parametrize("who", [FOUNDER, BETO])
def test_she_reads_who_holds_what_until_when_and_why(as_member, number_of, who):
    ana, holder = as_member(ANA), as_member(who)
    exchange(ana, as_member(DELIA), number_of(DELIA))
    assert "Hold on erasing" in text(holder.get(f"/members/{number_of(ANA)}"))

    answer = held(holder, number_of(ANA))

    assert answer.status_code == 302, text(answer)
    page = text(ana.get("/erase"))
    assert f"{who} holds your texts and your name until" in page
    assert REASON in page
    assert "That day it ends by itself" in page
    assert "Your name, place, telephone" not in page
    assert "Texts that wait: 1." in page
    told = text(ana.get("/security"))
    assert "Your texts and name were held: for a time they stay." in told
    assert f"by {who}" in told


def test_nothing_held_goes_and_what_is_not_held_goes(as_member, number_of):
    ana, founder = as_member(ANA), as_member(FOUNDER)
    exchange(ana, as_member(DELIA), number_of(DELIA))
    before = texts()
    held(founder, number_of(ANA))

    refused = erase(ana, "texts", "person")

    assert refused.status_code == 422
    assert name_of(member_of(ANA)) == ANA
    assert texts() == before
    assert "Erased" in text(erase(ana, "login"))


def test_the_other_party_does_not_erase_it_either(as_member, number_of):
    ana, delia = as_member(ANA), as_member(DELIA)
    exchange(ana, delia, number_of(DELIA))
    held(as_member(FOUNDER), number_of(ANA))
    before = texts()

    page = text(delia.get("/erase"))
    erase(delia, "texts")

    assert "kept for a time by a steward or mediator" in page
    assert texts() == before


def test_it_ends_by_itself(as_member, number_of):
    from urdimbre.web import opened

    ana, delia = as_member(ANA), as_member(DELIA)
    exchange(ana, delia, number_of(DELIA))
    held(as_member(FOUNDER), number_of(ANA), days=1)
    assert REASON in text(ana.get("/erase"))
    yesterday = int(time.time()) - 86_400
    opened.circuit().desk.write("UPDATE erasing_hold SET until = ?", [(yesterday,)])

    page = text(ana.get("/erase"))

    assert REASON not in page
    assert "Texts in your exchanges" in page
    assert "Erased" in text(erase(ana, "texts", "person"))


def test_it_is_ended_before_its_day_and_that_is_told(as_member, number_of):
    from urdimbre.adapters import holds
    from urdimbre.web import opened

    ana, founder = as_member(ANA), as_member(FOUNDER)
    no = number_of(ANA)
    held(founder, no)
    desk = opened.circuit().desk
    (found,) = holds.of(desk, member_of(ANA), now=int(time.time()))

    assert founder.post(f"/members/{no}/hold/end", {"hold": "x"}).status_code == 302
    assert REASON in text(ana.get("/erase"))
    founder.post(f"/members/{no}/hold/end", {"hold": found.id})

    assert REASON not in text(ana.get("/erase"))
    assert "A hold on your texts and name was ended." in text(ana.get("/security"))
    assert "Erased" in text(erase(ana, "person"))


def test_nobody_else_holds_and_nobody_holds_her_own(as_member, number_of):
    carla, founder = as_member(CARLA), as_member(FOUNDER)
    own = number_of(FOUNDER)

    for client, no in ((carla, number_of(ANA)), (founder, own)):
        assert client.get(f"/members/{no}/hold").status_code == 404
        assert held(client, no).status_code == 404
        assert client.post(f"/members/{no}/hold/end").status_code == 404
    assert "Hold on erasing" not in text(carla.get(f"/members/{number_of(ANA)}"))


@pytest.mark.parametrize(
    ("days", "status"), [(-1, 422), (0, 302), (180, 302), (181, 422)]
)
def test_it_lasts_half_a_year_at_most(as_member, number_of, days, status):
    answer = held(as_member(FOUNDER), number_of(ANA), days=days)

    assert answer.status_code == status
    if status == 422:
        assert "Choose a day between today and half a year from now." in text(answer)
        assert REASON in text(answer)


def test_a_reason_is_a_sentence(as_member, number_of):
    answer = held(as_member(FOUNDER), number_of(ANA), reason="Porque sí")

    assert answer.status_code == 422
    assert "Say it in a sentence." in text(answer)
