"""The board: what has moved in the circuit, by mode and month; nobody is ranked."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from urdimbre.core.exchange.exchange import MODE
from urdimbre.core.units import Quantity
from urdimbre.projections.models import Balance, Member, Volume
from urdimbre.web import names, telling, wording
from urdimbre.web.catalogue import categories
from urdimbre.web.catalogue.models import Listing
from urdimbre.web.exchanges import limit_marks
from urdimbre.web.units import signs

MONTHS = 12
BAR_HEIGHT = 56
BAR_STEP = 20


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


def board(request: Any) -> HttpResponse:
    """Show volumes by mode, what went from hand to hand, and the signs about."""
    months = sorted(Volume.objects.values_list("month", flat=True).distinct())[-MONTHS:]
    rows = list(Volume.objects.filter(month__in=months))
    page = {
        "modes": _modes(rows, months),
        "goods": _goods(rows),
        "money_moved": _values(rows, "money"),
        "signs_moved": _values(rows, "signs"),
        "signs": _signs(),
        "limit_marks": limit_marks.counted(_first_day(months)),
        "member_count": Member.objects.filter(left=None, no__gt=0).count(),
        "offer_count": Listing.objects.live().filter(kind="offer").count(),
        "need_count": Listing.objects.live().filter(kind="need").count(),
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


def _goods(rows: list[Volume]) -> list[tuple[str, list[str]]]:
    """Sum goods by what members call them, in the order of those names."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        if row.type == "goods" and row.total:
            sums[categories.label(row.category), row.unit] += row.total
    shown: dict[str, list[str]] = defaultdict(list)
    for (label, unit), minor in sorted(sums.items()):
        shown[label].append(wording.quantity(Quantity(minor, unit)))
    return sorted(shown.items(), key=lambda one: names.folded(one[0]))


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


def _signs() -> list[tuple[str, str]]:
    """Say how much of each sign is in members' hands: the sum of what is above zero."""
    sums = dict(
        Balance.objects.filter(purse="own", balance__gt=0)
        .values_list("unit")
        .annotate(total=Sum("balance"))
    )
    return [
        (
            wording.unit_label(unit),
            wording.quantity(Quantity(sums.get(unit.code, 0), unit.code)),
        )
        for unit in signs()
    ]
