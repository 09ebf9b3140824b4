"""Attestation: of what two witnesses may speak for a party, and which two."""

import pytest

from tests.core.trades import OPEN, gift, pay, soup
from tests.little_circuit import (
    ANA,
    ATTEST,
    BETO,
    CARO,
    COMMON,
    DORA,
    EVA,
    FEDE,
    GINA,
    THE_COMMON,
    TIENDA,
    allowed,
    mandate,
    new_key,
    number,
    slot,
    town,
)
from urdimbre.core.drafting import (
    cited,
    deal,
    exchange,
    goods,
    money,
    promise,
    promised,
    release,
    signs,
)
from urdimbre.core.membership.answers import (
    ConsentMissing,
    NotEnoughSignatures,
    SignatureWithoutRole,
)

WITNESSES = slot(EVA, ATTEST), slot(FEDE, ATTEST)
OF_TIENDA = slot(FEDE, number("policy of tienda"))


def soup_is_given(c):
    """Each scene gives the deals in which Beto has the part that its name tells."""
    return gift(BETO, CARO)


def work_is_given(c):
    work = goods(BETO, CARO, category="work.field", quantity=100, unit="HUR")
    return deal("gift", work)


def soup_is_taken(c):
    return gift(CARO, BETO)


def signs_are_taken(c):
    return pay(CARO, BETO, 5)


def signs_are_given(c):
    return pay(BETO, CARO, 5)


def signs_are_given_away(c):
    c.trade(pay(CARO, BETO, 5))
    return deal("gift", signs(BETO, CARO, 5, "SOL"))


def money_is_given(c):
    return deal("sale", soup(CARO, BETO), money(BETO, CARO, 5, "MXN"))


def money_is_taken(c):
    return deal("sale", soup(BETO, CARO), money(CARO, BETO, 5, "MXN"))


def _owing(debtor, creditor):
    return promise(debtor, creditor, promised("money", 5, "MXN"), OPEN)


def something_is_promised(c):
    return deal("sale", soup(CARO, BETO), _owing(BETO, CARO))


def a_promise_is_taken(c):
    return deal("sale", soup(BETO, CARO), _owing(CARO, BETO))


def _released(c, debtor, creditor):
    act = c.trade(deal("sale", soup(creditor, debtor), _owing(debtor, creditor)))
    owed = {"act": act, "deal": 0, "move": 1}
    return deal(
        "gift", release(creditor, debtor, owed=owed, quantity=5, reason="forgiven")
    )


def a_debt_to_him_is_released(c):
    return _released(c, CARO, BETO)


def a_debt_of_his_is_released(c):
    return _released(c, BETO, CARO)


def _lent(giver, taker):
    hoe = {"category": "tool.hoe", "quantity": 1, "unit": "C62"}
    lent = goods(giver, taker, title="custody", may="use", **hoe)
    back = promise(taker, giver, {"type": "goods", **hoe}, OPEN)
    return deal("lend", lent, back)


def things_are_lent(c):
    return _lent(BETO, CARO)


def things_are_borrowed(c):
    return _lent(CARO, BETO)


def goods_are_given_on_his_behalf(c):
    return deal("gift", soup(CARO, DORA, for_=BETO))


SERVES = (soup_is_given, work_is_given, soup_is_taken, signs_are_taken)
NEVER = (
    signs_are_given,
    signs_are_given_away,
    money_is_given,
    money_is_taken,
    something_is_promised,
    a_promise_is_taken,
    a_debt_to_him_is_released,
    a_debt_of_his_is_released,
    things_are_lent,
    things_are_borrowed,
    goods_are_given_on_his_behalf,
)


def attested(c, *deals, witnesses=WITNESSES):
    """Record deals in which Beto does not sign; witnesses do, and all others."""
    body = exchange(c.today, *deals)
    others = [one for one in c.all_sign(body) if one.member != BETO]
    slots = (*others, *witnesses)
    return c.record("exchange", body, *slots, by=CARO, refs=cited(body))


@pytest.mark.parametrize("scene", SERVES, ids=lambda scene: scene.__name__)
def test_two_witnesses_serve(scene):
    c = town()

    assert allowed(attested(c, scene(c)))


@pytest.mark.parametrize("scene", NEVER, ids=lambda scene: scene.__name__)
def test_witnesses_never_serve(scene):
    """With his signature it is recorded, so it is his consent alone that lacks."""
    c = town()
    deals = scene(c)

    assert ConsentMissing(BETO) in attested(c.copy(), deals)
    assert allowed(c.exchange(deals))


@pytest.mark.parametrize("scene", NEVER[:3], ids=lambda scene: scene.__name__)
def test_who_gives_a_soup_too_is_attested_in_nothing(scene):
    """It serves a party by all her moves in the act, not deal by deal."""
    c = town()

    answer = attested(c, scene(c), gift(BETO, DORA))

    assert ConsentMissing(BETO) in answer


def test_one_witness_with_two_keys_or_two_mandates_is_one():
    c = town()
    c.ok("key", {"add": new_key("eva 2")}, slot(EVA), slot(EVA, key="eva 2"))
    body = mandate("attest 2", COMMON, "attest", [EVA])
    c.ok("mandate", body, THE_COMMON, by=COMMON)
    eva = slot(EVA, ATTEST)

    for twice in (slot(EVA, ATTEST, key="eva 2"), slot(EVA, number("attest 2"))):
        answer = attested(c, gift(CARO, BETO), witnesses=(eva, twice))
        assert answer[0] == NotEnoughSignatures(BETO, 1, 2)


def test_who_is_attested_in_that_act_is_no_witness_of_another():
    c = town()
    body = mandate("attest 2", COMMON, "attest", [GINA])
    c.ok("mandate", body, THE_COMMON, by=COMMON)
    gina = slot(GINA, number("attest 2"))
    deals = gift(CARO, BETO), gift(CARO, EVA)
    slots = (slot(CARO), *WITNESSES)

    without = c.copy().exchange(*deals, slots=slots)
    with_a_third = c.exchange(*deals, slots=(*slots, gina))

    assert without == (NotEnoughSignatures(BETO, 1, 2),)
    assert allowed(with_a_third)


def test_only_the_common_names_witnesses():
    """A mandate of a member to act makes nobody a witness, not even for herself."""
    c = town()
    c.ok("mandate", mandate("m", CARO, "act", [ANA]), slot(CARO))
    seen = slot(EVA, ATTEST), slot(ANA, number("m"))

    answer = attested(c, gift(DORA, BETO), witnesses=seen)

    assert answer == (NotEnoughSignatures(BETO, 1, 2), SignatureWithoutRole(ANA))


def test_a_shop_is_attested_like_a_person():
    c = town()
    slots = (slot(CARO), *WITNESSES)

    assert allowed(c.copy().exchange(gift(CARO, TIENDA), slots=slots))
    assert not allowed(c.exchange(pay(TIENDA, CARO, 1), slots=slots))
    assert allowed(c.exchange(pay(TIENDA, CARO, 1), slots=(slot(CARO), OF_TIENDA)))
