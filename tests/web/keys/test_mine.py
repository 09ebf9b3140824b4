"""Her keys: shown, added on a device, braked, ended, under a PIN, recovered."""

import pytest

from tests.web.acting import BARTER, GOODS, propose, text
from tests.web.keyring import Device, confirm, exchange, key_ids, member_of, with_device
from tests.web.place import NAMES, PASSWORD

ANA, BETO, CARLA, DELIA = NAMES


# ------------------------------------------------------------------------- the page
def test_the_page_says_who_could_sign_with_each_key(as_member):
    shown = text(as_member(ANA).get("/keys"))

    assert "Kept by this server" in shown
    assert "Whoever runs this server could sign in your name with it" in shown
    assert "End this key" not in shown


def test_a_key_that_has_ended_signs_nothing_more_and_its_seed_is_gone(
    as_member, number_of
):
    from urdimbre.web import opened

    ana = as_member(ANA)
    (server,) = key_ids(ana)
    device = with_device(ana)

    draft = ana.post("/keys/revoke", {"key": server})["Location"]
    assert f"The key {server} ends: key kept by this server." in text(ana.get(draft))
    assert confirm(ana, draft, device, by="device")["Location"].startswith("/receipts")

    shown = text(ana.get("/keys"))
    assert "It signs nothing any more." in shown
    assert [one.key_id for one in opened.circuit().desk.keys_of(member_of(ANA))] == []
    gift = propose(ana, "gift", number_of(DELIA), GOODS)
    assert "Yes, I sign" not in text(ana.get(gift))
    assert "The server has no key of yours" in text(confirm(ana, gift))
    assert confirm(ana, gift, device, by="device")["Location"] == gift


def test_the_last_key_cannot_end(as_member):
    ana = as_member(ANA)
    (server,) = key_ids(ana)

    answer = ana.post("/keys/revoke", {"key": server})

    assert answer.status_code == 422
    assert "Ana Quispe would have no key left." in text(answer)


def test_keys_are_changed_only_with_her_password(as_member):
    ana = as_member(ANA)
    device = Device()
    draft = ana.post("/keys/device", {"public": device.public})["Location"]

    answer = confirm(ana, draft, device, password="guess")

    assert answer.status_code == 422
    assert "That is not your password." in text(answer)
    assert len(key_ids(ana)) == 1


def test_keys_of_others_and_unsound_keys_are_not_taken(as_member):
    ana, beto = as_member(ANA), as_member(BETO)
    (of_beto,) = key_ids(beto)

    other = ana.post("/keys/revoke", {"key": of_beto})
    odd = ana.post("/keys/device", {"public": "00" * 32})
    broken = ana.post("/keys/device", {"public": "xyz"})

    assert "has not registered the key" in text(other)
    assert "is not a sound Ed25519 key." in text(odd)
    assert broken.status_code == 422


# --------------------------------------------------------------------------- device
def test_a_device_key_is_registered_and_signs_an_exchange(as_member, number_of):
    ana, delia = as_member(ANA), as_member(DELIA)
    device = with_device(ana)

    receipt = exchange(ana, delia, number_of(DELIA), device, by="device")["Location"]

    shown = text(ana.get(receipt))
    assert "Ana Quispe key on her own device" in shown
    assert "Delia Rojas key kept by this server" in shown


def test_a_new_key_that_has_not_signed_is_not_registered(as_member):
    ana = as_member(ANA)
    device = Device()
    draft = ana.post("/keys/device", {"public": device.public})["Location"]

    answer = confirm(ana, draft)

    assert answer["Location"] == draft
    assert len(key_ids(ana)) == 1
    assert confirm(ana, draft, device, by="device")["Location"].startswith("/receipts")


def test_a_false_signature_of_a_device_is_not_kept(as_member, number_of):
    ana, delia = as_member(ANA), as_member(DELIA)
    device = with_device(ana)
    draft = propose(ana, "gift", number_of(DELIA), GOODS)
    spoilt = device.signatures(ana.get(draft), spoil=True)

    answer = ana.post(f"{draft}/confirm", {"with": "device", "signatures": spoilt})

    assert answer.status_code == 422
    assert "The signature of Ana Quispe does not fit the act." in text(answer)
    assert delia.get(draft).status_code == 404


@pytest.mark.parametrize("sent", ["", "zz", "0" * 16, f"{'0' * 16}:{'00' * 64}"])
def test_a_device_that_sends_nothing_of_use_is_told(as_member, number_of, sent):
    ana = as_member(ANA)
    with_device(ana)
    draft = propose(ana, "gift", number_of(DELIA), GOODS)

    answer = ana.post(f"{draft}/confirm", {"with": "device", "signatures": sent})

    assert answer.status_code == 422
    assert "Is this right?" in text(answer)


def test_a_lost_device_is_replaced_by_another(as_member, number_of):
    ana, delia = as_member(ANA), as_member(DELIA)
    lost = with_device(ana)
    draft = ana.post("/keys/revoke", {"key": lost.id})["Location"]
    confirm(ana, draft)
    found = with_device(ana)

    gift = propose(ana, "gift", number_of(DELIA), GOODS)
    assert lost.signatures(ana.get(gift)) == ""
    assert confirm(ana, gift, found, by="device")["Location"] == gift
    assert confirm(delia, gift)["Location"].startswith("/receipts/")


def test_what_a_key_signed_before_it_ended_is_asked_for_again(as_member, number_of):
    """Revocation counts from its block: what is recorded later needs another key."""
    ana, delia = as_member(ANA), as_member(DELIA)
    (server,) = key_ids(ana)
    device = with_device(ana)
    draft = propose(ana, "barter", number_of(DELIA), BARTER)
    confirm(ana, draft)
    revoke = ana.post("/keys/revoke", {"key": server})["Location"]
    confirm(ana, revoke, device, by="device")

    assert confirm(delia, draft)["Location"] == draft
    assert "Still to sign Ana Quispe" in text(delia.get(draft))
    again = confirm(ana, draft, device, by="device")
    assert again["Location"].startswith("/receipts/")


# ------------------------------------------------------------------------------ brake
def test_a_brake_stops_all_her_keys_until_another_key_releases_it(as_member, number_of):
    ana = as_member(ANA)
    device = with_device(ana)
    (server,) = [one for one in key_ids(ana) if one != device.id]
    on = {"key": server, "on": "1"}
    confirm(ana, ana.post("/keys/brake", on)["Location"])
    gift = propose(ana, "gift", number_of(DELIA), GOODS)

    stopped = confirm(ana, gift, device, by="device")
    same = ana.post("/keys/brake", {"key": server, "on": "0"})
    release = ana.post("/keys/brake", {"key": device.id, "on": "0"})["Location"]

    assert "The keys of Ana Quispe are frozen." in text(stopped)
    assert same.status_code == 422
    assert "The brake on your keys is on" in text(ana.get("/"))
    assert confirm(ana, release, device, by="device")["Location"].startswith("/receipt")
    assert confirm(ana, gift, device, by="device")["Location"] == gift


def test_a_mediator_brakes_the_keys_of_a_member(as_member, number_of):
    beto, ana = as_member(BETO), as_member(ANA)
    page = f"/members/{number_of(ANA)}/brake"

    draft = beto.post(f"{page}/set", {"on": "1"})["Location"]
    receipt = confirm(beto, draft)["Location"]

    assert "The brake on the keys of Ana Quispe goes on." in text(beto.get(receipt))
    assert "A mediator has set it." in text(ana.get("/keys"))
    assert ana.get(f"/members/{number_of(BETO)}/brake").status_code == 404
    release = beto.post(f"{page}/set", {"on": "0"})["Location"]
    assert confirm(beto, release)["Location"].startswith("/receipts/")


# -------------------------------------------------------------------------------- PIN
PIN = "siete gatos"


def set_pin(client, new=PIN, **typed):
    (server, *_) = key_ids(client)
    posted = {"new": new, "again": new, "password": PASSWORD, **typed}
    return client.post(f"/keys/{server}/pin", posted)


def test_with_a_pin_the_server_signs_only_when_she_types_it(as_member, number_of):
    ana, delia = as_member(ANA), as_member(DELIA)
    assert set_pin(ana)["Location"] == "/keys"
    draft = propose(ana, "gift", number_of(DELIA), GOODS)

    without = confirm(ana, draft)
    wrong = confirm(ana, draft, pin="seis gatos")
    right = confirm(ana, draft, pin=PIN)

    assert "That PIN does not open your key." in text(without)
    assert "That PIN does not open your key." in text(wrong)
    assert right["Location"] == draft
    assert confirm(delia, draft)["Location"].startswith("/receipts/")


def test_the_key_encryption_key_alone_does_not_open_it_any_more(as_member):
    from urdimbre.adapters.keys.server import PinNeeded
    from urdimbre.web import opened

    set_pin(as_member(ANA))

    with pytest.raises(PinNeeded):
        opened.circuit().keys.sign(member_of(ANA), b"anything")


def test_after_five_wrong_pins_even_the_right_one_waits(as_member, number_of, later):
    ana = as_member(ANA)
    set_pin(ana)
    draft = propose(ana, "gift", number_of(DELIA), GOODS)
    for _ in range(5):
        confirm(ana, draft, pin="guess")

    locked = confirm(ana, draft, pin=PIN)
    later(15 * 60 + 1)

    assert "Too many tries." in text(locked)
    assert confirm(ana, draft, pin=PIN)["Location"] == draft


def test_four_wrong_pins_do_not_lock(as_member, number_of):
    ana = as_member(ANA)
    set_pin(ana)
    draft = propose(ana, "gift", number_of(DELIA), GOODS)
    for _ in range(4):
        confirm(ana, draft, pin="guess")

    assert confirm(ana, draft, pin=PIN)["Location"] == draft


def test_a_pin_is_changed_with_the_old_one_and_taken_off(as_member, number_of):
    ana = as_member(ANA)
    set_pin(ana)

    short = set_pin(ana, "corto", old=PIN)
    twice = set_pin(ana, "uno dos tres", again="uno dos", old=PIN)
    wrong = set_pin(ana, "uno dos tres", old="seis gatos")
    set_pin(ana, "uno dos tres", old=PIN)
    set_pin(ana, "", old="uno dos tres")

    assert "Take at least six characters." in text(short)
    assert "The two are not the same." in text(twice)
    assert "That PIN does not open your key." in text(wrong)
    draft = propose(ana, "gift", number_of(DELIA), GOODS)
    assert confirm(ana, draft)["Location"] == draft


def test_thanks_wait_for_her_pin_on_a_page_of_their_own(as_member, number_of):
    ana, delia = as_member(ANA), as_member(DELIA)
    receipt = exchange(delia, ana, number_of(ANA))["Location"]
    set_pin(ana)

    draft = ana.post(f"{receipt}/thanks", {"words": "Gracias"})["Location"]

    assert draft.startswith("/drafts/")
    assert confirm(ana, draft, pin=PIN)["Location"].startswith("/receipts/")
