"""What membership refuses."""

from __future__ import annotations

from dataclasses import dataclass

from urdimbre.core.refusals import Refusal, gettext_noop
from urdimbre.core.units import Quantity


@dataclass(frozen=True, slots=True)
class UnknownKey(Refusal):
    """A signature by a key that its member has not registered."""

    code = "unknown_key"
    says = gettext_noop("{member} has not registered the key {key}.")
    way_out = gettext_noop("Sign with a registered key, or register this one first.")
    member: str
    key: str


@dataclass(frozen=True, slots=True)
class KeyRevoked(Refusal):
    """A signature by a key that is not in force."""

    code = "key_revoked"
    says = gettext_noop("The key {key} of {member} is not in force.")
    way_out = gettext_noop("Sign with another key of the member.")
    member: str
    key: str


@dataclass(frozen=True, slots=True)
class KeyTaken(Refusal):
    """A key that somebody has used before, or whose short id is taken."""

    code = "key_taken"
    says = gettext_noop("The key {key} has been used before.")
    way_out = gettext_noop("Make a new key.")
    key: str


@dataclass(frozen=True, slots=True)
class KeyNotAdmissible(Refusal):
    """A public key that honest programs never make."""

    code = "key_not_admissible"
    says = gettext_noop("The key {key} is not a sound Ed25519 key.")
    way_out = gettext_noop("Make a new key with a kept library.")
    key: str


@dataclass(frozen=True, slots=True)
class LastKey(Refusal):
    """The member would be left without any key."""

    code = "last_key"
    says = gettext_noop("{member} would have no key left.")
    way_out = gettext_noop("Register another key first.")
    member: str


@dataclass(frozen=True, slots=True)
class KeysFrozen(Refusal):
    """The member has frozen her keys."""

    code = "keys_frozen"
    says = gettext_noop("The keys of {member} are frozen.")
    way_out = gettext_noop(
        "Another key of the member, or a mediator, can lift the freeze."
    )
    member: str


@dataclass(frozen=True, slots=True)
class BadSignature(Refusal):
    """A signature that its key did not make over this act."""

    code = "bad_signature"
    says = gettext_noop("The signature of {member} does not fit the act.")
    way_out = gettext_noop(
        "Sign exactly these bytes, for this circuit, and send again."
    )
    member: str


@dataclass(frozen=True, slots=True)
class ConsentMissing(Refusal):
    """A party has consented by none of the means that serve here."""

    code = "consent_missing"
    says = gettext_noop("{member} has not consented to this act.")
    way_out = gettext_noop("Ask for her signature, or use a mandate that covers it.")
    member: str


@dataclass(frozen=True, slots=True)
class NotEnoughSignatures(Refusal):
    """Some have signed, but fewer than agreed."""

    code = "not_enough_signatures"
    says = gettext_noop("{member}: {have} of {need} signatures.")
    way_out = gettext_noop("Let another of those entitled sign the same act.")
    member: str
    have: int
    need: int


@dataclass(frozen=True, slots=True)
class NoRuleFor(Refusal):
    """A policy says nothing on such an act."""

    code = "no_rule_for"
    says = gettext_noop("The policy of {member} has no rule for {kind}.")
    way_out = gettext_noop("Change the policy, or reduce the amount.")
    member: str
    kind: str


@dataclass(frozen=True, slots=True)
class SignatureWithoutRole(Refusal):
    """A signature of somebody who has nothing to consent to."""

    code = "signature_without_role"
    says = gettext_noop("The signature of {member} has no role in this act.")
    way_out = gettext_noop("Leave that signature out.")
    member: str


@dataclass(frozen=True, slots=True)
class UnknownMandate(Refusal):
    """A mandate that does not exist or is not of that party."""

    code = "unknown_mandate"
    says = gettext_noop("There is no such mandate: {mandate}.")
    way_out = gettext_noop("Check the mandate, or ask for the member's signature.")
    mandate: str


@dataclass(frozen=True, slots=True)
class MandateNotInForce(Refusal):
    """A mandate before its beginning or after its end."""

    code = "mandate_not_in_force"
    says = gettext_noop("The mandate {mandate} is not in force.")
    way_out = gettext_noop("Ask for a new mandate or for the member's signature.")
    mandate: str


@dataclass(frozen=True, slots=True)
class BeyondMandate(Refusal):
    """An act that a mandate or standing consent does not reach to."""

    code = "beyond_mandate"
    says = gettext_noop(
        "The mandate {mandate} does not cover {what} (available: {available})."
    )
    way_out = gettext_noop("Stay within it, or ask for the member's own signature.")
    mandate: str
    what: str
    available: Quantity | None


@dataclass(frozen=True, slots=True)
class FoundersMandateEnded(Refusal):
    """The founders act for the common beyond their time."""

    code = "founders_mandate_ended"
    says = gettext_noop("The founders' mandate over the common has ended.")
    way_out = gettext_noop(
        "Hold a meeting: a decision of a meeting can still be recorded."
    )
    since: int


@dataclass(frozen=True, slots=True)
class LongerThanFounders(Refusal):
    """Founders would let somebody act for the common beyond their own time."""

    code = "longer_than_founders"
    says = gettext_noop("The founders act for the common until {until} only.")
    way_out = gettext_noop(
        "Let the mandate end then; a meeting can grant a longer one."
    )
    until: int


@dataclass(frozen=True, slots=True)
class MemberTaken(Refusal):
    """A member id that is in use."""

    code = "member_taken"
    says = gettext_noop("The member number {member} is taken.")
    way_out = gettext_noop("Make a new number.")
    member: str


@dataclass(frozen=True, slots=True)
class SponsorsMissing(Refusal):
    """Fewer members vouch than the circuit has agreed."""

    code = "sponsors_missing"
    says = gettext_noop("Members who vouch for the new one: {have}; agreed: {need}.")
    way_out = gettext_noop("Ask another member to vouch and sign.")
    have: int
    need: int


@dataclass(frozen=True, slots=True)
class KeyOrPolicy(Refusal):
    """A person comes with a key, everybody else with a policy over persons."""

    code = "key_or_policy"
    says = gettext_noop("A {kind} needs {needs}.")
    way_out = gettext_noop("Give a person a key, and others a policy over persons.")
    kind: str
    needs: str


@dataclass(frozen=True, slots=True)
class NotAPerson(Refusal):
    """Only persons own keys, sign in policies and act under mandates."""

    code = "not_a_person"
    says = gettext_noop("{member} is not a person.")
    way_out = gettext_noop("Name persons.")
    member: str


@dataclass(frozen=True, slots=True)
class NotSettledYet(Refusal):
    """Somebody wants to leave who still has something open."""

    code = "not_settled_yet"
    says = gettext_noop("{member} still has something open: {what}.")
    way_out = gettext_noop("Settle, give or return it first.")
    member: str
    what: str


@dataclass(frozen=True, slots=True)
class NotYours(Refusal):
    """Somebody acts on what only another may change."""

    code = "not_yours"
    says = gettext_noop("{member} may not change {what}.")
    way_out = gettext_noop("Ask the member whom it belongs to.")
    member: str
    what: str


@dataclass(frozen=True, slots=True)
class IdInUse(Refusal):
    """The id of a policy or mandate that exists with other content."""

    code = "id_in_use"
    says = gettext_noop("The number {id} is in use.")
    way_out = gettext_noop("Make a new number.")
    id: str


@dataclass(frozen=True, slots=True)
class WrongPurpose(Refusal):
    """A mandate for a purpose that its principal cannot give."""

    code = "wrong_purpose"
    says = gettext_noop("{principal} cannot give a mandate to {purpose}.")
    way_out = gettext_noop(
        "Only the common names witnesses, bearers of care and mediators; "
        "only members give standing consents."
    )
    principal: str
    purpose: str


@dataclass(frozen=True, slots=True)
class NotDelegable(Refusal):
    """A mandate for acts that only the principal herself makes."""

    code = "not_delegable"
    says = gettext_noop("Nobody can be given a mandate for {kind}.")
    way_out = gettext_noop("Leave that kind of act out of the mandate.")
    kind: str


@dataclass(frozen=True, slots=True)
class PolicyOutOfReach(Refusal):
    """A person's policy asks for more than all her keys together."""

    code = "policy_out_of_reach"
    says = gettext_noop("The policy asks for {need}; the keys of {member} make {have}.")
    way_out = gettext_noop("Register another key first, or ask for less.")
    member: str
    need: int
    have: int


@dataclass(frozen=True, slots=True)
class StillNeeded(Refusal):
    """Somebody would leave without whom others could no longer consent."""

    code = "still_needed"
    says = gettext_noop(
        "Without {member} only {left} of the {need} who must sign for {principal} "
        "would remain."
    )
    way_out = gettext_noop(
        "Let {principal} change its policy first, so that others can sign."
    )
    member: str
    principal: str
    need: int
    left: int


@dataclass(frozen=True, slots=True)
class OwnCase(Refusal):
    """Somebody would judge what she, or somebody she signs for, has a part in."""

    code = "own_case"
    says = gettext_noop(
        "{member} cannot judge this: it is her own case, or that of somebody for whom "
        "she signs."
    )
    way_out = gettext_noop("Ask a mediator who has no part in it.")
    member: str


@dataclass(frozen=True, slots=True)
class NothingToChange(Refusal):
    """A key act, freeze or contest that is so already."""

    code = "nothing_to_change"
    says = gettext_noop("Nothing would change: {what}.")
    way_out = gettext_noop("Look at the present state first.")
    what: str
