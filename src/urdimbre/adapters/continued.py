"""Tables of what follows a snapshot; acts from before it are looked up elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from urdimbre.adapters.earlier import Earlier
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.recording.ports import ActRow, Block, Sealed, StateRow


class Continued:
    """A store that holds only what follows a snapshot.

    Attributes:
        earlier: where the acts before are looked up; ``None`` until there is one.
    """

    def __init__(self, later: SqliteStore) -> None:
        """Write into ``later``."""
        self._later = later
        self.earlier: Earlier | None = None

    def act_at(self, act_hash: bytes) -> int | None:
        """Find an act's position by its hash."""
        here = self._later.act_at(act_hash)
        if here is not None or self.earlier is None:
            return here
        return self.earlier.act_at(act_hash)

    def entry(self, position: int) -> bytes | None:
        """Return one entry."""
        if self.earlier is not None and position < self.earlier.size:
            return self.earlier.entry(position)
        return self._later.entry(position)

    def block_of(self, position: int) -> Sealed | None:
        """Return the header of the block that holds a position."""
        if self.earlier is not None and position < self.earlier.size:
            return self.earlier.block_of(position)
        return self._later.block_of(position)

    def write(self, block: Block) -> None:
        """Write a block whole, or not at all."""
        self._later.write(block)

    def size(self) -> int:
        """Number of entries that follow."""
        return self._later.size()

    def entries(self, start: int = 0) -> Iterator[bytes]:
        """Give the entries that follow, from a position on."""
        return self._later.entries(start)

    def acts_named(self, names: Sequence[tuple[bytes, bytes]]) -> list[ActRow]:
        """Find those later acts that have one of these pairs of maker and number."""
        return self._later.acts_named(names)

    def last_block(self) -> Sealed | None:
        """Return the last header."""
        return self._later.last_block()

    def state(self) -> Iterator[StateRow]:
        """Give the rows of the state in order of their places."""
        return self._later.state()

    def tile(self, level: int, number: int) -> bytes | None:
        """Return a full hash tile that was filled later."""
        return self._later.tile(level, number)

    def mark(self, name: str) -> str | None:
        """Return a named value."""
        return self._later.mark(name)

    def query(
        self, sql: str, values: tuple[Any, ...] = ()
    ) -> Iterable[tuple[Any, ...]]:
        """Read derived tables."""
        return self._later.query(sql, values)

    def close(self) -> None:
        """Let go of the file."""
        self._later.close()
