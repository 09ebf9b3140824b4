"""The one schema and the statements of the projections, said in PostgreSQL's words.

Everything is written once, for SQLite; what differs is a handful of words, translated
here. Text is compared byte by byte (``COLLATE "C"``), as SQLite does.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_TYPES = {"INTEGER": "bigint", "BLOB": "bytea", "TEXT": 'text COLLATE "C"'}
_TYPE = re.compile(r"\b(INTEGER|BLOB|TEXT)\b")
_NO_ROWID = re.compile(r"\s+WITHOUT ROWID$")
_INSERT = re.compile(
    r'INSERT INTO (?P<table>"\w+"|\w+) VALUES \((?P<places>\?(?:, \?)*)\)'
    r"(?P<conflict> ON CONFLICT .+)?",
    re.DOTALL,
)


class Insert(NamedTuple):
    """A statement that adds rows to one table.

    Attributes:
        table: its name.
        conflict: what to do with rows that are there; empty: fail.
    """

    table: str
    conflict: str


def schema(statement: str) -> str:
    """Translate a statement that makes a table or an index."""
    plain = _NO_ROWID.sub("", statement)
    return _TYPE.sub(lambda found: _TYPES[found[1]], plain)


@lru_cache(maxsize=512)
def query(sql: str) -> str:
    """Translate a statement with values: ``?`` becomes ``%s``."""
    # None of our statements holds a question mark that is not a value's place.
    return sql.replace("%", "%%").replace("?", "%s")


@lru_cache(maxsize=512)
def insert(sql: str) -> Insert | None:
    """Take apart a statement that adds whole rows; nothing if it is another."""
    found = _INSERT.fullmatch(sql)
    if found is None:
        return None
    return Insert(found["table"].strip('"'), found["conflict"] or "")
