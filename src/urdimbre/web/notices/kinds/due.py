"""What she owes is due soon, or is late."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_noop

from urdimbre.projections.models import Obligation
from urdimbre.web import wording
from urdimbre.web.notices.found import Found, Kind
from urdimbre.web.notices.owed import owed_between
from urdimbre.web.notices.people import People

AHEAD_DAYS = 3
LATE_DAYS = 7
"""For how many days after it was due it is still told; then the pages say it."""


def _find(people: People, now: int) -> Iterator[Found]:
    del now  # days are the host's own
    today = wording.today()
    rows = owed_between(people, today - LATE_DAYS, today + AHEAD_DAYS, work=False)
    for member, row in rows:
        for person in people.told(member):
            yield _told(row, member, person, late=row.due_day < today)


def _told(row: Obligation, member: str, person: str, *, late: bool) -> Found:
    said = "late" if late else "soon"
    return Found(
        person=person,
        about=f"{row.position}.{row.deal}.{row.move}.{said}",
        said=said if member == person else f"{said}_another",
        path=reverse("fill_in", args=["settle"]),
        values={
            "number_who": row.creditor,
            "whom": member,
            "day": row.due_day,
            "amount": [row.open, row.unit],
        },
    )


KIND = Kind(
    code="due",
    label=gettext_noop("What I owe is due soon, or late"),
    mail="now",
    says={
        "soon": gettext_noop("What you owe {who} is due on {day}."),
        "late": gettext_noop("What you owe {who} was due on {day}."),
        "soon_another": gettext_noop("What {whom} owes {who} is due on {day}."),
        "late_another": gettext_noop("What {whom} owes {who} was due on {day}."),
    },
    says_amounts={
        "soon": gettext_noop("You owe {who} {amount}, due on {day}."),
        "late": gettext_noop("You still owe {who} {amount}; the day was {day}."),
        "soon_another": gettext_noop("{whom} owes {who} {amount}, due on {day}."),
        "late_another": gettext_noop(
            "{whom} still owes {who} {amount}; the day was {day}."
        ),
    },
    find=_find,
    passes=True,
)
