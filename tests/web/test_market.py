"""Market mode: line after line, a sheet read aloud, two who attest it."""

import re
import secrets
import shutil
import time

import pytest
from django.db import connections

from tests.web.acting import ANA, BETO, CARLA, DELIA, confirm, text
from tests.web.conftest import make_place
from tests.web.place import HOUSEHOLD, Place
from urdimbre.core.accounts import COMMON

FOUNDER = "Fundadora"


def witnessed(path):
    """Make a circuit in which the founder, Carla and Delia are witnesses."""
    folder = make_place(path)
    place = Place.opened(folder)
    now = int(time.time())
    attest = {
        "id": secrets.token_hex(16),
        "principal": COMMON,
        "agents": sorted(place.members[one] for one in (FOUNDER, CARLA, DELIA)),
        "purpose": "attest",
        "kinds": ["exchange"],
        "from": now - 1,
        "until": now + 30 * 86_400,
    }
    body = {"basis": "founders", "effects": [{"effect": "grant", "mandate": attest}]}
    keeper = [(place.members[FOUNDER], place.common_policy)]
    place.record("decision", body, by=COMMON, signers=keeper)
    place.close()
    connections.close_all()
    return folder


@pytest.fixture(scope="module")
def first_place(tmp_path_factory):
    """The circuit of which each test has a copy."""
    return witnessed(tmp_path_factory.mktemp("market") / "circuit")


@pytest.fixture
def made_place(first_place, tmp_path):
    """A copy of it for each test."""
    from urdimbre.web import opened

    folder = shutil.copytree(first_place, tmp_path / "circuit")
    yield folder
    opened.close()
    connections.close_all()


@pytest.fixture
def founder(as_member):
    return as_member(FOUNDER)


def begun(client):
    return client.post("/market/begin")["Location"]


BREAD = {"what": "Pan de anís", "quantity": "3", "unit": "C62", "value_unit": "TOTAI"}


@pytest.fixture
def write(number_of):
    """Write a line: two taps, then the thing."""

    def written(client, market, giver, taker, **typed):
        query = f"giver={number_of(giver)}&taker={number_of(taker)}"
        answer = client.post(f"{market}?{query}", BREAD | typed)
        assert answer.status_code == 302, text(answer)
        assert answer["Location"] == market

    return written


def closed(client, market):
    answer = client.post(f"{market}/close")
    assert answer.status_code == 302, text(answer)
    return f"{market}/sheet"


def attest(client, market):
    answer = client.post(f"{market}/attest")
    assert answer.status_code == 302, text(answer)


def drafts():
    from urdimbre.web.exchanges.models import Draft

    return list(Draft.objects.order_by("created", "pk"))


def balance(name, unit="TOTAI"):
    from urdimbre.core.accounts import Account
    from urdimbre.web import opened
    from urdimbre.web.circuit.models import Person

    member = Person.objects.get(name=name).member
    row: Account | None = opened.circuit().registry.state.get(
        f"account/{member}/{unit}/own"
    )
    return row.balance if row is not None else 0


def test_two_taps_and_the_thing_make_a_line(founder, number_of, write):
    market = begun(founder)
    first = founder.get(market).content.decode()
    giver = re.search(rf'href="({market}\?giver={number_of(ANA)})"', first)[1]
    second = founder.get(giver).content.decode()
    taker = re.search(rf'href="([^"]*taker={number_of(BETO)})"', second)[1]

    asked = text(founder.get(taker.replace("&amp;", "&")))
    write(founder, market, ANA, BETO, value="4,50")

    assert "Who gives?" in first
    assert "Who receives?" in second
    assert f"taker={number_of(ANA)}" not in second
    assert "Ana Quispe gives Beto Mamani…" in asked
    shown = text(founder.get(market))
    assert "Ana Quispe hands Beto Mamani 3 pieces of Pan de anís, for 4.50 totaí." in (
        shown
    )


def test_every_card_has_a_picture_and_who_was_here_stands_first(
    founder, number_of, write
):
    market = begun(founder)
    write(founder, market, DELIA, CARLA)

    page = founder.get(market).content.decode().partition("Last lines")[0]

    tapped = re.findall(r"giver=(\d+)\"", page)
    assert tapped[:2] == [str(number_of(DELIA)), str(number_of(CARLA))]
    assert len(tapped) == len(set(tapped)) == 6
    assert page.count('<svg class="icon" viewBox="0 0 24 24" aria-hidden') >= 6


def test_what_was_given_before_is_one_tap(founder, number_of, write):
    market = begun(founder)
    write(founder, market, ANA, BETO, what="Miel", unit="KGM", quantity="0,5")
    query = f"giver={number_of(DELIA)}&taker={number_of(BETO)}"
    page = founder.get(f"{market}?{query}").content.decode()
    first = re.search(r'name="good" value="([^"]+)"', page)[1]

    typed = {"good": first, "quantity": "2", "value_unit": "TOTAI"}
    answer = founder.post(f"{market}?{query}", typed)

    assert answer.status_code == 302, text(answer)
    assert "Delia Rojas gives Beto Mamani 2 kg of Miel." in text(founder.get(market))


def test_what_she_offers_and_the_commonest_kinds_are_one_tap(founder, number_of):
    from urdimbre.web.catalogue.models import Listing
    from urdimbre.web.circuit.models import Person

    Listing.objects.create(
        kind="offer",
        member=Person.objects.get(name=ANA).member,
        title="Queso fresco",
        category="food.animal",
        created=1,
        until=int(time.time()) + 1000,
    )
    market = begun(founder)

    query = f"giver={number_of(ANA)}&taker={number_of(BETO)}"
    page = founder.get(f"{market}?{query}").content.decode()

    keys = re.findall(r'name="good" value="([^"]+)"', page)
    assert keys[0].startswith("offer-")
    assert len(keys) == 8
    assert "kind-food.grain" in keys
    assert page.count("Queso fresco") == 1
    goods = [one for one in page.split("</label>") if 'name="good"' in one]
    assert all("<svg" in one for one in goods)


def test_a_word_of_the_thesaurus_brings_its_kind_and_unit(founder, write):
    from urdimbre.web.market.models import Line

    market = begun(founder)
    write(founder, market, ANA, BETO, what="maíz", unit="", quantity="2")

    line = Line.objects.get()
    assert line.category.startswith("food.grain.maize")
    assert line.unit == "KGM"


def test_a_thing_of_a_tap_may_be_counted_otherwise(founder, number_of):
    from urdimbre.web.market.models import Line

    market = begun(founder)
    query = f"giver={number_of(ANA)}&taker={number_of(BETO)}"
    typed = {"good": "kind-food.grain", "quantity": "2", "value_unit": "TOTAI"}

    founder.post(f"{market}?{query}", typed | {"unit": ""})
    founder.post(f"{market}?{query}", typed | {"unit": "SA"})

    assert list(Line.objects.values_list("unit", flat=True)) == ["KGM", "SA"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"what": " "}, "Say what it was."),
        ({"quantity": "0"}, "The amount must be above zero."),
        ({"quantity": "lots"}, "Write a number, such as 12"),
        ({"value": "1.234"}, "Do you mean this?"),
        ({"value_unit": "GOLD"}, "Choose one of the list."),
        ({"what": "x" * 121}, "Too long"),
    ],
)
def test_a_wrong_line_is_told_and_kept(founder, number_of, typed, sentence):
    market = begun(founder)
    query = f"giver={number_of(ANA)}&taker={number_of(BETO)}"

    answer = founder.post(f"{market}?{query}", BREAD | typed)

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "Last lines" not in text(founder.get(market))


@pytest.mark.parametrize("query", ["giver=0", "giver=²", "giver=99999", "taker=2"])
def test_a_tap_on_nobody_asks_again(founder, query):
    market = begun(founder)

    assert "Who gives?" in text(founder.get(f"{market}?{query}"))


def test_nobody_gives_to_herself(founder, number_of):
    market, ana = begun(founder), number_of(ANA)

    answer = founder.post(f"{market}?giver={ana}&taker={ana}", BREAD)

    assert "Who receives?" in text(answer)


def test_a_line_is_taken_away_until_the_sheet_is_closed(founder, write):
    from urdimbre.web.market.models import Line

    market = begun(founder)
    write(founder, market, ANA, BETO)
    write(founder, market, BETO, ANA)
    first, second = Line.objects.order_by("pk")

    founder.post(f"{market}/{first.pk}/drop")
    closed(founder, market)
    founder.post(f"{market}/{second.pk}/drop")

    assert list(Line.objects.all()) == [second]
    assert founder.get(market)["Location"] == f"{market}/sheet"


def test_the_sheet_adds_up_by_member_and_unit_and_ranks_nobody(founder, write):
    market = begun(founder)
    write(founder, market, BETO, ANA, value="4.50")
    write(founder, market, ANA, BETO, value="2", quantity="1")
    write(founder, market, ANA, BETO, what="Miel", unit="KGM", value="")

    page = founder.get(f"{market}/sheet").content.decode().replace("\xa0", " ")

    aloud = re.findall(r'<tr data-said="([^"]*)"', page)
    assert aloud == [
        "Ana Quispe: gave 1 piece, received 3 pieces.",
        "Ana Quispe: gave 3 kg.",
        "Ana Quispe: gave 4.50 totaí, received 2.00 totaí.",
        "Beto Mamani: gave 3 pieces, received 1 piece.",
        "Beto Mamani: received 3 kg.",
        "Beto Mamani: gave 2.00 totaí, received 4.50 totaí.",
    ]


def test_with_the_second_witness_a_gift_is_recorded(founder, as_member, write):
    from urdimbre.web.entries import entry_at

    market = begun(founder)
    write(founder, market, ANA, BETO)
    sheet = closed(founder, market)

    attest(as_member(DELIA), market)
    once = drafts()[0]
    attest(founder, market)
    twice = drafts()[0]

    assert (once.state, twice.state) == ("waiting", "recorded")
    entry = entry_at(twice.position)
    assert len(entry.slots) == 2
    assert all(slot.mandate != "0" * 32 for slot in entry.slots)
    shown = text(founder.get(sheet))
    assert "Attested by Delia Rojas, Fundadora." in shown
    assert "recorded" in shown
    assert "Pan de anís" in text(as_member(ANA).get(f"/receipts/{twice.position}"))


def test_who_pays_signs_confirms_herself(founder, as_member, write):
    market = begun(founder)
    write(founder, market, ANA, BETO, value="4.50")
    sheet = closed(founder, market)
    attest(as_member(DELIA), market)
    attest(founder, market)
    waiting = drafts()[0]

    assert "waits for Beto Mamani" in text(founder.get(sheet))
    beto = as_member(BETO)
    assert f"/drafts/{waiting.pk}" in beto.get("/").content.decode()
    receipt = confirm(beto, f"/drafts/{waiting.pk}")["Location"]

    assert receipt.startswith("/receipts/")
    assert (balance(ANA), balance(BETO)) == (450, -450)


def test_money_is_confirmed_by_both(founder, as_member, write):
    market = begun(founder)
    write(founder, market, ANA, BETO, value="20", value_unit="BOB")
    sheet = closed(founder, market)
    attest(as_member(DELIA), market)
    attest(founder, market)
    waiting = f"/drafts/{drafts()[0].pk}"

    assert "waits for Ana Quispe, Beto Mamani" in text(founder.get(sheet))
    confirm(as_member(ANA), waiting)
    assert confirm(as_member(BETO), waiting)["Location"].startswith("/receipts/")


def test_a_witness_does_not_attest_a_line_of_her_own(founder, as_member, write):
    market = begun(founder)
    write(founder, market, DELIA, BETO)
    sheet = closed(founder, market)
    delia = as_member(DELIA)
    assert "I attest this sheet" not in text(delia.get(sheet))
    attest(founder, market)
    assert "waits for Beto Mamani, Delia Rojas" in text(founder.get(sheet))

    attest(as_member(CARLA), market)

    assert drafts()[0].state == "recorded"


def test_who_has_confirmed_before_the_witnesses_needs_them_no_more(
    founder, as_member, write
):
    market = begun(founder)
    write(founder, market, ANA, BETO, value="1")
    closed(founder, market)
    waiting = f"/drafts/{drafts()[0].pk}"
    confirm(as_member(ANA), waiting)

    attest(as_member(DELIA), market)
    attest(founder, market)
    receipt = confirm(as_member(BETO), waiting)["Location"]

    assert receipt.startswith("/receipts/")


def test_a_household_gives_and_takes_like_all(founder, as_member, write):
    market = begun(founder)
    write(founder, market, HOUSEHOLD, ANA)
    closed(founder, market)
    attest(as_member(DELIA), market)
    attest(founder, market)

    assert drafts()[0].state == "recorded"


def test_a_line_that_the_rules_refuse_keeps_the_sheet_open(founder, write):
    from urdimbre.web.market.models import Market

    market = begun(founder)
    write(founder, market, ANA, BETO)
    write(founder, market, ANA, BETO, value="5000")

    answer = founder.post(f"{market}/close")

    assert answer.status_code == 422
    assert re.search(r"would stand at .?5,000\.00 totaí", text(answer))
    assert drafts() == []
    assert Market.objects.get().closed is None


def test_what_is_refused_at_the_last_moment_says_why_and_waits(
    founder, as_member, write
):
    market = begun(founder)
    for _ in range(2):
        write(founder, market, ANA, BETO, value="150")
    closed(founder, market)
    beto = as_member(BETO)
    for one in drafts():
        confirm(beto, f"/drafts/{one.pk}")
    attest(as_member(DELIA), market)

    answer = founder.post(f"{market}/attest")

    assert answer.status_code == 422
    assert re.search(r"would stand at .?300\.00 totaí", text(answer))
    assert sorted(one.state for one in drafts()) == ["recorded", "waiting"]
    assert balance(BETO) == -150_00


def test_closing_and_attesting_twice_changes_nothing(founder, as_member, write):
    market = begun(founder)
    write(founder, market, ANA, BETO)
    closed(founder, market)
    closed(founder, market)
    attest(as_member(DELIA), market)
    attest(as_member(DELIA), market)

    assert [one.state for one in drafts()] == ["waiting"]
    attest(founder, market)
    attest(founder, market)
    assert [one.state for one in drafts()] == ["recorded"]


def test_an_empty_sheet_is_not_closed(founder):
    from urdimbre.web.market.models import Market

    founder.post(f"{begun(founder)}/close")

    assert Market.objects.get().closed is None


def test_today_has_one_open_market(founder, as_member):
    assert begun(founder) == begun(as_member(DELIA))


@pytest.mark.parametrize(("lines", "full"), [(2, False), (3, True)])
def test_a_sheet_has_an_end(founder, write, monkeypatch, lines, full):
    from urdimbre.web.market import writing
    from urdimbre.web.market.models import Line

    monkeypatch.setattr(writing, "LINES_MAX", 3)
    market = begun(founder)
    for _ in range(lines):
        write(founder, market, ANA, BETO)

    assert ("This sheet is full" in text(founder.get(market))) == full
    write(founder, market, ANA, BETO)
    assert Line.objects.count() == 3


def test_a_key_with_a_pin_attests_by_its_pin(founder, as_member, write):
    from urdimbre.web.circuit.models import Person
    from urdimbre.web.market import attesting
    from urdimbre.web.membership import pins

    market = begun(founder)
    write(founder, market, ANA, BETO)
    sheet = closed(founder, market)
    delia = Person.objects.get(name=DELIA).member
    key = attesting.hosted_key(delia).key_id
    pins.change(delia, key, pin=None, new_pin="tres tristes")
    client = as_member(DELIA)

    assert 'name="pin"' in client.get(sheet).content.decode()
    wrong = client.post(f"{market}/attest", {"pin": "otra cosa"})
    right = client.post(f"{market}/attest", {"pin": "tres tristes"})

    assert wrong.status_code == 422
    assert "That PIN does not open your key." in text(wrong)
    assert right.status_code == 302


def test_only_witnesses_and_who_signs_for_the_common_run_it(founder, as_member, write):
    market = begun(founder)
    write(founder, market, ANA, BETO)
    ana = as_member(ANA)

    for page in ("/market", market, f"{market}/sheet"):
        assert ana.get(page).status_code == 404
        assert as_member(CARLA).get(page).status_code == 200
    for act in ("/market/begin", f"{market}/close", f"{market}/attest"):
        assert ana.post(act).status_code == 404
    assert ana.post(f"{market}/1/drop").status_code == 404
    assert "/market" not in ana.get("/together").content.decode()
    assert "/market" in founder.get("/together").content.decode()
