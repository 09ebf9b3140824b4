"""How many acts a second several clients get recorded at once, and how long each waits.

Each client sends one act, waits for its receipt, and sends the next.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import orjson

from bench.measuring import Figure, circuit, exchanges, members
from tests.adapters.making import START, Making
from tests.adapters.test_hostile_bytes import bent
from urdimbre.core import drafting
from urdimbre.core.chain.entry import SLOTS_MAX, ActEntry, decode
from urdimbre.core.exchange.moves import MOVES_MAX
from urdimbre.recording import Receipt, Registry

CLIENTS = (1, 8, 64)
ACTS = 2_000
HOSTILE = 5_000
AGAIN = 50
TODAY = START // 86_400


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
        largest = list(_largest(found))
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
    for name, seconds in largest:
        yield Figure(
            bench=f"refusing_{name}",
            value=seconds * 1e3,
            unit="ms",
            ratio=seconds / usual,
            against="refusing_p50",
            n=AGAIN,
        )


def _largest(found: Making) -> Iterator[tuple[str, float]]:
    """Refuse the largest act: unsigned, and with one of its 24 signatures forged."""
    names = members(SLOTS_MAX)
    ring = zip(names, [*names[1:], names[0]], strict=True)
    pairs = [*ring] * (MOVES_MAX // 2 // SLOTS_MAX)
    acts = [decode(found.barter(*pair, 1)).act for pair in pairs]
    deals = [orjson.loads(act)["body"]["deals"][0] for act in acts]
    act = found.draft("exchange", drafting.exchange(TODAY, *deals), by=names[0])
    signed = decode(found.sign(act, *names))
    *slots, last = signed.slots
    forged = (*slots, last._replace(signature=bytes(64)))
    for name, given in (("largest", ()), ("largest_forged", forged)):
        entry, times = ActEntry(act, tuple(given)).encode(), []
        for _ in range(AGAIN):
            start = time.perf_counter()
            found.registry.submit(entry)
            times.append(time.perf_counter() - start)
        yield name, statistics.median(times)
