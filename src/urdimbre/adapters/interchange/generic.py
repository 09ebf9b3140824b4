"""Layout ``generic``: who paid whom how much, with the columns named by the importer.

Without ``--map`` it reads Komunitin's four columns, with or without a header.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping

from urdimbre.adapters.interchange.amounts import SIGNS, read_either
from urdimbre.adapters.interchange.answers import (
    CellEmpty,
    ColumnsMissing,
    CutShort,
    NotANumber,
)
from urdimbre.adapters.interchange.layout import Layout, Row, Wrong, day_of, one_sheet
from urdimbre.adapters.interchange.sheet import Sheet
from urdimbre.core.refusals import Refusal

KOMUNITIN = ("payer", "payee", "description", "amount")
NEEDED = ("payer", "payee", "amount")
COLUMNS = (*NEEDED, "date", "description", "id")
DECIMAL = "decimal"


def _read(sheet: Sheet, maps: Mapping[str, str]) -> Iterator[Row | Wrong]:
    if not sheet.rows:
        yield Wrong(1, ColumnsMissing(NEEDED))
        return
    named = {name: column for name, column in maps.items() if name in COLUMNS}
    start, header = 1, sheet.rows[0].cells
    if not named and _without_header(header):
        start, header = 0, list(KOMUNITIN)
    found = _found(header, named)
    wanted = (*NEEDED, *(name for name in named if name not in NEEDED))
    missing = tuple(named.get(name, name) for name in wanted if name not in found)
    if missing:
        yield Wrong(sheet.rows[0].line, ColumnsMissing(missing))
        return
    sign = SIGNS.get(maps.get(DECIMAL, ""))
    seen: Counter[tuple[str, ...]] = Counter()
    for line, cells in sheet.rows[start:]:
        if len(cells) != len(header):
            yield Wrong(line, CutShort(len(cells), len(header)))
            continue
        seen[tuple(cells)] += 1
        values = {name: cells[place].strip() for name, place in found.items()}
        told = dict(zip(header, cells, strict=True))
        id_ = values.get("id") or _numbered(cells, seen[tuple(cells)])
        yield _row(line, id_, values, told, sign)


def _without_header(cells: list[str]) -> bool:
    """Tell as Komunitin does: the last of four cells is a number."""
    return len(cells) == len(KOMUNITIN) and not isinstance(
        read_either("amount", cells[-1].strip()), NotANumber | CellEmpty
    )


def _found(header: list[str], named: dict[str, str]) -> dict[str, int]:
    """Find the place of each column; names that were not mapped, in any case."""
    plain = [cell.strip().casefold() for cell in header]
    exact = [cell.strip() for cell in header]
    found = {}
    for name in COLUMNS:
        if name in named:
            if named[name] in exact:
                found[name] = exact.index(named[name])
        elif name in plain:
            found[name] = plain.index(name)
    return found


def _numbered(cells: list[str], time: int) -> str:
    """Number a row that has no number: its content, and which of the same it is."""
    content = "\0".join(cells).encode()
    return f"{hashlib.sha256(content).hexdigest()[:32]}.{time}"


def _row(
    line: int,
    id_: str,
    values: dict[str, str],
    cells: dict[str, str],
    sign: str | None,
) -> Row | Wrong:
    for column in ("payer", "payee"):
        if not values[column]:
            return Wrong(line, CellEmpty(column))
    amount = read_either("amount", values["amount"], sign)
    if isinstance(amount, Refusal):
        return Wrong(line, amount)
    day = day_of("date", values["date"]) if "date" in values else None
    if isinstance(day, Refusal):
        return Wrong(line, day)
    return Row(
        line=line,
        id=id_,
        giver=values["payer"],
        taker=values["payee"],
        amount=amount,
        written=values["amount"],
        day=day,
        cells=cells,
    )


GENERIC = Layout(
    name="generic",
    maps=(*COLUMNS, DECIMAL),
    issues=False,
    gather=one_sheet(_read),
)
