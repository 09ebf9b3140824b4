"""Who is to be told of what concerns a member: herself, and who acts for her."""

from collections.abc import Iterator
from dataclasses import dataclass

from urdimbre.projections.models import Member
from urdimbre.web.circuit.acting import who_acts_for


@dataclass(frozen=True, slots=True)
class People:
    """Those who can be reached, and for whom each of them acts.

    Attributes:
        since: seconds UTC from which on each person is told, by her id.
        acting: persons who act for a member, by its id.
        numbers: number of each of these members.
    """

    since: dict[str, int]
    acting: dict[str, tuple[str, ...]]
    numbers: dict[str, int]

    @property
    def members(self) -> list[str]:
        """Return the ids of all members for whom somebody is to be told."""
        return list(self.acting)

    @property
    def earliest(self) -> int:
        """Return the time before which nobody is told of anything."""
        return min(self.since.values())

    def told(self, member: str, *, at: int | None = None) -> Iterator[str]:
        """Give who is told of what concerns a member and happened at some time."""
        for person in self.acting.get(member, ()):
            if at is None or self.since[person] <= at:
                yield person


def reachable(since: dict[str, int]) -> People | None:
    """Gather who can be reached, each from some time on; nothing if nobody can."""
    return _people(since) if since else None


def acting_for(person: str) -> People:
    """Gather one person and for whom she acts, whenever things happened."""
    return _people({person: 0})


def _people(since: dict[str, int]) -> People:
    acting = who_acts_for(since)
    rows = Member.objects.filter(id__in=list(acting)).values_list("id", "no")
    return People(since, acting, dict(rows))
