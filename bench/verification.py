"""How fast a whole log is verified again: signatures, rules, roots, every table."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench.measuring import (
    SIGNATURES,
    Figure,
    believed,
    circuit,
    exchanges,
    recorded,
    yardstick,
)
from urdimbre.adapters.verification import verify_folder
from urdimbre.adapters.verifying import OtherProcess
from urdimbre.projections.project import Projection
from urdimbre.recording.signatures import Verdicts

ACTS = 8_000


def figures() -> Iterator[Figure]:
    """Measure verification, with and without signatures, against R."""
    with circuit(projected=True) as (found, folder):
        entries = exchanges(found, ACTS)
        recorded(found.registry, entries)
        before = yardstick(entries[: ACTS // 4], found.genesis)
        with closing(OtherProcess()) as verdicts:
            whole = _seconds(folder, verdicts)
        unsigned = _seconds(folder, believed)
        after = yardstick(entries[: ACTS // 4], found.genesis)
    for name, seconds in (("verification", whole), ("verification_unsigned", unsigned)):
        rate = SIGNATURES * ACTS / seconds
        yield Figure(
            bench=name,
            value=rate,
            unit="signatures/s",
            ratio=rate / ((before + after) / 2),
            against="R",
            n=ACTS,
        )


def _seconds(folder: Path, verdicts: Verdicts) -> float:
    start = time.perf_counter()
    result = verify_folder(folder, projector=Projection(), verdicts=verdicts)
    seconds = time.perf_counter() - start
    if not result.ok:
        raise SystemExit(f"the bench's circuit does not verify: {result.told()}")
    return seconds
