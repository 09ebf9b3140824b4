"""How fast a whole log is verified again: signatures, rules, roots, every table."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.measuring import SIGNATURES, Figure, circuit, exchanges, recorded, yardstick
from urdimbre.adapters.verification import verify_folder
from urdimbre.adapters.verifying import OtherProcess
from urdimbre.projections.project import Projection

ACTS = 8_000


def figures() -> Iterator[Figure]:
    """Measure verification against R over the same messages."""
    with circuit(projected=True) as (found, folder):
        entries = exchanges(found, ACTS)
        recorded(found.registry, entries)
        before = yardstick(entries[: ACTS // 4], found.genesis)
        verdicts = OtherProcess()
        start = time.perf_counter()
        result = verify_folder(folder, projector=Projection(), verdicts=verdicts)
        seconds = time.perf_counter() - start
        verdicts.close()
        after = yardstick(entries[: ACTS // 4], found.genesis)
        if not result.ok:
            raise SystemExit(f"the bench's circuit does not verify: {result.told()}")
        rate = SIGNATURES * ACTS / seconds
        yield Figure(
            bench="verification",
            value=rate,
            unit="signatures/s",
            ratio=rate / ((before + after) / 2),
            against="R",
            n=ACTS,
        )
