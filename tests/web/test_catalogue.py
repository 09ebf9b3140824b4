"""Offers and needs: put up, found with or without accents, renewed, withdrawn."""

import pytest

from tests.web.acting import ANA, BETO, text
from tests.web.test_pages import queries

BREAD = {
    "kind": "offer",
    "title": "Pão de ló recién horneado",
    "category": "food.prepared",
    "text": "Los viernes, a la señora de la esquina",
    "modes": ["barter", "gift"],
    "place": "La Loma",
}


@pytest.fixture
def listed(as_member):
    ana = as_member(ANA)
    assert ana.post("/catalogue/new", BREAD).status_code == 302
    yield ana
    from urdimbre.web.catalogue.models import Listing

    Listing.objects.all().delete()


@pytest.mark.parametrize(
    "search", ["pao", "PÃO", "recien hornead", "senora", "horneados", "viernes loma"]
)
def test_search_forgives_accents_case_and_plural(listed, as_member, search):
    shown = text(as_member(BETO).get("/catalogue", {"q": search}))

    assert ("Pão de ló" in shown) == (search != "viernes loma")


@pytest.mark.parametrize("search", ['"', "a* OR b", "NEAR(", "title:pan", "'; --", "^"])
def test_nothing_typed_breaks_the_search(listed, search):
    assert listed.get("/catalogue", {"q": search}).status_code == 200


def test_an_offer_leads_to_the_modes_it_accepts(listed, as_member, number_of):
    page = as_member(BETO).get("/catalogue").content.decode()

    start = f"/exchange/barter?with={number_of(ANA)}&amp;listing="
    assert start in page
    form = page.split(start)[1].split('"')[0].replace("&amp;", "&")
    shown = as_member(BETO).get(f"{start.replace('&amp;', '&')}{form}")
    assert 'value="Pão de ló recién horneado"' in shown.content.decode()
    assert "/exchange/sale?with" not in page


def test_only_its_owner_withdraws_and_renews_it(listed, as_member):
    from urdimbre.web.catalogue.models import Listing

    one, beto = Listing.objects.get(), as_member(BETO)

    assert beto.post(f"/catalogue/{one.pk}/withdraw").status_code == 404
    assert listed.post(f"/catalogue/{one.pk}/withdraw").status_code == 302
    assert "Pão" not in text(beto.get("/catalogue"))
    assert "not shown" in text(listed.get("/catalogue/mine"))
    listed.post(f"/catalogue/{one.pk}/renew")
    assert "Pão" in text(beto.get("/catalogue"))


def test_what_has_expired_is_kept_for_its_owner(listed, as_member):
    from urdimbre.web.catalogue.models import Listing

    Listing.objects.update(until=1_700_000_000)

    assert "Pão" not in text(as_member(BETO).get("/catalogue?q=pao"))
    assert "Pão" in text(listed.get("/catalogue/mine"))


def test_an_incomplete_offer_keeps_what_was_typed(as_member):
    answer = as_member(ANA).post(
        "/catalogue/new", BREAD | {"title": "", "category": ""}
    )

    assert answer.status_code == 422
    assert "La Loma" in answer.content.decode()
    assert "Say in a word what it is" in text(answer)


@pytest.mark.parametrize("search", ["palta", "abacates", "AVOCADO", "cura"])
@pytest.mark.parametrize(
    ("title", "category"),
    [("Aguacates de mi árbol", "food.fresh"), ("Media canasta", "food.fresh.avocado")],
)
def test_another_word_for_the_same_finds_it(listed, as_member, search, title, category):
    from urdimbre.web.catalogue.models import Listing

    Listing.objects.update(title=title, category=category)

    assert title in text(as_member(BETO).get("/catalogue", {"q": search}))


@pytest.mark.parametrize(
    ("search", "found"),
    [("hornaedo", True), ("horneadoo", True), ("orneado", True), ("hrneaod", False)],
)
def test_search_forgives_one_slip_and_says_so(listed, as_member, search, found):
    shown = text(as_member(BETO).get("/catalogue", {"q": search}))

    assert ("Pão de ló" in shown) == found
    assert ("This comes near" in shown) == found


def test_what_is_written_exactly_so_is_no_guess(listed, as_member):
    shown = text(as_member(BETO).get("/catalogue", {"q": "recien"}))

    assert "Pão de ló" in shown
    assert "This comes near" not in shown


@pytest.mark.parametrize("search", ["pao", "hornaedo", "palta aguacate yuca", "qqqqq"])
def test_the_queries_of_a_search_do_not_grow(listed, as_member, search):
    from urdimbre.web.catalogue.models import Listing

    page = f"/catalogue?q={search}"
    few = queries(listed, page)
    (one,) = Listing.objects.values()
    Listing.objects.bulk_create(
        Listing(**(one | {"id": f"{no:032}", "title": f"Pão {no}"})) for no in range(19)
    )

    assert queries(listed, page) == few
    assert few <= 14


def test_many_of_ones_own_come_page_by_page(as_member):
    import time

    from urdimbre.web.catalogue.models import Listing
    from urdimbre.web.circuit.models import Person

    ana = Person.objects.get(name=ANA).member

    rows = [
        Listing(
            id=f"{number:032x}",
            member=ana,
            kind="offer",
            title=f"Many {number}",
            created=int(time.time()),
            until=int(time.time()) + 9,
        )
        for number in range(60)
    ]
    Listing.objects.bulk_create(rows)
    try:
        page = as_member(ANA).get("/catalogue/mine").content
        later = as_member(ANA).get("/catalogue/mine?page=3").content
    finally:
        Listing.objects.filter(title__startswith="Many ").delete()

    assert len(page) <= 40_000
    assert b"?page=2" in page
    assert b"Many" in later
