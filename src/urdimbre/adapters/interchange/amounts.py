"""Amounts as people and programs write them, and their way into whole minor steps.

Rounding lives here, outside the core: the core only meets whole numbers.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal

from urdimbre.adapters.interchange.answers import (
    AmbiguousAmount,
    CellEmpty,
    NotANumber,
)
from urdimbre.core.refusals import Refusal

# Wide enough for every text that the patterns below let pass.
_EXACT = Context(prec=200, rounding=ROUND_HALF_EVEN)
_POINT = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,60})?([eE][+-]?[0-9]{1,2})?", re.ASCII)
_EITHER = re.compile(r"([+-]?[0-9]{1,40})(?:([.,])([0-9]{1,60}))?", re.ASCII)
_GROUP = 3
SIGNS = {"point": ".", "comma": ","}


def read_point(column: str, text: str) -> Decimal | Refusal:
    """Read an amount as programs write it, with a decimal point."""
    if not text:
        return CellEmpty(column)
    if _POINT.fullmatch(text) is None:
        return NotANumber(column, text)
    return Decimal(text)


def read_either(column: str, text: str, sign: str | None = None) -> Decimal | Refusal:
    """Read an amount as people write it, with a point or a comma.

    Args:
        column: where it stands.
        text: as written.
        sign: the decimal sign, if somebody has said which; then the other one may
            stand between thousands.
    """
    if not text:
        return CellEmpty(column)
    if sign is not None:
        other = "," if sign == "." else "."
        text = text.replace(other, "").replace(sign, ".")
        return read_point(column, text)
    found = _EITHER.fullmatch(text)
    if found is None:
        return NotANumber(column, text)
    whole, _, decimals = found.groups()
    if decimals is None:
        return Decimal(whole)
    if len(decimals) == _GROUP:
        return AmbiguousAmount(text)
    return Decimal(f"{whole}.{decimals}")


def in_steps(amount: Decimal, scale: int) -> tuple[int, Decimal]:
    """Round half-even to minor steps of a unit; the second is what was added by it."""
    step = Decimal(1).scaleb(-scale)
    rounded = amount.quantize(step, context=_EXACT)
    added = _EXACT.subtract(rounded, amount)
    return int(rounded.scaleb(scale, context=_EXACT)), added


def add(one: Decimal, other: Decimal) -> Decimal:
    """Sum, exactly."""
    return _EXACT.add(one, other)


def times(one: Decimal, whole: int) -> Decimal:
    """Multiply by a whole number, exactly."""
    return _EXACT.multiply(one, Decimal(whole))


def moved(whole: int, scale: int) -> Decimal:
    """Read an amount that is written in its smallest steps, exactly."""
    return Decimal(whole).scaleb(-scale, context=_EXACT)
