"""What the command line says: data on stdout, everything else on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from urdimbre.cli.language import Translate, language_of, translator

SLOW_ROWS = 2_000
"""From here on a task shows how far it is."""


class Told(Protocol):
    """A refusal or failure in words."""

    @property
    def code(self) -> str:
        """Stable."""
        ...

    @property
    def message(self) -> str:
        """What happened."""
        ...

    @property
    def hint(self) -> str:
        """Give the way out."""
        ...

    @property
    def act(self) -> str | None:
        """Name the act concerned, if any."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """How one run of the program speaks.

    Attributes:
        as_json: data and errors as JSON.
        translate: sentences of the program into the reader's language.
    """

    as_json: bool
    translate: Translate

    def line(self, text: str) -> None:
        """Print a line of what was asked for."""
        sys.stdout.write(text + "\n")

    def json(self, value: object) -> None:
        """Print what was asked for as one line of JSON."""
        told = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        sys.stdout.write(told + "\n")

    def jsons(self, values: Iterable[object]) -> None:
        """Print lines of JSON that somebody may be waiting for."""
        for value in values:
            self.json(value)
        sys.stdout.flush()

    def table(self, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        """Print rows: as a JSON list, or as columns under each other."""
        if self.as_json:
            self.json([{name: row[name] for name in columns} for row in rows])
            return
        told = ([_cell(row[name]) for name in columns] for row in rows)
        lines = [list(columns), *told]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        for cells in lines:
            padded = (
                cell.ljust(width) for cell, width in zip(cells, widths, strict=True)
            )
            self.line("  ".join(padded).rstrip())

    def note(self, says: str, **values: object) -> None:
        """Tell on stderr how it goes; a key of the catalogues and its values."""
        sys.stderr.write(self.translate(says).format_map(values) + "\n")

    def error(self, told: Told) -> None:
        """Tell on stderr why it did not go."""
        if self.as_json:
            fields = {
                "code": told.code,
                "message": told.message,
                "hint": told.hint,
                "act": told.act,
            }
            sys.stderr.write(json.dumps(fields, ensure_ascii=False) + "\n")
            return
        text = f"urdimbre: {told.message} [{told.code}]"
        hint = f"\n  {told.hint}" if told.hint else ""
        sys.stderr.write(_coloured(text) + hint + "\n")

    @contextmanager
    def progress(self, says: str, total: int | None) -> Iterator[Progress]:
        """Show how far a long task is, if somebody is watching."""
        if not sys.stderr.isatty() or (total is not None and total < SLOW_ROWS):
            yield Progress()
            return
        from rich.console import Console
        from rich.progress import Progress as Bar

        with Bar(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(self.translate(says), total=total)
            yield Progress(bar, task)


class Progress:
    """How far a task is; shows nothing unless it has a bar."""

    def __init__(self, bar: Any = None, task: Any = None) -> None:
        """Keep the bar, if any."""
        self._bar = bar
        self._task = task

    def step(self, count: int = 1) -> None:
        """Go on by so many."""
        if self._bar is not None:
            self._bar.advance(self._task, count)


def speaker(arguments: Sequence[str]) -> Speaker:
    """Make the speaker that a command line asks for, well formed or not."""
    asked = None
    for place, one in enumerate(arguments):
        if one == "--lang" and place + 1 < len(arguments):
            asked = arguments[place + 1]
        elif one.startswith("--lang="):
            asked = one.removeprefix("--lang=")
    return Speaker(
        as_json="--json" in arguments, translate=translator(language_of(asked))
    )


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _coloured(text: str) -> str:
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\x1b[31m{text}\x1b[0m"
