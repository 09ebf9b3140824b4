"""A deal of an earlier act, as the acts that answer or mend it look it up."""

from __future__ import annotations

from urdimbre.core.acts import Act, Cited, DealId, Need
from urdimbre.core.exchange.answers import RefMissing
from urdimbre.core.exchange.moves import Deal
from urdimbre.core.refusals import Refusal, UnknownAct

CITED_REFUSE = (UnknownAct, RefMissing)


def cited_deal(act: Act, named: DealId, cited: Cited, rel: str) -> Deal | Refusal:
    """Return the deal that an act names, or why it cannot be had."""
    if not any(ref.act == named.act and ref.rel == rel for ref in act.refs):
        return RefMissing(named.act, rel)
    recorded = cited.get(named.act)
    # Dues and rosters tell what they do as deals, too.
    deals: tuple[Deal, ...] = getattr(recorded and recorded.act.body, "deals", ())
    if named.deal >= len(deals):
        return UnknownAct(named.act)
    return deals[named.deal]


def parties(deal: Deal) -> tuple[tuple[Need, ...], bool]:
    """Return who gives or takes in a deal, and whether somebody is sealed."""
    seen: dict[str, None] = {}
    sealed = False
    for move in deal.moves:
        for party in (move.giver, move.taker):
            sealed = sealed or party.kind == "sealed"
            if party.owner is not None:
                seen[party.owner] = None
    return tuple(Need(party) for party in seen), sealed
