"""Layout ``timeoverflow``: members and transfers, as the bank's own reports give them.

The headers are in the bank's language, so columns are told by their number and place.
Amounts become seconds: the sign must be one that counts hours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from urdimbre.adapters.interchange.amounts import add, read_point, times
from urdimbre.adapters.interchange.answers import (
    CellEmpty,
    CutShort,
    UnknownTable,
)
from urdimbre.adapters.interchange.layout import (
    Gathered,
    Holder,
    Layout,
    Row,
    Wrong,
    day_of,
)
from urdimbre.adapters.interchange.pieces import Piece
from urdimbre.adapters.interchange.sheet import Cells, Sheet, read_sheet
from urdimbre.adapters.interchange.sorting import in_order, numbered
from urdimbre.core.refusals import Refusal

NUMBER = "N"
"""First cell of a list of members, in every language."""
TRANSFERS = ("date", "from", "to", "post", "quantity")
COMPLETE = (
    *("date", "from", "from ID", "to", "to ID", "post", "post ID"),
    *("reason", "quantity"),
)
MEMBERS = ("number", "name", "email", "phone", "alt_phone")
BALANCE = 8
COMPLETE_MEMBERS = 16
_WIDE_PHONE = 4
_WITH_NUMBER = re.compile(r".* \(([0-9]{1,12})\)", re.ASCII | re.DOTALL)
_HOURS = re.compile(r"(-?)([0-9]{1,9}):([0-5][0-9])", re.ASCII)
_NOTHING = ("", "—", "&mdash;")
HOUR, MINUTE = 3600, 60


def _gather(pieces: Sequence[Piece], maps: Mapping[str, str]) -> Gathered:
    told = Gathered()
    rows: list[tuple[str, Row | Wrong]] = []
    seen: Counter[str] = Counter()
    for piece in pieces:
        sheet = read_sheet(piece.raw)
        told.rows += [Wrong(line, why, piece.name) for line, why in sheet.broken]
        header = sheet.rows[0].cells if sheet.rows else []
        if header[:1] == [NUMBER]:
            _members(piece, sheet, told)
        elif len(header) in (len(TRANSFERS), len(COMPLETE)):
            rows += _transfers(piece, sheet, seen)
        elif not sheet.broken:
            told.rows.append(Wrong(1, UnknownTable("timeoverflow"), piece.name))
    told.rows += in_order(rows)
    return told


def _members(piece: Piece, sheet: Sheet, told: Gathered) -> None:
    width = len(sheet.rows[0].cells)
    for row in sheet.rows[1:]:
        if len(row.cells) != width:
            why: Refusal = CutShort(len(row.cells), width)
            told.rows.append(Wrong(row.line, why, piece.name))
            continue
        account = _account(piece, row, width)
        if isinstance(account, Wrong):
            told.rows.append(account)
        else:
            told.accounts[row.cells[0].strip()] = account


def _account(piece: Piece, row: Cells, width: int) -> Holder | Wrong:
    cells = [cell.strip() for cell in row.cells]
    if not cells[0]:
        return Wrong(row.line, CellEmpty(NUMBER), piece.name)
    balance = _seconds("balance", cells[BALANCE]) if width == BALANCE + 1 else None
    if isinstance(balance, Refusal):
        return Wrong(row.line, balance, piece.name)
    phone = _WIDE_PHONE if width == COMPLETE_MEMBERS else MEMBERS.index("phone")
    told = [*cells, "", "", "", ""]
    return Holder(
        line=row.line,
        name=told[1],
        email=told[2],
        phone=told[phone] or told[phone + 1],
        balance=balance,
        file=piece.name,
    )


def _transfers(
    piece: Piece, sheet: Sheet, seen: Counter[str]
) -> Iterator[tuple[str, Row | Wrong]]:
    width = len(sheet.rows[0].cells)
    columns = TRANSFERS if width == len(TRANSFERS) else COMPLETE
    for line, cells in sheet.rows[1:]:
        if len(cells) != width:
            yield "", Wrong(line, CutShort(len(cells), width), piece.name)
            continue
        told = dict(zip(columns, (cell.strip() for cell in cells), strict=True))
        yield told["date"], _row(piece, line, told, numbered(told, seen))


def _row(piece: Piece, line: int, told: dict[str, str], id_: str) -> Row | Wrong:
    for column in ("from", "to"):
        if not told[column]:
            return Wrong(line, CellEmpty(column), piece.name)
    amount = _spent(told["quantity"], complete="from ID" in told)
    if isinstance(amount, Refusal):
        return Wrong(line, amount, piece.name)
    day = day_of("date", told["date"])
    if isinstance(day, Refusal):
        return Wrong(line, day, piece.name)
    return Row(
        line=line,
        id=id_,
        giver=_number(told["from"]),
        taker=_number(told["to"]),
        amount=amount,
        written=told["quantity"],
        day=day,
        cells=told,
        file=piece.name,
    )


def _number(text: str) -> str:
    """Return a member's number; the bank, and who has left, are told by a word."""
    found = _WITH_NUMBER.fullmatch(text)
    return found.group(1) if found else text


def _spent(text: str, *, complete: bool) -> Decimal | Refusal:
    """Read an amount as seconds: h:mm; hours where the report is complete."""
    if not complete:
        return _seconds("quantity", "0" if text in _NOTHING else text)
    hours = read_point("quantity", text)
    return hours if isinstance(hours, Refusal) else times(hours, HOUR)


def _seconds(column: str, text: str) -> Decimal | Refusal:
    """Read seconds, or h:mm."""
    found = _HOURS.fullmatch(text)
    if found is None:
        return read_point(column, text)
    sign, hours, minutes = found.groups()
    whole = add(times(Decimal(hours), HOUR), times(Decimal(minutes), MINUTE))
    return whole.copy_negate() if sign else whole


TIMEOVERFLOW = Layout(
    name="timeoverflow", maps=(), issues=False, gather=_gather, in_time=True
)
