"""Layout ``komunitin``: accounts and transfers, as its accounting service gives them.

Both ways out of it are read, told apart by what is in a file: the tables
``accounts.csv`` and ``transfers.csv``, and answers of its interfaces (JSON:API), of
which several pages may lie in one folder. Names come from ``members`` of the social
interface: the accounting service has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from urdimbre.adapters.interchange.amounts import moved, read_point
from urdimbre.adapters.interchange.answers import (
    CellEmpty,
    NotANumber,
    NotCommitted,
    ScaleMissing,
    UnknownTable,
)
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
from urdimbre.adapters.interchange.resources import Resource, Resources, is_json
from urdimbre.adapters.interchange.sheet import read_sheet
from urdimbre.adapters.interchange.sorting import home_of, in_order, stand_in
from urdimbre.core.refusals import Refusal

TRANSFERS = (
    *("id", "created", "state", "amount"),
    *("payer.id", "payer.code", "payee.id", "payee.code"),
)
ACCOUNTS = ("id", "code", "balance")
COMMITTED = "committed"
SCALE = "scale"
SCALE_MAX = 12


def _gather(pieces: Sequence[Piece], maps: Mapping[str, str]) -> Gathered:
    told = Gathered()
    transfers: list[Line] = []
    resources = Resources()
    for piece in pieces:
        if is_json(piece):
            told.rows += resources.read(piece)
        else:
            _table(piece, told, transfers)
    written = _from_answers(resources, maps, told)
    if isinstance(written, Wrong):
        told.rows.append(written)
        return told
    transfers += written
    told.rows += _history(transfers, list(told.accounts))
    return told


def _table(piece: Piece, told: Gathered, transfers: list[Line]) -> None:
    sheet = read_sheet(piece.raw)
    told.rows += [Wrong(line, why, piece.name) for line, why in sheet.broken]
    header = columns_of(sheet)
    is_accounts = "balance" in header and "payer.code" not in header
    if header and "code" not in header and "payer.code" not in header:
        told.rows.append(Wrong(1, UnknownTable("komunitin"), piece.name))
        return
    for one in lines(piece, sheet, ACCOUNTS if is_accounts else TRANSFERS):
        if isinstance(one, Wrong):
            told.rows.append(one)
        elif is_accounts:
            _put(told, one, name="")
        else:
            transfers.append(one)


def _put(told: Gathered, one: Line, *, name: str) -> None:
    """Keep what is told of an account."""
    if not one.cells["code"]:
        told.rows.append(Wrong(one.line, CellEmpty("code"), one.file))
        return
    balance = read_point("balance", one.cells["balance"])
    if isinstance(balance, Refusal):
        told.rows.append(Wrong(one.line, balance, one.file))
        return
    before = told.accounts.get(one.cells["code"])
    told.accounts[one.cells["code"]] = Holder(
        line=one.line,
        name=name or (before.name if before else ""),
        balance=balance,
        file=one.file,
    )


def _from_answers(
    resources: Resources, maps: Mapping[str, str], told: Gathered
) -> list[Line] | Wrong:
    """Write answers of the interfaces as the tables would have them."""
    found = [*resources.of("transfers"), *resources.of("accounts")]
    if not found:
        return []
    scale = _scale(resources, maps)
    if scale is None:
        return Wrong(found[0].line, ScaleMissing(), found[0].file)
    named = _names(resources)
    for one in resources.of("accounts"):
        if one.is_elsewhere or "balance" not in one.attributes:
            continue
        line = _as_line(one, scale, "balance")
        if isinstance(line, Wrong):
            told.rows.append(line)
        else:
            code = line.cells["code"]
            _put(told, line, name=named.get(one.id) or named.get(code, ""))
    lines_: list[Line] = []
    for one in resources.of("transfers"):
        line = _as_line(one, scale, "amount")
        if isinstance(line, Wrong):
            told.rows.append(line)
        else:
            sides = (_side(resources, one, side) for side in ("payer", "payee"))
            lines_.append(line._replace(cells=line.cells | _flat(sides)))
    return lines_


def _scale(resources: Resources, maps: Mapping[str, str]) -> int | None:
    """Return how many decimals hide in the whole amounts."""
    asked = maps.get(SCALE, "")
    for one in resources.of("currencies"):
        scale = one.attributes.get(SCALE)
        if not asked and isinstance(scale, int) and 0 <= scale <= SCALE_MAX:
            return scale
    fits = asked.isascii() and asked.isdigit() and int(asked[:3]) <= SCALE_MAX
    return int(asked) if fits else None


def _names(resources: Resources) -> dict[str, str]:
    """Return names of members by the id of their account, and by its code."""
    found: dict[str, str] = {}
    for one in resources.of("members"):
        name = str(one.attributes.get("name") or "")
        for key in (one.related("account").get("id"), one.attributes.get("code")):
            if isinstance(key, str) and name:
                found[key] = name
    return found


def _as_line(one: Resource, scale: int, amount: str) -> Line | Wrong:
    """Write a resource as a row of the table that it would be in."""
    whole = one.attributes.get(amount)
    if not isinstance(whole, int) or isinstance(whole, bool):
        return Wrong(one.line, NotANumber(amount, str(whole)[:80]), one.file)
    meta = one.attributes.get("meta")
    told = {name: one.text(name) for name in ("created", "updated", "state", "code")}
    description = meta.get("description") if isinstance(meta, dict) else meta
    cells = {
        "id": one.id,
        **told,
        amount: f"{moved(whole, scale):f}",
        "description": description if isinstance(description, str) else "",
    }
    return Line(one.file, one.line, cells)


def _side(resources: Resources, one: Resource, side: str) -> tuple[str, str, str]:
    """Return a side of a transfer: which, id and code of its account."""
    related = one.related(side)
    id_ = str(related.get("id") or "")
    account = resources.get("accounts", id_)
    code = account.text("code") if account is not None else ""
    return side, id_, code or _elsewhere(related) or id_


def _elsewhere(related: Mapping[str, Any]) -> str:
    """Name the currency of an account of another server, from its address."""
    meta = related.get("meta")
    href = meta.get("href") if isinstance(meta, dict) else None
    parts = href.split("/") if isinstance(href, str) else []
    return next((code for code, word in pairwise(parts) if word == "accounts"), "")


def _flat(sides: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    return {
        f"{side}.{name}": text
        for side, id_, code in sides
        for name, text in (("id", id_), ("code", code))
    }


def _history(transfers: list[Line], accounts: list[str]) -> list[Row | Wrong]:
    both = ("payer.code", "payee.code")
    home = home_of(accounts or [one.cells[side] for one in transfers for side in both])
    known = frozenset(accounts)
    return in_order((one.cells["created"], _row(one, home, known)) for one in transfers)


def _row(one: Line, home: str, known: frozenset[str]) -> Row | Wrong:
    cells = one.cells
    for column in ("id", "payer.code", "payee.code"):
        if not cells[column]:
            return Wrong(one.line, CellEmpty(column), one.file)
    amount = read_point("amount", cells["amount"])
    if isinstance(amount, Refusal):
        return Wrong(one.line, amount, one.file)
    day = day_of("created", cells["created"])
    if isinstance(day, Refusal):
        return Wrong(one.line, day, one.file)
    if cells["state"] != COMMITTED:
        return Wrong(one.line, NotCommitted(cells["state"]), one.file)
    payer, payee = (
        code if code in known else stand_in(code, home)
        for code in (cells["payer.code"], cells["payee.code"])
    )
    return Row(
        line=one.line,
        id=cells["id"],
        giver=payer,
        taker=payee,
        amount=amount,
        written=cells["amount"],
        day=day,
        cells=cells,
        file=one.file,
    )


KOMUNITIN = Layout(name="komunitin", maps=(SCALE,), issues=False, gather=_gather)
