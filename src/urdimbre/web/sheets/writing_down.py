"""A typed sheet becomes acts, line by line, by the drafts that everything goes through.

The clerk signs at once what she may: for herself, under mandates, as a witness. Whoever
is missing then finds the draft on her home, or signs it beside the clerk.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from urdimbre.adapters.keys.server import PinNeeded, WrongPin
from urdimbre.core import drafting
from urdimbre.core.refusals import Refusal
from urdimbre.projections.models import Member
from urdimbre.web.catalogue import thesaurus
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges import fields
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.proposing import Proposal, exchange, propose
from urdimbre.web.exchanges.roles import (
    NothingToSign,
    SheMustSign,
    by_server,
    role_of,
)
from urdimbre.web.exchanges.signing import sign
from urdimbre.web.membership.pins import PinLocked
from urdimbre.web.office import mandates
from urdimbre.web.office.models import Attested, Prepared
from urdimbre.web.refusing import Said, said
from urdimbre.web.sheets import sealed
from urdimbre.web.sheets.models import Sheet, SheetLine
from urdimbre.web.sheets.reading import Typed
from urdimbre.web.sheets.ways import ATTESTED, MANDATE, Passing, Way, ways_of

ALIVE = ("preparing", "waiting")
PIN_PROBLEMS = (WrongPin, PinNeeded, PinLocked)


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that was not written down, and why."""

    line: SheetLine
    told: Said


def living(lines: Sequence[SheetLine]) -> dict[int, Draft]:
    """Return the drafts that wait or are recorded, by the number of their line."""
    found = Draft.objects.in_bulk([one.draft for one in lines if one.draft])
    now = int(time.time())
    return {
        one.number: draft
        for one in lines
        if (draft := found.get(one.draft)) is not None
        and (
            draft.state == "recorded"
            or (draft.state in ALIVE and draft.valid_until >= now)
        )
    }


def write_down(here: Here, sheet: Sheet, *, pin: str | None) -> list[Refused]:
    """Propose and sign what is not written down yet; say what was refused.

    Pressed again it goes on where it stopped: what waits or is recorded stays.

    Raises:
        WrongPin, PinNeeded, PinLocked: the clerk's key does not open.
    """
    lines = list(sheet.lines.all())
    done = living(lines)
    refused: list[Refused] = []
    for line in lines:
        draft = done.get(line.number)
        if draft is None:
            refused += _begin(here, sheet, line, pin=pin)
        elif draft.state != "recorded":
            refused += _go_on(here, sheet, line, draft, pin=pin)
    return refused


def passing(sheet: Sheet, line: SheetLine | Typed) -> Passing:
    """Return what of a line decides how its parties consent."""
    return Passing(line.giver, line.taker, line.minor, sheet.unit)


def _begin(
    here: Here, sheet: Sheet, line: SheetLine, *, pin: str | None
) -> list[Refused]:
    ways = ways_of(here, passing(sheet, line), mandates.held_by(here.person))
    proposal = _proposal(sheet, line)
    with transaction.atomic():
        locked = SheetLine.objects.get(pk=line.pk)
        if locked.draft != line.draft:
            return []  # pressed twice at once
        made = propose(_author(here, line), proposal, {})
        if not isinstance(made, Draft):
            return [Refused(line, said(one)) for one in made[:1]]
        _arrange(here, line, ways, made)
    return _signed(here, line, ways, made, pin=pin)


def _go_on(
    here: Here, sheet: Sheet, line: SheetLine, draft: Draft, *, pin: str | None
) -> list[Refused]:
    ways = ways_of(here, passing(sheet, line), mandates.held_by(here.person))
    return _signed(here, line, ways, draft, pin=pin)


def _arrange(here: Here, line: SheetLine, ways: Sequence[Way], made: Draft) -> None:
    """Keep whose draft it is, ask witnesses, and let it wait for others."""
    line.draft = made.pk
    line.save(update_fields=["draft"])
    Prepared.objects.create(draft=made.pk, clerk=here.person, member=line.giver)
    Attested.objects.bulk_create(
        Attested(draft=made.pk, member=one.party) for one in ways if one.how == ATTESTED
    )
    made.state = "waiting"
    made.save(update_fields=["state"])


def _author(here: Here, line: SheetLine) -> Here:
    """Name the clerk where she is a party; else who gives, whose draft it is."""
    if here.person in (line.giver, line.taker):
        return here.as_person()
    return replace(here, member=line.giver, person=line.giver, mandate="")


def _signed(
    here: Here, line: SheetLine, ways: Sequence[Way], draft: Draft, *, pin: str | None
) -> list[Refused]:
    """Sign all that the clerk may sign; what she may not waits for others."""
    own = here.as_person()
    # Twice for herself: as a party, and as a witness.
    for one in (*_hats(here, ways), own, own):
        role = role_of(one, draft)
        if role is None:
            continue
        try:
            answer = sign(one, draft, [by_server(draft, role, pin=pin)])
        except (NothingToSign, SheMustSign):
            continue
        if isinstance(answer, Refusal):
            return [Refused(line, said(answer))]
        draft.refresh_from_db()
    return []


def _hats(here: Here, ways: Sequence[Way]) -> list[Here]:
    return [
        replace(here, member=one.party, mandate=one.mandate)
        for one in ways
        if one.how == MANDATE
    ]


def _proposal(sheet: Sheet, line: SheetLine) -> Proposal:
    """Write a line as an exchange: goods one way, signs the other if there are any."""
    kinds = dict(
        Member.objects.filter(id__in=[line.giver, line.taker]).values_list("id", "kind")
    )
    moves = [
        drafting.goods(
            line.giver,
            line.taker,
            category=thesaurus.code_of(product),
            quantity=minor,
            unit=unit,
            measure="weighed" if unit in fields.WEIGHED else "counted",
            use=drafting.USES.get(kinds.get(line.taker, ""), "consumption"),
        )
        for product, minor, unit in line.items
    ]
    texts = {place: product for place, (product, _, _) in enumerate(line.items)}
    if line.minor is not None:
        moves.append(drafting.signs(line.taker, line.giver, line.minor, sheet.unit))
    mode = passing(sheet, line).mode
    plain = exchange(mode, moves, texts, day=sheet.day)
    payload = sealed.payload(sheet, line.number)
    return replace(plain, private={**plain.private, sealed.FIELD: payload})
