"""What the outbox refuses before the rules are asked."""

from dataclasses import dataclass

from urdimbre.core.refusals import Refusal, gettext_noop
from urdimbre.core.units import Quantity


@dataclass(frozen=True, slots=True)
class SlipUnreadable(Refusal):
    """A text or picture that holds no slip."""

    code = "slip_unreadable"
    says = gettext_noop("This is no promise that two devices pass to each other.")
    way_out = gettext_noop(
        "Let it be shown again and take the whole picture, or type the code."
    )


@dataclass(frozen=True, slots=True)
class SlipOfAnotherCircuit(Refusal):
    """A slip made in another circuit."""

    code = "slip_of_another_circuit"
    says = gettext_noop("This promise was made in another circuit.")
    way_out = gettext_noop("Open the circuit in which you both are members.")


@dataclass(frozen=True, slots=True)
class NotHerSlip(Refusal):
    """A slip between others."""

    code = "not_her_slip"
    says = gettext_noop("This promise is between others.")
    way_out = gettext_noop("Let one of the two who promise send it.")


@dataclass(frozen=True, slots=True)
class PromisedTooMuch(Refusal):
    """More signs promised without a connection than was agreed."""

    code = "promised_too_much"
    says = gettext_noop(
        "With this {member} would have promised {sum} without a connection; the "
        "circuit agreed on {most} at most."
    )
    way_out = gettext_noop(
        "Wait until her earlier promises are recorded, or make this exchange in the "
        "ordinary way now that there is a connection."
    )
    member: str
    sum: Quantity
    most: Quantity


@dataclass(frozen=True, slots=True)
class PromiseClosed(Refusal):
    """A slip of a draft that was declined or withdrawn."""

    code = "promise_closed"
    says = gettext_noop("This promise was declined or withdrawn.")
    way_out = gettext_noop("Talk to each other and make a new one if you like.")


REFUSES = (
    SlipUnreadable,
    SlipOfAnotherCircuit,
    NotHerSlip,
    PromisedTooMuch,
    PromiseClosed,
)
