"""What of hers ends soon or has just ended: offers and needs never go in silence."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from urdimbre.web import wording
from urdimbre.web.catalogue.listing import days_agreed
from urdimbre.web.catalogue.models import Listing
from urdimbre.web.catalogue.told import SECONDS_PER_DAY

FIRST_DAYS = 14
LAST_DAYS = 3
SHOWN_MAX = 4
EACH_MAX = 100


@dataclass(frozen=True, slots=True)
class Ending:
    """An offer or a need that ends soon, or has.

    Attributes:
        last: whether this is the last reminder, or it is over.
    """

    id: str
    title: str
    sentence: str
    last: bool


def ending(member: str) -> list[Ending]:
    """Return the first few of hers that end, the soonest first; one query."""
    now = int(time.time())
    return [_told(row, now) for row in ending_around([member], now)[:SHOWN_MAX]]


def ending_around(members: Sequence[str], now: int) -> list[Listing]:
    """Return what members are to be reminded of, the soonest first; one query."""
    around = FIRST_DAYS * SECONDS_PER_DAY
    rows = Listing.objects.filter(
        member__in=members, withdrawn=False, until__range=(now - around, now + around)
    ).order_by("until")
    return [row for row in rows[: EACH_MAX * len(members)] if _is_due(row, now)]


def _is_due(row: Listing, now: int) -> bool:
    """Whether to remind: a short term has the last reminder only."""
    left = row.until - now
    is_long = (row.days or days_agreed()) > FIRST_DAYS
    return left <= (FIRST_DAYS if is_long else LAST_DAYS) * SECONDS_PER_DAY


def _told(row: Listing, now: int) -> Ending:
    left = row.until - now
    days = -(-left // SECONDS_PER_DAY)
    if left < 0:
        sentence = gettext("It has ended; others do not see it any more.")
    else:
        sentence = ngettext(
            "It ends in %(days)s day.", "It ends in %(days)s days.", days
        ) % {"days": wording.count(days)}
    return Ending(row.id, row.title, sentence, left <= LAST_DAYS * SECONDS_PER_DAY)
