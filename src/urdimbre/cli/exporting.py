"""The work of ``urdimbre export``: files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from urdimbre.adapters.bundle import write_bundle
from urdimbre.adapters.folder import Reading
from urdimbre.adapters.interchange.writing import write_rows
from urdimbre.cli.failures import (
    BadChoice,
    OutputExists,
    OutputFolderMissing,
    OutputNotAFile,
)
from urdimbre.cli.reading import (
    ACT_COLUMNS,
    BALANCE_COLUMNS,
    MEMBER_COLUMNS,
    OBLIGATION_COLUMNS,
    Row,
    act_rows,
    balance_rows,
    member_rows,
    obligation_rows,
)


class Source(NamedTuple):
    """A table that can be exported."""

    columns: tuple[str, ...]
    rows: Callable[[Reading], Iterable[Row]]


SOURCES = {
    "acts": Source(ACT_COLUMNS, act_rows),
    "balances": Source(BALANCE_COLUMNS, balance_rows),
    "members": Source(MEMBER_COLUMNS, member_rows),
    "obligations": Source(OBLIGATION_COLUMNS, obligation_rows),
}


def export_table(
    reading: Reading, output: str, source: Source, form: str, *, replace: bool
) -> int:
    """Write one table; returns the number of rows."""
    rows = source.rows(reading)
    if output == "-":
        return write_rows(sys.stdout, form, source.columns, rows)
    with (
        written(output, replace=replace) as draft,
        draft.open("w", encoding="utf-8", newline="") as file,
    ):
        return write_rows(file, form, source.columns, rows)


def write_all(reading: Reading, output: str, *, replace: bool) -> int:
    """Write the bundle; returns the number of entries."""
    if output == "-":
        raise BadChoice(option="-o", text="-", choices="FILE")
    with written(output, replace=replace) as draft:
        write_bundle(reading.store, draft)
    return reading.store.size()


def write_text(output: str, text: str, *, replace: bool) -> None:
    """Write a small file, or to stdout."""
    if output == "-":
        sys.stdout.write(text)
        return
    with written(output, replace=replace) as draft:
        draft.write_text(text, encoding="utf-8")


@contextmanager
def written(output: str, *, replace: bool) -> Iterator[Path]:
    """Give a draft beside the file, which takes its name once it is complete.

    Raises:
        OutputFolderMissing: there is no folder for it.
        OutputNotAFile: something else than a file has that name.
        OutputExists: there is such a file, and it may not be replaced.
        OSError: the system does not let it be written; names the file, not the draft.
    """
    path = Path(output)
    _look_at(path, replace=replace)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    try:
        yield draft
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as failed:
        if failed.errno is None or draft.name not in str(failed.filename):
            raise
        raise OSError(failed.errno, failed.strerror, output) from None
    finally:
        with suppress(OSError):
            draft.unlink()


def _look_at(path: Path, *, replace: bool) -> None:
    if not path.parent.is_dir():
        raise OutputFolderMissing(path=path.parent, file=path.name)
    if path.exists() and not path.is_file():
        raise OutputNotAFile(path=path)
    if path.exists() and not replace:
        raise OutputExists(path=path)
