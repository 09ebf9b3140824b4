"""The security log: append-only, each line bound to all before by its hash.

The host can write it anew from some line on; a member who has kept a hash sees that.
"""

import json
import time
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from urdimbre.web.security.models import SecurityEvent

KINDS = {
    "entered": gettext_noop("Somebody entered with your password."),
    "entered_by_code": gettext_noop("Somebody entered with a code or a card of yours."),
    "entered_here": gettext_noop("Somebody entered with your PIN on a device."),
    "stays_here": gettext_noop("A device began to list you at its entrance."),
    "goes_from_here": gettext_noop("A device lists you no longer at its entrance."),
    "entered_second": gettext_noop("Somebody entered with your password and a code."),
    "second_begun": gettext_noop("A second step began to be asked for."),
    "second_ended": gettext_noop("The second step is asked for no longer."),
    "entry_failed": gettext_noop("Somebody tried to enter with a wrong password."),
    "code_made": gettext_noop("A code to enter as you was made."),
    "login_changed": gettext_noop("Your short name or password was changed."),
    "program_made": gettext_noop("A program was allowed to act for you."),
    "program_ended": gettext_noop("A program was ended."),
    "calendar_made": gettext_noop("A secret address of your calendar was made."),
    "shown_again": gettext_noop("You showed again that it is you."),
    "office_opened": gettext_noop("Somebody began to write for you in the office."),
    "signed_beside": gettext_noop("You signed on another's device."),
    "ended": gettext_noop("A device was sent out."),
    "left": gettext_noop("You logged out."),
    "erased": gettext_noop("Something known of you was erased."),
    "held": gettext_noop("Your texts and name were held: for a time they stay."),
    "hold_ended": gettext_noop("A hold on your texts and name was ended."),
    "taken_along": gettext_noop("Everything of yours was taken along in a file."),
}
START = "0" * 64
DEVICE_MAX = 200


def device_of(request: Any) -> str:
    """What the browser calls itself, as far as it can be kept."""
    told = str(request.META.get("HTTP_USER_AGENT", ""))
    return "".join(one for one in told if one.isprintable())[:DEVICE_MAX]


def note(kind: str, member: str, request: Any = None, *, by: str = "") -> None:
    """Write a line."""
    assert kind in KINDS, kind
    # Immediate transactions: nobody writes between the look and the line.
    with transaction.atomic():
        last = SecurityEvent.objects.order_by("-pk").first()
        line = SecurityEvent(
            at=int(time.time()),
            member=member,
            kind=kind,
            by=by,
            device="" if request is None else device_of(request),
        )
        line.hash = _bound(line, START if last is None else last.hash)
        line.save(force_insert=True)


def first_broken(lines: Iterable[SecurityEvent]) -> int | None:
    """Return the number of the first line that does not follow from those before."""
    before = START
    for line in lines:
        if line.hash != _bound(line, before):
            return int(line.pk)
        before = line.hash
    return None


def _bound(line: SecurityEvent, before: str) -> str:
    told = [before, line.at, line.member, line.kind, line.by, line.device]
    return sha256(json.dumps(told, ensure_ascii=True).encode()).hexdigest()
