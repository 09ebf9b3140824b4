"""Parts of long lists: how many, from where, and where the next part begins."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from ninja import Query

LIMIT_MAX = 100
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="how many at most")]
T = TypeVar("T")


def page(
    rows: Sequence[T],
    limit: int,
    shaped: Callable[[Sequence[T]], list[Any]],
    cursor: Callable[[T], str],
) -> dict[str, Any]:
    """Shape a part of a list.

    Args:
        rows: one more than ``limit``, if there are more.
        limit: how many to give.
        shaped: turns rows into what is answered, with a constant number of queries.
        cursor: tells where a row stands.
    """
    given = rows[:limit]
    further = cursor(given[-1]) if len(rows) > limit else None
    return {"items": shaped(given), "next": further}


def numbers(cursor: str) -> list[int]:
    """Read a cursor of numbers with points between; empty: from the beginning."""
    return [int(one) for one in cursor.split(".")] if cursor else []
