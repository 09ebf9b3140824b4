"""The circuit's state: typed rows that decide, and what a block adds to them.

A row is a frozen record with a key. The key and the canonical JSON of the other fields
are a leaf of the state tree, so everything that decides is in the state root.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from itertools import islice
from typing import Any, ClassVar, Protocol

from urdimbre.core.encoding import dumps


class Row(Protocol):
    """One row of the state.

    Attributes:
        PREFIX: first part of the key; says which rows these are.
        KEY: the fields that make the rest of the key.
    """

    PREFIX: ClassVar[str]
    KEY: ClassVar[tuple[str, ...]]

    @property
    def key(self) -> str:
        """Return the full key, ``prefix/part/part``."""
        ...


def key_of(row: Row) -> str:
    """Build the key of a row from its key fields."""
    return "/".join((row.PREFIX, *(str(getattr(row, name)) for name in row.KEY)))


def value_of(row: Row) -> bytes:
    """Write the canonical JSON of the fields that are not in the key."""
    encode = getattr(row, "encode", None)
    if encode is not None:
        return bytes(encode())
    return dumps(_plain_fields(row, row.KEY))


def _plain_fields(row: Any, left_out: tuple[str, ...] = ()) -> dict[str, object]:
    values: dict[str, object] = {}
    for field in fields(row):
        value = getattr(row, field.name)
        if field.name not in left_out and value is not None:
            values[field.name] = _plain(value)
    return values


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return _plain_fields(value)
    return value


class State:
    """The rows in force after the last recorded block.

    Attributes:
        rows: by key, in order of creation; the place is the leaf's index.
        time: block time of the last header, seconds UTC.
        genesis: the circuit's id, hex; empty before genesis.
        kept: what the rules have worked out for one act, by its hash.
    """

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.places: dict[str, int] = {}
        self.time = 0
        self.genesis = ""
        self.kept: tuple[str, Any] | None = None
        self._sorts: dict[str, list[str]] = {}
        self._of: dict[str, dict[str, list[str]]] = {}
        self._sorted = 0

    def get(self, key: str) -> Any:
        """Return the row with that key, or ``None``."""
        return self.rows.get(key)

    def merge(self, overlay: Overlay) -> None:
        """Take over what a recorded block has changed."""
        for key in overlay.rows:
            if key not in self.places:
                self.places[key] = len(self.places)
        self.rows.update(overlay.rows)
        self._sort()
        self.kept = None
        self.time = overlay.time
        self.genesis = overlay.genesis

    def starting(self, prefix: str) -> Iterator[Row]:
        """Give the rows whose key starts so, in order of creation.

        Args:
            prefix: the first part of the key with its slash, or more.
        """
        self._sort()
        for key in self._sorts.get(prefix.partition("/")[0], ()):
            if key.startswith(prefix):
                yield self.rows[key]

    def of(self, sort: str, who: str) -> Iterator[Row]:
        """Give the rows of one sort that are between somebody and others, or hers."""
        self._sort()
        for key in self._of.get(sort, {}).get(who, ()):
            yield self.rows[key]

    def _sort(self) -> None:
        """Sort what has come since by the first part of its key, and by whose it is.

        Else a rule that asks for a few rows would walk over all, and anybody could make
        it. No row ever goes, and whose it is never changes.
        """
        new = len(self.rows) - self._sorted
        for key in reversed([*islice(reversed(self.rows), new)]):
            sort = key.partition("/")[0]
            self._sorts.setdefault(sort, []).append(key)
            for who in getattr(self.rows[key], "between", ()):
                self._of.setdefault(sort, {}).setdefault(who, []).append(key)
        self._sorted += new


class Overlay:
    """What the acts of one block change, seen over the state before it.

    Attributes:
        below: the state, or another overlay, that is not touched.
        rows: the changed rows, in order of first change.
        time: time of the block that is being made.
        genesis: the circuit's id, hex.
        kept: what the rules have worked out for one act, by its hash, so that applying
            need not do it again; any change of a row lets go of it.
    """

    def __init__(self, below: State | Overlay, time: int) -> None:
        self.below: State | Overlay = below
        # Bound once: rules look up some forty rows for each act.
        self._under = below.rows.get if isinstance(below, State) else below.get
        self.rows: dict[str, Row] = {}
        self.time = time
        self.kept: tuple[str, Any] | None = None
        self.genesis: str = below.genesis

    def get(self, key: str) -> Any:
        """Return the row with that key, or ``None``."""
        row = self.rows.get(key)
        return self._under(key) if row is None else row

    def put(self, row: Row) -> None:
        """Write a row."""
        self.kept = None
        self.rows[row.key] = row

    def merge(self, overlay: Overlay) -> None:
        """Take over what an overlay on this one has changed."""
        self.rows.update(overlay.rows)
        self.kept = None
        self.genesis = overlay.genesis

    def starting(self, prefix: str) -> Iterator[Row]:
        """Give the rows whose key starts so, older ones first."""
        for row in self.below.starting(prefix):
            yield self.rows.get(row.key, row)
        for key, row in self.rows.items():
            if key.startswith(prefix) and self.below.get(key) is None:
                yield row

    def of(self, sort: str, who: str) -> Iterator[Row]:
        """Give the rows of one sort that are between somebody and others, or hers."""
        for row in self.below.of(sort, who):
            yield self.rows.get(row.key, row)
        for key, row in self.rows.items():
            mine = key.startswith(f"{sort}/") and who in getattr(row, "between", ())
            if mine and self.below.get(key) is None:
                yield row


View = State | Overlay
