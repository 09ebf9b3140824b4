"""What is refused of moves: parties, units, obligations, custodies."""

from tests.core.trades import OPEN, pay, sol, soup
from tests.little_circuit import (
    BETO,
    CARO,
    DORA,
    EVA,
    GINA,
    NODE,
    THE_COMMON,
    commitment,
    number,
    slot,
)
from urdimbre.core.accounts import (
    COMMON,
)
from urdimbre.core.drafting import (
    deal,
    exchange,
    goods,
    money,
    outside,
    promise,
    promised,
    release,
    sealed,
    signs,
)
from urdimbre.core.exchange.answers import (
    BothOutside,
    CustodyNotAllowed,
    DayAhead,
    MoreThanHeld,
    MoreThanOwed,
    RefMissing,
    SameParty,
    SealedOutOfPlace,
    UnknownCircuit,
    UnknownCustody,
    UnknownObligation,
    WrongParty,
)
from urdimbre.core.membership.answers import ConsentMissing
from urdimbre.core.refusals import MemberHasLeft, UnknownMember, UnknownUnit
from urdimbre.core.units import Quantity

NOBODY = number("nobody")
SICK = sealed(commitment("sick"))


# --------------------------------------------------------------------------- parties
def an_exchange_of_the_day_after_tomorrow(c):
    day = c.today + 2

    answer = c.exchange(deal("gift", soup(CARO, BETO)), day=day)

    return answer, [DayAhead(day, c.today)]


def a_gift_to_nobody(c):
    answer = c.exchange(deal("gift", soup(CARO, NOBODY)))

    return answer, [UnknownMember(NOBODY), ConsentMissing(NOBODY)]


def a_gift_of_the_node(c):
    return c.exchange(deal("gift", soup(NODE, CARO))), [UnknownMember(NODE)]


def the_common_in_the_guise_of_a_member(c):
    common = {"member": COMMON}
    slots = (THE_COMMON, slot(CARO))

    answer = c.exchange(deal("gift", soup(common, CARO)), slots=slots)

    return answer, [UnknownMember(COMMON)]


def a_gift_to_who_has_left(c):
    c.ok("leave", {"member": GINA}, slot(GINA))
    slots = (slot(CARO),)

    answer = c.exchange(deal("gift", soup(CARO, GINA)), slots=slots)

    return answer, [MemberHasLeft(GINA), ConsentMissing(GINA)]


def a_gift_to_another_circuit(c):
    there = {"circuit": commitment("there"), "alias": NOBODY}
    named = f"{commitment('there')}:{NOBODY}"

    answer = c.exchange(deal("gift", soup(CARO, there)))

    return answer, [UnknownCircuit(named), ConsentMissing(named)]


def a_sale_to_a_sealed_party(c):
    sale = deal("sale", soup(CARO, SICK), money(SICK, CARO, 1, "MXN"))

    return c.exchange(sale), [SealedOutOfPlace(1)]


def signs_to_a_sealed_party(c):
    gift = deal("gift", signs(CARO, SICK, 1, "SOL"))

    return c.exchange(gift), [SealedOutOfPlace(1)]


def a_debt_forgiven_to_a_sealed_party(c):
    """The obligation names who owes it: there is nothing to seal."""
    freed = _forgive(_owes(c), 1, debtor=SICK)

    return c.exchange(freed), [SealedOutOfPlace(1)]


def a_gift_on_behalf_of_a_sealed_party(c):
    gift = deal("gift", soup(CARO, BETO, for_=SICK))

    slots = (slot(CARO), slot(BETO))

    return c.exchange(gift, slots=slots), [SealedOutOfPlace(1)]


def a_promise_from_outside(c):
    owing = promise(outside("state"), CARO, promised("money", 1, "MXN"), OPEN)
    sale = deal("sale", soup(CARO, BETO), owing)

    return c.exchange(sale), [WrongParty(1, "state", "promise")]


def things_lent_to_the_outside(c):
    jar = soup(CARO, outside("capital"), title="custody")

    return c.exchange(deal("lend", jar)), [WrongParty(1, "capital", "goods")]


def a_gift_to_oneself(c):
    return c.exchange(deal("gift", soup(CARO, CARO))), [SameParty(1, CARO)]


def a_gift_between_two_outside(c):
    gift = deal("gift", soup(outside("state"), outside("solidarity")))

    return c.exchange(gift, by=COMMON), [BothOutside(1)]


def goods_on_behalf_of_nobody(c):
    gift = deal("gift", soup(CARO, BETO, for_=NOBODY))

    return c.exchange(gift), [UnknownMember(NOBODY), ConsentMissing(NOBODY)]


# ----------------------------------------------------------------------------- units
def goods_counted_in_a_currency(c):
    gift = deal("gift", soup(CARO, BETO, unit="MXN"))

    return c.exchange(gift), [UnknownUnit("MXN", "goods")]


def money_counted_in_signs(c):
    gift = deal("gift", money(CARO, BETO, 1, "SOL"))

    return c.exchange(gift), [UnknownUnit("SOL", "money")]


def signs_that_nobody_defined(c):
    return c.exchange(pay(CARO, BETO, 1, "LUNA")), [
        UnknownUnit("LUNA", "signs"),
    ]


def work_promised_in_money(c):
    work = promised("work", 1, "MXN", category="work")
    swap = deal("barter", soup(CARO, BETO), promise(BETO, CARO, work, OPEN))

    return c.exchange(swap), [UnknownUnit("MXN", "work")]


def a_promise_whose_other_way_is_counted_in_nothing(c):
    other = {"type": "money", "quantity": 1, "unit": "LUNA"}
    hen = promised("goods", 1, "C62", category="hen")
    swap = promise(BETO, CARO, hen, OPEN, or_=other)

    answer = c.exchange(deal("barter", soup(CARO, BETO), swap))

    return answer, [UnknownUnit("LUNA", "money")]


# ----------------------------------------------------------- obligations and custody
def _owes(c, minor=10):
    """Beto owes Caro signs."""
    owing = promise(BETO, CARO, promised("signs", minor, "SOL"), OPEN)
    return c.trade(deal("lend", signs(CARO, BETO, minor, "SOL"), owing))


def _forgive(act, minor, *, creditor=CARO, debtor=BETO, move=1):
    owed = {"act": act, "deal": 0, "move": move}
    freed = release(creditor, debtor, owed=owed, quantity=minor, reason="forgiven")
    return deal("gift", freed)


def forgiving_what_is_not_owed(c):
    act = _owes(c)

    answer = c.exchange(_forgive(act, 1, move=0))

    return answer, [UnknownObligation(f"{act}/0/0")]


def forgiving_what_is_owed_to_another(c):
    act = _owes(c)

    answer = c.exchange(_forgive(act, 1, creditor=DORA))

    return answer, [UnknownObligation(f"{act}/0/1")]


def forgiving_what_another_owes(c):
    act = _owes(c)

    answer = c.exchange(_forgive(act, 1, debtor=DORA))

    return answer, [UnknownObligation(f"{act}/0/1")]


def forgiving_more_than_is_owed(c):
    act = _owes(c)

    answer = c.exchange(_forgive(act, 11))

    return answer, [MoreThanOwed(sol(11), sol(10))]


def forgiving_more_than_is_owed_in_two_steps(c):
    act = _owes(c)

    answer = c.exchange(_forgive(act, 6), _forgive(act, 5))

    return answer, [MoreThanOwed(sol(5), sol(4))]


def forgiving_without_naming_the_act(c):
    act = _owes(c)

    answer = c.exchange(_forgive(act, 1), refs=[(act, "settles")])

    return answer, [RefMissing(act, "releases")]


def a_promise_released_in_its_own_act(c):
    """The form without an act has its place; these rules know no such obligation."""
    owing = promise(BETO, CARO, promised("money", 1, "MXN"), OPEN)
    sale = deal("sale", soup(CARO, BETO), owing)
    owed = {"deal": 0, "move": 1}
    freed = release(CARO, BETO, owed=owed, quantity=1, reason="forgiven")

    body = exchange(c.today, sale, deal("gift", freed))
    answer = c.record("exchange", body, slot(CARO), slot(BETO))

    return answer, [UnknownObligation("/0/1")]


def _lend_jars(c, **more):
    """Three jars of Caro's lie with Beto."""
    jars = goods(CARO, BETO, category="jar", quantity=3, title="custody", **more)
    back = promised("goods", 3, "C62", category="jar")
    return c.trade(deal("lend", jars, promise(BETO, CARO, back, OPEN)))


def _of(act, move=0):
    return {"act": act, "deal": 0, "move": move}


def _jars(giver, taker, count, act, **more):
    return goods(giver, taker, **{"category": "jar", "quantity": count} | more, of=act)


def _return(act, *moves):
    owed = {"act": act, "deal": 0, "move": 1}
    freed = release(CARO, BETO, owed=owed, quantity=1)
    return deal("settle", freed, *moves)


def things_out_of_no_custody(c):
    act = _lend_jars(c)
    back = _jars(BETO, CARO, 1, _of(act, 1), title="return")

    answer = c.exchange(_return(act, back))

    return answer, [UnknownCustody(f"{act}/0/1")]


def other_things_out_of_a_custody(c):
    act = _lend_jars(c)
    back = _jars(BETO, CARO, 1, _of(act), title="return", category="pot")

    answer = c.exchange(_return(act, back))

    return answer, [UnknownCustody(f"{act}/0/0")]


def things_given_back_to_another(c):
    act = _lend_jars(c)
    back = _jars(BETO, DORA, 1, _of(act), title="return")

    answer = c.exchange(_return(act, back))

    return answer, [CustodyNotAllowed("return")]


def things_given_back_by_another(c):
    act = _lend_jars(c)
    back = _jars(DORA, CARO, 1, _of(act), title="return")

    answer = c.exchange(_return(act, back))

    return answer, [CustodyNotAllowed("return")]


def things_given_back_on_behalf_of_another(c):
    act = _lend_jars(c)
    back = _jars(BETO, CARO, 1, _of(act), title="return", for_=DORA)

    answer = c.exchange(_return(act, back), slots=(slot(BETO), slot(CARO)))

    return answer, [CustodyNotAllowed("return")]


def things_sold_that_are_only_lent(c):
    act = _lend_jars(c, may="use")
    sold = _jars(BETO, DORA, 1, _of(act), for_=CARO)

    answer = c.exchange(
        deal("sale", sold, money(DORA, BETO, 1, "MXN")),
        slots=(slot(BETO), slot(DORA)),
    )

    return answer, [CustodyNotAllowed("transfer")]


def things_sold_without_naming_their_owner(c):
    act = _lend_jars(c, may="sell")
    sold = _jars(BETO, DORA, 1, _of(act))

    answer = c.exchange(deal("sale", sold, money(DORA, BETO, 1, "MXN")))

    return answer, [CustodyNotAllowed("transfer")]


def things_sold_in_the_name_of_another(c):
    act = _lend_jars(c, may="sell")
    sold = _jars(BETO, DORA, 1, _of(act), for_=EVA)
    slots = (slot(BETO), slot(DORA))

    answer = c.exchange(deal("sale", sold, money(DORA, BETO, 1, "MXN")), slots=slots)

    return answer, [CustodyNotAllowed("transfer")]


def things_to_be_sold_that_are_given_away(c):
    act = _lend_jars(c, may="sell")
    given = _jars(BETO, DORA, 1, _of(act), for_=CARO)

    answer = c.exchange(deal("gift", given), slots=(slot(BETO), slot(DORA)))

    return answer, [CustodyNotAllowed("transfer")]


def more_things_than_were_lent(c):
    act = _lend_jars(c)
    back = _jars(BETO, CARO, 4, _of(act), title="return")

    answer = c.exchange(_return(act, back))

    return answer, [MoreThanHeld(Quantity(4, "C62"), Quantity(3, "C62"))]


def more_things_than_were_lent_in_two_steps(c):
    act = _lend_jars(c)
    first = _jars(BETO, CARO, 2, _of(act), title="return")

    answer = c.exchange(_return(act, first, first))

    return answer, [MoreThanHeld(Quantity(2, "C62"), Quantity(1, "C62"))]


def things_given_back_without_naming_the_act(c):
    act = _lend_jars(c)
    back = _jars(BETO, CARO, 1, _of(act), title="return")

    answer = c.exchange(_return(act, back), refs=[(act, "releases")])

    return answer, [RefMissing(act, "settles")]
