"""A member objects to what others entered for her; the two or a mediator settle it."""

import re

import pytest

from tests.web.acting import ANA, BARTER, BETO, CARLA, DELIA, confirm, exchanged, text

REASON = {"words": "Eran tres kilos, no cinco"}
FOUNDER = "Fundadora"


def done(client, address, typed):
    """Send a form and sign its draft; return the receipt's address."""
    answer = client.post(address, typed)
    assert answer.status_code == 302, text(answer)
    made = confirm(client, answer["Location"])["Location"]
    assert made.startswith("/receipts/"), text(client.get(answer["Location"]))
    return made


def test_an_entry_without_her_signature_is_objected_to_and_the_amount_held(
    as_member, debit
):
    ana, beto = as_member(ANA), as_member(BETO)
    receipt = debit(BETO, ANA)
    assert "Others made this entry for you. You can object until" in text(
        ana.get(receipt)
    )
    assert "You can object until" not in text(beto.get(receipt))
    assert "You can object until" in text(ana.get(f"{receipt}/contest"))

    made = done(ana, f"{receipt}/contest", REASON)

    told = text(beto.get("/"))
    number = receipt.split("/")[-1]
    assert f"Ana Quispe objects to receipt {number}" in told
    assert "4.50 totaí do not count meanwhile" in told
    assert "Held while an objection is open" in told
    assert "Eran tres kilos" in text(beto.get(receipt))
    assert "Eran tres kilos" in text(beto.get(made))
    assert "objected" in text(beto.get("/statement"))
    assert as_member(DELIA).get(made).status_code == 404
    shown = text(as_member(DELIA).get(made.replace("receipts", "notebook")))
    assert "objects to the entry of receipt" in shown
    assert "Eran tres kilos" not in shown


def test_she_takes_her_objection_back_and_nobody_objects_again(as_member, debit):
    ana = as_member(ANA)
    receipt = debit(BETO, ANA)
    done(ana, f"{receipt}/contest", REASON)
    early = ana.post(f"{receipt}/contest", {"outcome": "upheld", "words": ""})
    assert early.status_code == 422
    assert "Choose one of the list." in text(early)

    done(ana, f"{receipt}/contest", {"outcome": "withdrawn"})

    shown = text(ana.get(f"{receipt}/contest"))
    assert "This objection is settled." in shown
    assert "takes back the objection" in shown
    assert ana.post(f"{receipt}/contest", REASON).status_code == 200
    assert "I object" not in text(ana.get(receipt))


def test_the_two_correct_the_entry_and_the_objection_ends_as_right(as_member, debit):
    ana, beto = as_member(ANA), as_member(BETO)
    receipt = debit(BETO, ANA)
    done(ana, f"{receipt}/contest", REASON)
    draft = beto.post(f"{receipt}/adjust", {"move_0": "3", "move_1": "2.70"})
    confirm(beto, draft["Location"])
    confirm(ana, draft["Location"])

    done(beto, f"{receipt}/contest", {"outcome": "upheld", "words": "Perdón"})

    shown = text(ana.get(receipt))
    assert "was right: the entry has been adjusted." in shown
    assert "Perdón" in shown
    assert "adjusted later" in text(ana.get("/statement"))


def test_a_mediator_hears_both_and_finds_it_not_right(as_member, debit, name_mediator):
    ana, founder = as_member(ANA), as_member(FOUNDER)
    assert founder.get("/disputes").status_code in (200, 404)
    name_mediator(FOUNDER)
    receipt = debit(BETO, ANA)
    assert founder.get(f"{receipt}/contest").status_code == 404
    done(ana, f"{receipt}/contest", REASON)
    assert "Objections to mediate" in text(founder.get("/"))
    assert f'href="{receipt}/contest"' in founder.get("/disputes").content.decode()
    assert "Eran tres kilos" in text(founder.get(f"{receipt}/contest"))
    early = founder.post(f"{receipt}/contest", {"outcome": "upheld"})
    assert early.status_code == 422

    made = done(founder, f"{receipt}/contest", {"outcome": "rejected", "words": "No"})

    for client in (ana, as_member(BETO)):
        assert "was not found right" in text(client.get(receipt))
        assert "was not found right" in text(client.get(made))
    assert receipt not in founder.get("/disputes").content.decode()
    assert founder.get(f"{receipt}/contest").status_code == 404


def test_a_mediator_corrects_alone_and_then_finds_it_right(
    as_member, debit, name_mediator
):
    ana, founder = as_member(ANA), as_member(FOUNDER)
    name_mediator(FOUNDER)
    receipt = debit(BETO, ANA)
    assert founder.get(f"{receipt}/adjust").status_code == 404
    done(ana, f"{receipt}/contest", REASON)

    mended = done(founder, f"{receipt}/adjust", {"move_0": "3", "move_1": "2.70"})
    done(founder, f"{receipt}/contest", {"outcome": "upheld"})

    assert "2.70 totaí instead of 4.50 totaí." in text(ana.get(mended))
    assert "was right: the entry has been adjusted." in text(ana.get(receipt))


def test_nobody_mediates_a_case_of_her_own(as_member, debit, name_mediator):
    name_mediator(CARLA)
    carla, delia = as_member(CARLA), as_member(DELIA)
    receipt = debit(CARLA, DELIA)
    done(delia, f"{receipt}/contest", REASON)

    assert receipt not in carla.get("/disputes").content.decode()
    answer = carla.post(f"{receipt}/contest", {"outcome": "rejected"})
    assert answer.status_code in (200, 422)
    assert "was not found right" not in text(delia.get(receipt))


def test_who_has_signed_it_asks_for_a_correction_instead(as_member, number_of):
    ana, beto = as_member(ANA), as_member(BETO)
    receipt = exchanged(ana, beto, "barter", number_of(BETO), BARTER)

    assert "I object" not in text(beto.get(receipt))
    shown = text(beto.get(f"{receipt}/contest"))
    assert "You signed this entry yourself" in shown
    assert "Correct the entry" in shown
    assert beto.post(f"{receipt}/contest", REASON).status_code == 200
    assert as_member(DELIA).get(f"{receipt}/contest").status_code == 404
    assert as_member(DELIA).get("/disputes").status_code == 404


@pytest.mark.parametrize(
    "typed", [{}, {"words": "  "}, {"words": "x" * 501}, {"words": "a\0b"}]
)
def test_a_reason_that_cannot_be_kept_is_told(as_member, debit, typed):
    ana, receipt = as_member(ANA), debit(BETO, ANA)

    answer = ana.post(f"{receipt}/contest", typed)

    assert answer.status_code == 422
    assert re.search("needed here|Too long|cannot be kept", text(answer))
    assert "x" * 501 not in typed.get("words", "") or "x" * 501 in text(answer)


def test_the_queries_of_a_home_do_not_grow_with_objections(as_member, debit):
    from tests.web.test_pages import queries

    beto = as_member(BETO)
    done(as_member(ANA), f"{debit(BETO, ANA)}/contest", REASON)
    few = queries(beto, "/")
    for _ in range(3):
        done(as_member(ANA), f"{debit(BETO, ANA, minor=1)}/contest", REASON)

    assert queries(beto, "/") == few
