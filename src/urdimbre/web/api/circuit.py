"""What belongs to all: the board, the agreement and the common notebook."""

import time
from collections.abc import Sequence
from typing import Annotated, Any

from django.db.models import Sum
from django.utils.translation import gettext
from ninja import Path, Query, Router

from urdimbre.core.agreements import BY_NAME
from urdimbre.core.chain import notes
from urdimbre.projections import models
from urdimbre.web import kinds, names, opened, telling
from urdimbre.web.api import shapes
from urdimbre.web.api.answering import READ
from urdimbre.web.api.callers import Bearer
from urdimbre.web.api.paging import Limit, page
from urdimbre.web.api.scopes import BOARD
from urdimbre.web.api.telling import amount, party, sentences
from urdimbre.web.catalogue import categories
from urdimbre.web.catalogue.models import Listing
from urdimbre.web.circuit.agreements import KINDS
from urdimbre.web.circuit.board import MONTHS
from urdimbre.web.entries import payloads, texts_of, told
from urdimbre.web.notebook import verifying
from urdimbre.web.notebook.reading import readable, readable_entry
from urdimbre.web.units import measure, signs

router = Router(tags=["circuit"], auth=Bearer(BOARD))
Acts = shapes.Page[shapes.Act]


@router.get("/board", response={200: shapes.Board, READ: shapes.Problem})
def board(request: Any) -> shapes.Board:
    """Tell what has moved in the last twelve months; nobody is named."""
    months = models.Volume.objects.values_list("month", flat=True).distinct()
    latest = sorted(months)[-MONTHS:]
    rows = models.Volume.objects.filter(month__in=latest)
    present = models.Member.objects.filter(left=None, no__gt=0)
    return shapes.Board(
        members=present.count(),
        offers=Listing.objects.live().filter(kind="offer").count(),
        needs=Listing.objects.live().filter(kind="need").count(),
        signs_in_hands=_in_hands(),
        volumes=[_volume(row) for row in rows.order_by(*_ORDER)],
    )


_ORDER = ("month", "mode", "type", "unit", "category")


def _volume(row: models.Volume) -> shapes.Volume:
    return shapes.Volume(
        month=row.month,
        mode=row.mode,
        type=row.type,
        category=row.category,
        total=amount(row.total, row.unit),
        moves=row.moves,
    )


def _in_hands() -> list[shapes.Amount]:
    """Sum what is above zero in each sign."""
    above = models.Balance.objects.filter(purse="own", balance__gt=0)
    sums = dict(above.values_list("unit").annotate(total=Sum("balance")))
    return [amount(sums.get(one.code, 0), one.code) for one in signs()]


@router.get(
    "/agreements",
    response={200: shapes.Agreements, READ: shapes.Problem},
    auth=Bearer(),
)
def agreements(request: Any) -> shapes.Agreements:
    """Tell what the circuit has agreed: parameters, units and limits."""
    now = int(time.time())
    kept = {row.name: row for row in models.Parameter.objects.all()}
    limits = models.Limits.objects.filter(whom__in=KINDS)
    return shapes.Agreements(
        parameters=[_parameter(name, kept.get(name), now) for name in BY_NAME],
        units=[_unit(row) for row in models.Unit.objects.order_by("code")],
        limits=[_limit(row) for row in limits.order_by("unit", "whom")],
        categories=dict(categories.choices()[1:]),
    )


def _parameter(name: str, row: models.Parameter | None, now: int) -> shapes.Parameter:
    value, coming, since = str(BY_NAME[name].default), None, None
    if row is not None:
        value = row.value
        if row.since > now:
            value, coming, since = row.before, row.value, row.since
    return shapes.Parameter(
        name=name,
        meaning=gettext(BY_NAME[name].meaning),
        value=value,
        coming=coming,
        since=since,
    )


def _unit(row: models.Unit) -> shapes.AgreedUnit:
    one = measure(row.code)
    return shapes.AgreedUnit(
        code=row.code,
        name=one.name,
        kind=row.kind,
        decimals=one.scale,
        is_time=one.is_time,
        regime=row.regime,
    )


def _limit(row: models.Limits) -> shapes.Limit:
    return shapes.Limit(
        unit=row.unit,
        whom=row.whom,
        low=amount(row.low, row.unit),
        high=amount(row.high, row.unit),
        warn=None if row.warn is None else amount(row.warn, row.unit),
    )


@router.get("/notebook", response={200: Acts, READ: shapes.Problem})
def notebook(
    request: Any,
    limit: Limit = 25,
    cursor: Annotated[str, Query(pattern="^([0-9]{1,15})?$")] = "",
) -> dict[str, Any]:
    """List the acts that the member may read, the newest first."""
    rows = readable(request.here)
    if cursor:
        rows = rows.filter(position__lt=int(cursor))
    found = list(rows[: limit + 1])
    return page(found, limit, _acts, lambda row: str(row.position))


def _acts(rows: Sequence[models.ActLine]) -> list[shapes.Act]:
    known = names.by_number({row.by for row in rows})
    first = models.Move.objects.filter(
        position__in=[row.position for row in rows], deal=0, move=0
    )
    modes = dict(first.values_list("position", "mode"))
    return [_act(row, modes.get(row.position, ""), known) for row in rows]


def _act(row: models.ActLine, mode: str, known: dict[int, str]) -> shapes.Act:
    words = telling.MODES[mode] if mode else kinds.SHORT.get(row.kind, row.kind)
    return shapes.Act(
        position=row.position,
        height=row.height,
        time=row.time,
        kind=row.kind,
        mode=mode,
        title=gettext(words),
        by=party(row.by, known),
    )


@router.get(
    "/notebook/checkpoint", response={200: shapes.Checkpoint, READ: shapes.Problem}
)
def checkpoint(request: Any) -> shapes.Checkpoint:
    """Hand out the last seal of the notebook."""
    registry = opened.circuit().registry
    note = registry.checkpoint()
    size = notes.parse_checkpoint(notes.parse_note(note.encode()).text).size
    return shapes.Checkpoint(genesis=registry.genesis, size=size, note=note)


@router.get(
    "/notebook/verification",
    response={200: shapes.Verification, READ: shapes.Problem},
)
def verification(request: Any) -> shapes.Verification:
    """Tell what the last verification of the whole notebook found."""
    last = verifying.last()
    result = last.result
    return shapes.Verification(
        running=last.running,
        started=last.started or None,
        upto=result["upto"] - 1 if result else None,
        right=result["first_error"] is None if result else None,
        failed=str(last.failed),
    )


@router.get(
    "/notebook/{position}", response={200: shapes.ActPage, READ: shapes.Problem}
)
def act(
    request: Any, position: Annotated[int, Path(ge=0, le=shapes.POSITION_MAX)]
) -> shapes.ActPage:
    """Open one act; texts are for its parties only."""
    entry, hers = readable_entry(request.here, position)
    line = models.ActLine.objects.get(position=position)
    texts = texts_of(payloads(entry.act.private)) if hers else {}
    shown = told(entry.act, texts, hers=hers)
    return shapes.ActPage(
        position=position,
        act=entry.act.hash,
        height=line.height,
        time=line.time,
        kind=entry.act.kind,
        title=shown.title,
        sentences=sentences(shown),
        bytes=entry.raw.decode(),
    )
