"""Looking what is new for whom: each thing is noted once, by whichever way it comes."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Min

from urdimbre.web.notices.found import Found, Kind
from urdimbre.web.notices.kinds import BY_CODE, KINDS
from urdimbre.web.notices.models import Device, Letter, Letterbox, News, Wish
from urdimbre.web.notices.people import reachable

KEPT_SECONDS = 400 * 86_400
"""How long it is remembered that somebody was told; longer than anything is found."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How those who can be reached want to be told.

    Attributes:
        since: seconds UTC from which on each is told, by person.
        digests: how often letters come together, of those who want letters.
        devices: persons with a browser that shows news.
        wishes: what they chose, by person and kind.
    """

    since: dict[str, int]
    digests: dict[str, str]
    devices: frozenset[str]
    wishes: dict[tuple[str, str], Wish]

    def mail(self, person: str, kind: str) -> str:
        """Say how a kind comes by mail."""
        wish = self.wishes.get((person, kind))
        if person not in self.digests:
            return ""
        return how(kind, wish and wish.mail, self.digests[person])

    def push(self, person: str, kind: str) -> bool:
        """Say whether a kind is shown on her devices: what is urgent, as a rule."""
        wish = self.wishes.get((person, kind))
        return person in self.devices and pushes(kind, wish and wish.push)


def gather(now: int, *, by_mail: bool = True) -> int:
    """Note what is new for those who can be reached; returns how much that is."""
    wanted = _wanted(by_mail=by_mail)
    people = reachable(wanted.since)
    if people is None:
        return 0
    added = 0
    for kind in KINDS:
        found = list(kind.find(people, now))
        with transaction.atomic():
            added += _note(kind, found, wanted, now)
            if kind.passes:
                _drop_passed(kind, found)
    return added


def how(kind: str, wish: str | None, digest: str) -> str:
    """Say how a kind comes by mail: ``now``, ``digest``, or empty for not at all."""
    wanted = wish or BY_CODE[kind].mail
    if wanted == "no" or (wanted == "digest" and digest == "never"):
        return ""
    return wanted


def pushes(kind: str, wish: str | None) -> bool:
    """Say whether a kind is shown on devices."""
    return wish == "yes" if wish else BY_CODE[kind].mail == "now"


def _wanted(*, by_mail: bool) -> Wanted:
    boxes = Letterbox.objects.filter(confirmed=True, wanted=True)
    found = list(boxes) if by_mail else []
    since = {one.person: one.since for one in found}
    devices = Device.objects.values_list("person").annotate(first=Min("made"))
    for person, first in devices:
        since[person] = min(first, since.get(person, first))
    wishes = Wish.objects.filter(person__in=list(since))
    return Wanted(
        since=since,
        digests={one.person: one.digest for one in found},
        devices=frozenset(person for person, _ in devices),
        wishes={(one.person, one.kind): one for one in wishes},
    )


def _note(kind: Kind, found: Iterable[Found], wanted: Wanted, now: int) -> int:
    rows = News.objects.filter(kind=kind.code, person__in=list(wanted.since))
    known = set(rows.values_list("person", "about"))
    new = {
        (one.person, one.about): News(
            person=one.person,
            kind=kind.code,
            about=one.about,
            said=one.said,
            values=one.values,
            path=one.path,
            at=now,
            mail=wanted.mail(one.person, kind.code),
        )
        for one in found
        if (one.person, one.about) not in known
    }
    News.objects.bulk_create(new.values(), ignore_conflicts=True)
    shown = {person for person, _ in new if wanted.push(person, kind.code)}
    Device.objects.filter(person__in=shown, waiting=False).update(
        waiting=True, next_at=now, tries=0
    )
    return len(new)


def _drop_passed(kind: Kind, found: Iterable[Found]) -> None:
    """Forget what nobody has been told yet and what is no news any more."""
    present = {(one.person, one.about) for one in found}
    waiting = News.objects.filter(kind=kind.code, letter=None).exclude(mail="")
    passed = [row.pk for row in waiting if (row.person, row.about) not in present]
    News.objects.filter(pk__in=passed).delete()


def forget_old(now: int) -> None:
    """Drop what was told, and letters that went, so long ago that nobody asks."""
    News.objects.filter(at__lt=now - KEPT_SECONDS).delete()
    Letter.objects.filter(made__lt=now - KEPT_SECONDS).exclude(state="waiting").delete()
