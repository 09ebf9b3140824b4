"""What the circuit has agreed is read by all and set by nobody on a page."""

from types import SimpleNamespace

import pytest

from tests.web.acting import ANA, text
from urdimbre.core.agreements import PARAMETERS

NOW = 2**30


def test_every_parameter_stands_there_with_its_meaning(as_member):
    from django.utils.translation import gettext, override

    shown = text(as_member(ANA, "pt").get("/agreements"))

    with override("pt"):
        missing = [one.name for one in PARAMETERS if gettext(one.meaning) not in shown]
    assert missing == []


def test_nothing_is_set_there(as_member):
    page = as_member(ANA).get("/agreements").content.decode()

    assert "<form" not in page.partition("<main")[2].partition("</main")[0]
    assert as_member(ANA).post("/agreements", {"draft_days": "1"}).status_code == 405


def test_values_are_words_and_limits_are_those_of_the_notebook(as_member):
    from urdimbre.projections.models import Limits

    shown = text(as_member(ANA, "en").get("/agreements"))

    row = Limits.objects.filter(whom="person", unit="TOTAI").get()
    assert f" {row.high // 100} " in f" {shown} "
    assert "all members" in shown


@pytest.mark.parametrize(
    ("since", "value", "coming"), [(NOW - 1, "21", ""), (NOW + 1, "14", "21")]
)
def test_what_a_decision_changes_is_told_with_its_day(place, since, value, coming):
    from urdimbre.web.circuit import agreements

    row = SimpleNamespace(value="21", before="14", since=since, version=3)

    told = agreements._agreed("draft_days", row, NOW)

    assert (told.value, told.coming) == (value, coming)
    assert bool(told.since) != bool(told.comes)


def test_what_was_founded_names_no_decision(place):
    from urdimbre.web.circuit import agreements

    row = SimpleNamespace(value="14", before="14", since=0, version=0)

    assert agreements._agreed("draft_days", row, NOW).since == ""
    assert agreements._agreed("draft_days", None, NOW).value == "14"
