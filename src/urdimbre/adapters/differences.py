"""Two registries beside each other: the first value in which they differ."""

from __future__ import annotations

import marshal
import sqlite3
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from urdimbre.core.refusals import Reason

PAGE = 100
"""Rows compared at once: of tiles, 8 kB each, and of entries, up to 36 kB."""
SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
# A name that begins with another one comes first.
INDEXES = (
    "SELECT name, tbl_name FROM sqlite_master WHERE type = 'index'"
    " ORDER BY length(name) DESC, name"
)
SHOWN_MAX = 120
_PLAIN_FORM = 2
"""Of ``marshal``: without references between values, which would tell more than they
are."""
Line = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first thing that is not as the log says.

    Attributes:
        table: where.
        entry: position in the log, if the row belongs to one.
        key: of the row, by column.
        column: which value differs; empty if the whole row does.
        stored: as found, shortened.
        expected: as the replay gives it, shortened.
        reason: in a few words.
    """

    table: str
    reason: Reason
    entry: int | None = None
    key: dict[str, Any] = field(default_factory=dict)
    column: str = ""
    stored: str = ""
    expected: str = ""

    @property
    def where(self) -> str:
        """Name the place in one line: table, key, entry and column."""
        place = {**self.key, "entry": self.entry, "column": self.column}
        told = [f"{name} {one}" for name, one in place.items() if one not in ("", None)]
        return ", ".join([self.table, *told])


class FoundDifference(Exception):
    """The first difference; ends the search."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(difference.reason)
        self.difference = difference


def compare_schema(stored: sqlite3.Connection, replayed: sqlite3.Connection) -> None:
    """Compare which tables and indexes there are, and how they were made."""
    pairs = zip_longest(stored.execute(SCHEMA), replayed.execute(SCHEMA))
    for found, expected in pairs:
        if found == expected:
            continue
        one = min(filter(None, (found, expected)), key=lambda row: row[:2])
        reason = Reason(
            "there is another {kind} than the program makes: {name}",
            kind=one[0],
            name=one[1],
        )
        raise FoundDifference(
            Difference(
                table=one[2],
                key={"type": one[0], "name": one[1]},
                column="sql",
                stored=shown(found and found[3]),
                expected=shown(expected and expected[3]),
                reason=reason,
            )
        )


def check_indexes(stored: sqlite3.Connection) -> None:
    """Check that the indexes lead to the rows of their tables, and pages hold together.

    Rows are compared as the tables have them; who looks an act up goes by an index.
    """
    told = str(stored.execute("PRAGMA integrity_check(1)").fetchone()[0])
    if told == "ok":
        return
    found = stored.execute(INDEXES).fetchall()
    index, table = next((one for one in found if one[0] in told), ("", "registry.db"))
    raise FoundDifference(
        Difference(
            table=table,
            key={"index": index} if index else {},
            reason=Reason("an index or a page does not fit: {told}", told=shown(told)),
        )
    )


def compare_table(
    name: str,
    stored: sqlite3.Connection,
    replayed: sqlite3.Connection,
    *,
    where: str = "1",
) -> None:
    """Compare a table, or part of it, row by row, both read in order of the key."""
    described = replayed.execute(f'PRAGMA table_info("{name}")').fetchall()
    columns = [row[1] for row in described]
    key = [row[1] for row in sorted(described, key=lambda row: row[5]) if row[5]]
    order = ", ".join(f'"{column}"' for column in key)
    sql = f'SELECT * FROM "{name}" WHERE {where} ORDER BY {order}'  # noqa: S608 - ours
    if _same(sql, stored, replayed):
        return
    left, right = stored.execute(sql), replayed.execute(sql)
    while True:
        found, expected = left.fetchmany(PAGE), right.fetchmany(PAGE)
        if not found and not expected:
            return
        if found != expected or not _same_types(found, expected):
            places = [columns.index(column) for column in key]
            raise FoundDifference(_difference(name, columns, places, found, expected))


def _same(sql: str, stored: sqlite3.Connection, replayed: sqlite3.Connection) -> bool:
    """Tell quickly whether a whole table is the same; if not, look again slowly.

    Rows are compared as ``marshal`` writes them, which tells types apart (1 and 1.0),
    and text is read as UTF-8 without a function of ours being called for each value.
    """
    pair = (stored, replayed)
    careful = [one.text_factory for one in pair]
    try:
        for one in pair:
            one.text_factory = str
        left, right = (one.execute(sql) for one in pair)
        while True:
            found, expected = left.fetchmany(PAGE), right.fetchmany(PAGE)
            if marshal.dumps(found, _PLAIN_FORM) != marshal.dumps(
                expected, _PLAIN_FORM
            ):
                return False
            if not found:
                return True
    except sqlite3.OperationalError:  # text that is not UTF-8
        return False
    finally:
        for one, factory in zip(pair, careful, strict=True):
            one.text_factory = factory


def _same_types(found: list[Line], expected: list[Line]) -> bool:
    """Tell apart what Python calls equal: 1 and 1.0."""
    if not any(isinstance(value, float) for row in found for value in row):
        return True
    return found == expected and not found


def _difference(
    name: str,
    columns: list[str],
    key: list[int],
    found: list[Line],
    expected: list[Line],
) -> Difference:
    for one, other in zip_longest(found, expected):
        if one == other and not any(isinstance(value, float) for value in one):
            continue
        return _row_difference(name, columns, key, one, other)
    raise AssertionError("two pages that differ hold a row that differs")


def _row_difference(
    name: str,
    columns: list[str],
    key: list[int],
    found: Line | None,
    expected: Line | None,
) -> Difference:
    def of(row: Line) -> list[Any]:
        return [row[place] for place in key]

    def named(row: Line) -> tuple[int | None, dict[str, Any]]:
        entry = row[columns.index("position")] if "position" in columns else None
        return entry, {columns[place]: _plain(row[place]) for place in key}

    if found is not None and (expected is None or _before(found, expected, key)):
        entry, where = named(found)
        reason = Reason("a row that the log does not give")
        return Difference(table=name, entry=entry, key=where, reason=reason)
    assert expected is not None
    entry, where = named(expected)
    if found is None or of(found) != of(expected):
        return Difference(
            table=name, entry=entry, key=where, reason=Reason("a row is missing")
        )
    place = next(
        place
        for place, (one, other) in enumerate(zip(found, expected, strict=True))
        if one != other or type(one) is not type(other)
    )
    return Difference(
        table=name,
        entry=entry,
        key=where,
        column=columns[place],
        stored=shown(found[place]),
        expected=shown(expected[place]),
        reason=Reason("is not what the log gives"),
    )


def _before(found: Line, expected: Line, key: list[int]) -> bool:
    """Whether a row comes before another in the order of the key."""
    try:
        return [found[place] for place in key] < [expected[place] for place in key]
    except TypeError:  # a key of another type than the column's
        return True


def shown(value: object) -> str:
    """Write a value so that it can stand in a sentence."""
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= SHOWN_MAX else text[:SHOWN_MAX] + "..."


def _plain(value: object) -> object:
    return value if isinstance(value, int | str) else shown(value)
