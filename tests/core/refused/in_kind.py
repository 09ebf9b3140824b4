"""What is refused of interest in goods, whatever unit they are told in."""

from tests.core.trades import OPEN
from tests.little_circuit import BETO, CARO, slot
from urdimbre.core.drafting import deal, goods, money, promise, promised, release
from urdimbre.core.exchange.answers import MoreThanGiven, MoreThanReleased
from urdimbre.core.units import Quantity

BOTH = (slot(CARO), slot(BETO))


def _rice(giver, taker, quantity, unit="KGM"):
    return goods(giver, taker, category="food.rice", quantity=quantity, unit=unit)


def _later(quantity, unit="KGM", category="food.rice"):
    what = promised("goods", quantity, unit, category=category)
    return promise(BETO, CARO, what, OPEN)


def _owed(c, what):
    """Beto owes Caro something for a hen; its place is returned."""
    hen = goods(CARO, BETO, category="food.hen", quantity=1)
    mode = "sale" if what["what"]["type"] == "money" else "barter"
    return {"act": c.trade(deal(mode, hen, what)), "deal": 0, "move": 1}


def _settled(c, owed, quantity, *more, reason="fulfilled"):
    freed = release(CARO, BETO, owed=owed, quantity=quantity, reason=reason)
    return c.exchange(deal("settle", freed, *more))


def rice_of_today_for_more_rice_later(c):
    answer = c.exchange(deal("barter", _rice(CARO, BETO, 10_000), _later(15_000)))

    ten, fifteen = Quantity(10_000, "KGM"), Quantity(15_000, "KGM")
    return answer, [MoreThanGiven(1, CARO, ten, fifteen)]


def rice_of_today_for_more_rice_later_in_another_unit(c):
    answer = c.exchange(deal("barter", _rice(CARO, BETO, 1, "TNE"), _later(1_001)))

    ton, more = Quantity(1_000, "KGM"), Quantity(1_001, "KGM")
    return answer, [MoreThanGiven(1, CARO, ton, more)]


def rice_of_today_for_more_rice_later_that_an_adjustment_makes(c):
    act = c.trade(deal("barter", _rice(CARO, BETO, 10), _later(10)))
    body = {"deal": {"act": act, "deal": 0}, "moves": [{"move": 0, "delta": -1}]}

    answer = c.record("adjust", body, *BOTH, refs=[(act, "adjusts")])

    more = MoreThanGiven(1, CARO, Quantity(9, "KGM"), Quantity(10, "KGM"))
    return answer, [more]


def kilos_that_are_replaced_by_more_grams(c):
    owed = _owed(c, _later(2))

    answer = _settled(c, owed, 2, _later(3, "GRM"), reason="replaced")

    three, two = Quantity(3, "KGM"), Quantity(2, "KGM")
    return answer, [MoreThanReleased(1, three, two)]


def a_local_measure_that_is_replaced_by_more_kilos(c):
    """An almud has been agreed to be five kilos."""
    owed = _owed(c, _later(3, "ALMUD"))

    answer = _settled(c, owed, 3, _later(15_001), reason="replaced")

    more, less = Quantity(15_001, "KGM"), Quantity(15_000, "KGM")
    return answer, [MoreThanReleased(1, more, less)]


def an_hour_that_is_replaced_by_more_minutes(c):
    """A hundredth of an hour is no whole minute: what is asked is rounded up."""
    work = _later(5, "HUR", "work.field")
    owed = _owed(c, work)

    answer = _settled(c, owed, 5, _later(4, "MIN", "work.field"), reason="replaced")

    return answer, [MoreThanReleased(1, Quantity(7, "HUR"), Quantity(5, "HUR"))]


def a_hen_beside_all_the_money_that_was_owed(c):
    owed = _owed(c, promise(BETO, CARO, promised("money", 60, "MXN"), OPEN))
    hen = goods(BETO, CARO, category="food.hen", quantity=1)

    answer = _settled(c, owed, 60, money(BETO, CARO, 60, "MXN"), hen)

    return answer, [MoreThanReleased(1, Quantity(1, "C62"), Quantity(0, "C62"))]
