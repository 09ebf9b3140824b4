"""Thanks, adjustments and contests: what they do to what was recorded."""

import pytest

from tests.core.trades import OPEN, pay, soup
from tests.little_circuit import (
    ANA,
    ATTEST,
    BETO,
    CARE,
    CARO,
    CASA,
    COMMON,
    DORA,
    EVA,
    FEDE,
    GINA,
    MEDIATE,
    TIENDA,
    Effects,
    commitment,
    decide,
    limits,
    mandate,
    number,
    slot,
    town,
)
from urdimbre.core.accounts import AccountKey, OverCreditLimit, counts
from urdimbre.core.drafting import (
    deal,
    goods,
    money,
    place,
    promise,
    promised,
    release,
    sealed,
    signs,
)
from urdimbre.core.exchange.adjust import Adjusted
from urdimbre.core.obligations import debt
from urdimbre.core.units import Quantity

ERRAND = number("errand")
OF_TIENDA = number("policy of tienda")


def adjust(c, act, *changes, slots=(), place_=0):
    moves = [{"move": move, "delta": delta} for move, delta in changes]
    body = {"deal": {"act": act, "deal": place_}, "moves": moves}
    return c.record("adjust", body, *slots, refs=[(act, "adjusts")])


def contest(c, act, outcome=None, slots=(slot(CARO),), by=CARO):  # noqa: B008
    body = {"deal": {"act": act, "deal": 0}}
    body |= {} if outcome is None else {"outcome": outcome}
    return c.record("contest", body, *slots, by=by, refs=[(act, "contests")])


BOTH = (slot(CARO), slot(BETO))
MEDIATOR = (slot(GINA, MEDIATE),)


# ---------------------------------------------------------------------------- thanks
@pytest.mark.parametrize(
    ("taker", "who", "slots"),
    [
        (BETO, {"member": BETO}, (slot(BETO),)),
        (COMMON, {"common": True}, (slot(ANA, number("policy of the common")),)),
        (CASA, {"member": CARO}, (slot(CARO),)),
        (sealed(commitment("s")), sealed(commitment("s")), (slot(ANA, CARE),)),
    ],
)
def test_who_received_thanks_or_who_belongs_to_the_house(taker, who, slots):
    c = town()
    act = c.trade(deal("gift", soup(EVA, taker)))
    body = {"party": who, "deal": {"act": act, "deal": 0}}

    answer = c.record("thanks", body, *slots, refs=[(act, "answers")])

    assert isinstance(answer, Effects)
    [row] = answer.rows
    assert (row.act, row.deal, row.time) == (act, 0, c.time)


def test_the_gift_to_thank_for_is_found_among_other_references():
    c = town()
    act = c.trade(deal("gift", soup()))
    other = c.trade(deal("gift", soup()))
    body = {"party": {"member": BETO}, "deal": {"act": act, "deal": 0}}

    refs = [(other, "answers"), (act, "settles"), (act, "answers")]

    assert isinstance(c.record("thanks", body, slot(BETO), refs=refs), Effects)


# ----------------------------------------------------------------------- adjustments
def test_fifty_kilos_arrive_as_forty_six():
    c = town()
    act = c.trade(deal("gift", soup(quantity=50)))

    answer = adjust(c, act, (0, -4), slots=BOTH)

    assert answer.rows == (Adjusted(act=act, deal=0, move=0, delta=-4),)


def test_a_price_is_mended_on_both_accounts():
    c = town()
    act = c.trade(pay(CARO, BETO, 9_00))

    adjust(c, act, (1, -2_00), slots=BOTH)

    assert (c.balance(CARO), c.balance(BETO)) == (-7_00, 7_00)


def test_a_price_is_mended_from_what_is_still_owed_first():
    c = town()
    act = c.trade(pay(CARO, TIENDA, 53_00, on_limit="owe"))

    adjust(c, act, (1, -5_00), slots=(slot(CARO), slot(FEDE, OF_TIENDA)))

    assert c.owed(act, 0, 1).open == 0
    assert c.balance(CARO) == -48_00


def test_an_adjustment_may_pass_a_hard_limit_and_is_flagged():
    c = town()
    act = c.trade(pay(BETO, CARO, 20_00))
    c.trade(pay(CARO, TIENDA, 60_00))
    decide(c, {"effect": "limits", **limits("SOL", TIENDA, 0, 1)})

    answer = adjust(c, act, (1, -20_00), slots=BOTH)

    assert answer.beyond == (AccountKey(CARO, "SOL"),)
    assert c.balance(CARO) == -60_00


def test_who_stands_beyond_a_limit_by_an_adjustment_goes_no_further():
    c = town()
    act = c.trade(pay(BETO, CARO, 20_00))
    c.trade(pay(CARO, TIENDA, 60_00))
    adjust(c, act, (1, -20_00), slots=BOTH)

    answer = c.exchange(pay(CARO, TIENDA, 1))

    after, limit, none = (Quantity(minor, "SOL") for minor in (-60_01, -50_00, 0))
    assert answer == (OverCreditLimit(CARO, after, limit, none),)


def test_cash_is_mended_in_the_till():
    c = town()
    act = c.trade(deal("sale", soup(TIENDA, CARO), money(CARO, TIENDA, 90, "MXN")))

    adjust(c, act, (1, -40), slots=(slot(CARO), slot(FEDE, OF_TIENDA)))

    assert c.balance(TIENDA, "MXN", "till") == 50


def test_two_moves_on_one_obligation_are_mended_together():
    c = town()
    owing = promise(BETO, CARO, promised("money", 90, "MXN"), OPEN)
    act = c.trade(deal("sale", soup(), owing))
    half = release(CARO, BETO, owed=place(act, 0, 1), quantity=40, reason="forgiven")
    freed = c.trade(deal("gift", half, half))

    adjust(c, freed, (0, -10), (1, -20), slots=BOTH)

    assert c.owed(act, 0, 1).released == 50
    assert debt(c.state, BETO, CARO, "MXN") == 40


def test_two_moves_out_of_one_custody_are_mended_together():
    c = town()
    jars = goods(CARO, BETO, category="jar", quantity=9, title="custody")
    what = promised("goods", 9, "C62", category="jar")
    act = c.trade(deal("lend", jars, promise(BETO, CARO, what, OPEN)))
    more = {"category": "jar", "quantity": 3, "of": place(act, 0, 0)}
    back = goods(BETO, CARO, title="return", **more)
    freed = release(CARO, BETO, owed=place(act, 0, 1), quantity=6)
    done = c.trade(deal("settle", back, back, freed))

    adjust(c, done, (0, -1), (1, -2), (2, -3), slots=BOTH)

    assert c.custody(act).gone == 3


def test_a_custody_becomes_smaller_and_a_promise_too():
    c = town()
    jars = goods(CARO, BETO, category="jar", quantity=9, title="custody")
    what = promised("goods", 9, "C62", category="jar")
    act = c.trade(deal("lend", jars, promise(BETO, CARO, what, OPEN)))

    adjust(c, act, (0, -2), (1, -2), slots=BOTH)

    assert (c.custody(act).held, c.owed(act, 0, 1).open) == (7, 7)


def test_a_mediator_mends_without_the_parties():
    c = town()
    act = c.trade(deal("gift", soup(quantity=50)))

    assert isinstance(adjust(c, act, (0, -4), slots=MEDIATOR), Effects)


def test_the_common_stands_for_its_mediator_as_the_author():
    c = town()
    act = c.trade(deal("gift", soup(quantity=50)))
    body = {"deal": {"act": act, "deal": 0}, "moves": [{"move": 0, "delta": -4}]}

    answer = c.record("adjust", body, *MEDIATOR, by=COMMON, refs=[(act, "adjusts")])

    assert isinstance(answer, Effects)


def test_a_party_may_sign_beside_the_mediator():
    c = town()
    act = c.trade(deal("gift", soup(quantity=50)))

    answer = adjust(c, act, (0, -4), slots=(*MEDIATOR, slot(CARO)))

    assert isinstance(answer, Effects)


def test_what_a_sealed_party_took_is_mended_by_bearers_of_care():
    c = town()
    act = c.trade(deal("gift", soup(CARO, sealed(commitment("s")), quantity=5)))

    slots = (slot(CARO), slot(ANA, CARE), slot(BETO, CARE))

    assert isinstance(adjust(c, act, (0, -1), slots=slots), Effects)


# -------------------------------------------------------------------------- contests
def debited(c, *more, minor=8_00):
    """Dora, on an errand for Caro, has her owe and pay; Caro has not signed."""
    c.ok("mandate", mandate("errand", CARO, "act", [DORA]), slot(CARO))
    fetched = deal("barter", soup(BETO, CARO), signs(CARO, BETO, minor, "SOL"), *more)
    return c.trade(fetched, slots=(slot(DORA, ERRAND), slot(BETO)))


def stand(c, who):
    return counts(c.state, AccountKey(who, "SOL"))


def test_a_held_debit_does_not_count_nor_the_credit():
    c = town()
    act = debited(c)

    answer = contest(c, act)

    assert (c.balance(CARO), c.balance(BETO)) == (-8_00, 8_00)
    assert (stand(c, CARO), stand(c, BETO)) == (0, 0)
    [row] = answer.rows
    assert (row.party, row.holds, row.outcome) == (CARO, ((1, 8_00),), None)


def test_a_held_credit_cannot_be_given_away():
    c = town()
    contest(c, debited(c))

    answer = c.exchange(deal("gift", signs(BETO, DORA, 1, "SOL")))

    assert not isinstance(answer, Effects)


@pytest.mark.parametrize(
    ("outcome", "slots", "by"),
    [
        ("withdrawn", (slot(CARO),), CARO),
        ("rejected", MEDIATOR, GINA),
        ("rejected", (slot(ANA, number("policy of the common")),), COMMON),
    ],
)
def test_what_was_held_counts_again_when_a_contest_ends(outcome, slots, by):
    c = town()
    act = debited(c)
    contest(c, act)

    contest(c, act, outcome, slots, by)

    assert (stand(c, CARO), stand(c, BETO)) == (-8_00, 8_00)


@pytest.mark.parametrize(("spent", "told"), [(42_00, ()), (42_01, (CARO,))])
def test_who_has_spent_what_a_contest_freed_is_told_beyond_her_limit(spent, told):
    c = town()
    act = debited(c)
    contest(c, act)
    c.trade(pay(CARO, TIENDA, spent))

    answer = contest(c, act, "withdrawn")

    assert stand(c, CARO) == -8_00 - spent
    assert [where.owner for where in answer.beyond] == [*told]


@pytest.mark.parametrize(("spent", "told"), [(50_00, ()), (50_01, (BETO,))])
def test_who_has_spent_what_a_contest_holds_is_told_beyond_his_limit(spent, told):
    c = town()
    act = debited(c)
    c.trade(pay(BETO, TIENDA, spent))

    answer = contest(c, act)

    assert stand(c, BETO) == -spent
    assert [where.owner for where in answer.beyond] == [*told]


@pytest.mark.parametrize(("slots", "by"), [(MEDIATOR, GINA), ((slot(BETO),), BETO)])
def test_a_contest_is_upheld_once_the_entry_is_mended(slots, by):
    c = town()
    act = debited(c)
    contest(c, act)
    adjust(c, act, (1, -8_00), slots=MEDIATOR)

    contest(c, act, "upheld", slots, by)

    assert (c.balance(CARO), c.balance(BETO)) == (0, 0)
    assert (stand(c, CARO), stand(c, BETO)) == (0, 0)


def test_only_what_is_still_posted_is_held():
    c = town()
    act = debited(c)
    adjust(c, act, (1, -8_00), slots=MEDIATOR)

    answer = contest(c, act)

    assert answer.rows[0].holds == ()


def test_what_was_left_owing_is_not_held_twice():
    c = town()
    c.trade(pay(CARO, TIENDA, 45_00))
    body = mandate("errand", CARO, "act", [DORA])
    c.ok("mandate", body, slot(CARO))
    fetched = signs(CARO, BETO, 8_00, "SOL", on_limit="owe")
    slots = (slot(DORA, ERRAND), slot(BETO))
    act = c.trade(deal("barter", soup(BETO, CARO), fetched), slots=slots)

    answer = contest(c, act)

    assert answer.rows[0].holds == ((1, 5_00),)
    assert c.owed(act, 0, 1).contested
    assert debt(c.state, CARO, BETO, "SOL") == 0


def test_a_contested_promise_does_not_count_for_the_debtor():
    c = town()
    owing = promise(CARO, BETO, promised("money", 9, "MXN"), OPEN)
    c.ok("mandate", mandate("errand", CARO, "act", [DORA]), slot(CARO))
    slots = (slot(DORA, ERRAND), slot(BETO))
    act = c.trade(deal("sale", soup(BETO, CARO), owing), slots=slots)

    contest(c, act)
    assert debt(c.state, CARO, BETO, "MXN") == 0
    adjust(c, act, (1, -4), slots=MEDIATOR)
    assert debt(c.state, CARO, BETO, "MXN") == 0
    contest(c, act, "upheld", MEDIATOR, GINA)

    assert debt(c.state, CARO, BETO, "MXN") == 5


def test_a_party_without_debit_may_contest_and_nothing_is_held():
    c = town()
    slots = (slot(CARO), slot(EVA, ATTEST), slot(FEDE, ATTEST))
    act = c.trade(deal("gift", soup()), slots=slots)

    answer = contest(c, act, slots=(slot(BETO),), by=BETO)

    assert answer.rows[0].holds == ()


@pytest.mark.parametrize(
    ("name", "days"), [("attest", 14), ("attest 2", 3), ("standing", 5)]
)
def test_the_mandate_that_spoke_for_her_says_how_long_she_has(name, days):
    c = town()
    common = slot(ANA, number("policy of the common"))
    two = mandate("attest 2", COMMON, "attest", [EVA, FEDE], contest_days=3)
    c.ok("mandate", two, common, by=COMMON)
    more = {"unit": "SOL", "max_each": 1, "contest_days": 5}
    c.ok("mandate", mandate("standing", CARO, "accept_credit", **more), slot(CARO))
    consents = [(CARO, number("standing"))] if name == "standing" else []
    slots = [slot(BETO)]
    if name != "standing":
        slots += [slot(EVA, number(name)), slot(FEDE, number(name))]
    act = c.trade(deal("gift", soup(BETO, CARO)), slots=slots, consents=consents)

    c.later(days=days)

    assert isinstance(contest(c.copy(), act), Effects)
    assert not isinstance(contest(c.later(seconds=1), act), Effects)


def test_her_own_mandate_says_more_of_her_days_than_that_of_witnesses():
    """An act may hold a gift attested for others beside what she has agreed to."""
    c = town()
    common = slot(ANA, number("policy of the common"))
    two = mandate("attest 2", COMMON, "attest", [EVA, FEDE], contest_days=1)
    c.ok("mandate", two, common, by=COMMON)
    more = {"unit": "SOL", "max_each": 1, "contest_days": 5}
    c.ok("mandate", mandate("standing", CARO, "accept_credit", **more), slot(CARO))
    slots = slot(BETO), *(slot(who, number("attest 2")) for who in (EVA, FEDE))
    act = c.trade(
        deal("gift", soup(BETO, CARO)),
        deal("gift", soup(BETO, DORA)),
        slots=slots,
        consents=[(CARO, number("standing"))],
    )

    assert isinstance(contest(c.later(days=5), act), Effects)


def test_a_mandate_of_somebody_else_says_nothing_of_her_days():
    c = town()
    body = mandate("errand", BETO, "act", [DORA], contest_days=1)
    c.ok("mandate", body, slot(BETO))
    slots = (slot(DORA, ERRAND), slot(EVA, ATTEST), slot(FEDE, ATTEST))
    act = c.trade(deal("gift", soup(BETO, CARO)), slots=slots)

    c.later(days=14)

    assert isinstance(contest(c, act), Effects)
