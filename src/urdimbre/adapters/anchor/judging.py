"""Anchors against the log: what the community pinned, what the chain says of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from urdimbre.adapters.anchor.event import Event
from urdimbre.core import circuit
from urdimbre.core.acts import Act
from urdimbre.core.assembly.decision import DECISION
from urdimbre.core.assembly.effects import SetAnchor
from urdimbre.core.chain.entry import HEADER, decode
from urdimbre.core.chain.merkle import Frontier, leaf_hash

Entries = Callable[[], Iterable[bytes]]
"""Gives the log from its beginning, as often as it is asked."""

HOLDS: Final = "holds"
"""First of its size, and the log has this root."""
REPEATS: Final = "repeats"
"""The first of its size said the same."""
CONTRADICTS: Final = "contradicts"
"""First of its size, and the log has another root."""
INCONSISTENT: Final = "inconsistent"
"""The first of its size said another root: the sender has signed both."""
BEYOND: Final = "beyond"
"""Of a longer log than this one."""
FOREIGN: Final = "foreign"
"""Of a contract or sender that no decision ever pinned."""
OUTSIDE: Final = "outside"
"""Of a pinned sender, before its decision or after the one that replaced it."""

EVIDENCE: Final = (CONTRADICTS, INCONSISTENT, BEYOND)
IGNORED: Final = (FOREIGN, OUTSIDE)

_EFFECT = b'"effect":"anchor"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A contract and sender that a decision names, and how long they count.

    Attributes:
        chain: number of the chain.
        contract: address.
        sender: address; all zeros: nobody.
        position: of the decision in the log; anchors of smaller logs do not count.
        until: time of the block with the decision that replaced it.
    """

    chain: int
    contract: str
    sender: str
    position: int
    until: int | None = None

    def counts(self, event: Event) -> bool:
        """Tell whether an anchor speaks for the community under this pin."""
        same = (self.contract, self.sender) == (event.contract, event.sender)
        late = self.until is not None and event.time > self.until
        return same and not late and event.size > self.position


@dataclass(frozen=True, slots=True)
class Judged:
    """An anchor and what it comes to.

    Attributes:
        event: as the chain keeps it.
        verdict: one of those above.
        root: what the log has at that size, hex; empty if it is not that long.
    """

    event: Event
    verdict: str
    root: str


def pins_of(entries: Iterable[bytes]) -> list[Pin]:
    """Find every pin that the log has ever decided, in its order."""
    pins: list[Pin] = []
    waiting: list[Pin] = []
    genesis = ""
    for position, entry in enumerate(entries):
        if position == 0:
            first = circuit.read(decode(entry).act, "")
            genesis = first.hash if isinstance(first, Act) else ""
        elif entry[0] == HEADER:
            time = int(json.loads(entry[1:])["time"]) if waiting else 0
            for pin in waiting:
                _put(pins, pin, time)
            waiting.clear()
        elif _EFFECT in entry:
            waiting += _pinned(entry, genesis, position)
    return pins


def in_force(pins: Sequence[Pin], chain: int) -> Pin | None:
    """Find the pin of a chain that counts now, if there is one."""
    last = next((pin for pin in reversed(pins) if pin.chain == chain), None)
    return None if last is None or not int(last.sender, 16) else last


def roots_at(entries: Iterable[bytes], sizes: Iterable[int]) -> dict[int, str]:
    """Roots of the log at some sizes, and at its end, from the entries alone."""
    wanted = set(sizes)
    tree = Frontier()
    roots = {}
    for entry in entries:
        tree.append(leaf_hash(entry))
        if tree.size in wanted:
            roots[tree.size] = tree.root().hex()
    return roots | {tree.size: tree.root().hex()}


def judge(
    events: Sequence[Event], pins: Sequence[Pin], roots: Mapping[int, str]
) -> list[Judged]:
    """Judge the anchors of one chain; the first of each size is the one that counts.

    Args:
        events: in the chain's order.
        pins: of that chain.
        roots: of the log at the sizes of the events, where it is that long.
    """
    known = {(pin.contract, pin.sender) for pin in pins}
    first: dict[int, str] = {}
    found = []
    for event in events:
        root = roots.get(event.size, "")
        if any(pin.counts(event) for pin in pins):
            verdict = _verdict(event, root, first)
        elif (event.contract, event.sender) in known:
            verdict = OUTSIDE
        else:
            verdict = FOREIGN
        found.append(Judged(event, verdict, root))
    return found


def _verdict(event: Event, root: str, first: dict[int, str]) -> str:
    if event.size in first:
        return REPEATS if first[event.size] == event.root else INCONSISTENT
    first[event.size] = event.root
    if not root:
        return BEYOND
    return HOLDS if event.root == root else CONTRADICTS


def _put(pins: list[Pin], new: Pin, time: int) -> None:
    """Add a pin; the one before it on that chain ends."""
    for place, pin in enumerate(pins):
        if pin.chain == new.chain and pin.until is None:
            pins[place] = replace(pin, until=time)
    pins.append(new)


def _pinned(entry: bytes, genesis: str, position: int) -> Iterator[Pin]:
    act = circuit.read(decode(entry).act, genesis)
    if not isinstance(act, Act) or act.kind != DECISION.name:
        return
    for effect in act.body.effects:
        if isinstance(effect, SetAnchor):
            yield Pin(
                chain=effect.chain,
                contract=effect.contract,
                sender=effect.sender,
                position=position,
            )
