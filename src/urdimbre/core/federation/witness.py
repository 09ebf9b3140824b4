"""Witnesses: hosts of others that cosign the log, named by a decision.

Source: C2SP ``tlog-witness`` and ``tlog-cosignature``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from urdimbre.core.state import View


@dataclass(frozen=True, slots=True)
class Witness:
    """Who vouches that everybody is shown the same log; she judges nothing else.

    Attributes:
        public: key of her cosignatures, hex, 32 bytes; no member's and no node's.
        name: of that key in notes.
        host: whose machine she runs on; two on one host count as one.
        version: of the agreement that named her.
        until: block time from which her cosignature counts no more.
    """

    PREFIX: ClassVar[str] = "agreement/witness"
    KEY: ClassVar[tuple[str, ...]] = ("public",)

    public: str
    name: str
    host: str
    version: int = 0
    until: int | None = None

    @property
    def key(self) -> str:
        """Return the row's key."""
        return f"agreement/witness/{self.public}"

    def in_force(self, time: int) -> bool:
        """Tell whether her cosignature counts at that block time."""
        return self.until is None or time < self.until


def witnesses(state: View) -> Iterator[Witness]:
    """Give the witnesses in force, in the order in which they were named."""
    for row in state.starting("agreement/witness/"):
        assert isinstance(row, Witness)
        if row.in_force(state.time):
            yield row
