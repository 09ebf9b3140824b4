"""The same again: a form filled with what an earlier exchange was."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from urdimbre.core.exchange.adjust import quantity_of
from urdimbre.core.exchange.moves import Deal, Goods, Money, Move, Promise, Signs
from urdimbre.core.obligations import Due
from urdimbre.projections.models import Member
from urdimbre.web import wording
from urdimbre.web.catalogue.categories import group
from urdimbre.web.circuit.entering import Here
from urdimbre.web.entries import Entry, entry_at, payloads, texts_of
from urdimbre.web.exchanges import afterwards
from urdimbre.web.units import measure

REPEATED = ("sale", "barter", "gift", "lend")
POSITION_DIGITS_MAX = 15


@dataclass(frozen=True, slots=True)
class Again:
    """An exchange as a form would have been filled in for it.

    Attributes:
        mode: of its deal.
        other: number of the other party.
        more: whether it takes the other form of that mode.
        typed: the fields.
    """

    mode: str
    other: int
    more: bool
    typed: dict[str, Any]

    @property
    def query(self) -> str:
        """The address of the form, but for what it repeats."""
        return f"with={self.other}{'&more=1' if self.more else ''}"


def typed_again(here: Here, written: str) -> dict[str, Any]:
    """Return the fields for the exchange at a position, if she may repeat it."""
    plain = written.isascii() and written.isdecimal()
    if not plain or len(written) > POSITION_DIGITS_MAX:
        return {}
    try:
        found = again(here, entry_at(int(written)))
    except Http404:
        return {}
    return found.typed if found else {}


def again(here: Here, entry: Entry) -> Again | None:
    """Say how an exchange of hers would be made again; nothing if no form can."""
    if entry.act.kind != "exchange" or len(entry.act.body.deals) > 1:
        return None
    deal: Deal = entry.act.body.deals[0]
    first = deal.moves[0]
    sides = (first.giver.id, first.taker.id)
    parties = afterwards.parties_of(entry.act)
    if deal.mode not in REPEATED or here.member not in sides or set(sides) - parties:
        return None
    third = parties - set(sides)
    if third and (deal.mode != "sale" or len(third) > 1):
        return None
    other = sides[1] if sides[0] == here.member else sides[0]
    numbers = dict(
        Member.objects.filter(id__in=parties, left=None).values_list("id", "no")
    )
    if len(numbers) < len(parties):
        return None
    typed = {"direction": "give" if sides[0] == here.member else "receive"}
    typed |= _fields(deal, texts_of(payloads(entry.act.private)))
    typed["third"] = "".join(str(numbers[one]) for one in third)
    more = deal.mode == "gift" and not isinstance(first, Goods)
    return Again(deal.mode, numbers[other], more, typed)


def _fields(deal: Deal, texts: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    goods = [
        (place, one) for place, one in enumerate(deal.moves) if isinstance(one, Goods)
    ]
    for prefix, (place, one) in zip(("", "back_"), goods, strict=False):
        found |= {
            f"{prefix}what": texts.get(f"0.{place}", ""),
            f"{prefix}category": group(one.category),
            f"{prefix}quantity": _amount(one, one.unit),
            f"{prefix}unit": one.unit,
        }
    return found | _values(deal.mode, deal.moves)


def _values(mode: str, moves: Iterable[Move]) -> dict[str, Any]:
    """Write money, signs and terms into the fields of a mode."""
    found: dict[str, Any] = {}
    money = {"sale": "price", "gift": "money"}.get(mode, "deposit")
    for one in moves:
        match one:
            case Money():
                name = "use_price" if one.purpose == "use_price" else money
                found[name] = _amount(one, one.unit)
            case Signs():
                found |= {"signs": _amount(one, one.unit), "sign": one.unit}
            case Promise() if mode == "sale" and one.what.type == "money":
                found["price"] = _amount(one, one.what.unit)
                found |= {"paid": "later", "due": _term(one.due)}
            case Promise() if mode == "lend" and one.what.type == "goods":
                found["due"] = _term(one.due)
    return found


def _amount(move: Move, unit: str) -> str:
    return wording.editable(quantity_of(move), measure(unit))


def _term(due: Due) -> str:
    """Name the term; a day that was agreed then is no day for now."""
    return due.event or "request"
