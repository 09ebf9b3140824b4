"""Signs in the whole circuit: that they add up to zero, and how often they move."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from urdimbre.core.units import Quantity, UnitKind
from urdimbre.projections.models import Balance, Volume
from urdimbre.web import exact, wording
from urdimbre.web.units import Measure, measure

HUNDREDTHS = 2


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a sign changed hands in the last whole month.

    Attributes:
        moved: what moved in that month.
        times: that, divided by what is above zero on members' own accounts today;
            empty if nothing is.
    """

    moved: str
    times: str


@dataclass(frozen=True, slots=True)
class Accounts:
    """All accounts in one unit, added up; those closed and at zero are among them.

    Attributes:
        name: of the unit.
        above: sum of the balances above zero.
        below: sum of those below.
        together: both.
        accounts: how many.
        is_zero: whether it adds up.
        pace: of a sign; kept money has none.
    """

    name: str
    above: str
    below: str
    together: str
    accounts: int
    is_zero: bool
    pace: Pace | None


def accounts_together(volumes: Iterable[Volume], month: int) -> list[Accounts]:
    """Read all accounts with one query, and set what moved in a month beside them."""
    above, below = Q(balance__gt=0), Q(balance__lt=0)
    rows = (
        Balance.objects.values("unit")
        .annotate(
            accounts=Count("*"),
            **exact.sum_of("balance", "above", above),
            **exact.sum_of("balance", "below", below),
            **exact.sum_of("balance", "about", above & Q(purse="own")),
        )
        .order_by("unit")
    )
    moved: dict[str, int] = {}
    for row in volumes:
        if row.type == "signs" and row.month == month:
            moved[row.unit] = moved.get(row.unit, 0) + row.total
    return [_accounts(row, moved) for row in rows]


def last_whole_month(today: date) -> int:
    """Return the month before this day's, as volumes have it: 202510."""
    if today.month == 1:
        return (today.year - 1) * 100 + 12
    return today.year * 100 + today.month - 1


def _whole(row: dict[str, Any], name: str) -> int:
    return exact.whole(row[f"{name}_high"], row[f"{name}_low"])


def _accounts(row: dict[str, Any], moved: dict[str, int]) -> Accounts:
    unit = measure(row["unit"])
    above, below = _whole(row, "above"), _whole(row, "below")
    is_sign = unit.kind == UnitKind.SIGN
    return Accounts(
        name=wording.unit_label(unit),
        above=_words(above, unit.code),
        below=_words(below, unit.code),
        together=_words(above + below, unit.code),
        accounts=row["accounts"],
        is_zero=above + below == 0,
        pace=_pace(unit, moved, _whole(row, "about")) if is_sign else None,
    )


def _pace(unit: Measure, moved: dict[str, int], about: int) -> Pace:
    total = moved.get(unit.code, 0)
    times = total * 10**HUNDREDTHS // about if about else 0
    return Pace(
        moved=_words(total, unit.code),
        times=wording.number(times, HUNDREDTHS) if about else "",
    )


def _words(minor: int, code: str) -> str:
    return wording.quantity(Quantity(minor, code))
