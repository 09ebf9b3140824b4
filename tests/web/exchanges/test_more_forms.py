"""What the forms show only when asked: money given, deposits, thirds, rings."""

import pytest

from tests.web.acting import (
    ANA,
    BARTER,
    BETO,
    CARLA,
    DELIA,
    GOODS,
    LEND,
    SALE,
    confirm,
    exchanged,
    propose,
    text,
)

ON_ACCOUNT = SALE | {"paid": "later", "due": "request"}


def recorded(draft, *clients):
    """Sign a draft by all; return the receipt's address."""
    for client in clients[:-1]:
        assert confirm(client, draft)["Location"] == draft
    made = confirm(clients[-1], draft)["Location"]
    assert made.startswith("/receipts/"), text(clients[-1].get(draft))
    return made


def owed_by(receipt, move=1):
    return f"/exchange/settle?owed={receipt.split('/')[-1]}.0.{move}"


def test_money_and_signs_are_given_without_naming_goods(as_member, number_of):
    ana, beto = as_member(ANA), as_member(BETO)
    # Whatever other tests have left her with, she has something to give.
    exchanged(ana, beto, "barter", number_of(BETO), BARTER | {"signs": "90"})
    address = f"/exchange/gift?with={number_of(BETO)}&more=1"
    form = ana.get(address).content.decode()
    assert 'name="price"' not in form
    assert 'name="money"' in form
    assert f'href="?with={number_of(BETO)}"' in form

    typed = {"direction": "give", "money": "20", "signs": "1,50", "sign": "TOTAI"}
    draft = ana.post(address, typed)["Location"]
    assert "more=1&amp;draft=" in ana.get(draft).content.decode()
    made = recorded(draft, ana, beto)

    shown = text(beto.get(made))
    assert "Ana Quispe pays Beto Mamani 20.00 BOB." in shown
    assert "Ana Quispe passes 1.50 totaí to Beto Mamani." in shown
    assert "dozens" not in shown


def test_who_has_no_signs_is_told_that_she_gives_none_away(as_member, number_of):
    typed = {"direction": "give", "signs": "199", "sign": "TOTAI"}

    address = f"/exchange/gift?with={number_of(ANA)}&more=1"
    answer = as_member(DELIA).post(address, typed)

    assert answer.status_code == 422
    assert "to give." in text(answer)
    assert 'value="199"' in answer.content.decode()


def test_an_empty_gift_is_asked_for_goods(as_member, number_of):
    address = f"/exchange/gift?with={number_of(BETO)}"
    answer = as_member(ANA).post(address, {"direction": "give"})
    assert answer.status_code == 422
    assert text(answer).count("This is needed here.") == 4

    answer = as_member(ANA).post(f"{address}&more=1", {"direction": "give"})
    assert answer.status_code == 422
    assert text(answer).count("This is needed here.") == 1


def test_a_debt_is_forgiven_by_who_is_owed_and_by_nobody_else(as_member, number_of):
    ana, delia = as_member(ANA), as_member(DELIA)
    receipt = exchanged(ana, delia, "sale", number_of(DELIA), ON_ACCOUNT)
    typed = {"quantity": "40", "against": "forgiven"}
    refused = delia.post(owed_by(receipt), typed)
    assert refused.status_code == 422
    assert "Choose one of the list." in text(refused)

    draft = ana.post(owed_by(receipt), typed)["Location"]
    made = recorded(draft, ana, delia)

    shown = text(delia.get(made))
    assert "Gift" in shown
    assert "Ana Quispe forgives Delia Rojas a debt of 40.00 BOB." in shown
    assert "You owe 47.50 BOB" in text(delia.get(owed_by(receipt))).replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_who_could_forgive_is_told_that_it_is_never_secret(as_member, number_of):
    ana, delia = as_member(ANA), as_member(DELIA)
    receipt = exchanged(ana, delia, "sale", number_of(DELIA), ON_ACCOUNT)
    never = "A debt is never forgiven in secret: the notebook names who owed it."

    assert never in text(ana.get(owed_by(receipt)))
    assert never not in text(delia.get(owed_by(receipt)))


def test_a_lent_thing_that_is_forgiven_stays_where_it_is(as_member, number_of):
    ana, beto = as_member(ANA), as_member(BETO)
    receipt = exchanged(ana, beto, "lend", number_of(BETO), LEND)

    draft = ana.post(owed_by(receipt), {"quantity": "3", "against": "forgiven"})
    made = recorded(draft["Location"], ana, beto)

    assert "Ana Quispe gives Beto Mamani 3 pieces of Escalera." in text(
        ana.get(made)
    ) or "leaves 3 pieces of Escalera to Beto Mamani" in text(ana.get(made))
    assert beto.get(owed_by(receipt)).status_code == 404


def test_a_loan_has_a_deposit_and_a_price_for_the_use(as_member, number_of):
    ana, beto = as_member(ANA), as_member(BETO)
    typed = LEND | {"deposit": "50", "use_price": "5"}

    receipt = exchanged(ana, beto, "lend", number_of(BETO), typed)

    shown = text(ana.get(receipt))
    assert "Beto Mamani pays Ana Quispe 50.00 BOB." in shown
    assert "Ana Quispe will pay Beto Mamani 50.00 BOB." in shown
    assert "Beto Mamani pays Ana Quispe 5.00 BOB." in shown
    draft = ana.post(owed_by(receipt, 3), {"quantity": "50", "against": "same"})
    recorded(draft["Location"], ana, beto)


def test_somebody_else_pays_and_all_three_sign(as_member, number_of):
    ana, beto, carla = as_member(ANA), as_member(BETO), as_member(CARLA)
    typed = SALE | {"third": "carla nunez"}

    draft = propose(ana, "sale", number_of(BETO), typed)
    made = recorded(draft, ana, beto, carla)

    shown = text(carla.get(made))
    assert "Ana Quispe hands Beto Mamani 3 dozens" in shown
    assert "Carla Núñez pays Ana Quispe 87.50 BOB." in shown


def test_a_ring_of_three(as_member, number_of):
    ana, beto, carla = as_member(ANA), as_member(BETO), as_member(CARLA)
    typed = BARTER | {
        "signs": "",
        "back_what": "Leña",
        "back_category": "other",
        "back_quantity": "10",
        "back_unit": "KGM",
        "third": str(number_of(CARLA)),
        "third_what": "Clases",
        "third_category": "work.field",
        "third_quantity": "2",
        "third_unit": "HUR",
    }
    typed["back_category"] = GOODS["category"]

    draft = propose(ana, "barter", number_of(BETO), typed)
    made = recorded(draft, ana, carla, beto)

    shown = text(ana.get(made))
    assert "Ana Quispe hands Beto Mamani 3 dozens" in shown
    assert "Beto Mamani hands Carla Núñez 10 kg of Leña." in shown
    assert "Carla Núñez hands Ana Quispe 2 hours of Clases." in shown


def test_what_is_owed_goes_to_a_third(as_member, number_of):
    ana, delia, carla = as_member(ANA), as_member(DELIA), as_member(CARLA)
    receipt = exchanged(ana, delia, "sale", number_of(DELIA), ON_ACCOUNT)

    typed = {"quantity": "87.50", "against": "same", "third": "Carla Núñez"}
    draft = delia.post(owed_by(receipt), typed)
    made = recorded(draft["Location"], delia, carla, ana)

    shown = text(carla.get(made))
    assert "Delia Rojas pays Carla Núñez 87.50 BOB." in shown
    assert "passed on to a third person" in shown
    assert ana.get(owed_by(receipt)).status_code == 404


@pytest.mark.parametrize(
    ("third", "sentence"),
    [
        ("Nadie", "No member has that name or number."),
        ("99999999", "No member has that name or number."),
        ("9" * 59, "No member has that name or number."),
        ("Beto", "She is one of the two already."),
        ("a", "Several have that name."),
        ("0", "No member has that name or number."),
        ("\N{SUPERSCRIPT TWO}", "No member has that name or number."),
    ],
)
def test_a_third_who_is_not_clear_is_asked_about(as_member, number_of, third, sentence):
    answer = as_member(ANA).post(
        f"/exchange/sale?with={number_of(BETO)}", SALE | {"third": third}
    )

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert f'value="{third}"' in answer.content.decode()


JUNK = ["", " ", "\0", "-1", "1e9", "9" * 30, "1.234", "\N{SNOWMAN}", "0", "x" * 3000]
FIELDS = {
    "gift": ("what", "quantity", "unit", "category"),
    "gift more": ("money", "signs", "sign", "direction"),
    "lend": ("quantity", "due", "due_day", "deposit", "use_price", "direction"),
    "sale": ("price", "signs", "sign", "paid", "third", "due"),
    "barter": ("signs", "back_what", "back_quantity", "third", "third_what"),
    "ring": ("third_quantity", "third_unit", "third_category"),
}
TYPED = {
    "gift": GOODS,
    "gift more": {"direction": "give", "money": "5", "sign": "TOTAI"},
    "lend": LEND,
    "sale": SALE,
    "barter": BARTER,
    "ring": BARTER | {"third": "Carla"},
}


@pytest.mark.parametrize("form", FIELDS)
@pytest.mark.parametrize("junk", JUNK)
def test_whatever_is_typed_is_answered_and_kept(as_member, number_of, form, junk):
    ana = as_member(ANA)
    mode = {"ring": "barter", "gift more": "gift"}.get(form, form)
    more = "&more=1" if form == "gift more" else ""
    for name in FIELDS[form]:
        typed = TYPED[form] | {name: junk}
        answer = ana.post(f"/exchange/{mode}?with={number_of(BETO)}{more}", typed)
        assert answer.status_code in (302, 422), (name, junk)
        if answer.status_code == 422:
            page = answer.content.decode()
            assert 'class="errorlist' in page
            assert lost(page, typed, name) == []


def lost(page, typed, changed):
    """What was typed besides and does not stand on the page any more."""
    kept = [name for name in ("what", "money", "price") if name in typed]
    return [
        name
        for name in kept
        if name != changed and f'value="{typed[name]}"' not in page
    ]
