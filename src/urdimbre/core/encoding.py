"""Canonical JSON: one form for each act, the same verdict for all bytes.

Source: the form is that of RFC 8785 restricted to printable ASCII and to whole numbers
within 2^53 - 1, where sorting by code point and by UTF-16 unit agree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

ACT_BYTES_MAX = 32 * 1024
DEPTH_MAX = 8

Loads = Callable[[bytes], object]
Dumps = Callable[[object], bytes]

_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_ONE_SORT = bytes.maketrans(b"[]{}", b"()()")
_PRINTABLE = re.compile(rb"[\x20-\x7e]*\Z")


class NotCanonical(Exception):
    """Bytes that are not the one canonical form of their value.

    Attributes:
        says: why, an English key of the catalogues with ``{value}`` places.
        values: of the reason, by name.
    """

    def __init__(self, says: str, /, **values: object) -> None:
        super().__init__(says.format_map(values))
        self.says = says
        self.values = values


def dumps(value: object) -> bytes:
    """Write the canonical form: sorted keys, no blanks."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8")


def _loads(data: bytes) -> object:
    return json.loads(data)


def too_deep(data: bytes) -> bool:
    """Tell from the raw bytes whether brackets nest deeper than ``DEPTH_MAX``.

    Each turn takes the innermost pairs away, so what remains was deeper, or has no
    partner. No string of the format may hold a bracket, so counting those within
    strings can only refuse bytes that are refused anyway.
    """
    brackets = data.translate(_ONE_SORT, _NOT_BRACKETS)
    for _ in range(DEPTH_MAX):
        if not brackets:
            return False
        brackets = brackets.replace(b"()", b"")
    return bool(brackets)


def read(data: bytes, *, loads: Loads = _loads, dump: Dumps = dumps) -> object:
    """Parse bytes if they are the canonical form of their value.

    Args:
        data: the bytes as received.
        loads: a parser; a faster one may be handed in, the verdict stays the same.
        dump: the writer that belongs to it.

    Raises:
        NotCanonical: too long, too deep, not ASCII, no JSON, or another spelling of the
            same value (blanks, order, repeated keys, escapes, odd numbers).
    """
    if len(data) > ACT_BYTES_MAX:
        raise NotCanonical(
            "{count} bytes, {allowed} allowed", count=len(data), allowed=ACT_BYTES_MAX
        )
    if not _PRINTABLE.match(data):
        raise NotCanonical("not printable ASCII")
    if too_deep(data):
        raise NotCanonical(
            "nested deeper than {allowed}, or unbalanced", allowed=DEPTH_MAX
        )
    try:
        value = loads(data)
        again = dump(value)
    except (ValueError, TypeError, RecursionError):
        failed = NotCanonical("no JSON")
    else:
        if again == data:
            return value
        failed = NotCanonical("not in canonical form")
    if loads is not _loads:
        # A faster parser may not keep the digits of a number that is too large; ours
        # does, and whoever reads the fields can then say which one it is.
        return read(data)
    raise failed
