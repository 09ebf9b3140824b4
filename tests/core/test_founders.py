"""Founders act for the common until the first meeting, for 90 days at most."""

import pytest

from tests.core.calling import dues_of
from tests.core.trades import gift
from tests.little_circuit import (
    ANA,
    BETO,
    CARO,
    CASA,
    DAY,
    DORA,
    NODE,
    START,
    THE_COMMON,
    Little,
    admit,
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
from urdimbre.core.founding import keeping
from urdimbre.core.membership.answers import FoundersMandateEnded
from urdimbre.core.refusals import Malformed

MINUTES = commitment("minutes")


def meet(c, *effects, attesting=(CARO, DORA), slots=None):
    """Record what a meeting decided."""
    body = {"basis": "meeting", "effects": [*effects], "minutes": MINUTES}
    body["attested_by"] = sorted(attesting)
    signed = (THE_COMMON, *(slot(one) for one in attesting))
    more = {"by": COMMON, "private": [MINUTES]}
    return c.record("decision", body, *(slots or signed), **more)


def common(kind, body, *more):
    """An act that the founders sign for the common."""
    return lambda c: c.record(kind, body, THE_COMMON, *more, by=COMMON)


def admission(c):
    body, slots = admit(c, "ines")
    return c.record("admit", body, *slots, by=ANA)


OWE_MAX = {"effect": "parameter", "name": "owe_max", "value": 1}
BODIES = {
    "decision": {"basis": "founders", "effects": [OWE_MAX]},
    "issue": {"member": CARO, "quantity": 1, "unit": "DON"},
    "mandate": mandate("attest 2", COMMON, "attest", [DORA]),
    "policy": {"id": ANA, "principal": COMMON, "rules": policy_rules(1, ANA)},
    "rules": {"version": 2, "from": START},
    "freeze": {"member": CARO, "on": True},
    "void": {"act": commitment("draft")},
}
NEW_NODE = {"old": key_id(public("node")), "new": new_key("n")}
ONLY_BEFORE = {
    **{kind: common(kind, body) for kind, body in BODIES.items()},
    "node": common("node", NEW_NODE, slot(NODE, key="n")),
    "exchange": lambda c: c.exchange(gift(COMMON)),
    "dues": lambda c: common("dues", dues_of(c))(c),
}
ALWAYS = {"admit": admission, "decision of a meeting": meet}


def later(c):
    """Ninety days after the founding."""
    c.time = START + 90 * DAY
    return c


def after_a_meeting(c):
    """A second after the first meeting, which has chosen nobody."""
    assert allowed(meet(c))
    return c.later(seconds=1)


@pytest.fixture(autouse=True)
def _second_rules(monkeypatch):
    monkeypatch.setattr(keeping, "RULES", 2)


@pytest.mark.parametrize("kind", [*ONLY_BEFORE, *ALWAYS])
def test_until_then_founders_act_for_the_common(kind):
    assert allowed({**ONLY_BEFORE, **ALWAYS}[kind](town()))


@pytest.mark.parametrize("when", [later, after_a_meeting])
@pytest.mark.parametrize("kind", ONLY_BEFORE)
def test_then_they_may_not_any_more(kind, when):
    c = when(town())

    answer = ONLY_BEFORE[kind](c)

    assert {type(one) for one in answer} == {FoundersMandateEnded}


@pytest.mark.parametrize("when", [later, after_a_meeting])
@pytest.mark.parametrize("kind", ALWAYS)
def test_they_still_admit_and_record_a_meeting(kind, when):
    assert allowed(ALWAYS[kind](when(town())))


def test_every_kind_that_the_common_signs_has_its_scene():
    """Others (of keys, thanks, contests, the clock) are not the common's to make."""
    apart = {"genesis", "leave", "key", "thanks", "adjust", "contest", "clock"}

    # A roster that the common signs is a line of dues, whose call is tried above.
    assert {*circuit.KINDS} == {*ONLY_BEFORE, "admit", "roster", *apart}


@pytest.mark.parametrize(("days", "fits"), [(1, True), (90, True), (91, False)])
def test_founders_agree_on_ninety_days_at_most(days, fits):
    body = genesis_body()
    agreement = body["agreement"] | {"founders_days": days}
    data = Little().draft("genesis", body | {"agreement": agreement}, by=ANA)

    assert isinstance(circuit.read(data, ""), Malformed) != fits


def test_founders_cannot_decide_on_a_longer_term():
    c = town()
    effect = {"effect": "parameter", "name": "founders_days"}
    for value in (90, 91):
        body = {"basis": "founders", "effects": [effect | {"value": value}]}
        answer = c.record("decision", body, THE_COMMON, by=COMMON)
        assert allowed(answer) == (value == 90)

    assert not allowed(ONLY_BEFORE["issue"](later(c)))


# ------------------------------------------------------------------------- a meeting
@pytest.mark.parametrize("attesting", [(), (CARO,), (CARO, CARO), (BETO, CARO, DORA)])
def test_two_attest_a_meeting_neither_fewer_nor_more(attesting):
    c = town()
    body = {"basis": "meeting", "effects": [], "minutes": MINUTES}
    body["attested_by"] = sorted(attesting)
    data = c.draft("decision", body, by=COMMON, private=[MINUTES])

    answer = circuit.read(data, c.state.genesis)

    assert isinstance(answer, Malformed)
    assert answer.path == "body.attested_by"


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_meeting_needs_the_common_and_both_who_attest(place):
    signed = [THE_COMMON, slot(CARO), slot(DORA)]
    del signed[place]

    assert not allowed(meet(town(), slots=signed))


def test_members_attest_a_meeting_by_themselves():
    """Neither a household nor somebody who has left, nor an agent for one of them."""
    c = town()
    c.ok("leave", {"member": DORA}, slot(DORA))
    c.ok("mandate", mandate("errand", CARO, "act", [BETO]), slot(CARO))
    agent = (THE_COMMON, slot(BETO), slot(BETO, number("errand")))

    assert not allowed(meet(c, attesting=(CARO, DORA)))
    assert not allowed(meet(c, attesting=(BETO, CASA)))
    assert not allowed(meet(c, attesting=(BETO, CARO), slots=agent))
    assert allowed(meet(c, attesting=(BETO, CARO)))


def test_a_meeting_without_the_commitment_of_its_minutes_is_none():
    c = town()
    body = {"basis": "meeting", "effects": [], "minutes": MINUTES}
    body["attested_by"] = sorted([CARO, DORA])
    slots = (THE_COMMON, slot(CARO), slot(DORA))

    assert not allowed(c.record("decision", body, *slots, by=COMMON))
    assert allowed(c.record("decision", body, *slots, by=COMMON, private=[MINUTES]))
