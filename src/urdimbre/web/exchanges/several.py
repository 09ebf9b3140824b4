"""Where several may or must sign for a member: who has, who may, how many it takes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from urdimbre.core.accounts import COMMON
from urdimbre.core.acts import Act, Need, Required
from urdimbre.core.membership.consent import WITNESSES, server_is_one
from urdimbre.core.membership.policy import rule_for
from urdimbre.core.membership.rows import Rule
from urdimbre.core.units import Quantity
from urdimbre.web import names, opened, wording
from urdimbre.web.exchanges.models import Draft, Signer
from urdimbre.web.exchanges.roles import act_of, attested_parties, is_attested
from urdimbre.web.membership import keys


@dataclass(frozen=True, slots=True)
class Group:
    """How many of whom must sign for a member, or as her guardians.

    Attributes:
        title: for whom, in a sentence.
        need: how many.
        most: up to which amount so few are enough; empty if there is no limit.
        signed: who has.
        may: who else may.
        one: whether all keys that the server keeps count as one signature here.
    """

    title: str
    need: str
    most: str
    signed: str
    may: str
    one: bool


def groups(draft: Draft, signers: Sequence[Signer]) -> list[Group]:
    """Tell of each party for which more than one person may sign."""
    act = act_of(draft)
    required = opened.circuit().registry.required_parties(bytes(draft.act))
    if not isinstance(act, Act) or not isinstance(required, Required):
        return []
    if draft.kind == "roster" and is_attested(draft):
        return [_witnesses(draft, required, signers)]
    return [
        *_witnesses_to_parties(draft, required, signers),
        *_by_policy(act, required, signers),
        *_guardians(act, required, signers),
    ]


def _by_policy(
    act: Act, required: Required, signers: Sequence[Signer]
) -> Iterator[Group]:
    for need in required.needs:
        rule = rule_of(act, need)
        if rule is None or not rule.of:
            continue
        row = opened.circuit().registry.state.get(f"member/{need.party}")
        title = gettext("Who signs for %(name)s") % {
            "name": names.by_id([need.party])[need.party]
        }
        most = rule.max and wording.quantity(Quantity(rule.max.quantity, rule.max.unit))
        signed = _persons(signers, need.party)
        one = server_is_one(act.kind, row.kind if row else "")
        yield _group(title, rule.need, rule.of, signed, most=most or "", one=one)


def rule_of(act: Act, need: Need) -> Rule | None:
    """Return the rule of a party's policy that decides on an act."""
    policy = keys.policy_of(need.party)
    return rule_for(policy, act, need) if policy is not None else None


def _witnesses(draft: Draft, required: Required, signers: Sequence[Signer]) -> Group:
    may = [
        one for one in keys.witnesses_to(draft.kind) if one not in required.interested
    ]
    signed = _persons(signers, COMMON)
    return _group(gettext("Witnesses"), WITNESSES, may, signed, one=False)


def _witnesses_to_parties(
    draft: Draft, required: Required, signers: Sequence[Signer]
) -> Iterator[Group]:
    parties = attested_parties(draft, required)
    may = [one for one in keys.witnesses_to(draft.kind) if one not in parties]
    for party in parties:
        # Who has signed herself meanwhile needs no witnesses.
        signed = [one for one in _persons(signers, party) if one in may]
        if signed or any(one.member == party and not one.slot for one in signers):
            title = gettext("Witnesses for %(name)s") % {
                "name": names.by_id([party])[party]
            }
            yield _group(title, WITNESSES, may, signed, one=False)


def _guardians(
    act: Act, required: Required, signers: Sequence[Signer]
) -> Iterator[Group]:
    if not required.guardians:
        return
    signed = [one for of in required.guardians for one in _persons(signers, of)]
    member = act.body.recover.member
    title = gettext("Guardians of the keys of %(name)s") % {
        "name": names.by_id([member])[member]
    }
    yield _group(title, required.guardians_need, required.guardians, signed, one=True)


def _persons(signers: Sequence[Signer], party: str) -> list[str]:
    found = [one.person for one in signers if one.member == party and one.slot]
    return list(dict.fromkeys(found))


def _group(
    title: str,
    need: int,
    of: Sequence[str],
    signed: Sequence[str],
    *,
    most: str = "",
    one: bool,
) -> Group:
    known = names.by_id({*of, *signed})
    return Group(
        title=title,
        need=wording.count(need),
        most=most,
        signed=_listed(known[person] for person in signed),
        may=_listed(known[person] for person in of if person not in signed),
        one=one and need > 1,
    )


def _listed(people: Iterable[str]) -> str:
    return ", ".join(sorted(people, key=names.folded))
