"""The member's own: who she is, balances, statement, what is owed."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from django.db.models import Q
from django.utils.translation import gettext
from ninja import Query, Router

from urdimbre.projections.models import (
    ActLine,
    Balance,
    Limits,
    Move,
    Obligation,
    Posting,
)
from urdimbre.web import names
from urdimbre.web.api import shapes
from urdimbre.web.api.answering import READ
from urdimbre.web.api.callers import Bearer
from urdimbre.web.api.paging import Limit, numbers, page
from urdimbre.web.api.problems import NotUnderstood
from urdimbre.web.api.scopes import STATEMENT
from urdimbre.web.api.telling import amount, day, party
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges.statement import moves_of, what_of
from urdimbre.web.telling import due_of, due_sentence
from urdimbre.web.units import signs

router = Router(tags=["account"], auth=Bearer(STATEMENT))
Place = Annotated[str, Query(pattern=r"^([0-9]{1,15}\.[0-9]{1,3}\.[0-9]{1,3})?$")]


@router.get("/me", response={200: shapes.Me, READ: shapes.Problem}, auth=Bearer())
def me(request: Any) -> shapes.Me:
    """Tell for whom this token acts, and what it may do."""
    token, here = request.auth.token, request.auth.here
    unit = token.cap_unit
    return shapes.Me(
        no=here.no,
        name=here.name,
        kind=here.kind,
        person=here.person_name,
        scopes=token.scopes.split(),
        cap=amount(token.cap, unit) if unit else None,
        left=amount(token.cap - token.spent, unit) if unit else None,
        until=token.until,
    )


@router.get("/balances", response={200: list[shapes.Balance], READ: shapes.Problem})
def balances(request: Any) -> list[shapes.Balance]:
    """Tell where the member stands in each unit and purse."""
    here = request.auth.here
    agreed = {
        (row.unit, row.whom): row
        for row in Limits.objects.filter(whom__in=[here.member, here.kind])
    }
    rows = list(Balance.objects.filter(owner=here.no).order_by("unit", "purse"))
    there = {row.unit for row in rows if row.purse == "own"}
    nothing_yet = [
        Balance(owner=here.no, unit=one.code, purse="own", balance=0, held=0)
        for one in signs()
        if one.code not in there
    ]
    return [_balance(row, agreed, here) for row in (*rows, *nothing_yet)]


def _balance(
    row: Balance, agreed: dict[tuple[str, str], Limits], here: Here
) -> shapes.Balance:
    found = agreed.get((row.unit, here.member)) or agreed.get((row.unit, here.kind))
    bounds = found if row.purse == "own" else None
    return shapes.Balance(
        unit=row.unit,
        purse=row.purse,
        balance=amount(row.balance, row.unit),
        held=amount(row.held, row.unit),
        low=amount(bounds.low, row.unit) if bounds else None,
        high=amount(bounds.high, row.unit) if bounds else None,
    )


@router.get(
    "/statement",
    response={200: shapes.Page[shapes.StatementLine], READ: shapes.Problem},
)
def statement(
    request: Any,
    *,
    limit: Limit = 25,
    cursor: Place = "",
    direction: Literal["", "gave", "received"] = "",
    mode: Literal["", shapes.Mode] = "",
    unit: Annotated[str, Query(max_length=12)] = "",
    start: shapes.Day | None = None,
    end: shapes.Day | None = None,
) -> dict[str, Any]:
    """List what the member gave and received, the newest first."""
    here = request.auth.here
    days = {"period": "days", "start": _date("start", start), "end": _date("end", end)}
    kind = {"direction": direction, "mode": mode, "unit": unit.replace("\0", "")}
    rows = moves_of(here, days | kind)
    rows = rows.filter(_before(numbers(cursor)))
    return page(
        list(rows[: limit + 1]), limit, lambda given: _lines(given, here), _place
    )


def _date(field: str, written: str | None) -> date | None:
    """Read a day; the shape has seen its digits, not the calendar."""
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        reason = gettext("Write a day, such as 2026-03-31.")
        raise NotUnderstood(field=field, reason=reason) from None


def _before(place: list[int]) -> Q:
    """Select what comes after a place in the order of the statement."""
    if not place:
        return Q()
    position, deal, move = place
    later = Q(deal__gt=deal) | Q(deal=deal, move__gt=move)
    return Q(position__lt=position) | (Q(position=position) & later)


def _place(row: Move | Obligation) -> str:
    return f"{row.position}.{row.deal}.{row.move}"


def _lines(rows: Sequence[Move], here: Here) -> list[shapes.StatementLine]:
    positions = {row.position for row in rows}
    known = names.by_number({no for row in rows for no in (row.giver, row.taker)})
    acts = ActLine.objects.filter(position__in=positions)
    days = dict(acts.values_list("position", "day"))
    own = Posting.objects.filter(position__in=positions, owner=here.no, purse="own")
    after = {(row.position, row.unit): row.after for row in own}
    return [_line(row, here, known, days, after) for row in rows]


def _line(
    row: Move,
    here: Here,
    known: dict[int, str],
    days: dict[int, int | None],
    after: dict[tuple[int, str], int],
) -> shapes.StatementLine:
    gave = row.giver == here.no
    left = after.get((row.position, row.unit)) if row.type == "signs" else None
    return shapes.StatementLine(
        position=row.position,
        deal=row.deal,
        move=row.move,
        day=day(days[row.position]),
        mode=row.mode,
        direction="gave" if gave else "received",
        other=party(row.taker if gave else row.giver, known),
        type=row.type,
        category=row.category,
        what=what_of(row),
        amount=amount(row.quantity, row.unit),
        after=None if left is None else amount(left, row.unit),
        mark=row.mark,
    )


@router.get(
    "/obligations",
    response={200: shapes.Page[shapes.Obligation], READ: shapes.Problem},
)
def obligations(request: Any, limit: Limit = 25, cursor: Place = "") -> dict[str, Any]:
    """List what the member owes and is owed, the oldest first."""
    no = request.auth.here.no
    rows = Obligation.objects.filter(Q(debtor=no) | Q(creditor=no), open__gt=0)
    if cursor:
        position, deal, move = numbers(cursor)
        later = Q(deal__gt=deal) | Q(deal=deal, move__gt=move)
        rows = rows.filter(Q(position__gt=position) | Q(position=position) & later)
    rows = rows.order_by("position", "deal", "move")
    return page(list(rows[: limit + 1]), limit, _obligations, _place)


def _obligations(rows: Sequence[Obligation]) -> list[shapes.Obligation]:
    known = names.by_number({no for row in rows for no in (row.debtor, row.creditor)})
    return [
        shapes.Obligation(
            key=_place(row),
            debtor=party(row.debtor, known),
            creditor=party(row.creditor, known),
            what=row.what,
            category=row.category,
            open=amount(row.open, row.unit),
            due_day=day(row.due_day),
            due=due_sentence(due_of(json.loads(row.due))),
            contested=bool(row.contested),
        )
        for row in rows
    ]
