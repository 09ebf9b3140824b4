"""The board: offers beside needs, a ring of three, all accounts; nobody is ranked."""

import re
import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.acting import ANA, BARTER, BETO, CARLA, DELIA, exchanged, text
from urdimbre.core.units import MINOR_MAX

NOBODY = "Needs that nobody covers"
RING = "Three who could barter in a ring"
often = settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def put_up(place):
    """Put up offers and needs; they are gone after the test."""
    from urdimbre.web.catalogue.models import Listing
    from urdimbre.web.circuit.models import Person

    Listing.objects.all().delete()

    def put(name, kind, category, *, modes="", until=3600):
        now = int(time.time())
        Listing.objects.create(
            kind=kind,
            member=Person.objects.get(name=name).member,
            title=category,
            category=category,
            modes=modes,
            created=now,
            until=now + until,
        )

    yield put
    Listing.objects.all().delete()


def missing(page):
    """The kinds under the heading of needs that nobody covers."""
    part = page.content.decode().split(NOBODY)[1].split("<h2>")[0]
    return re.findall(r'<span class="mid">([^<]+)</span>', part)


def test_needs_are_covered_by_what_somebody_else_offers(as_member, put_up):
    put_up(ANA, "need", "food.fresh")
    put_up(BETO, "need", "seed")
    put_up(BETO, "offer", "seed")
    put_up(CARLA, "need", "care")
    put_up(DELIA, "offer", "care")
    put_up(DELIA, "need", "other")
    put_up(ANA, "offer", "other")

    page = as_member(ANA).get("/board")

    assert missing(page) == [
        "Seeds and seedlings",
        "Something else",
        "Vegetables and fruit",
    ]


@pytest.mark.parametrize(
    ("need", "offer", "covered"),
    [
        ("food.fresh", "food.fresh", True),
        ("food", "food.fresh", True),
        ("food.fresh", "food", True),
        ("food.fresh", "food.grain", False),
        ("food.fresh", "foo", False),
        ("other", "other", False),
    ],
)
def test_a_part_covers_the_whole_and_the_whole_its_parts(place, need, offer, covered):
    from urdimbre.web.catalogue.matching import Listed, needs_without_offer

    rows = [Listed("a", "need", need, ""), Listed("b", "offer", offer, "")]

    assert (not needs_without_offer(rows)) == covered


def test_what_has_expired_or_was_withdrawn_covers_nothing(as_member, put_up):
    put_up(CARLA, "need", "care")
    put_up(DELIA, "offer", "care", until=-1)

    page = as_member(ANA).get("/board")

    assert missing(page) == ["Care and company"]


def test_three_who_could_barter_are_told_with_the_reason(as_member, put_up):
    for giver, taker, what in (
        (ANA, BETO, "care"),
        (BETO, CARLA, "seed"),
        (CARLA, ANA, "repair"),
    ):
        put_up(giver, "offer", what)
        put_up(taker, "need", what)

    shown = text(as_member(ANA).get("/board"))

    assert RING in shown
    assert "Ana Quispe has what Beto Mamani needs: care and company." in shown
    assert "Beto Mamani has what Carla Núñez needs: seeds and seedlings." in shown
    assert "Carla Núñez has what Ana Quispe needs: repairs." in shown


def test_what_is_only_sold_closes_no_ring(as_member, put_up):
    for giver, taker, what, modes in (
        (ANA, BETO, "care", "barter gift"),
        (BETO, CARLA, "seed", ""),
        (CARLA, ANA, "repair", "sale"),
    ):
        put_up(giver, "offer", what, modes=modes)
        put_up(taker, "need", what)

    assert RING not in text(as_member(ANA).get("/board"))


CODES = ("a", "a.x", "a.y", "b", "c", "other")
ROWS = st.lists(
    st.tuples(
        st.sampled_from("ABCDE"),
        st.sampled_from(["offer", "need"]),
        st.sampled_from(CODES),
        st.sampled_from(["", "barter", "sale", "gift barter"]),
    ),
    max_size=14,
)


def fits(offer, need):
    """Whether an offer covers a need, spelt out."""
    same = offer == need
    part = offer.startswith(f"{need}.") or need.startswith(f"{offer}.")
    return (same or part) and "other" not in (offer, need)


def has_what_needs(rows, giver, taker):
    return any(
        fits(offer[2], need[2])
        for offer in rows
        for need in rows
        if offer[:2] == (giver, "offer") and need[:2] == (taker, "need")
    )


@often
@given(ROWS)
def test_a_ring_is_found_exactly_when_there_is_one(place, rows):
    from itertools import permutations

    from urdimbre.web.catalogue.matching import Listed, ring_of_three

    usable = [row for row in rows if not row[3] or "barter" in row[3]]
    there = [
        ring
        for ring in permutations("ABCDE", 3)
        if all(
            has_what_needs(usable, ring[place], ring[(place + 1) % 3])
            for place in range(3)
        )
    ]

    found = ring_of_three([Listed(*row) for row in rows], "ABCDE")

    assert (found is not None) == bool(there)
    if found:
        assert tuple(hand.giver for hand in found) in there
        assert [hand.taker for hand in found] == [
            found[1].giver,
            found[2].giver,
            found[0].giver,
        ]


@often
@given(ROWS)
def test_needs_without_offer_are_counted_as_one_would_by_hand(place, rows):
    from urdimbre.web.catalogue.matching import Listed, needs_without_offer

    by_hand = {}
    for member, kind, code, _modes in rows:
        offers = [row for row in rows if row[1] == "offer" and row[0] != member]
        if kind == "need" and not any(fits(row[2], code) for row in offers):
            by_hand[code] = by_hand.get(code, 0) + 1

    assert dict(needs_without_offer([Listed(*row) for row in rows])) == by_hand


def test_the_search_for_a_ring_ends(place, monkeypatch):
    from urdimbre.web.catalogue import matching

    monkeypatch.setattr(matching, "STEPS_MAX", 1)
    rows = [
        matching.Listed(*row, "")
        for row in (
            ("A", "offer", "a"),
            ("B", "need", "a"),
            ("C", "need", "a"),
            ("C", "offer", "b"),
            ("D", "need", "b"),
            ("D", "offer", "c"),
            ("A", "need", "c"),
        )
    ]

    cut = matching.ring_of_three(rows, "ABCD")
    monkeypatch.undo()

    assert cut is None
    assert matching.ring_of_three(rows, "ABCD") is not None


def test_names_of_who_offers_nothing_are_for_those_who_coordinate(as_member, put_up):
    put_up(ANA, "offer", "care")
    founder, beto = as_member("Fundadora"), as_member(BETO)

    board = founder.get("/board").content.decode()
    names = text(founder.get("/members?without=offers"))
    for_others = text(beto.get("/members?without=offers"))

    assert "without=offers" in board
    assert "without=offers" not in beto.get("/board").content.decode()
    assert DELIA in names
    assert ANA not in names
    assert ANA in for_others
    assert "offer nothing at present" not in for_others


def test_all_accounts_add_up_and_it_is_shown_if_they_do_not(
    as_member, number_of, monkeypatch
):
    from urdimbre.web.circuit import signs_about

    ana = as_member(ANA)
    exchanged(ana, as_member(BETO), "barter", number_of(BETO), BARTER)
    shown = text(ana.get("/board"))
    real = signs_about._whole
    monkeypatch.setattr(
        signs_about, "_whole", lambda row, name: real(row, name) + (name == "above")
    )

    broken = text(ana.get("/board"))

    assert "✓ adds up" in shown
    assert "does not add up" not in shown
    assert "0.01 totaí does not add up" in broken


def test_the_sums_of_accounts_are_those_of_the_table(as_member, number_of):
    from urdimbre.core.units import Quantity
    from urdimbre.projections.models import Balance
    from urdimbre.web.circuit.signs_about import accounts_together
    from urdimbre.web.wording import quantity

    exchanged(as_member(ANA), as_member(BETO), "barter", number_of(BETO), BARTER)
    totai = Balance.objects.filter(unit="TOTAI")
    above = sum(row.balance for row in totai if row.balance > 0)

    found = {one.name: one for one in accounts_together([], 202601)}

    assert found["totaí"].above == quantity(Quantity(above, "TOTAI"))
    assert found["totaí"].accounts == totai.count()
    assert found["totaí"].is_zero


def test_how_often_a_sign_moves_is_what_moved_by_what_is_about(place):
    from types import SimpleNamespace

    from urdimbre.projections.models import Balance
    from urdimbre.web.circuit.signs_about import accounts_together

    about = sum(
        row.balance
        for row in Balance.objects.filter(unit="TOTAI", purse="own", balance__gt=0)
    )
    row = {"type": "signs", "unit": "TOTAI", "mode": "barter", "category": ""}
    volumes = [
        SimpleNamespace(month=202610, total=about, **row),
        SimpleNamespace(month=202610, total=about // 2, **row),
        SimpleNamespace(month=202611, total=MINOR_MAX, **row),
    ]

    found = {one.name: one for one in accounts_together(volumes, 202610)}

    assert about > 0
    assert found["totaí"].pace.times.replace(",", ".") == "1.50"


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2026, 1, 1), 202512),
        (date(2026, 1, 31), 202512),
        (date(2026, 2, 1), 202601),
        (date(2026, 12, 31), 202611),
    ],
)
def test_the_last_whole_month_is_the_one_before(place, today, month):
    from urdimbre.web.circuit.signs_about import last_whole_month

    assert last_whole_month(today) == month


def test_goods_are_summed_by_kind_and_mode_in_the_order_of_names(place):
    from types import SimpleNamespace

    from urdimbre.web.circuit.board import _goods

    rows = [
        SimpleNamespace(
            type="goods", category=code, mode=mode, unit="C62", total=total, moves=moves
        )
        for code, mode, total, moves in (
            ("seed", "gift", 5, 1),
            ("care", "sale", 1, 1),
            ("seed", "barter", 900, 90),
            ("seed", "gift", 2, 1),
        )
    ]

    found = [(one.mode, one.moves, one.width) for one in _goods(rows)]

    assert found == [("sale", 1, 1), ("barter", 90, 100), ("gift", 2, 2)]
