"""The files that another program has given: one, a folder of them, or an archive."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from urdimbre.adapters.interchange.answers import BrokenArchive
from urdimbre.adapters.interchange.sheet import SHEET_BYTES_MAX

_ZIP = b"PK\x03\x04"
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError),
    *(NotImplementedError, RuntimeError),  # packed in a way unknown here, or locked
)
_NOT_OURS = "__MACOSX"


class Piece(NamedTuple):
    """A file: its name, empty if it is the only one, and what is in it."""

    name: str
    raw: bytes


class PiecesTooLarge(ValueError):
    """More bytes, unpacked, than are read at once."""


def pieces_in(folder: Path) -> list[Piece]:
    """Read the files of a folder, in the order of their names.

    Raises:
        PiecesTooLarge: together they are.
    """
    found: list[Piece] = []
    left = SHEET_BYTES_MAX
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.name.startswith("."):
            with path.open("rb") as stream:
                raw = stream.read(left + 1)
            left = _left(left, raw)
            found.append(Piece(path.name, raw))
    return found


def unpacked(raw: bytes) -> list[Piece] | BrokenArchive:
    """Give the files of an archive, or the one file that this is.

    Raises:
        PiecesTooLarge: unpacked they are.
    """
    if not raw.startswith(_ZIP):
        return [Piece("", raw)]
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _members(archive)
    except _DAMAGED:
        return BrokenArchive()


def _members(archive: zipfile.ZipFile) -> list[Piece]:
    found: list[Piece] = []
    left = SHEET_BYTES_MAX
    for member in sorted(archive.infolist(), key=lambda one: one.filename):
        place = PurePosixPath(member.filename)
        hidden = place.name.startswith(".") or _NOT_OURS in place.parts
        if member.is_dir() or hidden:
            continue
        # What the archive says of its sizes is not believed: reading stops.
        with archive.open(member) as stream:
            raw = stream.read(left + 1)
        left = _left(left, raw)
        found.append(Piece(place.name, raw))
    return found


def _left(before: int, raw: bytes) -> int:
    if len(raw) > before:
        raise PiecesTooLarge
    return before - len(raw)
