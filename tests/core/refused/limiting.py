"""What is refused of sums: limits, cash, reserves, gifts from debt, what is owed."""

from tests.core.trades import pay, sol, soup
from tests.little_circuit import (
    ANA,
    BETO,
    CARO,
    CASA,
    DORA,
    EVA,
    GINA,
    MEDIATE,
    PAN,
    THE_COMMON,
    TIENDA,
    decide,
    limits,
    mandate,
    number,
    slot,
)
from urdimbre.core.accounts import (
    COMMON,
    NotEnoughCash,
    OverCreditLimit,
    OverHighLimit,
)
from urdimbre.core.drafting import (
    deal,
    money,
    promise,
    promised,
    signs,
)
from urdimbre.core.exchange.answers import (
    AmountTooLarge,
    GiftFromDebt,
    OwesTooMuch,
    ReserveNeeded,
)
from urdimbre.core.units import MINOR_MAX, Quantity


# ------------------------------------------------------------------- sums and limits
def a_debit_past_the_limit(c):
    answer = c.exchange(pay(CARO, TIENDA, 50_01))

    return answer, [OverCreditLimit(CARO, sol(-50_01), sol(-50_00), sol(50_00))]


def a_debit_further_past_a_limit_that_was_drawn_closer(c):
    c.trade(pay(CARO, TIENDA, 20_00))
    decide(c, {"effect": "limits", **limits("SOL", CARO, -10_00, 100_00)})

    answer = c.exchange(pay(CARO, TIENDA, 1))

    return answer, [OverCreditLimit(CARO, sol(-20_01), sol(-10_00), sol(0))]


def a_credit_past_the_highest_balance(c):
    c.trade(pay(ANA, CARO, 50_00))
    c.trade(pay(BETO, CARO, 49_00))

    answer = c.exchange(pay(EVA, CARO, 1_01))

    return answer, [OverHighLimit(CARO, sol(100_01), sol(100_00), sol(1_00))]


def debts_whose_sum_the_format_cannot_keep(c):
    def owing(minor):
        what = promised("money", minor, "MXN")
        return promise(CARO, BETO, what, {"open": True})

    c.trade(deal("sale", soup(BETO, CARO), owing(MINOR_MAX)))

    answer = c.exchange(deal("sale", soup(BETO, CARO), owing(1)))

    return answer, [AmountTooLarge("MXN")]


def a_gift_of_what_is_there_only_while_a_contest_is_open(c):
    c.ok("mandate", mandate("errand", CARO, "act", [DORA]), slot(CARO))
    slots = (slot(DORA, number("errand")), slot(BETO))
    act = c.trade(pay(CARO, BETO, 8_00), slots=slots)
    named = {"deal": {"act": act, "deal": 0}}
    c.ok("contest", named, slot(CARO), refs=[(act, "contests")])
    moves = [{"move": 1, "delta": -8_00}]
    mediator = slot(GINA, MEDIATE)
    c.ok("adjust", named | {"moves": moves}, mediator, refs=[(act, "adjusts")])

    answer = c.exchange(deal("gift", signs(CARO, EVA, 8_00, "SOL")))

    return answer, [GiftFromDebt(CARO, sol(0))]


def a_balance_that_the_format_cannot_keep(c):
    def lot(payer):
        paid = money(payer, TIENDA, MINOR_MAX, "MXN", into="bank")
        return deal("gift", paid)

    c.trade(lot(CARO))

    return c.exchange(lot(BETO)), [AmountTooLarge("MXN")]


def a_till_that_is_empty(c):
    c.trade(deal("gift", money(CARO, TIENDA, 5, "MXN")))

    answer = c.exchange(deal("gift", money(TIENDA, CARO, 6, "MXN")))

    have, need = Quantity(5, "MXN"), Quantity(6, "MXN")
    return answer, [NotEnoughCash(TIENDA, "till", need, have)]


def a_reserve_that_signs_rest_on(c):
    c.trade(deal("gift", money(CARO, COMMON, 9, "MXN", purse="reserve")))
    c.ok("issue", {"member": CARO, "quantity": 3, "unit": "ORO"}, THE_COMMON, by=COMMON)

    answer = c.exchange(deal("gift", money(COMMON, CARO, 4, "MXN", purse="reserve")))

    return answer, [ReserveNeeded(Quantity(6, "MXN"), Quantity(5, "MXN"))]


def a_gift_of_signs_that_she_does_not_have(c):
    c.trade(pay(BETO, CARO, 5))

    answer = c.exchange(deal("gift", signs(CARO, DORA, 6, "SOL")))

    return answer, [GiftFromDebt(CARO, sol(5))]


def a_gift_of_signs_in_two_parts_is_told_once(c):
    gift = deal("gift", signs(CARO, DORA, 3, "SOL"), signs(CARO, EVA, 3, "SOL"))

    return c.exchange(gift), [GiftFromDebt(CARO, sol(0))]


def more_left_owing_than_is_agreed(c):
    swap = pay(CARO, TIENDA, 60_01, on_limit="owe")

    answer = c.exchange(swap)

    return answer, [OwesTooMuch(CARO, sol(10_01), sol(10_00), sol(60_00))]


def more_left_owing_than_is_agreed_in_two_parts(c):
    half = signs(CARO, TIENDA, 30_01, "SOL", on_limit="owe")

    answer = c.exchange(deal("barter", soup(TIENDA, CARO), half, half))

    return answer, [OwesTooMuch(CARO, sol(10_02), sol(10_00), sol(60_00))]


def a_ring_that_would_owe_step_by_step_for_ever(c):
    """Each turn would move one step only; after some turns the limit refuses."""
    lot = 10**15
    decide(c, {"effect": "limits", **limits("SOL", "person", 0, 100)})
    ring = deal(
        "barter",
        signs(ANA, BETO, lot, "SOL", on_limit="owe"),
        signs(BETO, CARO, 1, "SOL"),
        signs(BETO, ANA, lot, "SOL", on_limit="owe"),
        soup(CARO, BETO),
    )

    answer = c.exchange(ring)

    assert len(answer) == 1
    return answer, [answer[0]]


def past_a_limit_in_another_sign(c):
    answer = c.exchange(pay(PAN, CASA, 1, "HORA"))

    hora, none = Quantity(-1, "HORA"), Quantity(0, "HORA")
    return answer, [OverCreditLimit(PAN, hora, none, none)]
