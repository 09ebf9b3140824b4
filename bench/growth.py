"""How the cost of an act, opening and memory grow with the log."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import orjson

from bench.measuring import Figure, circuit, exchanges, recorded
from tests.adapters import making
from urdimbre.adapters.snapshot import open_snapshot, write_snapshot
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.projections.project import Projection
from urdimbre.recording.chain import Chain
from urdimbre.recording.registry import dump
from urdimbre.recording.replay import Replay

SMALL = (1_000, 10_000, 100_000)
LARGE = (1_000, 10_000, 100_000, 1_000_000)
STEP = 2_000
ACCOUNTS = 10_000


def figures(sizes: tuple[int, ...] = SMALL) -> Iterator[Figure]:
    """Record until each size is reached, measuring the last acts and an opening."""
    with circuit(projected=True) as (found, folder):
        done, first, least = 0, 0.0, 0.0
        for size in sizes:
            cost = 0.0
            while done < size:
                number = min(STEP, size - done)
                cost = recorded(found.registry, exchanges(found, number)) / number
                done += number
            first = first or cost
            yield Figure(
                bench=f"act_at_{size}",
                value=cost * 1e6,
                unit="us/act",
                ratio=cost / first,
                against=f"act_at_{sizes[0]}",
                n=size,
            )
            peak = _child("bench.verifying", folder)
            least = least or peak
            yield Figure(
                bench="verification_memory",
                value=peak,
                unit="MB",
                ratio=peak / least,
                against=f"the same at {sizes[0]}",
                n=size,
            )
        found.registry.close()
        start = time.perf_counter()
        opened = making.reopened(folder, projector=Projection())
        seconds = time.perf_counter() - start
        opened.registry.close()
        yield Figure(bench="opening", value=seconds, unit="s", n=sizes[-1])
        yield from snapshots(folder, sizes[-1])
        found.registry = making.reopened(folder, projector=Projection()).registry
    yield from memory()


def snapshots(folder: Path, size: int) -> Iterator[Figure]:
    """Open the state from a snapshot, beside replaying the log (without signatures)."""
    path = folder / "snapshot"
    with closing(SqliteStore(folder / "registry.db", write=False)) as store:
        write_snapshot(store, path)
        start = time.perf_counter()
        chain, _ = open_snapshot(path, store)
        opening = time.perf_counter() - start
        made = SqliteStore(folder / "replayed.db", durable=False)
        with closing(made):
            again = Chain(made, loads=orjson.loads, dump=dump)
            start = time.perf_counter()
            Replay(again).run(store.entries())
            replaying = time.perf_counter() - start
    if chain.rows.root() != again.rows.root():
        raise SystemExit("the snapshot is not what the log gives")
    yield Figure(
        bench="opening_snapshot",
        value=opening,
        unit="s",
        ratio=opening / replaying,
        against="replaying",
        n=size,
    )


def large() -> Iterator[Figure]:
    """Go to a million acts; takes most of an hour."""
    yield from figures(LARGE)


def memory() -> Iterator[Figure]:
    """Measure what a process that has a circuit of many accounts open really uses."""
    with circuit(projected=True, count=ACCOUNTS) as (found, folder):
        recorded(found.registry, exchanges(found, ACCOUNTS, ACCOUNTS))
        found.registry.close()
        used = _child("bench.growth", folder)
        found.registry = making.reopened(folder, projector=Projection()).registry
        yield Figure(bench="memory_open", value=used, unit="MB PSS", n=ACCOUNTS)


def _resident(folder: Path) -> float:
    """Open a circuit and return this process's proportional memory in MB."""
    opened = making.reopened(folder, projector=Projection())
    lines = Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()
    [pss] = [line.split()[1] for line in lines if line.startswith("Pss:")]
    opened.registry.close()
    return int(pss) / 1000


def _child(module: str, folder: Path) -> float:
    """Have a module measure something in a process of its own."""
    told = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", module, str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(told.stdout)


if __name__ == "__main__":
    sys.stdout.write(str(_resident(Path(sys.argv[1]))))
