"""Sums that no database can overflow, and amounts written without rounding."""

from decimal import Decimal

from django.db.models import F, Q, Sum

from urdimbre.web.units import Measure

SHIFT = 26
MASK = 2**SHIFT - 1
SECONDS_PER_MINUTE, MINUTES_PER_HOUR = 60, 60


def sum_of(name: str, called: str = "", only: Q | None = None) -> dict[str, Sum]:
    """Sum a column of whole numbers in two parts; ``whole`` puts them together.

    A sum of amounts near the greatest passes 63 bits, which SQLite answers with an
    error.

    Args:
        name: the column.
        called: what the sum is called; as the column if empty.
        only: which rows are in it; all if nothing is said.
    """
    called = called or name
    return {
        f"{called}_high": Sum(F(name).bitrightshift(SHIFT), filter=only),
        f"{called}_low": Sum(F(name).bitand(MASK), filter=only),
    }


def whole(high: int | Decimal | None, low: int | Decimal | None) -> int:
    """Put the two parts of a sum together."""
    return (int(high or 0) << SHIFT) + int(low or 0)


def plain(minor: int, unit: Measure) -> str:
    """Write an amount for other programs: a decimal point, or hours as h:mm:ss."""
    if unit.is_time:
        minutes, seconds = divmod(abs(minor), SECONDS_PER_MINUTE)
        hours, minutes = divmod(minutes, MINUTES_PER_HOUR)
        return f"{'-' if minor < 0 else ''}{hours}:{minutes:02}:{seconds:02}"
    return format(Decimal(minor).scaleb(-unit.scale), "f")
