"""Tables going out: CSV that no spreadsheet runs as a formula, and JSON lines."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

FORMATS = ("csv", "jsonl")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)

Row = Mapping[str, Any]


def write_rows(
    file: TextIO, form: str, columns: Sequence[str], rows: Iterable[Row]
) -> int:
    """Write rows in one of ``FORMATS``; returns how many."""
    write = _write_csv if form == "csv" else _write_jsonl
    return write(file, columns, rows)


def escaped(value: object) -> str:
    """Give a cell as text; an apostrophe stops a spreadsheet from running it."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    text = str(value)
    if text.startswith(_FORMULA) and _NUMBER.fullmatch(text) is None:
        return f"'{text}"
    return text


def _write_csv(file: TextIO, columns: Sequence[str], rows: Iterable[Row]) -> int:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - told at the end
        writer.writerow([escaped(row[name]) for name in columns])
    return count


def _write_jsonl(file: TextIO, columns: Sequence[str], rows: Iterable[Row]) -> int:
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - told at the end
        told = {name: row[name] for name in columns}
        file.write(json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n")
    return count
