"""Drafts: the JSON of acts, put together so that it is canonical and complete.

Who writes acts (pages, command line, importers, tests) writes them through here; the
rules read them again from their bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from urdimbre.core.accounts import COMMON
from urdimbre.core.encoding import dumps

Json = dict[str, Any]

THE_COMMON: Json = {"common": True}
USES = {
    "person": "consumption",
    "household": "consumption",
    "initiative": "production",
    "emporio": "resale",
    "fund": "circulation",
    "circuit": "circulation",
    "common": "common",
}
"""What a taker of this kind does with goods, unless somebody says otherwise."""


def party(id_: str) -> Json:
    """Name a member, or the common by its id."""
    return dict(THE_COMMON) if id_ == COMMON else {"member": id_}


def outside(sort: str) -> Json:
    """Name a party outside: ``capital``, ``state`` or ``solidarity``."""
    return {"outside": sort}


def sealed(commitment: str) -> Json:
    """Name a sealed giver or taker of a gift."""
    return {"sealed": commitment}


def draft(
    kind: str,
    body: Mapping[str, Any],
    *,
    by: str,
    id_: str,
    valid_until: int,
    agreement: int = 0,
    private: Sequence[str] = (),
    refs: Sequence[tuple[str, str]] = (),
) -> bytes:
    """Write an act.

    Args:
        kind: kind of act.
        body: its fields.
        by: author: a member, the common or the node.
        id_: 16 bytes of chance, hex, made before the first send.
        valid_until: block time after which it can no longer be recorded.
        agreement: version of the agreement that the signers see.
        private: commitments.
        refs: acts referred to, with the relation.
    """
    return dumps(
        {
            "agreement": agreement,
            "body": body,
            "by": by,
            "id": id_,
            "kind": kind,
            "private": list(private),
            "refs": [{"act": act, "rel": rel} for act, rel in refs],
            "v": 1,
            "valid_until": valid_until,
        }
    )


def _between(giver: str | Json, taker: str | Json) -> Json:
    return {
        "giver": party(giver) if isinstance(giver, str) else giver,
        "taker": party(taker) if isinstance(taker, str) else taker,
    }


def goods(
    giver: str | Json,
    taker: str | Json,
    *,
    category: str,
    quantity: int,
    unit: str = "C62",
    measure: str = "counted",
    title: str = "transfer",
    use: str = "consumption",
    **more: Any,
) -> Json:
    """Goods, a service or work; ``more``: product, of, may, ``for_``."""
    owner = more.pop("for_", None)
    if owner is not None:
        more["for"] = party(owner) if isinstance(owner, str) else owner
    return {
        "type": "goods",
        **_between(giver, taker),
        "category": category,
        "quantity": quantity,
        "unit": unit,
        "measure": measure,
        "title": title,
        "use": use,
        **more,
    }


def money(
    giver: str | Json, taker: str | Json, quantity: int, unit: str, **more: str
) -> Json:
    """National currency; ``more``: purse, into, purpose."""
    return {
        "type": "money",
        **_between(giver, taker),
        "quantity": quantity,
        "unit": unit,
        **more,
    }


def signs(
    giver: str | Json,
    taker: str | Json,
    quantity: int,
    unit: str,
    *,
    on_limit: str = "refuse",
    **more: str,
) -> Json:
    """Value signs; ``more``: purpose."""
    return {
        "type": "signs",
        **_between(giver, taker),
        "quantity": quantity,
        "unit": unit,
        "on_limit": on_limit,
        **more,
    }


def promised(type_: str, quantity: int, unit: str, **more: str) -> Json:
    """What a promise is about; ``more``: category, product."""
    return {"type": type_, "quantity": quantity, "unit": unit, **more}


def promise(
    giver: str | Json, taker: str | Json, what: Json, due: Json, **more: Any
) -> Json:
    """A promise; ``more``: risk, ``or_``."""
    other = more.pop("or_", None)
    if other is not None:
        more["or"] = other
    return {
        "type": "promise",
        **_between(giver, taker),
        "what": what,
        "due": due,
        **more,
    }


def release(
    creditor: str | Json,
    debtor: str | Json,
    *,
    owed: Json,
    quantity: int,
    reason: str = "fulfilled",
) -> Json:
    """A release of what is owed, in part or whole."""
    return {
        "type": "release",
        **_between(creditor, debtor),
        "owed": owed,
        "quantity": quantity,
        "reason": reason,
    }


def place(act: str, deal: int, move: int) -> Json:
    """Name an obligation, custody or move of a recorded act."""
    return {"act": act, "deal": deal, "move": move}


def deal(mode: str, *moves: Json, need: str | None = None) -> Json:
    """Moves under one mode."""
    found: Json = {"mode": mode, "moves": list(moves)}
    if need is not None:
        found["need"] = need
    return found


def exchange(day: int, *deals: Json, consents: Sequence[tuple[str, str]] = ()) -> Json:
    """Body of an exchange; ``consents``: party and mandate."""
    body: Json = {"day": day, "deals": list(deals)}
    if consents:
        body["consents"] = [
            {"party": party(one), "mandate": mandate} for one, mandate in consents
        ]
    return body


def cited(body: Json) -> list[tuple[str, str]]:
    """Return the references that the moves of an exchange require."""
    found: dict[tuple[str, str], None] = {}
    for one in body["deals"]:
        for move in one["moves"]:
            if "owed" in move:
                found[(move["owed"]["act"], "releases")] = None
            if "of" in move:
                found[(move["of"]["act"], "settles")] = None
    return list(found)


def key(public: str, custody: str, **more: Any) -> Json:
    """A key as an act registers it; ``more``: next, weight."""
    return {"alg": 1, "custody": custody, "key": public, **more}
