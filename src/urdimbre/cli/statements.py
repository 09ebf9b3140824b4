"""Statements: the acts that somebody takes part in, and her balance after each."""

from __future__ import annotations

from typing import Any

from urdimbre.adapters.folder import Reading
from urdimbre.cli.reading import names_by_number
from urdimbre.cli.telling import day, moment, shown
from urdimbre.core.exchange.moves import UNKNOWN
from urdimbre.core.units import Quantity
from urdimbre.projections import tables

Row = dict[str, Any]

STATEMENT_COLUMNS = (
    "index",
    "day",
    "act",
    "mode",
    "what",
    "gave",
    "took",
    "with",
    "purse",
    "change",
    "after",
    "limit",
)
OTHERS = {
    tables.THE_COMMON: "common",
    tables.OUTSIDE["capital"]: "capital",
    tables.OUTSIDE["state"]: "state",
    tables.OUTSIDE["solidarity"]: "solidarity",
    tables.SEALED: "sealed",
    tables.OTHER_CIRCUIT: "other-circuit",
    tables.CASH_OUTSIDE: "cash-outside",
    tables.NODE: "node",
}
SECONDS_PER_DAY = 86_400
_NUMBER = "SELECT no FROM member WHERE id = ?"
_MOVES = (
    "SELECT position, deal, move, mode, type, giver, taker, unit, quantity, category,"
    " mark FROM move WHERE giver = ? OR taker = ? ORDER BY position, deal, move"
)
_POSTINGS = (
    "SELECT position, unit, purse, delta, after FROM posting WHERE owner = ?"
    " ORDER BY position, unit, purse"
)
_LIMITS = (
    "SELECT position, kind, unit FROM mark WHERE owner = ?"
    " AND kind IN ('warned', 'beyond') ORDER BY position, kind, unit"
)
_ACTS = (
    "SELECT act_line.position, act_line.kind, act_line.time, act_line.day,"
    " act.hash FROM act_line JOIN act USING (position)"
    " WHERE act_line.position BETWEEN ? AND ? ORDER BY act_line.position"
)


def statement_of(reading: Reading, member: str) -> list[Row]:
    """Gather a member's acts, oldest first, each with its moves and postings."""
    query = reading.store.query
    numbers = list(query(_NUMBER, (member,)))
    number = numbers[0][0] if numbers else tables.THE_COMMON
    names = names_by_number(reading) | OTHERS
    acts: dict[int, Row] = {}
    for position, deal, move, *told in query(_MOVES, (number, number)):
        one = _move(told, number, names) | {"deal": deal, "move": move}
        _act(acts, position)["moves"].append(one)
    for position, unit, purse, delta, after in query(_POSTINGS, (number,)):
        posting = {"unit": unit, "purse": purse, "delta": delta, "after": after}
        _act(acts, position)["postings"].append(posting)
    for position, kind, unit in query(_LIMITS, (number,)):
        _act(acts, position)["limits"].append({"kind": kind, "unit": unit})
    if not acts:
        return []
    for position, kind, time, told_day, digest in query(_ACTS, (min(acts), max(acts))):
        if position in acts:
            named = {"kind": kind, "time": time, "day": told_day}
            acts[position] |= named | {"act": digest.hex()}
    return [acts[position] for position in sorted(acts)]


def flat(acts: list[Row]) -> list[Row]:
    """Give one line for each move, and for each posting that no move explains."""
    lines = []
    for act in acts:
        postings = list(act["postings"])
        for move in act["moves"]:
            if move["category"] == UNKNOWN and not move["quantity"]:
                continue  # goods that nobody remembers tell nothing on a line
            posting = _posting_of(move, postings)
            lines.append(_line(act, move, posting))
        lines += [_line(act, None, posting) for posting in postings]
        if not act["moves"] and not act["postings"]:
            lines.append(_line(act, None, None))  # an objection may move a limit alone
    return lines


def _act(acts: dict[int, Row], position: int) -> Row:
    empty = {"index": position, "moves": [], "postings": [], "limits": []}
    return acts.setdefault(position, empty)


def _move(told: list[Any], number: int, names: dict[int, str]) -> Row:
    mode, kind, giver, taker, unit, quantity, category, mark = told
    gave = giver == number
    return {
        "mode": mode,
        "type": kind,
        "direction": "gave" if gave else "took",
        "with": names.get(taker if gave else giver, ""),
        "unit": unit,
        "quantity": quantity,
        "category": category or None,
        "mark": mark or None,
    }


def _posting_of(move: Row, postings: list[Row]) -> Row | None:
    """Take the posting of a move's unit, which shows the balance after the act."""
    if move["type"] not in ("signs", "money"):
        return None
    for place, posting in enumerate(postings):
        if posting["unit"] == move["unit"]:
            return postings.pop(place)
    return None


def _line(act: Row, move: Row | None, posting: Row | None) -> Row:
    at = act["day"]
    line: Row = dict.fromkeys(STATEMENT_COLUMNS)
    line |= {
        "index": act["index"],
        "day": day(at) if at is not None else moment(act["time"])[:10],
        "act": act["kind"],
    }
    if move is not None:
        line |= {
            "mode": move["mode"],
            "what": move["category"] or move["type"],
            move["direction"]: shown("", Quantity(move["quantity"], move["unit"])),
            "with": move["with"],
        }
    if act["kind"] == "issue":
        line["with"] = OTHERS[tables.THE_COMMON]
    if posting is not None:
        line |= {
            "purse": posting["purse"],
            "change": shown("", Quantity(posting["delta"], posting["unit"])),
            "after": shown("", Quantity(posting["after"], posting["unit"])),
        }
    units = {posting["unit"]} if posting is not None else None
    line["limit"] = ", ".join(
        one["kind"] for one in act["limits"] if units is None or one["unit"] in units
    )
    return line
