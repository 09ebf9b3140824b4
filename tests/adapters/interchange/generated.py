"""Files in the layouts of other programs, made up here."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence

HEADER = (
    "id",
    "timeset",
    "transfer_subtype",
    "source",
    "target",
    "weight",
    "token_name",
    "token_address",
)
ISSUER = "0xIssuer"
TOKEN = ("Invented", "0xToken")
Cells = Sequence[object]


def sarafu(*rows: Cells) -> str:
    """A file in the layout sarafu; rows: subtype, source, target, weight."""
    numbered = [
        (number, f"2021-03-{1 + number % 28:02d} 10:00:00.{number:06d}", *row, *TOKEN)
        for number, row in enumerate(rows, start=1)
    ]
    return table(HEADER, *numbered)


def issued(account: str, weight: object) -> Cells:
    """The community issues."""
    return ("DISBURSEMENT", ISSUER, account, weight)


def taken_back(account: str, weight: object) -> Cells:
    """The community takes back."""
    return ("RECLAMATION", account, ISSUER, weight)


def paid(giver: str, taker: str, weight: object) -> Cells:
    """One pays another."""
    return ("STANDARD", giver, taker, weight)


def table(*rows: Cells) -> str:
    """Rows as CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def year(seed: int, accounts: int, rows: int) -> str:
    """A year of a made-up currency in which nobody spends what she has not."""
    chance = random.Random(seed)
    names = [f"0x{number:040x}" for number in range(accounts)]
    has = dict.fromkeys(names, 0)
    made: list[Cells] = []
    for name in names:
        weight = chance.randrange(100, 100_000)
        has[name] = weight
        made.append(issued(name, f"{weight // 100}.{weight % 100:02d}"))
    while len(made) < rows:
        giver, taker = chance.sample(names, 2)
        if has[giver] < 2:
            continue
        weight = chance.randrange(1, has[giver])
        has[giver] -= weight
        has[taker] += weight
        made.append(paid(giver, taker, f"{weight // 100}.{weight % 100:02d}"))
    return sarafu(*made)
