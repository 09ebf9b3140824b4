"""Somebody objects to an entry of hers, or an objection has ended."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_noop

from urdimbre.projections.models import ActLine
from urdimbre.web.entries import earlier_of, entry_at
from urdimbre.web.exchanges.afterwards import parties_of
from urdimbre.web.notices.found import BACK_SECONDS, Found, Kind
from urdimbre.web.notices.people import People

OPENED = "opened"


def _find(people: People, now: int) -> Iterator[Found]:
    since = max(people.earliest, now - BACK_SECONDS)
    lines = ActLine.objects.filter(kind="contest", time__gte=since)
    for position, time in lines.values_list("position", "time"):
        act = entry_at(position).act
        earlier = earlier_of(act)
        for member in sorted(parties_of(earlier.act) - {act.by}):
            for person in people.told(member, at=time):
                yield Found(
                    person=person,
                    about=f"{position}.{member}",
                    said=act.body.outcome or OPENED,
                    path=reverse("receipt", args=[earlier.position]),
                    values={"by": act.by, "number": earlier.position},
                )


KIND = Kind(
    code="objections",
    label=gettext_noop("Somebody objects to an entry, or an objection has ended"),
    mail="now",
    # The sentences of the pages: see exchanges/retelling.py.
    says={
        OPENED: gettext_noop("{by} objects to the entry of receipt {number}."),
        "withdrawn": gettext_noop(
            "{by} takes back the objection to the entry of receipt {number}."
        ),
        "upheld": gettext_noop(
            "The objection to receipt {number} was right: the entry has been adjusted."
        ),
        "rejected": gettext_noop(
            "The objection to receipt {number} was not found right: the entry counts "
            "as it stands."
        ),
    },
    find=_find,
)
