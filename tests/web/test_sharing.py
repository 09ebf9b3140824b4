"""Card, order, receipt and offer as plain text for a chat group."""

import time

import pytest

from tests.web.acting import ANA, BARTER, BETO, DELIA, exchanged, text
from tests.web.allowing import member_of
from tests.web.test_purchases import begun, bought

DAY = 86_400


def shared(client, address):
    """The text that a page offers to copy."""
    from html import unescape

    answer = client.get(address)
    assert answer.status_code == 200
    content = answer.content.decode()
    return unescape(content.split('<textarea id="text"')[1].split(">", 1)[1]).split(
        "</textarea>"
    )[0]


def put_up(name, **more):
    from urdimbre.web.catalogue.models import Listing

    values = {
        "kind": "offer",
        "title": "Pan <de> maíz",
        "text": "Recién hecho",
        "category": "food.prepared",
        "modes": "barter gift",
        "quantity": 3,
        "unit": "DZN",
        "place": "Plaza",
        "created": int(time.time()),
        "until": int(time.time()) + 20 * DAY,
    }
    return Listing.objects.create(member=member_of(name), **values | more)


@pytest.fixture
def founder(as_member):
    return as_member("Fundadora")


def test_an_offer_is_shared_with_all_that_its_card_says(as_member, number_of):
    row = put_up(ANA)

    told = shared(as_member(BETO), f"/catalogue/{row.pk}/share")

    assert told.replace("\xa0", " ") == (
        "Circuito de prueba\n"
        "Offer: Pan <de> maíz\n"
        "3 dozens\n"
        "Recién hecho\n"
        "Barter, Gift\n"
        "Ana Quispe · Plaza\n"
        f"until {english_day(row.until // DAY)}\n"
        f"http://testserver/members/{number_of(ANA)}#l{row.pk}\n"
    )
    page = as_member(BETO).get(f"/members/{number_of(ANA)}").content.decode()
    assert f'id="l{row.pk}"' in page
    assert f'href="/catalogue/{row.pk}/share"' in page


def english_day(number):
    from django.utils import translation

    from urdimbre.web import wording

    with translation.override("en"):
        return wording.day(number)


def test_what_others_do_not_see_is_shared_by_its_owner_only(as_member):
    row = put_up(ANA, withdrawn=True)
    address = f"/catalogue/{row.pk}/share"

    assert as_member(BETO).get(address).status_code == 404
    assert "Pan <de> maíz" in shared(as_member(ANA), address)
    assert as_member(ANA).get("/catalogue/nothing/share").status_code == 404


def test_a_member_shares_her_own_card_and_nobody_elses(as_member, number_of):
    put_up(ANA)
    put_up(ANA, kind="need", title="Leña", withdrawn=True)
    number = number_of(ANA)

    told = shared(as_member(ANA), f"/members/{number}/share")

    assert told.startswith("Circuito de prueba\nAna Quispe\n")
    assert "Offer: Pan <de> maíz" in told
    assert "Leña" not in told
    assert told.endswith(f"http://testserver/members/{number}\n")
    assert as_member(BETO).get(f"/members/{number}/share").status_code == 404
    assert "Share my card" in text(as_member(ANA).get(f"/members/{number}"))
    assert "Share the card" not in text(as_member(BETO).get(f"/members/{number}"))
    for nobody in (0, 9999, 2**31):
        assert as_member(ANA).get(f"/members/{nobody}/share").status_code == 404


def test_an_order_is_shared_before_the_shopping_and_how_it_came_out_after(founder):
    address = begun(founder, "carla 2 pan\nbeto 3 pan\nana 1 kg arroz")

    before = shared(founder, f"{address}/share").replace("\xa0", " ")
    bought(
        founder,
        address,
        bought_0="5",
        price_0="20",
        bought_1="",
        price_1="",
        margin="5",
    )
    founder.post(f"{address}/money", {"paid_0": "1", "paid_1": "30"})
    after = shared(founder, f"{address}/share").replace("\xa0", " ")

    lines = before.splitlines()
    assert lines[0] == "Circuito de prueba"
    assert lines[1].startswith("Common purchase of ")
    assert lines[3:] == [
        "Carla Núñez",
        "- 2 pieces of pan",
        "Beto Mamani",
        "- 3 pieces of pan",
        "Ana Quispe",
        "- 1 kg of arroz",
        "",
        "In all",
        "- 5 pieces of pan",
        "- 1 kg of arroz",
    ]
    told = after.splitlines()
    assert "Carla Núñez: 8.40 BOB" in told
    assert "Beto Mamani: 12.60 BOB" in told
    assert "- 3 pieces of pan" in told
    assert told[-2:] == ["Paid in the shop: 20.00 BOB", "Margin: 1.00 BOB"]
    assert "owes" not in after


def test_an_order_is_shared_by_who_buys_for_all_only(founder, as_member):
    address = begun(founder, "carla 2 pan")

    assert as_member(BETO).get(f"{address}/share").status_code == 404
    assert f"{address}/share" in founder.get(address).content.decode()


def test_a_receipt_has_its_text_to_copy(as_member, number_of):
    receipt = exchanged(
        as_member(ANA), as_member(BETO), "barter", number_of(BETO), BARTER
    )

    told = shared(as_member(BETO), receipt)

    assert "Tortillas de maíz azul" in told
    assert told == as_member(BETO).get(f"{receipt}/text").content.decode()


def test_a_card_to_enter_with_is_a_text_for_her_alone(founder, number_of):
    from urdimbre.web.circuit.models import Login

    Login.objects.filter(member=member_of(DELIA)).delete()

    answer = founder.post(f"/members/{number_of(DELIA)}/code")

    page = text(answer)
    assert "to her alone" in page
    assert "Delia Rojas, enter Circuito de prueba with this link" in page
    code = page.split("?code=")[1].split()[0]
    assert founder.get("/enter", {"code": code}).status_code == 200
