"""The act ``thanks``: one answer to a gift, its words sealed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from urdimbre.core.acts import (
    Act,
    ActKind,
    Cited,
    DealId,
    Effects,
    Need,
    Party,
    Required,
    deal_id,
    party,
)
from urdimbre.core.exchange.cited import CITED_REFUSE, cited_deal
from urdimbre.core.exchange.mode import takers
from urdimbre.core.exchange.moves import THANKED, Deal
from urdimbre.core.reading import Record
from urdimbre.core.refusals import Refusal, gettext_noop
from urdimbre.core.state import Overlay, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanks:
    """Who took in a gift, or the common for its dues, thanks for it.

    Attributes:
        party: who thanks: a person, the common, or the sealed party of the gift.
        deal: the gift, or a line of a roster.
    """

    party: Party
    deal: DealId


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanked:
    """That a beneficiary has thanked for a gift."""

    PREFIX: ClassVar[str] = "thanked"
    KEY: ClassVar[tuple[str, ...]] = ("act", "deal", "party")

    act: str
    deal: int
    party: str
    time: int

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"thanked/{self.act}/{self.deal}/{self.party}"


@dataclass(frozen=True, slots=True)
class NoGiftToThank(Refusal):
    """Thanks for a deal that is no gift, or by somebody who took nothing in it."""

    code = "no_gift_to_thank"
    says = gettext_noop("{party} has received nothing in that gift.")
    way_out = gettext_noop("Only who received a gift thanks for it.")
    party: str


@dataclass(frozen=True, slots=True)
class ThankedAlready(Refusal):
    """A second thanks for the same gift."""

    code = "thanked_already"
    says = gettext_noop("{party} has thanked for that gift already.")
    way_out = gettext_noop("One thanks is recorded for each gift.")
    party: str


def _required(state: View, act: Act, cited: Cited) -> Required:
    who: Party = act.body.party
    if who.kind == "sealed":
        return Required((), bearers=1)
    return Required((Need(who.id),))


def _received(state: View, who: Party, deal: Deal) -> bool:
    """Tell whether a person, or somebody she belongs to by a policy, took in a gift."""
    taking = takers(deal)
    if who in taking:
        row = state.get(f"member/{who.id}")
        return who.kind != "member" or row.kind == "person"
    for party_ in taking:
        row = state.get(f"member/{party_.id}") if party_.kind == "member" else None
        policy = state.get(f"policy/{row.policy}") if row is not None else None
        if policy is not None and any(who.id in rule.of for rule in policy.rules):
            return True
    return False


def _refusals(state: View, act: Act, cited: Cited) -> Iterator[Refusal]:
    body: Thanks = act.body
    deal = cited_deal(act, body.deal, cited, "answers")
    if isinstance(deal, Refusal):
        yield deal
        return
    if deal.mode not in THANKED or not _received(state, body.party, deal):
        yield NoGiftToThank(body.party.id)
        return
    if state.get(f"thanked/{body.deal.act}/{body.deal.deal}/{body.party.id}"):
        yield ThankedAlready(body.party.id)


def _apply(overlay: Overlay, act: Act, cited: Cited) -> Effects:
    body: Thanks = act.body
    row = Thanked(
        act=body.deal.act,
        deal=body.deal.deal,
        party=body.party.id,
        time=overlay.time,
    )
    overlay.put(row)
    return Effects(rows=(row,))


THANKS = ActKind(
    name="thanks",
    body=Record(Thanks, {"party": party, "deal": deal_id}, name="Thanks"),
    required=_required,
    refusals=_refusals,
    apply=_apply,
    refuses_with=(*CITED_REFUSE, NoGiftToThank, ThankedAlready),
)
