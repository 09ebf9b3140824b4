"""A recorded exchange is corrected from its receipt; both stay."""

import pytest

from tests.web.acting import (
    ANA,
    BARTER,
    BETO,
    DELIA,
    GOODS,
    LEND,
    confirm,
    exchanged,
    text,
)

FIFTY = BARTER | {"what": "Maíz", "quantity": "50", "unit": "KGM"}


@pytest.fixture
def fifty(as_member, number_of):
    """Ana has given Beto 50 kg of maize for 4.50; the receipt, and the two."""
    ana, beto = as_member(ANA), as_member(BETO)
    return exchanged(ana, beto, "barter", number_of(BETO), FIFTY), ana, beto


def signed(one, other, address):
    """Sign a draft by two; return the receipt's address."""
    assert confirm(one, address)["Location"] == address
    return confirm(other, address)["Location"]


def test_46_instead_of_50_kg_is_signed_by_both_and_shown_on_both_receipts(fifty):
    receipt, ana, beto = fifty
    number = receipt.split("/")[-1]
    page = text(ana.get(receipt))
    assert "Correct it together" in page
    form = text(ana.get(f"{receipt}/adjust"))
    assert "Ana Quispe hands Beto Mamani 50 kg of Maíz." in form

    draft = ana.post(f"{receipt}/adjust", {"move_0": "46", "move_1": "4,14"})
    shown = text(ana.get(draft["Location"]))
    assert "Maíz, from Ana Quispe to Beto Mamani: 46 kg instead of 50 kg." in shown
    later = signed(ana, beto, draft["Location"])

    for client in (ana, beto):
        first, second = text(client.get(receipt)), text(client.get(later))
        for told in (first, second):
            assert "46 kg instead of 50 kg." in told
            assert "4.14 totaí instead of 4.50 totaí." in told
        assert "Ana Quispe hands Beto Mamani 50 kg of Maíz." in first
        assert f"See receipt {number}" in second
    assert "adjusted later" in text(ana.get("/statement"))


def test_what_was_corrected_once_is_corrected_again_from_where_it_stands(fifty):
    receipt, ana, beto = fifty
    first = ana.post(f"{receipt}/adjust", {"move_0": "46", "move_1": "4.50"})
    signed(ana, beto, first["Location"])
    form = ana.get(f"{receipt}/adjust").content.decode()
    assert 'value="46"' in form
    assert "it stands at 46" in form

    second = beto.post(f"{receipt}/adjust", {"move_0": "48", "move_1": "4.50"})
    later = signed(beto, ana, second["Location"])

    assert "48 kg instead of 46 kg." in text(ana.get(later))
    assert "48 kg instead of 46 kg." in text(ana.get(receipt))
    assert "46 kg instead of 50 kg." in text(ana.get(receipt))


def test_everything_is_taken_back_with_one_button(fifty):
    receipt, ana, beto = fifty

    draft = ana.post(f"{receipt}/adjust", {"all": "1", "move_0": "x"})
    signed(ana, beto, draft["Location"])

    shown = text(beto.get(receipt))
    assert "0 kg instead of 50 kg." in shown
    assert "0.00 totaí instead of 4.50 totaí." in shown
    again = ana.post(f"{receipt}/adjust", {"all": "1"})
    assert again.status_code == 422
    assert "Everything has been taken back already." in text(again)


def test_a_draft_of_a_correction_leads_back_to_what_was_typed(fifty):
    receipt, ana, _beto = fifty
    draft = ana.post(f"{receipt}/adjust", {"move_0": "46", "move_1": "4,14"})
    page = ana.get(draft["Location"]).content.decode()

    assert f'href="{receipt}/adjust?deal=0&amp;draft=' in page
    number = draft["Location"].split("/")[-1]
    form = ana.get(f"{receipt}/adjust?deal=0&draft={number}").content.decode()
    assert 'value="4,14"' in form


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"move_0": "51", "move_1": "4.50"}, "a correction only lowers that"),
        ({"move_0": "50", "move_1": "4.50"}, "Nothing differs from what stands."),
        ({"move_0": "", "move_1": "4.50"}, "This is needed here."),
        ({"move_0": "-1", "move_1": "4.50"}, "marked below"),
        ({"move_0": "50\0", "move_1": "9" * 40}, "Too long"),
        ({"move_0": "4.123", "move_1": "1.234"}, "Do you mean this?"),
        ({"all": "1"} | {"move_1": "\N{SNOWMAN}"}, None),
        ({"nothing": "here"}, "This is needed here."),
    ],
)
def test_what_cannot_be_is_told_and_kept(fifty, typed, sentence):
    receipt, ana, _beto = fifty

    answer = ana.post(f"{receipt}/adjust", typed)

    if sentence is None:
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    assert sentence in text(answer)
    kept = typed.get("move_1", "")
    assert not kept or f'value="{kept}"' in answer.content.decode()


def test_what_has_been_settled_is_told_in_its_unit(as_member, number_of):
    ana, beto = as_member(ANA), as_member(BETO)
    receipt = exchanged(ana, beto, "lend", number_of(BETO), LEND)
    owed = f"{receipt.split('/')[-1]}.0.1"
    draft = beto.post(
        f"/exchange/settle?owed={owed}", {"quantity": "2", "against": "same"}
    )
    signed(beto, ana, draft["Location"])

    answer = ana.post(f"{receipt}/adjust", {"move_0": "1", "move_1": "1"})

    assert answer.status_code == 422
    assert "2 pieces of it are settled or returned already." in text(answer)


def test_who_is_no_party_corrects_nothing(fifty, as_member):
    receipt, ana, _beto = fifty
    delia = as_member(DELIA)

    assert delia.get(f"{receipt}/adjust").status_code == 404
    assert delia.post(f"{receipt}/adjust", {"all": "1"}).status_code == 404
    for query in (
        "?deal=1",
        "?deal=x",
        "?deal=9999999999",
        "?deal=\N{SUPERSCRIPT TWO}",
    ):
        assert ana.get(f"{receipt}/adjust{query}").status_code == 404
    assert ana.get("/receipts/0/adjust").status_code == 404


def test_the_others_learn_of_a_correction_only_when_it_is_signed(fifty, as_member):
    receipt, ana, beto = fifty
    draft = ana.post(f"{receipt}/adjust", {"move_0": "46", "move_1": "4.50"})

    assert beto.get(draft["Location"]).status_code == 404
    confirm(ana, draft["Location"])
    assert "Adjustment" in text(beto.get("/"))
    assert as_member(DELIA).get(draft["Location"]).status_code == 404


def test_a_gift_is_corrected_too(as_member, number_of):
    ana, beto = as_member(ANA), as_member(BETO)
    receipt = exchanged(ana, beto, "gift", number_of(BETO), GOODS)

    draft = beto.post(f"{receipt}/adjust", {"move_0": "2"})
    later = signed(beto, ana, draft["Location"])

    assert "2 dozens instead of 3 dozens." in text(ana.get(later))
    assert "2 dozens instead of 3 dozens." in text(
        as_member(DELIA).get(later.replace("receipts", "notebook"))
    )
