"""What each mode of exchange refuses."""

from tests.core.trades import OPEN
from tests.little_circuit import (
    ANA,
    BETO,
    CARO,
    COMMON,
    DORA,
    THE_COMMON,
    decide,
)
from urdimbre.core.drafting import (
    deal,
    goods,
    money,
    promise,
    promised,
    release,
    signs,
)
from urdimbre.core.exchange.answers import (
    ConversionNotAgreed,
    GiftBothWays,
    LentIsNotPromised,
    MoreThanReleased,
    MoveNotInMode,
    NothingInReturn,
    NothingReleased,
    NothingSold,
    PurposeOutOfPlace,
    ReasonDoesNotFit,
    SaleWithoutPrice,
    SameSide,
    StillInCustody,
)
from urdimbre.core.units import Quantity

MXN = "MXN"


def _rice(giver, taker, **more):
    return goods(giver, taker, **{"category": "food.rice", "quantity": 2} | more)


def _pesos(minor):
    return promised("money", minor, MXN)


# ------------------------------------------------------------------------------ sale
def sale_without_a_price(c):
    sale = deal("sale", _rice(CARO, BETO), signs(BETO, CARO, 1, "SOL"))

    return c.exchange(sale), [SaleWithoutPrice(1)]


def sale_of_nothing(c):
    return c.exchange(deal("sale", money(BETO, CARO, 1, MXN))), [NothingSold(1)]


def sale_in_which_the_seller_pays(c):
    sale = deal("sale", _rice(CARO, BETO), money(CARO, BETO, 1, MXN))

    return c.exchange(sale), [SameSide(1, CARO)]


def sale_in_which_a_buyer_is_paid(c):
    sale = deal("sale", _rice(CARO, BETO), money(DORA, BETO, 1, MXN))

    return c.exchange(sale), [SameSide(1, BETO)]


def sale_with_a_release(c):
    loan = _loan(c)
    freed = release(CARO, BETO, owed=_first(loan, 1), quantity=1)

    return c.exchange(_sale(freed)), [MoveNotInMode(1, "sale", "release")]


def _sale(*more):
    return deal("sale", _rice(CARO, BETO), money(BETO, CARO, 1, MXN), *more)


def sale_of_things_that_only_change_hands(c):
    kept = _rice(CARO, BETO, title="custody")

    answer = c.exchange(_sale(kept))

    return answer, [MoveNotInMode(1, "sale", "custody")]


def sale_with_a_deposit(c):
    sale = _sale(money(BETO, CARO, 1, MXN, purpose="deposit"))

    return c.exchange(sale), [PurposeOutOfPlace(1, "deposit", "sale")]


def the_second_deal_is_the_one_that_is_wrong(c):
    sale = deal("sale", _rice(CARO, BETO), signs(BETO, CARO, 1, "SOL"))

    return c.exchange(_sale(), sale), [SaleWithoutPrice(2)]


def two_deals_are_wrong_each_in_its_way(c):
    first = deal("sale", _rice(CARO, BETO, title="custody"))
    second = deal("barter", _rice(CARO, BETO))

    answer = c.exchange(first, second)

    wrong = [MoveNotInMode(1, "sale", "custody"), NothingInReturn(2, CARO)]
    return answer, wrong


# ---------------------------------------------------------------------------- barter
def barter_for_money(c):
    barter = deal("barter", _rice(CARO, BETO), money(BETO, CARO, 1, MXN))

    return c.exchange(barter), [MoveNotInMode(1, "barter", "money")]


def barter_for_a_promise_of_money(c):
    barter = deal("barter", _rice(CARO, BETO), promise(BETO, CARO, _pesos(1), OPEN))

    return c.exchange(barter), [MoveNotInMode(1, "barter", "promise of money")]


def barter_for_a_promise_of_signs(c):
    """What may be left owing in signs is bounded by ``owe_max``."""
    owing = promise(BETO, CARO, promised("signs", 1, "SOL"), OPEN)

    answer = c.exchange(deal("barter", _rice(CARO, BETO), owing))

    return answer, [MoveNotInMode(1, "barter", "promise of signs")]


def sale_for_a_promise_of_signs(c):
    owing = promise(BETO, CARO, promised("signs", 1, "SOL"), OPEN)

    return c.exchange(_sale(owing)), [MoveNotInMode(1, "sale", "promise of signs")]


def barter_in_which_one_only_gives(c):
    barter = deal("barter", _rice(CARO, BETO), _rice(BETO, ANA), _rice(ANA, BETO))

    return c.exchange(barter), [NothingInReturn(1, CARO)]


def barter_in_which_one_only_takes(c):
    barter = deal("barter", _rice(ANA, BETO), _rice(BETO, ANA), _rice(BETO, CARO))

    return c.exchange(barter), [NothingInReturn(1, CARO)]


def _swap(c, sol, don):
    c.ok("issue", {"member": CARO, "quantity": 9, "unit": "DON"}, THE_COMMON, by=COMMON)
    one, other = signs(BETO, CARO, sol, "SOL"), signs(CARO, BETO, don, "DON")
    return c.exchange(deal("barter", one, other))


def barter_of_signs_that_nobody_agreed_to_convert(c):
    sol, don = Quantity(300, "SOL"), Quantity(1, "DON")

    return _swap(c, 300, 1), [ConversionNotAgreed(1, sol, don)]


def barter_of_signs_at_another_rate(c):
    rate = {"unit": "SOL", "into": "DON", "give": 300, "take": 1}
    decide(c, {"effect": "conversion", **rate})
    sol, don = Quantity(599, "SOL"), Quantity(2, "DON")

    return _swap(c, 599, 2), [ConversionNotAgreed(1, sol, don)]


def barter_of_signs_at_another_rate_beside_a_token(c):
    sol, don = Quantity(300, "SOL"), Quantity(1, "DON")
    c.ok("issue", {"member": CARO, "quantity": 9, "unit": "DON"}, THE_COMMON, by=COMMON)
    one, other = signs(BETO, CARO, 300, "SOL"), signs(CARO, BETO, 1, "DON")

    answer = c.exchange(deal("barter", one, other, _rice(BETO, CARO)))

    return answer, [ConversionNotAgreed(1, sol, don)]


def barter_of_many_signs_for_few_of_the_same(c):
    many, few = signs(CARO, BETO, 900, "SOL"), signs(BETO, CARO, 1, "SOL")

    return c.exchange(deal("barter", many, few)), [NothingInReturn(1, CARO)]


# ------------------------------------------------------------------------------ gift
def gift_that_goes_both_ways(c):
    gift = deal("gift", _rice(CARO, BETO), _rice(BETO, DORA))

    return c.exchange(gift), [GiftBothWays(1, BETO)]


def gift_on_a_promise(c):
    gift = deal("gift", promise(CARO, BETO, _pesos(1), OPEN))

    return c.exchange(gift), [MoveNotInMode(1, "gift", "promise")]


def gift_of_signs_that_would_be_owed(c):
    gift = deal("gift", signs(CARO, BETO, 1, "SOL", on_limit="owe"))
    c.trade(deal("barter", _rice(CARO, ANA), signs(ANA, CARO, 1, "SOL")))

    return c.exchange(gift), [MoveNotInMode(1, "gift", "promise")]


def gift_that_releases_for_something(c):
    loan = _loan(c)
    freed = release(CARO, BETO, owed=_first(loan, 1), quantity=1)

    return c.exchange(deal("gift", freed)), [ReasonDoesNotFit(1, "fulfilled")]


def gift_with_a_purpose_of_loans(c):
    gift = deal("gift", money(CARO, BETO, 1, MXN, purpose="damage"))

    return c.exchange(gift), [PurposeOutOfPlace(1, "damage", "gift")]


# ------------------------------------------------------------------------------ lend
def _loan(c, minor=100, **more):
    lent = money(CARO, BETO, minor, MXN)
    return c.trade(deal("lend", lent, promise(BETO, CARO, _pesos(minor), OPEN, **more)))


def _first(act, move):
    return {"act": act, "deal": 0, "move": move}


def loan_with_interest(c):
    lent = money(CARO, BETO, 100, MXN)
    loan = deal("lend", lent, promise(BETO, CARO, _pesos(101), OPEN))

    return c.exchange(loan), [LentIsNotPromised(1, MXN, 100, 101)]


def loan_of_which_a_part_is_not_promised(c):
    lent = money(CARO, BETO, 100, MXN)
    loan = deal("lend", lent, promise(BETO, CARO, _pesos(99), OPEN))

    return c.exchange(loan), [LentIsNotPromised(1, MXN, 100, 99)]


def loan_that_is_promised_in_another_unit(c):
    lent = signs(CARO, BETO, 100, "SOL")
    loan = deal("lend", lent, promise(BETO, CARO, _pesos(100), OPEN))

    return c.exchange(loan), [LentIsNotPromised(1, "SOL", 100, 0)]


def loan_of_things_that_is_promised_to_another(c):
    jars = _rice(CARO, BETO, title="custody")
    back = promised("goods", 2, "C62", category="food.rice")
    loan = deal("lend", jars, promise(BETO, DORA, back, OPEN))

    return c.exchange(loan), [LentIsNotPromised(1, "C62", 2, 0)]


def loan_of_money_with_a_price_for_its_use(c):
    lent = money(CARO, BETO, 100, MXN)
    price = money(BETO, CARO, 5, MXN, purpose="use_price")
    loan = deal("lend", lent, promise(BETO, CARO, _pesos(100), OPEN), price)

    return c.exchange(loan), [PurposeOutOfPlace(1, "use_price", "lend")]


def loan_of_money_priced_as_that_of_a_thing(c):
    pin = _rice(CARO, BETO, title="custody")
    back = promised("goods", 2, "C62", category="food.rice")
    price = money(BETO, CARO, 5, MXN, purpose="use_price")
    lent = money(CARO, BETO, 100, MXN), promise(BETO, CARO, _pesos(100), OPEN)
    loan = deal("lend", pin, promise(BETO, CARO, back, OPEN), price, *lent)

    return c.exchange(loan), [PurposeOutOfPlace(1, "use_price", "lend")]


def loan_for_good(c):
    loan = deal("lend", _rice(CARO, BETO))

    return c.exchange(loan), [MoveNotInMode(1, "lend", "transfer")]


# ---------------------------------------------------------------------------- settle
def settlement_of_nothing(c):
    return c.exchange(deal("settle", money(BETO, CARO, 1, MXN))), [NothingReleased(1)]


def _settle(c, reason, *moves, quantity=100, **more):
    loan = _loan(c, **more)
    freed = release(CARO, BETO, owed=_first(loan, 1), quantity=quantity, reason=reason)
    return c.exchange(deal("settle", freed, *moves))


def fulfilled_by_nothing(c):
    return _settle(c, "fulfilled"), [ReasonDoesNotFit(1, "fulfilled")]


def fulfilled_towards_somebody_else(c):
    answer = _settle(c, "fulfilled", money(BETO, DORA, 100, MXN))

    return answer, [ReasonDoesNotFit(1, "fulfilled")]


def passed_on_to_the_creditor(c):
    answer = _settle(c, "passed_on", money(BETO, CARO, 100, MXN))

    return answer, [ReasonDoesNotFit(1, "passed_on")]


def passed_on_by_somebody_else(c):
    answer = _settle(c, "passed_on", money(ANA, DORA, 100, MXN))

    return answer, [ReasonDoesNotFit(1, "passed_on")]


def replaced_by_a_promise_to_another(c):
    answer = _settle(c, "replaced", promise(BETO, DORA, _pesos(100), OPEN))

    return answer, [ReasonDoesNotFit(1, "replaced")]


def lost_at_the_debtors_risk(c):
    return _settle(c, "loss", risk="debtor"), [ReasonDoesNotFit(1, "loss")]


def lost_where_nothing_was_said_of_risk(c):
    return _settle(c, "loss"), [ReasonDoesNotFit(1, "loss")]


def forgiven_in_a_settlement(c):
    return _settle(c, "forgiven"), [ReasonDoesNotFit(1, "forgiven")]


def a_loan_of_money_settled_with_a_price_for_its_use(c):
    price = money(BETO, CARO, 5, MXN, purpose="use_price")

    answer = _settle(c, "fulfilled", money(BETO, CARO, 100, MXN), price)

    return answer, [PurposeOutOfPlace(1, "use_price", "settle")]


def damage_paid_to_who_lent_nothing(c):
    jars = _rice(CARO, BETO, title="custody")
    back = promised("goods", 2, "C62", category="food.rice")
    act = c.trade(deal("lend", jars, promise(BETO, CARO, back, OPEN)))
    returned = _rice(BETO, CARO, title="return", of=_first(act, 0))
    freed = release(CARO, BETO, owed=_first(act, 1), quantity=2)
    paid = money(BETO, DORA, 5, MXN, purpose="damage")

    answer = c.exchange(deal("settle", returned, freed, paid))

    return answer, [PurposeOutOfPlace(1, "damage", "settle")]


def signs_owed_and_paid_in_others_at_a_rate_of_the_day(c):
    back = promise(BETO, CARO, promised("signs", 300, "SOL"), OPEN)
    act = c.trade(deal("lend", signs(CARO, BETO, 300, "SOL"), back))
    freed = release(CARO, BETO, owed=_first(act, 1), quantity=300)
    paid = signs(BETO, CARO, 9, "HORA")

    answer = c.exchange(deal("settle", freed, paid, _rice(BETO, CARO)))

    return answer, [ConversionNotAgreed(1, Quantity(300, "SOL"), Quantity(9, "HORA"))]


def signs_owed_and_promised_in_others_at_a_rate_of_the_day(c):
    back = promise(BETO, CARO, promised("signs", 300, "SOL"), OPEN)
    act = c.trade(deal("lend", signs(CARO, BETO, 300, "SOL"), back))
    freed = release(CARO, BETO, owed=_first(act, 1), quantity=300, reason="replaced")
    anew = promise(BETO, CARO, promised("signs", 9, "HORA"), OPEN)

    answer = c.exchange(deal("settle", freed, anew))

    return answer, [ConversionNotAgreed(1, Quantity(300, "SOL"), Quantity(9, "HORA"))]


def _lent_for(c, reason, *moves, mode, risk="shared"):
    rice = _rice(CARO, BETO, title="custody")
    back = promised("goods", 2, "C62", category="food.rice")
    loan = deal("lend", rice, promise(BETO, CARO, back, OPEN, risk=risk))
    owed = _first(c.trade(loan), 1)
    freed = release(CARO, BETO, owed=owed, quantity=2, reason=reason)
    return c.exchange(deal(mode, freed, *moves))


def things_lent_and_forgiven_that_nobody_leaves_to_the_holder(c):
    answer = _lent_for(c, "forgiven", mode="gift")

    return answer, [StillInCustody(BETO, Quantity(2, "C62"))]


def things_lent_and_lost_that_nobody_leaves_to_the_holder(c):
    answer = _lent_for(c, "loss", mode="settle")

    return answer, [StillInCustody(BETO, Quantity(2, "C62"))]


def things_lent_and_paid_that_nobody_leaves_to_the_holder(c):
    answer = _lent_for(c, "fulfilled", money(BETO, CARO, 9, MXN), mode="settle")

    return answer, [StillInCustody(BETO, Quantity(2, "C62"))]


def things_lent_of_which_less_is_promised_again(c):
    one = promised("goods", 1, "C62", category="food.rice")
    anew = promise(BETO, CARO, one, OPEN)

    answer = _lent_for(c, "replaced", anew, mode="settle")

    return answer, [StillInCustody(BETO, Quantity(1, "C62"))]


def replaced_by_a_promise_of_more(c):
    answer = _settle(c, "replaced", promise(BETO, CARO, _pesos(101), OPEN))

    return answer, [MoreThanReleased(1, Quantity(101, MXN), Quantity(100, MXN))]


def replaced_by_more_from_two(c):
    first = promise(BETO, CARO, _pesos(60), OPEN)
    second = promise(DORA, CARO, _pesos(41), OPEN)

    answer = _settle(c, "replaced", first, second)

    return answer, [MoreThanReleased(1, Quantity(101, MXN), Quantity(100, MXN))]


def paid_and_promised_more_together(c):
    paid = money(BETO, CARO, 50, MXN)
    rest = promise(BETO, CARO, _pesos(51), OPEN)

    answer = _settle(c, "fulfilled", paid, rest)

    return answer, [MoreThanReleased(1, Quantity(101, MXN), Quantity(100, MXN))]


def paid_with_interest_in_goods_of_the_same_kind(c):
    back = promised("goods", 2, "C62", category="food.rice")
    seed = deal("barter", _rice(CARO, BETO), promise(BETO, CARO, back, OPEN))
    act = c.trade(seed)
    freed = release(CARO, BETO, owed=_first(act, 1), quantity=2)

    answer = c.exchange(deal("settle", freed, _rice(BETO, CARO, quantity=3)))

    return answer, [MoreThanReleased(1, Quantity(3, "C62"), Quantity(2, "C62"))]


def settled_with_a_deposit(c):
    answer = _settle(c, "fulfilled", money(BETO, CARO, 1, MXN, purpose="deposit"))

    return answer, [PurposeOutOfPlace(1, "deposit", "settle")]
