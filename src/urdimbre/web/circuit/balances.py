"""Where a member stands in each sign, how far she may go, what her purses hold."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext, gettext_noop

from urdimbre.core.units import MINOR_MAX, Quantity
from urdimbre.projections.models import Balance, Limits
from urdimbre.web import wording
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges.limit_marks import last_beyond
from urdimbre.web.units import Measure, signs

SCALE_WIDTH = 280
"""Width of the drawn scale, in the units of its own picture."""
HIGH_SHOWN = 10**12
"""A limit above it is none that anybody has agreed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A balance in one sign.

    Attributes:
        name: of the sign.
        balance: in words.
        sentence: what it means.
        limit: lowest balance agreed, in words.
        can_give: what may still be given.
        held: part that a contest keeps from counting; empty if none.
        near_limit: whether the soft limit is reached.
        beyond: whether what counts stands past a hard limit.
        last_beyond: number of the act that last took it there, if any.
        zero: place of zero on the drawn scale.
        here: place of the balance.
    """

    name: str
    balance: str
    sentence: str
    limit: str
    can_give: str
    held: str
    near_limit: bool
    beyond: bool
    zero: int
    here: int
    last_beyond: int | None = None

    @property
    def thread_start(self) -> int:
        """Where the drawn thread between zero and the balance begins."""
        return min(self.zero, self.here)

    @property
    def thread_length(self) -> int:
        """How long that thread is."""
        return abs(self.here - self.zero)


@dataclass(frozen=True, slots=True)
class Kept:
    """Money or signs in a purse of their own."""

    purse: str
    amount: str


def standings(here: Here, accounts: list[Balance]) -> list[Standing]:
    """Return the member's balance in each of the circuit's signs."""
    rows = {row.unit: row for row in accounts if row.purse == "own"}
    agreed = {
        (row.unit, row.whom): row
        for row in Limits.objects.filter(whom__in=[here.member, here.kind])
    }
    found = []
    for unit in signs():
        row = rows.get(unit.code)
        limits = agreed.get((unit.code, here.member)) or agreed.get(
            (unit.code, here.kind)
        )
        balance, held = (row.balance, row.held) if row else (0, 0)
        one = _standing(unit, balance, held, limits)
        last = last_beyond(here.no, unit.code) if one.beyond else None
        found.append(replace(one, last_beyond=last))
    return found


def kept(accounts: list[Balance]) -> list[Kept]:
    """Return what lies in till, bank, reserve or the purse of issue."""
    return [
        Kept(gettext(PURSES[row.purse]), _words(row.balance, row.unit))
        for row in accounts
        if row.purse in PURSES and row.balance
    ]


PURSES = {
    "till": gettext_noop("till"),
    "bank": gettext_noop("bank account"),
    "reserve": gettext_noop("reserve"),
}


def balances_of(here: Here) -> list[Balance]:
    """Return what the accounts of a member stand at."""
    return list(Balance.objects.filter(owner=here.no).order_by("unit", "purse"))


def _words(minor: int, code: str) -> str:
    return wording.quantity(Quantity(minor, code))


def _standing(
    unit: Measure,
    balance: int,
    held: int,
    limits: Limits | None,
) -> Standing:
    low = limits.low if limits else 0
    high = limits.high if limits else MINOR_MAX
    warn = limits.warn if limits else None
    counts = balance - held
    shown_high = high if high <= HIGH_SHOWN else max(abs(low), abs(balance), 1)
    zero, place = _places(low, shown_high, balance)
    return Standing(
        name=wording.unit_label(unit),
        balance=_words(balance, unit.code),
        sentence=_meaning(balance),
        limit=_words(low, unit.code),
        can_give=_words(max(0, counts - low), unit.code),
        held=_words(held, unit.code) if held else "",
        near_limit=warn is not None and abs(balance) >= warn,
        beyond=not low <= counts <= high,
        zero=zero,
        here=place,
    )


def _meaning(balance: int) -> str:
    if balance < 0:
        return gettext("Below zero: you have received more than you gave.")
    if balance > 0:
        return gettext("Above zero: you have given more than you received.")
    return gettext("You have given as much as you received.")


def _places(low: int, high: int, balance: int) -> tuple[int, int]:
    """Place zero and the balance on the drawn scale, whole numbers only."""
    low, high = min(low, balance, 0), max(high, balance, 1)
    span = high - low
    return -low * SCALE_WIDTH // span, (balance - low) * SCALE_WIDTH // span
