"""How amounts, parties, days and acts are written in answers."""

from collections.abc import Mapping

from urdimbre.core.units import Quantity
from urdimbre.web import wording
from urdimbre.web.api import shapes
from urdimbre.web.telling import Told


def amount(minor: int, unit: str) -> shapes.Amount:
    """Write an amount exactly, and in words."""
    text = wording.quantity(Quantity(minor, unit))
    return shapes.Amount(minor=minor, unit=unit, text=text)


def party(no: int, known: Mapping[int, str]) -> shapes.Party:
    """Write a member by her number and name."""
    return shapes.Party(no=no, name=known[no])


def day(number_of_day: int | None) -> str | None:
    """Write a day as ISO 8601 does; nothing if there is none."""
    return None if number_of_day is None else wording.to_date(number_of_day).isoformat()


def sentences(told: Told) -> list[str]:
    """Give the sentences in which a page tells an act."""
    deals = [line.text for deal in told.deals for line in deal.lines]
    return [*deals, *told.lines]
