"""What an offer, a need or a capacity says: quantity, term, share in signs; its end."""

import time

import pytest
from django.utils import translation

from tests.web.acting import ANA, BETO, text
from tests.web.place import HOUSEHOLD
from tests.web.test_catalogue import BREAD
from tests.web.test_pages import queries

DAY = 86_400


@pytest.fixture
def listing(place):
    from urdimbre.web.catalogue.models import Listing

    yield Listing
    Listing.objects.all().delete()


def put_up(client, **changed):
    answer = client.post("/catalogue/new", {"kind": "offer", **changed})
    assert answer.status_code == 302, text(answer)


def test_a_category_alone_is_enough(as_member, listing):
    put_up(as_member(ANA, "es"), category="food.fresh.avocado")

    one = listing.objects.get()
    assert (one.title, one.category) == ("Aguacate", "food.fresh.avocado")


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("Paltas de mi árbol", "food.fresh.avocado"),
        ("cuidado de niños", "care.children"),
        ("Cosas que no sé nombrar", "other"),
    ],
)
def test_a_word_alone_is_enough(as_member, listing, title, category):
    put_up(as_member(ANA, "es"), title=title)

    assert listing.objects.get().category == category


def test_all_that_was_said_is_shown(as_member, listing):
    more = {
        "kind": "give",
        "quantity": "2,5",
        "unit": "KGM",
        "every": "week",
        "sign_share": "50",
        "distance": "walk",
    }
    put_up(as_member(ANA), **(BREAD | more))

    shown = text(as_member(BETO, "es").get("/catalogue?kind=give"))
    for words in (
        "2,5 kg cada semana",
        "la mitad en signos",
        "se llega a pie",
        "La Loma",
    ):
        assert words in shown, shown
    assert "Puede dar" in shown


def test_a_capacity_is_answered_as_an_offer_or_a_need_is(as_member, listing):
    ana, beto = as_member(ANA), as_member(BETO)
    put_up(ana, kind="give", title="Pan", modes=["gift"])
    assert "direction=receive" in beto.get("/catalogue").content.decode()

    listing.objects.update(kind="receive")

    assert "direction=give" in beto.get("/catalogue").content.decode()


def test_a_local_measure_is_told_in_a_standard_one(as_member, listing):
    from urdimbre.web.catalogue.models import Listing
    from urdimbre.web.catalogue.told import _same_as

    arroba = {"ARR": {"unit": "KGM", "measure": 1, "standard": 11_500}}
    row = Listing(unit="ARR", quantity=3)

    with translation.override("en"):
        assert _same_as(row, arroba) == "34.5\u00a0kg"
    assert _same_as(Listing(unit="KGM", quantity=3), arroba) == ""


def test_filters_stand_in_the_address_and_go_together(as_member, listing):
    ana = as_member(ANA)
    put_up(ana, title="Pan", category="food.prepared.bread", modes=["gift"])
    put_up(ana, title="Paltas", category="food.fresh.avocado", modes=["sale"])

    def shown(query):
        page = text(as_member(BETO).get(f"/catalogue?{query}"))
        return "Pan " in page, "Paltas" in page

    assert shown("category=food") == (True, True)
    assert shown("category=food.fresh") == (False, True)
    assert shown("mode=gift&kind=offer") == (True, False)
    assert shown("mode=gift&category=food.fresh") == (False, False)
    assert shown("mode=nonsense") == (True, True)


def test_it_is_changed_and_keeps_what_it_said(as_member, listing):
    ana = as_member(ANA)
    put_up(ana, **(BREAD | {"quantity": "3", "unit": "DZN", "days": "7"}))
    one = listing.objects.get()

    page = ana.get(f"/catalogue/{one.pk}/change").content.decode()
    assert 'value="Pão de ló recién horneado"' in page
    assert 'name="quantity" value="3"' in page
    answer = ana.post(f"/catalogue/{one.pk}/change", BREAD | {"title": "Bizcocho"})

    assert answer.status_code == 302
    assert listing.objects.get().title == "Bizcocho"
    assert "Bizcocho" in text(as_member(BETO).get("/catalogue?q=biscocho"))
    for act in ("change", "erase"):
        assert as_member(BETO).post(f"/catalogue/{one.pk}/{act}").status_code == 404


def test_what_is_erased_is_gone(as_member, listing):
    ana = as_member(ANA)
    put_up(ana, **BREAD)
    one = listing.objects.get()

    assert ana.post(f"/catalogue/{one.pk}/erase").status_code == 302

    assert not listing.objects.exists()
    assert "Pão" not in text(ana.get("/catalogue/mine"))


@pytest.mark.parametrize(
    ("days", "left", "reminded"),
    [
        (0, 15, None),
        (0, 14, "It ends in 14 days."),
        (0, 4, "It ends in 4 days."),
        (0, 1, "It ends in 1 day."),
        (0, -1, "It has ended"),
        (0, -15, None),
        (7, 7, None),
        (7, 4, None),
        (7, 3, "It ends in 3 days."),
    ],
)
def test_home_reminds_before_it_ends(as_member, listing, days, left, reminded):
    ana = as_member(ANA)
    put_up(ana, title="Pan de la abuela")
    listing.objects.update(days=days, until=int(time.time()) + left * DAY)

    home = text(ana.get("/"))

    assert ("Pan de la abuela" in home) == (reminded is not None)
    assert reminded is None or reminded in home


def test_one_tap_on_home_renews_it(as_member, listing):
    ana = as_member(ANA)
    put_up(ana, title="Pan de la abuela", days="30")
    listing.objects.update(until=int(time.time()) + DAY)
    one = listing.objects.get()

    answer = ana.post(f"/catalogue/{one.pk}/renew", {"back": "home"})

    assert answer["Location"] == "/"
    assert "Pan de la abuela" not in text(ana.get("/"))
    assert listing.objects.get().until - time.time() > 29 * DAY


def test_reminders_cost_one_query_however_many_end(as_member, listing):
    ana = as_member(ANA)
    put_up(ana, title="Pan")
    listing.objects.update(until=int(time.time()) + DAY)
    few = queries(ana, "/")
    for number in range(6):
        put_up(ana, title=f"Pan {number}")
    listing.objects.update(until=int(time.time()) + DAY)

    assert queries(ana, "/") == few


def test_a_household_puts_up_its_own(as_member, listing):
    from urdimbre.web.circuit.models import Person

    carla = as_member("Carla Núñez")
    member = Person.objects.get(name=HOUSEHOLD).member
    carla.post("/acting/choose", {"member": member})
    put_up(carla, title="Pan")

    assert listing.objects.get().member == member


SCREENS = ["", "food", "food.more", "things", "things.more", "help", "work"]


@pytest.mark.parametrize("under", SCREENS)
@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_pictures_are_four_at_most_and_lead_to_the_form(as_member, under, language):
    client = as_member(ANA, language)
    page = client.get(f"/catalogue/choose?kind=offer&under={under}").content.decode()

    picks = page.count('class="pick card"')
    assert 2 <= picks <= 4
    assert page.count("<svg") >= picks


def test_every_category_but_the_last_is_reached_by_pictures(place):
    from urdimbre.web.catalogue.categories import GROUPS
    from urdimbre.web.catalogue.picking import SCREENS as TREE

    reached = {one for found in TREE.values() for one in found}

    assert sorted(TREE) == sorted(SCREENS)
    assert set(GROUPS) - reached == {"other"}
    assert reached - set(GROUPS) == set(TREE) - {""}


def test_every_entry_has_a_picture(place):
    from django.template.loader import get_template

    from urdimbre.web.catalogue import categories, thesaurus

    for code in [*thesaurus.terms(), "never.heard.of"]:
        assert "<svg" in get_template(categories.icon(code)).render()


def test_a_typed_word_leads_to_the_form_with_its_unit(as_member):
    ana = as_member(ANA, "es")
    page = ana.get("/catalogue/choose?kind=need&q=huevo").content.decode()
    address = "/catalogue/new?kind=need&amp;what=food.animal.eggs"
    assert address in page

    form = ana.get(address.replace("&amp;", "&")).content.decode()

    assert 'value="Huevos"' in form
    assert '<option value="food.animal.eggs" selected>' in form
    assert '<option value="DZN" selected>' in form


def test_a_word_that_nobody_knows_may_still_be_written(as_member):
    page = as_member(ANA).get("/catalogue/choose?kind=need&q=zzqqy").content.decode()

    assert "/catalogue/new?kind=need&amp;title=zzqqy" in page


ODD = ["", "x" * 5000, "\0", "-1", "1e9", "9" * 40, "🌽", "<b>", "1.234", "NaN", "%s"]
FIELDS = [
    "kind",
    "title",
    "category",
    "text",
    "quantity",
    "unit",
    "every",
    "modes",
    "sign_share",
    "place",
    "distance",
    "days",
]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("odd", ODD)
def test_whatever_is_typed_the_form_answers(as_member, listing, field, odd):
    typed = BREAD | {"quantity": "2", "unit": "KGM"} | {field: odd}

    answer = as_member(ANA).post("/catalogue/new", typed)

    assert answer.status_code in (302, 422)
    if answer.status_code == 422:
        assert "errorlist" in answer.content.decode()
        assert listing.objects.count() == 0


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "name", ["q", "kind", "category", "mode", "page", "under", "what"]
)
def test_whatever_stands_in_the_address_a_page_answers(as_member, name, odd):
    for path in ("/catalogue", "/catalogue/choose", "/catalogue/new"):
        answer = as_member(ANA).get(path, {"kind": "offer", name: odd})

        assert answer.status_code == 200
