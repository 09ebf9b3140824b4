"""A clerk writes for a member without a device: both names stand everywhere."""

import pytest

from tests.web.acting import ANA, BARTER, BETO, CARLA, DELIA, GOODS, propose, text
from tests.web.allowing import member_of
from tests.web.office.deskwork import (
    PIN,
    allowed_beside,
    card_of,
    day_ahead,
    no_of,
    opened,
    picture_of,
    pictures_on,
    terms,
    without_device,
)
from tests.web.place import HOUSEHOLD, PASSWORD


@pytest.fixture
def clerk(as_member):
    """Carla, who keeps the office; she goes home when the test is over."""
    client = as_member(CARLA)
    yield client
    client.post("/office/close")
    client.post("/acting/choose", {"member": member_of(CARLA)})


def test_who_has_no_device_signs_at_the_desk_with_picture_and_card(clerk):
    without_device(DELIA)
    asked = clerk.post("/office/somebody", {"who": "delia"})
    assert asked["Location"] == f"/office/beside/{no_of(DELIA)}"

    draft = clerk.post(asked["Location"], terms())["Location"]
    page = clerk.get(draft)

    shown = text(page)
    assert "Carla Núñez may write for Delia Rojas: Barter, Gift." in shown
    assert "Spent is at most 20.00 totaí each time." in shown
    assert "In 30 days it is at most 30.00 totaí in all." in shown
    assert "The code on your card" in shown
    assert picture_of(DELIA) in pictures_on(page)
    assert len(pictures_on(page)) == 4

    code = card_of(DELIA)
    typed = {"picture": picture_of(DELIA), "secret": code, "new_pin": PIN}
    assert clerk.post(draft, typed)["Location"] == "/office"
    assert "Write for Delia Rojas" in text(clerk.get("/office"))
    # The card has served, the PIN has come in its place.
    again = clerk.post(f"/office/beside/{no_of(DELIA)}", terms())["Location"]
    assert "Your PIN" in text(clerk.get(again))
    wrong = clerk.post(again, {"picture": picture_of(DELIA), "secret": code})
    assert wrong.status_code == 422
    right = clerk.post(again, {"picture": picture_of(DELIA), "secret": PIN})
    assert right["Location"] == "/office"


def test_both_stand_on_every_page_and_in_what_is_recorded(as_member, clerk):
    made = allowed_beside(clerk, ANA, PASSWORD)
    beto, ana = as_member(BETO), as_member(ANA)
    shown = opened(clerk, made)
    assert "Left now 20.00 totaí" in shown

    start = "/exchange?direction=receive"
    form = f"/exchange/barter?with={no_of(BETO)}"
    receives = BARTER | {"direction": "receive"}
    draft = propose(clerk, "barter", no_of(BETO), receives)
    for page in ("/office/desk", start, form, draft):
        shown = clerk.get(page)
        assert "Carla Núñez writes for Ana Quispe" in text(shown), page
        assert shown.content.decode().count('role="img"') >= 2, page
    confirmed = clerk.post(f"{draft}/confirm")
    assert confirmed["Location"] == draft
    seen = text(beto.get(draft))
    assert "Ana Quispe" in seen
    assert "recorded by Carla Núñez" in seen
    receipt = beto.post(f"{draft}/confirm")["Location"]

    for client in (beto, ana, clerk):
        shown = text(client.get(receipt))
        assert "recorded by Carla Núñez" in shown
        assert "under a mandate" in shown
    statement = text(ana.get("/statement"))
    assert "recorded by Carla Núñez" in statement
    table = ana.get("/statement.csv")
    rows = b"".join(table.streaming_content).decode()
    assert "Carla Núñez" in rows
    assert "recorded by" not in text(beto.get("/statement"))
    assert "recorded by Carla Núñez" in text(clerk.get("/office/desk"))
    # She may object to what was written for her.
    assert "You can object until" in text(ana.get(receipt))
    assert "Somebody began to write for you in the office." in text(
        ana.get("/security")
    )


@pytest.mark.parametrize(("signs", "status"), [("20.00", 302), ("20.01", 422)])
def test_each_time_up_to_the_cap_itself(clerk, signs, status):
    made = allowed_beside(clerk, ANA, PASSWORD)
    opened(clerk, made)

    typed = BARTER | {"direction": "receive", "signs": signs}
    answer = clerk.post(f"/exchange/barter?with={no_of(BETO)}", typed)

    assert answer.status_code == status
    if status == 422:
        shown = text(answer)
        assert "more than Ana Quispe has agreed to beforehand" in shown
        assert "Write at most 20.00 totaí, or let her sign herself." in shown
        assert 'value="20.01"' in answer.content.decode()


def test_the_month_adds_up(as_member, clerk):
    made = allowed_beside(clerk, ANA, PASSWORD)
    opened(clerk, made)
    typed = BARTER | {"direction": "receive", "signs": "18"}
    draft = propose(clerk, "barter", no_of(BETO), typed)
    clerk.post(f"{draft}/confirm")
    as_member(BETO).post(f"{draft}/confirm")

    answer = clerk.post(f"/exchange/barter?with={no_of(BETO)}", typed)

    assert answer.status_code == 422
    assert "Write at most 12.00 totaí" in text(answer)
    assert "Left now 12.00 totaí" in text(clerk.get("/office/desk"))


def test_what_is_not_allowed_is_told_with_what_was_typed(clerk):
    made = allowed_beside(clerk, ANA, PASSWORD, modes=["gift"])
    opened(clerk, made)

    typed = BARTER | {"direction": "receive"}
    answer = clerk.post(f"/exchange/barter?with={no_of(BETO)}", typed)

    assert answer.status_code == 422
    assert "Ana Quispe has not agreed to this beforehand: barter." in text(answer)
    assert "Tortillas" in answer.content.decode()


def test_a_mandate_that_ends_meanwhile_signs_nothing(as_member, clerk):
    made = allowed_beside(clerk, ANA, PASSWORD)
    opened(clerk, made)
    draft = propose(clerk, "gift", no_of(BETO), GOODS)
    ana = as_member(ANA)
    ended = ana.post(f"/office/{made}/end")["Location"]
    assert "writes nothing more for Ana Quispe" in text(ana.get(ended))
    assert ana.post(f"{ended}/confirm", {"password": PASSWORD}).status_code == 302

    answer = clerk.post(f"{draft}/confirm")

    assert answer.status_code == 404  # she is herself again, and it is not hers
    assert "writes for" not in text(clerk.get("/"))
    assert clerk.post(f"/office/{made}/open").status_code == 404


@pytest.mark.parametrize(
    "page",
    ["/statement", "/everything", "/keys", "/security", "/catalogue/mine", "/erase"],
)
def test_what_else_is_hers_stays_closed(clerk, page):
    opened(clerk, allowed_beside(clerk, ANA, PASSWORD))

    answer = clerk.get(page)

    assert answer.status_code == 403
    assert "This room is closed in the office" in text(answer)


def test_receipts_and_drafts_of_hers_that_are_no_matter_of_the_office(as_member, clerk):
    ana, beto = as_member(ANA), as_member(BETO)
    draft = propose(ana, "gift", no_of(BETO), GOODS)
    ana.post(f"{draft}/confirm")
    receipt = beto.post(f"{draft}/confirm")["Location"]
    keys = ana.post("/keys/server")
    opened(clerk, allowed_beside(clerk, ANA, PASSWORD))

    assert clerk.get(receipt).status_code == 404
    if keys.status_code == 302 and keys["Location"].startswith("/drafts/"):
        assert clerk.get(keys["Location"]).status_code == 404


def test_what_others_propose_her_clerk_confirms_but_does_not_decline(as_member, clerk):
    beto = as_member(BETO)
    draft = propose(beto, "gift", no_of(ANA), GOODS)
    beto.post(f"{draft}/confirm")
    opened(clerk, allowed_beside(clerk, ANA, PASSWORD))
    assert "Waiting for her" in text(clerk.get("/office/desk"))

    assert clerk.post(f"{draft}/decline")["Location"] == draft
    answer = clerk.post(f"{draft}/confirm")

    assert answer["Location"].startswith("/receipts/")


def test_who_closes_the_office_is_herself_again(clerk):
    opened(clerk, allowed_beside(clerk, ANA, PASSWORD))
    assert clerk.get("/")["Location"] == "/office/desk"

    clerk.post("/office/close")

    assert clerk.get("/").status_code == 200
    assert clerk.get("/office/desk")["Location"] == "/office"


def test_nobody_writes_under_a_mandate_that_is_not_hers(as_member, clerk):
    made = allowed_beside(clerk, ANA, PASSWORD)
    beto = as_member(BETO)

    assert beto.post(f"/office/{made}/open").status_code == 404
    assert beto.post(f"/office/{made}/end").status_code == 404
    assert beto.post("/office/unknown/end").status_code == 404
    session = beto.session
    session["under"] = made
    session.save()
    assert "writes for" not in text(beto.get("/"))


def test_wrong_pictures_and_pins_are_counted_and_lock_for_a_while(clerk):
    draft = clerk.post(f"/office/beside/{no_of(ANA)}", terms())["Location"]
    other = next(one for one in pictures_on(clerk.get(draft)) if one != picture_of(ANA))
    for typed in (
        {"picture": other, "secret": PASSWORD},
        {"picture": picture_of(ANA), "secret": "wrong"},
        {"picture": other, "secret": "wrong"},
        {"picture": other, "secret": "wrong"},
        {"picture": other, "secret": "wrong"},
    ):
        answer = clerk.post(draft, typed)
        assert answer.status_code == 422
        assert "Picture and PIN do not fit together." in text(answer)

    answer = clerk.post(draft, {"picture": picture_of(ANA), "secret": PASSWORD})

    assert answer.status_code == 422
    assert "Too many tries." in text(answer)


def test_a_card_of_another_opens_nothing(clerk):
    without_device(BETO)
    draft = clerk.post(f"/office/beside/{no_of(BETO)}", terms())["Location"]

    for secret, new_pin in ((card_of(DELIA), PIN), (card_of(BETO), "123")):
        typed = {"picture": picture_of(BETO), "secret": secret, "new_pin": new_pin}
        assert clerk.post(draft, typed).status_code == 422


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"month": "19.99"}, "In 30 days it must be at least as much as each time."),
        ({"until": day_ahead(-1)}, "That day has gone by."),
        ({"until": day_ahead(400)}, "Choose a day within a year."),
        ({"each": "1.234"}, "Do you mean this?"),
        ({"modes": []}, "This is needed here."),
        ({"unit": "XYZ"}, "Choose one of the list."),
        ({"clerk": "nobody"}, "Choose one of the list."),
    ],
)
def test_what_is_typed_wrong_is_told_beside_its_field(as_member, typed, told):
    delia = as_member(ANA)

    answer = delia.post("/office/allow", terms(**{"clerk": member_of(CARLA), **typed}))

    assert answer.status_code == 422
    assert told in text(answer)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Nadie", "Nobody else here is called so, or has that number."),
        ("Carla", "Nobody else here is called so, or has that number."),
        ("Núñez", "That can be one of several"),
    ],
)
def test_who_cannot_be_found_at_the_desk(clerk, typed, told):
    answer = clerk.post("/office/somebody", {"who": typed})

    assert answer.status_code == 422
    assert told in text(answer)
    assert typed in answer.content.decode()


def test_a_household_says_by_whom_and_may_let_somebody_write(as_member, clerk):
    clerk.post("/acting/choose", {"member": member_of(HOUSEHOLD)})
    draft = propose(clerk, "gift", no_of(ANA), GOODS)
    clerk.post(f"{draft}/confirm")
    receipt = as_member(ANA).post(f"{draft}/confirm")["Location"]

    assert "Familia Núñez recorded by Carla Núñez" in text(clerk.get(receipt))
    assert "recorded by Carla Núñez" in text(clerk.get("/statement"))
    typed = terms(clerk=member_of(BETO))
    allowed = clerk.post("/office/allow", typed)["Location"]
    assert "Beto Mamani may write for Familia Núñez" in text(clerk.get(allowed))


def test_a_person_beside_confirms_what_the_other_has_made(as_member):
    ana = as_member(ANA)
    draft = propose(ana, "gift", no_of(CARLA), GOODS)
    ana.post(f"{draft}/confirm")
    assert "Sign here, on this device" in text(ana.get(draft))

    typed = {"picture": picture_of(CARLA), "secret": PASSWORD}
    answer = ana.post(f"{draft}/beside/{no_of(CARLA)}", typed)

    assert answer["Location"] == draft
    assert ana.get(draft)["Location"].startswith("/receipts/")
    assert as_member(BETO).get(f"{draft}/beside/{no_of(CARLA)}").status_code == 404
