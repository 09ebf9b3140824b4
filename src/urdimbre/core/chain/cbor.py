"""CBOR, as much of it as slips need: one way to write each value (RFC 8949).

Whole numbers, byte strings, texts, lists, maps, tags, true, false and simple values; no
floats, no null, nothing of indefinite length.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

BYTES_MAX = 64 * 1024
DEPTH_MAX = 16
UINT, NEGATIVE, BYTES, TEXT, LIST, MAP, TAG, SIMPLE = range(8)
_IN_HEAD = 24
"""Numbers below it stand in the first byte itself."""
_LENGTHS = {_IN_HEAD: 1, 25: 2, 26: 4, 27: 8}
_FALSE, _TRUE = 20, 21
_SIMPLE = (*range(_FALSE), *range(32, 256))


class Tag(NamedTuple):
    """A value that a number says what it is."""

    number: int
    value: object


class Simple(NamedTuple):
    """A value that is nothing but its number."""

    number: int


class NotCbor(Exception):
    """Bytes that are not the form that :func:`write` gives."""


def _head(major: int, number: int) -> bytes:
    if number < _IN_HEAD:
        return bytes((major << 5 | number,))
    short = next(code for code, size in _LENGTHS.items() if number < 256**size)
    return bytes((major << 5 | short,)) + number.to_bytes(_LENGTHS[short], "big")


def write(value: object) -> bytes:
    """Write a value; maps keep the order of their keys."""
    if isinstance(value, bool):
        return _head(SIMPLE, _TRUE if value else _FALSE)
    if isinstance(value, int):
        return _head(UINT, value) if value >= 0 else _head(NEGATIVE, -1 - value)
    if isinstance(value, bytes):
        return _head(BYTES, len(value)) + value
    if isinstance(value, str):
        text = value.encode()
        return _head(TEXT, len(text)) + text
    if isinstance(value, Tag):
        return _head(TAG, value.number) + write(value.value)
    if isinstance(value, Simple):
        return _head(SIMPLE, value.number)
    if isinstance(value, list):
        return _head(LIST, len(value)) + b"".join(map(write, value))
    assert isinstance(value, dict), type(value)
    pairs = [write(key) + write(one) for key, one in value.items()]
    return _head(MAP, len(pairs)) + b"".join(pairs)


def read(data: bytes) -> object:
    """Read a value, if its bytes are those that :func:`write` gives for it.

    Raises:
        NotCbor: too long, too deep, cut short, of another sort, or written otherwise.
    """
    if len(data) > BYTES_MAX:
        raise NotCbor
    value, end = _read(data, 0, DEPTH_MAX)
    # Whatever else a reader may overlook, such as a longer spelling or a repeated key,
    # does not come out again as it came in.
    if end != len(data) or write(value) != data:
        raise NotCbor
    return value


def _read(data: bytes, at: int, depth: int) -> tuple[object, int]:
    if depth == 0 or at >= len(data):
        raise NotCbor
    major, short = data[at] >> 5, data[at] & 31
    at += 1
    number = short
    if short >= _IN_HEAD:
        if short not in _LENGTHS:
            raise NotCbor
        number = int.from_bytes(data[at : at + _LENGTHS[short]], "big")
        at += _LENGTHS[short]
    return _READ[major](data, at, number, depth)


def _uint(data: bytes, at: int, number: int, depth: int) -> tuple[object, int]:
    return number, at


def _negative(data: bytes, at: int, number: int, depth: int) -> tuple[object, int]:
    return -1 - number, at


def _bytes(data: bytes, at: int, number: int, depth: int) -> tuple[bytes, int]:
    if at + number > len(data):
        raise NotCbor
    return data[at : at + number], at + number


def _text(data: bytes, at: int, number: int, depth: int) -> tuple[object, int]:
    found, end = _bytes(data, at, number, depth)
    try:
        return found.decode(), end
    except UnicodeDecodeError:
        raise NotCbor from None


def _list(data: bytes, at: int, number: int, depth: int) -> tuple[object, int]:
    found = []
    for _ in range(number):
        one, at = _read(data, at, depth - 1)
        found.append(one)
    return found, at


def _map(data: bytes, at: int, number: int, depth: int) -> tuple[object, int]:
    found = {}
    for _ in range(number):
        key, at = _read(data, at, depth - 1)
        one, at = _read(data, at, depth - 1)
        if type(key) not in (int, str):
            raise NotCbor
        found[key] = one
    return found, at


def _tag(data: bytes, at: int, number: int, depth: int) -> tuple[object, int]:
    value, at = _read(data, at, depth - 1)
    return Tag(number, value), at


def _simple(data: bytes, at: int, number: int, depth: int) -> tuple[object, int]:
    if number in (_FALSE, _TRUE):
        return number == _TRUE, at
    if number not in _SIMPLE:
        raise NotCbor
    return Simple(number), at


_READ: tuple[Callable[[bytes, int, int, int], tuple[object, int]], ...] = (
    _uint,
    _negative,
    _bytes,
    _text,
    _list,
    _map,
    _tag,
    _simple,
)
