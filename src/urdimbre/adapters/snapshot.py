"""Snapshots: the state after one block in a file, and the proof that it is that state.

A snapshot opens only if its rows give the state root of its header, and its header is
the last entry under its checkpoint. Its form, of version 1: a line that names it, then
parts, each ``u32 length || bytes``, numbers big-endian:

1. canonical JSON ``{"edge", "genesis", "header", "rows", "size"}``: the right edge of
   the log's tree, level by level, the paths of the first and last entry, two numbers;
2. the checkpoint, 3. the genesis entry, 4. the header's entry;
5. for each row of the state, in order: ``u16 length of key || key || value``.

It is written and checked in a memory that does not grow with its length.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from urdimbre.adapters.checkpoints import signer_of
from urdimbre.adapters.engines import read_tables
from urdimbre.adapters.unfit import Unfit
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import BrokenEntry, decode, genesis_id
from urdimbre.core.chain.header import Header, read_header
from urdimbre.core.chain.merkle import (
    NotPerfectSubtrees,
    check_inclusion,
    leaf_hash,
)
from urdimbre.core.chain.state_tree import leaf, root_of
from urdimbre.core.circuit import RULES, decode_row
from urdimbre.core.encoding import dumps
from urdimbre.core.membership.rows import Key, Member
from urdimbre.core.refusals import Reason, gettext_noop
from urdimbre.recording import Damaged
from urdimbre.recording.chain import Chain, origin_of
from urdimbre.recording.loading import node_keys, take_rows
from urdimbre.recording.log_tree import WIDTH, LogTree, from_edge, reopened
from urdimbre.recording.ports import StateRow, Store
from urdimbre.recording.registry import dump

MAGIC = b"urdimbre/snapshot/v1\n"
PART_BYTES_MAX = 1 << 20
"""Most that a part may hold: an entry has at most 36 kB, a row much less."""
_HEAD = ("edge", "genesis", "header", "rows", "size")


class NotASnapshot(Unfit):
    """A file that is no snapshot, or one whose proofs do not hold."""

    code = "not_a_snapshot"
    says = gettext_noop("{path} is not a snapshot that holds: {reason}.")
    hint = gettext_noop("Write it again from the circuit: urdimbre snapshot DIR.")
    exit_code = 3


class NotTheFront(ValueError):
    """The first part of a snapshot is not as it is written.

    Attributes:
        reason: what is wrong with it.
    """

    def __init__(self, reason: Reason) -> None:
        """Keep what is wrong."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a snapshot says, and what holds of it.

    Attributes:
        genesis: the circuit's id, hex.
        height: of the block after which it was taken.
        size: entries of the log.
        rows: of the state.
        time: of the block, seconds UTC.
        state_root: hex.
        log_root: hex.
        node_key: the key that signed the checkpoint, hex.
        unproven: ``log_key`` if nobody has said which key to trust.
    """

    genesis: str
    height: int
    size: int
    rows: int
    time: int
    state_root: str
    log_root: str
    node_key: str
    unproven: tuple[str, ...]

    def told(self) -> dict[str, Any]:
        """Return it as ``snapshot --json`` prints it."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Front:
    """All but the rows, with its own proofs checked."""

    log: LogTree
    root: bytes
    rows: int
    note: notes.Note
    genesis: str
    header: Header


def write_snapshot(store: Store, path: Path) -> None:
    """Write the snapshot of a registry as the store sees it.

    Raises:
        Damaged: there is no block or no checkpoint to stand under.
    """
    last, checkpoint = store.last_block(), store.mark("checkpoint")
    if last is None or checkpoint is None:
        raise Damaged("meta", Reason("has no checkpoint"))
    size = last.position + 1
    log = reopened(size, store.tile, store.entries(size - size % WIDTH))
    genesis, header = store.entry(0), store.entry(last.position)
    if genesis is None or header is None:
        raise Damaged("entry", Reason("has no first or no last entry"))
    ((rows,),) = store.query("SELECT count(*) FROM state")
    head = {
        "edge": [hashes.hex() for hashes in log.edge],
        "genesis": [one.hex() for one in log.path(0, store.tile)],
        "header": [one.hex() for one in log.path(last.position, store.tile)],
        "rows": rows,
        "size": size,
    }
    with path.open("wb") as file:
        file.write(MAGIC)
        for part in (dumps(head), checkpoint.encode(), genesis, header):
            file.write(_framed(part))
        for row in store.state():
            name = row.key.encode("ascii")
            file.write(_framed(len(name).to_bytes(2, "big") + name + row.value))


def is_snapshot(path: Path) -> bool:
    """Tell whether a file begins like a snapshot."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def checkpoint_in(path: Path) -> bytes:
    """Return the checkpoint that a snapshot stands under, a signed note.

    Raises:
        NotASnapshot: it is none.
    """
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise NotASnapshot(path=path, reason=Reason("it does not begin like one"))
        _part(path, file)
        return _part(path, file)


def check_snapshot(
    path: Path, *, genesis: str | None = None, log_key: bytes | None = None
) -> Held:
    """Check a snapshot without keeping its rows.

    Args:
        path: of the file.
        genesis: the circuit that it must be of, hex.
        log_key: the node's key that must have signed; otherwise that of the state
            itself, which a forger could have put there.

    Raises:
        NotASnapshot: it is none, or its proofs do not hold.
    """
    with path.open("rb") as file:
        front = _front(path, file, genesis)
        nodes: set[str] = set()
        keys: list[Key] = []

        def leaves() -> Iterator[bytes]:
            for row in _rows(path, file, front.rows):
                if row.key.startswith(("member/", "key/")):
                    _remember(path, row, nodes, keys)
                yield leaf(row.key, row.value)

        root = root_of(leaves())
    return _held(path, front, root, keys, log_key)


def open_snapshot(
    path: Path,
    store: Store,
    *,
    genesis: str | None = None,
    log_key: bytes | None = None,
) -> tuple[Chain, Held]:
    """Take up the chain where a snapshot stands, to replay what came after it.

    Args:
        path: of the file.
        store: where the chain writes on, and looks up the acts that later ones cite.
        genesis: the circuit that it must be of, hex.
        log_key: the node's key that must have signed, see ``check_snapshot``.

    Raises:
        NotASnapshot: it is none, or its proofs do not hold.
    """
    chain = Chain(store, loads=orjson.loads, dump=dump)
    with path.open("rb") as file:
        front = _front(path, file, genesis)
        try:
            take_rows(chain, _rows(path, file, front.rows))
        except Damaged as damaged:
            raise NotASnapshot(
                path=path,
                reason=Reason(
                    "{table}: {reason}", table=damaged.table, reason=damaged.reason
                ),
            ) from None
    keys = node_keys(chain.state)
    held = _held(path, front, chain.rows.root(), keys, log_key)
    chain.state.genesis, chain.state.time = front.genesis, front.header.time
    chain.log, chain.header = front.log, front.header
    chain.node_key, chain.sealed_by = keys[-1].public, held.node_key
    return chain, held


def _framed(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part


def _part(path: Path, file: BinaryIO) -> bytes:
    length = int.from_bytes(file.read(4), "big")
    if not 0 < length <= PART_BYTES_MAX:
        raise NotASnapshot(path=path, reason=Reason("a part is missing or too long"))
    part = file.read(length)
    if len(part) != length:
        raise NotASnapshot(path=path, reason=Reason("it is cut short"))
    return part


def _front(path: Path, file: BinaryIO, genesis: str | None) -> _Front:
    """Read all that comes before the rows, and check what the checkpoint proves."""
    if file.read(len(MAGIC)) != MAGIC:
        raise NotASnapshot(path=path, reason=Reason("it does not begin like one"))
    head, note, first, last = (_part(path, file) for _ in range(4))
    try:
        told = _told(head)
        parsed = notes.parse_note(note)
        checkpoint = notes.parse_checkpoint(parsed.text)
        header, found = read_header(last[1:]), genesis_id(decode(first).act)
        log = from_edge(told["size"], told["edge"])
    except (ValueError, KeyError, TypeError, BrokenEntry) as wrong:
        raise NotASnapshot(
            path=path,
            reason=Reason("its front cannot be read: {reason}", reason=_why(wrong)),
        ) from None
    except NotPerfectSubtrees:
        raise NotASnapshot(
            path=path, reason=Reason("its edge is none of a tree")
        ) from None
    size, root = checkpoint.size, checkpoint.root
    checks: tuple[tuple[bool, Reason], ...] = (
        (genesis in (None, found), Reason("it is of another circuit")),
        (
            checkpoint.origin == origin_of(found),
            Reason("the checkpoint is of another circuit"),
        ),
        (size == told["size"] == header.size + 1, Reason("its sizes differ")),
        (header.entry() == last, Reason("the header is no header's entry")),
        (log.root() == root, Reason("the edge does not give the checkpoint's root")),
        (
            _under(first, 0, size, told["genesis"], root),
            Reason("the genesis is not proven"),
        ),
        (
            _under(last, size - 1, size, told["header"], root),
            Reason("the header is not proven"),
        ),
        (
            header.rules <= RULES,
            Reason("it was made under rules {rules}", rules=header.rules),
        ),
    )
    for holds, reason in checks:
        if not holds:
            raise NotASnapshot(path=path, reason=reason)
    return _Front(
        log=log,
        root=root,
        rows=told["rows"],
        note=parsed,
        genesis=found,
        header=header,
    )


def _told(head: bytes) -> dict[str, Any]:
    told = json.loads(head)
    if type(told) is not dict or tuple(sorted(told)) != _HEAD:
        raise NotTheFront(Reason("its first part has other fields"))
    if not all(type(told[name]) is int for name in ("rows", "size")):
        raise NotTheFront(Reason("its numbers are none"))
    lists = ("edge", "genesis", "header")
    read = told | {name: [bytes.fromhex(one) for one in told[name]] for name in lists}
    plain = read | {name: [one.hex() for one in read[name]] for name in lists}
    if dumps(plain) != head:
        raise NotTheFront(Reason("its first part is not canonical"))
    return read


def _why(wrong: Exception) -> Reason | str:
    """Say why the front cannot be read; what is ours can be told in any language."""
    if isinstance(wrong, notes.MalformedNote):
        return wrong.told
    if isinstance(wrong, BrokenEntry | NotTheFront):
        return wrong.reason
    return f"{type(wrong).__name__}: {wrong}"


def _under(entry: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    return check_inclusion(index, size, leaf_hash(entry), path, root)


def _rows(path: Path, file: BinaryIO, count: int) -> Iterator[StateRow]:
    for place in range(count):
        part = _part(path, file)
        end = 2 + int.from_bytes(part[:2], "big")
        key = part[2:end]
        if len(key) != end - 2 or not key.isascii():
            raise NotASnapshot(
                path=path, reason=Reason("row {index} cannot be read", index=place)
            )
        yield StateRow(place, key.decode("ascii"), part[end:])
    if file.read(1):
        raise NotASnapshot(path=path, reason=Reason("something follows the last row"))


def _remember(path: Path, row: StateRow, nodes: set[str], keys: list[Key]) -> None:
    """Keep the rows that tell which keys are the node's."""
    try:
        read = decode_row(row.key, row.value)
    except (ValueError, KeyError, TypeError):
        raise NotASnapshot(
            path=path, reason=Reason("{key} cannot be read", key=row.key)
        ) from None
    if isinstance(read, Member) and read.kind == "node":
        nodes.add(read.id)
    elif isinstance(read, Key) and read.member in nodes:  # a node precedes its keys
        keys.append(read)


def _held(
    path: Path, front: _Front, root: bytes, keys: list[Key], log_key: bytes | None
) -> Held:
    """Check the rows against the header, and who has signed the checkpoint."""
    if root.hex() != front.header.state_root:
        raise NotASnapshot(
            path=path,
            reason=Reason("its rows do not give the state root of the header"),
        )
    signed = _signed_by(front, keys)
    if not signed:
        raise NotASnapshot(
            path=path, reason=Reason("the node's key in force has not signed")
        )
    if log_key is not None and log_key.hex() != signed:
        raise NotASnapshot(
            path=path,
            reason=Reason("another key than the one to be trusted has signed"),
        )
    return Held(
        genesis=front.genesis,
        height=front.header.height,
        size=front.log.size,
        rows=front.rows,
        time=front.header.time,
        state_root=front.header.state_root,
        log_root=front.root.hex(),
        node_key=signed,
        unproven=("log_key",) if log_key is None else (),
    )


def _signed_by(front: _Front, keys: list[Key]) -> str:
    """Find the node's key that signed: a block that ends a key is signed with it."""
    time = front.header.time
    possible = [row for row in keys if row.until is None or row.until == time]
    return signer_of(front.note, front.genesis, possible)


def snapshot_of(folder: Path, path: Path) -> Held:
    """Write the snapshot of a circuit's registry, wherever it stands, and check it.

    Raises:
        Damaged, StorageFailed: the registry cannot be read.
        NotASnapshot: what was written does not hold.
    """
    with closing(read_tables(folder)) as store:
        write_snapshot(store, path)
    return check_snapshot(path)
