"""How many acts a second several clients get recorded at once, and how long each waits.

Each client sends one act, waits for its receipt, and sends the next.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from bench.measuring import Figure, circuit, exchanges
from tests.adapters.test_hostile_bytes import bent
from urdimbre.recording import Receipt, Registry

CLIENTS = (1, 8, 64)
ACTS = 2_000
HOSTILE = 5_000


def figures() -> Iterator[Figure]:
    """Measure rate and waiting with 1, 8 and 64 clients, and what refusing costs."""
    alone = 0.0
    for clients in CLIENTS:
        with circuit(projected=True) as (found, _):
            entries = exchanges(found, ACTS)
            rate, waits = _sent(found.registry, entries, clients)
        alone = alone or rate
        name = f"clients_{clients}"
        yield Figure(
            bench=name,
            value=rate,
            unit="acts/s",
            ratio=rate / alone,
            against="clients_1",
            n=ACTS,
        )
        for part, place in (("p50", 0.50), ("p99", 0.99)):
            value = waits[int(place * (len(waits) - 1))] * 1e3
            yield Figure(bench=f"{name}_{part}", value=value, unit="ms", n=ACTS)
    yield from _refusing()


def _sent(
    registry: Registry, entries: Sequence[bytes], clients: int
) -> tuple[float, list[float]]:
    """Send all entries; returns acts per second and the sorted waits in seconds."""

    def send(share: Sequence[bytes]) -> list[float]:
        waits = []
        for entry in share:
            start = time.perf_counter()
            answer = registry.submit(entry)
            waits.append(time.perf_counter() - start)
            if not isinstance(answer, Receipt):
                raise SystemExit(f"the bench was refused: {answer}")
        return waits

    with ThreadPoolExecutor(clients) as pool:
        start = time.perf_counter()
        shares = list(pool.map(send, [entries[at::clients] for at in range(clients)]))
        seconds = time.perf_counter() - start
    return len(entries) / seconds, sorted(wait for share in shares for wait in share)


def _refusing() -> Iterator[Figure]:
    """Measure the answer to hostile bytes: the usual one, and nearly the slowest."""
    chance = random.Random(7)
    with circuit(projected=True) as (found, _):
        good = exchanges(found, 20)
        times = []
        for _ in range(HOSTILE):
            entry = bent(chance, chance.choice(good))
            start = time.perf_counter()
            found.registry.submit(entry)
            times.append(time.perf_counter() - start)
    times.sort()
    usual = statistics.median(times)
    yield Figure(bench="refusing_p50", value=usual * 1e3, unit="ms", n=HOSTILE)
    worst = times[int(0.999 * HOSTILE)]
    yield Figure(
        bench="refusing_p999",
        value=worst * 1e3,
        unit="ms",
        ratio=worst / usual,
        against="refusing_p50",
        n=HOSTILE,
    )
