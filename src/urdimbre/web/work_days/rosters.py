"""Calls to common work and the rosters that answer them, read from the notebook."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404

from urdimbre.core.accounts import COMMON
from urdimbre.core.circulation.dues import Dues
from urdimbre.core.circulation.roster import Roster, RosterLine
from urdimbre.projections.models import ActLine, Obligation
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.circuit.entering import Here
from urdimbre.web.circuit.surroundings import agreed
from urdimbre.web.entries import entry_at
from urdimbre.web.membership import keys

WORKED = ("there", "sent")


@dataclass(frozen=True, slots=True)
class WorkDay:
    """A call to common work as it stands now.

    Attributes:
        position: of the dues.
        act: the dues' hash.
        body: of the dues.
        open: minor steps that each still owes, in the order of the call.
        rosters: position and body of each roster, older ones first.
    """

    position: int
    act: str
    body: Dues
    open: tuple[int, ...]
    rosters: tuple[tuple[int, Roster], ...]

    @property
    def lines(self) -> list[RosterLine]:
        """Return what all rosters say."""
        return [line for _, roster in self.rosters for line in roster.lines]

    @property
    def worked(self) -> list[tuple[int, int]]:
        """Return the first deal of each roster in which somebody worked."""
        found = []
        for position, roster in self.rosters:
            places = [n for n, one in enumerate(roster.lines) if one.how in WORKED]
            found += [(position, place) for place in places[:1]]
        return found

    def left(self) -> list[tuple[int, str, int]]:
        """Return who still owes: place, member and minor steps."""
        places = zip(self.body.members, self.open, strict=True)
        return [(n, who, left) for n, (who, left) in enumerate(places) if left]


def work_day(position: int, here: Here) -> WorkDay:
    """Find a call that a member may read about.

    Raises:
        Http404: there is none, or it is not for her to read.
    """
    act = entry_at(position).act
    if not isinstance(act.body, Dues) or not may_read(act.body, here):
        raise Http404
    rows = Obligation.objects.filter(position=position).order_by("deal")
    return WorkDay(
        position=position,
        act=act.hash,
        body=act.body,
        open=tuple(rows.values_list("open", flat=True)),
        rosters=tuple(_rosters(position, act.hash)),
    )


def may_read(body: Dues, here: Here) -> bool:
    """Tell whether somebody reads of a call: all do, unless each reads only her own."""
    if agreed("log_readers", "all") != "own" or counts(here):
        return True
    return not {here.member, here.person}.isdisjoint(body.members)


def counts(here: Here) -> bool:
    """Tell whether she may be asked who was there: for the common, or as a witness."""
    return may_act(here.person, COMMON) or is_witness(here)


def is_witness(here: Here) -> bool:
    """Tell whether she is on an agreed list of witnesses to common work."""
    return keys.mandate_to_attest(here.person, "roster") is not None


def _rosters(position: int, dues: str) -> Iterator[tuple[int, Roster]]:
    """Give the rosters that name these dues; a circuit has some dozens in a year."""
    later = ActLine.objects.filter(kind="roster", position__gt=position)
    for place in later.order_by("position").values_list("position", flat=True):
        body = entry_at(place).act.body
        if isinstance(body, Roster) and body.dues == dues:
            yield place, body
