"""What commands print and export: rows of members, balances, obligations, acts."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import Any

from urdimbre.adapters.desk import Person
from urdimbre.adapters.folder import Reading
from urdimbre.cli.failures import MemberAmbiguous, MemberNotFound
from urdimbre.cli.opening import rows_of
from urdimbre.cli.telling import shown
from urdimbre.core.accounts import COMMON, Account
from urdimbre.core.chain.entry import ACT, act_hash, decode, genesis_id
from urdimbre.core.membership.rows import Member
from urdimbre.core.obligations import Owed
from urdimbre.core.state import value_of
from urdimbre.core.units import Quantity

Row = dict[str, Any]

MEMBER_COLUMNS = ("member", "name", "code", "kind", "since", "left", "policy")
BALANCE_COLUMNS = ("member", "name", "unit", "purse", "minor", "amount")
OBLIGATION_COLUMNS = (
    "act",
    "deal",
    "move",
    "debtor",
    "creditor",
    "what",
    "unit",
    "category",
    "quantity",
    "open",
    "due",
)
ACT_COLUMNS = (
    "index",
    "height",
    "time",
    "kind",
    "by",
    "id",
    "hash",
    "act",
    "signatures",
)
THE_COMMON = "common"
FOUND_MAX = 5


def member_rows(reading: Reading) -> list[Row]:
    """Members in order of admission; neither the common nor the node."""
    persons = reading.desk.persons()
    return [
        {
            "member": row.id,
            "name": _name(persons, row.id),
            "code": persons[row.id].code if row.id in persons else None,
            "kind": row.kind,
            "since": row.since,
            "left": row.left,
            "policy": row.policy,
        }
        for row in _members(reading)
    ]


def balance_rows(reading: Reading) -> list[Row]:
    """Every account, in order of its first posting."""
    persons = reading.desk.persons()
    accounts: list[Account] = rows_of(reading, "account/")
    return [
        {
            "member": owner_of(row.owner),
            "name": _name(persons, row.owner),
            "unit": row.unit,
            "purse": row.purse,
            "minor": row.balance,
            "amount": shown("", Quantity(row.balance, row.unit)).rsplit(" ", 1)[0],
        }
        for row in accounts
    ]


def obligation_rows(reading: Reading) -> list[Row]:
    """Every obligation, settled ones with nothing open."""
    found: list[Owed] = rows_of(reading, "owed/")
    return [
        {
            "act": row.act,
            "deal": row.deal,
            "move": row.move,
            "debtor": owner_of(row.debtor),
            "creditor": owner_of(row.creditor),
            "what": row.what,
            "unit": row.unit,
            "category": row.category,
            "quantity": row.quantity,
            "open": row.open,
            "due": json.loads(value_of(row)).get("due"),
        }
        for row in found
    ]


def act_rows(reading: Reading) -> Iterator[Row]:
    """Every act, in the order of the log, as `record` would take it."""
    genesis = reading.genesis
    waiting: list[Row] = []
    for index, entry in enumerate(reading.store.entries()):
        if entry[0] == ACT:
            waiting.append(_act_row(index, entry, genesis))
            continue
        header = json.loads(entry[1:])
        for row in waiting:
            yield row | {"height": header["height"], "time": header["time"]}
        waiting.clear()


def owner_of(owner: str) -> str:
    """Name an owner as programs know it: member id, or one of the system's names."""
    return THE_COMMON if owner == COMMON else owner


def find_member(reading: Reading, text: str) -> Member:
    """Find a member by number, or by the beginning of her number, code or name.

    Raises:
        MemberNotFound: nobody fits.
        MemberAmbiguous: several fit, none exactly.
    """
    persons = reading.desk.persons()
    everybody: list[Member] = rows_of(reading, "member/")
    if text == THE_COMMON:
        text = COMMON
    wanted = _folded(text)
    exact, begun = [], []
    for row in everybody:
        person = persons.get(row.id)
        known = () if person is None else (person.name, person.code)
        names = [row.id, *(one for one in known if one)]
        folded = [_folded(name) for name in names]
        if wanted in folded:
            exact.append(row)
        if any(name.startswith(wanted) for name in folded):
            begun.append(row)
    found = exact or begun
    if not found or not wanted:
        raise MemberNotFound(text=text)
    if len(found) > 1:
        told = [f"{_name(persons, row.id) or '-'} ({row.id})" for row in found]
        more = ["…"] if len(told) > FOUND_MAX else []
        raise MemberAmbiguous(text=text, found=", ".join(told[:FOUND_MAX] + more))
    return found[0]


def _folded(text: str) -> str:
    """Write a name as it is typed in a hurry: without accents and capitals."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(one for one in parts if not unicodedata.combining(one)).casefold()


def names_by_number(reading: Reading) -> dict[int, str]:
    """What the parties of the derived tables are called: a name, or the member id."""
    persons = reading.desk.persons()
    found = reading.store.query("SELECT no, id FROM member ORDER BY no")
    return {no: _name(persons, id_) or owner_of(id_) for no, id_ in found}


def _members(reading: Reading) -> list[Member]:
    found: list[Member] = rows_of(reading, "member/")
    return [row for row in found if row.kind not in ("common", "node")]


def _name(persons: dict[str, Person], member: str) -> str | None:
    found = persons.get(member)
    return None if found is None else found.name


def _act_row(index: int, entry: bytes, genesis: str) -> Row:
    signed = decode(entry)
    act = json.loads(signed.act)
    digest = genesis_id(signed.act) if index == 0 else act_hash(genesis, signed.act)
    return {
        "index": index,
        "kind": act["kind"],
        "by": act["by"],
        "id": act["id"],
        "hash": digest,
        "act": act,
        "signatures": [
            {
                "member": slot.member,
                "key_id": slot.key_id,
                "mandate": slot.mandate,
                "signature": slot.signature.hex(),
            }
            for slot in signed.slots
        ],
    }
