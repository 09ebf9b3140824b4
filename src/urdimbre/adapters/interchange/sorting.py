"""What the layouts with members have in common: order, numbers, other exchanges."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

from urdimbre.adapters.interchange.layout import Row, Wrong

PREFIX = 4
"""Characters of an account's code that name the exchange it belongs to."""


def in_order(rows: Iterable[tuple[str, Row | Wrong]]) -> list[Row | Wrong]:
    """Put rows in the order of their moments, as written; what is wrong comes first.

    Other programs list the newest first; balances on the way follow the order.
    """
    return [row for _, row in sorted(rows, key=lambda one: one[0])]


def numbered(cells: Mapping[str, str], seen: Counter[str]) -> str:
    """Number a row that has no number: its content, and which of the same it is."""
    content = "\0".join(cells.values())
    seen[content] += 1
    digest = hashlib.sha256(content.encode()).hexdigest()
    return f"{digest[:32]}.{seen[content]}"


def home_of(codes: Iterable[str]) -> str:
    """Return the exchange that most accounts belong to; empty: there are none."""
    counted = Counter(code[:PREFIX] for code in codes)
    return counted.most_common(1)[0][0] if counted else ""


def stand_in(code: str, home: str) -> str:
    """Return an account of this exchange, or the one that stands for another."""
    return code if code[:PREFIX] == home else code[:PREFIX]
