"""How fast acts are recorded, with and without what pages read, and how much they take.

Every ratio to R counts signatures: R is what one thread verifies of the same messages.
"""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from bench.measuring import (
    SIGNATURES,
    Figure,
    circuit,
    exchanges,
    recorded,
    yardstick,
)
from urdimbre.recording import Receipt

ACTS = 6_000
SINGLE = 200
TURNS = 3


def figures() -> Iterator[Figure]:
    """Measure engine, projections, one act alone, and bytes for an act."""
    plain, projected, standard = [], [], []
    for _ in range(TURNS):
        seconds, r = _turn(projected=False)
        plain.append(seconds)
        standard.append(r)
        seconds, r = _turn(projected=True)
        projected.append(seconds)
        standard.append(r)
    r = statistics.median(standard)
    without, with_ = statistics.median(plain), statistics.median(projected)
    yield Figure(bench="R", value=r, unit="signatures/s", n=2 * TURNS * ACTS)
    for name, seconds in (("engine", without), ("engine_django", with_)):
        rate = SIGNATURES * ACTS / seconds
        yield Figure(
            bench=name,
            value=rate,
            unit="signatures/s",
            ratio=rate / r,
            against="R",
            n=ACTS,
        )
    yield Figure(
        bench="projection",
        value=(with_ - without) / ACTS * 1e6,
        unit="us/act",
        ratio=with_ / without,
        against="engine",
        n=ACTS,
    )
    yield from _alone()


def _turn(*, projected: bool) -> tuple[float, float]:
    with circuit(projected=projected) as (found, _):
        entries = exchanges(found, ACTS)
        r = yardstick(entries[: ACTS // 4], found.genesis)
        return recorded(found.registry, entries), r


def _alone() -> Iterator[Figure]:
    """Measure one act at a time on an idle disk, and the bytes that each has added."""
    with circuit(projected=True) as (found, folder):
        entries = exchanges(found, SINGLE)
        times = []
        for entry in entries:
            start = time.perf_counter()
            answer = found.registry.submit(entry)
            times.append(time.perf_counter() - start)
            if not isinstance(answer, Receipt):
                raise SystemExit(f"the bench was refused: {answer}")
        median = statistics.median(times) * 1e3
        yield Figure(bench="single_act_p50", value=median, unit="ms", n=SINGLE)
    with circuit(projected=True) as (found, folder):
        recorded(found.registry, exchanges(found, ACTS))
        before = _bytes(folder / "registry.db")
        recorded(found.registry, exchanges(found, ACTS))
        added = (_bytes(folder / "registry.db") - before) / ACTS
        yield Figure(bench="size", value=added, unit="bytes/act", n=ACTS)


def _bytes(path: Path) -> int:
    """Return the size of the database with what its write-ahead log still holds."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        [(pages,)] = connection.execute("PRAGMA page_count")
        [(size,)] = connection.execute("PRAGMA page_size")
    connection.close()
    return int(pages) * int(size)
