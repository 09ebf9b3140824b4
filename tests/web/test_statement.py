"""The statement's filters and sums: every number leads to the acts behind it."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.acting import ANA, BARTER, BETO, DELIA, GOODS, exchanged, text

SUMS = re.compile(r'<a class="tap" href="(\?[^"]*type=[^"]*)">([^<]+)</a>')
NASTY = (
    "",
    "all",
    "days",
    "gave",
    "TOTAI",
    "goods",
    "ana",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "' OR 1=1 --",
    "\x00",
    "%",
    '"*"',
    "9" * 400,
    "\U0001f9f5",
    "\u202e",
)
FIELDS = (
    "period",
    "start",
    "end",
    "direction",
    "mode",
    "unit",
    "type",
    "person",
    "text",
    "page",
)


@pytest.fixture
def ana(as_member, number_of):
    """Ana, who has given and received."""
    client = as_member(ANA)
    exchanged(client, as_member(BETO), "gift", number_of(BETO), GOODS)
    exchanged(client, as_member(DELIA), "barter", number_of(DELIA), BARTER)
    return client


@pytest.mark.parametrize(
    "wanted", ["tortilla", "MAIZ azul", "tortillas de maíz", "bread", "preserves pan-"]
)
def test_words_find_what_it_was_called_without_accents_case_and_plural(ana, wanted):
    shown = text(ana.get("/statement", {"text": wanted}))

    found = "There are no exchanges to show." not in shown
    assert found == (wanted != "preserves pan-")


def test_words_find_the_whole_exchange_with_what_was_given_for_it(ana):
    shown = text(ana.get("/statement?text=tortillas&mode=barter"))

    assert "4.50 totaí" in shown


def test_nobody_finds_words_of_an_exchange_that_is_not_hers(ana, as_member, number_of):
    secret = GOODS | {"what": "Colcha de retazos"}
    exchanged(ana, as_member(BETO), "gift", number_of(BETO), secret)

    hers = text(ana.get("/statement?text=retazos"))
    others = text(as_member(DELIA).get("/statement?text=retazos"))

    assert "There are no exchanges to show." not in hers
    assert "There are no exchanges to show." in others


def test_words_that_were_erased_are_found_no_more(ana, as_member, number_of):
    from urdimbre.web.exchanges.models import Payload

    called = GOODS | {"what": "Mantel bordado"}
    exchanged(ana, as_member(BETO), "gift", number_of(BETO), called)
    before = text(ana.get("/statement?text=bordado"))
    for one in Payload.objects.all():
        if b"bordado" in bytes(one.payload):
            one.delete()

    after = text(ana.get("/statement?text=bordado"))

    assert "There are no exchanges to show." not in before
    assert "There are no exchanges to show." in after


def test_every_sum_leads_to_the_lines_that_it_sums(ana):
    page = ana.get("/statement").content.decode()
    sums = [(unescape(where), unescape(told)) for where, told in SUMS.findall(page)]

    assert len(sums) >= 2
    for where, told in sums:
        behind = ana.get(f"/statement{where}").content.decode()
        assert told in unescape(behind)
        assert [unescape(one) for _, one in SUMS.findall(behind)] == [told]


def test_a_sum_is_written_however_large_it_is(place, monkeypatch):
    """More than 63 bits, which SQLite adds up to an error."""
    from urdimbre.core.units import MINOR_MAX
    from urdimbre.web import exact

    parts = [(one >> exact.SHIFT, one & exact.MASK) for one in [MINOR_MAX] * 4096]
    high, low = (sum(part) for part in zip(*parts, strict=True))

    assert exact.whole(high, low) == MINOR_MAX * 4096 > 2**63
    assert exact.whole(-1 >> exact.SHIFT, -1 & exact.MASK) == -1
    assert exact.whole(None, None) == 0


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    st.dictionaries(
        st.sampled_from(FIELDS), st.sampled_from(NASTY) | st.text(max_size=8)
    ),
    st.sampled_from(["/statement", "/statement.csv", "/board", "/members"]),
)
def test_whatever_stands_in_the_address_is_answered(as_member, typed, path):
    asked = urlencode(typed, errors="surrogatepass")

    answer = as_member(ANA).get(f"{path}?{asked}")

    assert answer.status_code in (200, 404, 422)
    if answer.status_code == 200:
        assert b"".join(answer) if answer.streaming else answer.content
