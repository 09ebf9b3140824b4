"""The core's tables of fields, each written out as one Python function.

The core reads an act by walking over a table of fields, one call for each; that was a
fifth of the time of an act. Here the checks of a table are written out as the source of
a function without any loop over fields, once, at its first use, as ``dataclasses`` does
it. What such a function takes, it takes as the core would; whatever else comes is read
again by the core, which alone says what is wrong and where. So there is one judge, and
a test compares both on whatever can be written.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from keyword import iskeyword
from typing import Any

from urdimbre.core.reading import (
    ByTag,
    ListOf,
    Matching,
    OneName,
    Reader,
    Record,
    Unreadable,
    Whole,
)

Read = Callable[[object], Any]


class Unfit(Exception):
    """A value that the core must look at."""


@cache
def reader_of(record: Record[Any]) -> Read:
    """Return what reads by this table: the same values, and the same refusals."""
    quick, careful = written_out(record), record.read

    def read(value: object) -> Any:
        try:
            return quick(value)
        except (Unfit, Unreadable, KeyError):
            return careful(value)

    return read


@cache
def written_out(record: Record[Any]) -> Read:
    """Return the function alone; it raises for whatever it does not take."""
    source = _Source()
    source.record(record)
    return source.made()


_IN = "    "


class _Source:
    """A function in the making.

    All text comes from the tables of the program itself, never from an act.
    """

    def __init__(self) -> None:
        self._lines = ["def read(value):"]
        self._known: dict[str, Any] = {"Unfit": Unfit}

    def made(self) -> Read:
        """Make the function."""
        code = compile("\n".join(self._lines), "<a table of fields>", "exec")
        exec(code, self._known)  # noqa: S102 - of our own tables, see the class
        read: Read = self._known["read"]
        return read

    def record(self, record: Record[Any]) -> None:
        """Read an object with exactly the fields of a table."""
        self._demand("type(value) is dict", _IN)
        size = len(record.required) + (record.tag is not None)
        given = [self._given(record, field, _IN) for field in record.required]
        build = self._name(record.build)
        call = f"return {build}({', '.join(given)})"
        if not record.optional:
            self._demand(f"len(value) == {size}", _IN)
            self._line(call, _IN)
            return
        self._line(f"if len(value) == {size}: {call}", _IN)
        self._line("more = {}", _IN)
        for field in record.optional:
            self._line(f"if {field!r} in value:", _IN)
            self._line(f"more.update({self._given(record, field, 2 * _IN)})", 2 * _IN)
        self._demand(f"len(value) == {size} + len(more)", _IN)
        self._line(f"return {build}({', '.join([*given, '**more'])})", _IN)

    def _given(self, record: Record[Any], field: str, indent: str) -> str:
        """Write the checks of one field; returns the argument that it becomes."""
        typed = self._field(f"value[{field!r}]", record.fields[field], indent)
        attribute = record.names.get(field, field)
        if iskeyword(attribute):
            return f"**{{{attribute!r}: {typed}}}"
        return f"{attribute}={typed}"

    def _field(self, raw: str, one: Reader[Any], indent: str) -> str:
        """Write the checks of one value; returns what stands for the typed one."""
        local = f"v{len(self._lines)}"
        self._line(f"{local} = {raw}", indent)
        match one.form:
            case Whole(low, high):
                self._demand(f"type({local}) is int", indent)
                self._demand(f"{low} <= {local} <= {high}", indent)
            case Matching(match):
                self._demand(f"type({local}) is str", indent)
                self._demand(f"{self._name(match)}({local})", indent)
            case OneName(names):
                self._demand(f"type({local}) is str", indent)
                self._demand(f"{local} in {self._name(dict.fromkeys(names))}", indent)
            case ListOf() as form:
                self._list(form, local, indent)
            case _:
                return f"{self._name(_inner(one))}({local})"
        return local

    def _list(self, form: ListOf, local: str, indent: str) -> None:
        self._demand(f"type({local}) is list", indent)
        self._demand(f"{form.low} <= len({local}) <= {form.high}", indent)
        if form.ascending:
            # Compared as read from JSON, before the items are known to be alike.
            self._demand(f"{self._name(_ascending)}({local})", indent)
        read = self._name(_inner(form.one))
        self._line(f"{local} = tuple([{read}(one) for one in {local}])", indent)

    def _line(self, text: str, indent: str) -> None:
        self._lines.append(indent + text)

    def _demand(self, condition: str, indent: str) -> None:
        self._line(f"if not ({condition}): raise Unfit", indent)

    def _name(self, thing: object) -> str:
        name = f"known{len(self._known)}"
        self._known[name] = thing
        return name


def _inner(one: Reader[Any]) -> Read:
    """Return what reads a value within another: written out, if it is a table."""
    if isinstance(one, Record):
        return written_out(one)
    if isinstance(one.form, ByTag):
        return _by_tag(one.form)
    return one.read


def _by_tag(form: ByTag) -> Read:
    tag = form.tag
    reads = {name: written_out(record) for name, record in form.records.items()}

    def read(value: object) -> Any:
        if type(value) is not dict:
            raise Unfit
        name = value[tag]
        if type(name) is not str:
            raise Unfit
        return reads[name](value)

    return read


def _ascending(items: list[Any]) -> bool:
    try:
        return all(a < b for a, b in pairwise(items))
    except TypeError:
        return False
