"""A file that is not what a command needs: one form for bundle, backup and snapshot."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class UnfitFile(Exception):
    """A file that is none of the sort that was asked for, or does not hold.

    Attributes:
        code: stable.
        says: what is wrong, an English key of the catalogues with ``{value}`` places.
        hint: the way out, likewise.
        exit_code: of the command line.
        values: of the sentence, by name.
        path: the file.
    """

    code: ClassVar[str]
    says: ClassVar[str]
    hint: ClassVar[str]
    exit_code: ClassVar[int]

    def __init__(self, path: Path, reason: str) -> None:
        """Keep the file and what is wrong with it."""
        super().__init__(f"{path}: {reason}")
        self.values = {"path": path, "reason": reason}
        self.path = path
