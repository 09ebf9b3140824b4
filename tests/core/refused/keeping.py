"""What is refused when a circuit begins, is kept, and when acts come late or early."""

from tests.little_circuit import (
    ANA,
    BETO,
    CARO,
    DAY,
    DORA,
    GINA,
    MEDIATE,
    NODE,
    SOL,
    START,
    THE_COMMON,
    commitment,
    decide,
    founded,
    genesis_body,
    limits,
    mandate,
    new_key,
    number,
    public,
    slot,
)
from urdimbre.core import circuit
from urdimbre.core.accounts import COMMON
from urdimbre.core.agreements import AgreementAhead, AgreementChanged
from urdimbre.core.assembly.effects import BackedWithoutCredit
from urdimbre.core.catalogue.unit import UnitTaken
from urdimbre.core.chain.entry import act_hash, key_id
from urdimbre.core.circuit import AuthorMissing, Expired, ValidTooLong, Voided
from urdimbre.core.drafting import deal, exchange, goods
from urdimbre.core.founding.keeping import RecordedAlready
from urdimbre.core.membership.answers import (
    ConsentMissing,
    KeyOrPolicy,
    KeyTaken,
    MemberTaken,
    NothingToChange,
    UnknownKey,
)
from urdimbre.core.refusals import Malformed, NotInTheseRules, UnknownAct, UnknownUnit
from urdimbre.core.state import State
from urdimbre.core.units import Quantity

FOUNDING = (slot(ANA), slot(BETO), slot(NODE))
SOUP = deal("gift", goods(CARO, BETO, category="food.soup", quantity=1))


def _begin(c, slots=FOUNDING, **more):
    """Try to begin a circuit where there is none."""
    c.state, c.time = State(), START
    return c.record("genesis", genesis_body(**more), *slots, by=ANA)


def _founder(name, key):
    return {"member": number(name), "blind": number("blind"), "key": new_key(key)}


def genesis_by_rules_that_this_program_does_not_know(c):
    return _begin(c, rules=2), [NotInTheseRules("rules 2")]


def genesis_with_the_number_that_means_oneself_for_a_policy(c):
    return _begin(c, policy=COMMON), [KeyOrPolicy("common", "policy")]


def genesis_with_limits_of_a_measure(c):
    answer = _begin(c, limits=[limits("ALMUD", "person", 0, 1)])

    return answer, [UnknownUnit("ALMUD", "signs")]


def genesis_with_one_founder_twice(c):
    founders = [_founder("ana", "ana"), _founder("ana", "beto")]
    slots = (slot(ANA), slot(ANA, key="beto"), slot(NODE))

    return _begin(c, slots, founders=founders), [MemberTaken(ANA)]


def genesis_with_a_founder_in_the_place_of_the_common(c):
    founder = _founder("ana", "ana") | {"member": COMMON}
    slots = (slot(COMMON, key="ana"), slot(NODE))
    answer = _begin(c, slots, founders=[founder])

    # Ana is named as the author and does not sign; that comes after the graver one.
    return answer, [MemberTaken(COMMON)]


def genesis_with_one_key_for_two(c):
    founders = [_founder("ana", "ana"), _founder("beto", "ana")]
    slots = (slot(ANA), slot(BETO, key="ana"), slot(NODE))
    key = key_id(public("ana"))

    return _begin(c, slots, founders=founders), [KeyTaken(key)]


def genesis_that_needs_more_founders_than_there_are(c):
    return _begin(c, need=3), [KeyOrPolicy("common", "policy")]


def genesis_with_a_unit_of_the_tables(c):
    unit = SOL | {"code": "MXN"}

    return _begin(c, units=[SOL, unit], limits=[]), [UnitTaken("MXN")]


def genesis_with_a_unit_twice(c):
    return _begin(c, units=[SOL, SOL], limits=[]), [UnitTaken("SOL")]


def genesis_with_limits_in_a_unit_that_it_does_not_define(c):
    found = _begin(c, units=[SOL], limits=[limits("LUNA", "person", -1, 1)])

    return found, [UnknownUnit("LUNA", "signs")]


def genesis_with_credit_in_a_backed_sign(c):
    found = _begin(c, limits=[limits("ORO", "person", -1, 5)])

    return found, [BackedWithoutCredit("ORO", Quantity(-1, "ORO"))]


def genesis_with_signs_that_rest_on_no_currency(c):
    backing = {"unit": "KGM", "signs": 1, "money": 1}
    unit = SOL | {"regime": "backed", "backing": backing}

    return _begin(c, units=[unit], limits=[]), [UnknownUnit("KGM", "money")]


def genesis_with_a_measure_told_in_no_measure(c):
    unit = {
        "code": "ALMUD",
        "kind": "volume",
        "scale": 0,
        "equivalent": {"unit": "MXN", "measure": 1, "standard": 1},
    }

    return _begin(c, units=[unit], limits=[]), [UnknownUnit("MXN", "goods")]


def an_act_after_its_time(c):
    until = c.time - 1

    answer = c.exchange(SOUP, valid_until=until)

    return answer, [Expired(until, c.time)]


def an_act_that_would_stay_open_too_long(c):
    most = c.time + 90 * DAY

    answer = c.exchange(SOUP, valid_until=most + 1)

    return answer, [ValidTooLong(most + 1, most)]


def an_act_that_refers_to_one_that_is_not_there(c):
    act = commitment("nothing")

    answer = c.exchange(SOUP, refs=[(act, "settles"), (act, "answers")])

    return answer, [UnknownAct(act)]


def an_act_that_names_an_agreement_to_come(c):
    return c.exchange(SOUP, agreement=2), [AgreementAhead(2, 1)]


def an_act_signed_under_another_agreement(c):
    decide(c, {"effect": "parameter", "name": "owe_max", "value": 7})

    answer = c.exchange(SOUP, agreement=1)

    return answer, [AgreementChanged("owe_max", 1, 2)]


def an_act_that_one_of_its_signers_has_withdrawn(c):
    data = c.draft("void", {"act": commitment("other")}, by=CARO)
    _void(c, data, BETO)
    body_slots = (slot(CARO),)
    _void(c, data, CARO)

    return c.submit(data, *body_slots), [Voided(CARO)]


def _void(c, data, who):
    """Withdraw a draft, whoever does."""
    c.ok("void", {"act": act_hash(c.state.genesis, data)}, slot(who))


def an_act_whose_author_does_not_sign(c):
    slots = (slot(CARO), slot(BETO))

    answer = c.exchange(SOUP, slots=slots, by=ANA)

    return answer, [AuthorMissing(ANA)]


def an_act_in_the_name_of_the_common_which_has_no_part_in_it(c):
    return c.exchange(SOUP, by=COMMON), [AuthorMissing(COMMON)]


def an_act_of_a_mediator_in_the_name_of_a_party(c):
    act = c.trade(SOUP)
    body = {"deal": {"act": act, "deal": 0}, "moves": [{"move": 0, "delta": -1}]}
    refs = [(act, "adjusts")]

    answer = c.record("adjust", body, slot(GINA, MEDIATE), by=CARO, refs=refs)

    return answer, [AuthorMissing(CARO)]


def an_act_that_an_agent_has_withdrawn(c):
    c.ok("mandate", mandate("errand", CARO, "act", [DORA]), slot(CARO))
    data = c.draft("exchange", exchange(c.today, SOUP), by=BETO)
    _void(c, data, DORA)

    answer = c.submit(data, slot(DORA, number("errand")), slot(BETO))

    return answer, [Voided(DORA)]


def void_of_an_act_that_is_recorded(c):
    act = c.trade(SOUP)

    return c.record("void", {"act": act}, slot(CARO)), [RecordedAlready(act)]


def void_a_second_time(c):
    draft = commitment("draft")
    c.ok("void", {"act": draft}, slot(CARO))

    answer = c.record("void", {"act": draft}, slot(CARO))

    return answer, [NothingToChange(f"void {draft}")]


def rules_that_this_program_does_not_know(c):
    body = {"version": 2, "from": c.time}

    return c.record("rules", body, THE_COMMON), [NotInTheseRules("rules 2")]


def rules_that_are_in_force(c):
    body = {"version": 1, "from": c.time}

    return c.record("rules", body, THE_COMMON), [NothingToChange("rules 1")]


def node_whose_old_key_is_none_of_its_own(c):
    old = key_id(public("ana"))
    body = {"old": old, "new": new_key("node 2")}
    slots = (THE_COMMON, slot(NODE, key="node 2"))

    answer = c.record("node", body, *slots, by=NODE)

    return answer, [UnknownKey(NODE, old)]


def node_whose_old_key_has_ended(c):
    old = key_id(public("node"))
    slots = (THE_COMMON, slot(NODE, key="node 2"))
    c.ok("node", {"old": old, "new": new_key("node 2")}, *slots, by=COMMON)

    body = {"old": old, "new": new_key("node 3")}
    answer = c.record("node", body, THE_COMMON, slot(NODE, key="node 3"), by=NODE)

    return answer, [UnknownKey(NODE, old)]


def node_with_a_key_that_was_used_before(c):
    body = {"old": key_id(public("node")), "new": new_key("ana")}

    answer = c.record("node", body, THE_COMMON, slot(NODE, key="ana"), by=COMMON)

    return answer, [KeyTaken(public("ana"))]


def clock_by_who_is_no_node(c):
    body = {"before": 1, "after": 2}

    return c.record("clock", body, slot(ANA)), [UnknownKey(ANA, "node")]


def clock_that_the_node_has_not_signed(c):
    body = {"before": 1, "after": 2}

    answer = c.record("clock", body, by=NODE)

    return answer, [ConsentMissing(NODE)]


def a_founding_that_a_founder_has_not_signed(c):
    return _begin(c, (slot(ANA), slot(NODE))), [ConsentMissing(BETO)]


def founding_is_no_act_of_a_circuit_that_stands(c):
    """Checked on reading: there is no kind ``genesis`` after the first act."""
    little = founded()
    data = little.draft("genesis", genesis_body(), by=ANA)
    answer = (circuit.read(data, little.state.genesis),)

    return answer, [Malformed("kind", "is not a kind of these rules")]
