"""Bundles: the whole log in one file, to be verified or reopened elsewhere.

A tar in the layout of C2SP ``tlog-tiles``: the checkpoint, hash tiles, entry tiles, the
last ones partial, and all headers as lines. No names, payloads or salts.
"""

from __future__ import annotations

import io
import re
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from urdimbre.adapters.differences import Difference, FoundDifference
from urdimbre.adapters.since import Kept
from urdimbre.adapters.unfit import Unfit
from urdimbre.adapters.verification import (
    Replayed,
    Verification,
    checkpoint_wrong,
)
from urdimbre.core.chain.entry import HEADER
from urdimbre.core.refusals import Reason, gettext_noop
from urdimbre.recording.log_tree import WIDTH, LogTree, reopened
from urdimbre.recording.ports import Store
from urdimbre.recording.signatures import Verdicts

CHECKPOINT = "checkpoint"
HEADERS = "headers.jsonl"
MEMBER_BYTES_MAX = 64 << 20
"""Most that one file of a bundle may hold: a tile of the largest entries is 9 MB."""

_PLACE = re.compile(r"tile/(entries|[0-9]+)/((?:x[0-9]{3}/)*[0-9]{3})(\.p/([0-9]+))?")
_GROUP = 1000
COVERED = ("entry", "tile", "checkpoint", "header")


class NotABundle(Unfit):
    """A file that is no bundle of a circuit."""

    code = "not_a_bundle"
    says = gettext_noop("{path} is not the bundle of a circuit: {reason}.")
    hint = gettext_noop("Export it again: urdimbre export DIR --what all -o FILE.")
    exit_code = 5


def tile_path(kind: str, number: int, width: int = WIDTH) -> str:
    """Name a tile as C2SP does: ``tile/0/x001/x234/067.p/12``."""
    number, last = divmod(number, _GROUP)
    groups = [f"{last:03d}"]
    while number:
        number, group = divmod(number, _GROUP)
        groups.insert(0, f"x{group:03d}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{kind}/{'/'.join(groups)}{partial}"


def write_bundle(store: Store, path: Path) -> None:
    """Write the bundle of a registry; the file appears whole or not at all."""
    last = store.last_block()
    size = 0 if last is None else last.position + 1
    log = reopened(size, store.tile, store.entries(size - size % WIDTH))
    draft = path.with_name(f".{path.name}.part")
    try:
        with tarfile.open(draft, "w", format=tarfile.USTAR_FORMAT) as tar:
            _add(tar, CHECKPOINT, (store.mark("checkpoint") or "").encode())
            for name, hashes in _hash_tiles(store, log):
                _add(tar, name, hashes)
            headers = _add_entries(tar, store, size)
            _add(tar, HEADERS, b"".join(headers))
        draft.replace(path)
    finally:
        with suppress(OSError):
            draft.unlink()


def is_bundle(path: Path) -> bool:
    """Tell whether a file is a tar."""
    return path.is_file() and tarfile.is_tarfile(path)


def read_entries(path: Path) -> Iterator[bytes]:
    """Give the entries of a bundle in order.

    Raises:
        NotABundle: it is none, or a tile is missing or cut short.
    """
    with _opened(path) as tar:
        yield from _entries(path, tar)


def checkpoint_of(path: Path) -> str:
    """Return the checkpoint of a bundle, a signed note.

    Raises:
        NotABundle: it is none.
    """
    with _opened(path) as tar:
        return _content(path, tar, CHECKPOINT).decode("utf-8", "replace")


def verify_bundle(
    path: Path, *, verdicts: Verdicts | None = None, kept: Kept | None = None
) -> Verification:
    """Replay the entries of a bundle; compare tree, headers and checkpoint.

    Args:
        path: of the file.
        verdicts: verifies lots of signatures; a process of its own by default.
        kept: verify signatures only after this checkpoint, which must hold.

    Raises:
        NotABundle: it cannot be read as one.
    """
    with tempfile.TemporaryDirectory(prefix="urdimbre-verify-") as scratch:
        replayed = Replayed(Path(scratch), verdicts=verdicts)
        replayed.kept = kept
        with closing(replayed), _opened(path) as tar:
            try:
                replayed.run(_entries(path, tar))
                _compare(path, tar, replayed)
            except FoundDifference as found:
                return replayed.told(COVERED, found.difference)
            return replayed.told(COVERED, None)


def _opened(path: Path) -> tarfile.TarFile:
    try:
        with tarfile.open(path, "r:") as whole:
            names = whole.getnames()  # one that is cut short shows it only at its end
        if len(names) != len(set(names)):
            raise NotABundle(path=path, reason=Reason("a file stands twice in it"))
        return tarfile.open(path, "r:")
    except (tarfile.TarError, OSError) as failed:
        raise NotABundle(path=path, reason=str(failed)) from None


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    # Nothing of the machine goes in: no time, owner or mode of its own.
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


def _hash_tiles(store: Store, log: LogTree) -> Iterator[tuple[str, bytes]]:
    for level in range(log.levels):
        full = log.size >> (8 * (level + 1))
        for number in range(full):
            yield tile_path(str(level), number), store.tile(level, number) or b""
        rest = log.unfinished(level)
        if rest:
            yield tile_path(str(level), full, len(rest) // 32), rest


def _add_entries(tar: tarfile.TarFile, store: Store, size: int) -> list[bytes]:
    """Add the entry tiles; returns the headers as lines."""
    tile: list[bytes] = []
    headers: list[bytes] = []
    for position, entry in enumerate(store.entries()):
        tile.append(len(entry).to_bytes(2, "big") + entry)
        if entry[0] == HEADER:
            headers.append(entry[1:] + b"\n")
        if len(tile) == WIDTH or position == size - 1:
            name = tile_path("entries", position // WIDTH, len(tile))
            _add(tar, name, b"".join(tile))
            tile = []
    return headers


def _content(path: Path, tar: tarfile.TarFile, name: str) -> bytes:
    try:
        member = tar.getmember(name)
        held = tar.extractfile(member) if member.isreg() else None
        if held is None or member.size > MEMBER_BYTES_MAX:
            raise NotABundle(
                path=path,
                reason=Reason("{file} is no plain file of bearable size", file=name),
            )
        return held.read()
    except KeyError:
        raise NotABundle(
            path=path, reason=Reason("{file} is missing", file=name)
        ) from None
    except (tarfile.TarError, OSError) as failed:
        raise NotABundle(
            path=path, reason=Reason("{file}: {reason}", file=name, reason=str(failed))
        ) from None


def _places(tar: tarfile.TarFile, kind: str) -> list[tuple[int, str]]:
    """Return the tiles of one kind by number."""
    found = []
    for name in tar.getnames():
        parts = _PLACE.fullmatch(name)
        if parts and parts[1] == kind:
            number = int("".join(group.lstrip("x") for group in parts[2].split("/")))
            found.append((number, name))
    return sorted(found)


def _entries(path: Path, tar: tarfile.TarFile) -> Iterator[bytes]:
    for expected, (number, name) in enumerate(_places(tar, "entries")):
        if number != expected:
            missing = expected * WIDTH
            raise NotABundle(
                path=path,
                reason=Reason("the entries from {index} on are missing", index=missing),
            )
        count = 0
        for entry in _split(path, name, _content(path, tar, name)):
            count += 1
            yield entry
        if name != tile_path("entries", number, count):
            raise NotABundle(
                path=path,
                reason=Reason(
                    "{file} holds so many entries: {count}", file=name, count=count
                ),
            )


def _split(path: Path, name: str, content: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        length = int.from_bytes(content[at : at + 2], "big")
        entry = content[at + 2 : at + 2 + length]
        if len(entry) != length or not entry:
            raise NotABundle(path=path, reason=Reason("{file} is cut short", file=name))
        yield entry
        at += 2 + length


def _compare(path: Path, tar: tarfile.TarFile, replayed: Replayed) -> None:
    chain = replayed.chain
    store: Callable[[int, int], bytes | None] = chain.store.tile
    text = _content(path, tar, CHECKPOINT).decode("utf-8", "replace")
    wrong = checkpoint_wrong(chain, text)
    if wrong:
        raise FoundDifference(Difference(table="checkpoint", reason=wrong))
    names = {CHECKPOINT, HEADERS}
    for level in range(chain.log.levels):
        full = chain.log.size >> (8 * (level + 1))
        for number in range(full + 1):
            whole = number < full
            expected = store(level, number) if whole else chain.log.unfinished(level)
            if not expected:
                continue
            name = tile_path(str(level), number, len(expected) // 32)
            names.add(name)
            if _content(path, tar, name) != expected:
                raise _differs("tile", name)
    names.update(name for _, name in _places(tar, "entries"))
    extra = sorted(set(tar.getnames()) - names)
    if extra:
        raise _differs(extra[0], extra[0], Reason("does not belong in a bundle"))
    _compare_headers(path, tar)


def _compare_headers(path: Path, tar: tarfile.TarFile) -> None:
    lines = iter(_content(path, tar, HEADERS).splitlines(keepends=True))
    for position, entry in enumerate(_entries(path, tar)):
        if entry[0] == HEADER and next(lines, b"") != entry[1:] + b"\n":
            raise FoundDifference(
                Difference(
                    table="header",
                    entry=position,
                    reason=Reason("is not that of the log"),
                )
            )
    if next(lines, None) is not None:
        raise _differs("header", HEADERS, Reason("tells more headers than the log has"))


_OTHERWISE = Reason("is not what the log gives")


def _differs(table: str, name: str, reason: Reason = _OTHERWISE) -> FoundDifference:
    return FoundDifference(Difference(table=table, key={"file": name}, reason=reason))
