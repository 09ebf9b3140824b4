"""Each limit by hand: the last value that is allowed, and the first that is refused."""

import pytest

from tests.little_circuit import (
    ANA,
    BETO,
    CARE,
    CARO,
    CASA,
    COMMON,
    DAY,
    DORA,
    EVA,
    FEDE,
    FONDO,
    PAN,
    START,
    THE_COMMONS_POLICY,
    TIENDA,
    Effects,
    Little,
    admit,
    commitment,
    decide,
    genesis_body,
    limits,
    mandate,
    new_key,
    number,
    policy_rules,
    public,
    slot,
    town,
)
from urdimbre.core.chain.entry import key_id
from urdimbre.core.drafting import (
    deal,
    goods,
    money,
    promise,
    promised,
    release,
    sealed,
    signs,
)

THE_COMMON = slot(ANA, THE_COMMONS_POLICY)
OPEN = {"open": True}
ERRAND, STANDING = number("errand"), number("standing")


def soup(giver=CARO, taker=BETO, **more):
    return goods(giver, taker, **{"category": "food.soup", "quantity": 1} | more)


def pay(giver, taker, minor, unit="SOL", **more):
    return deal("barter", soup(taker, giver), signs(giver, taker, minor, unit, **more))


def allowed(answer):
    """Whether an act was recorded."""
    return isinstance(answer, Effects)


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
    purpose = {} if interest else {"purpose": "damage"}
    paid = money(BETO, CARO, 40, "MXN")
    more = money(BETO, CARO, 1, "MXN", **purpose)
    return released(c, 40, "fulfilled", paid, more, mode="settle")


def lost(c, debtors_risk):
    risk = "debtor" if debtors_risk else "shared"
    return released(c, 40, "loss", mode="settle", risk=risk)


def returned(c, count):
    jars = goods(CARO, BETO, category="jar", quantity=3, title="custody")
    owing = promise(BETO, CARO, promised("goods", 3, "C62", category="jar"), OPEN)
    act = c.trade(deal("lend", jars, owing))
    of, owed = ({"act": act, "deal": 0, "move": place} for place in (0, 1))
    back = goods(BETO, CARO, category="jar", quantity=count, title="return", of=of)
    freed = release(CARO, BETO, owed=owed, quantity=3)
    return c.exchange(deal("settle", back, freed))


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
    return adjust(c, loan_, -delta, move=1)


def contested_after(c, seconds):
    body = mandate("errand", CARO, "act", [DORA], contest_days=3)
    c.ok("mandate", body, slot(CARO))
    act = c.trade(deal("gift", soup()), slots=(slot(DORA, ERRAND), slot(BETO)))
    c.later(days=3, seconds=seconds)
    body = {"deal": {"act": act, "deal": 0}}
    return c.record("contest", body, slot(CARO), refs=[(act, "contests")])


# ------------------------------------------------------------------------ signatures
def signed_for_the_fund(c, missing):
    policy = number("policy of fondo")
    slots = (slot(ANA, policy), slot(BETO, policy))[missing:]
    return c.exchange(deal("gift", soup(FONDO, CARO)), slots=(*slots, slot(CARO)))


def signed_for_the_fund_by_hosted_keys(c, hosted):
    policy = number("policy of fondo")
    slots = []
    for place, (who, name) in enumerate(((ANA, "ana s"), (BETO, "beto s"))):
        both = (slot(who), slot(who, key=name))
        c.ok("key", {"add": new_key(name, custody="server")}, *both)
        key = name if place < hosted else None
        slots.append(slot(who, policy, key=key))
    return c.exchange(deal("gift", soup(FONDO, CARO)), slots=(*slots, slot(CARO)))


def hosted_keys_for(c, kind):
    """In ordinary exchanges of a household each hosted key is one signer."""
    c.ok("key", {"add": new_key("c s", custody="server")}, *two_keys(CARO, "c s"))
    c.ok("key", {"add": new_key("d s", custody="server")}, *two_keys(DORA, "d s"))
    body = {"id": number("new"), "principal": CASA}
    body["rules"] = policy_rules(2, CARO, DORA)
    c.ok("policy", body, slot(CARO, number("policy of casa")), by=CASA)
    new = number("new")
    slots = (slot(CARO, new, key="c s"), slot(DORA, new, key="d s"))
    if kind == "exchange":
        return c.exchange(deal("gift", soup(CASA, BETO)), slots=(*slots, slot(BETO)))
    body["id"] = number("newer")
    return c.record("policy", body, *slots, by=CASA)


def two_keys(who, name):
    return slot(who), slot(who, key=name)


def weight_of_keys(c, lacking):
    c.ok("key", {"add": new_key("caro 2", weight=2)}, *two_keys(CARO, "caro 2"))
    body = {"id": number("hers"), "principal": CARO, "rules": policy_rules(3)}
    c.ok("policy", body, slot(CARO))
    slots = (*two_keys(CARO, "caro 2")[lacking:], slot(BETO))
    return c.exchange(deal("gift", soup()), slots=slots)


def a_policy_within_reach(c, need):
    c.ok("key", {"add": new_key("caro 2", weight=2)}, *two_keys(CARO, "caro 2"))
    body = {"id": number("hers"), "principal": CARO, "rules": policy_rules(need)}
    return c.record("policy", body, slot(CARO))


def converted(c, sol):
    rate = {"effect": "conversion", "unit": "SOL", "into": "DON"}
    decide(c, rate | {"give": 300, "take": 1})
    c.ok("issue", {"member": CARO, "quantity": 9, "unit": "DON"}, THE_COMMON, by=COMMON)
    one, other = signs(BETO, CARO, sol, "SOL"), signs(CARO, BETO, 2, "DON")
    return c.exchange(deal("barter", one, other))


def within_a_policys_most(c, minor):
    rules = policy_rules(1, CARO, max={"quantity": 500, "unit": "SOL"})
    body = {"id": number("new"), "principal": CASA, "rules": rules}
    c.ok("policy", body, slot(CARO, number("policy of casa")), by=CASA)
    return c.exchange(pay(CASA, BETO, minor))


def errand(c, minor, days=0, **more):
    body = mandate("errand", CARO, "act", [DORA], **{"unit": "SOL"} | more)
    c.ok("mandate", body, slot(CARO))
    slots = (slot(DORA, ERRAND), slot(TIENDA_SIGNS[0], TIENDA_SIGNS[1]))
    for amount in (400, minor):
        answer = c.exchange(pay(CARO, TIENDA, amount), slots=slots)
        c.later(days=days)
    return answer


TIENDA_SIGNS = (FEDE, number("policy of tienda"))


def within_each(c, minor):
    return errand(c, minor, max_each=500)


def within_a_period(c, minor):
    return errand(c, minor, max_per_period=500, period_days=7)


def in_the_next_period(c, days):
    """The town stands at its second day: six more are the eighth, a new week."""
    return errand(c, 101, days=6 - days, max_per_period=500, period_days=7)


def before_a_mandate_begins(c, seconds):
    return errand(c, 1, **{"from": c.time + seconds})


def at_the_end_of_a_mandate(c, seconds):
    return errand(c, 1, until=c.time + 1 - seconds)


def accepting(c, minor, purpose="accept_credit", **more):
    body = mandate("standing", CARO, purpose, **{"unit": "SOL", "max_each": 300} | more)
    c.ok("mandate", body, slot(CARO))
    c.trade(pay(ANA, BETO, 4000))
    gift = deal("gift", signs(BETO, CARO, minor, "SOL"))
    return c.exchange(gift, consents=[(CARO, STANDING)])


def accepted_up_to_a_balance(c, minor):
    c.trade(pay(DORA, CARO, 100))
    return accepting(c, minor, max_balance=350)


def on_account(c, minor, *, taker=CASA, fetchers=(DORA,)):
    more = {"creditor": TIENDA, "unit": "MXN", "max_each": 300, "max_balance": 450}
    body = mandate("standing", CASA, "accept_debit", fetchers=sorted(fetchers), **more)
    c.ok("mandate", body, slot(CARO, number("policy of casa")), by=CASA)
    for amount in (200, minor):
        price = promise(CASA, TIENDA, promised("money", amount, "MXN"), OPEN)
        sale = deal("sale", soup(TIENDA, taker), price)
        answer = c.exchange(sale, consents=[(CASA, STANDING)])
    return answer


def fetched_by(c, stranger):
    return on_account(c, 1, taker=EVA if stranger else DORA)


def witnesses(c, missing):
    slots = (slot(EVA, number("attest")), slot(FEDE, number("attest")))[missing:]
    return c.exchange(deal("gift", soup()), slots=(slot(CARO), *slots))


def bearers_of_care(c, missing):
    gift = deal("gift", soup(CARO, sealed(commitment("sick"))))
    slots = (slot(ANA, CARE), slot(BETO, CARE))[missing:]
    return c.exchange(gift, slots=(slot(CARO), *slots))


def bearers_of_sealed_thanks(c, missing):
    sick = sealed(commitment("sick"))
    act = c.trade(deal("gift", soup(CARO, sick)))
    body = {"party": sick, "deal": {"act": act, "deal": 0}}
    slots = (slot(ANA, CARE),)[missing:]
    return c.record("thanks", body, *slots, by=ANA, refs=[(act, "answers")])


def guardians(c, missing):
    rules = {"id": number("hers"), "principal": CARO, "rules": policy_rules(1)}
    named = {"of": sorted([BETO, DORA, EVA]), "need": 2}
    c.ok("policy", rules | {"guardians": named}, slot(CARO))
    body = {"recover": {"member": CARO, "key": new_key("caro 2")}}
    slots = (slot(BETO), slot(DORA))[missing:]
    return c.record("key", body, *slots, slot(CARO, key="caro 2"), by=DORA)


def recovered_key_after(c, too_early):
    assert allowed(guardians(c, 0))
    c.later(seconds=72 * 3600 - too_early)
    slots = (slot(CARO, key="caro 2"), slot(BETO))
    return c.exchange(deal("gift", soup()), slots=slots)


def vetoed_before_the_delay_is_over(c, late):
    assert allowed(guardians(c, 0))
    c.later(seconds=72 * 3600 - 1 + late)
    return c.record("key", {"veto": key_id(public("caro 2"))}, slot(CARO))


def unfrozen(c, by_the_same_key):
    c.ok("key", {"add": new_key("caro 2")}, *two_keys(CARO, "caro 2"))
    freeze = {"member": CARO, "on": True, "by_key": key_id(public("caro"))}
    c.ok("freeze", freeze, slot(CARO))
    name = "caro" if by_the_same_key else "caro 2"
    lift = {"member": CARO, "on": False, "by_key": key_id(public(name))}
    return c.record("freeze", lift, slot(CARO, key=name))


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
    (signed_for_the_fund, 0, 1),
    (signed_for_the_fund_by_hosted_keys, 1, 2),
    (hosted_keys_for, "exchange", "policy"),
    (weight_of_keys, 0, 1),
    (a_policy_within_reach, 3, 4),
    (converted, 600, 601),
    (converted, 600, 599),
    (within_a_policys_most, 500, 501),
    (within_each, 500, 501),
    (within_a_period, 100, 101),
    (in_the_next_period, 0, 1),
    (before_a_mandate_begins, 0, 1),
    (at_the_end_of_a_mandate, 0, 1),
    (accepting, 300, 301),
    (accepted_up_to_a_balance, 250, 251),
    (on_account, 250, 251),
    (fetched_by, False, True),
    (witnesses, 0, 1),
    (bearers_of_care, 0, 1),
    (bearers_of_sealed_thanks, 0, 1),
    (guardians, 0, 1),
    (recovered_key_after, 0, 1),
    (vetoed_before_the_delay_is_over, 0, 1),
    (unfrozen, False, True),
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
