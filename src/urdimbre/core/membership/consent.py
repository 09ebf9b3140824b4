"""Consent: everybody who gives or takes has agreed, by one of four means.

Own signature (or, for who is no person, the policy over persons), a mandate, a
standing consent, or the attestation of two witnesses. Whatever else is signed is
refused, so that an entry names nobody without a role.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from urdimbre.core.acts import (
    ANY_KEY,
    ATTESTED,
    MANDATE,
    OWN,
    STANDING,
    Act,
    Need,
    NewKey,
    Required,
)
from urdimbre.core.chain.entry import ZERO16, Slot
from urdimbre.core.membership.answers import (
    BeyondMandate,
    ConsentMissing,
    FoundersMandateEnded,
    KeyRevoked,
    KeysFrozen,
    MandateNotInForce,
    NoRuleFor,
    NotEnoughSignatures,
    OwnCase,
    SignatureWithoutRole,
    UnknownKey,
    UnknownMandate,
)
from urdimbre.core.membership.caps import serves, within_caps
from urdimbre.core.membership.policy import rule_for
from urdimbre.core.membership.rows import (
    HOSTED,
    Frozen,
    Key,
    Mandate,
    Policy,
    member,
    policy_of,
    with_signers,
)
from urdimbre.core.refusals import MemberHasLeft, Refusal
from urdimbre.core.state import View
from urdimbre.core.units import Quantity

WITNESSES = 2
CONSENT_REFUSES = (
    UnknownKey,
    KeyRevoked,
    MemberHasLeft,
    KeysFrozen,
    OwnCase,
    ConsentMissing,
    NoRuleFor,
    NotEnoughSignatures,
    FoundersMandateEnded,
    UnknownMandate,
    MandateNotInForce,
    BeyondMandate,
    SignatureWithoutRole,
)
"""Every refusal that ``refusals`` can give."""
SERVER_IS_ONE = ("fund", "key", "mandate", "policy", "issue")
"""Kinds of acts, or of principals, for which all server keys count as one signer."""
FOUNDERS_AFTER = ("admit", "decision")


@dataclass(slots=True)
class _Signed:
    """The slots of an act, sorted by what they speak for.

    Attributes:
        own: keys by person who signs for herself.
        under: persons and their keys, by mandate or policy id.
        used: slots that have served.
        stood: parties for whom a standing consent has served.
        mandates: those among what was signed under, by id.
        acting: the first mandate to act for a party, by party.
        bearers: who bears a mandate of a purpose, for some modes; found once, as an
            act may have sixty parties and two dozen signers.
    """

    own: dict[str, list[Key]] = field(default_factory=dict)
    under: dict[str, list[tuple[str, Key]]] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)
    stood: list[str] = field(default_factory=list)
    mandates: dict[str, Mandate] = field(default_factory=dict)
    acting: dict[str, Mandate] = field(default_factory=dict)
    bearers: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)

    def persons(self, id_: str) -> tuple[str, ...]:
        """Return who signed under a mandate or policy, each once."""
        return tuple(dict.fromkeys(person for person, _ in self.under.get(id_, ())))


def key_for(state: View, required: Required, slot: Slot) -> str | None:
    """Return the public key, hex, that a slot's signature must be verified with."""
    for new in required.new_keys:
        if new.key_id == slot.key_id and new.member == slot.member:
            return new.key
    row: Key | None = state.get(f"key/{slot.key_id}")
    return row.public if row is not None and row.member == slot.member else None


def refusals(
    state: View, act: Act, slots: Sequence[Slot], required: Required
) -> Iterator[Refusal]:
    """Refuse an act that lacks a consent or carries a signature without a role."""
    signed = _Signed()
    unsorted = _sorted_slots(state, act, slots, required, signed)
    if unsorted is not None:
        yield unsorted
        return
    if required.mediated and _mediated(state, act, required, signed):
        yield from _without_role(slots, required, signed)
        return
    partial = _own_case(state, act, required, signed)
    if partial is not None:
        yield partial
        return
    attested: list[Need] = []
    for need in required.needs:
        if _simply_signed(state, required, signed, need):
            continue
        answers = tuple(_missing(state, act, required, signed, need))
        if answers and _attests(state, act, signed, need):
            attested.append(need)
        else:
            yield from answers
    if attested:
        yield from _attested(state, act, signed, attested, required.interested)
    if required.guardians:
        yield from _guarded(required, signed)
    if required.bearers:
        yield from _borne(state, act, required, signed)
    yield from _without_role(slots, required, signed)


def _sorted_slots(
    state: View,
    act: Act,
    slots: Sequence[Slot],
    required: Required,
    signed: _Signed,
) -> Refusal | None:
    new = _keys_brought(required)
    for slot in slots:
        if new and (slot.member, slot.key_id) in new and slot.mandate == ZERO16:
            signed.used.add((slot.key_id, slot.mandate))
            new.pop((slot.member, slot.key_id))
            continue
        row: Key | None = state.get(f"key/{slot.key_id}")
        if row is None or row.member != slot.member:
            return UnknownKey(slot.member, slot.key_id)
        if not row.in_force(state.time):
            return KeyRevoked(slot.member, slot.key_id)
        owner = member(state, slot.member)
        if owner is not None and owner.left is not None:
            return MemberHasLeft(slot.member)
        brake: Frozen | None = state.get(f"frozen/{slot.member}")
        if brake is not None and brake.on and act.kind != "freeze":
            return KeysFrozen(slot.member)
        if slot.mandate == ZERO16:
            signed.own.setdefault(slot.member, []).append(row)
        else:
            signed.under.setdefault(slot.mandate, []).append((slot.member, row))
    for one in new.values():
        return ConsentMissing(one.member)
    if signed.under:
        _sort_mandates(state, signed)
    return None


def _keys_brought(required: Required) -> dict[tuple[str, str], NewKey]:
    if not required.new_keys:  # nearly always
        return {}
    return {(one.member, one.key_id): one for one in required.new_keys}


def _sort_mandates(state: View, signed: _Signed) -> None:
    for id_ in signed.under:
        mandate: Mandate | None = state.get(f"mandate/{id_}")
        if mandate is not None:
            signed.mandates[id_] = mandate
            if mandate.purpose == "act":
                signed.acting.setdefault(mandate.principal, mandate)


def _simply_signed(
    state: View, required: Required, signed: _Signed, need: Need
) -> bool:
    """Tell whether a person without a policy has signed herself: the usual case."""
    keys = signed.own.get(need.party)
    if keys is None or required.only_key is not None:
        return False
    row = member(state, need.party)
    if row is None or row.kind != "person" or row.policy is not None:
        return False
    signed.used.update([(key.key_id, ZERO16) for key in keys])
    return True


def _missing(
    state: View, act: Act, required: Required, signed: _Signed, need: Need
) -> Iterator[Refusal]:
    """Give the refusals that keep a party from having consented; none if it has."""
    row = member(state, need.party)
    policy = policy_of(state, need.party)
    if need.party in signed.own and (row is None or row.kind in ("person", "node")):
        keys = signed.own[need.party]
        signed.used.update((key.key_id, ZERO16) for key in keys)
        if required.only_key not in (None, *(key.key_id for key in keys)):
            yield ConsentMissing(need.party)
        elif not need.means & ANY_KEY:
            yield from _own_keys(act, policy, keys, need)
        return
    if policy is not None and policy.id in signed.under:
        _use_up(signed, policy.id)
        yield from _by_policy(state, act, policy, signed, need)
        return
    mandate = signed.acting.get(need.party) if need.means & MANDATE else None
    if mandate is not None:
        _use_up(signed, mandate.id)
        yield from _by_mandate(state, act, mandate, signed, need)
        return
    standing = dict(required.standing).get(need.party)
    if standing is not None and need.means & STANDING:
        signed.stood.append(need.party)
        yield from _by_standing(state, act, required, signed, need)
        return
    yield ConsentMissing(need.party)


def _use_up(signed: _Signed, id_: str) -> None:
    signed.used.update((key.key_id, id_) for _, key in signed.under[id_])


def _have_served(signed: _Signed, bearers: dict[str, str]) -> None:
    """Note the slots of who signs under mandates that name her, and of nobody else."""
    for id_ in dict.fromkeys(bearers.values()):
        keys = [key for person, key in signed.under[id_] if person in bearers]
        signed.used.update((key.key_id, id_) for key in keys)


def _own_keys(
    act: Act, policy: Policy | None, keys: list[Key], need: Need
) -> Iterator[Refusal]:
    if policy is None:
        return
    rule = rule_for(policy, act, need)
    if rule is None:
        yield NoRuleFor(need.party, act.kind)
        return
    have = _weigh([(key, key.weight) for key in keys], one=act.kind in SERVER_IS_ONE)
    only = rule.not_only and all(key.custody in rule.not_only for key in keys)
    if have < rule.need or only:
        yield NotEnoughSignatures(need.party, have, rule.need)


def _by_policy(
    state: View, act: Act, policy: Policy, signed: _Signed, need: Need
) -> Iterator[Refusal]:
    until = policy.founders_until
    if until is not None and state.time >= until and act.kind not in FOUNDERS_AFTER:
        yield FoundersMandateEnded(until)
        return
    rule = rule_for(policy, act, need)
    if rule is None:
        yield NoRuleFor(need.party, act.kind)
        return
    row = member(state, need.party)
    kind = row.kind if row is not None else ""
    votes: dict[str, Key] = {}
    for person, key in signed.under[policy.id]:
        if person not in rule.of:
            yield SignatureWithoutRole(person)
            return
        before = votes.get(person)
        if before is None or before.custody in HOSTED:
            votes[person] = key
    one = server_is_one(act.kind, kind)
    have = _weigh([(key, 1) for key in votes.values()], one=one)
    if have < rule.need:
        yield NotEnoughSignatures(need.party, have, rule.need)


def server_is_one(act_kind: str, principal_kind: str) -> bool:
    """Tell whether all keys that the host holds count as one signer."""
    return act_kind in SERVER_IS_ONE or principal_kind in SERVER_IS_ONE


def _weigh(keys: list[tuple[Key, int]], *, one: bool) -> int:
    """Add up weights; ``one``: all keys that the host holds count as one signer."""
    hosted = [weight for key, weight in keys if key.custody in HOSTED]
    others = sum(weight for key, weight in keys if key.custody not in HOSTED)
    return others + (max(hosted, default=0) if one else sum(hosted))


def _by_mandate(
    state: View, act: Act, mandate: Mandate, signed: _Signed, need: Need
) -> Iterator[Refusal]:
    for person in signed.persons(mandate.id):
        if person not in mandate.agents:
            yield SignatureWithoutRole(person)
            return
    yield from serves(state, act, mandate, need)
    if mandate.unit is None:
        return
    for given in need.gives:
        if given.unit != mandate.unit:
            yield BeyondMandate(mandate.id, given.unit, Quantity(0, given.unit))
            return
    yield from within_caps(state, mandate, need)


def _by_standing(
    state: View, act: Act, required: Required, signed: _Signed, need: Need
) -> Iterator[Refusal]:
    id_ = dict(required.standing)[need.party]
    mandate: Mandate | None = state.get(f"mandate/{id_}")
    if mandate is None or mandate.principal != need.party or mandate.agents:
        yield UnknownMandate(id_)
        return
    yield from serves(state, act, mandate, need)
    if mandate.purpose == "accept_credit":
        if not need.only_takes:
            yield BeyondMandate(id_, "debit", None)
        elif any(one.unit != mandate.unit for one in need.takes):
            yield BeyondMandate(id_, "unit", None)
    else:
        yield from _debit(signed, state, mandate, need)
    yield from within_caps(state, mandate, need)


def _debit(
    signed: _Signed, state: View, mandate: Mandate, need: Need
) -> Iterator[Refusal]:
    creditor = mandate.creditor or ""
    if "gift" in need.modes:
        # She has agreed to be charged for what she takes, not to give it away.
        yield BeyondMandate(mandate.id, "gift", None)
        return
    if need.gives_goods:
        yield BeyondMandate(mandate.id, "goods", None)
        return
    for given in need.gives:
        if given.to != creditor or given.unit != mandate.unit:
            yield BeyondMandate(mandate.id, "creditor", None)
            return
    allowed = (need.party, *(mandate.fetchers or ()))
    for taker in need.goods_to:
        if taker not in allowed:
            yield BeyondMandate(mandate.id, "fetcher", None)
            return
    if not _signs_itself(state, signed, creditor):
        yield ConsentMissing(creditor)


def _signs_itself(state: View, signed: _Signed, party: str) -> bool:
    if party in signed.own:
        return True
    policy = policy_of(state, party)
    if policy is not None and policy.id in signed.under:
        return True
    return party in signed.acting


def _bearers(
    state: View, act: Act, signed: _Signed, purpose: str, modes: Iterable[str] = ()
) -> dict[str, str]:
    """Return who signs under a mandate of that purpose: person to mandate id.

    Args:
        state: the rows before the act.
        act: as read.
        signed: its slots.
        purpose: ``attest``, ``care`` or ``mediate``.
        modes: of the deals that they speak for.
    """
    modes = dict.fromkeys(modes)
    found = signed.bearers.get((purpose, *modes))
    if found is not None:
        return found
    found = signed.bearers[purpose, *modes] = {}
    for id_, mandate in signed.mandates.items():
        if mandate.purpose != purpose:
            continue
        if not mandate.in_force(state.time) or act.kind not in mandate.kinds:
            continue
        if mandate.modes is not None and not set(modes) <= set(mandate.modes):
            continue
        for person in signed.persons(id_):
            if person in mandate.agents:
                found.setdefault(person, id_)
    return found


def _attests(state: View, act: Act, signed: _Signed, need: Need) -> bool:
    own = bool(need.means & OWN) and need.party in signed.own
    return (
        bool(need.means & ATTESTED)
        and not own
        and bool(_bearers(state, act, signed, "attest", need.modes))
    )


def _attested(
    state: View, act: Act, signed: _Signed, attested: list[Need], told: Iterable[str]
) -> Iterator[Refusal]:
    modes = [mode for need in attested for mode in need.modes]
    witnesses = _bearers(state, act, signed, "attest", modes)
    _have_served(signed, witnesses)
    # Nobody is a witness to what is said of herself.
    hers = [*(need.party for need in attested), *told]
    standing = [person for person in witnesses if person not in hers]
    if len(standing) < WITNESSES:
        yield NotEnoughSignatures(hers[0], len(standing), WITNESSES)


def _borne(
    state: View, act: Act, required: Required, signed: _Signed
) -> Iterator[Refusal]:
    modes = ("gift",) if act.kind == "exchange" else ()
    bearers = _bearers(state, act, signed, "care", modes)
    _have_served(signed, bearers)
    if len(bearers) < required.bearers:
        yield NotEnoughSignatures("sealed", len(bearers), required.bearers)


def _guarded(required: Required, signed: _Signed) -> Iterator[Refusal]:
    keys = []
    for person in required.guardians:
        own = signed.own.get(person, [])
        signed.used.update((key.key_id, ZERO16) for key in own)
        if own:
            keys.append((min(own, key=lambda key: key.custody in HOSTED), 1))
    have = _weigh(keys, one=True)
    if have < required.guardians_need:
        yield NotEnoughSignatures("guardians", have, required.guardians_need)


def _own_case(
    state: View, act: Act, required: Required, signed: _Signed
) -> OwnCase | None:
    """Refuse a mediator, or who signs for the judge, in a case that is her own."""
    if not required.mediated:
        return None
    judges = [need.party for need in required.needs if need.judges]
    if judges:
        judges += [one for id_ in signed.under for one in signed.persons(id_)]
    else:
        judges += _bearers(state, act, signed, "mediate")
    interested = with_signers(state, required.interested)
    return next((OwnCase(one) for one in judges if one in interested), None)


def _mediated(state: View, act: Act, required: Required, signed: _Signed) -> bool:
    interested = with_signers(state, required.interested)
    mediators = {
        person: id_
        for person, id_ in _bearers(state, act, signed, "mediate").items()
        if person not in interested
    }
    _have_served(signed, mediators)
    for need in required.needs if mediators else ():
        keys = signed.own.get(need.party, ())
        signed.used.update((key.key_id, ZERO16) for key in keys)
    return bool(mediators)


def is_mediated(
    state: View, act: Act, slots: Sequence[Slot], required: Required
) -> bool:
    """Tell whether a mediator, and no party, has consented to an act in order."""
    signed = _Signed()
    _sorted_slots(state, act, slots, required, signed)
    return _mediated(state, act, required, signed)


def _without_role(
    slots: Sequence[Slot], required: Required, signed: _Signed
) -> Iterator[Refusal]:
    for party, mandate in required.standing:
        if party not in signed.stood:
            yield UnknownMandate(mandate)
            return
    for slot in slots:
        if (slot.key_id, slot.mandate) not in signed.used:
            yield SignatureWithoutRole(slot.member)
            return
