"""Signs of one unit against those of another: as the circuit has agreed, or not."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from urdimbre.core.accounts import Conversion
from urdimbre.core.exchange.answers import ConversionNotAgreed
from urdimbre.core.state import View
from urdimbre.core.units import Quantity


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
