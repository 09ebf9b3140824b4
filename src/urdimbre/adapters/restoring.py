"""A circuit from its backup: whole or not at all, and never a second history."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from urdimbre.adapters.anchor.keeping import NoStamps, unpack_stamps
from urdimbre.adapters.backup import (
    DESK,
    REGISTRY,
    STAMPS,
    Backup,
    BackupFailed,
    Plain,
    is_backup,
    read_head,
    read_plain,
    take_out,
)
from urdimbre.adapters.checkpoints import (
    Seen,
    largest_ahead,
    largest_told,
    read_seen,
    signer_of,
)
from urdimbre.adapters.desk import ERASABLE, Desk, Erased
from urdimbre.adapters.folder import is_circuit, made_whole
from urdimbre.adapters.keys.server import copy_keys, copy_witness_key
from urdimbre.adapters.standing import mark_behind
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.adapters.witnessing.book import WITNESS_BOOK, Book
from urdimbre.core.chain import notes
from urdimbre.core.refusals import Reason
from urdimbre.recording.chain import Chain
from urdimbre.recording.loading import load, node_keys
from urdimbre.recording.registry import dump


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came back.

    Attributes:
        genesis: the circuit's id, hex.
        size: entries of the log.
        made: when the backup was taken, seconds UTC.
        private: ``restored``, ``expired`` or ``absent``.
        erased: erasures made after the backup that were made again.
        keys: whether key files were put beside it.
        seen: entries that somebody has seen; ``None`` if nobody was asked.
        open: whether it may record.
        silent: whether its key as a witness came back, which cosigns nothing until
            somebody answers for it.
    """

    genesis: str
    size: int
    made: int
    private: str
    erased: int
    keys: bool
    seen: int | None
    open: bool
    silent: bool

    def told(self) -> dict[str, Any]:
        """Return it as ``restore --json`` prints it."""
        return asdict(self)


def restore(
    backup: Path,
    folder: Path,
    *,
    now: int,
    seen: Iterable[str] = (),
    nothing_later: bool = False,
    erased: Iterable[Erased] = (),
    keys: Path | None = None,
) -> Restored:
    """Make a circuit's folder from a backup.

    Args:
        backup: the file.
        folder: new, or empty.
        now: seconds UTC; a private part past its date stays out.
        seen: checkpoints that witnesses, peers or members have seen.
        nothing_later: somebody answers for it that nothing was recorded afterwards.
        erased: erasures made after the backup.
        keys: folder with the files ``kek`` and ``node``, and ``witness`` if the old
            key is to witness again.

    Raises:
        BackupFailed: it is not whole, or not what a node has signed.
        FolderNotEmpty: there is something in the folder.
        Forked: somebody has seen another log.
    """
    with made_whole(folder) as draft:
        head = read_head(backup)
        take_out(backup, REGISTRY, draft / REGISTRY)
        ahead, asked = _standing(backup, draft, head, seen)
        private, again = _desk(backup, draft, head, now=now, erased=erased)
        if keys is not None:
            copy_keys(keys, draft)
        silent = _witness(backup, draft, keys, now=now)
        _stamps(backup, draft)
        closed = ahead is not None or not (asked or nothing_later)
        if closed:
            mark_behind(draft, ahead)
    return Restored(
        genesis=head.genesis,
        size=head.size,
        made=head.made,
        private=private,
        erased=again,
        keys=keys is not None,
        seen=asked if ahead is None else ahead.size,
        open=not closed,
        silent=silent,
    )


def erasures_from(path: Path) -> list[Erased]:
    """Read what was erased: from a circuit's folder, a later backup or a list.

    A list is JSON, one ``[what, name, at]`` a line.

    Raises:
        BackupFailed: it is none of these.
    """
    if is_circuit(path):
        return Desk(path / DESK, write=False).erased()
    if is_backup(path):
        return read_plain(path).erased
    try:
        lines = path.read_text("utf-8").splitlines()
        found = [Erased(*json.loads(line)) for line in lines]
    except (OSError, ValueError, TypeError):
        raise BackupFailed(
            path=path, reason=Reason("it holds no list of erasures")
        ) from None
    for one in found:
        if one.what not in ERASABLE or tuple(map(type, one)) != (str, str, int):
            raise BackupFailed(
                path=path, reason=Reason("{key} is no erasure", key=str(list(one)))
            )
    return found


def _standing(
    backup: Path, draft: Path, head: Backup, texts: Iterable[str]
) -> tuple[Seen | None, int | None]:
    """Check the log, and whether somebody has seen more; says what the most was."""
    with closing(SqliteStore(draft / REGISTRY, write=False)) as store:
        chain = load(store, loads=orjson.loads, dump=dump)
        keys = node_keys(chain.state)
        if (chain.state.genesis, chain.log.size) != (head.genesis, head.size):
            raise BackupFailed(
                path=backup, reason=Reason("its registry is not the one it names")
            )
        _signed_as_it_stands(backup, chain)
        seen = [read_seen(text, head.genesis, keys) for text in texts]
        ahead = largest_ahead(store, head.size, seen)
    return ahead, largest_told(seen, head.size)


def _signed_as_it_stands(backup: Path, chain: Chain) -> None:
    assert chain.header is not None  # loaded, and of a size
    time = chain.header.time
    keys = node_keys(chain.state)
    possible = [row for row in keys if row.until is None or row.until == time]
    try:
        note = notes.parse_note((chain.store.mark("checkpoint") or "").encode())
        told = notes.parse_checkpoint(note.text)
    except notes.MalformedNote as malformed:
        raise BackupFailed(
            path=backup, reason=Reason("checkpoint: {reason}", reason=malformed.told)
        ) from None
    if (told.size, told.root) != (chain.log.size, chain.log.root()):
        raise BackupFailed(
            path=backup, reason=Reason("its checkpoint is of another log")
        )
    if not signer_of(note, chain.state.genesis, possible):
        raise BackupFailed(
            path=backup, reason=Reason("its checkpoint is not signed by the node")
        )


def _witness(backup: Path, draft: Path, keys: Path | None, *, now: int) -> bool:
    """Bring back what was cosigned, in doubt; tells whether the key came as well."""
    there = take_out(backup, WITNESS_BOOK, draft / WITNESS_BOOK)
    silent = keys is not None and copy_witness_key(keys, draft)
    if there or silent:
        Book(draft).doubt(now)
    return silent


def _stamps(backup: Path, draft: Path) -> None:
    """Bring back the timestamps, if there were any."""
    packed = draft / STAMPS
    if not take_out(backup, STAMPS, packed):
        return
    try:
        unpack_stamps(packed, draft)
    except NoStamps as wrong:
        raise BackupFailed(
            path=backup,
            reason=Reason("{file}: {reason}", file=STAMPS, reason=wrong.reason),
        ) from None
    packed.unlink()


def _desk(
    backup: Path, draft: Path, head: Backup, *, now: int, erased: Iterable[Erased]
) -> tuple[str, int]:
    """Put the desk together; returns what became of its private part."""
    plain = read_plain(backup)
    private = "absent" if head.private_until is None else "expired"
    if head.private_until is not None and now < head.private_until:
        take_out(backup, DESK, draft / DESK)
        private = "restored"
    desk = Desk(draft / DESK)
    if private != "restored":
        desk.erase_again(plain.erased)
        desk.set_shown(plain.shown)
        desk.add_products(plain.products)
    desk.add_keys(plain.keys)
    later = _later(plain, erased)
    desk.erase_again(later)
    return private, len(later)


def _later(plain: Plain, erased: Iterable[Erased]) -> Sequence[Erased]:
    """Give the erasures that the backup has not heard of; the latest of each."""
    known = set(plain.erased)
    found: dict[tuple[str, str], Erased] = {}
    for one in sorted(set(erased) - known, key=lambda one: one.at):
        found[one.what, one.name] = one
    return list(found.values())
