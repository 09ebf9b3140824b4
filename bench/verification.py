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
from urdimbre.adapters.verifying import OtherProcess, Spread
from urdimbre.projections.project import Projection
from urdimbre.recording.signatures import Verdicts

ACTS = 8_000


def figures() -> Iterator[Figure]:
    """Measure verification on two processes, on one, and without signatures."""
    with circuit(projected=True) as (found, folder):
        entries = exchanges(found, ACTS)
        recorded(found.registry, entries)
        before = yardstick(entries[: ACTS // 4], found.genesis)
        with closing(OtherProcess()) as verdicts:
            whole = _seconds(folder, verdicts)
        with closing(Spread(1)) as nobody_else:
            alone = _seconds(folder, nobody_else)
        unsigned = _seconds(folder, believed)
        after = yardstick(entries[: ACTS // 4], found.genesis)
    told = {"": whole, "_alone": alone, "_unsigned": unsigned}
    for name, seconds in told.items():
        rate = SIGNATURES * ACTS / seconds
        yield Figure(
            bench=f"verification{name}",
            value=rate,
            unit="signatures/s",
            ratio=rate / ((before + after) / 2),
            against="R",
            n=ACTS,
        )
    yield Figure(
        bench="verification",
        value=whole,
        unit="s",
        ratio=alone / whole,
        against="verification_alone",
        n=ACTS,
    )


def _seconds(folder: Path, verdicts: Verdicts) -> float:
    start = time.perf_counter()
    result = verify_folder(folder, projector=Projection(), verdicts=verdicts)
    seconds = time.perf_counter() - start
    if not result.ok:
        raise SystemExit(f"the bench's circuit does not verify: {result.told()}")
    return seconds
