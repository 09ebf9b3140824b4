"""From what acts change to the rows that pages read. Plain Python, no Django."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from urdimbre.core.accounts import CASH_OUTSIDE, COMMON, Account, Limits, Supply
from urdimbre.core.acts import Act, Party
from urdimbre.core.agreements import Setting
from urdimbre.core.catalogue.unit import UnitRow
from urdimbre.core.exchange.moves import (
    TYPE_OF,
    Deal,
    Goods,
    Money,
    Promise,
    Release,
    Signs,
)
from urdimbre.core.membership.rows import Member
from urdimbre.core.obligations import Custody, Due, Owed
from urdimbre.core.state import Row, value_of
from urdimbre.projections import tables
from urdimbre.recording.ports import Applied, Change, Query

Line = tuple[Any, ...]

_ADJUST = (
    "UPDATE move SET quantity = quantity + ?,"
    " mark = CASE mark WHEN 'contested' THEN mark ELSE 'adjusted' END"
    " WHERE position = ? AND deal = ? AND move = ?"
)
_CONTEST = (
    "UPDATE move SET mark = CASE WHEN ? THEN 'contested'"
    " WHEN quantity = original THEN '' ELSE 'adjusted' END"
    " WHERE position = ? AND deal = ?"
)
_VOLUME = (
    f"{tables.VOLUME.insert} {tables.VOLUME.on_conflict}"
    " carried = volume.carried + excluded.carried"
    f" + ((volume.quantity + excluded.quantity) >> {tables.CARRIED_BITS}),"
    " quantity = (volume.quantity + excluded.quantity)"
    f" & {2**tables.CARRIED_BITS - 1},"
    " moves = volume.moves + excluded.moves"
)
_ACT_AT = "SELECT position FROM act WHERE hash = ?"
_MOVED = (
    "SELECT move.mode, move.type, move.unit, move.category, act_line.day"
    " FROM move JOIN act_line USING (position)"
    " WHERE position = ? AND deal = ? AND move = ?"
)


Group = tuple[int, str, str, str, str]
"""What volumes are summed by: month, mode, type, unit, category."""


class Numbers:
    """Which number a party has in the derived tables."""

    def __init__(self, below: dict[str, int]) -> None:
        """Look on ``below`` for the members admitted before this block."""
        self._below = below
        self.new: dict[str, int] = {}
        self.admitted: dict[int, int] = {}

    def begin(self, act: Act, position: int) -> None:
        """Number those with whom the circuit begins."""
        self.new = {CASH_OUTSIDE: tables.CASH_OUTSIDE, COMMON: tables.THE_COMMON}
        self.new[act.body.node.member] = tables.NODE
        for founder in act.body.founders:
            self.admit(founder.member, position)
        self.admitted |= {tables.THE_COMMON: position, tables.NODE: position}

    def admit(self, member: str, position: int) -> None:
        """Give the next number to a new member."""
        # Three owners are no members: the common, the node and what lies outside.
        number = len(self._below) + len(self.new) - 3 + 1
        self.new[member] = number
        self.admitted[number] = position

    def of(self, owner: str) -> int:
        """Return the number of a member or system owner."""
        number = self._below.get(owner)
        return self.new[owner] if number is None else number

    def party(self, party: Party) -> int:
        """Return the number of a party of a move."""
        number = self._below.get(party.id)
        if number is not None:
            return number
        if party.kind in ("member", "common"):
            return self.of(party.id)
        if party.kind == "outside":
            return tables.OUTSIDE[party.id]
        return tables.SEALED if party.kind == "sealed" else tables.OTHER_CIRCUIT


class Projection:
    """Derives the tables of pages, block by block.

    Attributes:
        version: of the tables.
        schema: statements that make them.
    """

    version = tables.VERSION
    schema = tables.SCHEMA

    def __init__(self) -> None:
        """Start before the first block."""
        self._numbers: dict[str, int] = {}

    def load(self, query: Query) -> None:
        """Take up the members' numbers."""
        self._numbers = {id_: no for no, id_ in query("SELECT no, id FROM member", ())}
        self._numbers[CASH_OUTSIDE] = tables.CASH_OUTSIDE

    def block(self, *, height: int, time: int, query: Query) -> Projected:
        """Begin a block."""
        return Projected(self._numbers, height=height, time=time, query=query)

    def keep(self, block: Projected) -> None:
        """Remember the members whom a recorded block has admitted."""
        self._numbers.update(block.numbers.new)


class Projected:
    """The changes that one block makes to the derived tables."""

    def __init__(
        self, numbers: dict[str, int], *, height: int, time: int, query: Query
    ) -> None:
        """Begin without any."""
        self.numbers = Numbers(numbers)
        self._height = height
        self._time = time
        self._query = query
        self._positions: dict[str, int] = {}
        self._days: dict[int, int] = {}
        self._volumes: dict[Group, list[int]] = {}
        self._adjusted: list[Line] = []
        self._contested: list[Line] = []
        self._lines: dict[str, list[Line]] = {
            table.name: [] for table in (*_INSERTED, *_FROM_STATE)
        }

    def add(self, applied: Applied) -> None:
        """Take one act, in order."""
        act, position = applied.act, applied.position
        self._positions[act.hash] = position
        if act.kind == "genesis":
            self.numbers.begin(act, position)
        elif act.kind == "admit":
            self.numbers.admit(act.body.member, position)
        day = getattr(act.body, "day", None)
        by = self.numbers.of(act.by)
        self._lines["act_line"].append(
            (position, act.kind, by, self._height, self._time, day)
        )
        self._post(applied)
        # Exchanges, dues and rosters tell what they do as deals.
        for place, deal in enumerate(getattr(act.body, "deals", ())):
            self._deal(applied, place, deal)
        if act.kind in _MENDING:
            _MENDING[act.kind](self, applied)
        self._flag(applied)

    def changes(self, rows: Iterable[Row]) -> Sequence[Change]:
        """Give all changes, with the state rows as the block leaves them."""
        for row in rows:
            build = _STATE_ROWS.get(type(row))
            if build is not None:
                table, line = build(self, row)
                self._lines[table.name].append(line)
        written = [Change(one.insert, self._lines[one.name]) for one in _INSERTED]
        written += [Change(one.upsert, self._lines[one.name]) for one in _FROM_STATE]
        volumes = [
            (*group, *divmod(minor, 2**tables.CARRIED_BITS), moves)
            for group, (minor, moves) in self._volumes.items()
        ]
        written += [
            Change(_VOLUME, volumes),
            Change(_ADJUST, self._adjusted),
            Change(_CONTEST, self._contested),
        ]
        return [change for change in written if change.rows]

    def position_of(self, act_hash: str) -> int:
        """Return where an act stands in the log."""
        found = self._positions.get(act_hash)
        if found is None:
            ((found,),) = self._query(_ACT_AT, (bytes.fromhex(act_hash),))
            self._positions[act_hash] = found
        return found

    def stored(self, sql: str, *values: Any) -> Iterable[Line]:
        """Read what earlier blocks have written."""
        return self._query(sql, values)

    def _post(self, applied: Applied) -> None:
        position, owner_of = applied.position, self.numbers.of
        self._lines["posting"] += [
            (owner_of(owner), position, unit, purse, delta, after)
            for (owner, unit, purse), delta, after in applied.effects.postings
        ]

    def _deal(self, applied: Applied, place: int, deal: Deal) -> None:
        position, party = applied.position, self.numbers.party
        day = self._days[position] = applied.act.body.day
        month, mode = month_of(day), deal.mode
        lines, volumes = self._lines["move"], self._volumes
        for m, move in enumerate(deal.moves):
            kind = TYPE_OF[type(move)]
            unit, quantity, category, *more = _TOLD[kind](move, applied)
            giver, taker = party(move.giver), party(move.taker)
            amount = (unit, quantity, quantity, category)
            lines.append(
                (position, place, m, mode, kind, giver, taker, *amount, *more, "")
            )
            group = (month, mode, kind, unit, category)
            sums = volumes.get(group)
            if sums is None:
                volumes[group] = [quantity, 1]
            else:
                sums[0] += quantity
                sums[1] += 1

    def _adjust(self, applied: Applied) -> None:
        body = applied.act.body
        position, deal = self.position_of(body.deal.act), body.deal.deal
        for move, delta in body.moves:
            self._adjusted.append((delta, position, deal, move))
            group = self._group((position, deal, move))
            self._volumes.setdefault(group, [0, 0])[0] += delta
        self._mark(position, deal, applied, "adjusted")

    def _group(self, place: tuple[int, int, int]) -> Group:
        """Find what the volume of a recorded move was added to."""
        for line in self._lines["move"]:
            if line[:3] == place:
                day = self._days[line[0]]
                return month_of(day), line[3], line[4], line[7], line[10]
        ((mode, kind, unit, category, day),) = self._query(_MOVED, place)
        return month_of(day), mode, kind, unit, category

    def _contest(self, applied: Applied) -> None:
        body = applied.act.body
        position, deal = self.position_of(body.deal.act), body.deal.deal
        self._contested.append((body.outcome is None, position, deal))
        self._mark(position, deal, applied, body.outcome or "contested")

    def _thank(self, applied: Applied) -> None:
        body = applied.act.body
        gift = self.position_of(body.deal.act)
        self._lines["thanks"].append(
            (applied.position, self.numbers.party(body.party), gift, body.deal.deal)
        )

    def _mark(self, position: int, deal: int, applied: Applied, kind: str) -> None:
        by = self.numbers.of(applied.act.by)
        self._lines["mark"].append((position, deal, applied.position, kind, by, ""))

    def _flag(self, applied: Applied) -> None:
        effects, position = applied.effects, applied.position
        for kind, accounts in (("warned", effects.warned), ("beyond", effects.beyond)):
            for where in accounts:
                owner = self.numbers.of(where.owner)
                self._lines["mark"].append(
                    (position, 0, position, kind, owner, where.unit)
                )


_MENDING: dict[str, Callable[[Projected, Applied], None]] = {
    "adjust": Projected._adjust,  # noqa: SLF001 - a table of its own methods
    "contest": Projected._contest,  # noqa: SLF001
    "thanks": Projected._thank,  # noqa: SLF001
}
_INSERTED = (
    tables.ACT_LINE,
    tables.MOVE,
    tables.POSTING,
    tables.THANKS,
    tables.MARK,
)
_FROM_STATE = (
    tables.MEMBER,
    tables.BALANCE,
    tables.OBLIGATION,
    tables.CUSTODY,
    tables.UNIT,
    tables.SUPPLY,
    tables.PARAMETER,
    tables.LIMITS,
)


_Told = tuple[str, int, str, str, str, str]
"""What the table of moves tells of one: unit, quantity, category, product, title,
purpose."""


def _goods(move: Goods, applied: Applied) -> _Told:
    product = move.product or ""
    return move.unit, move.quantity, move.category, product, move.title, move.use


def _paid(move: Money | Signs, applied: Applied) -> _Told:
    return move.unit, move.quantity, "", "", "", move.purpose or ""


def _promise(move: Promise, applied: Applied) -> _Told:
    what = move.what
    category, product = what.category or "", what.product or ""
    return what.unit, what.quantity, category, product, "", what.type


def _release(move: Release, applied: Applied) -> _Told:
    for row in applied.effects.rows:
        if isinstance(row, Owed) and (row.act, row.deal, row.move) == move.owed:
            category, product = row.category or "", row.product or ""
            return row.unit, move.quantity, category, product, "", move.reason
    raise AssertionError("a release changes the obligation that it names")


_TOLD: dict[str, Callable[..., _Told]] = {
    "goods": _goods,
    "money": _paid,
    "signs": _paid,
    "promise": _promise,
    "release": _release,
}


@lru_cache(maxsize=4096)
def month_of(day: int) -> int:
    """Return the month of a day since 1970 as a number, 202511 for November 2025."""
    found = date(1970, 1, 1) + timedelta(days=day)
    return found.year * 100 + found.month


def _balance(projected: Projected, row: Account) -> tuple[tables.Table, Line]:
    owner = projected.numbers.of(row.owner)
    return tables.BALANCE, (owner, row.unit, row.purse, row.balance, row.held)


def _obligation(projected: Projected, row: Owed) -> tuple[tables.Table, Line]:
    numbers = projected.numbers
    return tables.OBLIGATION, (
        projected.position_of(row.act),
        row.deal,
        row.move,
        numbers.of(row.debtor),
        numbers.of(row.creditor),
        row.what,
        row.unit,
        row.category or "",
        row.product or "",
        row.quantity,
        row.open,
        row.due.last_day(),
        due_text(row.due),
        row.risk or "",
        int(row.contested),
    )


def due_text(due: Due) -> str:
    """Write when something falls due as the act does."""
    told = {
        "date": due.date,
        "event": due.event,
        "latest": due.latest,
        "open": due.open,
        "from": due.start,
        "every_days": due.every_days,
        "times": due.times,
    }
    return _json({name: value for name, value in told.items() if value is not None})


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _custody(projected: Projected, row: Custody) -> tuple[tables.Table, Line]:
    numbers = projected.numbers
    return tables.CUSTODY, (
        projected.position_of(row.act),
        row.deal,
        row.move,
        numbers.of(row.owner),
        numbers.of(row.holder),
        row.category,
        row.product or "",
        row.unit,
        row.quantity,
        row.held,
        row.may or "",
    )


def _member(projected: Projected, row: Member) -> tuple[tables.Table, Line]:
    number = projected.numbers.of(row.id)
    admitted = projected.numbers.admitted.get(number)
    if admitted is None:
        ((admitted,),) = projected.stored(
            "SELECT admitted_at FROM member WHERE no = ?", number
        )
    return tables.MEMBER, (number, row.id, row.kind, row.since, row.left, admitted)


def _unit(projected: Projected, row: UnitRow) -> tuple[tables.Table, Line]:
    unit = json.loads(value_of(row))["unit"]
    return tables.UNIT, (
        unit["code"],
        unit["kind"],
        unit["scale"],
        unit.get("regime", ""),
        unit.get("scope", ""),
        unit.get("home", ""),
        unit.get("home_code", ""),
        _json(unit["backing"]) if "backing" in unit else "",
        _json(unit["equivalent"]) if "equivalent" in unit else "",
    )


def _supply(projected: Projected, row: Supply) -> tuple[tables.Table, Line]:
    return tables.SUPPLY, (row.unit, row.issued, row.ceiling)


def _parameter(projected: Projected, row: Setting) -> tuple[tables.Table, Line]:
    value, before = str(row.value), str(row.before)
    return tables.PARAMETER, (row.name, value, before, row.since, row.version)


def _limits(projected: Projected, row: Limits) -> tuple[tables.Table, Line]:
    return tables.LIMITS, (
        row.unit,
        row.whom,
        row.low,
        row.high,
        row.warn,
        row.version,
    )


_STATE_ROWS: dict[type, Callable[..., tuple[tables.Table, Line]]] = {
    Account: _balance,
    Owed: _obligation,
    Custody: _custody,
    Member: _member,
    UnitRow: _unit,
    Supply: _supply,
    Setting: _parameter,
    Limits: _limits,
}
