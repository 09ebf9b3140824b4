"""Where a member is inside: one row a session, touched once a day at most."""

import time
from typing import Any

from django.contrib.sessions.models import Session

from urdimbre.web import wording
from urdimbre.web.security.log import device_of
from urdimbre.web.security.models import Visit


def begin(request: Any, member: str) -> None:
    """Note that she is inside on this device."""
    request.session["seen"] = wording.today()
    if request.session.session_key is None:
        request.session.save()
    Visit.objects.update_or_create(
        session=request.session.session_key,
        defaults={
            "member": member,
            "device": device_of(request),
            "since": int(time.time()),
            "seen": wording.today(),
            "used": int(time.time()),
        },
    )


def used(request: Any) -> int:
    """Tell when the session was last used, in seconds UTC; 0: nobody noted it."""
    rows = Visit.objects.filter(session=request.session.session_key)
    return rows.values_list("used", flat=True).first() or 0


def use(request: Any) -> None:
    """Note that the session is used now."""
    rows = Visit.objects.filter(session=request.session.session_key)
    rows.update(used=int(time.time()))


def seen(request: Any, member: str) -> None:
    """Note the day on which the device was last used."""
    today = wording.today()
    if request.session.get("seen") == today:
        return
    request.session["seen"] = today
    rows = Visit.objects.filter(session=request.session.session_key)
    if not rows.update(seen=today):
        begin(request, member)


def of(member: str) -> list[Visit]:
    """Return where she is inside; rows of sessions that have run out are let go."""
    rows = list(Visit.objects.filter(member=member).order_by("-seen", "-since"))
    there = set(
        Session.objects.filter(
            session_key__in=[one.session for one in rows]
        ).values_list("session_key", flat=True)
    )
    Visit.objects.filter(session__in=[one.session for one in rows]).exclude(
        session__in=there
    ).delete()
    return [one for one in rows if one.session in there]


def end(member: str, sessions: list[str]) -> int:
    """End sessions of hers; returns how many were ended."""
    hers = list(
        Visit.objects.filter(member=member, session__in=sessions).values_list(
            "session", flat=True
        )
    )
    Session.objects.filter(session_key__in=hers).delete()
    Visit.objects.filter(session__in=hers).delete()
    return len(hers)
