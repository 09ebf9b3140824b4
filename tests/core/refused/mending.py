"""What is refused of thanks, adjustments and contests."""

from tests.core.trades import OPEN, soup
from tests.little_circuit import (
    ATTEST,
    BETO,
    CARO,
    CASA,
    DAY,
    DORA,
    EVA,
    FEDE,
    GINA,
    MEDIATE,
    PAN,
    THE_COMMON,
    THE_COMMONS_POLICY,
    TIENDA,
    commitment,
    decide,
    mandate,
    number,
    policy_rules,
    slot,
)
from urdimbre.core.accounts import COMMON, NotEnoughCash
from urdimbre.core.drafting import (
    deal,
    goods,
    money,
    promise,
    promised,
    release,
    signs,
)
from urdimbre.core.exchange.adjust import BelowSettled, BeyondOriginal
from urdimbre.core.exchange.answers import (
    AmountTooLarge,
    ConversionNotAgreed,
    LentIsNotPromised,
    MoreThanReleased,
    NothingInReturn,
    RefMissing,
    ReserveNeeded,
    StillInCustody,
)
from urdimbre.core.exchange.contest import (
    ContestNotOpen,
    NotYoursToContest,
    TooLateToContest,
    UpheldNeedsAdjust,
)
from urdimbre.core.exchange.thanks import NoGiftToThank, ThankedAlready
from urdimbre.core.membership.answers import (
    ConsentMissing,
    OwnCase,
    SignatureWithoutRole,
)
from urdimbre.core.refusals import MemberHasLeft, UnknownAct
from urdimbre.core.units import MINOR_MAX, Quantity

BOTH = (slot(CARO), slot(BETO))


# ---------------------------------------------------------------------------- thanks
def _thank(c, who, act, *, place=0, slots=None, **more):
    party = {"common": True} if who == COMMON else {"member": who}
    body = {"party": party, "deal": {"act": act, "deal": place}}
    more.setdefault("refs", [(act, "answers")])
    return c.record("thanks", body, *(slots or c.sign_for(party)), **more)


def _gift(c, taker=BETO):
    return c.trade(deal("gift", soup(CARO, taker)))


def thanks_for_what_is_not_named(c):
    act = _gift(c)

    answer = _thank(c, BETO, act, refs=[(act, "settles")])

    return answer, [RefMissing(act, "answers")]


def thanks_for_what_was_no_exchange(c):
    act = c.ok("void", {"act": commitment("draft")}, slot(CARO))

    return _thank(c, BETO, act), [UnknownAct(act)]


def thanks_for_what_was_never_recorded(c):
    act = commitment("never")

    # Once as a reference, once as the gift.
    return _thank(c, BETO, act), [UnknownAct(act), UnknownAct(act)]


def thanks_for_a_deal_that_the_act_does_not_have(c):
    act = _gift(c)

    return _thank(c, BETO, act, place=1), [UnknownAct(act)]


def thanks_for_a_barter(c):
    act = c.trade(deal("barter", soup(CARO, BETO), soup(BETO, CARO)))

    return _thank(c, BETO, act), [NoGiftToThank(BETO)]


def thanks_of_who_gave(c):
    return _thank(c, CARO, _gift(c)), [NoGiftToThank(CARO)]


def thanks_of_an_initiative(c):
    return _thank(c, PAN, _gift(c, PAN)), [NoGiftToThank(PAN)]


def thanks_of_who_is_not_of_the_house(c):
    return _thank(c, EVA, _gift(c, CASA)), [NoGiftToThank(EVA)]


def thanks_a_second_time(c):
    act = _gift(c)
    _thank(c, BETO, act)

    return _thank(c, BETO, act), [ThankedAlready(BETO)]


# ----------------------------------------------------------------------- adjustments
def _adjust(c, act, *changes, slots=BOTH, place=0, **more):
    moves = [{"move": move, "delta": delta} for move, delta in changes]
    body = {"deal": {"act": act, "deal": place}, "moves": moves}
    more.setdefault("refs", [(act, "adjusts")])
    return c.record("adjust", body, *slots, **more)


def _rice(c, count=50):
    return c.trade(deal("gift", soup(CARO, BETO, quantity=count)))


def an_adjustment_of_what_is_not_named(c):
    act = _rice(c)

    answer = _adjust(c, act, (0, -1), slots=(slot(CARO),), refs=[])

    return answer, [RefMissing(act, "adjusts")]


def an_adjustment_of_what_was_no_exchange(c):
    act = c.ok("void", {"act": commitment("draft")}, slot(CARO))

    return _adjust(c, act, (0, -1), slots=(slot(CARO),)), [UnknownAct(act)]


def an_adjustment_above_what_was_recorded(c):
    return _adjust(c, _rice(c), (0, 1)), [BeyondOriginal(1, 51, 50)]


def an_adjustment_below_nothing(c):
    return _adjust(c, _rice(c), (0, -51)), [BeyondOriginal(1, -1, 50)]


def an_adjustment_back_above_what_was_recorded(c):
    act = _rice(c)
    _adjust(c, act, (0, -4))

    return _adjust(c, act, (0, 5)), [BeyondOriginal(1, 51, 50)]


def an_adjustment_of_a_move_that_is_not_there(c):
    return _adjust(c, _rice(c), (1, -1)), [BeyondOriginal(2, -1, 0)]


def _owes(c, minor=10):
    owing = promise(BETO, CARO, promised("money", minor, "MXN"), OPEN)
    return c.trade(deal("sale", soup(CARO, BETO), owing))


def _release(act, minor):
    owed = {"act": act, "deal": 0, "move": 1}
    return release(CARO, BETO, owed=owed, quantity=minor, reason="forgiven")


def a_promise_below_what_is_released(c):
    act = _owes(c)
    c.trade(deal("gift", _release(act, 4)))

    return _adjust(c, act, (1, -7)), [BelowSettled(2, 4)]


def a_release_beyond_what_was_promised_in_the_end(c):
    act = _owes(c)
    freed = c.trade(deal("gift", _release(act, 4)))
    _adjust(c, freed, (0, -4))
    _adjust(c, act, (1, -7))

    return _adjust(c, freed, (0, 4)), [BelowSettled(1, 0)]


def _jars(c, count=3):
    jars = goods(CARO, BETO, category="jar", quantity=count, title="custody")
    back = promised("goods", count, "C62", category="jar")
    return c.trade(deal("lend", jars, promise(BETO, CARO, back, OPEN)))


def _back(c, act, count):
    of = {"act": act, "deal": 0, "move": 0}
    jars = goods(BETO, CARO, category="jar", quantity=count, title="return", of=of)
    owed = {"act": act, "deal": 0, "move": 1}
    freed = release(CARO, BETO, owed=owed, quantity=count)
    return c.trade(deal("settle", jars, freed))


def a_custody_below_what_is_returned(c):
    act = _jars(c)
    _back(c, act, 2)

    return _adjust(c, act, (0, -2)), [BelowSettled(1, 2)]


def a_return_beyond_what_was_lent_in_the_end(c):
    act = _jars(c)
    back = _back(c, act, 2)
    for mended in (back, act):
        _adjust(c, mended, (0, -2), (1, -2))

    return _adjust(c, back, (0, 2)), [BelowSettled(1, 0)]


def a_loan_that_an_adjustment_would_give_interest(c):
    promised_back = promise(BETO, CARO, promised("money", 9, "MXN"), OPEN)
    act = c.trade(deal("lend", money(CARO, BETO, 9, "MXN"), promised_back))

    return _adjust(c, act, (0, -4)), [LentIsNotPromised(1, "MXN", 5, 9)]


def a_settlement_that_an_adjustment_would_give_interest(c):
    owed = {"act": _owes(c), "deal": 0, "move": 1}
    freed = release(CARO, BETO, owed=owed, quantity=9, reason="replaced")
    anew = promise(BETO, CARO, promised("money", 9, "MXN"), OPEN)
    act = c.trade(deal("settle", freed, anew))

    more = MoreThanReleased(1, Quantity(9, "MXN"), Quantity(5, "MXN"))
    return _adjust(c, act, (0, -4)), [more]


def _changed(c):
    """Beto and Caro change signs as agreed."""
    rate = {"unit": "SOL", "into": "DON", "give": 300, "take": 1}
    decide(c, {"effect": "conversion", **rate})
    c.ok("issue", {"member": CARO, "quantity": 9, "unit": "DON"}, THE_COMMON, by=COMMON)
    one, other = signs(BETO, CARO, 600, "SOL"), signs(CARO, BETO, 2, "DON")
    return c.trade(deal("barter", one, other))


def a_change_of_signs_that_an_adjustment_would_make_unequal(c):
    unequal = ConversionNotAgreed(1, Quantity(600, "SOL"), Quantity(1, "DON"))

    return _adjust(c, _changed(c), (1, -1)), [unequal]


def a_change_of_signs_that_an_adjustment_would_make_a_gift(c):
    return _adjust(c, _changed(c), (1, -2)), [NothingInReturn(1, BETO)]


def a_return_that_an_adjustment_would_leave_with_the_holder(c):
    back = _back(c, _jars(c), 2)

    answer = _adjust(c, back, (0, -1))

    return answer, [StillInCustody(BETO, Quantity(1, "C62"))]


def an_adjustment_with_somebody_who_has_left(c):
    there, _ = (
        c.trade(deal("barter", soup(*who), signs(*reversed(who), 5, "SOL")))
        for who in ((CARO, BETO), (BETO, CARO))
    )
    c.ok("leave", {"member": BETO}, slot(BETO))

    answer = _adjust(c, there, (1, -5), slots=(slot(GINA, MEDIATE),))

    return answer, [MemberHasLeft(BETO)]


def an_adjustment_that_the_till_cannot_pay(c):
    act = c.trade(deal("gift", money(CARO, TIENDA, 5, "MXN")))
    c.trade(deal("gift", money(TIENDA, DORA, 2, "MXN")))
    slots = (slot(CARO), slot(FEDE, number("policy of tienda")))

    answer = _adjust(c, act, (0, -4), slots=slots)

    have, need = Quantity(3, "MXN"), Quantity(4, "MXN")
    return answer, [NotEnoughCash(TIENDA, "till", need, have)]


def an_adjustment_of_a_reserve_that_signs_rest_on(c):
    act = c.trade(deal("gift", money(CARO, COMMON, 9, "MXN", purse="reserve")))
    c.ok("issue", {"member": CARO, "quantity": 3, "unit": "ORO"}, THE_COMMON, by=COMMON)

    answer = _adjust(c, act, (0, -4), slots=(slot(CARO), THE_COMMON))

    return answer, [ReserveNeeded(Quantity(6, "MXN"), Quantity(5, "MXN"))]


def an_adjustment_to_a_balance_that_the_format_cannot_keep(c):
    tienda = slot(FEDE, number("policy of tienda"))
    lot = deal("gift", money(CARO, TIENDA, MINOR_MAX, "MXN", into="bank"))
    c.trade(lot)
    paid = c.trade(deal("gift", money(TIENDA, BETO, 5, "MXN", purse="bank")))
    c.trade(deal("gift", money(CARO, TIENDA, 5, "MXN", into="bank")))

    answer = _adjust(c, paid, (0, -5), slots=(tienda, slot(BETO)))

    return answer, [AmountTooLarge("MXN")]


# -------------------------------------------------------------------------- contests
def _contest(c, act, who=BETO, outcome=None, *, slots=None, **more):
    body = {"deal": {"act": act, "deal": 0}}
    if outcome is not None:
        body["outcome"] = outcome
    more.setdefault("refs", [(act, "contests")])
    slots = slots or c.sign_for({"member": who})
    return c.record("contest", body, *slots, by=who, **more)


def _attested(c):
    """Two witnesses say that Beto took soup."""
    slots = (slot(CARO), slot(EVA, ATTEST), slot(FEDE, ATTEST))
    return c.trade(deal("gift", soup(CARO, BETO)), slots=slots)


def a_contest_of_what_is_not_named(c):
    act = _attested(c)

    return _contest(c, act, refs=[]), [RefMissing(act, "contests")]


def a_contest_of_what_was_no_exchange(c):
    act = c.ok("void", {"act": commitment("draft")}, slot(CARO))

    return _contest(c, act), [UnknownAct(act)]


def a_contest_by_who_signed(c):
    return _contest(c, _attested(c), CARO), [NotYoursToContest(CARO)]


def a_contest_by_who_has_no_part(c):
    return _contest(c, _attested(c), DORA), [NotYoursToContest(DORA)]


def a_contest_by_a_household_that_has_changed_its_policy_since(c):
    act = c.trade(deal("gift", soup(BETO, CASA)))
    rules = policy_rules(1, CARO)
    body = {"id": number("new"), "principal": CASA, "rules": rules}
    c.ok("policy", body, slot(CARO, number("policy of casa")), by=CASA)

    return _contest(c, act, CASA), [NotYoursToContest(CASA)]


def a_contest_too_late(c):
    act = _attested(c)
    c.later(days=14, seconds=1)

    return _contest(c, act), [TooLateToContest(14)]


def a_contest_twice(c):
    act = _attested(c)
    _contest(c, act)

    return _contest(c, act), [ContestNotOpen(act)]


def a_contest_that_ends_before_it_begins(c):
    act = _attested(c)

    return _contest(c, act, BETO, "withdrawn"), [ContestNotOpen(act)]


def a_contest_that_ends_twice(c):
    act = _attested(c)
    _contest(c, act)
    _contest(c, act, BETO, "withdrawn")

    return _contest(c, act, BETO, "withdrawn"), [ContestNotOpen(act)]


def a_contest_that_begins_again(c):
    act = _attested(c)
    _contest(c, act)
    _contest(c, act, BETO, "withdrawn")

    return _contest(c, act), [ContestNotOpen(act)]


def a_contest_withdrawn_by_another(c):
    act = _attested(c)
    _contest(c, act)

    return _contest(c, act, CARO, "withdrawn"), [NotYoursToContest(CARO)]


def a_contest_upheld_by_a_stranger(c):
    act = _attested(c)
    _contest(c, act)

    answer = _contest(c, act, DORA, "upheld")

    nobody = [ConsentMissing(COMMON), SignatureWithoutRole(DORA)]
    return answer, [UpheldNeedsAdjust(act), *nobody]


def _given_to_beto(c, giver, *signers):
    """Something that Beto is said to have had; he contests it."""
    slots = (slot(EVA, ATTEST), slot(FEDE, ATTEST), *signers)
    act = c.trade(deal("gift", soup(giver, BETO)), slots=slots)
    _contest(c, act)
    return act


def a_contest_rejected_by_a_mediator_whose_case_it_is(c):
    act = _given_to_beto(c, GINA, slot(GINA))

    answer = _contest(c, act, GINA, "rejected", slots=(slot(GINA, MEDIATE),))

    return answer, [OwnCase(GINA)]


def a_contest_rejected_by_a_mediator_who_signs_for_a_party(c):
    rules = policy_rules(1, CARO, GINA)
    of_casa = number("casa with gina")
    body = {"id": of_casa, "principal": CASA, "rules": rules}
    c.ok("policy", body, slot(CARO, number("policy of casa")), by=CASA)
    act = _given_to_beto(c, CASA, slot(CARO, of_casa))

    answer = _contest(c, act, GINA, "rejected", slots=(slot(GINA, MEDIATE),))

    return answer, [OwnCase(GINA)]


def a_contest_rejected_by_the_common_whose_case_it_is(c):
    act = _given_to_beto(c, COMMON, THE_COMMON)

    return _contest(c, act, COMMON, "rejected", slots=(THE_COMMON,)), [OwnCase(COMMON)]


def a_contest_rejected_for_the_common_by_a_party(c):
    act = _given_to_beto(c, CARO, slot(CARO))
    beto = slot(BETO, THE_COMMONS_POLICY)

    return _contest(c, act, COMMON, "rejected", slots=(beto,)), [OwnCase(BETO)]


def a_contest_rejected_for_the_common_by_an_agent_whose_case_it_is(c):
    body = mandate("clerk", COMMON, "act", [CARO], kinds=["contest"])
    c.ok("mandate", body | {"until": c.time + DAY}, THE_COMMON, by=COMMON)
    act = _given_to_beto(c, CARO, slot(CARO))
    clerk = slot(CARO, number("clerk"))

    return _contest(c, act, COMMON, "rejected", slots=(clerk,)), [OwnCase(CARO)]


def an_adjustment_by_a_mediator_whose_case_it_is(c):
    act = c.trade(deal("gift", soup(GINA, BETO)))

    answer = _adjust(c, act, (0, -1), slots=(slot(GINA, MEDIATE),))

    return answer, [OwnCase(GINA)]


def a_contest_upheld_by_words(c):
    act = _attested(c)
    _contest(c, act)

    answer = _contest(c, act, GINA, "upheld", slots=(slot(GINA, MEDIATE),))

    return answer, [UpheldNeedsAdjust(act)]
