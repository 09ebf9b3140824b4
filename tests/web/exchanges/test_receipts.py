"""Receipts on paper of three widths, as text, and once more."""

import re
import time
from html import unescape

import pytest

from tests.web.acting import (
    ANA,
    BARTER,
    BETO,
    DELIA,
    GOODS,
    LEND,
    SALE,
    exchanged,
    text,
)

MODES = {
    "sale": SALE | {"signs": "1"},
    "barter": BARTER
    | {
        "back_what": "Leña",
        "back_category": "food.prepared",
        "back_quantity": "2,5",
        "back_unit": "KGM",
    },
    "gift": GOODS,
    "lend": LEND | {"due": "harvest", "deposit": "20"},
}


@pytest.mark.parametrize("mode", MODES)
def test_the_same_again_fills_the_form_as_it_was(as_member, number_of, mode):
    ana, beto = as_member(ANA), as_member(BETO)
    receipt = exchanged(ana, beto, mode, number_of(BETO), MODES[mode])

    for client, direction in ((ana, "give"), (beto, "receive")):
        page = client.get(receipt).content.decode()
        address = unescape(re.search(r'href="([^"]+again=[0-9]+)"', page)[1])
        form = client.get(address).content.decode()
        assert re.search(rf'value="{direction}"[^>]*checked', form)
        for name in ("what", "back_what", "back_quantity", "price", "deposit"):
            if MODES[mode].get(name):
                value = re.search(rf'name="{name}" value="([^"]*)"', form)[1]
                typed = MODES[mode][name]
                assert value.replace(".", ",") == typed.replace(".", ",")
        sent = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', form))
        assert sent["quantity"] == "3"


def test_the_same_again_can_be_signed_at_once(as_member, number_of):
    ana, beto = as_member(ANA), as_member(BETO)
    first = exchanged(ana, beto, "barter", number_of(BETO), BARTER)
    page = beto.get(first).content.decode()
    address = unescape(re.search(r'href="([^"]+again=[0-9]+)"', page)[1])

    answer = beto.post(address, BARTER | {"direction": "receive"})

    assert answer.status_code == 302
    shown = text(beto.get(answer["Location"]))
    assert "Ana Quispe hands Beto Mamani 3 dozens" in shown


@pytest.mark.parametrize("again", ["", "x", "0", "9" * 15, "9" * 40, "-1"])
def test_nothing_is_repeated_that_is_not_hers(as_member, number_of, again):
    answer = as_member(DELIA).get(
        f"/exchange/barter?with={number_of(BETO)}&again={again}"
    )

    assert answer.status_code == 200
    assert "Tortillas" not in text(answer)


def test_another_cannot_look_into_a_receipt_by_repeating_it(as_member, number_of):
    ana, beto = as_member(ANA), as_member(BETO)
    number = exchanged(ana, beto, "gift", number_of(BETO), GOODS).split("/")[-1]

    page = as_member(DELIA).get(f"/exchange/gift?with={number_of(BETO)}&again={number}")

    assert "Tortillas" not in page.content.decode()
    assert as_member(DELIA).get(f"/receipts/{number}/text").status_code == 404


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Receipt "), ("es", "Constancia "), ("pt", "Comprovante ")],
)
def test_a_receipt_is_shared_as_text(as_member, number_of, language, words):
    ana, beto = as_member(ANA, language), as_member(BETO)
    receipt = exchanged(ana, beto, "barter", number_of(BETO), BARTER)

    answer = ana.get(f"{receipt}/text")

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    plain = answer.content.decode()
    assert words in plain
    assert "Tortillas de maíz azul" in plain
    assert "/check/" in plain
    assert "<" not in plain
    shown = unescape(ana.get(receipt).content.decode())
    assert plain.strip() in shown


@pytest.mark.parametrize("paper", ["58", "80", "", "4", "58 x"])
def test_paper_is_chosen_in_the_address(as_member, number_of, paper):
    ana, beto = as_member(ANA), as_member(BETO)
    receipt = exchanged(ana, beto, "barter", number_of(BETO), BARTER)

    page = ana.get(receipt, {"paper": paper}).content.decode()

    known = paper in ("58", "80")
    assert (f'class="receipt paper{paper}"' in page) == known
    assert ('class="receipt"' in page) != known
    assert len(page) <= 40_000
    assert "style=" not in page


@pytest.mark.parametrize(
    ("kind", "language", "words"),
    [
        ("offer", "en", ["Buy", "Borrow", "Gift"]),
        ("need", "en", ["Sell", "Lend", "Gift"]),
        ("offer", "es", ["Comprar", "Pedir prestado", "Dádiva"]),
    ],
)
def test_an_offer_is_bought_and_a_need_is_sold_to(
    as_member, behind, kind, language, words
):
    from urdimbre.web.catalogue.models import Listing

    title = f"{kind} {language}"
    Listing.objects.create(
        kind=kind,
        member=behind.members[BETO],
        title=title,
        category="food.prepared",
        modes="sale lend gift",
        created=int(time.time()),
        until=int(time.time()) + 86_400,
    )

    page = as_member(ANA, language).get("/catalogue", {"q": title})

    assert " ".join(words) in text(page)


def test_the_statement_says_what_it_was_and_not_what_kind(as_member, number_of):
    ana, beto = as_member(ANA), as_member(BETO)
    exchanged(ana, beto, "gift", number_of(BETO), GOODS | {"what": "Humitas"})

    assert "Humitas" in text(ana.get("/statement"))
    assert "Humitas" in text(beto.get("/statement"))
    assert "Humitas" in b"".join(ana.get("/statement.csv")).decode()
    assert "Humitas" in text(ana.get("/"))


def test_the_words_of_a_statement_take_one_query(as_member, number_of):
    from tests.web.test_pages import queries

    ana, beto = as_member(ANA), as_member(BETO)
    exchanged(ana, beto, "gift", number_of(BETO), GOODS)
    few = queries(ana, "/statement")
    for _ in range(3):
        exchanged(ana, beto, "gift", number_of(BETO), GOODS)

    assert queries(ana, "/statement") == few
