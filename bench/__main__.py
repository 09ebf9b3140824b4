"""Run the benches: ``python -m bench`` or, for a million acts, ``... growth``."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

from bench import (
    clients,
    engine,
    growth,
    page,
    postgres,
    receipts,
    requests,
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
    "requests": requests.figures,
    "visit": visit.figures,
}


UNUSABLE = 2
"""Exit code for names that are none."""
_USAGE = f"usage: python -m bench [{'|'.join([*ROOMS, 'growth'])}]..."


def main(names: list[str]) -> int:
    """Run the room that is named; several, or all but the large growth, each apart.

    Each is a process of its own: what one leaves in memory is not the next one's.
    """
    rooms = ROOMS | {"growth": growth.large}
    unknown = [name for name in names if name not in rooms]
    if unknown:
        sys.stderr.write(f"no such bench: {', '.join(unknown)}\n{_USAGE}\n")
        return UNUSABLE
    if len(names) == 1:
        for figure in rooms[names[0]]():
            figure.tell()
        return 0
    ran = [
        subprocess.run([sys.executable, "-m", "bench", name], check=False)  # noqa: S603
        for name in names or ROOMS
    ]
    return max(one.returncode for one in ran)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
