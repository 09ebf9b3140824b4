"""Units as pages need them: kind, decimals, and what the circuit calls them."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from urdimbre.core.units import UnitKind, standard_unit
from urdimbre.projections.models import Unit
from urdimbre.web.circuit.models import Display


@dataclass(frozen=True, slots=True)
class Measure:
    """How the amounts of one unit are counted and named.

    Attributes:
        code: as in the acts.
        kind: ``currency``, ``sign`` or ``volume``.
        scale: decimals of one whole.
        is_time: minor steps are seconds, shown h:mm.
        name: what the circuit calls it; the code if it has no name of its own.
        one: what it calls exactly one of it.
    """

    code: str
    kind: str
    scale: int
    is_time: bool
    name: str
    one: str


class UnitMissing(LookupError):
    """A unit that the circuit has not agreed."""

    def __init__(self, code: str) -> None:
        """Keep its code."""
        super().__init__(f"{code} is no unit of this circuit")
        self.code = code


_known: dict[str, dict[str, Measure]] = {}


def measure(code: str) -> Measure:
    """Return the unit of that code.

    Raises:
        UnitMissing: the circuit has no such unit.
    """
    found = _own().get(code) or _standard(code) or _read().get(code)
    if found is None:
        raise UnitMissing(code)
    return found


def signs() -> list[Measure]:
    """Return the circuit's value signs by their codes, those of time last."""
    return sorted(
        (one for one in _own().values() if one.kind == UnitKind.SIGN),
        key=lambda one: (one.is_time, one.code),
    )


def forget() -> None:
    """Read the units again when they are next asked for."""
    _known.clear()


def _own() -> dict[str, Measure]:
    """Return the circuit's own units; a decision may have brought more since."""
    found = _known.get("own")
    return _read() if found is None else found


def _read() -> dict[str, Measure]:
    shown = Display.objects.filter(name__startswith="unit.")
    names = dict(shown.values_list("name", "value"))
    found = {}
    for row in Unit.objects.all():
        name = names.get(f"unit.{row.code}", row.code)
        one = names.get(f"unit.{row.code}.one", name)
        found[row.code] = _measure(row, name, one)
    _known["own"] = found
    return found


def _measure(row: Any, name: str, one: str) -> Measure:
    is_time = row.regime == "time"
    return Measure(row.code, row.kind, row.scale, is_time, name, one)


@cache
def _standard(code: str) -> Measure | None:
    unit = standard_unit(code)
    if unit is None:
        return None
    return Measure(code, unit.kind, unit.scale, is_time=False, name=code, one=code)
