"""What is refused of calling to common work, and of its rosters."""

from tests.core.calling import call, called, dues_of, line, roster
from tests.core.trades import OPEN
from tests.little_circuit import (
    ATTEST,
    BETO,
    CARO,
    DORA,
    EVA,
    FEDE,
    GINA,
    MEDIATE,
    NODE,
    THE_COMMON,
    WORK_DAYS,
    commitment,
    decide,
    number,
    slot,
)
from urdimbre.core.accounts import COMMON
from urdimbre.core.agreements import AgreementChanged
from urdimbre.core.circulation.dues import MoreDaysThanAgreed, WorkDayOutOfReach
from urdimbre.core.circulation.roster import ReasonNotSealed
from urdimbre.core.drafting import deal, goods, promise, promised
from urdimbre.core.exchange.answers import (
    DayAhead,
    MoreThanOwed,
    RefMissing,
    UnknownObligation,
)
from urdimbre.core.exchange.thanks import NoGiftToThank, ThankedAlready
from urdimbre.core.membership.answers import (
    ConsentMissing,
    NotEnoughSignatures,
    OwnCase,
    SignatureWithoutRole,
)
from urdimbre.core.refusals import (
    MemberHasLeft,
    UnknownAct,
    UnknownMember,
    UnknownUnit,
)
from urdimbre.core.units import Quantity

NOBODY = number("nobody")
WITNESSES = (slot(EVA, ATTEST), slot(FEDE, ATTEST))
ILL = commitment("ill")


def _gone(c, who):
    c.ok("leave", {"member": who}, slot(who))


# ------------------------------------------------------------------------------ dues
def dues_of_the_day_after_tomorrow(c):
    answer = call(c, day=c.today + 2)

    return answer, [DayAhead(c.today + 2, c.today)]


def dues_for_a_day_that_has_gone_by(c):
    answer = call(c, due=c.today - 1)

    return answer, [WorkDayOutOfReach(c.today - 1, c.today, c.today + 366)]


def dues_too_far_ahead(c):
    answer = call(c, due=c.today + 367)

    return answer, [WorkDayOutOfReach(c.today + 367, c.today, c.today + 366)]


def dues_of_nobody(c):
    return call(c, CARO, NOBODY), [UnknownMember(NOBODY)]


def dues_of_the_node(c):
    return call(c, NODE), [UnknownMember(NODE)]


def dues_of_the_common(c):
    return call(c, COMMON), [UnknownMember(COMMON)]


def dues_of_who_has_left(c):
    _gone(c, DORA)

    return call(c, CARO, DORA), [MemberHasLeft(DORA)]


def dues_in_what_is_no_time(c):
    return call(c, unit="KGM"), [UnknownUnit("KGM", "work")]


def dues_in_a_unit_that_nobody_knows(c):
    return call(c, unit="TAREA"), [UnknownUnit("TAREA", "work")]


def dues_with_something_unknown_instead(c):
    answer = call(c, **{"or": {"type": "money", "quantity": 1, "unit": "SOL"}})

    return answer, [UnknownUnit("SOL", "money")]


def dues_of_more_days_than_agreed(c):
    called(c, CARO, quantity=WORK_DAYS * 100)

    answer = call(c, BETO, CARO, quantity=1)

    return answer, [MoreDaysThanAgreed(CARO, WORK_DAYS + 1, WORK_DAYS)]


def dues_where_none_are_agreed(c):
    decide(c, {"effect": "parameter", "name": "work_days", "value": 0})

    return call(c, CARO), [MoreDaysThanAgreed(CARO, 1, 0)]


def dues_signed_before_another_agreement(c):
    seen = c.version
    decide(c, {"effect": "parameter", "name": "work_days", "value": 9})

    body = dues_of(c, CARO)
    answer = c.record("dues", body, THE_COMMON, by=COMMON, agreement=seen)

    return answer, [AgreementChanged("work_days", seen, seen + 1)]


def dues_that_a_member_calls(c):
    answer = call(c, slots=(slot(CARO),), by=CARO)

    return answer, [ConsentMissing(COMMON), SignatureWithoutRole(CARO)]


def dues_that_witnesses_call(c):
    answer = call(c, slots=WITNESSES, by=EVA)

    return answer, [ConsentMissing(COMMON), SignatureWithoutRole(EVA)]


# ---------------------------------------------------------------------------- roster
def roster_of_the_day_after_tomorrow(c):
    dues = called(c)

    answer = roster(c, dues, line(c, dues, CARO), day=c.today + 2)

    return answer, [DayAhead(c.today + 2, c.today)]


def roster_without_reference(c):
    dues = called(c)

    answer = roster(c, dues, line(c, dues, CARO), refs=[(dues, "settles")])

    return answer, [RefMissing(dues, "releases")]


def roster_of_what_was_never_called(c):
    promised_work = promised("work", 50, "DAY", category="work.common")
    back = promise(CARO, COMMON, promised_work, OPEN)
    given = goods(COMMON, CARO, category="food.soup", quantity=1)
    act = c.trade(deal("barter", given, back))
    one = {"deal": 0, "member": CARO, "how": "there", "quantity": 50}

    # Two witnesses would else let go of whatever anybody owes the common.
    return roster(c, act, one, slots=WITNESSES), [UnknownAct(act)]


def roster_of_what_was_never_recorded(c):
    act = commitment("never")
    one = {"deal": 0, "member": CARO, "how": "there", "quantity": 50}

    # Once as a reference, once as the dues.
    return roster(c, act, one), [UnknownAct(act), UnknownAct(act)]


def roster_of_a_place_that_nobody_has(c):
    dues = called(c)
    one = line(c, dues, CARO) | {"deal": 2}

    return roster(c, dues, one), [UnknownObligation(f"{dues}/2/0")]


def roster_of_another_in_her_place(c):
    dues = called(c)
    one = line(c, dues, CARO) | {"member": DORA}

    return roster(c, dues, one), [UnknownObligation(f"{dues}/{one['deal']}/0")]


def roster_of_another_kind_of_work(c):
    dues = called(c)
    one = line(c, dues, CARO)

    answer = roster(c, dues, one, category="work.field")

    return answer, [UnknownObligation(f"{dues}/{one['deal']}/0")]


def roster_in_another_unit(c):
    dues = called(c)
    one = line(c, dues, CARO)

    return roster(c, dues, one, unit="HUR"), [
        UnknownObligation(f"{dues}/{one['deal']}/0")
    ]


def roster_of_more_than_is_owed(c):
    dues = called(c)
    roster(c, dues, line(c, dues, CARO, quantity=20))

    answer = roster(c, dues, line(c, dues, CARO, quantity=31))

    return answer, [MoreThanOwed(Quantity(31, "DAY"), Quantity(30, "DAY"))]


def roster_that_excuses_without_a_sealed_reason(c):
    dues = called(c)

    answer = roster(c, dues, line(c, dues, CARO, "exempt", why=ILL))

    return answer, [ReasonNotSealed(CARO, ILL)]


def roster_with_a_substitute_whom_nobody_knows(c):
    dues = called(c)

    answer = roster(c, dues, line(c, dues, CARO, "sent", by=NOBODY), slots=WITNESSES)

    return answer, [UnknownMember(NOBODY)]


def roster_with_the_common_as_a_substitute(c):
    dues = called(c)

    answer = roster(c, dues, line(c, dues, CARO, "sent", by=COMMON))

    return answer, [UnknownMember(COMMON)]


def roster_with_a_substitute_who_has_left(c):
    _gone(c, DORA)
    dues = called(c)

    answer = roster(c, dues, line(c, dues, CARO, "sent", by=DORA), slots=WITNESSES)

    return answer, [MemberHasLeft(DORA)]


def roster_with_a_substitute_who_has_not_signed(c):
    dues = called(c)

    answer = roster(c, dues, line(c, dues, CARO, "sent", by=DORA))

    return answer, [ConsentMissing(DORA)]


def roster_with_one_witness(c):
    dues = called(c)

    answer = roster(c, dues, line(c, dues, CARO), slots=WITNESSES[:1])

    return answer, [NotEnoughSignatures(COMMON, 1, 2)]


def roster_in_which_a_witness_stands(c):
    dues = called(c, CARO, FEDE)

    answer = roster(c, dues, line(c, dues, CARO), line(c, dues, FEDE), slots=WITNESSES)

    return answer, [NotEnoughSignatures(COMMON, 1, 2)]


def roster_by_which_witnesses_excuse(c):
    dues = called(c)
    one = line(c, dues, CARO, "exempt", why=ILL)

    answer = roster(c, dues, one, slots=WITNESSES, private=[ILL])

    return answer, [ConsentMissing(COMMON), SignatureWithoutRole(EVA)]


def roster_that_a_member_signs_for_herself(c):
    dues = called(c)

    answer = roster(c, dues, line(c, dues, CARO), slots=(slot(CARO),))

    return answer, [ConsentMissing(COMMON), SignatureWithoutRole(CARO)]


# ------------------------------------------------------------------ thanks, adjusting
def _thank(c, act, who=None):
    party = {"common": True} if who is None else {"member": who}
    body = {"party": party, "deal": {"act": act, "deal": 0}}
    slots = c.sign_for(party)
    return c.record("thanks", body, *slots, refs=[(act, "answers")])


def thanks_of_the_common_for_what_is_only_called(c):
    return _thank(c, called(c)), [NoGiftToThank(COMMON)]


def thanks_of_the_common_for_an_exemption(c):
    dues = called(c)
    roster(c, dues, line(c, dues, CARO, "exempt", why=ILL), private=[ILL])

    return _thank(c, c.log[-1].act.hash), [NoGiftToThank(COMMON)]


def thanks_of_the_common_a_second_time(c):
    dues = called(c)
    roster(c, dues, line(c, dues, CARO))
    act = c.log[-1].act.hash
    _thank(c, act)

    return _thank(c, act), [ThankedAlready(COMMON)]


def adjustment_of_dues_that_the_member_has_not_signed(c):
    dues = called(c, CARO)
    body = {"deal": {"act": dues, "deal": 0}, "moves": [{"move": 0, "delta": -50}]}

    answer = c.record("adjust", body, THE_COMMON, refs=[(dues, "adjusts")])

    return answer, [ConsentMissing(CARO)]


def mediation_in_her_own_dues(c):
    dues = called(c, GINA)
    body = {"deal": {"act": dues, "deal": 0}, "moves": [{"move": 0, "delta": -50}]}

    answer = c.record("adjust", body, slot(GINA, MEDIATE), refs=[(dues, "adjusts")])

    return answer, [OwnCase(GINA)]
