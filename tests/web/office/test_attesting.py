"""Two witnesses attest for who cannot sign: each herself, of herself never."""

import pytest

from tests.web.acting import (
    ANA,
    BARTER,
    BETO,
    CARLA,
    DELIA,
    GOODS,
    SALE,
    propose,
    text,
)
from tests.web.allowing import member_of
from tests.web.office.deskwork import day_ahead, no_of, picture_of
from tests.web.place import PASSWORD


@pytest.fixture
def founder(as_member):
    client = as_member("Fundadora")
    yield client
    client.post("/acting/choose", {"member": member_of("Fundadora")})


def named(founder, *people):
    """Name witnesses for the common; return the mandate's id."""
    from urdimbre.web.membership import keys

    before = {row.id for row in keys.mandates_to_attest()}
    typed = {"persons": [member_of(one) for one in people], "until": day_ahead()}
    draft = founder.post("/office/witnesses", typed)["Location"]
    assert "Two of these together attest" in text(founder.get(draft))
    answer = founder.post(f"{draft}/confirm", {"password": PASSWORD})
    assert answer.status_code == 302, text(answer)
    founder.post("/acting/choose", {"member": member_of("Fundadora")})
    (made,) = [row.id for row in keys.mandates_to_attest() if row.id not in before]
    return made


@pytest.fixture
def listed(founder):
    """Beto and Carla are witnesses of the circuit, as long as the test lasts."""
    made = named(founder, BETO, CARLA)
    yield made
    founder.post("/acting/choose", {"member": member_of("Fundadora")})
    draft = founder.post(f"/office/witnesses/{made}/end")["Location"]
    assert "These attest nothing more" in text(founder.get(draft))
    founder.post(f"{draft}/confirm", {"password": PASSWORD})


def asked(client, draft, name):
    """Ask witnesses to attest for somebody in a draft."""
    return client.post(f"{draft}/attest", {"member": member_of(name)})


def from_delia(client, **more):
    """Delia gives Ana something, for signs; Ana signs."""
    typed = {**BARTER, "direction": "receive", **more}
    draft = propose(client, "barter", no_of(DELIA), typed)
    client.post(f"{draft}/confirm")
    return draft


def test_two_attest_each_on_her_own_phone(as_member, listed):
    ana, beto, carla = as_member(ANA), as_member(BETO), as_member(CARLA)
    draft = from_delia(ana)
    assert "Let two witnesses attest it" in text(ana.get(draft))
    assert beto.get(draft).status_code == 404  # nobody has asked them yet
    assert asked(ana, draft, DELIA)["Location"] == draft
    assert "Delia Rojas" in text(beto.get("/office"))
    shown = text(beto.get(draft))
    assert "Witnesses for Delia Rojas" in shown
    assert "Signatures needed: 2." in shown

    assert beto.post(f"{draft}/confirm")["Location"] == draft
    assert beto.post(f"{draft}/confirm")["Location"] == draft  # once is once
    assert "Have signed Beto Mamani" in text(ana.get(draft))
    answer = carla.post(f"{draft}/confirm")

    receipt = answer["Location"]
    assert receipt.startswith("/receipts/")
    shown = text(as_member(DELIA).get(receipt))
    assert "attested by Beto Mamani" in shown
    assert "attested by Carla Núñez" in shown
    assert "You can object until" in shown
    statement = text(as_member(DELIA).get("/statement"))
    assert "recorded by Beto Mamani, Carla Núñez" in statement


def test_two_attest_one_after_the_other_on_one_device(as_member, listed):
    ana = as_member(ANA)
    draft = from_delia(ana)
    asked(ana, draft, DELIA)
    assert f"{draft}/beside/{no_of(BETO)}" in ana.get(draft).content.decode()

    for name in (BETO, CARLA):
        typed = {"picture": picture_of(name), "secret": PASSWORD}
        answer = ana.post(f"{draft}/beside/{no_of(name)}", typed)
        assert answer["Location"] == draft, text(answer)

    assert ana.get(draft)["Location"].startswith("/receipts/")


def test_who_gives_signs_or_promises_is_not_attested(as_member, listed):
    ana = as_member(ANA)
    debit = propose(ana, "barter", no_of(DELIA), BARTER)
    promise = propose(
        ana, "sale", no_of(DELIA), SALE | {"paid": "later", "due": "open"}
    )

    for draft in (debit, promise):
        ana.post(f"{draft}/confirm")
        shown = text(ana.get(f"{draft}/attest"))
        assert "Witnesses attest only goods or work given" in shown
        assert "she signs herself" in shown
        assert asked(ana, draft, DELIA).status_code == 422
        assert as_member(BETO).get(draft).status_code == 404


def test_nobody_attests_what_is_said_of_herself(as_member, listed):
    ana, beto = as_member(ANA), as_member(BETO)
    typed = BARTER | {"direction": "receive"}
    draft = propose(ana, "barter", no_of(BETO), typed)
    ana.post(f"{draft}/confirm")

    answer = asked(ana, draft, BETO)

    assert answer.status_code == 422
    assert "It takes two witnesses beside Beto Mamani" in text(answer)
    # She signs for herself all the same.
    assert beto.post(f"{draft}/confirm")["Location"].startswith("/receipts/")


def test_without_named_witnesses_the_way_out_is_said(as_member):
    ana = as_member(ANA)
    draft = from_delia(ana)

    answer = asked(ana, draft, DELIA)

    assert answer.status_code == 422
    assert "the circuit has not named so many" in text(answer)


def test_who_stands_on_no_list_signs_nothing(as_member, founder, listed):
    ana = as_member(ANA)
    draft = from_delia(ana)
    asked(ana, draft, DELIA)

    assert founder.get(draft).status_code == 404
    assert founder.post(f"{draft}/confirm").status_code == 404
    typed = {"picture": picture_of("Fundadora"), "secret": PASSWORD}
    answer = ana.post(f"{draft}/beside/{no_of('Fundadora')}", typed)
    assert answer.status_code == 404


def test_a_list_that_has_ended_attests_nothing_and_its_signatures_go(
    as_member, founder
):
    made = named(founder, BETO, CARLA)
    ana, beto, carla = as_member(ANA), as_member(BETO), as_member(CARLA)
    draft = from_delia(ana)
    asked(ana, draft, DELIA)
    beto.post(f"{draft}/confirm")
    end = founder.post(f"/office/witnesses/{made}/end")["Location"]
    founder.post(f"{end}/confirm", {"password": PASSWORD})

    assert carla.post(f"{draft}/confirm").status_code == 404
    # Delia still signs herself: nothing is lost.
    delia = as_member(DELIA)
    assert delia.post(f"{draft}/confirm")["Location"].startswith("/receipts/")


def test_she_who_comes_after_all_signs_herself(as_member, listed):
    ana = as_member(ANA)
    draft = from_delia(ana)
    asked(ana, draft, DELIA)
    as_member(BETO).post(f"{draft}/confirm")

    delia = as_member(DELIA)
    receipt = delia.post(f"{draft}/confirm")["Location"]

    assert receipt.startswith("/receipts/")
    assert "attested by" not in text(delia.get(receipt))


def test_only_who_made_a_draft_asks_for_witnesses(as_member, listed):
    ana = as_member(ANA)
    draft = from_delia(ana)

    assert as_member(DELIA).get(f"{draft}/attest").status_code == 404
    assert as_member(BETO).post(f"{draft}/attest", {"member": "x"}).status_code == 404
    assert asked(ana, draft, BETO).status_code == 422


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ((), "This is needed here."),
        ((BETO,), "Choose at least two: one witness alone attests nothing."),
    ],
)
def test_one_witness_is_none(founder, people, told):
    typed = {"persons": [member_of(one) for one in people], "until": day_ahead()}

    answer = founder.post("/office/witnesses", typed)

    assert answer.status_code == 422
    assert told in text(answer)


def test_only_the_common_names_and_ends_witnesses(as_member, listed):
    ana = as_member(ANA)
    typed = {"persons": [member_of(BETO), member_of(CARLA)], "until": day_ahead()}

    assert "Beto Mamani, Carla Núñez" in text(ana.get("/office/witnesses"))
    assert ana.post("/office/witnesses", typed).status_code == 404
    assert ana.post(f"/office/witnesses/{listed}/end").status_code == 404


def test_a_gift_to_somebody_without_a_device(as_member, listed):
    """She only takes goods: witnesses say that she has them."""
    ana = as_member(ANA)
    draft = propose(ana, "gift", no_of(DELIA), GOODS)
    ana.post(f"{draft}/confirm")
    asked(ana, draft, DELIA)

    as_member(BETO).post(f"{draft}/confirm")
    answer = as_member(CARLA).post(f"{draft}/confirm")

    assert answer["Location"].startswith("/receipts/")
