"""Goods and work of one kind, in whatever unit they are told."""

import pytest

from tests.core.trades import OPEN
from tests.little_circuit import ALMUD, BETO, CARO, allowed, town
from urdimbre.core.drafting import deal, goods, money, promise, promised, release
from urdimbre.core.exchange.alike import Sum, alike_of
from urdimbre.core.units import CURRENCIES, VOLUMES

EQUAL = (
    ((1_000, "KGM"), (1_000, "GRM")),
    ((1_000, "KGM"), (1, "TNE")),
    ((1_000, "LTR"), (1_000, "MLT")),
    ((1_000, "LTR"), (1, "MTQ")),
    ((1_000, "MTR"), (1, "KMT")),
    ((100, "MTK"), (1, "HAR")),
    ((100, "HUR"), (60, "MIN")),
    ((1, "C62"), (1, "EA")),
    ((2, "EA"), (1, "PR")),
    ((6, "PR"), (1, "DZN")),
    ((2, ALMUD["code"]), (10_000, "GRM")),
)


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_what_measures_alike_is_compared_exactly(one, other):
    """Minor steps: grams of KGM, kilos of TNE, hundredths of an hour."""
    state = town().state
    sums = [Sum(), Sum()]
    for sum_, (minor, code) in zip(sums, (one, other), strict=True):
        sum_.add(state, minor, code)
        assert alike_of(state, code, "food") == alike_of(state, one[1], "food")
    equal = [sums[0].over(sums[1]), sums[1].over(sums[0])]

    sums[1].add(state, 1, other[1])

    assert equal == [False, False]
    assert sums[1].over(sums[0])


def test_what_people_must_judge_stands_by_itself():
    state = town().state
    alike = {code for pair in EQUAL for _, code in pair}

    for code in VOLUMES.keys() - alike:
        assert alike_of(state, code, "food").unit == code
    for code in CURRENCIES:
        assert alike_of(state, code, None).unit == code


def later(quantity, unit="KGM", category="food.rice"):
    what = promised("goods", quantity, unit, category=category)
    return promise(BETO, CARO, what, OPEN)


def rice(quantity, unit="KGM"):
    return goods(CARO, BETO, category="food.rice", quantity=quantity, unit=unit)


HEN = {"category": "food.hen", "quantity": 1}


@pytest.mark.parametrize(
    "moves",
    [
        (rice(10_000), later(10, "TNE", "food.beans")),
        (rice(1, "TNE"), later(1_000)),
        (rice(1_000), later(1_000), goods(BETO, CARO, **HEN)),
        (rice(1, "BG"), later(60_000)),
    ],
)
def test_two_judge_what_other_goods_are_worth(moves):
    assert allowed(town().exchange(deal("barter", *moves)))


@pytest.mark.parametrize(
    ("released", "paid"), [((60, 60), ()), ((60, 59), (HEN,)), ((60, 0), (HEN,))]
)
def test_a_hen_stands_for_what_is_not_paid(released, paid):
    c = town()
    sold = deal(
        "sale", rice(1), promise(BETO, CARO, promised("money", 60, "MXN"), OPEN)
    )
    owed = {"act": c.trade(sold), "deal": 0, "move": 1}
    freed = release(CARO, BETO, owed=owed, quantity=released[0])
    pesos = [money(BETO, CARO, released[1], "MXN")] if released[1] else []
    hens = [goods(BETO, CARO, **hen) for hen in paid]

    assert allowed(c.exchange(deal("settle", freed, *pesos, *hens)))


def test_who_had_goods_back_may_have_more_of_others():
    c = town()
    hen = deal("barter", goods(CARO, BETO, **HEN), later(2))
    owed = {"act": c.trade(hen), "deal": 0, "move": 1}
    back = goods(BETO, CARO, category="food.rice", quantity=2, unit="GRM")
    more = goods(BETO, CARO, category="food.squash", quantity=1)

    answer = c.exchange(
        deal("settle", release(CARO, BETO, owed=owed, quantity=2), back, more)
    )

    assert allowed(answer)
