"""Members, keys, policies, mandates: what consents, and what acts on them do."""

import pytest

from tests.core.trades import OPEN, gift, pay, soup
from tests.little_circuit import (
    ANA,
    ATTEST,
    BETO,
    CARE,
    CARO,
    CASA,
    COMMON,
    DORA,
    EVA,
    FEDE,
    FONDO,
    GINA,
    MEDIATE,
    START,
    THE_COMMON,
    TIENDA,
    Effects,
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
from urdimbre.core import circuit
from urdimbre.core.accounts import Account
from urdimbre.core.chain.entry import key_id
from urdimbre.core.drafting import (
    deal,
    money,
    promise,
    promised,
    release,
    sealed,
    signs,
)
from urdimbre.core.membership.answers import SignatureWithoutRole
from urdimbre.core.membership.rows import CUSTODIES, Member
from urdimbre.core.state import Overlay

OF_CASA, OF_FONDO = number("policy of casa"), number("policy of fondo")
OF_TIENDA = number("policy of tienda")
ERRAND, STANDING = number("errand"), number("standing")


def hosted_key(c, who, name):
    """Register a second key of hers, which the host keeps."""
    add = {"add": new_key(name, custody="server")}
    c.ok("key", add, slot(who), slot(who, key=name))


# --------------------------------------------------------------- coming, going, keys
def test_a_person_comes_with_a_key_and_is_told_of():
    c = town()
    body, slots = admit(c, "ines")

    answer = c.record("admit", body, *slots, by=ANA)

    ines = number("ines")
    row = Member(id=ines, kind="person", blind=number("blind ines"), since=c.time)
    assert answer.rows == (row,)
    assert c.state.get(f"key/{key_id(public('ines'))}").member == ines


def test_the_blind_of_an_account_comes_from_its_owner():
    c = town()
    c.trade(pay(CARO, BETO, 1), deal("gift", money(CARO, TIENDA, 1, "MXN")))

    blinds = {row.blind for row in c.state.rows.values() if isinstance(row, Account)}

    assert len(blinds) == 4
    assert {len(blind) for blind in blinds} == {32}


def test_who_has_nothing_open_leaves_and_comes_back_to_nothing():
    c = town()
    c.trade(pay(CARO, BETO, 1))
    c.trade(pay(BETO, CARO, 1))
    owing = promise(CARO, BETO, promised("money", 1, "MXN"), OPEN)
    c.trade(deal("sale", soup(BETO, CARO), owing))
    owed = {"act": c.act.hash, "deal": 0, "move": 1}
    c.trade(deal("gift", release(BETO, CARO, owed=owed, quantity=1, reason="forgiven")))
    c.later(days=1)

    c.ok("leave", {"member": CARO}, slot(CARO))

    assert c.state.get(f"member/{CARO}").left == c.time


def test_a_second_key_serves_and_the_first_can_end():
    c = town()
    c.ok("key", {"add": new_key("caro 2")}, slot(CARO), slot(CARO, key="caro 2"))
    c.ok("key", {"revoke": key_id(public("caro"))}, slot(CARO, key="caro 2"))

    answer = c.exchange(
        deal("gift", soup()), slots=(slot(CARO, key="caro 2"), slot(BETO))
    )

    assert allowed(answer)
    assert c.state.get(f"key/{key_id(public('caro'))}").until == c.time


def test_a_vetoed_key_never_comes_into_force():
    c = town()
    body = {"id": number("hers"), "principal": CARO, "rules": policy_rules(1)}
    guardians = {"of": sorted([BETO, DORA]), "need": 1}
    c.ok("policy", body | {"guardians": guardians}, slot(CARO))
    recover = {"recover": {"member": CARO, "key": new_key("thief")}}
    c.ok("key", recover, slot(BETO), slot(CARO, key="thief"))
    c.ok("key", {"veto": key_id(public("thief"))}, slot(CARO))
    c.later(days=4)

    answer = c.exchange(
        deal("gift", soup()), slots=(slot(CARO, key="thief"), slot(BETO))
    )

    assert not allowed(answer)


def test_one_key_can_veto_and_freeze_whatever_her_policy_says():
    c = town()
    c.ok("key", {"add": new_key("caro 2")}, slot(CARO), slot(CARO, key="caro 2"))
    body = {"id": number("hers"), "principal": CARO, "rules": policy_rules(2)}
    body["guardians"] = {"of": [BETO], "need": 1}
    c.ok("policy", body, slot(CARO))
    recover = {"recover": {"member": CARO, "key": new_key("thief")}}
    c.ok("key", recover, slot(BETO), slot(CARO, key="thief"))

    veto = c.record("key", {"veto": key_id(public("thief"))}, slot(CARO))
    freeze = {"member": CARO, "on": True, "by_key": key_id(public("caro"))}
    frozen = c.record("freeze", freeze, slot(CARO))

    assert (allowed(veto), allowed(frozen)) == (True, True)


def test_a_guardian_who_signs_with_two_keys_is_one():
    c = town()
    hosted_key(c, BETO, "b s")
    body = {"id": number("hers"), "principal": CARO, "rules": policy_rules(1)}
    body["guardians"] = {"of": sorted([BETO, DORA]), "need": 2}
    c.ok("policy", body, slot(CARO))
    recover = {"recover": {"member": CARO, "key": new_key("caro 2")}}
    slots = (slot(BETO), slot(BETO, key="b s"), slot(CARO, key="caro 2"))

    assert not allowed(c.copy().record("key", recover, *slots, by=BETO))
    assert allowed(c.record("key", recover, *slots, slot(DORA), by=BETO))


def test_keys_of_imported_history_end_when_she_has_her_own():
    c = town()
    body, slots = admit(c, "ines", key=new_key("ines", custody="import"))
    c.ok("admit", body, *slots, by=ANA)
    ines = number("ines")

    both = (slot(ines, key="ines"), slot(ines, key="ines 2"))
    c.ok("key", {"add": new_key("ines 2")}, *both)

    assert c.state.get(f"key/{key_id(public('ines'))}").until == c.time


def test_custody_is_one_of_those_that_are_named():
    assert new_key("x")["custody"] in CUSTODIES


def test_a_freeze_is_lifted_by_a_mediator():
    c = town()
    freeze = {"member": CARO, "on": True, "by_key": key_id(public("caro"))}
    c.ok("freeze", freeze, slot(CARO))

    lifted = c.record("freeze", {"member": CARO, "on": False}, slot(GINA, MEDIATE))

    assert allowed(lifted)
    assert allowed(c.exchange(deal("gift", soup())))


# --------------------------------------------------------------------- many who sign
@pytest.mark.parametrize("name", ["a s", "ana s"])
def test_a_person_may_sign_for_a_fund_with_two_keys_and_is_one(name):
    """Whichever of the two stands first in the entry."""
    c = town()
    hosted_key(c, ANA, name)
    two = (slot(ANA, OF_FONDO), slot(ANA, OF_FONDO, key=name))
    gift = deal("gift", soup(FONDO, CARO))

    alone = c.copy().exchange(gift, slots=(*two, slot(CARO)))
    together = c.exchange(gift, slots=(*two, slot(BETO, OF_FONDO), slot(CARO)))

    assert (allowed(alone), allowed(together)) == (False, True)


@pytest.mark.parametrize("name", ["a s", "ana s"])
def test_who_signs_with_her_own_key_too_is_not_counted_with_the_server(name):
    """Whichever of the two stands first: beside her, one key of the host counts."""
    c = town()
    hosted_key(c, ANA, name)
    hosted_key(c, BETO, "b s")
    two = (slot(ANA, OF_FONDO), slot(ANA, OF_FONDO, key=name))
    beto = slot(BETO, OF_FONDO, key="b s")
    gift = deal("gift", soup(FONDO, CARO))

    hosted = c.copy().exchange(gift, slots=(two[1], beto, slot(CARO)))
    together = c.exchange(gift, slots=(*two, beto, slot(CARO)))

    assert (allowed(hosted), allowed(together)) == (False, True)


@pytest.mark.parametrize("name", ["b 23", "b s"])
def test_a_guardian_with_her_own_key_too_is_not_counted_with_the_server(name):
    """Whichever of the two stands first in the entry."""
    c = town()
    hosted_key(c, BETO, name)
    hosted_key(c, DORA, "d s")
    body = {"id": number("hers"), "principal": CARO, "rules": policy_rules(1)}
    body["guardians"] = {"of": sorted([BETO, DORA]), "need": 2}
    c.ok("policy", body, slot(CARO))
    recover = {"recover": {"member": CARO, "key": new_key("caro 2")}}
    hers, hosted = slot(CARO, key="caro 2"), slot(BETO, key=name)
    dora = slot(DORA, key="d s")

    both = c.copy().record("key", recover, hosted, dora, hers, by=BETO)
    own = c.record("key", recover, slot(BETO), hosted, dora, hers, by=BETO)

    assert (allowed(both), allowed(own)) == (False, True)


def test_server_keys_of_the_common_are_one_signer_of_what_is_issued():
    c = town()
    hosted_key(c, ANA, "a s")
    hosted_key(c, CARO, "c s")
    rules = policy_rules(2, ANA, CARO)
    new = {"id": number("new"), "principal": COMMON, "rules": rules}
    c.ok("policy", new, THE_COMMON, by=COMMON)
    body = {"member": EVA, "quantity": 5, "unit": "DON"}
    hosted = (slot(ANA, new["id"], key="a s"), slot(CARO, new["id"], key="c s"))
    own = slot(ANA, new["id"])

    both = c.copy().record("issue", body, *hosted, by=COMMON)
    one = c.record("issue", body, own, hosted[1], by=COMMON)

    assert (allowed(both), allowed(one)) == (False, True)


def test_the_first_rule_that_fits_decides():
    c = town()
    small = policy_rules(1, CARO, max={"quantity": 500, "unit": "SOL"})
    rules = [*small, *policy_rules(2, CARO, DORA)]
    body = {"id": number("new"), "principal": CASA, "rules": rules}
    c.ok("policy", body, slot(CARO, OF_CASA), by=CASA)
    one = (slot(CARO, number("new")), slot(BETO))

    assert allowed(c.copy().exchange(pay(CASA, BETO, 500), slots=one))
    assert not allowed(c.copy().exchange(pay(CASA, BETO, 501), slots=one))
    both = (*one, slot(DORA, number("new")))
    assert allowed(c.exchange(pay(CASA, BETO, 501), slots=both))


def test_a_rule_for_some_kinds_leaves_others_to_the_next():
    c = town()
    rules = [*policy_rules(1, CARO, kinds=["mandate"]), *policy_rules(1, DORA)]
    body = {"id": number("new"), "principal": CASA, "rules": rules}
    c.ok("policy", body, slot(CARO, OF_CASA), by=CASA)

    answer = c.exchange(
        deal("gift", soup(CASA, BETO)), slots=(slot(DORA, number("new")), slot(BETO))
    )

    assert allowed(answer)


def test_a_hosted_key_is_not_enough_by_itself_where_she_says_so():
    c = town()
    hosted_key(c, CARO, "c s")
    rules = policy_rules(1, not_only=["server"])
    c.ok(
        "policy", {"id": number("hers"), "principal": CARO, "rules": rules}, slot(CARO)
    )
    hosted, own = slot(CARO, key="c s"), slot(CARO)

    gift = deal("gift", soup())
    assert not allowed(c.exchange(gift, slots=(hosted, slot(BETO))))
    assert allowed(c.exchange(gift, slots=(hosted, own, slot(BETO))))


# ----------------------------------------------------------- mandates and witnesses
def test_an_errand_without_a_unit_has_no_caps():
    c = town()
    c.ok("mandate", mandate("errand", CARO, "act", [DORA]), slot(CARO))

    answer = c.exchange(
        pay(CARO, TIENDA, 50_00), slots=(slot(DORA, ERRAND), slot(FEDE, OF_TIENDA))
    )

    assert allowed(answer)
    assert [row for row in c.state.rows if row.startswith("use/")] == []


def test_an_errand_for_a_mode_serves_in_it():
    c = town()
    body = mandate("errand", CARO, "act", [DORA], modes=["barter", "gift"])
    c.ok("mandate", body, slot(CARO))

    answer = c.exchange(deal("gift", soup()), slots=(slot(DORA, ERRAND), slot(BETO)))

    assert allowed(answer)


def test_what_an_errand_has_used_is_counted_by_period():
    c = town()
    more = {"unit": "SOL", "max_per_period": 500, "period_days": 7}
    c.ok("mandate", mandate("errand", CARO, "act", [DORA], **more), slot(CARO))
    slots = (slot(DORA, ERRAND), slot(BETO))

    c.trade(pay(CARO, BETO, 400), slots=slots)
    c.trade(deal("gift", soup()), slots=slots)
    c.later(days=7)
    c.trade(pay(CARO, BETO, 300), slots=slots)

    used = [c.state.get(f"use/{ERRAND}/{period}").used for period in (0, 1)]
    assert used == [400, 300]


def test_a_standing_credit_is_counted_as_it_is_taken():
    c = town()
    more = {"unit": "SOL", "max_each": 500, "max_per_period": 700, "period_days": 1}
    c.ok("mandate", mandate("standing", CARO, "accept_credit", **more), slot(CARO))
    c.trade(pay(ANA, BETO, 20_00))
    gift = deal("gift", signs(BETO, CARO, 400, "SOL"))

    c.trade(gift, consents=[(CARO, STANDING)])
    again = c.exchange(gift, consents=[(CARO, STANDING)])

    assert c.state.get(f"use/{STANDING}/1").used == 400
    assert not allowed(again)


@pytest.mark.parametrize("by", ["own key", "errand", "policy"])
def test_the_creditor_of_a_standing_debit_consents_itself(by):
    c = town()
    creditor = {"own key": BETO, "errand": BETO, "policy": TIENDA}[by]
    more = {"unit": "SOL", "max_each": 500, "creditor": creditor}
    c.ok("mandate", mandate("standing", CARO, "accept_debit", **more), slot(CARO))
    c.ok("mandate", mandate("errand", BETO, "act", [DORA]), slot(BETO))
    signs_ = {
        "own key": slot(BETO),
        "errand": slot(DORA, ERRAND),
        "policy": slot(FEDE, OF_TIENDA),
    }

    answer = c.exchange(
        pay(CARO, creditor, 500), consents=[(CARO, STANDING)], slots=(signs_[by],)
    )

    assert allowed(answer)


def test_witnesses_serve_several_parties_at_once():
    c = town()
    slots = (slot(EVA, ATTEST), slot(FEDE, ATTEST))

    answer = c.exchange(deal("gift", soup(CARO, BETO)), slots=slots)

    assert allowed(answer)


class Counted(Overlay):
    """Counts how often a row is looked up."""

    looked = 0

    def get(self, key):
        self.looked += 1
        return super().get(key)


def test_many_witnesses_of_many_parties_cost_no_more_than_they_are():
    """An act of 24 slots may have 60 parties: not each is held against each."""
    c = town()
    people = [f"person {place}" for place in range(84)]
    for name in people:
        body, slots = admit(c, name)
        c.ok("admit", body, *slots, by=ANA)
    ids, witnesses = [number(one) for one in people[:60]], people[60:]
    for name in witnesses:
        body = mandate(f"list of {name}", COMMON, "attest", [number(name)])
        c.ok("mandate", body, THE_COMMON, by=COMMON)
    given = [gift(one, other) for one, other in zip(ids[::2], ids[1::2], strict=True)]
    seen = [
        slot(number(name), number(f"list of {name}"), key=name) for name in witnesses
    ]
    answer = c.exchange(*given, slots=seen)
    overlay = Counted(c.state, c.time)

    refused = [*circuit.refusals(overlay, c.act, seen, c.cited)]
    circuit.apply(overlay, c.act, seen, c.cited)

    assert isinstance(answer, Effects)
    assert refused == []
    assert overlay.looked < 10 * (len(ids) + len(seen))


def test_who_is_no_witness_cannot_sign_as_one():
    c = town()
    slots = (slot(CARO), slot(EVA, ATTEST), slot(FEDE, ATTEST), slot(DORA, ATTEST))

    answer = c.exchange(deal("gift", soup()), slots=slots)

    assert answer == (SignatureWithoutRole(DORA),)


def test_three_bearers_of_care_are_no_fewer_than_two():
    c = town()
    body = mandate("care 2", COMMON, "care", [EVA], modes=["gift"])
    c.ok("mandate", body, *c.sign_for({"common": True}), by=COMMON)
    slots = (slot(CARO), slot(ANA, CARE), slot(BETO, CARE), slot(EVA, number("care 2")))

    gift = deal("gift", soup(CARO, sealed(commitment("sick"))))

    assert allowed(c.exchange(gift, slots=slots))


def test_a_mandate_is_taken_back_by_ending_it():
    c = town()
    body = mandate("errand", CARO, "act", [DORA])
    c.ok("mandate", body, slot(CARO))

    c.ok("mandate", body | {"until": START + 1}, slot(CARO))

    assert not c.state.get(f"mandate/{ERRAND}").in_force(c.time)


# ----------------------------------------------------------------- keys to verify by
def test_the_key_that_a_slot_is_verified_with():
    c = town()
    both = (slot(CARO), slot(CARO, key="caro 2"))
    data = c.draft("key", {"add": new_key("caro 2")}, by=CARO)
    act = circuit.read(data, c.state.genesis)

    needed = circuit.required(c.state, act, c.cited)

    found = [circuit.key_for(c.state, needed, one) for one in both]
    assert found == [public("caro"), public("caro 2")]
    assert circuit.key_for(c.state, needed, slot(CARO, key="beto")) is None
    assert circuit.key_for(c.state, needed, slot(DORA, key="nobody's")) is None
