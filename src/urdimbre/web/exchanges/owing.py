"""Open obligations as pages show and settle them."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from urdimbre.core.units import Quantity
from urdimbre.projections.models import Custody, Member, Obligation
from urdimbre.web import names, telling, wording
from urdimbre.web.catalogue import categories
from urdimbre.web.entries import entry_at, payloads, texts_at, texts_of

SIDES = ("owes", "owed")
MOST = 200
PER_PAGE = 25
SHOWN = 10
"""How many lines of each side stand on a page that shows both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owing:
    """An obligation of two members.

    Attributes:
        position: of the act that opened it.
        act: that act's hash.
        deal: place of the deal.
        move: place of the move.
        debtor: id of who owes.
        creditor: id of who is owed.
        what: ``goods``, ``work``, ``money`` or ``signs``.
        unit: code of its unit.
        open: minor steps still owed.
        category: of goods or work.
        text: description, if the desk still has it.
        custody: deal and move of the lent thing, if one lies with the debtor.
        held: how much of it, minor steps.
    """

    position: int
    act: str
    deal: int
    move: int
    debtor: str
    creditor: str
    what: str
    unit: str
    open: int
    category: str
    text: str
    custody: tuple[int, int] | None
    held: int


@dataclass(frozen=True, slots=True)
class OwingLine:
    """An obligation as a line of a page."""

    key: str
    other: str
    amount: str
    what: str
    due: str
    overdue: bool
    contested: bool


def open_of(no: int) -> tuple[list[OwingLine], list[OwingLine]]:
    """Return what a member owes and what is owed to her, the nearest term first."""
    rows = list(
        _nearest(Obligation.objects.filter(Q(debtor=no) | Q(creditor=no)))[:MOST]
    )
    lines = list(zip(rows, lines_of(rows, no), strict=True))
    owes = [line for row, line in lines if row.debtor == no]
    owed = [line for row, line in lines if row.creditor == no]
    return owes, owed


def of_side(no: int, side: str) -> QuerySet[Obligation]:
    """Select what a member owes, or what is owed to her."""
    whose = Q(debtor=no) if side == "owes" else Q(creditor=no)
    return _nearest(Obligation.objects.filter(whose))


def _nearest(rows: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """Put the nearest term first, on every engine; what has no day stands last."""
    nearest = F("due_day").asc(nulls_last=True)
    return rows.filter(open__gt=0).order_by(nearest, "position", "deal", "move")


def lines_of(rows: Iterable[Obligation], no: int) -> list[OwingLine]:
    """Tell obligations as lines, with a constant number of queries."""
    found = list(rows)
    known = names.by_number(
        {who for row in found for who in (row.debtor, row.creditor)}
    )
    texts = texts_at({row.position for row in found})
    return [_line(row, known, texts, no) for row in found]


def _line(
    row: Obligation,
    known: dict[int, str],
    texts: Mapping[tuple[int, int, int], str],
    no: int,
) -> OwingLine:
    due = telling.due_of(json.loads(row.due))
    return OwingLine(
        key=f"{row.position}.{row.deal}.{row.move}",
        other=known[row.creditor if row.debtor == no else row.debtor],
        amount=wording.quantity(Quantity(row.open, row.unit)),
        what=texts.get((row.position, row.deal, row.move))
        or (categories.label(row.category) if row.category else ""),
        due=telling.due_sentence(due),
        overdue=row.due_day is not None and row.due_day < wording.today(),
        contested=bool(row.contested),
    )


def _custody_of(position: int, row: Obligation) -> Custody | None:
    """Find the lent thing that an obligation promises to return."""
    things: Iterable[Custody] = Custody.objects.filter(
        position=position,
        deal=row.deal,
        owner=row.creditor,
        holder=row.debtor,
        category=row.category,
        unit=row.unit,
        held__gt=0,
    )
    return next(iter(things), None)


@dataclass(frozen=True, slots=True)
class CustodyLine:
    """A thing in somebody's hands that is another's."""

    other: str
    amount: str
    what: str
    is_mine: bool


def in_custody(no: int) -> list[CustodyLine]:
    """Return what others hold of a member's, and what she holds of others'."""
    rows = list(
        Custody.objects.filter(Q(owner=no) | Q(holder=no), held__gt=0).order_by(
            "position"
        )[:100]
    )
    known = names.by_number({row.owner for row in rows} | {row.holder for row in rows})
    return [
        CustodyLine(
            other=known[row.holder if row.owner == no else row.owner],
            amount=wording.quantity(Quantity(row.held, row.unit)),
            what=categories.label(row.category),
            is_mine=row.owner == no,
        )
        for row in rows
    ]


class NoSuchObligation(LookupError):
    """There is no open obligation of that key to which the member is a party."""


def find(key: str, no: int) -> Owing:
    """Return an open obligation of a member by its key, ``position.deal.move``.

    Raises:
        NoSuchObligation: there is none, or it is between others.
    """
    if not re.fullmatch(r"[0-9]{1,15}\.[0-9]{1,2}\.[0-9]{1,2}", key):
        raise NoSuchObligation(key)
    position, deal, move = (int(part) for part in key.split("."))
    row = Obligation.objects.filter(
        Q(debtor=no) | Q(creditor=no),
        position=position,
        deal=deal,
        move=move,
        open__gt=0,
    ).first()
    if row is None:
        raise NoSuchObligation(key)
    ids = dict(
        Member.objects.filter(no__in=(row.debtor, row.creditor)).values_list("no", "id")
    )
    entry = entry_at(position)
    texts = texts_of(payloads(entry.act.private))
    lent = _custody_of(position, row)
    return Owing(
        position=position,
        act=entry.act.hash,
        deal=deal,
        move=move,
        debtor=ids[row.debtor],
        creditor=ids[row.creditor],
        what=row.what,
        unit=row.unit,
        open=row.open,
        category=row.category,
        text=texts.get(f"{deal}.{move}", ""),
        custody=None if lent is None else (lent.deal, lent.move),
        held=0 if lent is None else lent.held,
    )
