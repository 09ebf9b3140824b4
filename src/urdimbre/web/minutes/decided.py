"""Which decision brought a version of the agreements, and on what basis."""

from functools import lru_cache
from typing import NamedTuple

from urdimbre.projections.models import ActLine
from urdimbre.web import opened
from urdimbre.web.entries import entry_at

REMEMBERED = 5_000


class Decided(NamedTuple):
    """A decision as pages refer to it.

    Attributes:
        position: of its entry.
        time: block time, seconds.
        meeting: whether a meeting decided, so that there are minutes.
        changes: whether it changed an agreement.
    """

    position: int
    time: int
    meeting: bool
    changes: bool


def decisions() -> list[Decided]:
    """Give all decisions, the oldest first; a circuit has some dozens."""
    rows = ActLine.objects.filter(kind="decision").order_by("position")
    genesis = opened.circuit().registry.genesis
    return [
        Decided(position, time, *_known(genesis, position))
        for position, time in rows.values_list("position", "time")
    ]


def by_version() -> dict[int, Decided]:
    """Give the decisions by the version of the agreements that each brought."""
    changing = [one for one in decisions() if one.changes]
    return dict(enumerate(changing, start=1))


@lru_cache(maxsize=REMEMBERED)
def _known(genesis: str, position: int) -> tuple[bool, bool]:
    body = entry_at(position).act.body
    return body.basis == "meeting", bool(body.effects)
