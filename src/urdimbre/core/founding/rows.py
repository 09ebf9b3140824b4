"""Rows of how the circuit is kept: rules, clock, withdrawn drafts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesRow:
    """The rules version in force, and the one that follows from a block time on."""

    PREFIX: ClassVar[str] = "rules"
    KEY: ClassVar[tuple[str, ...]] = ()

    version: int
    coming: int | None = None
    since: int | None = None

    @property
    def key(self) -> str:
        """Return the row's key."""
        return "rules"

    def at(self, time: int) -> int:
        """Return the version in force at a block time."""
        if self.coming is not None and self.since is not None and time >= self.since:
            return self.coming
        return self.version


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """The last jump of the node's clock that was accepted on record."""

    PREFIX: ClassVar[str] = "clock"
    KEY: ClassVar[tuple[str, ...]] = ()

    before: int
    after: int

    @property
    def key(self) -> str:
        """Return the row's key."""
        return "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Void:
    """A draft that one of its required signers has withdrawn."""

    PREFIX: ClassVar[str] = "void"
    KEY: ClassVar[tuple[str, ...]] = ("hash", "member")

    hash: str
    member: str
    time: int

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"void/{self.hash}/{self.member}"
