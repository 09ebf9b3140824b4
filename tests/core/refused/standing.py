"""What is refused of standing consents, witnesses, bearers of care, guardians."""

from tests.core.trades import gift, pay, sol, soup
from tests.little_circuit import (
    ANA,
    ATTEST,
    BETO,
    CARE,
    CARO,
    CASA,
    DAY,
    DORA,
    EVA,
    FEDE,
    START,
    THE_COMMON,
    TIENDA,
    commitment,
    mandate,
    new_key,
    number,
    policy_rules,
    slot,
)
from urdimbre.core.accounts import COMMON, OverCreditLimit
from urdimbre.core.drafting import (
    deal,
    goods,
    promise,
    promised,
    release,
    sealed,
    signs,
)
from urdimbre.core.membership.answers import (
    BeyondMandate,
    ConsentMissing,
    NotEnoughSignatures,
    SignatureWithoutRole,
    UnknownMandate,
)
from urdimbre.core.units import Quantity

OF_CASA = number("policy of casa")
OF_TIENDA = number("policy of tienda")
ERRAND = number("errand")
STANDING = number("standing")


# --------------------------------------------------------- standing consents: credits
def _standing(c, who, purpose, **more):
    body = mandate("standing", who, purpose, **{"unit": "SOL", "max_each": 300} | more)
    c.ok("mandate", body, *c.sign_for({"member": who}), by=who)
    return [(who, STANDING)]


def a_credit_beyond_what_she_accepts_each_time(c):
    consents = _standing(c, CARO, "accept_credit")
    c.ok("issue", {"member": BETO, "quantity": 9, "unit": "DON"}, THE_COMMON, by=COMMON)
    gift = deal("gift", signs(BETO, CARO, 301, "SOL"))
    c.trade(pay(ANA, BETO, 400))

    answer = c.exchange(gift, consents=consents)

    return answer, [BeyondMandate(STANDING, "301", sol(300))]


def a_credit_that_would_lift_her_too_high(c):
    consents = _standing(c, CARO, "accept_credit", max_balance=450)
    c.trade(pay(ANA, BETO, 900))
    c.trade(deal("gift", signs(BETO, CARO, 300, "SOL")), consents=consents)

    gift = deal("gift", signs(BETO, CARO, 151, "SOL"))
    answer = c.exchange(gift, consents=consents)

    return answer, [BeyondMandate(STANDING, "151", sol(150))]


def a_credit_in_another_unit(c):
    consents = _standing(c, CARO, "accept_credit")
    c.ok("issue", {"member": BETO, "quantity": 9, "unit": "DON"}, THE_COMMON, by=COMMON)

    answer = c.exchange(deal("gift", signs(BETO, CARO, 1, "DON")), consents=consents)

    return answer, [BeyondMandate(STANDING, "unit", None)]


def a_credit_for_which_she_would_give(c):
    consents = _standing(c, CARO, "accept_credit")

    answer = c.exchange(pay(BETO, CARO, 1), consents=consents)

    return answer, [BeyondMandate(STANDING, "debit", None)]


def a_credit_for_which_goods_are_given_on_her_behalf(c):
    consents = _standing(c, CARO, "accept_credit")
    hen = goods(BETO, DORA, category="food.hen", quantity=1, for_=CARO)
    gift = deal("gift", hen)

    answer = c.exchange(gift, consents=consents)

    return answer, [BeyondMandate(STANDING, "debit", None)]


def a_standing_consent_of_somebody_else(c):
    _standing(c, CARO, "accept_credit")

    answer = c.exchange(gift(BETO, DORA), consents=[(DORA, STANDING)])

    return answer, [UnknownMandate(STANDING)]


def a_standing_consent_that_is_an_errand(c):
    c.ok("mandate", mandate("errand", CARO, "act", [DORA]), slot(CARO))

    answer = c.exchange(gift(BETO, CARO), consents=[(CARO, ERRAND)])

    return answer, [UnknownMandate(ERRAND)]


def a_standing_consent_that_has_no_part(c):
    _standing(c, CARO, "accept_credit")
    slots = (slot(BETO), slot(DORA))

    answer = c.exchange(gift(BETO, DORA), slots=slots, consents=[(CARO, STANDING)])

    return answer, [UnknownMandate(STANDING)]


# ---------------------------------------------------------- standing consents: debits
def _account(c, **more):
    """Tienda may write what Casa fetches on account."""
    return _standing(c, CASA, "accept_debit", **{"creditor": TIENDA} | more)


def _fetch(minor, *, taker=CASA, creditor=TIENDA, unit="SOL"):
    rice = goods(creditor, taker, category="food.rice", quantity=1)
    return deal("barter", rice, signs(CASA, creditor, minor, unit))


def a_debit_beyond_what_is_allowed_each_time(c):
    consents = _account(c)

    answer = c.exchange(_fetch(301), consents=consents)

    return answer, [BeyondMandate(STANDING, "301", sol(300))]


def a_debit_by_another_creditor(c):
    consents = _account(c)

    answer = c.exchange(_fetch(1, creditor=BETO), consents=consents)

    return answer, [BeyondMandate(STANDING, "creditor", None)]


def a_debit_in_another_unit(c):
    consents = _account(c)

    answer = c.exchange(_fetch(1, unit="HORA"), consents=consents)

    hora, none = Quantity(-1, "HORA"), Quantity(0, "HORA")
    return answer, [
        OverCreditLimit(CASA, hora, none, none),
        BeyondMandate(STANDING, "creditor", None),
    ]


def a_debit_for_what_another_fetches(c):
    consents = _account(c, fetchers=[DORA])
    rice = goods(TIENDA, EVA, category="food.rice", quantity=1)
    price = promise(CASA, TIENDA, promised("money", 1, "MXN"), {"open": True})
    slots = (slot(FEDE, OF_TIENDA), slot(EVA))
    c.ok(
        "mandate",
        mandate("m", CASA, "accept_debit", creditor=TIENDA, unit="MXN", max_each=9),
        slot(CARO, OF_CASA),
    )
    consents = [(CASA, number("m"))]

    answer = c.exchange(deal("sale", rice, price), consents=consents, slots=slots)

    return answer, [BeyondMandate(number("m"), "fetcher", None)]


def a_debit_without_the_creditors_own_consent(c):
    consents = _account(c)

    answer = c.exchange(_fetch(1), consents=consents, slots=(slot(BETO),))

    return answer, [
        ConsentMissing(TIENDA),
        ConsentMissing(TIENDA),
        SignatureWithoutRole(BETO),
    ]


def a_debit_that_only_witnesses_have_seen(c):
    more = {"creditor": COMMON, "unit": "SOL", "max_each": 9}
    c.ok("mandate", mandate("m", CASA, "accept_debit", **more), slot(CARO, OF_CASA))
    pay = deal(
        "barter",
        signs(CASA, COMMON, 1, "SOL"),
        goods(COMMON, CASA, category="water", quantity=1),
    )
    slots = (slot(EVA, ATTEST), slot(FEDE, ATTEST))

    answer = c.exchange(pay, consents=[(CASA, number("m"))], slots=slots)

    return answer, [ConsentMissing(COMMON)]


def a_debit_of_her_own_goods(c):
    consents = _account(c)

    swap = deal("barter", soup(CASA, TIENDA), soup(TIENDA, CASA))

    answer = c.exchange(swap, consents=consents)

    return answer, [BeyondMandate(STANDING, "goods", None)]


def a_gift_of_who_has_agreed_to_be_debited(c):
    consents = _standing(c, CARO, "accept_debit", creditor=BETO)
    c.trade(deal("barter", soup(CARO, ANA), signs(ANA, CARO, 9, "SOL")))

    answer = c.exchange(deal("gift", signs(CARO, BETO, 9, "SOL")), consents=consents)

    return answer, [BeyondMandate(STANDING, "gift", None)]


def a_debit_that_would_lead_to_too_much_debt(c):
    more = {"unit": "MXN", "max_balance": 400, "max_each": 300}
    consents = _account(c, **more)

    def fetch(minor):
        rice = goods(TIENDA, CASA, category="food.rice", quantity=1)
        price = promise(CASA, TIENDA, promised("money", minor, "MXN"), {"open": True})
        return deal("sale", rice, price)

    c.trade(fetch(300), consents=consents)

    answer = c.exchange(fetch(101), consents=consents)

    return answer, [BeyondMandate(STANDING, "101", Quantity(100, "MXN"))]


def a_creditor_releases_by_a_standing_consent(c):
    what = promised("signs", 9, "SOL")
    back = promise(BETO, CARO, what, {"open": True})
    act = c.trade(deal("lend", signs(CARO, BETO, 9, "SOL"), back))
    consents = _standing(c, CARO, "accept_debit", creditor=BETO)
    owed = {"act": act, "deal": 0, "move": 1}

    forgiven = release(CARO, BETO, owed=owed, quantity=1, reason="forgiven")
    answer = c.exchange(deal("gift", forgiven), consents=consents)

    return answer, [ConsentMissing(CARO), UnknownMandate(STANDING)]


# ----------------------------------------------- witnesses, bearers of care, mediators
def one_witness(c):
    answer = c.exchange(gift(), slots=(slot(CARO), slot(EVA, ATTEST)))

    return answer, [NotEnoughSignatures(BETO, 1, 2)]


def a_witness_who_is_attested_herself(c):
    slots = (slot(CARO), slot(EVA, ATTEST), slot(FEDE, ATTEST))

    answer = c.exchange(gift(CARO, EVA), slots=slots)

    return answer, [NotEnoughSignatures(EVA, 1, 2)]


def witnesses_of_a_debit(c):
    slots = (slot(CARO), slot(EVA, ATTEST), slot(FEDE, ATTEST))

    answer = c.exchange(pay(BETO, CARO, 1), slots=slots)

    return answer, [ConsentMissing(BETO), SignatureWithoutRole(min(EVA, FEDE))]


def witnesses_of_other_modes(c):
    body = mandate("attest 2", COMMON, "attest", [EVA, FEDE], modes=["barter"])
    c.ok("mandate", body, THE_COMMON, by=COMMON)
    two = number("attest 2")

    answer = c.exchange(gift(), slots=(slot(CARO), slot(EVA, two), slot(FEDE, two)))

    return answer, [ConsentMissing(BETO), SignatureWithoutRole(min(EVA, FEDE))]


def one_bearer_of_care(c):
    soup = goods(CARO, sealed(commitment("sick")), category="food.soup", quantity=1)

    answer = c.exchange(deal("gift", soup), slots=(slot(CARO), slot(ANA, CARE)))

    return answer, [NotEnoughSignatures("sealed", 1, 2)]


def bearers_of_care_after_their_time(c):
    c.time = START + 1000 * DAY
    soup = goods(CARO, sealed(commitment("sick")), category="food.soup", quantity=1)

    answer = c.exchange(deal("gift", soup))

    role = SignatureWithoutRole(min(ANA, BETO))
    return answer, [NotEnoughSignatures("sealed", 0, 2), role]


def guardians_too_few(c):
    guardians = {"of": sorted([BETO, DORA]), "need": 2}
    body = {"id": number("hers"), "principal": CARO, "rules": policy_rules(1)}
    c.ok("policy", body | {"guardians": guardians}, slot(CARO))
    recover = {"recover": {"member": CARO, "key": new_key("caro 2")}}

    answer = c.record("key", recover, slot(BETO), slot(CARO, key="caro 2"))

    return answer, [NotEnoughSignatures("guardians", 1, 2)]
