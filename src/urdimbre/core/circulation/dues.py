"""The act ``dues``: the common calls its members to common work, within what is agreed.

Whoever is called need not sign: the agreement on ``work_days``, which all can read and
a decision alone can change, says how often the common may call her in a year.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from urdimbre.core.accounts import COMMON
from urdimbre.core.acts import (
    THE_COMMON,
    Act,
    ActKind,
    Cited,
    Effects,
    Need,
    Party,
    Required,
    day_number,
    hex16,
    minor,
    unit_code,
)
from urdimbre.core.agreements import number
from urdimbre.core.exchange.answers import DayAhead
from urdimbre.core.exchange.looks import unit_of, unknown_unit
from urdimbre.core.exchange.moves import (
    ALTERNATIVE,
    DUES_MODE,
    Deal,
    Promise,
    Promised,
    category,
)
from urdimbre.core.obligations import Alternative, Due, Owed, write_owed
from urdimbre.core.reading import Record, list_of
from urdimbre.core.refusals import (
    MemberHasLeft,
    Refusal,
    UnknownMember,
    UnknownUnit,
    gettext_noop,
)
from urdimbre.core.state import Overlay, View
from urdimbre.core.units import Unit

AHEAD_MAX = 366
"""Days ahead that a work day may lie: whom it binds must be able to see its end."""
# Minor steps of one day. How many hours of work make a day is for people to say; that
# no day has more than 24 is not.
_A_DAY = {"DAY": 100, "HUR": 2400}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dues:
    """The common calls members to common work; each of them then owes her part.

    Attributes:
        day: days since 1970, as the signers say.
        due: the work day, days since 1970; not before the block's day.
        category: code of the kind of work.
        quantity: minor steps of ``unit`` that each member owes.
        unit: a volume of days or hours.
        members: who is called.
        alternative: what one may give instead of each whole unit (``or`` in the act).
    """

    day: int
    due: int
    category: str
    quantity: int
    unit: str
    members: tuple[str, ...]
    alternative: Alternative | None = None

    @property
    def deals(self) -> tuple[Deal, ...]:
        """Return what each member is called to, as a deal of its own."""
        what = Promised(
            type="work",
            quantity=self.quantity,
            unit=self.unit,
            category=self.category,
        )
        return tuple(
            Deal(
                mode=DUES_MODE,
                moves=(
                    Promise(
                        giver=Party("member", member),
                        taker=THE_COMMON,
                        what=what,
                        due=Due(date=self.due),
                        alternative=self.alternative,
                    ),
                ),
            )
            for member in self.members
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """Days of common work that a member has been called to in a year."""

    PREFIX: ClassVar[str] = "called"
    KEY: ClassVar[tuple[str, ...]] = ("member", "year")

    member: str
    year: int
    days: int = 0

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"called/{self.member}/{self.year}"


@dataclass(frozen=True, slots=True)
class WorkDayOutOfReach(Refusal):
    """A work day that has gone by, or that lies too far ahead."""

    code = "work_day_out_of_reach"
    says = gettext_noop("The work day ({day}) does not lie between {today} and {last}.")
    way_out = gettext_noop(
        "Choose a day to come; work done already is recorded as a gift."
    )
    day: int
    today: int
    last: int


@dataclass(frozen=True, slots=True)
class MoreDaysThanAgreed(Refusal):
    """Somebody would be called more often in a year than the circuit has agreed."""

    code = "more_days_than_agreed"
    says = gettext_noop(
        "{member} would be called to {after} days of common work in a year; "
        "agreed: {agreed}."
    )
    way_out = gettext_noop(
        "Call {member} to fewer days or leave her out, or let a meeting agree on more."
    )
    member: str
    after: int
    agreed: int


def days_of(unit: Unit, quantity: int) -> int | None:
    """Return on how many days so much work calls somebody; ``None``: no time at all."""
    here, there, code = unit.alike
    if code not in _A_DAY:
        return None
    return -(-quantity * there // (here * _A_DAY[code]))


def _called(state: View, member: str, due: int) -> Called:
    year = (date(1970, 1, 1) + timedelta(days=due)).year
    row: Called | None = state.get(f"called/{member}/{year}")
    return row or Called(member=member, year=year)


def _after(state: View, body: Dues, days: int) -> Iterator[Called]:
    for member in body.members:
        row = _called(state, member, body.due)
        yield Called(member=member, year=row.year, days=row.days + days)


def _required(state: View, act: Act, cited: Cited) -> Required:
    return Required((Need(COMMON),))


def _refusals(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    body: Dues = act.body
    today = state.time // 86_400
    if body.day > today + 1:
        yield DayAhead(body.day, today)
    if not today <= body.due <= today + AHEAD_MAX:
        yield WorkDayOutOfReach(body.due, today, today + AHEAD_MAX)
    unknown = _unknown(state, body)
    if unknown is not None:
        yield unknown
        return
    unit = unit_of(state, body.unit)
    days = None if unit is None else days_of(unit, body.quantity)
    if days is None:
        yield UnknownUnit(body.unit, "work")
        return
    agreed = number(state, "work_days")
    for row in _after(state, body, days):
        if row.days > agreed:
            yield MoreDaysThanAgreed(row.member, row.days, agreed)
            return


def _unknown(state: View, body: Dues) -> Refusal | None:
    """Refuse members who are not there, and a unit that is none for what it counts."""
    for id_ in body.members:
        row = state.get(f"member/{id_}")
        if row is None or row.kind in ("node", "common"):
            return UnknownMember(id_)
        if row.left is not None:
            return MemberHasLeft(id_)
    if body.alternative is None:
        return None
    return unknown_unit(state, body.alternative.what, body.alternative.unit)


def _apply(overlay: Overlay, act: Act, cited: Cited) -> Effects:
    body: Dues = act.body
    unit = unit_of(overlay, body.unit)
    assert unit is not None
    days = days_of(unit, body.quantity)
    assert days is not None
    called = tuple(_after(overlay, body, days))
    owing = tuple(
        Owed(
            act=act.hash,
            deal=place,
            move=0,
            debtor=member,
            creditor=COMMON,
            what="work",
            unit=body.unit,
            quantity=body.quantity,
            due=Due(date=body.due),
            category=body.category,
            alternative=body.alternative,
        )
        for place, member in enumerate(body.members)
    )
    for obligation in owing:
        write_owed(overlay, obligation)
    for row in called:
        overlay.put(row)
    return Effects(rows=(*owing, *called))


DUES = ActKind(
    name="dues",
    body=Record(
        Dues,
        {
            "day": day_number,
            "due": day_number,
            "category": category,
            "quantity": minor,
            "unit": unit_code,
            "members": list_of(hex16, low=1, ascending=True),
        },
        {"or": ALTERNATIVE},
        name="Dues",
        names={"or": "alternative"},
    ),
    required=_required,
    refusals=_refusals,
    apply=_apply,
    refuses_with=(
        DayAhead,
        WorkDayOutOfReach,
        UnknownMember,
        MemberHasLeft,
        UnknownUnit,
        MoreDaysThanAgreed,
    ),
    reads=("work_days",),
)
