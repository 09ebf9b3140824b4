"""The laws: they hold whatever members try, for every kind of act.

After each act ``Little`` itself looks at the first ones: each unit sums to zero, every
row comes back from its bytes, a refused act leaves no trace, only announced refusals
are given, obligations and custody never fall below nothing.
"""

import json
import os
from collections import Counter
from time import gmtime

from hypothesis import HealthCheck, Phase, given, settings

from tests.core.naive_model import NaiveModel
from tests.little_circuit import Little, town
from tests.strategies import histories, play
from urdimbre.core.accounts import COMMON, limits
from urdimbre.core.acts import Effects
from urdimbre.core.agreements import number
from urdimbre.core.chain.entry import ZERO16, decode
from urdimbre.core.obligations import Custody, Owed
from urdimbre.core.state import State, key_of, value_of

# A mutant is killed by the first example that fails; who mends a bug wants a short one.
HASTE = (Phase.explicit, Phase.generate)
often = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
    phases=HASTE if "URDIMBRE_MUTANT" in os.environ else tuple(Phase),
)


def rows(state):
    """All rows as they are hashed, in the order of their leaves."""
    return [(key, value_of(row)) for key, row in state.rows.items()]


@often
@given(histories())
def test_replaying_the_log_gives_the_same_state(history):
    """The log is the truth: the same bytes, row by row, and in the same places."""
    little = town()
    list(play(little, history))

    again = Little()
    for time, entry in little.entries:
        again.time = time
        signed = decode(entry)
        assert isinstance(again.submit(signed.act, *signed.slots), Effects)

    assert rows(again.state) == rows(little.state)
    assert again.state.places == little.state.places


@often
@given(histories())
def test_a_naive_model_stands_where_the_circuit_stands(history):
    """Balances, what is held, obligations and custody, by another program."""
    little = town()
    list(play(little, history))
    model = NaiveModel()
    for recorded, (_, entry) in zip(little.log, little.entries, strict=True):
        model.record(recorded.act.hash, json.loads(decode(entry).act))

    found = {"account": {}, "held": {}, "owed": {}, "custody": {}}
    for row in little.state.rows.values():
        if row.PREFIX == "account":
            found["account"][row.owner, row.unit, row.purse] = row.balance
            found["held"][row.owner, row.unit] = row.held
        elif row.PREFIX == "owed":
            sides = [row.debtor, row.creditor, row.unit, row.quantity, row.released]
            found["owed"][row.act, row.deal, row.move] = sides
        elif row.PREFIX == "custody":
            sides = [row.owner, row.holder, row.quantity, row.gone]
            found["custody"][row.act, row.deal, row.move] = sides
    assert _present(found["account"]) == _present(model.balances)
    assert _present(found["held"]) == _present(model.held)
    assert found["owed"] == model.owed
    assert found["custody"] == model.custody


def _present(amounts):
    return {key: amount for key, amount in amounts.items() if amount}


@often
@given(histories())
def test_a_gift_creates_no_claim_and_no_debt(history):
    """Law 6: what is given is given."""
    little = town()
    claims = Counter()

    for recorded in play(little, history):
        before, claims = claims, _claims(little.state)
        if _modes(recorded.act) <= {"gift"} and recorded.act.kind == "exchange":
            assert claims <= before


def _claims(state):
    found = Counter()
    for row in state.rows.values():
        if isinstance(row, Owed):
            found[row.key] = row.open
        elif isinstance(row, Custody):
            found[row.key] = row.held
    return found


def _modes(act):
    return {deal.mode for deal in getattr(act.body, "deals", ())}


@often
@given(histories())
def test_no_act_moves_an_account_further_beyond_a_hard_limit(history):
    """Law 7: a limit drawn closer leaves people where they are, and no further out."""
    little = town()
    before = _standing(little.state)

    for recorded in play(little, history):
        after = _standing(little.state)
        if recorded.act.kind in ("exchange", "issue"):
            for (owner, unit), stands in after.items():
                agreed = limits(little.state, owner, unit)
                stood = before.get((owner, unit), 0)
                assert stands >= min(agreed.low, stood)
                assert stands <= max(agreed.high, stood)
        before = after


def _standing(state):
    return {
        (row.owner, row.unit): row.balance - row.held
        for row in state.rows.values()
        if row.PREFIX == "account" and row.purse == "own" and len(row.owner) == 32
    }


@often
@given(histories())
def test_nobody_is_in_an_exchange_without_consent(history):
    """Law 4, told another way than the core does: every side has one of four means."""
    little = town()
    mandates = {}

    for recorded in play(little, history):
        mandates |= _principals(little.state)
        if recorded.act.kind != "exchange":
            _called_within_what_is_agreed(little, recorded)
            continue
        signed = {one.member for one in recorded.slots if one.mandate == ZERO16}
        under = {mandates.get(one.mandate) for one in recorded.slots}
        stood = {one.party.id for one in recorded.act.body.consents}
        spoken_for = {principal for principal, _ in under - {None}} | stood
        witnesses = [
            one.member
            for one in recorded.slots
            if mandates.get(one.mandate) == (COMMON, "attest")
        ]
        for party, credit_only in _sides(recorded.act.body).items():
            own = party in signed or party in spoken_for
            assert own or (len(set(witnesses)) >= 2 and credit_only)
        assert spoken_for | signed <= {*_sides(recorded.act.body), COMMON}


def _called_within_what_is_agreed(little, recorded):
    """Who signs neither dues nor a roster is bound by the agreement on work days."""
    body, state = recorded.act.body, little.state
    agreed = number(state, "work_days")
    if recorded.act.kind == "dues":
        year = _year(body.due)
        days = Counter(
            who
            for one in little.log
            if one.act.kind == "dues" and _year(one.act.body.due) == year
            for who in one.act.body.members
        )
        # No call of these histories is for longer than a day.
        assert max(days[who] for who in body.members) <= agreed
    elif recorded.act.kind == "roster":
        called = little.cited[body.dues].act.body.members
        assert {one.member for one in body.lines} <= {*called}


def _year(day):
    return gmtime(day * 86_400).tm_year


def _principals(state):
    """Whom a policy or mandate speaks for, and to what purpose."""
    return {
        row.id: (row.principal, getattr(row, "purpose", "policy"))
        for row in state.rows.values()
        if row.PREFIX in ("policy", "mandate")
    }


def _sides(exchange):
    """Each member in an exchange: whether she only takes, or gives goods."""
    found = {}
    for move in (move for deal in exchange.deals for move in deal.moves):
        kind = type(move).__name__
        gives = kind == "Goods" and move.title == "transfer"
        takes = gives or kind == "Signs"
        for party, mild in ((move.giver, gives), (move.taker, takes)):
            if party.owner is not None:
                found[party.owner] = found.get(party.owner, True) and mild
    return found


@often
@given(histories())
def test_only_a_creditor_lets_go_of_what_she_is_owed(history):
    """A debt gets smaller by release, by adjustment, and in no other way."""
    little = town()
    before = _owed(little.state)

    for recorded in play(little, history):
        after = _owed(little.state)
        for key, row in after.items():
            freed = row.released - getattr(before.get(key), "released", 0)
            if freed and recorded.act.kind in ("exchange", "roster"):
                assert freed == _freed(recorded.act.body, row)
            elif freed:
                assert recorded.act.kind == "adjust"
        before = after


def _owed(state):
    return {key: row for key, row in state.rows.items() if isinstance(row, Owed)}


def _freed(exchange, row):
    return sum(
        move.quantity
        for deal in exchange.deals
        for move in deal.moves
        if type(move).__name__ == "Release"
        and tuple(move.owed) == (row.act, row.deal, row.move)
        and (move.giver.id, move.taker.id) == (row.creditor, row.debtor)
    )


@often
@given(histories())
def test_what_is_told_to_the_projections_is_what_the_rows_say(history):
    """Postings end at the balances; each told row is the row of the state."""
    little = town()

    for _ in play(little, history):
        for posting in little.effects.postings:
            assert little.balance(*posting.account) == posting.after
        for row in little.effects.rows:
            assert little.state.get(key_of(row)) == row


def test_an_empty_state_has_no_rows():
    assert rows(State()) == []
