"""A draft waits for her signature, or for that of a member for whom she acts."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_noop

from urdimbre.web import wording
from urdimbre.web.exchanges.models import Draft, Signer
from urdimbre.web.notices.found import Found, Kind
from urdimbre.web.notices.people import People


def _find(people: People, now: int) -> Iterator[Found]:
    rows = Signer.objects.filter(
        slot=None,
        member__in=people.members,
        draft__state="waiting",
        draft__valid_until__gte=now,
    ).select_related("draft")
    found = list(rows)
    signed = _signed({row.draft_id for row in found})
    for row in found:
        for person in people.told(row.member):
            # Where several sign for a member, it waits no longer for who has.
            has = (row.draft_id, row.member, person) in signed
            if row.draft.by != person and (person == row.member or not has):
                yield _told(row.draft, row.member, person)


def _signed(drafts: set[str]) -> set[tuple[str, str, str]]:
    rows = Signer.objects.filter(draft__in=drafts).exclude(slot=None)
    return set(rows.values_list("draft_id", "member", "person"))


def _told(draft: Draft, member: str, person: str) -> Found:
    until = wording.to_day(wording.local(draft.valid_until).date())
    return Found(
        person=person,
        about=f"{draft.pk}.{member}",
        said="hers" if member == person else "for_another",
        path=reverse("draft", args=[draft.pk]),
        values={"who": draft.by, "whom": member, "day": until},
    )


KIND = Kind(
    code="waiting",
    label=gettext_noop("A draft waits for my signature"),
    mail="now",
    says={
        "hers": gettext_noop(
            "{who} has written a draft; it waits for you until {day}."
        ),
        "for_another": gettext_noop(
            "{who} has written a draft; it waits until {day} for somebody to sign for "
            "{whom}."
        ),
    },
    find=_find,
    passes=True,
)
