"""What the command line says: data on stdout, everything else on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TextIO

from urdimbre.cli.language import Counted, Translate, catalogue, language_of
from urdimbre.cli.telling import fill, printable

SLOW_ROWS = 2_000
"""From here on a task shows how far it is."""
TENTHS = 10


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
        plural: counted ones likewise, from both forms and the number.
    """

    as_json: bool
    translate: Translate
    plural: Callable[[str, str, int], str]

    def line(self, text: str) -> None:
        """Print a line of what was asked for."""
        sys.stdout.write(text + "\n")

    def json(self, value: object) -> None:
        """Print what was asked for as one line of JSON."""
        told = json.dumps(
            value, ensure_ascii=not _speaks_utf8(sys.stdout), separators=(",", ":")
        )
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
        sys.stderr.write(fill(self.translate(says), values, self.translate) + "\n")

    def count(self, says: Counted, count: int, **values: object) -> None:
        """Tell on stderr how it goes with so many of something."""
        text = self.plural(says.one, says.many, count)
        sys.stderr.write(fill(text, {"count": count, **values}) + "\n")

    def error(self, told: Told) -> None:
        """Tell on stderr why it did not go."""
        if self.as_json:
            fields = {
                "code": told.code,
                "message": told.message,
                "hint": told.hint,
                "act": told.act,
            }
            ascii_only = not _speaks_utf8(sys.stderr)
            sys.stderr.write(json.dumps(fields, ensure_ascii=ascii_only) + "\n")
            return
        text = f"urdimbre: {told.message} [{told.code}]"
        hint = f"\n  {told.hint}" if told.hint else ""
        sys.stderr.write(_coloured(text) + hint + "\n")

    @contextmanager
    def progress(
        self, says: str, total: int, *, slow_from: int = SLOW_ROWS
    ) -> Iterator[Progress]:
        """Show how far a long task is: a bar, or lines where nobody watches it move."""
        if total < slow_from:
            yield Short()
            return
        if not sys.stderr.isatty():
            self.note(says)
            yield Lines(total)
            return
        from rich.console import Console
        from rich.progress import Progress as Moving

        with Moving(console=Console(stderr=True), transient=True) as bar:
            yield Bar(bar, bar.add_task(self.translate(says), total=total))


class Progress(Protocol):
    """How far a task is."""

    def step(self, count: int = 1) -> None:
        """Go on by so many."""
        ...


class Short:
    """A task that is done before anybody asks; nothing is shown."""

    def step(self, count: int = 1) -> None:
        """Go on by so many."""


class Bar:
    """Shown as a bar that moves."""

    def __init__(self, bar: Any, task: Any) -> None:
        """Take the bar and its one task."""
        self._bar = bar
        self._task = task

    def step(self, count: int = 1) -> None:
        """Go on by so many."""
        self._bar.advance(self._task, count)


class Lines:
    """Shown as a line of stderr for each tenth."""

    def __init__(self, total: int) -> None:
        """Take how many steps there are in all."""
        self._total = total
        self._done = 0

    def step(self, count: int = 1) -> None:
        """Go on by so many."""
        before = self._done * TENTHS // self._total
        self._done += count
        now = self._done * TENTHS // self._total
        if now > before:
            sys.stderr.write(f"  {now * TENTHS} %\n")
            sys.stderr.flush()


def speaker(arguments: Sequence[str]) -> Speaker:
    """Make the speaker that a command line asks for, well formed or not."""
    asked = None
    for place, one in enumerate(arguments):
        if one == "--lang" and place + 1 < len(arguments):
            asked = arguments[place + 1]
        elif one.startswith("--lang="):
            asked = one.removeprefix("--lang=")
    words = catalogue(language_of(asked))
    return Speaker(
        as_json="--json" in arguments, translate=words.gettext, plural=words.ngettext
    )


def _cell(value: object) -> str:
    return "" if value is None else printable(str(value))


def _speaks_utf8(stream: TextIO) -> bool:
    name = getattr(stream, "encoding", None) or "utf-8"
    return name.lower().replace("-", "") == "utf8"


def _coloured(text: str) -> str:
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\x1b[31m{text}\x1b[0m"
