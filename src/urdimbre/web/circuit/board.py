"""The board: offers beside needs, and what has moved; nobody is ranked."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from urdimbre.core.exchange.exchange import MODE
from urdimbre.core.units import Quantity
from urdimbre.projections.models import Volume
from urdimbre.web import names, telling, wording
from urdimbre.web.catalogue import categories
from urdimbre.web.circuit.meeting import meeting
from urdimbre.web.circuit.signs_about import (
    accounts_together,
    last_whole_month,
)
from urdimbre.web.exchanges import limit_marks

MONTHS = 12
BAR_HEIGHT = 56
BAR_STEP = 20
GOODS_PER_PAGE = 15
GOODS_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """How many moves of a mode there were in a month, and its drawn bar."""

    label: str
    moves: int
    x: int
    height: int

    @property
    def y(self) -> int:
        """Where the bar begins, seen from above."""
        return BAR_HEIGHT - self.height


@dataclass(frozen=True, slots=True)
class ModeBoard:
    """A mode in the last months."""

    mode: str
    title: str
    moves: int
    bars: tuple[Bar, ...]

    @property
    def icon(self) -> str:
        """The template of the mode's icon."""
        return f"icons/{self.mode}.svg"

    @property
    def width(self) -> int:
        """How wide its picture is."""
        return MONTHS * BAR_STEP


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """What moved of a kind of goods or work in one modality.

    Attributes:
        kind: in words.
        mode: its code.
        mode_name: in words.
        amounts: a sum for each unit, in words.
        moves: how many moves.
        width: of its drawn bar.
    """

    kind: str
    mode: str
    mode_name: str
    amounts: tuple[str, ...]
    moves: int
    width: int


def board(request: Any) -> HttpResponse:
    """Show offers beside needs, volumes by mode and kind, and the signs about."""
    months = sorted(Volume.objects.values_list("month", flat=True).distinct())[-MONTHS:]
    rows = list(Volume.objects.filter(month__in=months))
    month = last_whole_month(wording.to_date(wording.today()))
    goods = Paginator(_goods(rows), GOODS_PER_PAGE)
    page = {
        **meeting(request.here),
        "modes": _modes(rows, months),
        "page": goods.get_page(request.GET.get("page")),
        "money_moved": _values(rows, "money"),
        "signs_moved": _values(rows, "signs"),
        "about": accounts_together(rows, month),
        "month": wording.month(month),
        "limit_marks": limit_marks.counted(_first_day(months)),
        "first_month": wording.month(months[0]) if months else "",
        "last_month": wording.month(months[-1]) if months else "",
    }
    return render(request, "circuit/board.html", page)


def _first_day(months: list[int]) -> int:
    """Return the day on which the shown months begin."""
    if not months:
        return 0
    return wording.to_day(date(months[0] // 100, months[0] % 100, 1))


def _modes(rows: list[Volume], months: list[int]) -> list[ModeBoard]:
    counted: dict[tuple[str, int], int] = defaultdict(int)
    for row in rows:
        counted[row.mode, row.month] += row.moves
    most = max(counted.values(), default=1)
    used = {mode for mode, _ in counted}
    # Common work is no modality: it is shown where there is some.
    return [
        _mode(mode, title, months, (counted, most))
        for mode, title in telling.MODES.items()
        if mode in MODE or mode in used
    ]


def _mode(
    mode: str,
    title: str,
    months: list[int],
    counted: tuple[dict[tuple[str, int], int], int],
) -> ModeBoard:
    moves, most = counted
    bars = tuple(
        Bar(
            wording.month(month),
            moves[mode, month],
            place * BAR_STEP + 3,
            moves[mode, month] * BAR_HEIGHT // most,
        )
        for place, month in enumerate(months)
    )
    return ModeBoard(mode, gettext(title), sum(bar.moves for bar in bars), bars)


def _goods(rows: list[Volume]) -> list[GoodsLine]:
    """Sum goods by what members call them and by mode, in the order of the names."""
    sums: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    moves: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        if row.type == "goods" and row.total:
            key = categories.label(row.category), row.mode
            sums[key][row.unit] += row.total
            moves[key] += row.moves
    most = max(moves.values(), default=1) or 1
    return [
        GoodsLine(
            kind=kind,
            mode=mode,
            mode_name=gettext(telling.MODES[mode]),
            amounts=tuple(
                wording.quantity(Quantity(minor, unit))
                for unit, minor in sorted(sums[kind, mode].items())
            ),
            moves=moves[kind, mode],
            width=moves[kind, mode] * GOODS_WIDTH // most,
        )
        for kind, mode in sorted(sums, key=lambda one: (names.folded(one[0]), one[1]))
    ]


def _values(rows: list[Volume], kind: str) -> list[tuple[str, str]]:
    """Sum money, or signs, by mode and unit; never one with the other."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        if row.type == kind:
            sums[row.mode, row.unit] += row.total
    return [
        (gettext(telling.MODES[mode]), wording.quantity(Quantity(minor, unit)))
        for (mode, unit), minor in sorted(sums.items())
    ]
