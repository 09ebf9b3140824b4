"""Open obligations of members with a day, told apart: work days, and all else."""

from collections.abc import Iterable, Iterator

from urdimbre.projections.models import ActLine, Obligation
from urdimbre.web.notices.people import People


def owed_between(
    people: People, first: int, last: int, *, work: bool
) -> Iterator[tuple[str, Obligation]]:
    """Give who owes and what, due from one day to another."""
    members = {no: member for member, no in people.numbers.items()}
    rows = list(
        Obligation.objects.filter(
            debtor__in=list(members), open__gt=0, due_day__range=(first, last)
        ).order_by("due_day", "position", "deal", "move")
    )
    called = calls(row.position for row in rows)
    for row in rows:
        if (row.position in called) == work:
            yield members[row.debtor], row


def calls(positions: Iterable[int]) -> set[int]:
    """Tell which acts are calls to common work."""
    rows = ActLine.objects.filter(position__in=set(positions), kind="dues")
    return set(rows.values_list("position", flat=True))
