"""The journal that a killed process leaves beside the registry, looked at first.

When SQLite opens a file whose last writer was killed, it takes over the blocks in the
journal (the WAL) up to the first frame that is not whole, and forgets the rest without
a word. After a cut of power that is right: the last, unfinished block was acknowledged
to nobody. But if a bit has turned in an earlier frame, blocks that were acknowledged
would be gone. Then whole transactions follow the broken frame, and that is what is
looked for here, before SQLite may write or delete anything.

A bit turned in the very last block cannot be told from a block that was never finished;
those who hold its receipts will find it missing.

Source: sqlite.org/fileformat2.html (the write-ahead log), sqlite.org/walformat.html.
"""

from __future__ import annotations

import os
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import BinaryIO

from urdimbre.recording.answers import StorageFailed

HEADER = struct.Struct(">8I")
FRAME = struct.Struct(">6I")
MAGIC = (0x377F0682, 0x377F0683)
"""Checksums over little-endian and over big-endian words."""
_SHARED_FRAMES_AT = 16
"""Where the shared index tells, in the machine's byte order, the last valid frame."""
_UNFINISHED_MAX = 1
"""A cut of power may leave one transaction that is there but not whole."""
_WORD = 0xFFFFFFFF


def address_to_look(database: Path) -> str:
    """Return the address by which SQLite opens a file only to look at it.

    Even for that it makes files beside it, to share the journal with a writer. Where
    nothing can be made, as on a medium that is read only, and no journal lies, there is
    nobody to share with: the file is then taken as one that does not change.
    """
    address = f"{database.absolute().as_uri()}?mode=ro"
    journal = database.with_name(f"{database.name}-wal")
    if os.access(database.parent, os.W_OK) or journal.exists():
        return address
    return f"{address}&immutable=1"


def look_for_lost_blocks(database: Path) -> None:
    """Refuse a journal of which SQLite would leave out whole transactions.

    Raises:
        StorageFailed: acknowledged blocks would be lost.
        sqlite3.Error: the file cannot be read.
    """
    path = database.with_name(f"{database.name}-wal")
    if not path.is_file() or path.stat().st_size <= HEADER.size:
        return
    with path.open("rb") as journal:
        head = journal.read(HEADER.size)
        # First what is there, then what SQLite takes of it: meanwhile a writer may add
        # blocks, and is then a block ahead at most, or begin the journal anew.
        ends = list(_ends(journal, head))
        valid = _valid_frames(database)
        journal.seek(0)
        if journal.read(HEADER.size) != head:
            return
    if not _is_header(head):
        raise StorageFailed(f"{path.name} has a damaged header", damage=True)
    lost = sum(end > valid for end in ends)
    if lost > _UNFINISHED_MAX:
        raise StorageFailed(
            f"{path.name} is damaged after frame {valid}: {lost} blocks follow",
            damage=True,
        )


def _is_header(head: bytes) -> bool:
    magic, *_ = HEADER.unpack(head)
    if magic not in MAGIC:
        return False
    words = struct.unpack("<8I" if magic == MAGIC[0] else ">8I", head)
    first = second = 0
    for at in range(0, 6, 2):
        first = (first + words[at] + second) & _WORD
        second = (second + words[at + 1] + first) & _WORD
    return HEADER.unpack(head)[6:] == (first, second)


def _valid_frames(database: Path) -> int:
    """Let SQLite read the journal, without the right to change it; count what it took.

    Opening for reading checks every frame and notes the last whole one in the shared
    index.
    """
    uri = address_to_look(database)
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        with database.with_name(f"{database.name}-shm").open("rb") as shared:
            shared.seek(_SHARED_FRAMES_AT)
            (frames,) = struct.unpack("=I", shared.read(4))
    return int(frames)


def _ends(journal: BinaryIO, head: bytes) -> Iterator[int]:
    """Give the numbers of this journal's frames that end a transaction."""
    _, _, page_size, _, *salts, _, _ = HEADER.unpack(head)
    for number in count(1):
        journal.seek(HEADER.size + (number - 1) * (FRAME.size + page_size))
        frame = journal.read(FRAME.size)
        if len(frame) < FRAME.size:
            return
        _, pages, *found, _, _ = FRAME.unpack(frame)
        # Frames with other salts are left from before the journal was begun anew.
        if pages and found == salts:
            yield number
