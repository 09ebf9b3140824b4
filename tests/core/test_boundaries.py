"""Each limit by hand: the last value that is allowed, and the first that is refused."""

import pytest

from tests.core.trades import OPEN, pay, soup
from tests.little_circuit import (
    ANA,
    BETO,
    CARO,
    COMMON,
    DAY,
    DORA,
    PAN,
    START,
    THE_COMMON,
    TIENDA,
    Little,
    admit,
    allowed,
    decide,
    genesis_body,
    limits,
    mandate,
    number,
    slot,
    town,
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

ERRAND, STANDING = number("errand"), number("standing")


# ------------------------------------------------------------- the envelope and time
def valid_until_before_now(c, late):
    return c.exchange(deal("gift", soup()), valid_until=c.time - late)


def valid_for_so_long(c, seconds):
    return c.exchange(deal("gift", soup()), valid_until=c.time + seconds)


def a_day_ahead(c, days):
    return c.exchange(deal("gift", soup()), day=c.today + days)


def seen_another_agreement(c, version):
    decide(c, {"effect": "parameter", "name": "owe_max", "value": 7})
    return c.exchange(deal("gift", soup()), agreement=version)


def seen_an_older_agreement_on_other_things(c, changed):
    name = "owe_max" if changed else "draft_days"
    decide(c, {"effect": "parameter", "name": name, "value": 7})
    return c.exchange(deal("gift", soup()), agreement=1)


def founders_after(c, seconds):
    c.time = START + 90 * DAY + seconds
    return c.exchange(deal("gift", soup(COMMON)))


def founders_who_admit_after_a_meeting(c, other):
    c.time = START + 90 * DAY
    if other:
        body = {"member": CARO, "quantity": 1, "unit": "DON"}
        return c.record("issue", body, THE_COMMON, by=COMMON)
    body, slots = admit(c, "ines")
    return c.record("admit", body, *slots, by=ANA)


# -------------------------------------------------------------------- limits and sums
def a_debit_to_the_limit(c, minor):
    return c.exchange(pay(CARO, TIENDA, minor))


def a_credit_to_the_highest_balance(c, minor):
    c.trade(pay(ANA, CARO, 50_00))
    c.trade(pay(DORA, CARO, 25_00))
    return c.exchange(pay(BETO, CARO, minor))


def a_way_back_from_beyond_the_limit(c, minor):
    """A credit helps even who stands beyond a limit that was drawn closer."""
    c.trade(pay(CARO, TIENDA, 20_00))
    decide(c, {"effect": "limits", **limits("SOL", CARO, -10_00, 100_00)})
    swap = deal("barter", signs(TIENDA, CARO, 100, "SOL"), soup(CARO, TIENDA))
    return c.exchange(swap, pay(CARO, TIENDA, minor))


def out_of_the_till(c, minor):
    c.trade(deal("gift", money(CARO, TIENDA, 500, "MXN")))
    return c.exchange(deal("gift", money(TIENDA, CARO, minor, "MXN")))


def out_of_the_bank(c, purse):
    """A bank may lend; a till and a reserve hold what they hold."""
    purse = "reserve" if purse else "bank"
    return c.exchange(deal("gift", money(TIENDA, CARO, 1, "MXN", purse=purse)))


def out_of_the_reserve(c, minor):
    c.trade(deal("gift", money(CARO, COMMON, 10, "MXN", purse="reserve")))
    c.ok("issue", {"member": CARO, "quantity": 3, "unit": "ORO"}, THE_COMMON, by=COMMON)
    return c.exchange(deal("gift", money(COMMON, CARO, minor, "MXN", purse="reserve")))


def given_out_of_a_balance(c, minor):
    c.trade(pay(BETO, CARO, 500))
    return c.exchange(deal("gift", signs(CARO, DORA, minor, "SOL")))


def left_owing(c, minor):
    return c.exchange(pay(CARO, TIENDA, 50_00 + minor, on_limit="owe"))


def left_owing_in_two_parts(c, minor):
    half = signs(CARO, TIENDA, 30_00, "SOL", on_limit="owe")
    rest = signs(CARO, TIENDA, 20_00 + minor, "SOL", on_limit="owe")
    return c.exchange(deal("barter", soup(TIENDA, CARO), half, rest))


def issued_up_to_the_ceiling(c, minor):
    body = {"member": CARO, "quantity": minor, "unit": "DON"}
    return c.record("issue", body, THE_COMMON, by=COMMON)


def issued_up_to_the_reserve(c, minor):
    c.trade(deal("gift", money(CARO, COMMON, 9, "MXN", purse="reserve")))
    body = {"member": CARO, "quantity": minor, "unit": "ORO"}
    return c.record("issue", body, THE_COMMON, by=COMMON)


def taken_back_after_the_ceiling_was_lowered(c, minor):
    issued_up_to_the_ceiling(c, 10)
    decide(c, {"effect": "ceiling", "unit": "DON", "quantity": 5})
    body = {"member": CARO, "quantity": -minor, "unit": "DON"}
    return c.record("issue", body, THE_COMMON, slot(CARO), by=COMMON)


# ------------------------------------------------------------------- settle and lend
def loan(c, minor=100, back=100, **more):
    owing = promise(BETO, CARO, promised("money", back, "MXN"), OPEN, **more)
    return c.exchange(deal("lend", money(CARO, BETO, minor, "MXN"), owing))


def promised_back(c, minor):
    return loan(c, 100, minor)


def released(c, minor, reason="forgiven", *moves, mode="gift", **more):
    assert allowed(loan(c, **more))
    owed = {"act": c.act.hash, "deal": 0, "move": 1}
    freed = release(CARO, BETO, owed=owed, quantity=minor, reason=reason)
    return c.exchange(deal(mode, freed, *moves))


def forgiven(c, minor):
    return released(c, minor)


def replaced(c, minor):
    new = promise(DORA, CARO, promised("money", minor, "MXN"), OPEN)
    return released(c, 40, "replaced", new, mode="settle")


def paid_back(c, minor):
    paid = money(DORA, CARO, minor, "MXN")
    return released(c, 40, "fulfilled", paid, mode="settle")


def paid_back_with_damage(c, interest):
    """Things bear damage, money does not."""
    damage = money(BETO, CARO, 1, "MXN", purpose="damage")
    if not interest:
        return returned(c, 3, damage)
    paid = money(BETO, CARO, 40, "MXN")
    return released(c, 40, "fulfilled", paid, damage, mode="settle")


def lost(c, debtors_risk):
    risk = "debtor" if debtors_risk else "shared"
    return released(c, 40, "loss", mode="settle", risk=risk)


def returned(c, count, *more):
    jars = goods(CARO, BETO, category="jar", quantity=3, title="custody")
    owing = promise(BETO, CARO, promised("goods", 3, "C62", category="jar"), OPEN)
    act = c.trade(deal("lend", jars, owing))
    of, owed = ({"act": act, "deal": 0, "move": place} for place in (0, 1))
    back = goods(BETO, CARO, category="jar", quantity=count, title="return", of=of)
    freed = release(CARO, BETO, owed=owed, quantity=min(count, 3))
    return c.exchange(deal("settle", back, freed, *more))


# ------------------------------------------------------------- adjustments, contests
def adjusted_down(c, delta):
    act = c.trade(deal("gift", soup(quantity=50)))
    return adjust(c, act, -delta)


def adjust(c, act, delta, move=0, slots=(slot(CARO), slot(BETO))):  # noqa: B008
    body = {"deal": {"act": act, "deal": 0}, "moves": [{"move": move, "delta": delta}]}
    return c.record("adjust", body, *slots, refs=[(act, "adjusts")])


def adjusted_back_up(c, delta):
    act = c.trade(deal("gift", soup(quantity=50)))
    assert allowed(adjust(c, act, -4))
    return adjust(c, act, delta)


def adjusted_below_what_is_released(c, delta):
    assert allowed(released(c, 40))
    loan_ = c.log[-2].act.hash
    moves = [{"move": move, "delta": -delta} for move in (0, 1)]
    body = {"deal": {"act": loan_, "deal": 0}, "moves": moves}
    both = slot(CARO), slot(BETO)
    return c.record("adjust", body, *both, refs=[(loan_, "adjusts")])


def contested_after(c, seconds):
    body = mandate("errand", CARO, "act", [DORA], contest_days=3)
    c.ok("mandate", body, slot(CARO))
    act = c.trade(deal("gift", soup()), slots=(slot(DORA, ERRAND), slot(BETO)))
    c.later(days=3, seconds=seconds)
    body = {"deal": {"act": act, "deal": 0}}
    return c.record("contest", body, slot(CARO), refs=[(act, "contests")])


def converted(c, sol):
    rate = {"effect": "conversion", "unit": "SOL", "into": "DON"}
    decide(c, rate | {"give": 300, "take": 1})
    c.ok("issue", {"member": CARO, "quantity": 9, "unit": "DON"}, THE_COMMON, by=COMMON)
    one, other = signs(BETO, CARO, sol, "SOL"), signs(CARO, BETO, 2, "DON")
    return c.exchange(deal("barter", one, other))


def sponsors(c, missing):
    decide(c, {"effect": "parameter", "name": "sponsors", "value": 2})
    named = sorted([ANA, BETO])[missing:]
    body, slots = admit(c, "ines", sponsors=named)
    slots = (slots[0], slots[2], *(slot(one) for one in named))
    return c.record("admit", body, *slots, by=number("ines"))


def founders_needed(_, need):
    little = Little()
    slots = (slot(ANA), slot(BETO), slot(number("node")))
    return little.record("genesis", genesis_body(need=need), *slots, by=ANA)


BOUNDARIES = (
    (valid_until_before_now, 0, 1),
    (valid_for_so_long, 90 * DAY, 90 * DAY + 1),
    (a_day_ahead, 1, 2),
    (seen_another_agreement, 2, 3),
    (seen_another_agreement, 2, 1),
    (seen_an_older_agreement_on_other_things, False, True),
    (founders_after, -1, 0),
    (founders_who_admit_after_a_meeting, False, True),
    (a_debit_to_the_limit, 50_00, 50_01),
    (a_credit_to_the_highest_balance, 25_00, 25_01),
    (a_way_back_from_beyond_the_limit, 99, 1_01),
    (a_way_back_from_beyond_the_limit, 1_00, 1_01),
    (out_of_the_till, 500, 501),
    (out_of_the_bank, False, True),
    (out_of_the_reserve, 4, 5),
    (given_out_of_a_balance, 500, 501),
    (left_owing, 10_00, 10_01),
    (left_owing_in_two_parts, 10_00, 10_01),
    (issued_up_to_the_ceiling, 1000, 1001),
    (issued_up_to_the_reserve, 4, 5),
    (taken_back_after_the_ceiling_was_lowered, 10, 11),
    (promised_back, 100, 101),
    (promised_back, 100, 99),
    (forgiven, 100, 101),
    (replaced, 40, 41),
    (paid_back, 40, 41),
    (paid_back_with_damage, False, True),
    (lost, False, True),
    (returned, 3, 4),
    (adjusted_down, 50, 51),
    (adjusted_back_up, 4, 5),
    (adjusted_below_what_is_released, 60, 61),
    (contested_after, 0, 1),
    (converted, 600, 601),
    (converted, 600, 599),
    (sponsors, 0, 1),
    (founders_needed, 2, 3),
)


@pytest.mark.parametrize(
    ("scene", "last", "first"),
    BOUNDARIES,
    ids=[f"{scene.__name__} {last}" for scene, last, _ in BOUNDARIES],
)
def test_the_last_value_is_allowed_and_the_next_refused(scene, last, first):
    assert allowed(scene(town(), last))
    assert not allowed(scene(town(), first))


def test_nobody_of_the_initiative_can_use_the_shops_till():
    """A purse belongs to who keeps it: others' money moves post nothing."""
    c = town()

    assert allowed(c.exchange(deal("gift", money(PAN, CARO, 1, "MXN", purse="till"))))
    assert c.balance(PAN, "MXN", "till") == 0
