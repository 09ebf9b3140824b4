"""What is refused of admitting, leaving, policies and mandates."""

from tests.little_circuit import (
    ANA,
    ATTEST,
    BETO,
    CARO,
    CASA,
    DORA,
    FONDO,
    GINA,
    NODE,
    PAN,
    THE_COMMON,
    admit,
    admit_group,
    mandate,
    new_key,
    number,
    policy_rules,
    public,
    slot,
)
from urdimbre.core.accounts import COMMON
from urdimbre.core.drafting import deal, goods, promise, promised, release, signs
from urdimbre.core.membership.answers import (
    ConsentMissing,
    IdInUse,
    KeyOrPolicy,
    KeyTaken,
    MemberTaken,
    NoRuleFor,
    NotAPerson,
    NotDelegable,
    NotSettledYet,
    NotYours,
    PolicyOutOfReach,
    SignatureWithoutRole,
    SponsorsMissing,
    StillNeeded,
    WrongPurpose,
)
from urdimbre.core.refusals import MemberHasLeft, UnknownMember

NOBODY = number("nobody")
_NOBODYS = [UnknownMember(NOBODY), ConsentMissing(NOBODY), SignatureWithoutRole(CARO)]
INES = number("ines")


def _leave(c, who, *slots):
    return c.record("leave", {"member": who}, *(slots or (slot(who),)), by=who)


def _policy(name, principal, rules, **more):
    return {"id": number(name), "principal": principal, "rules": rules, **more}


# ----------------------------------------------------------------------------- admit
def admit_under_a_number_that_is_taken(c):
    body, slots = admit(c, "ines", member=CARO)
    slots = (*slots[:2], slot(CARO, key="ines"))

    return c.record("admit", body, *slots, by=ANA), [MemberTaken(CARO)]


def admit_a_person_without_a_key(c):
    body, slots = admit(c, "ines")
    del body["key"]

    answer = c.record("admit", body, *slots[:2], by=ANA)

    return answer, [KeyOrPolicy("person", "key")]


def admit_a_person_with_a_policy_too(c):
    body, slots = admit(c, "ines")
    body["policy"] = {"id": number("hers"), "rules": policy_rules(1, CARO)}

    answer = c.record("admit", body, *slots, slot(CARO), by=ANA)

    return answer, [KeyOrPolicy("person", "key")]


def admit_a_household_with_a_key(c):
    body, slots = admit(c, "ines", kind="household")

    return c.record("admit", body, *slots, by=ANA), [KeyOrPolicy("household", "policy")]


def admit_a_household_that_needs_more_persons_than_it_names(c):
    body, slots = admit_group("household", "rancho", 3, CARO, DORA)

    return c.record("admit", body, *slots, by=ANA), [KeyOrPolicy("household", "policy")]


def admit_without_anybody_who_vouches(c):
    body, slots = admit(c, "ines", sponsors=[])
    slots = (slots[0], slots[2])

    return c.record("admit", body, *slots, by=ANA), [SponsorsMissing(0, 1)]


def admit_with_a_household_that_vouches(c):
    body, slots = admit(c, "ines", sponsors=[CASA])
    slots = (slots[0], slots[2], slot(CARO, number("policy of casa")))

    return c.record("admit", body, *slots, by=ANA), [NotAPerson(CASA)]


def admit_with_a_key_that_was_used_before(c):
    body, _ = admit(c, "ines", key=new_key("caro"))
    slots = (THE_COMMON, slot(ANA), slot(INES, key="caro"))

    return c.record("admit", body, *slots, by=ANA), [KeyTaken(public("caro"))]


def admit_with_a_policy_whose_number_is_in_use(c):
    body, slots = admit_group("household", "rancho", 1, CARO)
    body["policy"]["id"] = ATTEST

    return c.record("admit", body, *slots, by=ANA), [IdInUse(ATTEST)]


def admit_a_person_whose_key_has_not_signed(c):
    body, slots = admit(c, "ines")

    return c.record("admit", body, *slots[:2], by=ANA), [ConsentMissing(INES)]


# ----------------------------------------------------------------------------- leave
def leave_for_somebody_else(c):
    answer = c.record("leave", {"member": CARO}, slot(CARO), slot(BETO), by=BETO)

    return answer, [NotYours(BETO, CARO), SignatureWithoutRole(BETO)]


def leave_as_the_common(c):
    answer = c.record("leave", {"member": COMMON}, THE_COMMON, by=COMMON)

    return answer, [NotYours(COMMON, COMMON)]


def leave_as_the_node(c):
    return _leave(c, NODE), [NotYours(NODE, NODE)]


def leave_a_second_time(c):
    c.ok("leave", {"member": GINA}, slot(GINA))

    # Once as she has left already, once as her keys sign no more.
    return _leave(c, GINA), [MemberHasLeft(GINA), MemberHasLeft(GINA)]


def leave_with_a_balance(c):
    rice = goods(CARO, BETO, category="food.rice", quantity=1)
    c.trade(deal("barter", rice, signs(BETO, CARO, 1, "SOL")))

    return _leave(c, CARO), [NotSettledYet(CARO, "balance")]


def leave_while_a_contest_holds(c):
    """The balance is at zero; what is held of it is not."""
    body = mandate("errand", CARO, "act", [DORA])
    c.ok("mandate", body, slot(CARO))
    rice = goods(BETO, CARO, category="food.rice", quantity=1)
    fetched = deal("barter", rice, signs(CARO, BETO, 1, "SOL"))
    act = c.trade(fetched, slots=(slot(DORA, number("errand")), slot(BETO)))
    contest = {"deal": {"act": act, "deal": 0}}
    c.ok("contest", contest, slot(CARO), refs=[(act, "contests")])
    rice = goods(CARO, BETO, category="food.rice", quantity=1)
    c.trade(deal("barter", rice, signs(BETO, CARO, 1, "SOL")))

    return _leave(c, CARO), [NotSettledYet(CARO, "balance")]


def _owes(c):
    hen = promised("goods", 1, "C62", category="food.hen")
    rice = goods(CARO, BETO, category="food.rice", quantity=1)
    c.trade(deal("barter", rice, promise(BETO, CARO, hen, {"open": True})))


def leave_owing(c):
    _owes(c)

    return _leave(c, BETO), [NotSettledYet(BETO, "obligation")]


def leave_while_owed(c):
    _owes(c)

    return _leave(c, CARO), [NotSettledYet(CARO, "obligation")]


def _lent(c):
    jar = goods(CARO, BETO, category="jar", quantity=0, title="custody")
    jar |= {"quantity": 2}
    back = promised("goods", 2, "C62", category="jar")
    act = c.trade(deal("lend", jar, promise(BETO, CARO, back, {"open": True})))
    owed = {"act": act, "deal": 0, "move": 1}
    freed = release(CARO, BETO, owed=owed, quantity=2, reason="replaced")
    again = c.trade(deal("settle", freed, promise(BETO, CARO, back, {"open": True})))
    owed = {"act": again, "deal": 0, "move": 1}
    # The debt that took the first one's place is forgiven; the jars lie with Beto.
    c.trade(deal("gift", release(CARO, BETO, owed=owed, quantity=2, reason="forgiven")))


def leave_with_things_of_others(c):
    _lent(c)

    return _leave(c, BETO), [NotSettledYet(BETO, "custody")]


def leave_with_things_at_others(c):
    _lent(c)

    return _leave(c, CARO), [NotSettledYet(CARO, "custody")]


def leave_as_one_of_as_many_as_must_sign(c):
    rules = policy_rules(2, CARO, DORA)
    body = _policy("both", CASA, rules)
    c.ok("policy", body, slot(CARO, number("policy of casa")), by=CASA)

    return _leave(c, DORA), [StillNeeded(DORA, CASA, 2, 1)]


def leave_as_the_last_who_signs_for_somebody(c):
    c.ok("leave", {"member": DORA}, slot(DORA))
    answer = _leave(c, CARO)

    # Three of whom two must sign can do without one of them.
    return answer, [StillNeeded(CARO, CASA, 1, 0)]


def leave_as_the_last_founder(c):
    fund = _policy("new", FONDO, policy_rules(1, CARO))
    old = number("policy of fondo")
    c.ok("policy", fund, slot(ANA, old), slot(BETO, old), by=FONDO)
    c.ok("leave", {"member": BETO}, slot(BETO))

    return _leave(c, ANA), [StillNeeded(ANA, COMMON, 1, 0)]


# -------------------------------------------------------------------------- policies
def policy_of_nobody(c):
    body = _policy("new", NOBODY, policy_rules(1, CARO))

    return c.record("policy", body, slot(CARO)), _NOBODYS


def policy_of_the_node(c):
    body = _policy("new", NODE, policy_rules(1))

    return c.record("policy", body, slot(NODE)), [UnknownMember(NODE)]


def policy_under_a_number_in_use(c):
    body = _policy("policy of casa", CARO, policy_rules(1))

    answer = c.record("policy", body, slot(CARO))

    return answer, [IdInUse(number("policy of casa"))]


def policy_of_a_person_over_persons(c):
    body = _policy("new", CARO, policy_rules(1, BETO))

    return c.record("policy", body, slot(CARO)), [KeyOrPolicy("person", "key")]


def policy_of_a_person_with_a_most(c):
    rules = policy_rules(1, max={"quantity": 1, "unit": "SOL"})

    answer = c.record("policy", _policy("new", CARO, rules), slot(CARO))

    return answer, [KeyOrPolicy("person", "key")]


def _of_casa(c, rules, **more):
    body = _policy("new", CASA, rules, **more)
    return c.record("policy", body, slot(CARO, number("policy of casa")), by=CASA)


def policy_of_a_household_over_nobody(c):
    return _of_casa(c, policy_rules(1)), [KeyOrPolicy("household", "policy")]


def policy_of_a_household_that_looks_at_custodies(c):
    rules = policy_rules(1, CARO, not_only=["server"])

    return _of_casa(c, rules), [KeyOrPolicy("household", "policy")]


def policy_over_somebody_who_is_no_person(c):
    return _of_casa(c, policy_rules(1, CARO, PAN)), [NotAPerson(PAN)]


def policy_over_somebody_who_has_left(c):
    c.ok("leave", {"member": GINA}, slot(GINA))

    return _of_casa(c, policy_rules(1, CARO, GINA)), [NotAPerson(GINA)]


def policy_of_a_household_with_guardians(c):
    guardians = {"of": [BETO], "need": 1}

    answer = _of_casa(c, policy_rules(1, CARO), guardians=guardians)

    return answer, [KeyOrPolicy("household", "policy")]


def policy_with_fewer_guardians_than_needed(c):
    guardians = {"of": [BETO], "need": 2}
    body = _policy("new", CARO, policy_rules(1), guardians=guardians)

    return c.record("policy", body, slot(CARO)), [KeyOrPolicy("person", "policy")]


def policy_with_a_guardian_who_is_no_person(c):
    guardians = {"of": [CASA], "need": 1}
    body = _policy("new", CARO, policy_rules(1), guardians=guardians)

    return c.record("policy", body, slot(CARO)), [NotAPerson(CASA)]


def policy_that_asks_for_more_than_all_her_keys(c):
    body = _policy("new", CARO, [*policy_rules(1), *policy_rules(2)])

    return c.record("policy", body, slot(CARO)), [PolicyOutOfReach(CARO, 2, 1)]


def policy_that_counts_keys_of_the_host_one_by_one(c):
    hosted = {"add": new_key("caro s", custody="server", weight=2)}
    c.ok("key", hosted, slot(CARO), slot(CARO, key="caro s"))
    hosted = {"add": new_key("caro t", custody="server")}
    c.ok("key", hosted, slot(CARO), slot(CARO, key="caro t"))

    body = _policy("new", CARO, policy_rules(4))
    answer = c.record("policy", body, slot(CARO))

    return answer, [PolicyOutOfReach(CARO, 4, 3)]


def policy_that_could_never_be_changed(c):
    rules = policy_rules(1, kinds=["exchange"])

    answer = c.record("policy", _policy("new", CARO, rules), slot(CARO))

    return answer, [NoRuleFor(CARO, "policy")]


def policy_that_none_of_her_keys_fulfils(c):
    rules = policy_rules(1, not_only=["app", "device"])

    answer = c.record("policy", _policy("new", CARO, rules), slot(CARO))

    return answer, [PolicyOutOfReach(CARO, 1, 0)]


def admission_with_a_policy_that_could_never_be_changed(c):
    body, slots = admit_group("household", "new", 1, CARO)
    body["policy"]["rules"] = policy_rules(1, CARO, kinds=["exchange"])

    return c.record("admit", body, *slots, by=ANA), [NoRuleFor(number("new"), "policy")]


def policy_under_the_number_that_means_oneself(c):
    body = {"id": COMMON, "principal": CARO, "rules": policy_rules(1)}

    return c.record("policy", body, slot(CARO)), [IdInUse(COMMON)]


# -------------------------------------------------------------------------- mandates
def mandate_for_what_only_she_does_herself(c):
    body = mandate("errand", CARO, "act", [BETO], kinds=["key", "policy"])

    return c.record("mandate", body, slot(CARO)), [NotDelegable("key")]


def mandate_under_the_number_that_means_oneself(c):
    body = mandate("errand", CARO, "act", [BETO], id=COMMON)

    return c.record("mandate", body, slot(CARO)), [IdInUse(COMMON)]


def mandate_under_the_number_of_a_policy(c):
    body = mandate("policy of casa", CARO, "act", [BETO])

    answer = c.record("mandate", body, slot(CARO))

    return answer, [IdInUse(number("policy of casa"))]


def mandate_under_the_number_of_another(c):
    c.ok("mandate", mandate("errand", CARO, "act", [BETO]), slot(CARO))

    body = mandate("errand", CARO, "act", [DORA])

    return c.record("mandate", body, slot(CARO)), [IdInUse(number("errand"))]


def mandate_made_longer(c):
    body = mandate("errand", CARO, "act", [BETO])
    c.ok("mandate", body, slot(CARO))

    body["until"] += 1

    return c.record("mandate", body, slot(CARO)), [IdInUse(number("errand"))]


def mandate_of_nobody(c):
    body = mandate("errand", NOBODY, "act", [BETO])

    return c.record("mandate", body, slot(CARO)), _NOBODYS


def mandate_of_the_node(c):
    body = mandate("errand", NODE, "act", [BETO])

    return c.record("mandate", body, slot(NODE)), [UnknownMember(NODE)]


def mandate_of_a_member_to_attest(c):
    body = mandate("errand", CARO, "attest", [BETO])

    answer = c.record("mandate", body, slot(CARO))

    return answer, [WrongPurpose(CARO, "attest")]


def standing_consent_of_the_common(c):
    body = mandate("standing", COMMON, "accept_credit", unit="SOL", max_each=1)

    answer = c.record("mandate", body, THE_COMMON, by=COMMON)

    return answer, [WrongPurpose(COMMON, "accept_credit")]


def mandate_for_somebody_who_is_no_person(c):
    body = mandate("errand", CARO, "act", [PAN])

    return c.record("mandate", body, slot(CARO)), [NotAPerson(PAN)]


def standing_consent_for_a_creditor_who_is_no_member(c):
    more = {"creditor": NOBODY, "unit": "SOL", "max_each": 1}
    body = mandate("standing", CARO, "accept_debit", **more)

    return c.record("mandate", body, slot(CARO)), [UnknownMember(NOBODY)]


def standing_consent_with_a_fetcher_who_is_no_member(c):
    more = {"creditor": BETO, "unit": "SOL", "max_each": 1, "fetchers": [NOBODY]}
    body = mandate("standing", CARO, "accept_debit", **more)

    return c.record("mandate", body, slot(CARO)), [UnknownMember(NOBODY)]
