"""Units that a circuit defines: its signs and its local measures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from urdimbre.core.accounts import Supply
from urdimbre.core.acts import hash32, minor, unit_code
from urdimbre.core.reading import Record, Unreadable, choice, integer
from urdimbre.core.refusals import Refusal, UnknownUnit, gettext_noop
from urdimbre.core.state import View
from urdimbre.core.units import (
    Backing,
    Equivalent,
    Regime,
    Unit,
    UnitKind,
    standard_unit,
)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit of the circuit."""

    PREFIX: ClassVar[str] = "unit"
    KEY: ClassVar[tuple[str, ...]] = ("code",)

    unit: Unit

    @property
    def code(self) -> str:
        """Return the unit's code."""
        return self.unit.code

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"unit/{self.unit.code}"


@dataclass(frozen=True, slots=True)
class UnitTaken(Refusal):
    """A code that stands for a unit already."""

    code = "unit_taken"
    says = gettext_noop("{unit} is a unit already.")
    way_out = gettext_noop("Choose another code.")
    unit: str


def build_unit(**values: object) -> Unit:
    """Make a unit from the fields of an act, if they fit together."""
    kind = UnitKind(str(values.pop("kind")))
    regime = values.pop("regime", None)
    unit = Unit(
        kind=kind,
        regime=None if regime is None else Regime(str(regime)),
        **values,  # type: ignore[arg-type]
    )
    if (kind is UnitKind.SIGN) != (unit.regime is not None):
        raise Unreadable("goes with signs").within("regime")
    if (kind is UnitKind.SIGN) != (unit.scope is not None):
        raise Unreadable("goes with signs").within("scope")
    if (unit.regime is Regime.BACKED) != (unit.backing is not None):
        raise Unreadable("goes with backed signs").within("backing")
    if unit.equivalent is not None and kind is not UnitKind.VOLUME:
        raise Unreadable("goes with volumes").within("equivalent")
    if unit.regime is Regime.TIME and unit.scale:
        raise Unreadable("is 0: the minor step is one second").within("scale")
    if (unit.home is None) != (unit.home_code is None):
        raise Unreadable("goes with home").within("home_code")
    return unit


unit_fields = Record(
    build_unit,
    {"code": unit_code, "kind": choice("sign", "volume"), "scale": integer(0, 6)},
    {
        "regime": choice("mutual", "backed", "granted", "time"),
        "scope": choice("local", "network"),
        "home": hash32,
        "home_code": unit_code,
        "backing": Record(
            Backing,
            {"unit": unit_code, "signs": minor, "money": minor},
            name="Backing",
        ),
        "equivalent": Record(
            Equivalent,
            {"unit": unit_code, "measure": minor, "standard": minor},
            name="Equivalent",
        ),
    },
    name="Unit",
)


def reserve_needed(state: View, currency: str, *, but: str = "") -> int:
    """Return the minor steps of a currency that signs in circulation require.

    Args:
        state: the rows.
        currency: of the reserve.
        but: a sign that is left out.
    """
    total = 0
    for row in state.starting("supply/"):
        assert isinstance(row, Supply)
        unit: Unit = state.get(f"unit/{row.unit}").unit
        backing = unit.backing
        if backing is not None and backing.unit == currency and row.unit != but:
            total += backing.money_needed(row.issued)
    return total


def unit_refusals(state: View | None, unit: Unit) -> Iterator[Refusal]:
    """Refuse a code that is taken, or a measure told in a unit that does not exist."""
    taken = state is not None and state.get(f"unit/{unit.code}") is not None
    if taken or standard_unit(unit.code) is not None:
        yield UnitTaken(unit.code)
    if unit.backing is not None:
        currency = standard_unit(unit.backing.unit)
        if currency is None or currency.kind is not UnitKind.CURRENCY:
            yield UnknownUnit(unit.backing.unit, "money")
    if unit.equivalent is not None:
        measure = standard_unit(unit.equivalent.unit)
        if measure is None or measure.kind is not UnitKind.VOLUME:
            yield UnknownUnit(unit.equivalent.unit, "goods")
