"""The circuit has decided something."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_noop

from urdimbre.projections.models import ActLine
from urdimbre.web.entries import entry_at
from urdimbre.web.notices.found import BACK_SECONDS, Found, Kind
from urdimbre.web.notices.people import People


def _find(people: People, now: int) -> Iterator[Found]:
    since = max(people.earliest, now - BACK_SECONDS)
    lines = ActLine.objects.filter(kind="decision", time__gte=since)
    for position, time in lines.values_list("position", "time"):
        basis = entry_at(position).act.body.basis
        for person, begun in people.since.items():
            if begun <= time:
                yield Found(
                    person=person,
                    about=str(position),
                    said=basis,
                    path=reverse("agreements"),
                )


KIND = Kind(
    code="decided",
    label=gettext_noop("A meeting has decided something"),
    mail="digest",
    says={
        "meeting": gettext_noop("A meeting has decided something: see what is agreed."),
        "founders": gettext_noop(
            "The founders have decided something: see what is agreed."
        ),
        "vote": gettext_noop("A vote has decided something: see what is agreed."),
    },
    find=_find,
)
