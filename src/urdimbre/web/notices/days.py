"""The days that a person has to keep: terms, work days, ends of offers and needs."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from urdimbre.core.units import Quantity
from urdimbre.projections.models import Obligation
from urdimbre.web import names, wording
from urdimbre.web.catalogue import categories
from urdimbre.web.catalogue.models import Listing
from urdimbre.web.notices.found import SECONDS_PER_DAY
from urdimbre.web.notices.owed import owed_between
from urdimbre.web.notices.people import People

BACK_DAYS = 31
AHEAD_DAYS = 366
EACH_MAX = 500
_DUE = {
    "hers": gettext_noop("Due: what you owe {who}"),
    "for_another": gettext_noop("Due: what {whom} owes {who}"),
}
_DUE_AMOUNTS = {
    "hers": gettext_noop("Due: you owe {who} {amount}"),
    "for_another": gettext_noop("Due: {whom} owes {who} {amount}"),
}
_WORK = {
    "hers": gettext_noop("Common work: {what}"),
    "for_another": gettext_noop("Common work to which {whom} is called: {what}"),
}
_ENDS = gettext_noop("Last day: «{title}»")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of a calendar.

    Attributes:
        about: which thing; the same whenever it is told.
        day: days since 1970.
        summary: in one sentence.
        path: of the page that shows it.
    """

    about: str
    day: int
    summary: str
    path: str


def days_of(people: People, person: str, *, amounts: bool) -> Iterator[Day]:
    """Give the days that a person keeps for herself and for whom she acts."""
    first = wording.today() - BACK_DAYS
    last = wording.today() + AHEAD_DAYS
    due = list(owed_between(people, first, last, work=False))[:EACH_MAX]
    work = list(owed_between(people, first, last, work=True))[:EACH_MAX]
    known = names.by_id({member for member, _ in (*due, *work)})
    creditors = names.by_number({row.creditor for _, row in due})
    for member, row in due:
        said = "hers" if member == person else "for_another"
        yield Day(
            about=f"due-{_place(row)}",
            day=row.due_day,
            summary=gettext((_DUE_AMOUNTS if amounts else _DUE)[said]).format(
                who=creditors[row.creditor],
                whom=known[member],
                amount=wording.quantity(Quantity(row.open, row.unit)),
            ),
            path=reverse("fill_in", args=["settle"]),
        )
    for member, row in work:
        said = "hers" if member == person else "for_another"
        yield Day(
            about=f"work-{_place(row)}",
            day=row.due_day,
            summary=gettext(_WORK[said]).format(
                whom=known[member], what=categories.label(row.category)
            ),
            path=reverse("work_day", args=[row.position]),
        )
    yield from _ends(people, first, last)


def _place(row: Obligation) -> str:
    return f"{row.position}.{row.deal}.{row.move}"


def _ends(people: People, first: int, last: int) -> Iterator[Day]:
    """Give the last days of offers and needs, as their pages tell them."""
    rows = Listing.objects.filter(
        member__in=people.members,
        withdrawn=False,
        until__range=(first * SECONDS_PER_DAY, (last + 1) * SECONDS_PER_DAY - 1),
    ).order_by("until", "pk")
    for row in rows[:EACH_MAX]:
        yield Day(
            about=f"ends-{row.pk}",
            day=row.until // SECONDS_PER_DAY,
            summary=gettext(_ENDS).format(title=row.title),
            path=reverse("my_listings"),
        )
