"""Drafts on somebody's desk: what waits for her, and what she waits for."""

import time
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext

from urdimbre.web import kinds, telling, wording
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges.models import Draft, missing, waiting_count, waiting_for
from urdimbre.web.exchanges.roles import is_attested
from urdimbre.web.membership import keys
from urdimbre.web.names import by_id

SHOWN = 50
TOLD_SECONDS = 14 * 86_400
"""How long the maker of a draft is told that it came to nothing."""


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A draft as a line of a page.

    Attributes:
        id: of the draft.
        mode: of its first deal.
        title: of the mode, in words.
        other: names of the other parties.
        until: when it ends, in words.
        outcome: in words, if it was declined or has expired; else empty.
    """

    id: str
    mode: str
    title: str
    other: str
    until: str
    outcome: str


def for_her(here: Here) -> list[WaitingLine]:
    """Return the drafts that wait for a member's signature; mostly there are none."""
    if not waiting_count(here.member, here.person):
        return []
    drafts = waiting_for(here.member, here.person)
    return _lines(drafts.filter(valid_until__gte=int(time.time())), here)


def sent_by(here: Here) -> list[WaitingLine]:
    """Return the drafts of a member that wait for others, or that she has begun.

    What was declined or has expired stays a while: otherwise she would never know.
    """
    now = int(time.time())
    drafts = Draft.objects.filter(
        Q(state="preparing", valid_until__gte=now)
        | Q(
            ~missing(here.member, here.person),
            state="waiting",
            valid_until__gte=now - TOLD_SECONDS,
        )
        | Q(state="declined", created__gte=now - TOLD_SECONDS),
        by=here.member,
    )
    return _lines(drafts, here)


def _lines(drafts: Any, here: Here) -> list[WaitingLine]:
    rows = list(drafts.prefetch_related("signers").order_by("-created")[:SHOWN])
    parties = {one.member for row in rows for one in row.signers.all()}
    known = by_id(parties | {here.member}) if rows else {}
    return [
        WaitingLine(
            id=row.id,
            mode=row.mode,
            title=_title(row),
            other=_others(row, known, here.member),
            until=wording.moment(row.valid_until),
            outcome=_outcome(row),
        )
        for row in rows
    ]


def _outcome(draft: Draft) -> str:
    if draft.state == "declined":
        return gettext("declined")
    return gettext("expired") if draft.valid_until < int(time.time()) else ""


def _title(draft: Draft) -> str:
    if draft.mode:
        return gettext(telling.MODES[draft.mode])
    return gettext(kinds.SHORT.get(draft.kind, draft.kind))


def _others(draft: Draft, known: dict[str, str], own: str) -> str:
    others = [one.member for one in draft.signers.all() if one.member != own]
    return ", ".join(known[member] for member in dict.fromkeys(others)) or known[own]


def of_hers(request: Any, pk: str) -> Draft:
    """Find a draft of which she is a party; what others prepare stays unseen."""
    found = Draft.objects.filter(pk=pk).prefetch_related("signers").first()
    if found is None:
        raise Http404
    parties = {one.member for one in found.signers.all()}
    here = request.here
    if here.mandate and found.kind != "exchange":
        raise Http404  # what is not an exchange is not for the office
    hers = {here.member, here.person}
    unseen = found.state in ("preparing", "cancelled") and found.by not in hers
    if unseen or not (hers & (parties | {found.by}) or _witnesses(request, found)):
        raise Http404
    return found


def _witnesses(request: Any, found: Draft) -> bool:
    person = request.here.person
    return is_attested(found) and bool(keys.mandate_to_attest(person, found.kind))
