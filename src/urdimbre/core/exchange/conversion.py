"""Signs of one unit against those of another: as the circuit has agreed, or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import gcd
from typing import NamedTuple

from urdimbre.core.accounts import Conversion
from urdimbre.core.exchange.answers import ConversionNotAgreed
from urdimbre.core.refusals import Refusal, gettext_noop
from urdimbre.core.state import View
from urdimbre.core.units import Quantity


@dataclass(frozen=True, slots=True)
class ConversionsDisagree(Refusal):
    """By going round in a ring of conversions one would gain."""

    code = "conversions_disagree"
    says = gettext_noop(
        "{give} would be changed for {take}, but by way of the other conversions "
        "{around_give} for {around_take}."
    )
    way_out = gettext_noop(
        "Agree on what fits the others, or decide all that change together."
    )
    give: Quantity
    take: Quantity
    around_give: Quantity
    around_take: Quantity


class _Worth(NamedTuple):
    """What a sign stands for in the first one that it is tied to."""

    first: str
    steps: int
    of_first: int


def disagreeing(state: View, changed: Iterable[str]) -> ConversionsDisagree | None:
    """Refuse conversions by which a sign is worth two different things in another.

    Each conversion ties two signs. One whose signs are tied already closes a ring: it
    must say what the others say. Those that have just changed come last.

    Args:
        state: the rows, with all that a decision changes.
        changed: keys of the conversions that it changes.
    """
    found = [*state.starting("agreement/conversion/")]
    agreed = {row.key: row for row in found if isinstance(row, Conversion)}
    last = [agreed.pop(key) for key in dict.fromkeys(changed)]
    worth: dict[str, _Worth] = {}
    for row in (*agreed.values(), *last):
        one = worth.setdefault(row.unit, _Worth(row.unit, 1, 1))
        other = worth.setdefault(row.into, _Worth(row.into, 1, 1))
        if one.first != other.first:
            _tie(worth, row, one, other)
            continue
        give, take = _least(one.steps * other.of_first, one.of_first * other.steps)
        if (give, take) != _least(row.give, row.take):
            return ConversionsDisagree(
                Quantity(row.give, row.unit),
                Quantity(row.take, row.into),
                Quantity(give, row.unit),
                Quantity(take, row.into),
            )
    return None


def _tie(worth: dict[str, _Worth], row: Conversion, one: _Worth, other: _Worth) -> None:
    """Tell all signs that are tied to the other in the first sign of the one."""
    up = row.take * one.steps * other.of_first
    down = row.give * one.of_first * other.steps
    for code, (first, steps, of_first) in [*worth.items()]:
        if first == other.first:
            worth[code] = _Worth(one.first, *_least(steps * up, of_first * down))


def _least(one: int, other: int) -> tuple[int, int]:
    by = gcd(one, other)
    return one // by, other // by


def uneven(
    state: View, nets: Mapping[str, int], place: int
) -> ConversionNotAgreed | None:
    """Refuse less of one sign and more of another at any but the agreed conversion.

    Args:
        state: the rows.
        nets: what somebody ends with more, or less, of each sign.
        place: of the deal, counted from 1.
    """
    sums = {unit: nets[unit] for unit in sorted(nets) if nets[unit]}
    less = [unit for unit, net in sums.items() if net < 0]
    more = [unit for unit, net in sums.items() if net > 0]
    if not less or not more or _even(state, sums):
        return None
    given, taken = less[0], more[0]
    return ConversionNotAgreed(
        place, Quantity(-sums[given], given), Quantity(sums[taken], taken)
    )


def _even(state: View, nets: dict[str, int]) -> bool:
    """Tell whether signs weigh the same on both sides at the agreed conversions.

    Each unit is weighed against the next in the order of the codes: ``give`` steps of
    the one stand for ``take`` steps of the other, so the weights are whole numbers.
    """
    agreed: list[Conversion | None] = [
        state.get(f"agreement/conversion/{unit}/{into}")
        for unit, into in pairwise(nets)
    ]
    balance = 0
    for place, net in enumerate(nets.values()):
        weight = net
        for step, conversion in enumerate(agreed):
            if conversion is None:
                return False
            weight *= conversion.give if step < place else conversion.take
        balance += weight
    return balance == 0
