"""Who signs each kind of act: with all of them it is recorded, without any one not."""

from dataclasses import dataclass, field

import pytest

from tests.core.calling import called, dues_of
from tests.core.trades import OPEN, gift, pay, soup
from tests.little_circuit import (
    ANA,
    ATTEST,
    BETO,
    CARE,
    CARO,
    CASA,
    DORA,
    EVA,
    FEDE,
    GINA,
    MEDIATE,
    NODE,
    THE_COMMON,
    Little,
    admit,
    admit_group,
    allowed,
    commitment,
    genesis_body,
    mandate,
    new_key,
    number,
    policy_rules,
    public,
    slot,
    town,
)
from urdimbre.core import circuit
from urdimbre.core.accounts import COMMON
from urdimbre.core.chain.entry import key_id
from urdimbre.core.drafting import (
    cited,
    deal,
    exchange,
    outside,
    promise,
    promised,
    release,
    sealed,
)
from urdimbre.core.founding import keeping
from urdimbre.core.membership.answers import SignatureWithoutRole
from urdimbre.core.membership.consent import CONSENT_REFUSES

OF_CASA = number("policy of casa")
STANDING, ERRAND = number("standing"), number("errand")
STRANGER = slot(GINA)
"""Somebody who has no part in any of the acts below."""


@dataclass
class Told:
    """An act that is in order, and who signs it."""

    kind: str
    body: dict
    slots: tuple
    by: str | None = None
    more: dict = field(default_factory=dict)


def a_person_is_admitted(c):
    body, slots = admit(c, "ines", sponsors=sorted([CARO, DORA]))
    return Told("admit", body, (THE_COMMON, slot(CARO), slot(DORA), slots[-1]), CARO)


def a_household_is_admitted(c):
    body, _ = admit_group("household", "otra", 1, BETO, DORA)
    body["sponsors"] = [EVA]
    slots = (THE_COMMON, slot(EVA), slot(BETO), slot(DORA))
    return Told("admit", body, slots, EVA)


def a_person_leaves(c):
    return Told("leave", {"member": CARO}, (slot(CARO),))


def a_key_is_added(c):
    both = (slot(CARO), slot(CARO, key="caro 2"))
    return Told("key", {"add": new_key("caro 2")}, both)


def a_key_ends(c):
    c.ok("key", {"add": new_key("caro 2")}, slot(CARO), slot(CARO, key="caro 2"))
    return Told("key", {"revoke": key_id(public("caro"))}, (slot(CARO),), CARO)


def _guarded(c):
    guardians = {"of": sorted([BETO, DORA]), "need": 2}
    body = {"id": number("hers"), "principal": CARO, "rules": policy_rules(1)}
    c.ok("policy", body | {"guardians": guardians}, slot(CARO))
    return {"recover": {"member": CARO, "key": new_key("caro 2")}}


def a_key_is_given_by_guardians(c):
    slots = (slot(BETO), slot(DORA), slot(CARO, key="caro 2"))
    return Told("key", _guarded(c), slots, CARO)


def such_a_key_is_vetoed(c):
    body = _guarded(c)
    c.ok("key", body, slot(BETO), slot(DORA), slot(CARO, key="caro 2"), by=CARO)
    return Told("key", {"veto": key_id(public("caro 2"))}, (slot(CARO),), CARO)


def a_policy_of_a_person(c):
    body = {"id": number("hers"), "principal": CARO, "rules": policy_rules(1)}
    return Told("policy", body, (slot(CARO),))


def a_policy_of_a_household(c):
    body = {"id": number("new"), "principal": CASA, "rules": policy_rules(1, CARO)}
    return Told("policy", body, (slot(DORA, OF_CASA),), CASA)


def a_mandate_of_a_person(c):
    return Told("mandate", mandate("errand", CARO, "act", [DORA]), (slot(CARO),))


def a_mandate_of_the_common(c):
    body = mandate("attest 2", COMMON, "attest", [DORA])
    return Told("mandate", body, (THE_COMMON,), COMMON)


def a_decision_of_the_founders(c):
    body = {"basis": "founders", "effects": [{"effect": "dismiss", "mandate": CARE}]}
    return Told("decision", body, (THE_COMMON,), COMMON)


def a_decision_of_a_meeting(c):
    minutes = commitment("minutes")
    attested = {"attested_by": sorted([DORA, EVA]), "minutes": minutes}
    body = {"basis": "meeting", "effects": [], **attested}
    slots = (THE_COMMON, slot(DORA), slot(EVA))
    return Told("decision", body, slots, COMMON, {"private": [minutes]})


def signs_are_issued(c):
    body = {"member": CARO, "quantity": 5, "unit": "DON"}
    return Told("issue", body, (THE_COMMON,), COMMON)


def signs_are_taken_back(c):
    body = {"member": CARO, "quantity": 5, "unit": "DON"}
    c.ok("issue", body, THE_COMMON, by=COMMON)
    slots = (THE_COMMON, slot(CARO))
    return Told("issue", body | {"quantity": -5}, slots, COMMON)


def _exchange(c, *deals, slots, consents=()):
    body = exchange(c.today, *deals, consents=consents)
    return Told("exchange", body, slots, None, {"refs": cited(body)})


def three_exchange(c):
    deals = pay(CARO, BETO, 5), gift(DORA, CASA)
    slots = (slot(CARO), slot(BETO), slot(DORA), slot(CARO, OF_CASA))
    return _exchange(c, *deals, slots=slots)


def something_comes_from_outside(c):
    return _exchange(c, gift(outside("solidarity"), CARO), slots=(slot(CARO),))


def somebody_sealed_takes(c):
    slots = (slot(CARO), slot(ANA, CARE), slot(BETO, CARE))
    return _exchange(c, gift(CARO, sealed(commitment("sick"))), slots=slots)


def somebody_sealed_gives(c):
    slots = (slot(CARO), slot(ANA, CARE), slot(BETO, CARE))
    return _exchange(c, gift(sealed(commitment("shy")), CARO), slots=slots)


def two_witnesses_attest(c):
    slots = (slot(CARO), slot(EVA, ATTEST), slot(FEDE, ATTEST))
    return _exchange(c, pay(CARO, BETO, 5), slots=slots)


def an_agent_acts(c):
    c.ok("mandate", mandate("errand", CARO, "act", [DORA]), slot(CARO))
    return _exchange(c, gift(CARO, BETO), slots=(slot(DORA, ERRAND), slot(BETO)))


def a_standing_consent_serves(c):
    more = {"unit": "SOL", "max_each": 9, "creditor": BETO}
    c.ok("mandate", mandate("standing", CARO, "accept_debit", **more), slot(CARO))
    consents = [(CARO, STANDING)]
    return _exchange(c, pay(CARO, BETO, 5), slots=(slot(BETO),), consents=consents)


def a_debt_is_forgiven(c):
    owing = promise(CARO, BETO, promised("money", 9, "MXN"), OPEN)
    act = c.trade(deal("sale", soup(BETO, CARO), owing))
    owed = {"act": act, "deal": 0, "move": 1}
    given = release(BETO, CARO, owed=owed, quantity=9, reason="forgiven")
    return _exchange(c, deal("gift", given), slots=(slot(BETO), slot(CARO)))


def _of(act, rel, **more):
    return {"deal": {"act": act, "deal": 0}, **more}, {"refs": [(act, rel)]}


def thanks(c):
    body, more = _of(c.trade(gift(CARO, BETO)), "answers", party={"member": BETO})
    return Told("thanks", body, (slot(BETO),), None, more)


def sealed_thanks(c):
    sick = sealed(commitment("sick"))
    body, more = _of(c.trade(gift(CARO, sick)), "answers", party=sick)
    return Told("thanks", body, (slot(ANA, CARE),), None, more)


def an_adjustment_by_the_parties(c):
    moves = [{"move": 1, "delta": -1}]
    body, more = _of(c.trade(pay(CARO, BETO, 5)), "adjusts", moves=moves)
    return Told("adjust", body, (slot(CARO), slot(BETO)), None, more)


def an_adjustment_by_a_mediator(c):
    moves = [{"move": 1, "delta": -1}]
    body, more = _of(c.trade(pay(CARO, BETO, 5)), "adjusts", moves=moves)
    return Told("adjust", body, (slot(GINA, MEDIATE),), None, more)


def _attested(c):
    slots = (slot(CARO), slot(EVA, ATTEST), slot(FEDE, ATTEST))
    return c.trade(gift(CARO, BETO), slots=slots)


def a_contest_begins(c):
    body, more = _of(_attested(c), "contests")
    return Told("contest", body, (slot(BETO),), None, more)


def a_contest_is_withdrawn(c):
    body, more = _of(_attested(c), "contests")
    c.ok("contest", body, slot(BETO), **more)
    return Told("contest", body | {"outcome": "withdrawn"}, (slot(BETO),), None, more)


def a_contest_is_rejected(c):
    body, more = _of(_attested(c), "contests")
    c.ok("contest", body, slot(BETO), **more)
    rejected = body | {"outcome": "rejected"}
    return Told("contest", rejected, (slot(GINA, MEDIATE),), None, more)


def a_draft_is_withdrawn(c):
    return Told("void", {"act": commitment("draft")}, (slot(CARO),))


def a_brake_by_a_key_of_hers(c):
    body = {"member": CARO, "on": True, "by_key": key_id(public("caro"))}
    return Told("freeze", body, (slot(CARO),))


def a_brake_by_a_mediator(c):
    body = {"member": CARO, "on": True}
    return Told("freeze", body, (slot(GINA, MEDIATE),))


def a_brake_released_by_another_key_of_hers(c):
    c.ok("key", {"add": new_key("caro 2")}, slot(CARO), slot(CARO, key="caro 2"))
    body = {"member": CARO, "on": True, "by_key": key_id(public("caro"))}
    c.ok("freeze", body, slot(CARO))
    lift = {"member": CARO, "on": False, "by_key": key_id(public("caro 2"))}
    return Told("freeze", lift, (slot(CARO, key="caro 2"),))


def a_brake_released_by_a_mediator(c):
    body = {"member": CARO, "on": True, "by_key": key_id(public("caro"))}
    c.ok("freeze", body, slot(CARO))
    return Told("freeze", {"member": CARO, "on": False}, (slot(GINA, MEDIATE),))


def a_clock_is_accepted(c):
    return Told("clock", {"before": 1, "after": 2}, (slot(NODE),))


def the_node_takes_another_key(c):
    body = {"old": key_id(public("node")), "new": new_key("node 2", "server")}
    slots = (THE_COMMON, slot(NODE, key="node 2"))
    return Told("node", body, slots, COMMON)


def common_work_is_called(c):
    return Told("dues", dues_of(c, BETO, CARO), (THE_COMMON,), COMMON)


def common_work_is_counted(c):
    dues = called(c, BETO, CARO)
    line = {"deal": 0, "member": min(BETO, CARO), "how": "there", "quantity": 50}
    body = {"day": c.today, "dues": dues, "category": "work.common", "unit": "DAY"}
    more = {"refs": [(dues, "releases")]}
    slots = (slot(EVA, ATTEST), slot(FEDE, ATTEST))
    return Told("roster", body | {"lines": [line]}, slots, None, more)


SCENES = (
    a_person_is_admitted,
    a_household_is_admitted,
    a_person_leaves,
    a_key_is_added,
    a_key_ends,
    a_key_is_given_by_guardians,
    such_a_key_is_vetoed,
    a_policy_of_a_person,
    a_policy_of_a_household,
    a_mandate_of_a_person,
    a_mandate_of_the_common,
    a_decision_of_the_founders,
    a_decision_of_a_meeting,
    signs_are_issued,
    signs_are_taken_back,
    three_exchange,
    something_comes_from_outside,
    somebody_sealed_takes,
    somebody_sealed_gives,
    two_witnesses_attest,
    an_agent_acts,
    a_standing_consent_serves,
    a_debt_is_forgiven,
    thanks,
    sealed_thanks,
    an_adjustment_by_the_parties,
    an_adjustment_by_a_mediator,
    a_contest_begins,
    a_contest_is_withdrawn,
    a_contest_is_rejected,
    a_draft_is_withdrawn,
    a_brake_by_a_key_of_hers,
    a_brake_by_a_mediator,
    a_brake_released_by_another_key_of_hers,
    a_brake_released_by_a_mediator,
    a_clock_is_accepted,
    the_node_takes_another_key,
    common_work_is_called,
    common_work_is_counted,
)
each = pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)


def signed_by(scene, change):
    """What becomes of the act with other signatures: the answer, and its kind's own."""
    c = town()
    told = scene(c)
    by = told.by or told.slots[0].member
    answer = c.record(told.kind, told.body, *change(told.slots), by=by, **told.more)
    return answer, c.own


@each
def test_with_all_who_sign_it_is_recorded(scene):
    answer, _ = signed_by(scene, lambda slots: slots)

    assert allowed(answer), answer


@each
def test_without_any_one_of_them_it_is_refused_for_that_alone(scene):
    for place in range(len(scene(town()).slots)):
        answer, own = signed_by(
            scene, lambda slots, left=place: slots[:left] + slots[left + 1 :]
        )

        assert not allowed(answer)
        assert own == ()
        assert {type(one) for one in answer} <= {*CONSENT_REFUSES}


@each
def test_nobody_signs_who_has_no_part(scene):
    answer, _ = signed_by(scene, lambda slots: (*slots, STRANGER))

    assert answer == (SignatureWithoutRole(GINA),)


def test_a_circuit_is_founded_by_its_founders_and_its_node():
    slots = (slot(ANA), slot(BETO), slot(NODE))

    for left in range(len(slots)):
        fewer = slots[:left] + slots[left + 1 :]
        answer = Little().record("genesis", genesis_body(), *fewer, by=ANA)
        assert {type(one) for one in answer} <= {*CONSENT_REFUSES}
    assert allowed(Little().record("genesis", genesis_body(), *slots, by=ANA))


def test_other_rules_are_taken_by_the_common(monkeypatch):
    monkeypatch.setattr(keeping, "RULES", 2)
    body = {"version": 2, "from": town().time}

    for slots, by in (((slot(CARO),), CARO), ((slot(CARO),), COMMON)):
        answer = town().record("rules", body, *slots, by=by)
        assert {type(one) for one in answer} <= {*CONSENT_REFUSES}
    assert allowed(town().record("rules", body, THE_COMMON, by=COMMON))


def test_every_kind_has_its_scene():
    kinds = {scene(town()).kind for scene in SCENES}

    assert kinds == {*circuit.KINDS} - {"genesis", "rules"}  # each tested by itself
