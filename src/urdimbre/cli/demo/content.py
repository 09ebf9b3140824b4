"""What the demo tells, read from its TOML files."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from urdimbre.core.units import standard_unit

CURRENCY = "BOB"
SIGN = "TOTAI"
VOUCHER = "VALE"
HOURS = "HORA"
OWN_SCALES = {"ARROBA": 1, "MANOJO": 0, "LATA": 0}
WEIGHED = ("KGM", "LTR", "ARROBA")
EVERY_MONTH = tuple(range(1, 13))
ROUND_TO = 50
"""Prices are rounded up to half a boliviano."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """Something that passes in San Isidro.

    Attributes:
        price: cents for one whole unit.
        makers: keys of initiatives, ``home`` or ``capital``.
        amounts: usual quantities, minor steps.
        texts: as people describe it on an act.
        by_hours: also exchanged for hours.
    """

    key: str
    name: str
    category: str
    unit: str
    scale: int
    price: int
    makers: tuple[str, ...]
    in_shop: bool
    months: tuple[int, ...]
    amounts: tuple[int, ...]
    texts: tuple[str, ...]
    by_hours: bool
    use: str | None

    def costs(self, quantity: int, percent: int = 100) -> int:
        """Return the price of a quantity in cents, rounded up to what coins allow."""
        exact = self.price * quantity * percent
        step = 100 * ROUND_TO * 10**self.scale
        return -(-exact // step) * ROUND_TO

    @property
    def measure(self) -> str:
        """How its quantity is found."""
        return "weighed" if self.unit in WEIGHED else "counted"


def read(name: str) -> dict[str, Any]:
    """Read one of the files beside this module."""
    with (Path(__file__).parent / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def goods() -> dict[str, Good]:
    """Return everything that passes, by key."""
    return {key: _good(key, row) for key, row in read("goods").items()}


def _good(key: str, row: dict[str, Any]) -> Good:
    unit = row.get("unit", "C62")
    standard = standard_unit(unit)
    scale = standard.scale if standard else OWN_SCALES[unit]
    return Good(
        key=key,
        name=row["name"],
        category=row["category"],
        unit=unit,
        scale=scale,
        price=row["price"],
        makers=tuple(row["by"]),
        in_shop=row.get("shop", False),
        months=tuple(row.get("months", EVERY_MONTH)),
        amounts=tuple(round(amount * 10**scale) for amount in row["amounts"]),
        texts=tuple(row["texts"]),
        by_hours=row.get("hours", False),
        use=row.get("use"),
    )
