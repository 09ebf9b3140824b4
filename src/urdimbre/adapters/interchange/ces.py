"""Layout ``ces``: trades and members of the Community Exchange System.

Columns as the importer of IntegralCES reads them, found by their names in any order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from urdimbre.adapters.interchange.amounts import add, read_point
from urdimbre.adapters.interchange.answers import CellEmpty, UnknownTable
from urdimbre.adapters.interchange.headed import Line, columns_of, lines
from urdimbre.adapters.interchange.layout import (
    Gathered,
    Holder,
    Layout,
    Row,
    Wrong,
    day_of,
)
from urdimbre.adapters.interchange.pieces import Piece
from urdimbre.adapters.interchange.sheet import read_sheet
from urdimbre.adapters.interchange.sorting import home_of, in_order, numbered, stand_in
from urdimbre.core.refusals import Refusal

TRADES = ("buyer", "seller", "buyer_amount", "date_entered")
MEMBERS = ("uid", "firstname", "surname")
ORGANISATIONS = ("orgnamelong", "orgnameshort")
PHONES = ("phonem", "phoneh", "phonew")
WITHIN = "sess"
"""Type of a trade within one exchange: its levy comes on top of the amount."""


def _gather(pieces: Sequence[Piece], maps: Mapping[str, str]) -> Gathered:
    wrong: list[Wrong] = []
    trades: list[Line] = []
    members: list[Line] = []
    for piece in pieces:
        sheet = read_sheet(piece.raw)
        wrong += [Wrong(line, why, piece.name) for line, why in sheet.broken]
        header = columns_of(sheet)
        needed, found = (MEMBERS, members) if "uid" in header else (TRADES, trades)
        if len(pieces) > 1 and not {"uid", "buyer"} & set(header):
            wrong.append(Wrong(1, UnknownTable("ces"), piece.name))
            continue
        for one in lines(piece, sheet, needed):
            if isinstance(one, Wrong):
                wrong.append(one)
            else:
                found.append(one)
    told = Gathered(list(wrong))
    told.rows += _history(trades, members)
    for one in members:
        account = _account(one)
        if isinstance(account, Wrong):
            told.rows.append(account)
        else:
            told.accounts[one.cells["uid"]] = account
    return told


def _history(trades: list[Line], members: list[Line]) -> list[Row | Wrong]:
    codes = [one.cells["uid"] for one in members]
    if not codes:
        codes = [one.cells[side] for one in trades for side in ("buyer", "seller")]
    home = home_of(codes)
    seen: Counter[str] = Counter()
    return in_order(
        (one.cells["date_entered"], _row(one, home, numbered(one.cells, seen)))
        for one in trades
    )


def _row(one: Line, home: str, id_: str) -> Row | Wrong:
    cells = one.cells
    for column in ("buyer", "seller"):
        if not cells[column]:
            return Wrong(one.line, CellEmpty(column), one.file)
    amount = _amount(cells)
    if isinstance(amount, Refusal):
        return Wrong(one.line, amount, one.file)
    day = day_of("date_entered", cells["date_entered"])
    if isinstance(day, Refusal):
        return Wrong(one.line, day, one.file)
    return Row(
        line=one.line,
        id=id_,
        giver=stand_in(cells["buyer"], home),
        taker=stand_in(cells["seller"], home),
        amount=amount,
        written=cells["buyer_amount"],
        day=day,
        cells=cells,
        file=one.file,
    )


def _amount(cells: Mapping[str, str]) -> Decimal | Refusal:
    """Return what the buyer paid: the levy is on top, or within."""
    amount = read_point("buyer_amount", cells["buyer_amount"])
    levy = read_point("buyer_levy", cells.get("buyer_levy") or "0")
    if isinstance(amount, Refusal) or isinstance(levy, Refusal):
        return amount if isinstance(amount, Refusal) else levy
    return add(amount, levy if cells.get("type") == WITHIN else -levy)


def _account(one: Line) -> Holder | Wrong:
    cells = one.cells
    if not cells["uid"]:
        return Wrong(one.line, CellEmpty("UID"), one.file)
    organisation = next((cells[name] for name in ORGANISATIONS if cells.get(name)), "")
    person = f"{cells['firstname']} {cells['surname']}".strip()
    is_person = cells.get("usertype", "ind").casefold() in ("", "ind", "fam", "adm")
    names = (person, organisation) if is_person else (organisation, person)
    return Holder(
        line=one.line,
        name=names[0] or names[1],
        phone=next((cells[name] for name in PHONES if cells.get(name)), ""),
        email=cells.get("email", ""),
        file=one.file,
    )


CES = Layout(name="ces", maps=(), issues=False, gather=_gather)
