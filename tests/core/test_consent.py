"""Limits of consent by hand: the last value that is allowed, the first refused."""

import pytest

from tests.core.trades import OPEN, pay, soup
from tests.little_circuit import (
    ANA,
    BETO,
    CARE,
    CARO,
    CASA,
    DORA,
    EVA,
    FEDE,
    FONDO,
    TIENDA,
    admit,
    allowed,
    commitment,
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
    promise,
    promised,
    sealed,
    signs,
)

ERRAND, STANDING = number("errand"), number("standing")


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


def guardians_by_hosted_keys(c, hosted):
    """All keys that the host keeps are one guardian."""
    rules = {"id": number("hers"), "principal": CARO, "rules": policy_rules(1)}
    c.ok(
        "policy",
        rules | {"guardians": {"of": sorted([BETO, DORA]), "need": 2}},
        slot(CARO),
    )
    slots = []
    for place, (who, name) in enumerate(((BETO, "beto s"), (DORA, "dora s"))):
        c.ok("key", {"add": new_key(name, custody="server")}, *two_keys(who, name))
        slots.append(slot(who, key=name if place < hosted else None))
    body = {"recover": {"member": CARO, "key": new_key("caro 2")}}
    return c.record("key", body, *slots, slot(CARO, key="caro 2"), by=DORA)


def guardians_whose_keys_were_imported(c, imported):
    """The host holds the keys of imported history as well."""
    names = ("ines", "olga")
    for name in names:
        body, slots = admit(c, name, key=new_key(name, custody="import"))
        c.ok("admit", body, *slots, by=ANA)
    signing = [*names[:imported], *("beto",)[: 2 - imported]]
    rules = {"id": number("hers"), "principal": CARO, "rules": policy_rules(1)}
    guardians = sorted(number(name) for name in (*names, "beto"))
    c.ok("policy", rules | {"guardians": {"of": guardians, "need": 2}}, slot(CARO))
    body = {"recover": {"member": CARO, "key": new_key("caro 2")}}
    slots = [slot(number(name), key=name) for name in signing]
    return c.record("key", body, *slots, slot(CARO, key="caro 2"), by=number("ines"))


def a_key_by_hosted_keys(c, hosted):
    """Her own policy asks for two keys: those that the host keeps are one."""
    for name in ("caro s", "caro t"):
        c.ok("key", {"add": new_key(name, custody="server")}, *two_keys(CARO, name))
    rules = {"id": number("hers"), "principal": CARO, "rules": policy_rules(2)}
    c.ok("policy", rules, slot(CARO))
    second = "caro t" if hosted == 2 else None
    slots = (slot(CARO, key="caro s"), slot(CARO, key=second))
    add = {"add": new_key("caro new")}
    return c.record("key", add, *slots, slot(CARO, key="caro new"), by=CARO)


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


BOUNDARIES = (
    (signed_for_the_fund, 0, 1),
    (signed_for_the_fund_by_hosted_keys, 1, 2),
    (hosted_keys_for, "exchange", "policy"),
    (weight_of_keys, 0, 1),
    (a_policy_within_reach, 3, 4),
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
    (guardians_by_hosted_keys, 1, 2),
    (guardians_whose_keys_were_imported, 1, 2),
    (a_key_by_hosted_keys, 1, 2),
    (recovered_key_after, 0, 1),
    (vetoed_before_the_delay_is_over, 0, 1),
    (unfrozen, False, True),
)


@pytest.mark.parametrize(
    ("scene", "last", "first"),
    BOUNDARIES,
    ids=[f"{scene.__name__} {last}" for scene, last, _ in BOUNDARIES],
)
def test_the_last_value_is_allowed_and_the_next_refused(scene, last, first):
    assert allowed(scene(town(), last))
    assert not allowed(scene(town(), first))
