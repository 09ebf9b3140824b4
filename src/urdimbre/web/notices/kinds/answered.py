"""What has become of a draft of hers that waited for others."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_noop

from urdimbre.projections.models import ActLine
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.notices.found import BACK_SECONDS, Found, Kind
from urdimbre.web.notices.people import People


def _find(people: People, now: int) -> Iterator[Found]:
    since = max(people.earliest, now - BACK_SECONDS)
    ended = Q(state__in=("waiting", "declined"), valid_until__gte=since)
    rows = Draft.objects.filter(
        ended | Q(state="recorded", created__gte=now - 2 * BACK_SECONDS),
        by__in=people.members,
    ).prefetch_related("signers")
    found = [row for row in rows if _outcome(row, now)]
    positions = [row.position for row in found if row.position is not None]
    lines = ActLine.objects.filter(position__in=positions)
    recorded = dict(lines.values_list("position", "time"))
    for row in found:
        at = row.valid_until if row.position is None else recorded.get(row.position, 0)
        for person in people.told(row.by, at=at):
            yield from _told(row, person, _outcome(row, now))


def _outcome(draft: Draft, now: int) -> str:
    """Name what a draft has come to; empty while it is open."""
    if draft.state == "waiting":
        return "expired" if draft.valid_until < now else ""
    return str(draft.state)


def _told(draft: Draft, person: str, outcome: str) -> Iterator[Found]:
    signers = list(draft.signers.all())
    others = {one.member for one in signers} - {person, draft.by}
    if not others:
        return
    if outcome == "recorded":
        path = reverse("receipt", args=[draft.position])
    else:
        path = reverse("draft", args=[draft.pk])
    yield Found(
        person=person,
        about=f"{draft.pk}.{outcome}",
        said=outcome,
        path=path,
        values={"others": sorted(others)},
    )


KIND = Kind(
    code="answered",
    label=gettext_noop("A draft of mine was confirmed, declined or has expired"),
    mail="digest",
    says={
        "recorded": gettext_noop(
            "All have signed what you wrote with {others}: it stands in the common "
            "notebook."
        ),
        "declined": gettext_noop(
            "Your draft with {others} was declined; nothing has been written down."
        ),
        "expired": gettext_noop(
            "Your draft with {others} has expired; nothing has been written down."
        ),
    },
    find=_find,
)
