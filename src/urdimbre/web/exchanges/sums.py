"""What the lines of a statement come to: by what passed, by unit, by direction."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext

from urdimbre.core.units import Quantity
from urdimbre.projections.models import Move
from urdimbre.web import exact, wording
from urdimbre.web.exchanges.statement import TYPES
from urdimbre.web.units import measure


@dataclass(frozen=True, slots=True)
class SumLine:
    """What was given and received of one kind in one unit.

    Attributes:
        type: kind of move.
        label: in words.
        unit: its code.
        unit_name: in words.
        gave: minor steps given; none if nothing was.
        took: minor steps received; none if nothing was.
        moves: how many lines are in it.
    """

    type: str
    label: str
    unit: str
    unit_name: str
    gave: int | None
    took: int | None
    moves: int

    @property
    def given(self) -> str:
        """What was given, in words; empty if nothing was."""
        return _words(self.gave, self.unit)

    @property
    def received(self) -> str:
        """What was received, in words; empty if nothing was."""
        return _words(self.took, self.unit)


def _words(minor: int | None, unit: str) -> str:
    return "" if minor is None else wording.quantity(Quantity(minor, unit))


def sums(rows: QuerySet[Move], no: int) -> list[SumLine]:
    """Add up moves as adjustments leave them; units and kinds stay apart."""
    side = Case(
        When(giver=no, then=Value(1)), default=Value(0), output_field=IntegerField()
    )
    asked = (
        rows.order_by()
        .annotate(side=side)
        .values("type", "unit", "side")
        .annotate(moves=Count("*"), **exact.sum_of("quantity"))
    )
    found: dict[tuple[str, str], dict[int, tuple[int, int]]] = defaultdict(dict)
    for row in asked:
        total = exact.whole(row["quantity_high"], row["quantity_low"])
        found[row["type"], row["unit"]][row["side"]] = (total, row["moves"])
    order = list(TYPES)
    return [
        _line(type_, unit, found[type_, unit])
        for type_, unit in sorted(found, key=lambda one: (order.index(one[0]), one[1]))
    ]


def _line(type_: str, unit: str, sides: dict[int, tuple[int, int]]) -> SumLine:
    return SumLine(
        type=type_,
        label=gettext(TYPES[type_]),
        unit=unit,
        unit_name=wording.unit_label(measure(unit)),
        gave=sides[1][0] if 1 in sides else None,
        took=sides[0][0] if 0 in sides else None,
        moves=sum(moves for _total, moves in sides.values()),
    )
