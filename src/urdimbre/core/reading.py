"""Readers: the typed walk over parsed JSON, one table of fields for each record.

A reader takes a parsed value and returns the typed one, or raises :class:`Unreadable`
with the path and the reason. The tables are also what the reference pages print.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any, Generic, NamedTuple, TypeVar

from urdimbre.core.refusals import Reason
from urdimbre.core.units import MINOR_MAX

T = TypeVar("T")

LIST_MAX = 64


class Unreadable(Exception):
    """A value that its field does not allow.

    Attributes:
        reason: why, without the value (values may be private).
        path: where, from the outside in.
    """

    def __init__(self, reason: str, /, **values: object) -> None:
        self.reason = Reason(reason, **values)
        super().__init__(self.reason)
        self.path: list[str] = []

    def within(self, name: str) -> Unreadable:
        """Return the same, one level further out."""
        self.path.insert(0, name)
        return self


class Whole(NamedTuple):
    """What a reader of whole numbers checks."""

    low: int
    high: int


class Matching(NamedTuple):
    """What a reader of text checks: that the pattern matches all of it."""

    match: Callable[[str], object]


class OneName(NamedTuple):
    """What a reader of one of several names checks."""

    names: tuple[str, ...]


class ListOf(NamedTuple):
    """What a reader of lists checks."""

    one: Reader[Any]
    low: int
    high: int
    ascending: bool


class ByTag(NamedTuple):
    """How a reader finds which of several tables an object follows."""

    tag: str
    records: Mapping[str, Record[Any]]


Form = Whole | Matching | OneName | ListOf | ByTag


class Reader(Generic[T]):
    """Reads one kind of value and can say what it allows.

    Attributes:
        read: the function.
        shape: what it allows, for the reference pages.
        parts: the readers that it is made of, likewise.
        form: what it checks, for who writes readers out as code; ``None``: all is in
            the function.
    """

    __slots__ = ("form", "parts", "read", "shape")

    def __init__(
        self,
        read: Callable[[object], T],
        shape: str,
        parts: tuple[Reader[Any], ...] = (),
        form: Form | None = None,
    ) -> None:
        self.read = read
        self.shape = shape
        self.parts = parts
        self.form = form


def integer(low: int = -MINOR_MAX, high: int = MINOR_MAX) -> Reader[int]:
    """Whole number within ``low..high``; ``True`` is none."""

    def read(value: object) -> int:
        if type(value) is not int:
            raise Unreadable("a whole number is needed")
        if not low <= value <= high:
            raise Unreadable("must lie within {low} and {high}", low=low, high=high)
        return value

    return Reader(read, f"integer {low}..{high}", form=Whole(low, high))


def text(pattern: str) -> Reader[str]:
    """Printable ASCII that matches the whole pattern."""
    match = re.compile(pattern, re.ASCII).fullmatch

    def read(value: object) -> str:
        if type(value) is str and match(value):
            return value
        raise Unreadable("must match {pattern}", pattern=pattern)

    return Reader(read, f"`{pattern}`", form=Matching(match))


def hex_bytes(count: int) -> Reader[str]:
    """Lower-case hex of exactly ``count`` bytes."""
    reader = text(f"[0-9a-f]{{{2 * count}}}")
    return Reader(reader.read, f"hex, {count} bytes", form=reader.form)


def choice(*names: str) -> Reader[str]:
    """One of the names."""
    allowed = frozenset(names)

    def read(value: object) -> str:
        if type(value) is not str or value not in allowed:
            raise Unreadable("must be one of {names}", names=", ".join(names))
        return value

    shape = " | ".join(f"`{name}`" for name in names)
    return Reader(read, shape, form=OneName(names))


def _flag(value: object) -> bool:
    if type(value) is not bool:
        raise Unreadable("true or false is needed")
    return value


def _yes(value: object) -> bool:
    if value is not True:
        raise Unreadable("must be true or absent")
    return True


FLAG = Reader(_flag, "`true` or `false`")
YES = Reader(_yes, "`true`")


def _unknown(value: object) -> object:
    raise Unreadable("is not a field of this kind")


def _failure(read: Callable[[object], Any], value: object) -> Unreadable | None:
    try:
        read(value)
    except Unreadable as error:
        return error
    return None


def _first_failure(
    named: Iterable[tuple[str, Callable[[object], Any], object]],
) -> Unreadable:
    """Find the first of several values that cannot be read; there is one.

    It is read a second time: only acts that are refused pay for saying where.
    """
    found = ((name, _failure(read, value)) for name, read, value in named)
    return next(error.within(name) for name, error in found if error is not None)


def list_of(
    one: Reader[T], *, low: int = 0, high: int = LIST_MAX, ascending: bool = False
) -> Reader[tuple[T, ...]]:
    """List of ``low..high`` values; ``ascending``: sorted, each once."""
    read_one = one.read

    def read(value: object) -> tuple[T, ...]:
        if type(value) is not list:
            raise Unreadable("a list is needed")
        if not low <= len(value) <= high:
            raise Unreadable("{low} to {high} items are allowed", low=low, high=high)
        try:
            items = tuple(map(read_one, value))
        except Unreadable:
            named = ((str(n), read_one, raw) for n, raw in enumerate(value))
            raise _first_failure(named) from None
        if ascending and any(a >= b for a, b in pairwise(value)):
            raise Unreadable("must be sorted, each item once")
        return items

    order = ", sorted, each once" if ascending else ""
    shape = f"list of {low}..{high} ({one.shape}){order}"
    return Reader(read, shape, (one,), ListOf(one, low, high, ascending))


class Record(Reader[T]):
    """Reads an object with exactly the fields of its table.

    Attributes:
        name: for the reference pages.
        required: field name to reader.
        optional: likewise; absent, never empty.
        tag: a field that :func:`one_of` has read already.
        names: where the record's attribute has another name than the field.
    """

    __slots__ = (
        "_reads",
        "build",
        "fields",
        "name",
        "names",
        "optional",
        "required",
        "tag",
    )

    def __init__(
        self,
        build: Callable[..., T],
        required: Mapping[str, Reader[Any]],
        optional: Mapping[str, Reader[Any]] | None = None,
        *,
        name: str,
        tag: str | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(self._read, name)
        self.build = build
        self.name = name
        self.tag = tag
        self.names = dict(names or {})
        self.required = dict(required)
        self.optional = dict(optional or {})
        self.fields = self.required | self.optional
        self._reads = {field: one.read for field, one in self.fields.items()}
        if tag is not None:
            self._reads[tag] = _read_already
            self.names[tag] = ""

    def _read(self, value: object) -> T:
        if type(value) is not dict:
            raise Unreadable("an object is needed")
        reads = self._reads
        try:
            values = {name: reads[name](raw) for name, raw in value.items()}
        except (KeyError, Unreadable):
            named = ((n, reads.get(n, _unknown), raw) for n, raw in value.items())
            raise _first_failure(named) from None
        if len(values) < len(reads):
            for name in self.required:
                if name not in values:
                    raise Unreadable("is missing").within(name)
        for name, attribute in self.names.items():
            if name in values:
                raw = values.pop(name)
                if attribute:
                    values[attribute] = raw
        return self.build(**values)


def _read_already(value: object) -> object:
    return value


ReaderOf = Callable[[Record[Any]], Callable[[object], Any]]


def as_tabled(record: Record[Any]) -> Callable[[object], Any]:
    """Return what reads by a table: a walk over it."""
    return record.read


def one_of(records: Mapping[str, Record[Any]], *, tag: str) -> Reader[Any]:
    """Object whose field ``tag`` names which of the records it is."""

    def read(value: object) -> Any:
        if type(value) is not dict:
            raise Unreadable("an object is needed")
        name = value.get(tag)
        record = records.get(name) if type(name) is str else None
        if record is None:
            allowed = ", ".join(records)
            raise Unreadable("must be one of {names}", names=allowed).within(tag)
        return record.read(value)

    which = ", ".join(f"`{name}` ({one.name})" for name, one in records.items())
    shape = f"by `{tag}`: {which}"
    return Reader(read, shape, tuple(records.values()), ByTag(tag, records))
