"""Offers beside needs: needs that nobody covers, and rings of three who could barter.

By categories alone. Nobody is counted, compared or put before others here.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from urdimbre.web.catalogue.models import Listing

ANYTHING = "other"
"""What has no kind of its own matches nothing."""
GIVING = ("offer", "give")
"""Kinds that cover a need; a capacity to receive is none."""
STEPS_MAX = 100_000
"""How many pairs are looked at for a ring, so that a page never waits for it."""


class Listed(NamedTuple):
    """What one live offer or need says of itself."""

    member: str
    kind: str
    category: str
    modes: str


def live(members: Collection[str]) -> list[Listed]:
    """Read the live offers and needs of these members, with one query."""
    rows = Listing.objects.live().values_list("member", "kind", "category", "modes")
    return [Listed(*row) for row in rows.iterator() if row[0] in members]


def kin(code: str) -> Iterator[str]:
    """Give a category and those that it is a part of."""
    while code:
        yield code
        code = code.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Market:
    """Who offers and who needs which category.

    Attributes:
        has: for each category that somebody needs, who offers it, a part of it or the
            whole that it is a part of.
        needs: for each category, who needs it.
    """

    has: Mapping[str, frozenset[str]]
    needs: Mapping[str, frozenset[str]]

    def uncovered(self) -> list[str]:
        """Return the categories of which somebody's need no one else covers."""
        return sorted(
            code for code, who in self.needs.items() if self._lacking(code, who)
        )

    def _lacking(self, code: str, who: frozenset[str]) -> bool:
        return any(not self.has[code] - {member} for member in who)


def market(rows: Iterable[Listed]) -> Market:
    """Put offers beside needs."""
    offered: dict[str, set[str]] = defaultdict(set)
    within: dict[str, set[str]] = defaultdict(set)
    needed: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.kind == "need":
            needed[row.category].add(row.member)
        if row.kind not in GIVING:
            continue
        offered[row.category].add(row.member)
        for code in kin(row.category):
            within[code].add(row.member)
    return Market(
        has={code: frozenset(_offering(code, offered, within)) for code in needed},
        needs={code: frozenset(who) for code, who in needed.items()},
    )


def _offering(
    code: str, offered: Mapping[str, set[str]], within: Mapping[str, set[str]]
) -> set[str]:
    if code == ANYTHING:
        return set()
    wider = (offered.get(one, set()) for one in kin(code))
    return within.get(code, set()).union(*wider)


def needs_without_offer(rows: Collection[Listed]) -> Counter[str]:
    """Count the needs that nobody else covers, by category."""
    found = market(rows)
    lacking = set(found.uncovered())
    return Counter(
        row.category
        for row in rows
        if row.kind == "need"
        and row.category in lacking
        and not found.has[row.category] - {row.member}
    )


class Hand(NamedTuple):
    """One gives another what she needs; ``category`` is that of the need."""

    giver: str
    taker: str
    category: str


def ring_of_three(
    rows: Iterable[Listed], order: Iterable[str]
) -> tuple[Hand, Hand, Hand] | None:
    """Find three of whom each has what the next needs; nothing if there are none.

    Only what may be bartered counts. ``order`` says with whom to begin to look.
    """
    found = market(row for row in rows if not row.modes or "barter" in row.modes)
    gives: dict[str, list[str]] = defaultdict(list)
    wants: dict[str, set[str]] = defaultdict(set)
    for code in sorted(found.needs):
        for member in found.has[code]:
            gives[member].append(code)
        for member in found.needs[code]:
            wants[member].add(code)
    steps = iter(range(STEPS_MAX))
    for first in order:
        ring = _ring_from(first, found, (gives, wants), steps)
        if ring is not None:
            return ring
    return None


def _ring_from(
    first: str,
    found: Market,
    sides: tuple[Mapping[str, list[str]], Mapping[str, set[str]]],
    steps: Iterator[int],
) -> tuple[Hand, Hand, Hand] | None:
    gives, wants = sides
    last = frozenset().union(*(found.has[code] for code in wants.get(first, ())))
    if not last - {first}:
        return None
    for hand in _hands(first, found, gives):
        for following in _hands(hand.taker, found, gives, among=last - {first}):
            if next(steps, None) is None:
                return None
            code = min(set(gives[following.taker]) & wants[first])
            return hand, following, Hand(following.taker, first, code)
        if next(steps, None) is None:
            return None
    return None


def _hands(
    giver: str,
    found: Market,
    gives: Mapping[str, list[str]],
    among: frozenset[str] | None = None,
) -> Iterator[Hand]:
    for code in gives.get(giver, ()):
        takers = found.needs[code] if among is None else found.needs[code] & among
        for taker in sorted(takers - {giver}):
            yield Hand(giver, taker, code)
