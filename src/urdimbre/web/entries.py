"""Entries of the notebook, read and opened: the act, who signed, its private texts."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import Http404
from django.utils.translation import gettext

from urdimbre.core.accounts import COMMON
from urdimbre.core.acts import Act, Party, Recorded
from urdimbre.core.chain.entry import ACT, Slot, decode
from urdimbre.core.circuit import read
from urdimbre.core.exchange.adjust import quantity_of
from urdimbre.core.exchange.moves import Release
from urdimbre.projections.models import ActLine, Mark
from urdimbre.web import names, opened
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges import retelling
from urdimbre.web.exchanges.models import Draft, Opening, Payload
from urdimbre.web.exchanges.proposing import TEXTS, WORDS
from urdimbre.web.kinds import SHORT
from urdimbre.web.telling import Told, tell

REMEMBERED = 20_000
"""Of how many acts the seals and signers are kept at hand."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An act of the notebook.

    Attributes:
        position: in the log.
        act: as read.
        raw: its canonical bytes.
        slots: who signed.
    """

    position: int
    act: Act
    raw: bytes
    slots: tuple[Slot, ...]


def entry_at(position: int) -> Entry:
    """Read an act of the notebook.

    Raises:
        Http404: there is no act at that position.
    """
    registry = opened.circuit().registry
    stored = registry.entry(position) if position < 2**53 else None
    if stored is None or stored[0] != ACT:
        raise Http404
    signed = decode(stored)
    act = registry.read(signed.act) if position else read(signed.act, "")
    if not isinstance(act, Act):
        raise Http404
    return Entry(position, act, signed.act, signed.slots)


PLACE = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}", re.ASCII)


def texts_of(openings: Iterable[Opening | Payload]) -> dict[str, str]:
    """Give the descriptions of goods by ``deal.move``, and the words of thanks."""
    found: dict[str, str] = {}
    for one in openings:
        if one.field == TEXTS:
            found.update(goods_in(bytes(one.payload)))
        elif one.field == WORDS:
            found[WORDS] = bytes(one.payload).decode(errors="replace")
    return found


def goods_in(payload: bytes) -> Iterator[tuple[str, str]]:
    """Give the descriptions of goods in a payload, by ``deal.move``.

    Other programs record too; what is no such table of words tells nothing here.
    """
    try:
        told = json.loads(payload)
    except (ValueError, RecursionError):
        return
    if isinstance(told, dict):
        for place, text in told.items():
            if PLACE.fullmatch(place):
                # A surrogate that JSON has let in could not be sent.
                yield place, str(text).encode("utf-8", "replace").decode()


def payloads(commitments: Iterable[str]) -> list[Payload]:
    """Return what the desk still holds of the private fields of an act."""
    return list(Payload.objects.filter(commitment__in=list(commitments)))


def readable(act: Act, here: Here) -> list[Payload]:
    """Return the private fields of an act that one of its parties may open.

    The reason of an exemption is for whom it excuses, and for who signs for the common.
    """
    hers = {here.member, here.person}
    others = {
        line.why
        for line in getattr(act.body, "lines", ())
        if line.why is not None and COMMON not in hers and line.member not in hers
    }
    return [one for one in payloads(act.private) if one.commitment not in others]


def told(act: Act, texts: Mapping[str, str], *, hers: bool = True) -> Told:
    """Tell an act in the language of the page.

    Args:
        act: as read.
        texts: its private texts that the reader may see.
        hers: whether she may see those of the deal that it mends, too.
    """
    if act.kind in retelling.KINDS:
        return _retold(act, hers=hers)
    return tell(act, texts, owed_units(act))


def earlier_of(act: Act) -> Entry:
    """Return the entry of the deal that an act mends, contests or answers."""
    position = opened.circuit().registry.position_of(act.body.deal.act)
    if position is None:
        raise Http404
    return entry_at(position)


def _retold(act: Act, *, hers: bool) -> Told:
    earlier = earlier_of(act)
    if act.kind == "contest":
        lines = retelling.retell_contest(act, earlier.position)
    else:
        lines = retelling.retell_adjust(
            act,
            earlier.act,
            earlier.position,
            before=_before(act, earlier),
            texts=texts_of(payloads(earlier.act.private)) if hers else {},
            units=owed_units(earlier.act),
        )
    parties = {one.id: None for one in _sides(earlier.act, act.body.deal.deal)}
    known = names.by_id(parties)
    return Told(
        title=gettext(SHORT[act.kind]),
        parties=tuple(known[one] for one in parties),
        lines=lines,
    )


def _sides(exchange: Act, place: int) -> Iterator[Party]:
    """Give who gives and takes in a deal, but nobody outside or sealed."""
    for move in exchange.body.deals[place].moves:
        for party in (move.giver, move.taker):
            if party.owner:
                yield party


def _before(act: Act, earlier: Entry) -> dict[int, int]:
    """Return what the moves of a deal stood at before an act adjusted it."""
    registry = opened.circuit().registry
    position, place = registry.position_of(act.hash), act.body.deal.deal
    marks = Mark.objects.filter(
        position=earlier.position, deal=place, kind="adjusted"
    ).values_list("by_position", flat=True)
    found = {
        number: quantity_of(move)
        for number, move in enumerate(earlier.act.body.deals[place].moves)
    }
    for one in set(marks):
        if position is None or one < position:
            for change in entry_at(one).act.body.moves:
                found[change.move] += change.delta
    return found


def recorded_of(entry: Entry) -> Recorded:
    """Return an entry as the rules look at it."""
    time = ActLine.objects.values_list("time", flat=True).get(position=entry.position)
    return Recorded(entry.act, entry.slots, time)


def told_draft(draft: Draft) -> Told:
    """Tell a draft from its very bytes: what is signed is what is read."""
    act = opened.circuit().registry.read(bytes(draft.act))
    if not isinstance(act, Act):
        raise Http404
    if draft.state == "recorded":
        return told(act, texts_of(payloads(act.private)))
    return told(act, texts_of(draft.openings.all()))


def owed_units(act: Act) -> dict[tuple[str, int, int], str]:
    """Return the unit of each obligation that an act releases."""
    if act.kind != "exchange":
        return {}
    state = opened.circuit().registry.state
    found = {}
    for deal in act.body.deals:
        for move in deal.moves:
            row = _owed(state, move) if isinstance(move, Release) else None
            if row is not None:
                found[tuple(move.owed)] = row.unit
    return found


def _owed(state: Any, move: Release) -> Any:
    return state.get("owed/{}/{}/{}".format(*move.owed))


def texts_at(positions: Iterable[int]) -> dict[tuple[int, int, int], str]:
    """Return the words of goods in acts of hers, by position, deal and move."""
    genesis = opened.circuit().registry.genesis
    sealed = {
        seal: position
        for position in positions
        for seal in private_at(genesis, position)
    }
    if not sealed:
        return {}
    found = {}
    for one in Payload.objects.filter(commitment__in=list(sealed), field=TEXTS):
        for place, text in goods_in(bytes(one.payload)):
            deal, move = place.split(".")
            found[sealed[one.commitment], int(deal), int(move)] = text
    return found


def private_at(genesis: str, position: int) -> tuple[str, ...]:
    """Return the seals of an act's private fields."""
    return _at_hand(genesis, position)[0]


def signed_at(genesis: str, position: int) -> tuple[tuple[str, str], ...]:
    """Return who has signed an act: each person, and under what; zeros: her own."""
    return _at_hand(genesis, position)[1]


@lru_cache(maxsize=REMEMBERED)
def _at_hand(
    genesis: str, position: int
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Keep what pages ask of many acts; what is recorded never changes."""
    entry = entry_at(position)
    signed = tuple((slot.member, slot.mandate) for slot in entry.slots)
    return tuple(entry.act.private), signed
