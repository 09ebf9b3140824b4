"""What has become of a recorded deal: adjustments, and an objection to it."""

from dataclasses import dataclass

from urdimbre.core import drafting
from urdimbre.core.acts import Act, DealId
from urdimbre.core.exchange.adjust import adjusted_by, quantity_of
from urdimbre.core.exchange.cited import parties
from urdimbre.core.exchange.contest import Contest, days_to_contest
from urdimbre.core.exchange.moves import Promise, Release
from urdimbre.core.membership.rows import with_signers
from urdimbre.projections.models import ActLine, Mark
from urdimbre.web import opened, telling, wording
from urdimbre.web.circuit.entering import Here
from urdimbre.web.entries import (
    Entry,
    entry_at,
    owed_units,
    payloads,
    recorded_of,
    texts_of,
    told,
)
from urdimbre.web.exchanges.proposing import WORDS, beyond_consent
from urdimbre.web.membership import keys
from urdimbre.web.units import Measure, measure

MENDS = ("adjusted", "contested", "withdrawn", "upheld", "rejected")
"""Marks by which a later act speaks of a deal."""
SECONDS_PER_DAY = 86_400
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Later:
    """A later act that speaks of a deal.

    Attributes:
        position: of that act.
        title: what it is.
        time: when it was recorded, in words.
        lines: its sentences.
        words: the reason, if somebody gave one and the desk still has it.
    """

    position: int
    title: str
    time: str
    lines: tuple[str, ...]
    words: str


def later_acts(position: int) -> list[Later]:
    """Return the acts that have adjusted or contested an entry, the first one first."""
    places = sorted(
        set(
            Mark.objects.filter(position=position, kind__in=MENDS).values_list(
                "by_position", flat=True
            )
        )
    )
    times = dict(
        ActLine.objects.filter(position__in=places).values_list("position", "time")
    )
    return [_later(entry_at(place), times[place]) for place in places]


def _later(entry: Entry, time: int) -> Later:
    texts = texts_of(payloads(entry.act.private))
    spoken = told(entry.act, texts)
    return Later(
        position=entry.position,
        title=spoken.title,
        time=wording.moment(time),
        lines=spoken.lines,
        words=texts.get(WORDS, ""),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """A move of a deal as adjustments have left it.

    Attributes:
        place: of the move.
        sentence: what was recorded.
        unit: what it is counted in.
        original: as recorded, minor steps.
        now: as it stands, minor steps.
    """

    place: int
    sentence: str
    unit: Measure
    original: int
    now: int


def standing(entry: Entry, deal: int) -> list[Standing]:
    """Return the moves of a deal that have a quantity, as they stand today."""
    state = opened.circuit().registry.state
    texts = texts_of(payloads(entry.act.private))
    units = owed_units(entry.act)
    lines = telling.tell_moves(entry.act, deal, texts, units)
    found = []
    named = named_deal(entry, deal)
    for place, move in enumerate(entry.act.body.deals[deal].moves):
        original = quantity_of(move)
        if not original:
            continue
        if isinstance(move, Release):
            unit = units[move.owed.act, move.owed.deal, move.owed.move]
        else:
            unit = move.what.unit if isinstance(move, Promise) else move.unit
        now = original + adjusted_by(state, named, place)
        found.append(Standing(place, lines[place].text, measure(unit), original, now))
    return found


def named_deal(entry: Entry, deal: int) -> DealId:
    """Name a deal of an entry as acts do."""
    return DealId(entry.act.hash, deal)


def contest_of(entry: Entry, deal: int) -> Contest | None:
    """Return the objection to a deal, open or ended."""
    row: Contest | None = opened.circuit().registry.state.get(
        f"contest/{entry.act.hash}/{deal}"
    )
    return row


def open_contests() -> list[Contest]:
    """Return all objections that have no outcome yet, the oldest first."""
    registry = opened.circuit().registry
    with registry.lock:
        rows = list(registry.state.starting("contest/"))
    waiting = [row for row in rows if isinstance(row, Contest) and row.outcome is None]
    return sorted(waiting, key=lambda row: row.since)


def may_contest(here: Here, entry: Entry, deal: int, outcome: str = "") -> bool:
    """Ask the rules whether she may open, or so end, an objection to a deal."""
    if outcome and contest_of(entry, deal) is None:
        return False
    now = opened.circuit().registry.state.time
    act = drafting.draft(
        "contest",
        contest_body(entry, deal, outcome),
        by=here.member,
        id_="0" * 32,
        valid_until=now + MINUTE,
        agreement=opened.circuit().registry.state.get("agreement").version,
        refs=[(entry.act.hash, "contests")],
    )
    return not beyond_consent(opened.circuit().registry.check(act))


def contest_body(entry: Entry, deal: int, outcome: str) -> drafting.Json:
    """Write the body of an act that opens, or so ends, an objection."""
    body: drafting.Json = {"deal": {"act": entry.act.hash, "deal": deal}}
    return body | {"outcome": outcome} if outcome else body


def contest_until(here: Here, entry: Entry) -> str:
    """Say until when she may object to an entry that others have made for her."""
    state = opened.circuit().registry.state
    recorded = recorded_of(entry)
    days = days_to_contest(state, recorded, here.member)
    return wording.moment(recorded.time + days * SECONDS_PER_DAY)


def parties_of(act: Act) -> set[str]:
    """Return who gives or takes in an exchange."""
    return {need.party for deal in act.body.deals for need in parties(deal)[0]}


def mediates(person: str, entry: Entry, kind: str) -> bool:
    """Tell whether somebody may judge a deal: a mediator who has no part in it."""
    if entry.act.kind != "exchange" or keys.mandate_to_mediate(person, kind) is None:
        return False
    state = opened.circuit().registry.state
    return person not in with_signers(state, tuple(parties_of(entry.act)))


def waits_for_mediator(person: str, entry: Entry, kind: str) -> bool:
    """Tell whether an entry with an open objection waits for her as a mediator."""
    return mediates(person, entry, kind) and any(
        row is not None and row.outcome is None
        for deal in range(len(entry.act.body.deals))
        for row in [contest_of(entry, deal)]
    )
