"""Run the benches: ``python -m bench`` or, for a million acts, ``... growth``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from bench import (
    clients,
    engine,
    growth,
    page,
    postgres,
    receipts,
    verification,
    visit,
)
from bench.measuring import Figure

ROOMS: dict[str, Callable[[], Iterator[Figure]]] = {
    "engine": engine.figures,
    "clients": clients.figures,
    "engine_postgres": postgres.figures,
    "verification": verification.figures,
    "receipts": receipts.figures,
    "sizes": growth.figures,
    "page": page.figures,
    "visit": visit.figures,
}


def main(names: list[str]) -> None:
    """Run the rooms named; without a name all but the large growth."""
    rooms = ROOMS | {"growth": growth.large}
    for name in names or ROOMS:
        for figure in rooms[name]():
            figure.tell()


if __name__ == "__main__":
    main(sys.argv[1:])
