"""Looking what is new for whom: each thing is noted once, by whichever way it comes."""

from collections.abc import Iterable

from django.db import transaction

from urdimbre.web.notices.found import Found, Kind
from urdimbre.web.notices.kinds import BY_CODE, KINDS
from urdimbre.web.notices.models import Letter, Letterbox, News, Wish
from urdimbre.web.notices.people import reachable

KEPT_SECONDS = 400 * 86_400
"""How long it is remembered that somebody was told; longer than anything is found."""


def gather(now: int) -> int:
    """Note what is new for those who want letters; returns how much that is."""
    boxes = Letterbox.objects.filter(confirmed=True, wanted=True)
    digests = dict(boxes.values_list("person", "digest"))
    people = reachable(boxes)
    if people is None:
        return 0
    wishes = _wishes(digests)
    added = 0
    for kind in KINDS:
        found = list(kind.find(people, now))
        with transaction.atomic():
            added += _note(kind, found, (digests, wishes), now)
            if kind.passes:
                _drop_passed(kind, found)
    return added


def how(kind: str, wish: str | None, digest: str) -> str:
    """Say how a kind comes by mail: ``now``, ``digest``, or empty for not at all."""
    wanted = BY_CODE[kind].mail if wish is None else wish
    if wanted == "no" or (wanted == "digest" and digest == "never"):
        return ""
    return wanted


def _wishes(persons: Iterable[str]) -> dict[tuple[str, str], str]:
    rows = Wish.objects.filter(person__in=list(persons))
    return {(row.person, row.kind): row.mail for row in rows}


def _note(
    kind: Kind,
    found: Iterable[Found],
    wanted: tuple[dict[str, str], dict[tuple[str, str], str]],
    now: int,
) -> int:
    digests, wishes = wanted
    rows = News.objects.filter(kind=kind.code, person__in=list(digests))
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
            mail=how(
                kind.code, wishes.get((one.person, kind.code)), digests[one.person]
            ),
        )
        for one in found
        if (one.person, one.about) not in known
    }
    News.objects.bulk_create(new.values(), ignore_conflicts=True)
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
