"""Arguments and options that several commands share, and what a command is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

Directory = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder of the circuit.")
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print JSON; errors are JSON on stderr.")
]
Lang = Annotated[
    str | None,
    typer.Option("--lang", metavar="es|pt|en", help="Language of the messages."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Replace a file that exists.")]


class Command(NamedTuple):
    """One command.

    Attributes:
        name: as typed.
        run: what it does; returns the exit code, or nothing for 0.
        summary: one line.
        examples: lines as one would type them.
        more: what else one should know.
    """

    name: str
    run: Callable[..., int | None]
    summary: str
    examples: tuple[str, ...]
    more: str = ""

    @property
    def help(self) -> str:
        """The text of ``--help``: examples first."""
        lines = "\n".join(f"  {one}" for one in self.examples)
        text = f"Examples:\n\n\b\n{lines}\n\n{self.summary}"
        return f"{text}\n\n{self.more}" if self.more else text
