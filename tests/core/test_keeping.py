"""Founding, deciding, and how the log is kept."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.little_circuit import (
    ALMUD,
    ANA,
    BETO,
    CARO,
    COMMON,
    DAY,
    DORA,
    NODE,
    SOL,
    START,
    THE_COMMON,
    Effects,
    commitment,
    decide,
    founded,
    limits,
    mandate,
    new_key,
    number,
    policy_rules,
    public,
    slot,
    town,
)
from urdimbre.core import agreements
from urdimbre.core.accounts import Conversion, Limits, Supply
from urdimbre.core.agreements import Anchor, Setting
from urdimbre.core.assembly.effects import EFFECTS
from urdimbre.core.chain.entry import act_hash, key_id
from urdimbre.core.circuit import KINDS, Voided
from urdimbre.core.drafting import deal, exchange, goods, money
from urdimbre.core.exchange.conversion import disagreeing
from urdimbre.core.federation.witness import witnesses
from urdimbre.core.founding import keeping
from urdimbre.core.founding.rows import ClockRow, RulesRow
from urdimbre.core.membership.answers import NothingToChange
from urdimbre.core.reading import Unreadable
from urdimbre.core.state import Overlay, State
from urdimbre.core.units import Regime

MINUTES = commitment("minutes")


def meet(c, *effects, signer=THE_COMMON):
    body = {"basis": "meeting", "minutes": MINUTES, "effects": list(effects)}
    body["attested_by"] = sorted([CARO, DORA])
    slots = (signer, slot(CARO), slot(DORA))
    return c.record("decision", body, *slots, by=COMMON, private=[MINUTES])


def issue(c, member, quantity, unit, *slots):
    body = {"member": member, "quantity": quantity, "unit": unit}
    return c.record("issue", body, THE_COMMON, *slots, by=COMMON)


def until(c):
    policy = c.state.get(f"member/{COMMON}").policy
    return c.state.get(f"policy/{policy}").founders_until


# -------------------------------------------------------------------------- founding
def test_a_circuit_begins_with_what_its_genesis_says():
    c = founded(demo=True)

    assert c.state.genesis == c.log[0].act.hash
    assert c.state.get("rules") == RulesRow(version=1)
    assert c.state.get("agreement/sponsors").value == 1
    assert c.state.get("unit/ORO").unit.regime is Regime.BACKED
    assert c.state.get("agreement/limits/SOL/person").warn == 40_00
    assert [c.state.get(f"member/{one}").kind for one in (ANA, COMMON, NODE)] == [
        "person",
        "common",
        "node",
    ]
    assert until(c) == START + 90 * DAY


# -------------------------------------------------------------------------- deciding
def test_a_parameter_takes_effect_at_its_time():
    c = town()
    start = c.time + 10
    effect = {"effect": "parameter", "name": "owe_max", "value": 7, "from": start}

    decide(c, effect)

    row = c.state.get("agreement/owe_max")
    assert row == Setting(name="owe_max", value=7, before=1000, since=start, version=2)
    assert [row.at(start - 1), row.at(start)] == [1000, 7]
    assert c.version == 2


def test_a_parameter_may_be_a_word():
    c = town()

    decide(c, {"effect": "parameter", "name": "log_readers", "value": "own"})

    assert c.state.get("agreement/log_readers").value == "own"


def test_the_regime_the_ceiling_and_the_limits_of_a_sign_are_decided_together():
    c = town()

    decide(
        c,
        {"effect": "regime", "unit": "SOL", "regime": "granted"},
        {"effect": "ceiling", "unit": "SOL", "quantity": 7},
        {"effect": "limits", **limits("SOL", CARO, -1, 2, warn=1)},
    )

    assert c.state.get("unit/SOL").unit.regime is Regime.GRANTED
    assert c.state.get("supply/SOL") == Supply("SOL", issued=0, ceiling=7)
    assert c.state.get(f"agreement/limits/SOL/{CARO}") == Limits(
        "SOL", CARO, -1, 2, 1, version=2
    )
    assert isinstance(issue(c, CARO, 2, "SOL"), Effects)


def test_a_regime_may_change_once_all_signs_are_back():
    c = town()
    issue(c, CARO, 2, "DON")
    issue(c, CARO, -2, "DON", slot(CARO))

    decide(c, {"effect": "regime", "unit": "DON", "regime": "mutual"})

    assert c.state.get("unit/DON").unit.regime is Regime.MUTUAL


def test_a_unit_keeps_its_code_and_scale_whatever_is_decided():
    """It is defined once; later only how a sign comes into being can change."""
    c = town()
    before = {code: c.state.get(f"unit/{code}").unit for code in ("SOL", "ALMUD")}
    again = [
        {"effect": "unit", "unit": {**SOL, "scale": 3}},
        {"effect": "unit", "unit": {**ALMUD, "scale": 1}},
        {"effect": "unit", "unit": {**SOL, "code": "KGM"}},
    ]

    for effect in again:
        body = {"basis": "founders", "effects": [effect]}
        answer = c.record("decision", body, THE_COMMON, by=COMMON)
        assert [one.code for one in answer] == ["unit_taken"]
    decide(c, {"effect": "regime", "unit": "SOL", "regime": "granted"})

    after = {code: c.state.get(f"unit/{code}").unit for code in before}
    changed = replace(before["SOL"], regime=Regime.GRANTED)
    assert after == {**before, "SOL": changed}
    # No other effect names a unit's own fields.
    own = {"scale", "kind", "home", "home_code", "backing", "equivalent"}
    assert not own & {name for one in EFFECTS.values() for name in one.fields}


def test_a_conversion_stands_under_its_codes_in_order():
    c = town()

    rate = {"effect": "conversion", "unit": "SOL", "into": "DON", "give": 3, "take": 1}
    decide(c, rate)

    row = c.state.get("agreement/conversion/DON/SOL")
    assert (row.give, row.take) == (1, 3)
    decide(c, rate | {"unit": "DON", "into": "SOL", "give": 2, "take": 9})
    row = c.state.get("agreement/conversion/DON/SOL")
    assert (row.give, row.take, row.version) == (2, 9, 3)


def test_conversions_of_a_ring_change_together():
    c = town()
    rate = {"effect": "conversion", "unit": "DON", "into": "SOL", "give": 1, "take": 2}
    through = rate | {"into": "HORA", "take": 3}
    closing = rate | {"unit": "HORA", "give": 3}
    decide(c, rate, through, closing)

    decide(c, rate | {"take": 4}, through | {"take": 6})

    row = c.state.get("agreement/conversion/DON/HORA")
    assert (row.give, row.take) == (1, 6)


@given(
    worths=st.lists(st.integers(1, 60), min_size=2, max_size=6),
    tied=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=9),
)
def test_conversions_agree_where_there_is_something_that_each_sign_is_worth(
    worths, tied
):
    overlay = Overlay(State(), 0)
    # Signs that the ties so far hold together, each named by the least of them.
    together = list(range(6))
    pairs = [sorted((a % len(worths), b % len(worths))) for a, b in tied]
    for one, other in (pair for pair in pairs if pair[0] != pair[1]):
        row = Conversion(f"S{one}", f"S{other}", worths[other], worths[one])
        again = overlay.get(row.key) is not None
        ring = together[one] == together[other] and not again
        for lie in (1, 0):
            overlay.put(replace(row, give=2 * row.give + lie, take=2 * row.take))

            found = disagreeing(overlay, [row.key])

            assert (lie and again) or (found is not None) == bool(lie and ring)
        least = min(together[one], together[other])
        both = (together[one], together[other])
        together = [least if place in both else place for place in together]


def test_a_mandate_that_has_not_begun_is_taken_back():
    c = town()
    body = mandate("errand", CARO, "act", [DORA], **{"from": c.time + DAY})
    c.ok("mandate", body, slot(CARO))

    c.ok("mandate", body | {"until": c.time + DAY}, slot(CARO))

    assert not c.state.get(f"mandate/{number('errand')}").in_force(c.time + DAY)


def test_an_anchor_is_pinned_per_chain_and_the_last_one_holds():
    c = town()
    one = {"effect": "anchor", "chain": 1, "contract": "c0" * 20, "sender": "5e" * 20}

    decide(c, one, one | {"chain": 2**53 - 1})
    decide(c, one | {"sender": "5f" * 20})

    rows = [c.state.get(f"agreement/anchor/{chain}") for chain in (1, 2**53 - 1)]
    assert rows == [
        Anchor(1, "c0" * 20, "5f" * 20, version=3),
        Anchor(2**53 - 1, "c0" * 20, "5e" * 20, version=2),
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("chain", 0),
        ("chain", True),
        ("chain", "1"),
        ("contract", "c0" * 19),
        ("contract", "0x" + "c0" * 20),
        ("sender", "5E" * 20),
    ],
)
def test_an_anchor_that_is_not_written_as_agreed_is_no_act(field, value):
    one = {"effect": "anchor", "chain": 1, "contract": "c0" * 20, "sender": "5e" * 20}
    read = KINDS["decision"].body.read
    read({"basis": "founders", "effects": [one]})

    with pytest.raises(Unreadable) as unreadable:
        read({"basis": "founders", "effects": [one | {field: value}]})

    assert unreadable.value.path == ["effects", "0", field]


def test_a_parameter_that_came_later_has_its_default_until_it_is_decided():
    c = town()
    before = agreements.number(c.state, "witnesses_needed")

    decide(c, {"effect": "parameter", "name": "witnesses_needed", "value": 2})

    assert (before, agreements.number(c.state, "witnesses_needed")) == (0, 2)


def test_a_witness_counts_until_her_time_is_over():
    c = town()
    for name, more in (("here", {}), ("there", {"until": c.time + 10})):
        key = public(f"witness {name}")
        decide(c, {"effect": "witness", "key": key, "name": name, "host": name} | more)

    c.state.time = c.time + 9
    last = [one.name for one in witnesses(c.state)]
    c.state.time = c.time + 10

    assert last == ["here", "there"]
    assert [one.name for one in witnesses(c.state)] == ["here"]


def test_the_common_grants_and_dismisses():
    c = town()
    body = mandate("clerk", COMMON, "act", [BETO], until=START + 90 * DAY)

    decide(c, {"effect": "grant", "mandate": body})
    granted = c.state.get(f"mandate/{number('clerk')}")
    decide(c, {"effect": "dismiss", "mandate": number("clerk")})

    assert granted.in_force(c.time)
    assert not c.state.get(f"mandate/{number('clerk')}").in_force(c.time)


def test_a_local_measure_is_defined_and_counted_in():
    c = town()
    unit = {"code": "MANOJO", "kind": "volume", "scale": 0}

    decide(c, {"effect": "unit", "unit": unit})

    herbs = goods(CARO, BETO, category="herbs", quantity=3, unit="MANOJO")
    assert isinstance(c.exchange(deal("gift", herbs)), Effects)


def test_a_meeting_without_effects_narrows_the_founders_mandate():
    c = town()

    meet(c)

    assert until(c) == c.time
    assert c.version == 1


def test_a_late_meeting_leaves_the_end_where_it_was():
    c = town()
    c.time = START + 91 * DAY

    meet(c)

    assert until(c) == START + 90 * DAY


def test_a_meeting_that_chooses_a_policy_ends_the_founders_mandate():
    c = town()
    effect = {"effect": "policy", "id": number("new"), "rules": policy_rules(1, CARO)}

    answer = meet(c, effect)
    c.time = START + 200 * DAY

    assert until(c) is None
    assert c.state.get(f"policy/{number('new')}") in answer.rows
    soup = goods(COMMON, BETO, category="soup", quantity=1)
    slots = (slot(CARO, number("new")), slot(BETO))
    assert isinstance(c.exchange(deal("gift", soup), slots=slots), Effects)
    assert isinstance(meet(c, signer=slot(CARO, number("new"))), Effects)


def test_founders_may_change_their_policy_and_not_their_term():
    c = town()
    effect = {"effect": "policy", "id": number("new"), "rules": policy_rules(1, ANA)}

    decide(c, effect)

    assert until(c) == START + 90 * DAY


# --------------------------------------------------------------------------- issuing
def test_issued_signs_stand_against_the_commons_purse():
    c = town()

    answer = issue(c, CARO, 40, "DON")

    assert answer.rows == (Supply("DON", issued=40, ceiling=1000),)
    assert c.balance(CARO, "DON") == 40
    assert c.balance(COMMON, "DON", "issue") == -40


def test_the_common_may_issue_to_itself_and_take_back_alone():
    c = town()

    issue(c, COMMON, 40, "DON")
    issue(c, COMMON, -10, "DON")

    assert c.balance(COMMON, "DON") == 30


def test_backed_signs_rest_on_the_reserve():
    c = town()
    c.trade(deal("gift", money(CARO, COMMON, 9, "MXN", purse="reserve")))

    answer = issue(c, CARO, 4, "ORO")

    assert answer.rows == (Supply("ORO", issued=4),)


def test_a_reserve_in_one_currency_backs_only_signs_that_rest_on_it():
    c = town()
    issue(c, CARO, 4, "DON")
    c.trade(deal("gift", money(CARO, COMMON, 9, "USD", purse="reserve")))

    out = deal("gift", money(COMMON, CARO, 9, "USD", purse="reserve"))

    assert isinstance(c.exchange(out), Effects)


# --------------------------------------------------------------- the log and the node
def test_the_node_takes_a_new_key():
    c = town()
    old = key_id(public("node"))
    slots = (THE_COMMON, slot(NODE, key="node 2"))

    c.ok("node", {"old": old, "new": new_key("node 2")}, *slots, by=COMMON)

    assert c.state.get(f"key/{old}").until == c.time
    clock = c.record("clock", {"before": 1, "after": 2}, slot(NODE, key="node 2"))
    assert isinstance(clock, Effects)
    assert c.state.get("clock") == ClockRow(before=1, after=2)


def test_other_rules_come_into_force_at_their_time(monkeypatch):
    c = town()
    monkeypatch.setattr(keeping, "RULES", 3)

    c.ok("rules", {"version": 2, "from": c.time + 5}, THE_COMMON, by=COMMON)

    row = c.state.get("rules")
    assert row == RulesRow(version=1, coming=2, since=c.time + 5)
    assert [row.at(c.time + 4), row.at(c.time + 5)] == [1, 2]
    c.later(seconds=5)
    c.ok("rules", {"version": 3, "from": c.time}, THE_COMMON, by=COMMON)
    assert c.state.get("rules") == RulesRow(version=2, coming=3, since=c.time)


def test_nobody_goes_back_behind_the_rules_in_force(monkeypatch):
    c = town()
    monkeypatch.setattr(keeping, "RULES", 3)
    c.ok("rules", {"version": 3, "from": c.time + 5}, THE_COMMON, by=COMMON)
    c.later(seconds=5)

    back = {"version": 2, "from": c.time + 5}
    refused = c.record("rules", back, THE_COMMON, by=COMMON)

    assert refused == (NothingToChange("rules 2"),)


def test_a_withdrawn_draft_is_noted():
    c = town()

    c.ok("void", {"act": commitment("draft")}, slot(CARO))

    assert c.state.get(f"void/{commitment('draft')}/{CARO}").time == c.time


def test_only_who_signs_a_draft_withdraws_it():
    """Somebody else's void is noted, and keeps nothing from being recorded."""
    c = town()
    body = exchange(c.today, deal("gift", goods(CARO, BETO, category="a", quantity=1)))
    data = c.draft("exchange", body, by=CARO)
    draft = {"act": act_hash(c.state.genesis, data)}
    slots = (slot(CARO), slot(BETO))

    c.ok("void", draft, slot(DORA))
    by_another = c.copy().submit(data, *slots)
    c.ok("void", draft, slot(BETO))

    assert isinstance(by_another, Effects)
    assert c.submit(data, *slots) == (Voided(BETO),)


def test_a_meeting_may_grant_for_longer_than_founders_act():
    c = town()
    clerk = mandate("clerk", COMMON, "act", [BETO])

    answer = meet(c, {"effect": "grant", "mandate": clerk})

    assert isinstance(answer, Effects)


@pytest.mark.parametrize("kind", ["node", "rules", "decision", "issue", "exchange"])
def test_an_agent_of_the_common_acts_in_its_name_where_she_may(kind):
    c = town()
    more = {"kinds": ["exchange"], "until": START + 90 * DAY}
    body = mandate("clerk", COMMON, "act", [BETO], **more)
    c.ok("mandate", body, THE_COMMON, by=COMMON)
    agent = slot(BETO, number("clerk"))
    soup = deal("gift", goods(COMMON, CARO, category="soup", quantity=1))
    issued = {"member": CARO, "quantity": 1, "unit": "DON"}

    answers = {
        "exchange": lambda: c.exchange(soup, slots=(agent, slot(CARO))),
        "issue": lambda: c.record("issue", issued, agent, by=COMMON),
        "rules": lambda: c.record("rules", {"version": 2, "from": 0}, agent, by=COMMON),
        "decision": lambda: c.record(
            "decision",
            {"basis": "founders", "effects": [{"effect": "dismiss", "mandate": ANA}]},
            agent,
            by=COMMON,
        ),
        "node": lambda: c.record(
            "node",
            {"old": key_id(public("node")), "new": new_key("n")},
            agent,
            slot(NODE, key="n"),
            by=COMMON,
        ),
    }

    assert isinstance(answers[kind](), Effects) == (kind == "exchange")
