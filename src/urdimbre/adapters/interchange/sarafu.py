"""Layout ``sarafu``: the transactions of a Kenyan community currency, as published.

Header ``id,timeset,transfer_subtype,source,target,weight,token_name,token_address``.
Who issues is told by the subtype, never by the account.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from urdimbre.adapters.interchange.amounts import read_point
from urdimbre.adapters.interchange.answers import (
    CellEmpty,
    ColumnsMissing,
    CutShort,
    OtherToken,
    SubtypeNotImported,
)
from urdimbre.adapters.interchange.layout import Layout, Row, Wrong, day_of, one_sheet
from urdimbre.adapters.interchange.sheet import Cells, Sheet
from urdimbre.core.refusals import Refusal

COLUMNS = ("id", "timeset", "transfer_subtype", "source", "target", "weight")
CURRENCY = "token_address"
DISBURSEMENT = "DISBURSEMENT"
RECLAMATION = "RECLAMATION"
STANDARD = "STANDARD"


def _read(sheet: Sheet, maps: Mapping[str, str]) -> Iterator[Row | Wrong]:
    if not sheet.rows:
        yield Wrong(1, ColumnsMissing(COLUMNS))
        return
    first, header = sheet.rows[0]
    missing = tuple(name for name in COLUMNS if name not in header)
    if missing:
        yield Wrong(first, ColumnsMissing(missing))
        return
    token = ""
    for row in sheet.rows[1:]:
        if len(row.cells) != len(header):
            yield Wrong(row.line, CutShort(len(row.cells), len(header)))
            continue
        cells = dict(zip(header, row.cells, strict=True))
        token = token or cells.get(CURRENCY, "")
        yield _row(row, cells, token)


def _row(row: Cells, cells: dict[str, str], token: str) -> Row | Wrong:
    for column in ("id", "transfer_subtype", "source", "target"):
        if not cells[column]:
            return Wrong(row.line, CellEmpty(column))
    amount = read_point("weight", cells["weight"])
    if isinstance(amount, Refusal):
        return Wrong(row.line, amount)
    day = day_of("timeset", cells["timeset"])
    if isinstance(day, Refusal):
        return Wrong(row.line, day)
    subtype = cells["transfer_subtype"]
    if subtype not in (DISBURSEMENT, RECLAMATION, STANDARD):
        return Wrong(row.line, SubtypeNotImported(subtype))
    if cells.get(CURRENCY, "") != token:
        return Wrong(row.line, OtherToken(cells[CURRENCY], token))
    return Row(
        line=row.line,
        id=cells["id"],
        giver=None if subtype == DISBURSEMENT else cells["source"],
        taker=None if subtype == RECLAMATION else cells["target"],
        amount=amount,
        written=cells["weight"],
        day=day,
        cells=cells,
    )


SARAFU = Layout(name="sarafu", maps=(), issues=True, gather=one_sheet(_read))
