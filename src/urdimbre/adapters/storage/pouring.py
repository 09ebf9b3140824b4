"""Whole tables of a registry's file, read and filled when a circuit moves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

LOT = 5_000


def opened(path: Path, *, write: bool = False) -> sqlite3.Connection:
    """Open a file that is there."""
    mode = "rw" if write else "ro"
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True)


def rows(file: sqlite3.Connection, table: str) -> Iterator[tuple[Any, ...]]:
    """Give all rows of a table."""
    yield from file.execute(f'SELECT * FROM "{table}"')


def fill(
    file: sqlite3.Connection, table: str, source: Iterable[tuple[Any, ...]]
) -> None:
    """Add rows to a table."""
    (columns,) = file.execute(
        "SELECT count(*) FROM pragma_table_info(?)", (table,)
    ).fetchone()
    statement = f'INSERT INTO "{table}" VALUES ({", ".join("?" * columns)})'
    left = iter(source)
    while lot := list(islice(left, LOT)):
        file.executemany(statement, lot)
