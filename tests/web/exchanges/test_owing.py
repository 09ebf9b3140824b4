"""What I owe, what I am owed, until when: one screen, and each line settles it."""

import re
import time
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from tests.web.acting import ANA, BETO, CARLA, DELIA, LEND, SALE, exchanged, text

LATER = SALE | {"paid": "later"}


def day(ahead):
    return (datetime.now(UTC) + timedelta(days=ahead)).strftime("%Y-%m-%d")


@pytest.fixture
def later(monkeypatch):
    """Let days pass for the pages."""

    def pass_by(days):
        at = time.time() + days * 86_400
        monkeypatch.setattr(time, "time", lambda: at)
        monkeypatch.setattr("urdimbre.web.wording.today", lambda: int(at) // 86_400)

    return pass_by


def test_both_sides_stand_on_one_screen_the_nearest_day_first(as_member, number_of):
    carla, delia = as_member(CARLA), as_member(DELIA)
    for price, ahead in (("30.77", 30), ("3.33", 3)):
        typed = LATER | {"price": price, "due": "date", "due_day": day(ahead)}
        exchanged(carla, delia, "sale", number_of(DELIA), typed)
    exchanged(delia, carla, "lend", number_of(CARLA), LEND)

    page = delia.get("/exchange/settle").content.decode()

    shown = text(delia.get("/exchange/settle"))
    assert "What I owe and what I am owed" in shown
    owes, owed = page.split("What is owed to you")
    assert owes.index("3.33") < owes.index("30.77")
    assert owes.count("To be fulfilled by") == 2
    assert "Escalera" in owed
    assert "Things in other hands" in owed


def test_each_line_leads_to_settling_it_with_the_rest_filled_in(as_member, number_of):
    ana, beto = as_member(ANA), as_member(BETO)
    receipt = exchanged(ana, beto, "lend", number_of(BETO), LEND)
    key = f"{receipt.split('/')[-1]}.0.1"

    page = beto.get("/exchange/settle").content.decode()
    address = re.search(rf'href="([^"]+owed={re.escape(key)})"', page)[1]
    form = beto.get(unescape(address)).content.decode()

    assert 'name="quantity" value="3"' in form
    assert re.search(r'value="same"[^>]*checked', form)


def test_what_is_late_says_so_in_words(as_member, number_of, later):
    ana, beto = as_member(ANA), as_member(BETO)
    typed = LATER | {"due": "date", "due_day": day(1)}
    exchanged(ana, beto, "sale", number_of(BETO), typed)
    assert "the day has passed" not in text(beto.get("/exchange/settle"))

    later(3)

    shown = text(beto.get("/exchange/settle"))
    assert "the day has passed" in shown
    assert "past" in shown
    assert "the day has passed" in text(beto.get("/"))


def test_many_debts_stay_on_small_pages_of_constant_queries(as_member, number_of):
    from tests.web.test_pages import PAGE_BYTES_MAX, queries

    ana, beto = as_member(ANA), as_member(BETO)
    exchanged(ana, beto, "sale", number_of(BETO), LATER)
    few = queries(beto, "/exchange/settle")
    for _ in range(30):
        exchanged(ana, beto, "sale", number_of(BETO), LATER)

    assert queries(beto, "/exchange/settle") == few
    page = beto.get("/exchange/settle").content.decode()
    assert 'href="?side=owes"' in page
    whole = beto.get("/exchange/settle?side=owes").content.decode()
    assert len(whole) <= PAGE_BYTES_MAX
    assert len(beto.get("/").content) <= PAGE_BYTES_MAX
    assert whole.count("?owed=") == 25
    second = beto.get("/exchange/settle?side=owes&page=2").content.decode()
    assert second.count("?owed=") >= 6
    assert "What is owed to you" not in whole


@pytest.mark.parametrize("key", ["x", "1.2", "9" * 30, "1.2.3", "\0", "0.0.0"])
def test_an_obligation_that_is_none_is_told(as_member, key):
    answer = as_member(ANA).get("/exchange/settle", {"owed": key})

    assert answer.status_code == 404
    assert "Choose one of these." in text(answer)


@pytest.mark.parametrize("field", ["quantity", "against", "price", "signs", "third"])
@pytest.mark.parametrize("junk", ["", "\0", "-1", "9" * 30, "1.234", "money", "goods"])
def test_whatever_is_typed_to_settle_is_answered(as_member, number_of, field, junk):
    ana, beto = as_member(ANA), as_member(BETO)
    receipt = exchanged(ana, beto, "sale", number_of(BETO), LATER)
    address = f"/exchange/settle?owed={receipt.split('/')[-1]}.0.1"

    answer = beto.post(address, {"quantity": "40", "against": "same", field: junk})

    assert answer.status_code in (302, 422)
    if answer.status_code == 422:
        assert 'class="errorlist' in answer.content.decode()
        assert field == "quantity" or 'value="40"' in answer.content.decode()
