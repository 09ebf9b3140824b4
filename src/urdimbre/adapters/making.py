"""Folders that appear whole or not at all: made beside their place, then renamed.

A program that is killed leaves what it had made so far; the next one takes it away.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK_FILE = "lock"
DRAFT = "draft"


class BeingMade(Exception):
    """Another program is making the same folder.

    Attributes:
        path: what is being made.
    """

    def __init__(self, path: Path) -> None:
        """Keep which folder."""
        super().__init__(f"{path} is being made by another process")
        self.path = path


@contextmanager
def made_beside(path: Path) -> Iterator[Path]:
    """Give the place of a draft of a folder; what is left there at the end goes.

    The lock is held as long as the draft is worked on, so that a draft without one
    belongs to nobody any more.

    Raises:
        BeingMade: another process works on it.
        OSError: the system does not let it be made there; names the folder itself.
    """
    target = path.absolute()
    place = target.parent / f".{target.name}.making"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = _locked(place, path)
    except OSError as failed:
        raise OSError(failed.errno, failed.strerror, str(path)) from None
    try:
        draft = place / DRAFT
        shutil.rmtree(draft, ignore_errors=True)
        yield draft
    finally:
        shutil.rmtree(place, ignore_errors=True)
        os.close(lock)


def _locked(place: Path, path: Path) -> int:
    """Lock the place; one that its last holder takes away meanwhile is made again."""
    while True:
        place.mkdir(mode=0o700, exist_ok=True)
        try:
            lock = os.open(place / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(lock, place / LOCK_FILE):
                return lock
        except OSError:
            os.close(lock)
            raise BeingMade(path) from None
        os.close(lock)


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
