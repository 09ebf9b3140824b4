"""Mandates to write for a member: who has given which, and what is left of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from urdimbre.core.accounts import COMMON
from urdimbre.core.membership.rows import Mandate
from urdimbre.core.units import Quantity
from urdimbre.web import names, opened, telling, wording
from urdimbre.web.membership.keys import now

ACT = "act"


def to_act() -> list[Mandate]:
    """Return the mandates in force by which somebody writes for a member."""
    registry = opened.circuit().registry
    with registry.lock:
        rows = list(registry.state.starting("mandate/"))
    at = now()
    return [row for row in rows if isinstance(row, Mandate) and _serves(row, at)]


def _serves(row: Mandate, at: int) -> bool:
    return row.purpose == ACT and row.principal != COMMON and row.in_force(at)


def held_by(person: str) -> list[Mandate]:
    """Return those under which a person may write for others."""
    return [row for row in to_act() if person in row.agents]


def given_by(member: str) -> list[Mandate]:
    """Return those that a member has given."""
    return [row for row in to_act() if row.principal == member]


def left_of(row: Mandate) -> int | None:
    """Return how much one entry may come to now, in minor steps; none: without cap."""
    caps = [row.max_each]
    if row.max_per_period is not None:
        state = opened.circuit().registry.state
        use = state.get(f"use/{row.id}/{row.period(now())}")
        caps.append(row.max_per_period - (use.used if use else 0))
    known = [cap for cap in caps if cap is not None]
    return max(0, min(known)) if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateLine:
    """A mandate as a page shows it.

    Attributes:
        id: of the mandate.
        member: id of the other, to show her picture.
        name: of the other: who gave it, or who holds it.
        modes: in words.
        each: most in one entry, in words; empty if there is no cap.
        month: most in a period, in words.
        left: what one entry may come to now.
        until: in words.
    """

    id: str
    member: str
    name: str
    modes: str
    each: str
    month: str
    left: str
    until: str


def lines(rows: Iterable[Mandate], *, of_holder: bool) -> Iterator[MandateLine]:
    """Tell mandates, each by who holds it, or by who gave it."""
    found = [(row.agents[0] if of_holder else row.principal, row) for row in rows]
    known = names.by_id(member for member, _ in found)
    for member, row in sorted(found, key=lambda one: names.folded(known[one[0]])):
        yield MandateLine(
            id=row.id,
            member=member,
            name=known[member],
            modes=modes_of(row),
            each=_words(row.max_each, row.unit),
            month=_words(row.max_per_period, row.unit),
            left=_words(left_of(row), row.unit),
            until=wording.moment(row.until),
        )


def modes_of(row: Any) -> str:
    """Name the modes that a mandate is for."""
    modes = row.modes or ("sale", "barter", "gift")
    return ", ".join(gettext(telling.MODES.get(one, one)) for one in modes)


def _words(minor: int | None, unit: str | None) -> str:
    if minor is None or unit is None:
        return ""
    return wording.quantity(Quantity(minor, unit))
