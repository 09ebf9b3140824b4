"""Lines of JSON from a file or a pipe, as they come."""

from __future__ import annotations

import fcntl
import os
import select
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from urdimbre.cli.failures import FileMissing

LINE_BYTES_MAX = 1 << 20
READ_BYTES = 1 << 20
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """A line: its number, the first being 1, and its bytes without the end."""

    number: int
    raw: bytes


@contextmanager
def opened(file: str) -> Iterator[Iterator[Iterator[Line]]]:
    """Open a file, or stdin for ``-``; gives batches of lines.

    A file is one batch. A pipe gives what has arrived by then, so that a program can
    wait for the answer to a line before it writes the next one.

    Raises:
        FileMissing: there is no such file.
    """
    if file == "-":
        yield _batches(sys.stdin.buffer)
        return
    path = Path(file)
    if not path.exists():
        raise FileMissing(path=file)
    with path.open("rb") as stream:
        yield _batches(stream)


def _batches(stream: BinaryIO) -> Iterator[Iterator[Line]]:
    if _is_file(stream):
        yield _numbered(_whole_lines(stream), 1)
        return
    number = 1
    for lines in _arrived(stream):
        yield _numbered(iter(lines), number)
        number += len(lines)


def _is_file(stream: BinaryIO) -> bool:
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except OSError:
        return True  # something in memory, as tests have it


def _whole_lines(stream: BinaryIO) -> Iterator[bytes]:
    while line := stream.readline(LINE_BYTES_MAX + 1):
        if len(line) > LINE_BYTES_MAX and not line.endswith(b"\n"):
            _skip_rest(stream)
        yield line.rstrip(b"\r\n")


def _skip_rest(stream: BinaryIO) -> None:
    while rest := stream.readline(LINE_BYTES_MAX):
        if rest.endswith(b"\n"):
            return


def _arrived(stream: BinaryIO) -> Iterator[list[bytes]]:
    """Give the lines of each piece that a pipe hands over."""
    # A wide pipe fills while a piece is recorded: fewer and larger blocks.
    with suppress(OSError):
        fcntl.fcntl(stream.fileno(), fcntl.F_SETPIPE_SZ, READ_BYTES)
    rest = b""
    while piece := _read(stream.fileno()):
        lines = (rest + piece).split(b"\n")
        # Kept only as far as it can tell that the line is too long.
        rest = lines.pop()[: LINE_BYTES_MAX + 1]
        if lines:
            yield [line.rstrip(b"\r") for line in lines]
    if rest:
        yield [rest]


def _read(descriptor: int) -> bytes:
    """Wait for the next piece, looking up each second.

    A Ctrl-C between two system calls does not end a wait: it is seen when we look up.
    """
    while not select.select([descriptor], [], [], 1)[0]:
        pass
    return os.read(descriptor, READ_BYTES)


def _numbered(lines: Iterator[bytes], first: int) -> Iterator[Line]:
    for number, raw in enumerate(lines, start=first):
        yield Line(number, raw.removeprefix(_BYTE_ORDER_MARK) if number == 1 else raw)
