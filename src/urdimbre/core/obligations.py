"""Obligations and custody: what is owed, and what lies with another than its owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from urdimbre.core.reading import YES, Record, Unreadable, integer, text
from urdimbre.core.state import Overlay, View

day = integer(0, 200_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a promise falls due: exactly one of a date, an event, open, or a rhythm.

    Attributes:
        date: day since 1970.
        event: code of an event, such as ``harvest``; ``request``: when asked for.
        latest: day since 1970 by which the event is taken to have come.
        open: no term.
        start: first day of a rhythm (``from`` in the act).
        every_days: days between two instalments.
        times: instalments; the promised quantity is the whole of them.
    """

    date: int | None = None
    event: str | None = None
    latest: int | None = None
    open: bool | None = None
    start: int | None = None
    every_days: int | None = None
    times: int | None = None

    def last_day(self) -> int | None:
        """Return the day by which all is due, ``None`` if no day is agreed."""
        if self.start is not None and self.every_days is not None:
            return self.start + self.every_days * ((self.times or 1) - 1)
        return self.date if self.date is not None else self.latest


def _build_due(**values: Any) -> Due:
    due = Due(start=values.pop("from", None), **values)
    rhythm = (due.start, due.every_days, due.times)
    forms = (due.date, due.event, due.open, due.start)
    if sum(form is not None for form in forms) != 1:
        raise Unreadable("needs exactly one of date, event, open, from")
    if due.latest is not None and due.event is None:
        raise Unreadable("latest goes with event")
    if any(one is not None for one in rhythm) and None in rhythm:
        raise Unreadable("a rhythm needs from, every_days and times")
    return due


due = Record(
    _build_due,
    {},
    {
        "date": day,
        "event": text(r"[a-z0-9_.]{1,40}"),
        "latest": day,
        "open": YES,
        "from": day,
        "every_days": integer(1, 366),
        "times": integer(1, 1000),
    },
    name="Due",
)

ON_REQUEST = Due(event="request")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An obligation that a promise has opened.

    Attributes:
        act: hash of the act that opened it.
        deal: place of the deal in that act.
        move: place of the move in that deal.
        debtor: who owes: member id or the common's.
        creditor: who is owed.
        what: ``goods``, ``work``, ``money`` or ``signs``.
        unit: code of its unit.
        quantity: minor steps promised, after adjustments.
        released: minor steps settled, lost, passed on, replaced or forgiven.
        due: when.
        risk: who bears a loss that nobody caused.
        category: of promised goods or work.
        product: of promised goods.
        alternative: another way to fulfil it (``or`` in the act).
        contested: does not count for the debtor while a contest is open.
    """

    PREFIX: ClassVar[str] = "owed"
    KEY: ClassVar[tuple[str, ...]] = ("act", "deal", "move")

    act: str
    deal: int
    move: int
    debtor: str
    creditor: str
    what: str
    unit: str
    quantity: int
    due: Due
    released: int = 0
    risk: str | None = None
    category: str | None = None
    product: str | None = None
    alternative: Alternative | None = None
    contested: bool = False

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"owed/{self.act}/{self.deal}/{self.move}"

    @property
    def between(self) -> tuple[str, ...]:
        """Return whose it is."""
        return (self.debtor, self.creditor)

    @property
    def open(self) -> int:
        """Return the minor steps still owed."""
        return self.quantity - self.released


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another way to fulfil a promise, for each whole unit of it.

    Attributes:
        what: ``goods``, ``work``, ``money`` or ``signs``.
        quantity: minor steps of ``unit`` for one whole promised unit.
        unit: code of the unit.
        category: of goods or work.
    """

    what: str
    quantity: int
    unit: str
    category: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """Things that one holds and another owns.

    Attributes:
        act: hash of the act that handed them over.
        deal: place of the deal in that act.
        move: place of the move in that deal.
        owner: whose they are.
        holder: who has them.
        category: of the goods.
        unit: code of its unit.
        quantity: minor steps handed over, after adjustments.
        gone: minor steps returned or sold on the owner's behalf.
        may: ``use`` or ``sell``; absent: keep only.
        product: of the goods.
    """

    PREFIX: ClassVar[str] = "custody"
    KEY: ClassVar[tuple[str, ...]] = ("act", "deal", "move")

    act: str
    deal: int
    move: int
    owner: str
    holder: str
    category: str
    unit: str
    quantity: int
    gone: int = 0
    may: str | None = None
    product: str | None = None

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"custody/{self.act}/{self.deal}/{self.move}"

    @property
    def between(self) -> tuple[str, ...]:
        """Return whose it is."""
        return (self.owner, self.holder)

    @property
    def held(self) -> int:
        """Return the minor steps still with the holder."""
        return self.quantity - self.gone


def owed(state: View, act: str, deal: int, move: int) -> Owed | None:
    """Return the obligation that a move has opened."""
    row: Owed | None = state.get(f"owed/{act}/{deal}/{move}")
    return row


def custody(state: View, act: str, deal: int, move: int) -> Custody | None:
    """Return the custody that a move has opened."""
    row: Custody | None = state.get(f"custody/{act}/{deal}/{move}")
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What one owes another in one unit of money or signs, contested parts left out."""

    PREFIX: ClassVar[str] = "debt"
    KEY: ClassVar[tuple[str, ...]] = ("debtor", "creditor", "unit")

    debtor: str
    creditor: str
    unit: str
    open: int = 0

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"debt/{self.debtor}/{self.creditor}/{self.unit}"


def debt(state: View, debtor: str, creditor: str, unit: str) -> int:
    """Return the minor steps that one owes another in a unit."""
    row: Debt | None = state.get(f"debt/{debtor}/{creditor}/{unit}")
    return 0 if row is None else row.open


def write_owed(overlay: Overlay, row: Owed) -> None:
    """Write an obligation and keep the sum between the two in step."""
    before: Owed | None = overlay.get(row.key)
    overlay.put(row)
    if row.what not in ("money", "signs"):
        return
    delta = _counts(row) - (0 if before is None else _counts(before))
    if delta:
        total = debt(overlay, row.debtor, row.creditor, row.unit) + delta
        overlay.put(
            Debt(debtor=row.debtor, creditor=row.creditor, unit=row.unit, open=total)
        )


def _counts(row: Owed) -> int:
    return 0 if row.contested else row.open
