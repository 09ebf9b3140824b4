"""Kept timestamps as one file of a backup; needs none of the libraries of anchoring."""

from __future__ import annotations

import io
import os
import re
import tarfile
from pathlib import Path
from typing import Final

from urdimbre.adapters.folder import sync_folder
from urdimbre.core.refusals import Reason

STAMPS_FOLDER: Final = Path("stamps")
STAMP_BYTES_MAX: Final = 1 << 20
_NAME = re.compile(r"(0|[1-9][0-9]{0,18})\.(tsr|checkpoint)")
_MODE = 0o600


class NoStamps(ValueError):
    """A file that holds something else than timestamps and their checkpoints.

    Attributes:
        reason: what is wrong with it.
    """

    def __init__(self, reason: Reason) -> None:
        """Keep what is wrong."""
        super().__init__(reason)
        self.reason = reason


def pack_stamps(folder: Path, target: Path) -> bool:
    """Write the timestamps of a circuit into a tar; tells whether there are any.

    A checkpoint is there before its timestamp and neither is changed again, so nobody
    has to stop stamping meanwhile.
    """
    stamps = sorted((folder / STAMPS_FOLDER).glob("*.tsr"))
    if not stamps:
        return False
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as tar:
        for stamp in stamps:
            for path in (stamp.with_suffix(".checkpoint"), stamp):
                _add(tar, path)
    return True


def keep_stamp(kept: Path, *, note: bytes, answer: bytes) -> None:
    """Keep a timestamp and the checkpoint it is of; on disk when this returns.

    The checkpoint first, and the timestamp under its name only when it is whole: one
    that is there is never asked for again.

    Args:
        kept: file of the timestamp.
        note: the signed checkpoint.
        answer: the authority's, whole.
    """
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    draft = kept.with_suffix(".part")
    for path, content, whole in (
        (draft, note, kept.with_suffix(".checkpoint")),
        (draft, answer, kept),
    ):
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        path.replace(whole)
    sync_folder(kept.parent)
    sync_folder(kept.parent.parent)


def unpack_stamps(source: Path, folder: Path) -> None:
    """Put the timestamps of a backup into a circuit's folder.

    Raises:
        NoStamps: there is something else in it.
    """
    place = folder / STAMPS_FOLDER
    place.mkdir(mode=0o700)
    try:
        with tarfile.open(source, "r:") as tar:
            for member in tar:
                _take(tar, member, place)
    except (tarfile.TarError, OSError) as failed:
        raise NoStamps(
            Reason("it cannot be read: {reason}", reason=str(failed))
        ) from None


def _add(tar: tarfile.TarFile, path: Path) -> None:
    content = path.read_bytes()
    member = tarfile.TarInfo(path.name)  # nothing of the machine: no time or owner
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


def _take(tar: tarfile.TarFile, member: tarfile.TarInfo, place: Path) -> None:
    fits = _NAME.fullmatch(member.name) and member.size <= STAMP_BYTES_MAX
    held = tar.extractfile(member) if fits and member.isreg() else None
    if held is None:
        raise NoStamps(Reason("{file} is no timestamp", file=member.name))
    handle = os.open(place / member.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
    with os.fdopen(handle, "wb") as file:
        file.write(held.read())
        file.flush()
        os.fsync(file.fileno())
