"""What was given and does not serve: one form for files, checkpoints and persons."""

from __future__ import annotations

from typing import ClassVar


class Unfit(Exception):
    """What a command was given is not what it needs, or does not hold.

    Attributes:
        code: stable.
        says: what is wrong, an English key of the catalogues with ``{value}`` places.
        hint: the way out, likewise.
        exit_code: of the command line.
        values: of the sentence, by name.
    """

    code: ClassVar[str]
    says: ClassVar[str]
    hint: ClassVar[str]
    exit_code: ClassVar[int]

    def __init__(self, **values: object) -> None:
        """Keep the values of the sentence."""
        super().__init__(self.says.format_map(values))
        self.values = values
