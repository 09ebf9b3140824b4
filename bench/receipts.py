"""A receipt from stored tiles, beside one made by reading and hashing every entry."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.measuring import Figure
from tests.adapters import making
from urdimbre.adapters.receipts import receipt_from
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.core.chain import notes
from urdimbre.core.chain.header import Header
from urdimbre.core.chain.merkle import inclusion_path, leaf_hash, subtrees_from
from urdimbre.recording.log_tree import WIDTH, LogTree, reopened
from urdimbre.recording.ports import Block
from urdimbre.recording.proofs import receipt_text

ACTS = 1_000_000
BLOCK = 1_000
ENTRY_BYTES = 850
"""What an exchange between two takes in the log."""
TURNS = 300
SEED = 7
ORIGIN = "urdimbre/" + "ab" * 16


def figures(acts: int = ACTS) -> Iterator[Figure]:
    """Measure on a log of that many entries, none of them a true act."""
    chance = random.Random(SEED)
    with tempfile.TemporaryDirectory() as name:
        store = SqliteStore(Path(name) / "registry.db")
        size = _fill(store, chance, acts)
        positions = [chance.randrange(size) for _ in range(TURNS)]
        log = reopened(size, store.tile, list(store.entries(size - size % WIDTH)))
        path, whole = _from_all_leaves(store, positions[0], size)
        if path != log.path(positions[0], store.tile):
            raise SystemExit("the two ways to a receipt disagree")
        times = _timed(lambda at: receipt_text(store, log, at, {}), positions)
        cold = _timed(lambda at: receipt_from(store, at, {}), positions[:30])
        store.close()
    for bench, found in (("receipt", times), ("receipt_of_a_folder", cold)):
        yield Figure(
            bench=bench,
            value=_median(found) * 1e3,
            unit="ms p50",
            n=acts,
        )
    p95 = sorted(times)[int(len(times) * 0.95)]
    yield Figure(bench="receipt_p95", value=p95 * 1e3, unit="ms", n=TURNS)
    yield Figure(
        bench="reading_all_leaves",
        value=whole * 1e3,
        unit="ms",
        ratio=whole / _median(times),
        against="receipt",
        n=acts,
    )


def _fill(store: SqliteStore, chance: random.Random, acts: int) -> int:
    """Write blocks of random entries; returns how many entries there are."""
    log = LogTree()
    for height in range(acts // BLOCK):
        log = log.grown()
        entries = []
        for _ in range(BLOCK):
            entry = chance.randbytes(ENTRY_BYTES)
            entries.append((log.size, entry))
            log.append(entry)
        header = _header(height, log)
        entries.append((log.size, header.entry()))
        log.append(header.entry())
        marks = {"checkpoint": _note(log)}
        tiles = log.full_tiles()
        store.write(
            Block(
                header=header,
                entries=entries,
                acts=[],
                created=[],
                changed=[],
                tiles=tiles,
                marks=marks,
            )
        )
    return log.size


def _header(height: int, log: LogTree) -> Header:
    return Header(
        acts=BLOCK,
        acts_root=log.root().hex(),
        height=height,
        prev=height.to_bytes(32, "big").hex(),
        rules=1,
        size=log.size,
        state_root="00" * 32,
        time=height,
    )


def _note(log: LogTree) -> str:
    text = notes.checkpoint_text(
        notes.Checkpoint(origin=ORIGIN, size=log.size, root=log.root())
    )
    node = making.node()
    key = notes.VerifierKey(name=ORIGIN, key=node.key)
    line = notes.sign_note(text, key, node.sign)
    return notes.note_bytes(notes.Note(text, (line,))).decode()


def _from_all_leaves(
    store: SqliteStore, position: int, size: int
) -> tuple[list[bytes], float]:
    """Make the path as one would without tiles; returns it and the seconds."""
    start = time.perf_counter()
    leaves = [leaf_hash(entry) for entry in store.entries()]
    path = inclusion_path(position, size, subtrees_from(leaves))
    return path, time.perf_counter() - start


def _timed(make: Callable[[int], str], positions: list[int]) -> list[float]:
    times = []
    for position in positions:
        start = time.perf_counter()
        make(position)
        times.append(time.perf_counter() - start)
    return times


def _median(times: list[float]) -> float:
    return sorted(times)[len(times) // 2]
