"""Where two of three sign for a member: who has, who may, up to what amount."""

import pytest

from tests.web.acting import BARTER, GOODS, propose, text
from tests.web.keyring import (
    BAKERY,
    FUND,
    confirm,
    key_ids,
    member_of,
    with_device,
)
from tests.web.place import NAMES, PASSWORD

ANA, BETO, CARLA, DELIA = NAMES


def as_the_bakery(as_member, name, member=BAKERY):
    client = as_member(name)
    client.post("/acting/choose", {"member": member_of(member)})
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


def test_a_signature_that_comes_twice_at_once_is_one(as_member, number_of):
    from urdimbre.web.circuit.entering import Here
    from urdimbre.web.exchanges import roles, signing
    from urdimbre.web.exchanges.models import Draft

    ana = as_the_bakery(as_member, ANA)
    deal = {**BARTER, "direction": "receive", "signs": "20"}
    address = propose(ana, "barter", number_of(DELIA), deal)
    draft = Draft.objects.get(pk=address.rsplit("/", 1)[1])
    bakery, person = member_of(BAKERY), member_of(ANA)
    here = Here(None, person, bakery, 0, "initiative", BAKERY, ANA)
    slot = roles.by_server(draft, roles.role_of(here, draft))

    for _ in range(2):
        assert signing.sign(here, draft, [slot]) is None

    assert roles.slots_of(draft) == [slot]
    assert draft.signers.filter(member=bakery).count() == 2


def test_who_may_not_sign_under_the_rule_that_decides_is_told(as_member, number_of):
    """Carla is in the rule of two, and not in that of one."""
    carla = as_the_bakery(as_member, CARLA)
    deal = {**BARTER, "direction": "receive", "signs": "4"}
    draft = propose(carla, "barter", number_of(DELIA), deal)

    answer = confirm(carla, draft)

    assert answer.status_code == 422
    assert "has no role in this act" in text(answer)


def test_two_keys_that_the_server_keeps_are_one_for_a_fund_and_the_page_says_so(
    as_member, number_of
):
    ana, beto = (as_the_bakery(as_member, one, FUND) for one in (ANA, BETO))
    phone = with_device(as_member(ANA))
    draft = propose(ana, "gift", number_of(DELIA), GOODS)
    confirm(ana, draft)
    confirm(as_member(DELIA), draft)

    assert confirm(beto, draft)["Location"] == draft
    shown = text(beto.get(draft))
    assert "All keys that this server keeps count as one signature here" in shown
    assert "Have signed Ana Quispe, Beto Mamani" in shown
    receipt = confirm(ana, draft, phone, by="device")["Location"]

    assert receipt.startswith("/receipts/")
    assert text(ana.get(receipt)).count("key on her own device") == 1


def test_a_founder_with_a_pin_signs_an_admission_on_its_own_page(as_member):
    founder = as_member("Fundadora")
    (key,) = key_ids(founder)
    pin = {"new": "siete gatos", "again": "siete gatos", "password": PASSWORD}
    founder.post(f"/keys/{key}/pin", pin)

    draft = founder.post("/members/admit", {"name": "Flor Apaza"})["Location"]

    assert draft.startswith("/drafts/")
    answer = confirm(founder, draft, pin="siete gatos")
    assert answer["Location"].startswith("/receipts/")
