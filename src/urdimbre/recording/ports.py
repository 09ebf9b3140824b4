"""What recording needs of the outside: a store, and those who project for pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from urdimbre.core.acts import Act, Effects
from urdimbre.core.chain.entry import Slot
from urdimbre.core.chain.header import Header
from urdimbre.core.state import Row
from urdimbre.recording.log_tree import Tile

Clock = Callable[[], int]
"""Seconds UTC."""
Sign = Callable[[bytes], bytes]
Verify = Callable[[bytes, bytes, bytes], bool]
"""Whether, given a key of 32 bytes and a message, the 64 bytes are its signature."""
Admissible = Callable[[bytes], bool]
"""Whether a public key may enter the registry."""


class Node(NamedTuple):
    """Who seals blocks: the public key, 32 bytes, and what signs with it."""

    key: bytes
    sign: Sign


Rows = Sequence[tuple[Any, ...]]
Query = Callable[[str, tuple[Any, ...]], Iterable[tuple[Any, ...]]]
"""Runs a reading statement with its values."""


class Change(NamedTuple):
    """One statement and the rows it is run with."""

    sql: str
    rows: Rows


class ActRow(NamedTuple):
    """Where an act stands and how it is found."""

    position: int
    hash: bytes
    by: bytes
    id: bytes


class StateRow(NamedTuple):
    """One row of the state as stored; ``place`` is the leaf's index."""

    place: int
    key: str
    value: bytes


class Sealed(NamedTuple):
    """A header as stored."""

    height: int
    position: int
    hash: bytes
    time: int


@dataclass(slots=True, kw_only=True)
class Block:
    """All that one block writes, in one transaction.

    Attributes:
        header: the last entry of the block.
        entries: position and bytes, the header's included.
        acts: one row for each act.
        created: new rows of the state.
        changed: new values of present rows.
        tiles: hash tiles that became full.
        marks: named values: genesis, checkpoint, versions.
        derived: what pages read.
    """

    header: Header
    entries: list[tuple[int, bytes]]
    acts: list[ActRow]
    created: list[StateRow]
    changed: list[StateRow]
    tiles: list[Tile]
    marks: dict[str, str]
    derived: Sequence[Change] = field(default=())

    @property
    def sealed(self) -> Sealed:
        """The header's row."""
        digest = bytes.fromhex(self.header.hash())
        return Sealed(self.header.height, self.header.size, digest, self.header.time)


class Store(Protocol):
    """Keeps blocks. Every method raises ``StorageFailed`` if the machine fails it."""

    def write(self, block: Block) -> None:
        """Write a block whole and durably, or not at all."""
        ...

    def size(self) -> int:
        """Number of entries."""
        ...

    def entry(self, position: int) -> bytes | None:
        """Return one entry."""
        ...

    def entries(self, start: int = 0) -> Iterator[bytes]:
        """Give all entries from a position on."""
        ...

    def act_at(self, act_hash: bytes) -> int | None:
        """Find an act's position by its hash."""
        ...

    def acts_named(self, names: Sequence[tuple[bytes, bytes]]) -> list[ActRow]:
        """Find those acts that have one of these pairs of maker and number."""
        ...

    def block_of(self, position: int) -> Sealed | None:
        """Return the header of the block that holds a position."""
        ...

    def last_block(self) -> Sealed | None:
        """Return the last header."""
        ...

    def state(self) -> Iterator[StateRow]:
        """Give the rows of the state in order of their places."""
        ...

    def tile(self, level: int, number: int) -> bytes | None:
        """Return a full hash tile."""
        ...

    def mark(self, name: str) -> str | None:
        """Return a named value."""
        ...

    def query(
        self, sql: str, values: tuple[Any, ...] = ()
    ) -> Iterable[tuple[Any, ...]]:
        """Read derived tables."""
        ...

    def close(self) -> None:
        """Let go of the files."""
        ...


class Inbox(Protocol):
    """Where processes that do not write put acts, and find the answers.

    Every method raises ``StorageFailed`` if the machine fails it, and may be called
    again then.
    """

    def put(self, entries: Sequence[bytes], *, most: int) -> list[int]:
        """Put entries in, in order; returns their numbers.

        Raises:
            Overloaded: more than ``most`` would wait.
        """
        ...

    def answers(self, numbers: Sequence[int]) -> dict[int, str]:
        """Return the answers that are there, as text."""
        ...

    def wait(self, seconds: float) -> None:
        """Wait for a hint that something was answered or recorded, or so long."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


class Applied(NamedTuple):
    """One act that a block records, as told to the projection."""

    position: int
    act: Act
    slots: tuple[Slot, ...]
    effects: Effects


class ProjectedBlock(Protocol):
    """What pages will read of one block."""

    def add(self, applied: Applied) -> None:
        """Take one act, in order."""
        ...

    def changes(self, rows: Iterable[Row]) -> Sequence[Change]:
        """Give all changes, after the last act, with the state rows as they stand."""
        ...


class Projector(Protocol):
    """Derives what pages read.

    Attributes:
        version: of its tables.
        schema: statements that make the tables, one each.
    """

    version: int
    schema: tuple[str, ...]

    def load(self, query: Query) -> None:
        """Take up where the stored tables stand."""
        ...

    def block(self, *, height: int, time: int, query: Query) -> ProjectedBlock:
        """Begin a block."""
        ...

    def keep(self, block: Any) -> None:
        """Remember what a recorded block has changed."""
        ...
