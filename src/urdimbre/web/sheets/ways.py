"""How each party of a line consents: by the clerk's hand, by witnesses, by herself."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from urdimbre.core.membership.consent import WITNESSES
from urdimbre.core.membership.rows import Mandate
from urdimbre.web.circuit.entering import Here
from urdimbre.web.office import mandates
from urdimbre.web.office.attesting import standing

OWN, MANDATE, ATTESTED, HERSELF = "own", "mandate", "attested", "herself"
WORDS = {
    OWN: gettext_noop("you sign for yourself"),
    MANDATE: gettext_noop("you sign under her mandate"),
    ATTESTED: gettext_noop("two witnesses attest"),
    HERSELF: gettext_noop("she confirms it herself"),
}
KIND = "exchange"


@dataclass(frozen=True, slots=True)
class Way:
    """How a party consents.

    Attributes:
        party: her id.
        how: one of ``WORDS``.
        mandate: under which the clerk signs for her; empty in the other ways.
    """

    party: str
    how: str
    mandate: str = ""

    @property
    def told(self) -> str:
        """The way in words."""
        return gettext(WORDS[self.how])


@dataclass(frozen=True, slots=True)
class Passing:
    """What of a line decides how its parties may consent.

    Attributes:
        giver: who gives goods or work, and takes the signs.
        taker: who takes them, and gives the signs.
        minor: signs; none: a gift.
        unit: of the signs.
    """

    giver: str
    taker: str
    minor: int | None
    unit: str

    @property
    def mode(self) -> str:
        """The mode of the exchange."""
        return "gift" if self.minor is None else "barter"


def ways_of(here: Here, line: Passing, held: Sequence[Mandate]) -> tuple[Way, Way]:
    """Say how both parties of a line consent; what serves first is taken."""
    return (
        _way(here, line, line.giver, 0, held),
        _way(here, line, line.taker, line.minor or 0, held),
    )


def _way(
    here: Here, line: Passing, party: str, gives: int, held: Sequence[Mandate]
) -> Way:
    if party == here.person:
        return Way(party, OWN)
    serving = [row for row in held if row.principal == party]
    row = next((row for row in serving if _serves(row, line, gives)), None)
    if row is not None:
        return Way(party, MANDATE, row.id)
    if not gives and len(standing(KIND, {party})) >= WITNESSES:
        return Way(party, ATTESTED)
    return Way(party, HERSELF)


def _serves(row: Mandate, line: Passing, gives: int) -> bool:
    if KIND not in row.kinds or (row.modes and line.mode not in row.modes):
        return False
    if not gives:
        return True
    left = mandates.left_of(row)
    return row.unit == line.unit and (left is None or gives <= left)
