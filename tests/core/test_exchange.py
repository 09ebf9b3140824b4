"""What exchanges do: to accounts, obligations, custody, and who is told."""

import pytest

from tests.core.trades import OPEN, pay, soup
from tests.little_circuit import (
    ANA,
    BETO,
    CARO,
    CASA,
    COMMON,
    DORA,
    EVA,
    PAN,
    THE_COMMONS_POLICY,
    TIENDA,
    Effects,
    commitment,
    decide,
    limits,
    slot,
    town,
)
from urdimbre.core.accounts import AccountKey
from urdimbre.core.drafting import (
    cited,
    deal,
    exchange,
    goods,
    money,
    outside,
    place,
    promise,
    promised,
    release,
    sealed,
    signs,
)
from urdimbre.core.obligations import ON_REQUEST, Alternative, Custody, Due, Owed, debt


def test_signs_pass_from_one_account_to_the_other():
    c = town()

    c.trade(pay(CARO, BETO, 7_00))

    assert (c.balance(CARO), c.balance(BETO)) == (-7_00, 7_00)
    assert [tuple(one) for one in c.effects.postings] == [
        (AccountKey(CARO, "SOL"), -7_00, -7_00),
        (AccountKey(BETO, "SOL"), 7_00, 7_00),
    ]


def test_what_passes_both_ways_leaves_no_posting():
    c = town()

    c.trade(pay(CARO, BETO, 7_00), pay(BETO, CARO, 7_00))

    assert c.effects.postings == ()


@pytest.mark.parametrize(
    ("minor", "told"), [(39_99, ()), (40_00, (AccountKey(CARO, "SOL"),))]
)
def test_who_passes_her_soft_limit_is_told_once(minor, told):
    c = town()

    c.trade(pay(CARO, TIENDA, minor))

    assert c.effects.warned == told
    c.trade(pay(TIENDA, CARO, 1), pay(CARO, TIENDA, 1))
    assert c.effects.warned == ()


def test_cash_is_posted_for_each_side_that_keeps_it():
    c = town()
    paid = money(outside("capital"), TIENDA, 500, "MXN")
    c.trade(deal("sale", soup(TIENDA, outside("capital")), paid))

    rent = money(TIENDA, COMMON, 200, "MXN", purse="till", into="bank")
    c.trade(deal("gift", rent, need=ANA))

    assert c.balance(TIENDA, "MXN", "till") == 300
    assert c.balance(COMMON, "MXN", "bank") == 200
    assert c.balance("cash-outside", "MXN") == -500


def test_cash_goes_into_the_purse_it_came_from_unless_another_is_named():
    c = town()
    c.trade(deal("gift", money(CARO, TIENDA, 5, "MXN", purse="bank")))

    assert c.balance(TIENDA, "MXN", "bank") == 5


def test_cash_of_a_household_leaves_no_posting():
    c = town()

    c.trade(deal("sale", soup(PAN, CASA), money(CASA, PAN, 5, "MXN")))

    assert c.effects.postings == ()


def test_a_promise_opens_an_obligation():
    c = town()
    hen = promised("goods", 2, "C62", category="hen", product=ANA)
    other = {"type": "money", "quantity": 90, "unit": "MXN"}
    due = {"event": "harvest", "latest": 20_000}
    owing = promise(BETO, CARO, hen, due, risk="shared", or_=other)

    act = c.trade(deal("barter", soup(), owing))

    row = Owed(
        act=act,
        deal=0,
        move=1,
        debtor=BETO,
        creditor=CARO,
        what="goods",
        unit="C62",
        quantity=2,
        due=Due(event="harvest", latest=20_000),
        risk="shared",
        category="hen",
        product=ANA,
        alternative=Alternative(what="money", quantity=90, unit="MXN"),
    )
    assert c.owed(act, 0, 1) == row
    assert c.effects.rows == (row,)
    assert row.open == 2


def test_debts_between_two_are_kept_in_step():
    c = town()
    owing = promise(BETO, CARO, promised("money", 90, "MXN"), OPEN)
    act = c.trade(deal("sale", soup(), owing))
    half = release(CARO, BETO, owed=place(act, 0, 1), quantity=40)

    c.trade(deal("settle", half, money(BETO, CARO, 40, "MXN")))

    assert debt(c.state, BETO, CARO, "MXN") == c.owed(act, 0, 1).open == 50
    assert debt(c.state, CARO, BETO, "MXN") == 0


def test_what_passes_the_limit_is_left_owing():
    c = town()

    act = c.trade(pay(CARO, TIENDA, 53_00, on_limit="owe"))

    assert c.balance(CARO) == -50_00
    assert c.effects.owed == ((0, 1, 3_00),)
    owed = c.owed(act, 0, 1)
    assert (owed.debtor, owed.creditor, owed.open) == (CARO, TIENDA, 3_00)
    assert (owed.what, owed.due) == ("signs", ON_REQUEST)


def test_what_one_cannot_give_the_next_does_not_get():
    """In a chain each passes on what she gets; all are short by what the first owes."""
    c = town()
    decide(c, {"effect": "limits", **limits("SOL", "person", 0, 100_00)})
    chain = [
        signs(one, other, 5_00, "SOL", on_limit="owe")
        for one, other in ((CARO, BETO), (BETO, DORA), (DORA, EVA))
    ]
    back = [soup(other, one) for one, other in ((CARO, BETO), (BETO, DORA))]

    act = c.trade(deal("barter", *chain, *back, soup(EVA, DORA)))

    assert [c.balance(one) for one in (CARO, BETO, DORA, EVA)] == [0, 0, 0, 0]
    assert [c.owed(act, 0, move).open for move in (0, 1, 2)] == [5_00, 5_00, 5_00]


def test_later_moves_give_way_before_earlier_ones():
    c = town()
    two = [signs(CARO, other, 30_00, "SOL", on_limit="owe") for other in (BETO, DORA)]

    act = c.trade(deal("barter", *two, soup(BETO, CARO), soup(DORA, CARO)))

    assert (c.balance(BETO), c.balance(DORA)) == (30_00, 20_00)
    assert c.owed(act, 0, 0) is None
    assert c.owed(act, 0, 1).open == 10_00


def test_things_lent_have_an_owner_and_a_holder_and_come_back():
    c = town()
    jars = goods(CARO, BETO, category="jar", quantity=3, title="custody", may="use")
    what = promised("goods", 3, "C62", category="jar")
    price = money(BETO, CARO, 5, "MXN", purpose="use_price")
    act = c.trade(deal("lend", jars, promise(BETO, CARO, what, OPEN), price))
    assert c.custody(act) == Custody(
        act=act,
        deal=0,
        move=0,
        owner=CARO,
        holder=BETO,
        category="jar",
        unit="C62",
        quantity=3,
        may="use",
    )

    more = {"category": "jar", "title": "return", "of": place(act, 0, 0)}
    back = [goods(BETO, CARO, quantity=count, **more) for count in (2, 1)]
    freed = release(CARO, BETO, owed=place(act, 0, 1), quantity=3)
    damage = money(BETO, CARO, 1, "MXN", purpose="damage")
    c.trade(deal("settle", *back, freed, damage))

    assert (c.custody(act).held, c.owed(act, 0, 1).open) == (0, 0)


def test_things_lent_come_back_step_by_step():
    c = town()
    jars = goods(CARO, BETO, category="jar", quantity=3, title="custody")
    what = promised("goods", 3, "C62", category="jar")
    act = c.trade(deal("lend", jars, promise(BETO, CARO, what, OPEN)))

    more = {"category": "jar", "title": "return", "of": place(act, 0, 0)}
    for count in (1, 2):
        back = goods(BETO, CARO, quantity=count, **more)
        freed = release(CARO, BETO, owed=place(act, 0, 1), quantity=count)
        c.trade(deal("settle", back, freed))

    assert (c.custody(act).held, c.owed(act, 0, 1).open) == (0, 0)


def test_goods_on_consignment_are_sold_for_their_owner():
    c = town()
    jars = goods(CARO, TIENDA, category="honey", quantity=24, title="custody")
    what = promised("goods", 24, "C62", category="honey")
    jars["may"] = "sell"
    act = c.trade(deal("lend", jars, promise(TIENDA, CARO, what, OPEN)))

    sold = goods(
        TIENDA, EVA, category="honey", quantity=15, of=place(act, 0, 0), for_=CARO
    )
    c.trade(deal("sale", sold, money(EVA, TIENDA, 900, "MXN")))

    assert c.custody(act).held == 9
    assert c.balance(TIENDA, "MXN", "till") == 900


def test_what_lies_with_somebody_may_become_hers():
    """The owner leaves it to her; a gift from custody ends the custody."""
    c = town()
    pot = goods(CARO, BETO, category="pot", quantity=1, title="custody")
    what = promised("goods", 1, "C62", category="pot")
    act = c.trade(deal("lend", pot, promise(BETO, CARO, what, OPEN)))
    freed = release(CARO, BETO, owed=place(act, 0, 1), quantity=1, reason="forgiven")

    kept = goods(CARO, BETO, category="pot", quantity=1, of=place(act, 0, 0))
    c.trade(deal("gift", kept, freed))

    assert (c.custody(act).held, c.owed(act, 0, 1).open) == (0, 0)


def test_a_loss_at_the_creditors_risk_ends_a_debt():
    c = town()
    box = promised("goods", 20, "BX", category="box")
    due = {"from": c.today, "every_days": 7, "times": 20}
    owing = promise(PAN, CARO, box, due, risk="shared")
    act = c.trade(deal("sale", owing, money(CARO, PAN, 900, "MXN")))

    freed = release(CARO, PAN, owed=place(act, 0, 0), quantity=4, reason="loss")
    c.trade(deal("settle", freed))

    assert c.owed(act).open == 16


def test_a_debt_is_passed_on_to_whom_the_creditor_names():
    c = town()
    kid = promised("goods", 1, "C62", category="goat")
    first = goods(COMMON, CARO, category="goat", quantity=1, title="custody")
    act = c.trade(deal("lend", first, promise(CARO, COMMON, kid, OPEN)))

    freed = release(COMMON, CARO, owed=place(act, 0, 1), quantity=1, reason="passed_on")
    more = {"category": "goat", "quantity": 1}
    left = goods(COMMON, CARO, of=place(act, 0, 0), **more)
    c.trade(deal("settle", freed, left, goods(CARO, DORA, **more)))

    assert (c.custody(act).held, c.owed(act, 0, 1).open) == (0, 0)


def test_who_owes_nothing_any_more_may_leave():
    c = town()
    act = _lent(c)
    freed = release(CARO, BETO, owed=place(act, 0, 1), quantity=3)
    back = goods(
        BETO, CARO, category="jar", quantity=3, title="return", of=place(act, 0, 0)
    )
    c.trade(deal("settle", freed, back))

    answer = c.record("leave", {"member": BETO}, slot(BETO))

    assert isinstance(answer, Effects)


def _lent(c, risk="shared"):
    """Three jars of Caro's lie with Beto."""
    jars = goods(CARO, BETO, category="jar", quantity=3, title="custody")
    what = promised("goods", 3, "C62", category="jar")
    return c.trade(deal("lend", jars, promise(BETO, CARO, what, OPEN, risk=risk)))


def _left(act, count):
    more = {"category": "jar", "quantity": count}
    return goods(CARO, BETO, of=place(act, 0, 0), **more)


@pytest.mark.parametrize(
    ("reason", "mode", "moves"),
    [
        ("forgiven", "gift", ()),
        ("loss", "settle", ()),
        ("fulfilled", "settle", (money(BETO, CARO, 9, "MXN"),)),
    ],
)
def test_lent_things_are_left_to_their_holder(reason, mode, moves):
    c = town()
    act = _lent(c)
    freed = release(CARO, BETO, owed=place(act, 0, 1), quantity=2, reason=reason)

    c.trade(deal(mode, freed, _left(act, 2), *moves))

    assert (c.custody(act).held, c.owed(act, 0, 1).open) == (1, 1)


def test_lent_things_left_before_their_debt_is_paid():
    c = town()
    act = _lent(c)
    c.trade(deal("gift", _left(act, 3)))
    freed = release(CARO, BETO, owed=place(act, 0, 1), quantity=3)

    answer = c.exchange(deal("settle", freed, money(BETO, CARO, 9, "MXN")))

    assert isinstance(answer, Effects)


def test_a_loan_is_prolonged_by_another_promise_and_ends_with_it():
    c = town()
    act = _lent(c)
    two = promised("goods", 2, "C62", category="jar")
    freed = release(CARO, BETO, owed=place(act, 0, 1), quantity=2, reason="replaced")
    again = c.trade(deal("settle", freed, promise(BETO, CARO, two, OPEN)))

    back = {"category": "jar", "title": "return", "of": place(act, 0, 0)}
    for first, count in ((place(act, 0, 1), 1), (place(again, 0, 1), 2)):
        freed = release(CARO, BETO, owed=first, quantity=count)
        c.trade(deal("settle", freed, goods(BETO, CARO, quantity=count, **back)))

    assert c.custody(act).held == 0


def test_signs_change_hands_in_a_ring_at_the_agreed_conversion():
    """Each of the three comes out even, though the sums of the signs do not."""
    c = town()
    decide(c, SIX_MINUTES)

    ring = deal(
        "barter",
        signs(CARO, BETO, 12, "SOL"),
        signs(BETO, DORA, 20, "HORA"),
        signs(DORA, CARO, 12, "SOL"),
    )

    assert isinstance(c.exchange(ring), Effects)


SIX_MINUTES = {
    "effect": "conversion",
    "unit": "SOL",
    "into": "HORA",
    "give": 3,
    "take": 5,
}


@pytest.mark.parametrize(("hours", "even"), [(9, False), (10, True), (11, False)])
def test_signs_of_one_sort_are_changed_into_two_others(hours, even):
    c = town()
    other = {"unit": "HORA", "into": "DON", "give": 10, "take": 1}
    decide(c, SIX_MINUTES, {"effect": "conversion", **other})
    body = {"member": BETO, "quantity": 9, "unit": "DON"}
    c.ok("issue", body, slot(ANA, THE_COMMONS_POLICY), by=COMMON)

    answer = c.exchange(
        deal(
            "barter",
            signs(CARO, BETO, 12, "SOL"),
            signs(BETO, CARO, hours, "HORA"),
            signs(BETO, CARO, 1, "DON"),
        )
    )

    assert isinstance(answer, Effects) == even


def test_signs_pass_through_hands_that_bring_nothing_else():
    c = town()
    through = (signs(CARO, BETO, 5, "SOL"), signs(BETO, DORA, 5, "SOL"))

    answer = c.exchange(deal("barter", *through, soup(DORA, CARO)))

    assert isinstance(answer, Effects)


def test_a_gift_to_somebody_who_stays_sealed():
    c = town()
    sick = sealed(commitment("sick"))

    answer = c.exchange(deal("gift", soup(CARO, sick), money(CARO, sick, 9, "MXN")))

    assert isinstance(answer, Effects)


def test_goods_given_on_behalf_of_somebody_who_consents():
    c = town()
    hen = goods(BETO, DORA, category="hen", quantity=1, for_=CARO)

    c.trade(deal("gift", hen))
    signed = {one.member for one in c.log[-1].slots}
    answer = c.exchange(deal("gift", hen), slots=(slot(BETO), slot(DORA)))

    assert signed == {BETO, CARO, DORA}
    assert not isinstance(answer, Effects)


def test_goods_on_behalf_of_the_outside_need_no_consent_of_it():
    c = town()
    hen = goods(BETO, DORA, category="hen", quantity=1, for_=outside("capital"))

    assert isinstance(c.exchange(deal("gift", hen)), Effects)


def test_signs_are_converted_as_agreed_in_either_order():
    c = town()
    rate = {"unit": "SOL", "into": "DON", "give": 300, "take": 1}
    decide(c, {"effect": "conversion", **rate})
    issue = {"member": CARO, "quantity": 9, "unit": "DON"}
    c.ok("issue", issue, *c.sign_for({"common": True}), by=COMMON)

    c.trade(deal("barter", signs(BETO, CARO, 600, "SOL"), signs(CARO, BETO, 2, "DON")))

    assert c.balance(BETO, "DON") == 2


def test_a_ring_in_one_sign_needs_no_rate():
    c = town()

    ring = [signs(one, other, 5, "SOL") for one, other in ((CARO, BETO), (BETO, CARO))]

    assert isinstance(c.exchange(deal("barter", *ring)), Effects)


def test_the_references_of_an_exchange_name_what_it_settles():
    of, owed = place("aa", 0, 0), place("bb", 0, 1)
    back = goods(BETO, CARO, category="jar", quantity=1, title="return", of=of)
    body = exchange(1, deal("settle", back, release(CARO, BETO, owed=owed, quantity=1)))

    assert cited(body) == [("aa", "settles"), ("bb", "releases")]
    assert cited(exchange(1, deal("gift", soup()))) == []


def test_five_in_a_ring_barter_in_one_act():
    c = town()
    five = (ANA, BETO, CARO, DORA, EVA)
    ring = [soup(one, other) for one, other in zip(five, (*five[1:], ANA), strict=True)]

    assert isinstance(c.exchange(deal("barter", *ring)), Effects)
