"""Drafts on somebody's desk: what waits for her, and what she waits for."""

import time
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from urdimbre.web import telling, wording
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.names import by_id

SHOWN = 50


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A draft as a line of a page."""

    id: str
    mode: str
    title: str
    other: str
    until: str


def for_her(here: Here) -> list[WaitingLine]:
    """Return the drafts that wait for a member's signature."""
    drafts = Draft.objects.filter(
        state="waiting",
        signers__member=here.member,
        signers__slot=None,
        valid_until__gte=int(time.time()),
    )
    return _lines(drafts, here)


def sent_by(here: Here) -> list[WaitingLine]:
    """Return the drafts of a member that wait for others, or that she has begun."""
    drafts = Draft.objects.filter(
        by=here.member,
        state__in=("waiting", "preparing"),
        valid_until__gte=int(time.time()),
    ).exclude(signers__member=here.member, signers__slot=None, state="waiting")
    return _lines(drafts, here)


def _lines(drafts: Any, here: Here) -> list[WaitingLine]:
    rows = list(drafts.prefetch_related("signers").order_by("-created")[:SHOWN])
    known = by_id({one.member for row in rows for one in row.signers.all()})
    return [
        WaitingLine(
            id=row.id,
            mode=row.mode,
            title=_title(row),
            other=_others(row, known, here.member),
            until=wording.moment(row.valid_until),
        )
        for row in rows
    ]


def _title(draft: Draft) -> str:
    if draft.mode:
        return gettext(telling.MODES[draft.mode])
    return gettext("Admission") if draft.kind == "admit" else gettext("Thanks")


def _others(draft: Draft, known: dict[str, str], own: str) -> str:
    others = [one.member for one in draft.signers.all() if one.member != own]
    return ", ".join(known[member] for member in others)
