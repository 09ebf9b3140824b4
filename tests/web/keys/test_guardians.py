"""Guardians give a new key, after a delay in which she can stop it."""

import pytest

from tests.web.acting import text
from tests.web.keyring import (
    Device,
    confirm,
    exchange,
    key_ids,
    member_of,
    with_device,
)
from tests.web.place import NAMES

ANA, BETO, CARLA, DELIA = NAMES


def name_guardians(client, need, *people):
    of = [member_of(one) for one in people]
    draft = client.post("/keys/guardians", {"of": of, "need": need})["Location"]
    return confirm(client, draft)


def test_guardians_give_a_new_key_after_a_delay_in_which_she_can_stop_it(
    as_member, number_of, later
):
    ana, beto, carla = as_member(ANA), as_member(BETO), as_member(CARLA)
    assert name_guardians(ana, 2, BETO, CARLA)["Location"].startswith("/receipts/")
    phone = with_device(carla)
    begin = f"/keys/recovery/{number_of(ANA)}/begin"

    draft = beto.post(begin)["Location"]
    assert "Signed Ana Quispe" not in text(beto.get(draft))
    assert confirm(beto, draft)["Location"] == draft
    assert "Signed Beto Mamani" in text(carla.get(draft))
    assert "Waiting for you" in text(carla.get("/"))
    receipt = confirm(carla, draft, phone, by="device")["Location"]

    assert receipt.startswith("/receipts/")
    shown = text(ana.get(receipt))
    assert "Ana Quispe gets a new key" in shown
    assert "Ana Quispe the new key itself, to prove that somebody holds it" in shown
    assert "Your guardians have given you a new key." in text(ana.get("/"))
    later(72 * 3600 + 1)
    ana = as_member(ANA)  # so long away, she shows again that it is she
    assert "Your guardians have given you a new key." not in text(ana.get("/"))
    assert text(ana.get("/keys")).count("Kept by this server") == 2
    gift = exchange(ana, as_member(DELIA), number_of(DELIA))
    assert gift["Location"].startswith("/receipts/")


def test_two_guardians_whose_keys_the_server_keeps_are_one(as_member, number_of):
    ana, beto, carla = as_member(ANA), as_member(BETO), as_member(CARLA)
    name_guardians(ana, 2, BETO, CARLA)
    draft = beto.post(f"/keys/recovery/{number_of(ANA)}/begin")["Location"]
    confirm(beto, draft)

    answer = confirm(carla, draft)

    assert answer.status_code == 422
    assert "guardians: 1 of 2 signatures." in text(answer)
    shown = text(carla.get(draft))
    assert "All keys that this server keeps count as one signature here" in shown
    assert "can give 1 of the 2 signatures" in text(ana.get("/keys/guardians"))


def test_a_recovery_that_she_stops_never_comes_into_force(as_member, number_of, later):
    from urdimbre.web import opened

    ana, beto = as_member(ANA), as_member(BETO)
    (own,) = key_ids(ana)
    name_guardians(ana, 1, BETO)
    draft = beto.post(f"/keys/recovery/{number_of(ANA)}/begin")["Location"]
    assert confirm(beto, draft)["Location"].startswith("/receipts/")
    (given,) = [one for one in key_ids(ana) if one != own]

    veto = ana.post("/keys/veto", {"key": given})["Location"]
    assert "Your password once more" not in text(ana.get(veto))
    stopped = confirm(ana, veto, password="")["Location"]
    assert stopped.startswith("/receipts/")
    later(73 * 3600)

    held = opened.circuit().desk.keys_of(member_of(ANA))
    assert [one.key_id for one in held] == [own]
    assert "Your guardians have given" not in text(ana.get("/"))


def test_she_who_has_lost_all_begins_on_her_new_phone(as_member, number_of, later):
    ana, beto, delia = as_member(ANA), as_member(BETO), as_member(DELIA)
    name_guardians(ana, 1, BETO)
    phone = Device()
    begin = f"/keys/recovery/{number_of(ANA)}/begin"

    draft = ana.post(begin, {"public": phone.public})["Location"]
    assert beto.get(draft).status_code == 404
    assert confirm(ana, draft, phone, by="device")["Location"] == draft
    assert confirm(beto, draft)["Location"].startswith("/receipts/")
    later(72 * 3600 + 1)
    ana = as_member(ANA)  # so long away, she shows again that it is she

    receipt = exchange(ana, delia, number_of(DELIA), phone, by="device")["Location"]
    assert "Ana Quispe key on her own device" in text(ana.get(receipt))


def test_only_guardians_and_she_herself_begin_a_recovery(as_member, number_of):
    ana, delia = as_member(ANA), as_member(DELIA)
    page = f"/keys/recovery/{number_of(ANA)}"
    assert ana.get(page).status_code == 404
    name_guardians(ana, 1, BETO)

    assert ana.get(page).status_code == 200
    assert as_member(BETO).get(page).status_code == 200
    assert delia.get(page).status_code == 404
    assert delia.post(f"{page}/begin").status_code == 404


def test_guardians_are_taken_back_and_her_rules_stay(as_member):
    ana = as_member(ANA)
    name_guardians(ana, 1, BETO)

    assert "Beto Mamani" in text(ana.get("/keys"))
    draft = ana.post("/keys/guardians", {"need": 1})["Location"]
    confirm(ana, draft)

    assert "You have named no guardians." in text(ana.get("/keys"))


PAGES = ("/keys", "/keys/apart", "/keys/guardians")


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_pages_of_keys_speak_three_languages(as_member, number_of, language):
    name_guardians(as_member(ANA), 1, BETO)
    client = as_member(ANA, language)
    (key,) = key_ids(client)
    number = number_of(ANA)

    for page in (*PAGES, f"/keys/{key}/pin", f"/keys/recovery/{number}"):
        answer = client.get(page)
        assert answer.status_code == 200
        assert answer["Content-Language"] == language
        assert "unsafe" not in answer["Content-Security-Policy"]


def test_under_a_brake_the_page_says_what_must_come_before_a_veto(as_member, number_of):
    """No key of hers stops a recovery then: a button that fails would mislead her."""
    ana, beto = as_member(ANA), as_member(BETO)
    (own,) = key_ids(ana)
    with_device(ana)
    name_guardians(ana, 1, BETO)
    draft = beto.post(f"/keys/recovery/{number_of(ANA)}/begin")["Location"]
    confirm(beto, draft)
    assert "Stop this key" in text(ana.get("/keys"))

    brake = ana.post("/keys/brake", {"key": own, "on": "1"})["Location"]
    assert confirm(ana, brake)["Location"].startswith("/receipts/")

    for page in ("/", "/keys"):
        shown = text(ana.get(page))
        assert "have the brake released first, today" in shown
        assert "Stop this key" not in shown
