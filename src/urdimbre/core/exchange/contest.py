"""The act ``contest``: a party says that an entry made for her is not so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from urdimbre.core.accounts import COMMON, AccountKey, Net, add, beyond, hold
from urdimbre.core.acts import (
    Act,
    ActKind,
    Cited,
    DealId,
    Effects,
    Need,
    Recorded,
    Required,
    deal_id,
)
from urdimbre.core.agreements import number
from urdimbre.core.chain.entry import ZERO16
from urdimbre.core.exchange.adjust import adjusted_by
from urdimbre.core.exchange.cited import CITED_REFUSE, cited_deal, parties
from urdimbre.core.exchange.moves import (
    Deal,
    Promise,
    Signs,
    StandingConsent,
)
from urdimbre.core.membership.rows import Mandate, Policy
from urdimbre.core.obligations import Owed, owed, write_owed
from urdimbre.core.reading import Record, choice
from urdimbre.core.refusals import Refusal, gettext_noop
from urdimbre.core.state import Overlay, View


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestBody:
    """A contest is opened, or closed with an outcome.

    Attributes:
        deal: the contested deal.
        outcome: absent: opened; ``withdrawn`` by who opened it, ``upheld`` once an
            adjustment is recorded, ``rejected`` by a mediator.
    """

    deal: DealId
    outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """A contested deal.

    Attributes:
        party: who contests it.
        since: block time of the opening.
        holds: minor steps held, by place of the signs move.
        adjusted: sum of the adjustments to the deal when it was opened.
        outcome: how it ended; absent while open.
    """

    PREFIX: ClassVar[str] = "contest"
    KEY: ClassVar[tuple[str, ...]] = ("act", "deal")

    act: str
    deal: int
    party: str
    since: int
    holds: tuple[tuple[int, int], ...] = ()
    adjusted: int = 0
    outcome: str | None = None

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"contest/{self.act}/{self.deal}"


@dataclass(frozen=True, slots=True)
class NotYoursToContest(Refusal):
    """Only a party that has not signed an entry herself may contest it."""

    code = "not_yours_to_contest"
    says = gettext_noop("{member} has signed that entry or has no part in it.")
    way_out = gettext_noop("Agree on an adjustment with the other party.")
    member: str


@dataclass(frozen=True, slots=True)
class TooLateToContest(Refusal):
    """The agreed days are over."""

    code = "too_late_to_contest"
    says = gettext_noop("The time to contest it is over; days agreed: {days}.")
    way_out = gettext_noop("Agree on an adjustment, or ask a mediator.")
    days: int


@dataclass(frozen=True, slots=True)
class ContestNotOpen(Refusal):
    """An outcome without an open contest, or a second opening."""

    code = "contest_not_open"
    says = gettext_noop("There is no open contest to close, or there is one already.")
    way_out = gettext_noop("Look at the entry's present state.")
    act: str


@dataclass(frozen=True, slots=True)
class UpheldNeedsAdjust(Refusal):
    """A contest is upheld by mending the entry, not by saying so."""

    code = "upheld_needs_adjust"
    says = gettext_noop("The contested entry has not been adjusted.")
    way_out = gettext_noop("Record the adjustment first.")
    act: str


def _row(state: View, deal: DealId) -> Contest | None:
    row: Contest | None = state.get(f"contest/{deal.act}/{deal.deal}")
    return row


def _required(state: View, act: Act, cited: Cited) -> Required:
    """Let a party open, withdraw or uphold; a mediator uphold or reject."""
    body: ContestBody = act.body
    deal = cited_deal(act, body.deal, cited, "contests")
    needs = () if isinstance(deal, Refusal) else parties(deal)[0]
    sides = tuple(need.party for need in needs)
    closed = body.outcome in ("upheld", "rejected")
    if body.outcome == "rejected" or (closed and act.by not in sides):
        judge = Need(COMMON, judges=True)
        return Required((judge,), mediated=True, interested=sides)
    return Required((Need(act.by),))


def _signed_itself(state: View, recorded: Recorded, party: str) -> bool:
    for slot in recorded.slots:
        if slot.mandate == ZERO16 and slot.member == party:
            return True
        # The policy of that time: it may have been changed since, never deleted.
        policy: Policy | None = state.get(f"policy/{slot.mandate}")
        if policy is not None and policy.principal == party:
            return True
    return False


def days_to_contest(state: View, recorded: Recorded, party: str) -> int:
    """Return the days agreed in the mandate that spoke for the party, else for all."""
    consents: tuple[StandingConsent, ...] = getattr(recorded.act.body, "consents", ())
    ids = [one.mandate for one in consents if one.party.id == party]
    ids += [slot.mandate for slot in recorded.slots]
    found: list[Mandate | None] = [state.get(f"mandate/{id_}") for id_ in ids]
    rows = [row for row in found if row is not None]
    hers = [row for row in rows if row.principal == party]
    witnessed = [row for row in rows if row.purpose == "attest"]
    for row in (*hers, *witnessed):
        if row.contest_days is not None:
            return row.contest_days
    return number(state, "contest_days")


def _refusals(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    body: ContestBody = act.body
    deal = cited_deal(act, body.deal, cited, "contests")
    recorded = cited.get(body.deal.act)
    if isinstance(deal, Refusal):
        yield deal
        return
    assert recorded is not None
    row = _row(state, body.deal)
    is_open = row is not None and row.outcome is None
    if is_open != (body.outcome is not None) or (row is not None and not is_open):
        yield ContestNotOpen(body.deal.act)
        return
    if row is not None:
        yield from _closing(state, act, row, deal)
        return
    needs, _ = parties(deal)
    part = any(need.party == act.by for need in needs)
    if not part or _signed_itself(state, recorded, act.by):
        yield NotYoursToContest(act.by)
        return
    days = days_to_contest(state, recorded, act.by)
    if state.time > recorded.time + days * 86_400:
        yield TooLateToContest(days)


def _closing(state: View, act: Act, row: Contest, deal: Deal) -> Iterator[Refusal]:
    body: ContestBody = act.body
    if body.outcome == "withdrawn" and act.by != row.party:
        yield NotYoursToContest(act.by)
    if body.outcome == "upheld" and _sum(state, body.deal, deal) == row.adjusted:
        yield UpheldNeedsAdjust(body.deal.act)


def _sum(state: View, named: DealId, deal: Deal) -> int:
    return sum(adjusted_by(state, named, place) for place in range(len(deal.moves)))


def _apply(overlay: Overlay, act: Act, cited: Cited) -> Effects:
    body: ContestBody = act.body
    deal = cited_deal(act, body.deal, cited, "contests")
    assert isinstance(deal, Deal)
    before = _row(overlay, body.deal)
    if before is None:
        holds = tuple(_to_hold(overlay, act.by, body.deal, deal))
        row = Contest(
            act=body.deal.act,
            deal=body.deal.deal,
            party=act.by,
            since=overlay.time,
            holds=holds,
            adjusted=_sum(overlay, body.deal, deal),
        )
        sign = 1
    else:
        row = replace(before, outcome=body.outcome)
        sign = -1
    counted = _counted(row, deal, sign)
    past = beyond(overlay, counted)
    for where, delta in counted.items():
        hold(overlay, where, -delta)
    overlay.put(row)
    marked = _mark(overlay, row, deal, contested=sign > 0)
    return Effects(rows=(row, *marked), beyond=past)


def _counted(contest: Contest, deal: Deal, sign: int) -> Net:
    """Add up by how much what counts rises or falls, account by account."""
    net: Net = {}
    for place, minor in contest.holds:
        move = deal.moves[place]
        assert isinstance(move, Signs)
        add(net, AccountKey(move.giver.id, move.unit), sign * minor)
        add(net, AccountKey(move.taker.id, move.unit), -sign * minor)
    return net


def _to_hold(
    state: View, party: str, named: DealId, deal: Deal
) -> Iterator[tuple[int, int]]:
    """Give what the contesting party was debited in signs, as it stands today."""
    for place, move in enumerate(deal.moves):
        if isinstance(move, Signs) and move.giver.id == party:
            row = owed(state, named.act, named.deal, place)
            owing = 0 if row is None else row.quantity
            posted = move.quantity + adjusted_by(state, named, place) - owing
            if posted > 0:
                yield place, posted


def _mark(
    overlay: Overlay, contest: Contest, deal: Deal, *, contested: bool
) -> tuple[Owed, ...]:
    marked = []
    for place, move in enumerate(deal.moves):
        if not isinstance(move, Promise | Signs) or move.giver.id != contest.party:
            continue
        row = owed(overlay, contest.act, contest.deal, place)
        if row is not None:
            row = replace(row, contested=contested)
            write_owed(overlay, row)
            marked.append(row)
    return tuple(marked)


CONTEST = ActKind(
    name="contest",
    body=Record(
        ContestBody,
        {"deal": deal_id},
        {"outcome": choice("withdrawn", "upheld", "rejected")},
        name="Contest",
    ),
    required=_required,
    refusals=_refusals,
    apply=_apply,
    refuses_with=(
        *CITED_REFUSE,
        ContestNotOpen,
        NotYoursToContest,
        TooLateToContest,
        UpheldNeedsAdjust,
    ),
    reads=("contest_days",),
)
