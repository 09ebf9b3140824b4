"""Run the benches: ``python -m bench`` or ``python -m bench growth``."""

from __future__ import annotations

import sys

from bench import engine


def main(names: list[str]) -> None:
    """Run the benches named, all of ``make bench`` if none is."""
    rooms = {"engine": engine.figures}
    for name in names or rooms:
        for figure in rooms[name]():
            figure.tell()


if __name__ == "__main__":
    main(sys.argv[1:])
