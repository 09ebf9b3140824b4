"""Above an amount that she has set herself, a member is asked once more."""

import pytest

from tests.web.acting import ANA, BARTER, BETO, SALE, confirm, propose, text


@pytest.fixture
def asked(as_member):
    """Ana and Beto; whatever they set is gone afterwards."""
    from urdimbre.web.exchanges.models import AskedAbove

    yield as_member(ANA), as_member(BETO)
    AskedAbove.objects.all().delete()


def test_above_her_amount_one_more_tick_is_needed(asked, number_of):
    ana, beto = asked
    kept = beto.post("/asking", {"above_TOTAI": "4,49"})
    assert kept["Location"] == "/asking"
    assert 'value="4.49"' in beto.get("/asking").content.decode()
    draft = propose(ana, "barter", number_of(BETO), BARTER)
    assert "Yes, I mean it" not in text(ana.get(draft))
    confirm(ana, draft)
    assert "Yes, I mean it: 4.50 totaí" in text(beto.get(draft))

    refused = confirm(beto, draft)

    assert refused.status_code == 422
    assert "Tick this, if it is what you mean." in text(refused)
    again = beto.post(f"{draft}/confirm", {"sure": "yes"})
    assert again["Location"].startswith("/receipts/")


def test_the_amount_itself_is_not_asked_about(asked, number_of):
    ana, beto = asked
    beto.post("/asking", {"above_TOTAI": "4.50"})
    draft = propose(ana, "barter", number_of(BETO), BARTER)
    confirm(ana, draft)

    assert "Yes, I mean it" not in text(beto.get(draft))


def test_a_promise_of_money_counts_like_money(asked, number_of):
    ana, beto = asked
    beto.post("/asking", {"above_BOB": "80"})
    draft = propose(ana, "sale", number_of(BETO), SALE | {"paid": "later"})
    confirm(ana, draft)

    assert "Yes, I mean it: 87.50 BOB" in text(beto.get(draft))
    assert "Yes, I mean it" not in text(ana.get(draft))


def test_an_empty_amount_asks_no_more(asked):
    ana, _beto = asked
    ana.post("/asking", {"above_TOTAI": "0", "above_BOB": "5.25"})
    assert 'value="0"' in ana.get("/asking").content.decode()

    ana.post("/asking", {"above_TOTAI": "", "above_BOB": "5.25"})

    page = ana.get("/asking").content.decode()
    assert 'value="0"' not in page
    assert 'value="5.25"' in page


@pytest.mark.parametrize("junk", ["x", "-1", "\0", "9" * 30, "1.234", "\N{SNOWMAN}"])
def test_what_is_no_amount_is_told_and_kept(asked, junk):
    ana, _beto = asked
    ana.post("/asking", {"above_BOB": "5.25"})

    answer = ana.post("/asking", {"above_BOB": "7", "above_TOTAI": junk})

    assert answer.status_code == 422
    assert 'class="errorlist' in answer.content.decode()
    assert 'value="7"' in answer.content.decode()
    assert 'value="5.25"' in ana.get("/asking").content.decode()


def test_it_is_erased_with_her_login(asked, behind):
    ana, _beto = asked
    ana.post("/asking", {"above_BOB": "5.25"})
    from urdimbre.adapters.desk import ERASABLE

    assert ("asked_above", "person") in ERASABLE["login"]
