"""What the board says of offers and needs: who has none, what is missing, a ring."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from urdimbre.core.accounts import COMMON
from urdimbre.web import names, wording
from urdimbre.web.catalogue import categories, matching
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.circuit.entering import Here
from urdimbre.web.circuit.members import present

MISSING_MAX = 30


@dataclass(frozen=True, slots=True)
class Missing:
    """A kind of thing that is needed and that nobody else offers."""

    code: str
    label: str
    needs: int


@dataclass(frozen=True, slots=True)
class RingHand:
    """One of three in a ring: she has what the next needs."""

    giver: str
    giver_no: int
    taker: str
    what: str


def meeting(here: Here) -> dict[str, Any]:
    """Put live offers and needs beside each other, with three queries and the names."""
    numbers = dict(present().values_list("id", "no"))
    rows = matching.live(numbers)
    offering = {row.member for row in rows if row.kind in matching.GIVING}
    found = matching.ring_of_three(rows, _beginning_with(here, offering))
    lacking = _missing(rows)
    return {
        "member_count": len(numbers),
        "offer_count": sum(row.kind == "offer" for row in rows),
        "need_count": sum(row.kind == "need" for row in rows),
        "silent_count": len(numbers.keys() - offering),
        "coordinates": may_act(here.person, COMMON),
        "missing": lacking[:MISSING_MAX],
        "missing_more": len(lacking[MISSING_MAX:]),
        "ring": _told(found, numbers) if found else (),
    }


def _beginning_with(here: Here, offering: set[str]) -> list[str]:
    """Begin with her who looks; then with another each day, so that nobody is first."""
    others = sorted(offering - {here.member})
    turn = wording.today() % len(others) if others else 0
    return [here.member, *others[turn:], *others[:turn]]


def _missing(rows: Sequence[matching.Listed]) -> list[Missing]:
    """Name what is missing, in the order of the names."""
    counted = matching.needs_without_offer(rows)
    found = [Missing(code, categories.label(code), counted[code]) for code in counted]
    return sorted(found, key=lambda one: (names.folded(one.label), one.code))


def _told(
    ring: Sequence[matching.Hand], numbers: dict[str, int]
) -> tuple[RingHand, ...]:
    known = names.by_id({hand.giver for hand in ring})
    return tuple(
        RingHand(
            giver=known[hand.giver],
            giver_no=numbers[hand.giver],
            taker=known[hand.taker],
            what=categories.within_sentence(hand.category),
        )
        for hand in ring
    )
