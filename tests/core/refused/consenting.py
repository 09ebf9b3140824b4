"""What is refused of signatures: own keys, policies, mandates."""

from tests.core.trades import gift, pay, sol
from tests.little_circuit import (
    ANA,
    BETO,
    CARO,
    CASA,
    DORA,
    EVA,
    FONDO,
    GINA,
    MEDIATE,
    THE_COMMON,
    THE_COMMONS_POLICY,
    commitment,
    decide,
    mandate,
    new_key,
    number,
    policy_rules,
    public,
    slot,
)
from urdimbre.core.accounts import COMMON
from urdimbre.core.chain.entry import key_id
from urdimbre.core.drafting import (
    deal,
    promise,
    promised,
    release,
    signs,
)
from urdimbre.core.membership.answers import (
    BeyondMandate,
    ConsentMissing,
    FoundersMandateEnded,
    KeyRevoked,
    KeysFrozen,
    MandateNotInForce,
    NoRuleFor,
    NotEnoughSignatures,
    SignatureWithoutRole,
    UnknownKey,
)
from urdimbre.core.refusals import MemberHasLeft

OF_CASA = number("policy of casa")
OF_FONDO = number("policy of fondo")
ERRAND = number("errand")


# -------------------------------------------------------------------------- own keys
def a_key_of_somebody_else(c):
    stolen = slot(CARO, key="dora")

    answer = c.exchange(gift(), slots=(stolen, slot(BETO)))

    return answer, [UnknownKey(CARO, key_id(public("dora")))]


def a_key_that_has_ended(c):
    c.ok("key", {"add": new_key("caro 2")}, slot(CARO), slot(CARO, key="caro 2"))
    c.ok("key", {"revoke": key_id(public("caro"))}, slot(CARO))

    answer = c.exchange(gift())

    return answer, [KeyRevoked(CARO, key_id(public("caro")))]


def an_imported_key_after_her_own_has_come(c):
    from tests.little_circuit import admit

    body, slots = admit(c, "ines", key=new_key("ines", custody="import"))
    c.ok("admit", body, *slots, by=ANA)
    ines = number("ines")
    both = (slot(ines, key="ines"), slot(ines, key="ines 2"))
    c.ok("key", {"add": new_key("ines 2")}, *both)

    answer = c.exchange(gift(ines), slots=(slot(ines, key="ines"), slot(BETO)))

    return answer, [KeyRevoked(ines, key_id(public("ines")))]


def a_recovered_key_before_its_time(c):
    guardians = {"of": [BETO], "need": 1}
    body = {"id": number("hers"), "principal": CARO, "rules": policy_rules(1)}
    c.ok("policy", body | {"guardians": guardians}, slot(CARO))
    recover = {"recover": {"member": CARO, "key": new_key("caro 2")}}
    c.ok("key", recover, slot(BETO), slot(CARO, key="caro 2"))
    c.later(seconds=72 * 3600 - 1)

    answer = c.exchange(gift(), slots=(slot(CARO, key="caro 2"), slot(BETO)))

    return answer, [KeyRevoked(CARO, key_id(public("caro 2")))]


def the_signature_of_who_has_left(c):
    c.ok("leave", {"member": DORA}, slot(DORA))

    answer = c.exchange(gift(CASA), slots=(slot(DORA, OF_CASA), slot(BETO)))

    return answer, [MemberHasLeft(DORA)]


def frozen_keys(c):
    body = {"member": CARO, "on": True, "by_key": key_id(public("caro"))}
    c.ok("freeze", body, slot(CARO))

    return c.exchange(gift()), [KeysFrozen(CARO)]


def frozen_keys_under_a_policy(c):
    c.ok("freeze", {"member": CARO, "on": True}, slot(GINA, MEDIATE))

    return c.exchange(gift(CASA)), [KeysFrozen(CARO)]


def nobody_signs_for_a_taker(c):
    return c.exchange(gift(), slots=(slot(CARO),)), [ConsentMissing(BETO)]


def a_signature_too_many(c):
    slots = (slot(CARO), slot(BETO), slot(DORA))

    return c.exchange(gift(), slots=slots), [SignatureWithoutRole(DORA)]


def a_household_by_the_own_signature_of_a_person(c):
    answer = c.exchange(gift(CASA), slots=(slot(CARO), slot(BETO)))

    return answer, [ConsentMissing(CASA), SignatureWithoutRole(CARO)]


def a_person_whose_policy_is_silent_on_such_acts(c):
    rules = policy_rules(1, kinds=["policy", "thanks"])
    body = {"id": number("hers"), "principal": CARO, "rules": rules}
    c.ok("policy", body, slot(CARO))

    return c.exchange(gift()), [NoRuleFor(CARO, "exchange")]


def a_person_with_one_key_where_she_wants_two(c):
    c.ok("key", {"add": new_key("caro 2")}, slot(CARO), slot(CARO, key="caro 2"))
    rules = policy_rules(2)
    body = {"id": number("hers"), "principal": CARO, "rules": rules}
    c.ok("policy", body, slot(CARO))

    return c.exchange(gift()), [NotEnoughSignatures(CARO, 1, 2)]


def a_person_with_a_key_that_is_not_enough_by_itself(c):
    kept = new_key("caro 2", custody="hardware")
    c.ok("key", {"add": kept}, slot(CARO), slot(CARO, key="caro 2"))
    rules = policy_rules(1, not_only=["device"])
    body = {"id": number("hers"), "principal": CARO, "rules": rules}
    c.ok("policy", body, slot(CARO))

    return c.exchange(gift()), [NotEnoughSignatures(CARO, 1, 1)]


# -------------------------------------------------------------------------- policies
def one_of_two_for_the_fund(c):
    answer = c.exchange(gift(FONDO), slots=(slot(ANA, OF_FONDO), slot(BETO)))

    return answer, [NotEnoughSignatures(FONDO, 1, 2)]


def somebody_whom_the_policy_does_not_name(c):
    answer = c.exchange(gift(CASA), slots=(slot(EVA, OF_CASA), slot(BETO)))

    return answer, [SignatureWithoutRole(EVA)]


def more_than_a_policy_lets_pass(c):
    most = {"quantity": 500, "unit": "SOL"}
    rules = policy_rules(1, CARO, max=most)
    body = {"id": number("new"), "principal": CASA, "rules": rules}
    c.ok("policy", body, slot(CARO, OF_CASA), by=CASA)

    answer = c.exchange(pay(CASA, BETO, 501))

    return answer, [NoRuleFor(CASA, "exchange")]


def _server_keys(c):
    """Ana, Beto and Caro each have a key that the host keeps."""
    for who, name in ((ANA, "ana s"), (BETO, "beto s"), (CARO, "caro s")):
        add = {"add": new_key(name, custody="server")}
        first = slot(who)
        c.ok("key", add, first, slot(who, key=name))


def server_keys_of_a_fund_are_one_signer(c):
    _server_keys(c)
    slots = [slot(ANA, OF_FONDO, key="ana s"), slot(CARO, OF_FONDO, key="caro s")]

    answer = c.exchange(gift(FONDO), slots=(*slots, slot(BETO)))

    return answer, [NotEnoughSignatures(FONDO, 1, 2)]


def server_keys_are_one_signer_of_a_mandate(c):
    _server_keys(c)
    rules = policy_rules(2, CARO, ANA)
    body = {"id": number("new"), "principal": CASA, "rules": rules}
    c.ok("policy", body, slot(CARO, OF_CASA), by=CASA)
    new = number("new")
    slots = (slot(ANA, new, key="ana s"), slot(CARO, new, key="caro s"))

    answer = c.record("mandate", mandate("m", CASA, "act", [EVA]), *slots, by=CASA)

    return answer, [NotEnoughSignatures(CASA, 1, 2)]


def the_founders_after_their_time(c):
    until = c.state.get(f"policy/{THE_COMMONS_POLICY}").founders_until
    c.time = until

    answer = c.exchange(gift(COMMON))

    return answer, [FoundersMandateEnded(until)]


def the_founders_under_a_policy_that_they_wrote_themselves(c):
    until = c.state.get(f"policy/{THE_COMMONS_POLICY}").founders_until
    rules = policy_rules(1, ANA)
    body = {"id": number("new"), "principal": COMMON, "rules": rules}
    c.ok("policy", body, THE_COMMON, by=COMMON)
    c.time = until

    answer = c.exchange(gift(COMMON), slots=(slot(ANA, number("new")), slot(BETO)))

    return answer, [FoundersMandateEnded(until)]


def the_founders_under_a_policy_that_they_decided_themselves(c):
    until = c.state.get(f"policy/{THE_COMMONS_POLICY}").founders_until
    rules = policy_rules(1, ANA)
    decide(c, {"effect": "policy", "id": number("new"), "rules": rules})
    c.time = until

    answer = c.exchange(gift(COMMON), slots=(slot(ANA, number("new")), slot(BETO)))

    return answer, [FoundersMandateEnded(until)]


# -------------------------------------------------------------------------- mandates
def _errand(c, **more):
    """Dora acts for Caro; returns the slots of an exchange of Caro with Beto."""
    c.ok("mandate", mandate("errand", CARO, "act", [DORA], **more), slot(CARO))
    return slot(DORA, ERRAND), slot(BETO)


def a_mandate_that_does_not_exist(c):
    slots = (slot(DORA, ERRAND), slot(BETO))

    answer = c.exchange(gift(), slots=slots)

    return answer, [ConsentMissing(CARO), SignatureWithoutRole(DORA)]


def a_mandate_before_it_begins(c):
    slots = _errand(c, **{"from": c.time + 1})

    return c.exchange(gift(), slots=slots), [MandateNotInForce(ERRAND)]


def a_mandate_at_its_end(c):
    slots = _errand(c, until=c.time + 1)
    c.later(seconds=1)

    return c.exchange(gift(), slots=slots), [MandateNotInForce(ERRAND)]


def a_mandate_that_was_taken_back(c):
    body = mandate("errand", CARO, "act", [DORA])
    c.ok("mandate", body, slot(CARO))
    c.ok("mandate", body | {"until": c.time}, slot(CARO))

    answer = c.exchange(gift(), slots=(slot(DORA, ERRAND), slot(BETO)))

    return answer, [MandateNotInForce(ERRAND)]


def a_mandate_for_other_acts(c):
    slots = _errand(c, kinds=["thanks"])

    return c.exchange(gift(), slots=slots), [BeyondMandate(ERRAND, "exchange", None)]


def a_mandate_for_another_mode(c):
    slots = _errand(c, modes=["barter"])

    return c.exchange(gift(), slots=slots), [BeyondMandate(ERRAND, "gift", None)]


def a_mandate_for_another_unit(c):
    slots = _errand(c, unit="HORA")

    answer = c.exchange(pay(CARO, BETO, 1), slots=slots)

    return answer, [BeyondMandate(ERRAND, "SOL", sol(0))]


def a_mandate_in_the_hands_of_another(c):
    _errand(c)

    answer = c.exchange(gift(), slots=(slot(EVA, ERRAND), slot(BETO)))

    return answer, [SignatureWithoutRole(EVA)]


def more_than_a_mandate_allows_each_time(c):
    slots = _errand(c, unit="SOL", max_each=300)

    answer = c.exchange(pay(CARO, BETO, 301), slots=slots)

    return answer, [BeyondMandate(ERRAND, "301", sol(300))]


def more_than_a_mandate_allows_in_its_period(c):
    slots = _errand(c, unit="SOL", max_per_period=500, period_days=7)
    c.trade(pay(CARO, BETO, 400), slots=slots)

    answer = c.exchange(pay(CARO, BETO, 101), slots=slots)

    return answer, [BeyondMandate(ERRAND, "101", sol(100))]


def a_debt_forgiven_beyond_a_mandate(c):
    what = promised("signs", 900, "SOL")
    owing = promise(BETO, CARO, what, {"open": True})
    act = c.trade(deal("lend", signs(CARO, BETO, 900, "SOL"), owing))
    slots = _errand(c, unit="SOL", max_each=300)
    owed = {"act": act, "deal": 0, "move": 1}

    forgiven = release(CARO, BETO, owed=owed, quantity=301, reason="forgiven")
    answer = c.exchange(deal("gift", forgiven), slots=slots)

    return answer, [BeyondMandate(ERRAND, "301", sol(300))]


def an_agent_among_those_who_attest_a_meeting(c):
    minutes = commitment("minutes")
    c.ok(
        "mandate",
        mandate("errand", CARO, "act", [DORA]),
        slot(CARO),
    )
    attesting = sorted([BETO, CARO])
    body = {"basis": "meeting", "effects": [], "minutes": minutes}
    slots = (THE_COMMON, slot(BETO), slot(DORA, ERRAND))

    more = {"by": COMMON, "private": [minutes]}
    answer = c.record("decision", body | {"attested_by": attesting}, *slots, **more)

    return answer, [ConsentMissing(CARO), SignatureWithoutRole(DORA)]


def an_agent_who_changes_the_keys(c):
    c.ok("mandate", mandate("errand", CARO, "act", [DORA]), slot(CARO))
    slots = (slot(DORA, ERRAND), slot(CARO, key="caro 2"))

    answer = c.record("key", {"add": new_key("caro 2")}, *slots, by=CARO)

    return answer, [ConsentMissing(CARO), SignatureWithoutRole(DORA)]
