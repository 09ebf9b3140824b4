"""Holds: for a time nobody erases what is said of a member in a dispute, or by law.

A hold has a reason that the member reads, a last second and a hand that set it. It ends
by itself: nothing has to be done, and nobody has to remember.
"""

from __future__ import annotations

import secrets
import sqlite3
from typing import NamedTuple

from urdimbre.adapters.desk import Desk

ID_BYTES = 8
_COLUMNS = "id, member, reason, until, by, at"


class Hold(NamedTuple):
    """Why something of a member is not erased, and until when.

    Attributes:
        id: its number.
        member: of whom.
        reason: in the words of who set it; she reads it.
        until: last second UTC of it.
        by: id of who set it.
        at: when, in seconds UTC.
    """

    id: str
    member: str
    reason: str
    until: int
    by: str
    at: int


def put(desk: Desk, *, member: str, reason: str, until: int, by: str, at: int) -> None:
    """Put a hold on what is known of a member."""
    row = Hold(secrets.token_hex(ID_BYTES), member, reason, until, by, at)
    sql = f"INSERT INTO erasing_hold ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 - ours
    desk.write(sql, [tuple(row)])


def of(desk: Desk, member: str, *, now: int) -> list[Hold]:
    """Return the holds on what is known of a member that have not ended."""
    return [one for one in in_force(desk, now=now) if one.member == member]


def in_force(desk: Desk, *, now: int) -> list[Hold]:
    """Return all holds that have not ended."""
    sql = (
        f"SELECT {_COLUMNS} FROM erasing_hold"  # noqa: S608 - ours
        " WHERE until >= ? ORDER BY until, id"
    )
    try:
        return [Hold(*row) for row in desk.read(sql, now)]
    except sqlite3.OperationalError as failed:
        if "no such table" not in str(failed):
            raise
        return []  # a desk of before there were holds


def end(desk: Desk, id_: str) -> None:
    """End a hold before its time."""
    desk.write("DELETE FROM erasing_hold WHERE id = ?", [(id_,)])
