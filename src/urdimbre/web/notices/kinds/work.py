"""A day of common work, to which she is called, is near."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_noop

from urdimbre.web import wording
from urdimbre.web.notices.found import Found, Kind
from urdimbre.web.notices.owed import owed_between
from urdimbre.web.notices.people import People

AHEAD_DAYS = 3


def _find(people: People, now: int) -> Iterator[Found]:
    del now  # days are the host's own
    today = wording.today()
    for member, row in owed_between(people, today, today + AHEAD_DAYS, work=True):
        for person in people.told(member):
            yield Found(
                person=person,
                about=f"{row.position}.{row.deal}",
                said="hers" if member == person else "for_another",
                path=reverse("work_day", args=[row.position]),
                values={"category": row.category, "whom": member, "day": row.due_day},
            )


KIND = Kind(
    code="work",
    label=gettext_noop("A work day to which I am called is near"),
    mail="now",
    says={
        "hers": gettext_noop("You are called to common work on {day}: {what}."),
        "for_another": gettext_noop(
            "{whom} is called to common work on {day}: {what}."
        ),
    },
    find=_find,
    passes=True,
)
