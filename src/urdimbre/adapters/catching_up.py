"""Catching up: the blocks that a restored copy lacks, byte for byte as they were.

What is missing comes from a bundle of the longer log, or from receipts. Nothing is
written that a checkpoint, signed by the node, does not commit to.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from itertools import count, islice
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from urdimbre.adapters.bundle import checkpoint_of as bundle_checkpoint
from urdimbre.adapters.bundle import is_bundle, read_entries, verify_bundle
from urdimbre.adapters.checkpoints import (
    Forked,
    Seen,
    largest_ahead,
    largest_told,
    read_seen,
    signer_of,
)
from urdimbre.adapters.engines import Tables, open_tables
from urdimbre.adapters.folder import lock_folder, look_whether_whole
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.rebuilding import rebuild_if_other
from urdimbre.adapters.standing import (
    clear_behind,
    is_marked,
    mark_behind,
    remembered,
)
from urdimbre.adapters.unfit import Unfit
from urdimbre.adapters.verifying import OtherProcess
from urdimbre.core import circuit
from urdimbre.core.acts import Act
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import HEADER, decode
from urdimbre.core.chain.merkle import Frontier, check_inclusion, leaf_hash
from urdimbre.core.membership.rows import Key
from urdimbre.core.refusals import Reason, gettext_noop
from urdimbre.recording import Projector
from urdimbre.recording.chain import Chain
from urdimbre.recording.loading import load, node_keys
from urdimbre.recording.log_tree import LogTree
from urdimbre.recording.registry import dump
from urdimbre.recording.replay import BrokenLog, Replay
from urdimbre.recording.signatures import Checker

BLOCK_SECONDS = 2 * 86_400
"""How long after the block before a block can have been sealed, to look for its time:
an idle node seals one a day."""
FILE_BYTES_MAX = 1 << 19


class CannotCatchUp(Unfit):
    """What was given does not continue this log."""

    code = "cannot_catch_up"
    says = gettext_noop("This does not continue the log: {reason}")
    hint = gettext_noop(
        "Look for a bundle or for more receipts. If nobody has them, found the circuit "
        "anew and say what was lost: urdimbre refound."
    )
    exit_code = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtUp:
    """Where the copy stands now.

    Attributes:
        before: entries that it had.
        size: entries that it has.
        seen: entries that somebody has seen; ``None`` if nobody was asked.
        open: whether it may record.
    """

    before: int
    size: int
    seen: int | None
    open: bool

    def told(self) -> dict[str, Any]:
        """Return it as ``catch-up --json`` prints it."""
        return asdict(self)


class Proven(NamedTuple):
    """An entry, and the checkpoint under which its receipt holds."""

    entry: bytes
    note: notes.Note


class Receipts(NamedTuple):
    """What a number of receipts hold.

    Attributes:
        proven: entries by their position.
        notes: the checkpoints, by size.
    """

    proven: Mapping[int, Proven]
    notes: Mapping[int, notes.Note]


def catch_up(
    folder: Path,
    sources: Iterable[Path] = (),
    *,
    projector: Projector,
    seen: Iterable[str] = (),
    nothing_later: bool = False,
) -> CaughtUp:
    """Add what a folder lacks, and let it record if nobody has seen more.

    Args:
        folder: of the circuit.
        sources: bundles, or files of receipts.
        projector: a fresh one.
        seen: checkpoints that witnesses, peers or members have seen.
        nothing_later: somebody answers for it that nothing else was recorded.

    Raises:
        CannotCatchUp: the sources do not continue the log.
        Forked: somebody has seen another log.
    """
    look_whether_whole(folder)
    files = list(sources)
    texts = [*seen, *filter(None, [remembered(folder)])]
    lock = lock_folder(folder)
    try:
        store = open_tables(folder, schema=projector.schema)
        with closing(store), closing(OtherProcess()) as verdicts:
            rebuild_if_other(store, folder, type(projector)())
            chain = loaded(store, projector)
            before = chain.log.size
            replay = Replay(
                chain,
                checker=Checker(ed25519.verify, ed25519.admissible),
                verdicts=verdicts,
            )
            texts += _continued(replay, store, files)
            found = _decide(folder, store, chain, texts, nothing_later=nothing_later)
            return replace(found, before=before)
    finally:
        os.close(lock)


def read_receipts(files: Iterable[Path]) -> Receipts:
    """Read receipts; each must hold under its own checkpoint.

    Raises:
        CannotCatchUp: one does not.
    """
    proven: dict[int, Proven] = {}
    found: dict[int, notes.Note] = {}
    for file in files:
        try:
            with file.open("rb") as opened:
                proof = notes.parse_proof(opened.read(FILE_BYTES_MAX))
            told = notes.parse_checkpoint(proof.note.text)
        except (OSError, ValueError) as wrong:
            raise CannotCatchUp(
                reason=Reason("{file} is no receipt: {wrong}.", file=file, wrong=wrong)
            ) from None
        extra = proof.extra or b""
        entry = extra[4 : 4 + int.from_bytes(extra[:4], "big")]
        leaf = leaf_hash(entry)
        if not check_inclusion(proof.index, told.size, leaf, proof.path, told.root):
            raise CannotCatchUp(reason=Reason("{file} does not hold.", file=file))
        before = proven.get(proof.index)
        if before is not None and before.entry != entry:
            raise CannotCatchUp(
                reason=Reason(
                    "Two receipts tell another entry {index}.", index=proof.index
                )
            )
        proven[proof.index] = Proven(entry, proof.note)
        found[told.size] = proof.note
    return Receipts(proven, found)


def _continued(replay: Replay, store: Tables, files: Sequence[Path]) -> list[str]:
    """Take what the files have; returns the checkpoints that stand in them."""
    bundles = [file for file in files if is_bundle(file)]
    for bundle in bundles:
        _from_bundle(replay, store, bundle)
    texts = [bundle_checkpoint(bundle) for bundle in bundles]
    receipts = read_receipts(file for file in files if file not in bundles)
    _from_receipts(replay, store, receipts)
    return texts + [notes.note_bytes(one).decode() for one in receipts.notes.values()]


def loaded(store: Tables, projector: Projector) -> Chain:
    """Take up the chain of a store with the tables that pages read."""
    chain = load(store, loads=orjson.loads, dump=dump)
    projector.load(store.query)
    chain.projector = projector
    return chain


def _from_bundle(replay: Replay, store: Tables, bundle: Path) -> None:
    """Take the blocks that follow ours from a bundle of the whole log."""
    verified = verify_bundle(bundle)
    if verified.first_error is not None:
        reason = verified.first_error.reason
        raise CannotCatchUp(
            reason=Reason(
                "{file} does not verify: {reason}.", file=bundle, reason=reason
            )
        )
    size, root = replay.chain.log.size, replay.chain.log.root()
    text = bundle_checkpoint(bundle)
    entries = read_entries(bundle)
    ours = Frontier()
    for entry in islice(entries, size):
        ours.append(leaf_hash(entry))
    if ours.size == size and ours.root() != root:
        raise Forked(size, text)
    if ours.size < size:
        raise CannotCatchUp(
            reason=Reason("{file} is shorter than this log.", file=bundle)
        )
    _run(replay, entries)
    _stand_under(store, replay.chain, notes.parse_note(text.encode()))


def _stand_under(store: Tables, chain: Chain, note: notes.Note) -> None:
    """Keep the checkpoint of the log as it stands, unless it is there.

    It comes after its block: whoever was killed in between finds it missing.
    """
    told = notes.parse_checkpoint(note.text)
    if (told.size, told.root) != (chain.log.size, chain.log.root()):
        return
    stored = (store.mark("checkpoint") or "").encode()
    if notes.parse_checkpoint(notes.parse_note(stored).text) != told:
        store.set_mark("checkpoint", notes.note_bytes(note).decode())


def _run(replay: Replay, entries: Iterable[bytes]) -> None:
    try:
        replay.run(entries)
    except BrokenLog as broken:
        raise CannotCatchUp(
            reason=Reason(
                "Entry {index} is wrong: {reason}.",
                index=broken.entry,
                reason=broken.reason,
            )
        ) from None


def _from_receipts(replay: Replay, store: Tables, receipts: Receipts) -> None:
    """Take block after block from receipts, as far as they go."""
    chain = replay.chain
    here = receipts.notes.get(chain.log.size)
    if here is not None and signer_of(here, chain.state.genesis, _sealers(chain)):
        _stand_under(store, chain, here)
    while chain.log.size in receipts.proven or chain.log.size + 1 in receipts.notes:
        acts = list(_acts(receipts, chain.log.size))
        place = chain.log.size + len(acts)
        given = receipts.proven.get(place)
        header = _header(chain, acts, receipts) if given is None else given.entry
        if header is None:
            raise CannotCatchUp(
                reason=Reason(
                    "Entry {index} is missing: give its receipt, or one that was "
                    "written right after it.",
                    index=place,
                )
            )
        block = [*acts, header]
        ending = _committed(chain, block, receipts)
        _run(replay, block)
        if ending is not None:
            _stand_under(store, chain, ending)


def _acts(receipts: Receipts, start: int) -> Iterator[bytes]:
    """Give the acts from a position on, up to what is no act or missing."""
    for place in count(start):
        found = receipts.proven.get(place)
        if found is None or found.entry[:1] == bytes((HEADER,)):
            return
        yield found.entry


def _committed(
    chain: Chain, block: Sequence[bytes], receipts: Receipts
) -> notes.Note | None:
    """Find the signed checkpoint that a block stands under; returns it if it ends so.

    A header commits to all before it, so it is enough that the header is proven.

    Raises:
        CannotCatchUp: the node's key in force commits to no such block.
    """
    log = _grown(chain, block)
    ending = receipts.notes.get(log.size)
    if ending is not None and _signed(chain, ending):
        if notes.parse_checkpoint(ending.text).root != log.root():
            raise Forked(log.size, notes.note_bytes(ending).decode())
        return ending
    given = receipts.proven.get(log.size - 1)
    if given is None or not _signed(chain, given.note):
        raise CannotCatchUp(
            reason=Reason(
                "The node's key in force has not signed for the block that ends at "
                "entry {index}.",
                index=log.size - 1,
            )
        )
    return None


def _sealers(chain: Chain) -> list[Key]:
    """The keys that can have signed for the last block: one that it ended, too."""
    return [
        row for row in node_keys(chain.state) if row.until in (None, chain.state.time)
    ]


def _signed(chain: Chain, note: notes.Note) -> bool:
    keys = [row for row in node_keys(chain.state) if row.public == chain.node_key]
    return bool(signer_of(note, chain.state.genesis, keys))


def _grown(chain: Chain, entries: Iterable[bytes]) -> LogTree:
    log = chain.log.grown()
    for entry in entries:
        log.append(entry)
    return log


def _header(chain: Chain, acts: Sequence[bytes], receipts: Receipts) -> bytes | None:
    """Find a header that nobody kept: all of it but its time follows from the log.

    The time is tried out, second by second, until the root is the one that was signed.
    """
    note = receipts.notes.get(chain.log.size + len(acts) + 1)
    if note is None or chain.header is None or not _signed(chain, note):
        return None
    root = notes.parse_checkpoint(note.text).root
    start = chain.header.time
    projector, chain.projector = chain.projector, None
    try:
        for time in range(start, start + BLOCK_SECONDS):
            header = _sealed_at(chain, acts, time)
            if header is not None and _grown(chain, [*acts, header]).root() == root:
                return header
    finally:
        chain.projector = projector
    return None


def _sealed_at(chain: Chain, acts: Sequence[bytes], time: int) -> bytes | None:
    """Seal these acts at a time, to see its header; nothing if one is refused then."""
    block = chain.open(time)
    for entry in acts:
        signed = decode(entry)
        act = chain.read(signed.act)
        if not isinstance(act, Act):
            return None
        refused = circuit.refusals(block.overlay, act, signed.slots, block.cited)
        if next(refused, None) is not None:
            return None
        block.add(entry, act, signed.slots)
    return block.seal().header.entry()


def _decide(
    folder: Path,
    store: Tables,
    chain: Chain,
    texts: Iterable[str],
    *,
    nothing_later: bool,
) -> CaughtUp:
    """Look whether somebody has seen more, and write the answer into the folder."""
    keys = node_keys(chain.state)
    seen: list[Seen] = [read_seen(text, chain.state.genesis, keys) for text in texts]
    size = chain.log.size
    ahead, told = largest_ahead(store, size, seen), largest_told(seen, size)
    if ahead is not None:
        mark_behind(folder, ahead)
    elif told is not None or nothing_later:
        clear_behind(folder)
    return CaughtUp(
        before=size,
        size=size,
        seen=told,
        open=not is_marked(folder),
    )
