"""Entries that rest on a standing consent are told to who gave it, on her home."""

import time
from dataclasses import dataclass

from urdimbre.web import names, wording
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.signing import wait_for_missing
from urdimbre.web.on_account.models import Unsigned

TOLD_SECONDS = 14 * 86_400
SHOWN = 20
WHAT_MAX = 400


@dataclass(frozen=True, slots=True)
class UnsignedLine:
    """An entry as a line of her home; ``position``: of its receipt."""

    position: int
    what: str
    creditor: str
    person: str
    time: str


def note(draft: Draft, here: Here, *, member: str, what: str) -> None:
    """Keep that an entry of somebody's needs no signature of hers, and ask for none."""
    wait_for_missing(draft)
    Unsigned.objects.update_or_create(
        draft=draft.pk,
        defaults={
            "member": member,
            "creditor": here.member,
            "person": here.person,
            "what": what[:WHAT_MAX],
            "at": int(time.time()),
        },
    )


def told(member: str) -> list[UnsignedLine]:
    """Return what was written for a member without her signature, the newest first."""
    since = int(time.time()) - TOLD_SECONDS
    hers = list(Unsigned.objects.filter(member=member, at__gte=since).order_by("-at"))
    if not hers:
        return []
    drafts = Draft.objects.filter(pk__in=[row.draft for row in hers])
    recorded = drafts.exclude(position=None).values_list("pk", "position")
    positions = dict(recorded)
    rows = [row for row in hers if row.draft in positions][:SHOWN]
    known = names.by_id(one for row in rows for one in (row.creditor, row.person))
    return [
        UnsignedLine(
            position=positions[row.draft],
            what=row.what,
            creditor=known[row.creditor],
            person=known[row.person],
            time=wording.moment(row.at),
        )
        for row in rows
    ]
