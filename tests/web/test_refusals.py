"""What cannot be recorded is told beside the field, with the way out."""

import re

import pytest

from tests.web.acting import (
    ANA,
    BARTER,
    BETO,
    DELIA,
    GOODS,
    SALE,
    confirm,
    propose,
    text,
)


def refused(as_member, number_of, mode, typed, language="en"):
    ana = as_member(ANA, language)
    answer = ana.post(f"/exchange/{mode}?with={number_of(BETO)}", typed)
    assert answer.status_code == 422
    return answer


def beside(answer, field):
    """The errors that stand beside a field."""
    page = answer.content.decode()
    found = re.search(rf'id="id_{field}_error">(.*?)</ul>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found[1]) if found else ""


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "the agreed limit is \N{MINUS SIGN}200.00\N{NO-BREAK SPACE}totaí"),
        ("es", "el límite acordado es \N{MINUS SIGN}200,00\N{NO-BREAK SPACE}totaí"),
        ("pt", "o limite combinado é \N{MINUS SIGN}200,00\N{NO-BREAK SPACE}totaí"),
    ],
)
def test_a_crossed_limit_is_told_beside_the_signs_in_her_language(
    as_member, number_of, language, sentence
):
    answer = refused(
        as_member, number_of, "barter", BARTER | {"signs": "500"}, language
    )

    assert sentence in beside(answer, "signs")
    assert 'value="500"' in answer.content.decode()
    assert "Tortillas de maíz azul" in answer.content.decode()


def test_a_barter_without_a_return_is_told_to_be_a_gift(as_member, number_of):
    answer = refused(as_member, number_of, "barter", BARTER | {"signs": ""})

    assert "If nothing comes back, it is a gift." in beside(answer, "signs")


def test_an_amount_of_two_readings_is_asked_about(as_member, number_of):
    typed = GOODS | {"quantity": "1.234", "unit": "KGM"}
    answer = refused(as_member, number_of, "gift", typed)

    page = answer.content.decode()
    assert "1.234 can be read in two ways." in beside(answer, "quantity")
    assert 'name="quantity" value="1234">1234\N{NO-BREAK SPACE}kg</button>' in page
    assert 'name="quantity" value="1.2340"' in page


def test_the_button_of_a_reading_counts_instead_of_the_field(as_member, number_of):
    typed = GOODS | {"quantity": ["1.234", "1.2340"], "unit": "KGM"}

    draft = propose(as_member(ANA), "gift", number_of(BETO), typed)

    assert "1.234 kg of Tortillas" in text(as_member(ANA).get(draft))


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("quantity", "abc", "Write a number"),
        ("quantity", "0", "above zero"),
        ("quantity", "2.5", "no decimals"),
        ("quantity", "", "This is needed here."),
        ("quantity", "9" * 20, "more than the notebook can count"),
        ("price", "1,2,3", "Groups of thousands"),
        ("price", "1.005", "Do you mean this?"),
        ("quantity", "1.234", "If not, write a whole number."),
        ("category", "weapons", "Choose one of the list."),
        ("unit", "TOTAI", "Choose one of the list."),
        ("what", "x" * 500, "Too long: at most 120 characters."),
    ],
)
def test_wrong_input_is_told_beside_its_field(
    as_member, number_of, field, typed, sentence
):
    answer = refused(as_member, number_of, "sale", SALE | {field: typed})

    assert sentence in beside(answer, field)


def test_a_day_that_has_gone_by_is_refused(as_member, number_of):
    typed = SALE | {"paid": "later", "due": "date", "due_day": "2020-01-01"}

    answer = refused(as_member, number_of, "sale", typed)

    assert "That day has gone by." in beside(answer, "due_day")


def test_a_gift_has_no_field_for_price_or_value(as_member, number_of):
    page = as_member(ANA).get(f"/exchange/gift?with={number_of(BETO)}")

    names = set(re.findall(r'name="([a-z_]+)"', page.content.decode()))
    assert names & {"price", "signs", "sign", "paid"} == set()
    assert {"direction", "what", "category", "quantity", "unit"} <= names


def test_a_limit_crossed_between_draft_and_confirmation_keeps_the_draft(
    as_member, number_of
):
    delia, beto = as_member(DELIA), as_member(BETO)
    drafts = [
        propose(delia, "barter", number_of(BETO), BARTER | {"signs": "120"})
        for _ in range(2)
    ]
    for draft in drafts:
        confirm(delia, draft)

    first, second = (confirm(beto, draft) for draft in drafts)

    assert first["Location"].startswith("/receipts/")
    assert second.status_code == 422
    assert "would stand at" in text(second)
    assert "Yes, I confirm and sign" in text(second)
    beto.post(f"{drafts[1]}/decline")
    back = BARTER | {"direction": "receive", "signs": "120"}
    undone = propose(delia, "barter", number_of(BETO), back)
    confirm(delia, undone)
    assert confirm(beto, undone).status_code == 302


def test_nobody_exchanges_with_herself(as_member, number_of):
    page = as_member(ANA).get(f"/exchange/gift?with={number_of(ANA)}")

    assert "With whom?" in text(page)


def test_more_than_is_owed_cannot_be_settled(as_member, number_of):
    from tests.web.acting import exchanged

    ana, beto = as_member(ANA), as_member(BETO)
    typed = SALE | {"paid": "later", "due": "open"}
    receipt = exchanged(ana, beto, "sale", number_of(BETO), typed)
    owed = f"{receipt.split('/')[-1]}.0.1"

    answer = beto.post(
        f"/exchange/settle?owed={owed}", {"quantity": "88", "against": "same"}
    )

    assert answer.status_code == 422
    assert "Only 87.50" in beside(answer, "quantity").replace("\N{NO-BREAK SPACE}", " ")
