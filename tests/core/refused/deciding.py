"""What is refused of decisions and of issuing signs."""

from tests.little_circuit import (
    ANA,
    ATTEST,
    BETO,
    CARO,
    CASA,
    DAY,
    DON,
    DORA,
    GINA,
    NODE,
    ORO,
    SOL,
    START,
    THE_COMMON,
    THE_COMMONS_POLICY,
    commitment,
    decide,
    limits,
    mandate,
    number,
    policy_rules,
    public,
    slot,
)
from urdimbre.core.accounts import COMMON, OverCreditLimit, OverHighLimit
from urdimbre.core.assembly.decision import MinutesMissing
from urdimbre.core.assembly.effects import (
    BackedWithoutCredit,
    SignsInCirculation,
    ValueOutOfRange,
)
from urdimbre.core.catalogue.unit import UnitTaken
from urdimbre.core.chain.entry import key_id
from urdimbre.core.circulation.issue import NotIssued, OverCeiling
from urdimbre.core.drafting import deal, money, outside
from urdimbre.core.exchange.conversion import ConversionsDisagree
from urdimbre.core.membership.answers import (
    FoundersMandateEnded,
    IdInUse,
    KeyOrPolicy,
    KeyTaken,
    LongerThanFounders,
    NoRuleFor,
    NotAPerson,
    NotDelegable,
    NotYours,
    UnknownKey,
    UnknownMandate,
    WrongPurpose,
)
from urdimbre.core.refusals import (
    MemberHasLeft,
    NotInTheseRules,
    UnknownMember,
    UnknownUnit,
)
from urdimbre.core.units import Quantity

NOBODY = number("nobody")
MINUTES = commitment("minutes")


def _decide(c, *effects, basis="founders", **more):
    body = {"basis": basis, "effects": list(effects), **more}
    return c.record("decision", body, THE_COMMON, by=COMMON)


def _meet(c, *effects, attesting=(CARO, DORA), private=(MINUTES,)):
    more = {"minutes": MINUTES, "attested_by": sorted(attesting)}
    body = {"basis": "meeting", "effects": list(effects), **more}
    slots = (THE_COMMON, *(slot(one) for one in attesting))
    return c.record("decision", body, *slots, by=COMMON, private=private)


def _parameter(name, value):
    return {"effect": "parameter", "name": name, "value": value}


# ------------------------------------------------------------------------- decisions
def decision_by_a_vote(c):
    answer = _decide(c, _parameter("owe_max", 1), basis="vote")

    return answer, [NotInTheseRules("vote")]


def decision_of_founders_after_their_time(c):
    until = c.state.get(f"policy/{THE_COMMONS_POLICY}").founders_until
    c.time = until

    answer = _decide(c, _parameter("owe_max", 1))

    return answer, [FoundersMandateEnded(until)]


def decision_of_founders_after_a_meeting(c):
    _meet(c)
    met = c.time
    c.later(seconds=1)

    answer = _decide(c, _parameter("owe_max", 1))

    return answer, [FoundersMandateEnded(met)]


def decision_of_founders_where_a_meeting_has_chosen_others(c):
    rules = policy_rules(1, ANA)
    _meet(c, {"effect": "policy", "id": number("chosen"), "rules": rules})

    body = {"basis": "founders", "effects": [_parameter("owe_max", 1)]}
    answer = c.record("decision", body, slot(ANA, number("chosen")), by=COMMON)

    return answer, [FoundersMandateEnded(0)]


def decision_whose_minutes_are_not_sealed(c):
    return _meet(c, private=()), [MinutesMissing(MINUTES)]


def decision_attested_by_who_is_no_person(c):
    answer = _meet(c, attesting=(CARO, CASA))

    return answer, [NotAPerson(CASA), UnknownKey(CASA, key_id(public(CASA)))]


def decision_on_a_parameter_that_is_none(c):
    answer = _decide(c, _parameter("colour", 1))

    return answer, [ValueOutOfRange("colour", 1, "no such parameter")]


def decision_on_a_value_out_of_range(c):
    answer = _decide(c, _parameter("sponsors", 6))

    return answer, [ValueOutOfRange("sponsors", 6, "must lie within 0 and 5")]


def decision_on_a_currency_that_is_none(c):
    answer = _decide(c, _parameter("currency", "XXX"))

    reason = "an active currency of ISO 4217 is needed"
    return answer, [ValueOutOfRange("currency", "XXX", reason)]


def decision_that_names_a_member_s_key_as_a_witness(c):
    effect = {"effect": "witness", "key": public("caro"), "name": "w", "host": "w"}

    return _decide(c, effect), [KeyTaken(key_id(public("caro")))]


def decision_that_defines_a_unit_twice(c):
    unit = {"effect": "unit", "unit": SOL | {"code": "LUNA"}}

    return _decide(c, unit, unit), [UnitTaken("LUNA")]


def decision_on_the_regime_of_what_is_no_sign(c):
    effect = {"effect": "regime", "unit": "ALMUD", "regime": "granted"}

    return _decide(c, effect), [UnknownUnit("ALMUD", "issue")]


def decision_on_the_regime_of_time(c):
    effect = {"effect": "regime", "unit": "HORA", "regime": "granted"}

    return _decide(c, effect), [UnknownUnit("HORA", "issue")]


def decision_on_the_regime_of_backed_signs(c):
    effect = {"effect": "regime", "unit": "ORO", "regime": "granted"}

    return _decide(c, effect), [UnknownUnit("ORO", "issue")]


def decision_on_a_regime_with_signs_in_circulation(c):
    c.ok("issue", {"member": CARO, "quantity": 1, "unit": "DON"}, THE_COMMON, by=COMMON)

    answer = _decide(c, {"effect": "regime", "unit": "DON", "regime": "mutual"})

    return answer, [SignsInCirculation("DON", 1)]


def decision_on_the_ceiling_of_a_currency(c):
    effect = {"effect": "ceiling", "unit": "MXN", "quantity": 1}

    return _decide(c, effect), [UnknownUnit("MXN", "issue")]


def decision_on_limits_in_a_measure(c):
    effect = {"effect": "limits", **limits("ALMUD", "person", -1, 1)}

    return _decide(c, effect), [UnknownUnit("ALMUD", "signs")]


def _rate(unit, into, give, take):
    rate = {"unit": unit, "into": into, "give": give, "take": take}
    return {"effect": "conversion", **rate}


def decision_on_a_ring_of_conversions_to_gain_by(c):
    decide(c, _rate("SOL", "DON", 2, 1), _rate("DON", "HORA", 5, 3))

    answer = _decide(c, _rate("HORA", "SOL", 3, 11))

    told = (Quantity(3, "HORA"), Quantity(11, "SOL"))
    around = (Quantity(3, "HORA"), Quantity(10, "SOL"))
    return answer, [ConversionsDisagree(*told, *around)]


def decision_on_one_conversion_of_a_ring(c):
    fair = (_rate("SOL", "DON", 2, 1), _rate("DON", "HORA", 5, 3))
    decide(c, *fair, _rate("HORA", "SOL", 3, 10), _rate("SOL", "ORO", 1, 1))

    answer = _decide(c, _rate("DON", "HORA", 1, 1), _rate("ORO", "SOL", 2, 1))

    told = (Quantity(1, "DON"), Quantity(1, "HORA"))
    around = (Quantity(5, "DON"), Quantity(3, "HORA"))
    return answer, [ConversionsDisagree(*told, *around)]


def decision_on_credit_in_a_backed_sign(c):
    effect = {"effect": "limits", **limits("ORO", CARO, -1, 1)}

    return _decide(c, effect), [BackedWithoutCredit("ORO", Quantity(-1, "ORO"))]


def decision_on_limits_of_nobody(c):
    effect = {"effect": "limits", **limits("SOL", NOBODY, -1, 1)}

    return _decide(c, effect), [UnknownMember(NOBODY)]


def decision_for_a_policy_under_a_number_in_use(c):
    effect = {"effect": "policy", "id": ATTEST, "rules": policy_rules(1, ANA)}

    return _decide(c, effect), [IdInUse(ATTEST)]


def decision_for_a_policy_that_nobody_could_fulfil(c):
    effect = {"effect": "policy", "id": number("new"), "rules": policy_rules(2, ANA)}

    return _decide(c, effect), [KeyOrPolicy("common", "policy")]


def decision_for_a_policy_over_who_is_no_person(c):
    rules = policy_rules(1, ANA, CASA)
    effect = {"effect": "policy", "id": number("new"), "rules": rules}

    return _decide(c, effect), [NotAPerson(CASA)]


def decision_that_grants_what_is_not_the_commons(c):
    body = mandate("errand", CARO, "act", [BETO])

    answer = _decide(c, {"effect": "grant", "mandate": body})

    return answer, [NotYours(COMMON, number("errand"))]


def decision_that_grants_a_standing_consent(c):
    body = mandate("errand", COMMON, "accept_credit", unit="SOL", max_each=1)

    answer = _decide(c, {"effect": "grant", "mandate": body})

    return answer, [WrongPurpose(COMMON, "accept_credit")]


def decision_that_grants_what_only_the_common_does_itself(c):
    more = {"kinds": ["decision"], "until": START + 90 * DAY}
    body = mandate("errand", COMMON, "act", [BETO], **more)

    answer = _decide(c, {"effect": "grant", "mandate": body})

    return answer, [NotDelegable("decision")]


def _for_ever():
    return mandate("for ever", COMMON, "act", [BETO], until=START + 90 * DAY + 1)


def founders_who_grant_beyond_their_time(c):
    answer = _decide(c, {"effect": "grant", "mandate": _for_ever()})

    return answer, [LongerThanFounders(START + 90 * DAY)]


def founders_who_give_a_mandate_beyond_their_time(c):
    answer = c.record("mandate", _for_ever(), THE_COMMON, by=COMMON)

    return answer, [LongerThanFounders(START + 90 * DAY)]


def decision_for_a_policy_by_which_nothing_can_be_decided(c):
    rules = policy_rules(1, ANA, kinds=["admit", "exchange"])
    effect = {"effect": "policy", "id": number("new"), "rules": rules}

    return _decide(c, effect), [NoRuleFor(COMMON, "decision")]


def issue_of_signs_that_other_signs_are_covered_by(c):
    plata = ORO | {"code": "PLATA"}
    decide(c, {"effect": "unit", "unit": plata})
    c.trade(
        deal("gift", money(outside("solidarity"), COMMON, 9, "MXN", into="reserve"))
    )
    c.ok(
        "issue", {"member": COMMON, "quantity": 3, "unit": "ORO"}, THE_COMMON, by=COMMON
    )
    body = {"member": COMMON, "quantity": 2, "unit": "PLATA"}

    answer = c.record("issue", body, THE_COMMON, by=COMMON)

    two, one = Quantity(2, "PLATA"), Quantity(1, "PLATA")
    return answer, [OverCeiling(two, one, one)]


def _convert(unit, into):
    rate = {"unit": unit, "into": into, "give": 3, "take": 1}
    return {"effect": "conversion", **rate}


def decision_to_convert_money(c):
    return _decide(c, _convert("SOL", "MXN")), [UnknownUnit("MXN", "signs")]


def decision_to_convert_a_sign_into_itself(c):
    return _decide(c, _convert("SOL", "SOL")), [UnknownUnit("SOL", "signs")]


def decision_that_dismisses_from_nothing(c):
    answer = _decide(c, {"effect": "dismiss", "mandate": NOBODY})

    return answer, [UnknownMandate(NOBODY)]


def decision_that_dismisses_an_agent_of_a_member(c):
    c.ok("mandate", mandate("errand", CARO, "act", [BETO]), slot(CARO))

    answer = _decide(c, {"effect": "dismiss", "mandate": number("errand")})

    return answer, [UnknownMandate(number("errand"))]


def decision_that_fails_at_its_second_effect(c):
    first = {"effect": "unit", "unit": DON | {"code": "FLOR"}}
    second = {"effect": "ceiling", "unit": "LUNA", "quantity": 1}

    return _decide(c, first, second), [UnknownUnit("LUNA", "issue")]


# --------------------------------------------------------------------------- issuing
def _issue(c, member, quantity, unit="DON", slots=(THE_COMMON,)):
    body = {"member": member, "quantity": quantity, "unit": unit}
    return c.record("issue", body, *slots, by=COMMON)


def issue_to_nobody(c):
    return _issue(c, NOBODY, 1), [UnknownMember(NOBODY)]


def issue_to_the_node(c):
    return _issue(c, NODE, 1), [UnknownMember(NODE)]


def issue_to_who_has_left(c):
    c.ok("leave", {"member": GINA}, slot(GINA))

    return _issue(c, GINA, 1), [MemberHasLeft(GINA)]


def issue_of_what_is_no_unit_here(c):
    return _issue(c, CARO, 1, "MXN"), [UnknownUnit("MXN", "issue")]


def issue_of_what_members_bring_into_being(c):
    return _issue(c, CARO, 1, "SOL"), [NotIssued("SOL")]


def _don(minor):
    return Quantity(minor, "DON")


def issue_past_the_ceiling(c):
    _issue(c, CARO, 400)

    return _issue(c, BETO, 601), [OverCeiling(_don(1001), _don(1000), _don(600))]


def issue_past_what_the_reserve_covers(c):
    chest = money(outside("solidarity"), COMMON, 9, "MXN", purse="reserve")
    c.trade(deal("gift", chest))

    answer = _issue(c, CARO, 5, "ORO")

    after, most = Quantity(5, "ORO"), Quantity(4, "ORO")
    return answer, [OverCeiling(after, most, most)]


def issue_taken_back_beyond_what_is_out(c):
    _issue(c, CARO, 5)
    slots = (THE_COMMON, slot(CARO))

    answer = _issue(c, CARO, -6, slots=slots)

    return answer, [
        OverCeiling(_don(-1), _don(1000), _don(995)),
        OverCreditLimit(CARO, _don(-1), _don(0), _don(5)),
    ]


def issue_past_the_highest_balance(c):
    decide(c, {"effect": "limits", **limits("DON", "person", 0, 10)})
    _issue(c, CARO, 4)

    answer = _issue(c, CARO, 7)

    return answer, [OverHighLimit(CARO, _don(11), _don(10), _don(6))]
