"""Named mutants of the core: each a small lie that some test must notice.

A mutant is one place of one file, written otherwise. Each names the tests that are to
kill it: those of the room that the lie is told in, or the laws.
"""

from typing import NamedTuple


class Mutant(NamedTuple):
    """One place of the core, written otherwise.

    Attributes:
        name: what is no longer true.
        file: below ``urdimbre/core``.
        right: what stands there, exactly once.
        wrong: what the mutant has instead.
        tests: which tests are run, below ``tests/core``.
    """

    name: str
    file: str
    right: str
    wrong: str
    tests: str


BOUNDARIES = "test_boundaries.py"
CONSENT = "test_consent.py"
COMMON_WORK = "test_common_work.py"
REFUSALS = "test_refusals.py"
LAWS = "test_laws.py::test_a_naive_model_stands_where_the_circuit_stands"

MUTANTS = (
    Mutant(
        "the credit limit itself is refused",
        "accounts.py",
        "if delta < 0 and after < agreed.low:",
        "if delta < 0 and after <= agreed.low:",
        f"{BOUNDARIES} -k a_debit_to_the_limit",
    ),
    Mutant(
        "the highest balance is no limit",
        "accounts.py",
        "if delta > 0 and after > agreed.high:",
        "if delta > 0 and after > agreed.high + 1:",
        f"{BOUNDARIES} -k highest_balance",
    ),
    Mutant(
        "who stands beyond a limit cannot come back",
        "accounts.py",
        "if delta < 0 and after < agreed.low:",
        "if after < agreed.low:",
        f"{BOUNDARIES} -k way_back",
    ),
    Mutant(
        "cash outside is forgotten",
        "exchange/outcome.py",
        "        add(net, outside, quantity)\n    if",
        "        add(net, outside, 0)\n    if",
        LAWS,
    ),
    Mutant(
        "a held credit counts",
        "accounts.py",
        "return 0 if row is None else row.balance - row.held",
        "return 0 if row is None else row.balance",
        "test_mending.py -k held",
    ),
    Mutant(
        "one bearer of care is enough",
        "membership/consent.py",
        "if len(bearers) < required.bearers:",
        "if not bearers:",
        f"{CONSENT} -k bearers_of_care",
    ),
    Mutant(
        "one witness is enough",
        "membership/consent.py",
        "WITNESSES = 2",
        "WITNESSES = 1",
        f"{CONSENT} -k witnesses",
    ),
    Mutant(
        "anybody may forgive a debt",
        "exchange/looks.py",
        "(row.debtor, row.creditor) != named",
        "row.debtor != named[0]",
        f"{REFUSALS} -k owed_to_another",
    ),
    Mutant(
        "more can be released than is owed",
        "exchange/looks.py",
        "open_ = left.get(move.owed, row.open)",
        "open_ = row.open",
        f"{REFUSALS} -k forgiving_more",
    ),
    Mutant(
        "a promise of more replaces a debt",
        "exchange/settle.py",
        "if key in released and more.over(released[key]):",
        "if key in released and more.steps > released[key].steps + 1:",
        f"{BOUNDARIES} -k replaced",
    ),
    Mutant(
        "a loan is promised back with interest",
        "exchange/lend.py",
        "if lent.get(key, 0) != promised.get(key, 0):",
        "if lent.get(key, 0) > promised.get(key, 0):",
        f"{BOUNDARIES} -k promised_back",
    ),
    Mutant(
        "a loan is promised back in part",
        "exchange/lend.py",
        "if lent.get(key, 0) != promised.get(key, 0):",
        "if lent.get(key, 0) < promised.get(key, 0):",
        f"{BOUNDARIES} -k promised_back",
    ),
    Mutant(
        "signs change hands at any rate",
        "exchange/conversion.py",
        "return balance == 0",
        "return True",
        f"{REFUSALS} -k signs_at_another_rate",
    ),
    Mutant(
        "one lent thing may stay behind",
        "exchange/in_custody.py",
        "if more > 0:",
        "if more > 1:",
        f"{REFUSALS} -k promised_again",
    ),
    Mutant(
        "an agent cannot withdraw",
        "circuit.py",
        "(*parties, act.by, *signers)",
        "(*parties, act.by)",
        f"{REFUSALS} -k agent_has_withdrawn",
    ),
    Mutant(
        "a period begins a day late",
        "membership/rows.py",
        "return (time - self.start) // length",
        "return (time - self.start - 86_400) // length",
        f"{CONSENT} -k in_the_next_period",
    ),
    Mutant(
        "what a mandate has used is forgotten",
        "membership/caps.py",
        "rows.append(replace(row, used=row.used + amount))",
        "rows.append(replace(row, used=amount - amount))",
        f"{CONSENT} -k within_a_period",
    ),
    Mutant(
        "an act expires a second early",
        "circuit.py",
        "if act.valid_until < state.time:",
        "if act.valid_until <= state.time:",
        f"{BOUNDARIES} -k valid_until",
    ),
    Mutant(
        "a changed agreement is not noticed",
        "agreements.py",
        "if changed > seen:",
        "if changed > seen + 1:",
        f"{BOUNDARIES} -k agreement",
    ),
    Mutant(
        "a withdrawn draft is recorded",
        "circuit.py",
        'if state.get(f"void/{act.hash}/{party}") is not None:',
        'if state.get(f"void/{act.hash}/{act.id}") is not None:',
        f"{REFUSALS} -k withdrawn",
    ),
    Mutant(
        "one signature too few is enough",
        "membership/consent.py",
        "if have < rule.need:",
        "if have + 1 < rule.need:",
        f"{CONSENT} -k signed_for_the_fund",
    ),
    Mutant(
        "the host's keys are counted one by one",
        "membership/consent.py",
        "max(hosted, default=0) if one else sum(hosted)",
        "sum(hosted)",
        f"{CONSENT} -k hosted_keys",
    ),
    Mutant(
        "a gift goes both ways",
        "exchange/gift.py",
        "if party in taking:",
        "if party in taking and len(deal.moves) > 2:",
        f"{REFUSALS} -k both_ways",
    ),
    Mutant(
        "what is not there to be given is owed",
        "exchange/gift.py",
        'isinstance(move, Signs) and move.on_limit == "owe"',
        "isinstance(move, Signs) and move.quantity == 0",
        f"{REFUSALS} -k would_be_owed",
    ),
    Mutant(
        "a barter is one sided",
        "exchange/barter.py",
        "if one not in giving or one not in taking)",
        "if one not in giving)",
        f"{REFUSALS} -k only_gives",
    ),
    Mutant(
        "an adjustment adds to what was recorded",
        "exchange/adjust.py",
        "if not 0 <= original + total <= original:",
        "if not 0 <= original + total:",
        f"{BOUNDARIES} -k adjusted",
    ),
    Mutant(
        "earlier adjustments are forgotten",
        "exchange/adjust.py",
        "total = adjusted_by(state, body.deal, place) + delta",
        "total = delta",
        f"{BOUNDARIES} -k adjusted_back_up",
    ),
    Mutant(
        "a contest comes a second too late",
        "exchange/contest.py",
        "if state.time > recorded.time + days * 86_400:",
        "if state.time > recorded.time + 1 + days * 86_400:",
        f"{BOUNDARIES} -k contested_after",
    ),
    Mutant(
        "what a contest lets go passes a limit unseen",
        "exchange/contest.py",
        "past = beyond(overlay, counted)",
        "past = beyond(overlay, {})",
        "test_mending.py -k is_told_beyond",
    ),
    Mutant(
        "a mediator judges her household",
        "membership/rows.py",
        "for policy in [policy_of(state, party) for party in found]:",
        "for policy in [policy_of(state, party) for party in ()]:",
        f"{REFUSALS} -k signs_for_a_party",
    ),
    Mutant(
        "a step of credit in a backed sign",
        "assembly/effects.py",
        "if unit.backing is not None and low < 0:",
        "if unit.backing is not None and low < -1:",
        f"{REFUSALS} -k credit_in_a_backed_sign",
    ),
    Mutant(
        "a ring of conversions to gain by",
        "exchange/conversion.py",
        "if (give, take) != _least(row.give, row.take):",
        "if give != _least(row.give, row.take)[0]:",
        f"{REFUSALS} -k ring_of_conversions",
    ),
    Mutant(
        "the last who signs may leave",
        "membership/member.py",
        "if who in rule.of and left == rule.need - 1:",
        "if who in rule.of and 0 < left == rule.need - 1:",
        f"{REFUSALS} -k as_the_last",
    ),
    Mutant(
        "a gram more of rice comes back",
        "exchange/alike.py",
        "return self.steps * other.per > other.steps * self.per",
        "return self.steps * other.per > other.steps * self.per + 1",
        "test_alike.py -k compared_exactly",
    ),
    Mutant(
        "a hen beside all the money",
        "exchange/settle.py",
        "return bool(hers) and all(",
        "return not hers and all(",
        f"{REFUSALS} -k beside_all_the_money",
    ),
    Mutant(
        "signs are issued past the ceiling",
        "circulation/issue.py",
        "body.quantity > 0 and after > ceiling",
        "body.quantity > 0 and issued > ceiling",
        f"{BOUNDARIES} -k issued_up_to",
    ),
    Mutant(
        "a gift is thanked for twice",
        "exchange/thanks.py",
        'if state.get(f"thanked/{body.deal.act}/{body.deal.deal}/{body.party.id}"):',
        'if state.get(f"thanked/{body.deal.act}/{body.party.id}"):',
        f"{REFUSALS} -k second_time",
    ),
    Mutant(
        "the founders go on for ever",
        "membership/consent.py",
        "until is not None and state.time >= until and",
        "until is not None and state.time >= 2 * until and",
        f"{BOUNDARIES} -k founders_after",
    ),
    Mutant(
        "founders prolong their mandate by a policy",
        "membership/policy.py",
        "founders_until=None if before is None else before.founders_until,",
        "founders_until=None,",
        f"{REFUSALS} -k founders_under",
    ),
    Mutant(
        "goods come back twice",
        "exchange/outcome.py",
        "yield replace(row, gone=row.gone + quantity)",
        "yield replace(row, gone=quantity)",
        "test_exchange.py -k step_by_step",
    ),
    Mutant(
        "what one cannot give the other still gets",
        "exchange/outcome.py",
        "_post_signs(result.net, move, -excess)",
        "add(result.net, where, excess)",
        f"{BOUNDARIES} -k left_owing",
    ),
    Mutant(
        "one more day than agreed may be called",
        "circulation/dues.py",
        "if row.days > agreed:",
        "if row.days > agreed + 1:",
        f"{COMMON_WORK} -k the_agreed_days",
    ),
    Mutant(
        "days called before are forgotten",
        "circulation/dues.py",
        "days=row.days + days)",
        "days=days)",
        f"{COMMON_WORK} -k anew_in_each_year",
    ),
    Mutant(
        "witnesses excuse",
        "circulation/roster.py",
        "any_of if seen else OWN | MANDATE",
        "any_of",
        f"{REFUSALS} -k witnesses_excuse",
    ),
    Mutant(
        "a witness attests what is said of herself",
        "membership/consent.py",
        "hers = [*(need.party for need in attested), *told]",
        "hers = [need.party for need in attested]",
        f"{COMMON_WORK} -k counted_by_others",
    ),
    Mutant(
        "a roster lets go of any debt to the common",
        "circulation/roster.py",
        "if recorded is None or not isinstance(recorded.act.body, Dues):",
        "if recorded is None:",
        f"{REFUSALS} -k never_called",
    ),
    Mutant(
        "a second roster makes the first undone",
        "circulation/roster.py",
        "released=row.released + line.quantity",
        "released=line.quantity",
        f"{COMMON_WORK} -k added_to",
    ),
)
