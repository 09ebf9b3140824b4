"""Something was written for her without her signature: she had agreed beforehand."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_noop

from urdimbre.web.exchanges.models import Draft
from urdimbre.web.notices.found import BACK_SECONDS, Found, Kind
from urdimbre.web.notices.people import People
from urdimbre.web.on_account.models import Unsigned


def _find(people: People, now: int) -> Iterator[Found]:
    since = max(people.earliest, now - BACK_SECONDS)
    rows = list(Unsigned.objects.filter(member__in=people.members, at__gte=since))
    drafts = Draft.objects.filter(pk__in=[row.draft for row in rows], state="recorded")
    positions = dict(drafts.values_list("pk", "position"))
    for row in rows:
        if row.draft not in positions:
            continue
        for person in people.told(row.member, at=row.at):
            if person != row.person:
                yield _told(row, person, positions[row.draft])


def _told(row: Unsigned, person: str, position: int) -> Found:
    return Found(
        person=person,
        about=row.draft,
        said="hers" if row.member == person else "for_another",
        path=reverse("receipt", args=[position]),
        values={"who": row.creditor, "whom": row.member},
    )


KIND = Kind(
    code="written",
    label=gettext_noop("Something was written on my account without my signature"),
    mail="now",
    says={
        "hers": gettext_noop(
            "{who} has written something on your account, as you have permitted. Look "
            "whether it is right."
        ),
        "for_another": gettext_noop(
            "{who} has written something on the account of {whom}, as was permitted. "
            "Look whether it is right."
        ),
    },
    find=_find,
)
