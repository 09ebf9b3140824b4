"""An offer or a need of hers ends soon, or has just ended."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_noop

from urdimbre.web.catalogue.ending import LAST_DAYS, ending_around
from urdimbre.web.catalogue.models import Listing
from urdimbre.web.notices.found import SECONDS_PER_DAY, Found, Kind
from urdimbre.web.notices.people import People


def _find(people: People, now: int) -> Iterator[Found]:
    for row in ending_around(people.members, now):
        stage = _stage(row, now)
        # One that had ended before she wanted to be told is no news.
        at = row.until if stage == "over" else None
        for person in people.told(row.member, at=at):
            yield Found(
                person=person,
                about=f"{row.pk}.{row.until}.{stage}",
                said="over" if stage == "over" else "soon",
                path=reverse("my_listings"),
                values={"title": row.title, "day": row.until // SECONDS_PER_DAY},
            )


def _stage(row: Listing, now: int) -> str:
    left = row.until - now
    if left < 0:
        return "over"
    return "last" if left <= LAST_DAYS * SECONDS_PER_DAY else "first"


KIND = Kind(
    code="ending",
    label=gettext_noop("An offer or a need of mine ends soon"),
    mail="digest",
    says={
        "soon": gettext_noop(
            "«{title}» ends on {day}. If it still holds, renew it with one tap."
        ),
        "over": gettext_noop(
            "«{title}» ended on {day}; others do not see it any more. You can renew it."
        ),
    },
    find=_find,
    passes=True,
)
