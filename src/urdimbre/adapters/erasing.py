"""Erasing what the desk knows of a member: what there is, what waits, what goes.

Acts stay as they are. Texts of what is still owed, held for another or contested stay
until that is settled: others rely on them. While somebody holds them for a dispute or
by law, neither texts nor name go.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from urdimbre.adapters import holds
from urdimbre.adapters.desk import Desk
from urdimbre.adapters.holds import Hold
from urdimbre.core.chain.entry import decode

PARTS = ("texts", "offers", "person", "login", "keys")
"""What can be erased of a member, each for itself."""
USUAL = PARTS[:-1]
"""All but the keys that the server keeps: without them she could not sign any more."""

Query = Callable[[str, tuple[Any, ...]], Iterable[Any]]
Entry = Callable[[int], bytes | None]

_NUMBER = "SELECT no FROM member WHERE id = ?"
_HERS = (
    "SELECT position FROM move WHERE giver = ? OR taker = ?"
    ' UNION SELECT position FROM act_line WHERE "by" = ? ORDER BY 1'
)
_OPEN = (
    "SELECT position FROM obligation WHERE open > 0 AND (debtor = ? OR creditor = ?)"
    " UNION SELECT position FROM custody WHERE held > 0 AND (owner = ? OR holder = ?)"
    " UNION SELECT position FROM move WHERE mark = 'contested'"
    " AND (giver = ? OR taker = ?)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasable:
    """What the desk knows of a member.

    Attributes:
        member: whose it is.
        acts: how many acts of hers stay in the notebook, whatever is erased.
        texts: commitments of private texts in these that can go.
        kept: how many more texts wait until something is settled.
        drafts: numbers of drafts that came to nothing.
        offers: numbers of offers and needs.
        person: whether her name, and how to find her, are known.
        login: whether she can enter.
        keys: short ids of keys that the server keeps.
        holds: because of which neither texts nor name can go for now.
    """

    member: str
    acts: int
    texts: tuple[str, ...]
    kept: int
    drafts: tuple[str, ...]
    offers: tuple[str, ...]
    person: bool
    login: bool
    keys: tuple[str, ...]
    holds: tuple[Hold, ...] = ()


def erasable(
    desk: Desk, member: str, *, query: Query, entry: Entry, now: int
) -> Erasable:
    """Look what the desk knows of a member.

    Args:
        desk: of the circuit.
        member: her id.
        query: reads the derived tables.
        entry: gives an entry of the log by its position.
        now: seconds UTC.
    """
    in_force = holds.in_force(desk, now=now)
    held = tuple(one for one in in_force if one.member == member)
    no = _number(query, member)
    hers = _acts_of(query, no)
    unsettled = {row[0] for row in query(_OPEN, (no,) * 6)}
    # What is held of another is held in her acts with that other too.
    for other in {one.member for one in in_force}:
        unsettled.update(_acts_of(query, _number(query, other)))
    free = _known(desk, entry, [one for one in hers if one not in unsettled])
    waiting = _known(desk, entry, [one for one in hers if one in unsettled])
    return Erasable(
        member=member,
        acts=len(hers),
        texts=free,
        kept=len(waiting),
        drafts=() if held else tuple(desk.closed_drafts_of(member, now=now)),
        offers=tuple(desk.listings_of(member)),
        person=not held and desk.person(member) is not None,
        login=desk.may_enter(member),
        keys=tuple(one.key_id for one in desk.keys_of(member)),
        holds=held,
    )


def _number(query: Query, member: str) -> int | None:
    numbers = [row[0] for row in query(_NUMBER, (member,))]
    return numbers[0] if numbers else None


def _acts_of(query: Query, no: int | None) -> list[int]:
    return [row[0] for row in query(_HERS, (no,) * 3)]


def _known(desk: Desk, entry: Entry, positions: Iterable[int]) -> tuple[str, ...]:
    """Return the commitments of these acts whose texts the desk still has."""
    found: dict[str, None] = {}
    for position in positions:
        stored = entry(position)
        assert stored is not None  # the derived tables name acts only
        found |= dict.fromkeys(json.loads(decode(stored).act).get("private", ()))
    return tuple(desk.still_known(found))


def erase(desk: Desk, found: Erasable, parts: Iterable[str]) -> None:
    """Erase these parts of what was found; the list of erasures remembers it."""
    wanted = set(parts)
    assert wanted <= {*PARTS}, wanted
    if "texts" in wanted:
        desk.erase_payloads(found.texts)
        desk.erase_drafts(found.drafts)
    if "offers" in wanted:
        desk.erase_listings(found.offers)
    if "keys" in wanted:
        for key in found.keys:
            desk.erase_key(key)
    if "person" in wanted and found.person:
        desk.erase_person(found.member)
    if "login" in wanted:
        desk.erase_login(found.member)
