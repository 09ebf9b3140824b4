"""What an exchange refuses; ``deal`` counts from 1, as members count."""

from __future__ import annotations

from dataclasses import dataclass

from urdimbre.core.refusals import Refusal, gettext_noop
from urdimbre.core.units import Quantity


@dataclass(frozen=True, slots=True)
class DayAhead(Refusal):
    """The day on the act has not come yet."""

    code = "day_ahead"
    says = gettext_noop(
        "The day of the act ({day}) lies after the present day ({today})."
    )
    way_out = gettext_noop("Correct the date.")
    day: int
    today: int


@dataclass(frozen=True, slots=True)
class SameParty(Refusal):
    """Somebody would give to herself."""

    code = "same_party"
    says = gettext_noop("In deal {deal} {member} gives to herself.")
    way_out = gettext_noop("Choose another member to give or to take.")
    deal: int
    member: str


@dataclass(frozen=True, slots=True)
class BothOutside(Refusal):
    """Nobody of the circuit is in a move."""

    code = "both_outside"
    says = gettext_noop("In deal {deal} a move passes between two parties outside.")
    way_out = gettext_noop("At least one side must belong to the circuit.")
    deal: int


@dataclass(frozen=True, slots=True)
class UnknownCircuit(Refusal):
    """A party of a circuit that this one is not linked to."""

    code = "unknown_circuit"
    says = gettext_noop("This circuit is not linked to {circuit}.")
    way_out = gettext_noop("Link the two circuits first.")
    circuit: str


@dataclass(frozen=True, slots=True)
class SealedOutOfPlace(Refusal):
    """A sealed party where the format does not allow one."""

    code = "sealed_out_of_place"
    says = gettext_noop("In deal {deal} a sealed party stands outside a gift.")
    way_out = gettext_noop("Only goods and money of a gift may be sealed.")
    deal: int


@dataclass(frozen=True, slots=True)
class WrongParty(Refusal):
    """A party that cannot stand in such a move."""

    code = "wrong_party"
    says = gettext_noop("In deal {deal} {party} cannot give or take {move}.")
    way_out = gettext_noop("Choose a member of the circuit.")
    deal: int
    party: str
    move: str


@dataclass(frozen=True, slots=True)
class MoveNotInMode(Refusal):
    """A move that the mode has no place for."""

    code = "move_not_in_mode"
    says = gettext_noop("Deal {deal}: a {mode} has no {move}.")
    way_out = gettext_noop("Take that part out, or record it as a deal of its own.")
    deal: int
    mode: str
    move: str


@dataclass(frozen=True, slots=True)
class SaleWithoutPrice(Refusal):
    """A sale in which no money is paid or promised."""

    code = "sale_without_price"
    says = gettext_noop("Deal {deal}: a sale needs a price in money, paid or promised.")
    way_out = gettext_noop("Add the price, or record it as a barter or a gift.")
    deal: int


@dataclass(frozen=True, slots=True)
class NothingSold(Refusal):
    """A sale in which no goods pass or are promised."""

    code = "nothing_sold"
    says = gettext_noop("Deal {deal}: a sale needs goods, given or promised.")
    way_out = gettext_noop("Add what is sold.")
    deal: int


@dataclass(frozen=True, slots=True)
class SameSide(Refusal):
    """Somebody pays and is paid, or sells and pays, in one deal."""

    code = "same_side"
    says = gettext_noop("Deal {deal}: {member} stands on both sides of the sale.")
    way_out = gettext_noop("Make two deals of it.")
    deal: int
    member: str


@dataclass(frozen=True, slots=True)
class NothingInReturn(Refusal):
    """Somebody takes in a barter and gives nothing, or the other way round."""

    code = "nothing_in_return"
    says = gettext_noop("Deal {deal}: {member} only gives or only takes.")
    way_out = gettext_noop("Add the other part, or record it as a gift.")
    deal: int
    member: str


@dataclass(frozen=True, slots=True)
class ConversionNotAgreed(Refusal):
    """Signs against signs, and not as the circuit has agreed."""

    code = "conversion_not_agreed"
    says = gettext_noop("Deal {deal}: {given} against {taken} is not what was agreed.")
    way_out = gettext_noop(
        "Change signs at the agreed conversion, in a deal of their own; the assembly "
        "can agree on one."
    )
    deal: int
    given: Quantity
    taken: Quantity


@dataclass(frozen=True, slots=True)
class GiftBothWays(Refusal):
    """Somebody gives and takes in one gift."""

    code = "gift_both_ways"
    says = gettext_noop("Deal {deal}: {member} gives and takes in the same gift.")
    way_out = gettext_noop("Record a second deal for what goes the other way.")
    deal: int
    member: str


@dataclass(frozen=True, slots=True)
class GiftFromDebt(Refusal):
    """Signs are given that the giver does not have."""

    code = "gift_from_debt"
    says = gettext_noop("{member} has {available} to give.")
    way_out = gettext_noop("Give less, or give goods or work.")
    member: str
    available: Quantity


@dataclass(frozen=True, slots=True)
class LentIsNotPromised(Refusal):
    """What is lent and what is promised back differ."""

    code = "lent_is_not_promised"
    says = gettext_noop(
        "Deal {deal}: {lent} {unit} are lent and {promised} promised back."
    )
    way_out = gettext_noop("Promise back exactly what is lent.")
    deal: int
    unit: str
    lent: int
    promised: int


@dataclass(frozen=True, slots=True)
class PurposeOutOfPlace(Refusal):
    """A purpose that the mode does not know."""

    code = "purpose_out_of_place"
    says = gettext_noop("Deal {deal}: {purpose} has no place in a {mode}.")
    way_out = gettext_noop("Leave the purpose out, or choose another mode.")
    deal: int
    purpose: str
    mode: str


@dataclass(frozen=True, slots=True)
class NothingReleased(Refusal):
    """A settlement that settles nothing."""

    code = "nothing_released"
    says = gettext_noop("Deal {deal}: nothing owed is released.")
    way_out = gettext_noop("Name the obligation that is settled.")
    deal: int


@dataclass(frozen=True, slots=True)
class ReasonDoesNotFit(Refusal):
    """A release whose reason the rest of the deal contradicts."""

    code = "reason_does_not_fit"
    says = gettext_noop("Deal {deal}: the reason {reason} does not fit.")
    way_out = gettext_noop(
        "Fulfilled and passed on need something given, replaced a new promise, "
        "loss a risk that is not the debtor's, forgiven a gift."
    )
    deal: int
    reason: str


@dataclass(frozen=True, slots=True)
class MoreThanReleased(Refusal):
    """A settlement asks for more than what was owed."""

    code = "more_than_released"
    says = gettext_noop("Deal {deal}: {asked} against {released} released.")
    way_out = gettext_noop("There is no interest: ask at most what is released.")
    deal: int
    asked: Quantity
    released: Quantity


@dataclass(frozen=True, slots=True)
class MoreThanGiven(Refusal):
    """Goods or work of today for more of the same later: a loan with interest."""

    code = "more_than_given"
    says = gettext_noop(
        "Deal {deal}: {member} gives {given} and is promised {promised} of the same."
    )
    way_out = gettext_noop(
        "There is no interest in kind: promise at most as much of the same."
    )
    deal: int
    member: str
    given: Quantity
    promised: Quantity


@dataclass(frozen=True, slots=True)
class UnknownObligation(Refusal):
    """A release of something that is not owed between these two."""

    code = "unknown_obligation"
    says = gettext_noop("There is no such obligation between the two: {owed}.")
    way_out = gettext_noop("Choose one of the open obligations.")
    owed: str


@dataclass(frozen=True, slots=True)
class MoreThanOwed(Refusal):
    """A release of more than is still open."""

    code = "more_than_owed"
    says = gettext_noop("{asked} are released; only {open} are still owed.")
    way_out = gettext_noop("Release at most what is open.")
    asked: Quantity
    open: Quantity


@dataclass(frozen=True, slots=True)
class UnknownCustody(Refusal):
    """Goods out of a custody that is not the giver's."""

    code = "unknown_custody"
    says = gettext_noop("There is no such custody: {custody}.")
    way_out = gettext_noop("Choose one of the things in custody.")
    custody: str


@dataclass(frozen=True, slots=True)
class CustodyNotAllowed(Refusal):
    """Goods in custody are used for what their owner has not allowed."""

    code = "custody_not_allowed"
    says = gettext_noop("The owner has not allowed to {what} these goods.")
    way_out = gettext_noop("Return them, or ask the owner.")
    what: str


@dataclass(frozen=True, slots=True)
class MoreThanHeld(Refusal):
    """More goods than still lie in custody."""

    code = "more_than_held"
    says = gettext_noop("{asked} are taken; only {held} lie in custody.")
    way_out = gettext_noop("Take at most what is there.")
    asked: Quantity
    held: Quantity


@dataclass(frozen=True, slots=True)
class StillInCustody(Refusal):
    """Lent things would be owed back no longer, and lie with their holder still."""

    code = "still_in_custody"
    says = gettext_noop("{left} lent to {holder} would stay there, owed no more.")
    way_out = gettext_noop(
        "Bring them back in the same deal, or leave them to {holder}: goods from the "
        "owner to the holder, out of that custody."
    )
    holder: str
    left: Quantity


@dataclass(frozen=True, slots=True)
class RefMissing(Refusal):
    """The act cites another in its body that its references do not list."""

    code = "ref_missing"
    says = gettext_noop("The act {act} must stand among the references as {rel}.")
    way_out = gettext_noop("Add the reference.")
    act: str
    rel: str


@dataclass(frozen=True, slots=True)
class OwesTooMuch(Refusal):
    """More would be left owing in signs than the circuit has agreed."""

    code = "owes_too_much"
    says = gettext_noop("{member} would leave {excess} owing; {most} are agreed.")
    way_out = gettext_noop("Reduce the amount to {available}.")
    member: str
    excess: Quantity
    most: Quantity
    available: Quantity


@dataclass(frozen=True, slots=True)
class AmountTooLarge(Refusal):
    """A balance would leave the range of whole numbers that the format keeps."""

    code = "amount_too_large"
    says = gettext_noop("The amount of {unit} is too large to be kept.")
    way_out = gettext_noop("Check the amount and its decimals.")
    unit: str


@dataclass(frozen=True, slots=True)
class ReserveNeeded(Refusal):
    """Money would leave the reserve that backs signs in circulation."""

    code = "reserve_needed"
    says = gettext_noop("The reserve must keep {needed}; {after} would remain.")
    way_out = gettext_noop("Take signs out of circulation first.")
    needed: Quantity
    after: Quantity
