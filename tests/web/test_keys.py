"""Her keys: shown, added on a device, braked, ended, under a PIN, recovered."""

import shutil
import time

import pytest
from django.db import connections

from tests.web.acting import BARTER, GOODS, propose, text
from tests.web.conftest import make_place
from tests.web.keyring import Device, confirm, key_ids, with_device
from tests.web.place import NAMES, PASSWORD, Place

ANA, BETO, CARLA, DELIA = NAMES
BAKERY = "Panadería La Espiga"
DAY = 86_400


@pytest.fixture(scope="module")
def first_place(tmp_path_factory):
    """A circuit with an initiative and a mediator."""
    folder = make_place(tmp_path_factory.mktemp("keys") / "circuit")
    place = Place.opened(folder)
    place.admit_initiative(BAKERY, ANA, BETO, CARLA)
    place.name_mediator(BETO)
    place.close()
    connections.close_all()
    return folder


@pytest.fixture
def made_place(first_place, tmp_path):
    """A copy of it for each test: keys that have ended do not come back."""
    folder = shutil.copytree(first_place, tmp_path / "circuit")
    yield folder
    from urdimbre.web import opened

    opened.close()
    connections.close_all()


@pytest.fixture
def later(monkeypatch):
    """Let time pass for the pages and for the notebook."""
    from urdimbre.web import opened

    def pass_by(seconds):
        at = time.time() + seconds
        monkeypatch.setattr(time, "time", lambda: at)
        circuit = opened.circuit()
        monkeypatch.setattr(circuit.registry._writer, "_clock", lambda: int(at))

    return pass_by


def exchange(one, other, number, *devices, by="server", **typed):
    """Ana gives something to Delia; the first signs by what is named."""
    draft = propose(one, "gift", number, GOODS)
    confirm(one, draft, *devices, by=by, **typed)
    return confirm(other, draft)


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


# ----------------------------------------------------------------------------- several
def as_the_bakery(as_member, name):
    client = as_member(name)
    client.post("/acting/choose", {"member": member_of(BAKERY)})
    return client


@pytest.mark.parametrize(("signs", "enough"), [("5", True), ("5,01", False)])
def test_one_of_three_signs_up_to_the_agreed_amount(
    as_member, number_of, signs, enough
):
    ana, delia = as_the_bakery(as_member, ANA), as_member(DELIA)
    deal = {**BARTER, "direction": "receive", "signs": signs}
    draft = propose(ana, "barter", number_of(DELIA), deal)

    assert confirm(ana, draft)["Location"] == draft
    answer = confirm(delia, draft)

    assert answer["Location"].startswith("/receipts/") == enough


def test_a_draft_waits_for_a_second_of_three_and_shows_who_has_signed(
    as_member, number_of
):
    ana, carla = as_the_bakery(as_member, ANA), as_the_bakery(as_member, CARLA)
    delia = as_member(DELIA)
    deal = {**BARTER, "direction": "receive", "signs": "20"}
    draft = propose(ana, "barter", number_of(DELIA), deal)

    confirm(ana, draft)
    shown = text(ana.get(draft))
    again = confirm(ana, draft)
    confirm(delia, draft)
    waiting = text(carla.get("/"))
    receipt = confirm(carla, draft)["Location"]

    assert f"Who signs for {BAKERY} Signatures needed: 2." in shown
    assert "Have signed Ana Quispe" in shown
    assert "May sign Beto Mamani, Carla Núñez" in shown
    assert "All keys that this server keeps count as one" not in shown
    assert again["Location"] == draft
    assert "Waiting for you" in waiting
    assert "Waiting for you" not in text(ana.get("/"))
    signed = text(delia.get(receipt))
    assert "Ana Quispe key kept by this server" in signed
    assert "Carla Núñez key kept by this server" in signed


def test_who_may_not_sign_under_the_rule_that_decides_is_told(as_member, number_of):
    """Carla is in the rule of two, and not in that of one."""
    carla = as_the_bakery(as_member, CARLA)
    deal = {**BARTER, "direction": "receive", "signs": "4"}
    draft = propose(carla, "barter", number_of(DELIA), deal)

    answer = confirm(carla, draft)

    assert answer.status_code == 422
    assert "has no role in this act" in text(answer)


# -------------------------------------------------------------------------- guardians
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
    assert confirm(ana, veto)["Location"].startswith("/receipts/")
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


def member_of(name):
    from urdimbre.web.circuit.models import Person

    return Person.objects.get(name=name).member


# -------------------------------------------------------------------------- languages
PAGES = ("/keys", "/keys/guardians")


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
