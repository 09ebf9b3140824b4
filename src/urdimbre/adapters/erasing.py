"""Erasing what the desk knows of a member: what there is, what waits, what goes.

Acts stay as they are. Texts of what is still owed, held for another or contested stay
until that is settled: others rely on them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from urdimbre.adapters.desk import Desk
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
    numbers = [row[0] for row in query(_NUMBER, (member,))]
    no = numbers[0] if numbers else None
    hers = [row[0] for row in query(_HERS, (no,) * 3)]
    unsettled = {row[0] for row in query(_OPEN, (no,) * 6)}
    free = _known(desk, entry, [one for one in hers if one not in unsettled])
    waiting = _known(desk, entry, [one for one in hers if one in unsettled])
    return Erasable(
        member=member,
        acts=len(hers),
        texts=free,
        kept=len(waiting),
        drafts=tuple(desk.closed_drafts_of(member, now=now)),
        offers=tuple(desk.listings_of(member)),
        person=desk.person(member) is not None,
        login=desk.may_enter(member),
        keys=tuple(one.key_id for one in desk.keys_of(member)),
    )


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
