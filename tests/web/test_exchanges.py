"""Two members exchange in each of the five modes, through the pages alone."""

import re
import time
from html import unescape

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
from tests.web.place import HOUSEHOLD


def test_a_barter_is_drafted_signed_confirmed_and_moves_both_balances(
    as_member, number_of
):
    ana, beto = as_member(ANA), as_member(BETO)
    before = balances(ana), balances(beto)

    draft = propose(ana, "barter", number_of(BETO), BARTER)
    shown = text(ana.get(draft))
    assert "Ana Quispe hands Beto Mamani 3 dozens of Tortillas de maíz azul." in shown
    assert "Beto Mamani passes 4.50 totaí to Ana Quispe." in shown
    assert confirm(ana, draft)["Location"] == draft
    assert "until" in line_of(ana, draft)
    assert "Waiting for you" in text(beto.get("/"))
    receipt = confirm(beto, draft)["Location"]

    shown = text(beto.get(receipt))
    assert "Recorded in the common notebook." in shown
    assert "Barter" in shown
    assert balances(ana) == before[0] + 450
    assert balances(beto) == before[1] - 450


def balances(client):
    """What a member's home says she stands at in totaí, in minor steps."""
    shown = text(client.get("/")).replace("\N{MINUS SIGN}", "-")
    found = re.search(r"(-?[\d,]+\.\d\d) totaí", shown)
    return int(found[1].replace(",", "").replace(".", ""))


def test_a_gift_reaches_a_household_and_is_thanked_for(as_member, number_of):
    delia, carla = as_member(DELIA), as_member(CARLA)
    draft = propose(delia, "gift", number_of(HOUSEHOLD), GOODS)
    confirm(delia, draft)
    choose(carla, HOUSEHOLD)

    receipt = confirm(carla, draft)["Location"]
    shown = text(carla.get(receipt))
    thanked = carla.post(f"{receipt}/thanks", {"words": "Que Dios se lo pague"})

    assert "Delia Rojas gives Familia Núñez 3 dozens of Tortillas" in shown
    assert thanked["Location"] == receipt
    assert "Thanks was given for this gift." in text(carla.get(receipt))
    again = carla.post(f"{receipt}/thanks", {"words": "Otra vez"})
    assert again.status_code == 422
    assert "Carla Núñez has thanked for that gift already." in text(again)


def choose(client, name):
    """Act for another member from now on."""
    from urdimbre.web.circuit.models import Person

    member = Person.objects.get(name=name).member
    return client.post("/acting/choose", {"member": member})


def test_a_sale_on_account_is_settled_in_part_with_money(as_member, number_of):
    ana, delia = as_member(ANA), as_member(DELIA)
    typed = SALE | {"paid": "later", "due": "harvest"}
    receipt = exchanged(ana, delia, "sale", number_of(DELIA), typed)
    assert "Delia Rojas will pay Ana Quispe 87.50 BOB." in text(ana.get(receipt))
    assert "To be fulfilled at harvest." in text(ana.get(receipt))
    owed = f"{receipt.split('/')[-1]}.0.1"

    draft = delia.post(
        f"/exchange/settle?owed={owed}", {"quantity": "40", "against": "same"}
    )["Location"]
    confirm(delia, draft)
    settled = confirm(ana, draft)["Location"]

    shown = text(delia.get(settled))
    assert "Delia Rojas pays Ana Quispe 40.00 BOB." in shown
    assert "Ana Quispe counts 40.00 BOB that Delia Rojas owed as fulfilled." in shown
    assert "47.50 BOB" in text(delia.get("/"))


def test_a_sale_may_ask_a_part_of_its_price_in_signs(as_member, number_of):
    typed = SALE | {"direction": "receive", "signs": "1"}

    receipt = exchanged(as_member(ANA), as_member(BETO), "sale", number_of(BETO), typed)

    shown = text(as_member(BETO).get(receipt))
    assert "Beto Mamani hands Ana Quispe 3 dozens" in shown
    assert "Ana Quispe pays Beto Mamani 87.50 BOB." in shown
    assert "Ana Quispe passes 1.00 totaí to Beto Mamani." in shown


def test_a_whole_unit_is_asked_for_a_whole_number(as_member, number_of):
    typed = GOODS | {"quantity": "1.234", "unit": "C62"}

    page = as_member(ANA).post(f"/exchange/gift?with={number_of(BETO)}", typed)

    assert page.status_code == 422
    assert "Do you mean this? If not, write a whole number." in text(page)
    assert "1234 pieces" in text(page)


def test_a_lent_thing_is_returned_and_owed_no_longer(as_member, number_of):
    ana, beto = as_member(ANA), as_member(BETO)
    receipt = exchanged(ana, beto, "lend", number_of(BETO), LEND)
    assert "Ana Quispe lends Beto Mamani 1 piece" not in text(ana.get(receipt))
    assert "Ana Quispe lends Beto Mamani 3 pieces of Escalera." in text(
        ana.get(receipt)
    )
    shown = text(ana.get(receipt))
    assert "Beto Mamani will return 3 pieces of Escalera to Ana Quispe." in shown
    owed = f"{receipt.split('/')[-1]}.0.1"

    assert "In pieces." in text(beto.get(f"/exchange/settle?owed={owed}"))
    draft = beto.post(
        f"/exchange/settle?owed={owed}", {"quantity": "3", "against": "same"}
    )["Location"]
    confirm(beto, draft)
    settled = confirm(ana, draft)["Location"]

    shown = text(ana.get(settled))
    assert "Beto Mamani returns 3 pieces of Escalera to Ana Quispe." in shown
    gone = beto.get(f"/exchange/settle?owed={owed}")
    assert gone.status_code == 404
    assert "That obligation is settled" in text(gone)


def test_a_lent_thing_that_is_paid_stays_with_who_has_it(as_member, number_of):
    ana, beto = as_member(ANA), as_member(BETO)
    receipt = exchanged(ana, beto, "lend", number_of(BETO), LEND)
    owed = f"{receipt.split('/')[-1]}.0.1"
    typed = {"quantity": "2", "against": "money", "price": "30"}

    draft = beto.post(f"/exchange/settle?owed={owed}", typed)["Location"]
    confirm(beto, draft)
    settled = confirm(ana, draft)["Location"]

    shown = text(ana.get(settled))
    assert "Beto Mamani pays Ana Quispe 30.00 BOB." in shown
    assert "Ana Quispe leaves 2 pieces of Escalera to Beto Mamani." in shown
    assert "1 piece" in text(beto.get("/"))


def test_goods_are_bartered_for_work_without_any_sign(as_member, number_of):
    typed = GOODS | {
        "sign": "TOTAI",
        "back_what": "Limpieza del canal",
        "back_category": "work.field",
        "back_quantity": "2,5",
        "back_unit": "HUR",
    }

    receipt = exchanged(
        as_member(ANA), as_member(BETO), "barter", number_of(BETO), typed
    )

    shown = text(as_member(ANA).get(receipt))
    assert "Beto Mamani hands Ana Quispe 2.5 hours of Limpieza del canal." in shown


def test_who_declines_records_nothing(as_member, number_of):
    ana, beto = as_member(ANA), as_member(BETO)
    draft = propose(ana, "barter", number_of(BETO), BARTER)
    confirm(ana, draft)

    beto.post(f"{draft}/decline")

    assert "Declined" in text(ana.get(draft))
    assert confirm(beto, draft)["Location"] == draft
    shown = text(beto.get(draft))
    assert "Declined" in shown
    assert "Still to sign" not in shown
    assert "Make a new one from it" not in shown


def test_who_made_a_draft_is_told_that_it_was_declined(as_member, number_of):
    ana, beto = as_member(ANA), as_member(BETO)
    draft = propose(ana, "barter", number_of(BETO), BARTER)
    confirm(ana, draft)
    beto.post(f"{draft}/decline")

    line = line_of(ana, draft)
    again = re.search(
        r'href="([^"]+)">Make a new one from it', ana.get(draft).content.decode()
    )

    assert "Declined" in line
    assert "until" not in line
    form = ana.get(unescape(again[1])).content.decode()
    assert 'value="Tortillas de maíz azul"' in form


def test_an_expired_draft_says_so_and_asks_nobody(as_member, number_of):
    from urdimbre.web.exchanges.models import Draft

    ana, beto = as_member(ANA), as_member(BETO)
    draft = propose(ana, "barter", number_of(BETO), BARTER)
    confirm(ana, draft)
    Draft.objects.filter(pk=draft.split("/")[-1]).update(
        valid_until=int(time.time()) - 60
    )

    shown = text(beto.get(draft))

    assert "This draft has expired" in shown
    assert "Nothing was recorded." in shown
    assert "I confirm and sign" not in shown
    assert line_of(beto, draft) == ""
    assert "Expired" in line_of(ana, draft)


def line_of(client, draft):
    """What stands on somebody's home page about a draft; nothing if it is not there."""
    page = client.get("/").content.decode()
    found = re.search(rf'href="{draft}">(.*?)</a>', page, re.DOTALL)
    return found[1] if found else ""


def test_a_draft_is_withdrawn_by_its_maker_and_unseen_before_she_signs(
    as_member, number_of
):
    ana, beto = as_member(ANA), as_member(BETO)
    draft = propose(ana, "gift", number_of(BETO), GOODS)

    assert beto.get(draft).status_code == 404
    assert confirm(beto, draft).status_code == 404
    confirm(ana, draft)
    assert beto.get(draft).status_code == 200
    assert ana.post(f"{draft}/decline")["Location"] == "/"
    assert beto.get(draft).status_code == 404


def test_signing_twice_records_once(as_member, number_of):
    ana, beto = as_member(ANA), as_member(BETO)
    draft = propose(ana, "gift", number_of(BETO), GOODS)
    confirm(ana, draft)
    confirm(ana, draft)
    receipt = confirm(beto, draft)["Location"]

    again = confirm(beto, draft)

    assert again["Location"] == draft
    assert beto.get(draft)["Location"] == receipt


def test_changing_a_draft_goes_back_to_everything_typed(as_member, number_of):
    ana = as_member(ANA)
    draft = propose(ana, "barter", number_of(BETO), BARTER)
    page = ana.get(draft).content.decode()
    change = re.search(r'href="(/exchange/barter\?[^"]+)"', page)[1].replace(
        "&amp;", "&"
    )

    form = ana.get(change).content.decode()
    again = ana.post(change, BARTER | {"signs": "5"})

    assert 'value="4,50"' in form
    assert "Tortillas de maíz azul" in form
    assert again.status_code == 302
    assert ana.get(draft).status_code == 404


@pytest.mark.parametrize("mode", ["sale", "barter", "gift", "lend"])
def test_each_mode_has_its_own_colour_icon_and_words(mode, as_member, number_of):
    page = as_member(ANA).get(f"/exchange/{mode}?with={number_of(BETO)}")

    content = page.content.decode()
    assert f'<div class="{mode}">' in content
    assert content.count('<svg class="icon"') > 4


def test_the_server_says_that_it_could_sign(as_member, number_of):
    draft = propose(as_member(ANA), "gift", number_of(BETO), GOODS)

    shown = text(as_member(ANA).get(draft))

    assert "Whoever runs it could sign in your name" in shown
