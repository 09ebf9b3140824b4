"""A process that records and is killed: started by ``test_crash.py``.

    python crashing.py FOLDER POINT

Records what waits in FOLDER. Each recorded act's position goes to stdout at once. At
writing statement number POINT of the run, counted from 1, the process kills itself:
before the statement if POINT is negative, after it if it is positive; 0 never.
"""

import itertools
import os
import signal
import sys
from pathlib import Path

from tests.adapters.apart import entries_of, opened

GROUP = 3
STATEMENTS = 14
"""Statements of a block of exchanges: begin, six tables of the registry, the derived
ones that it touches, commit."""


class Killing:
    """A connection that kills the process at one of its statements."""

    def __init__(self, connection, point):
        self._connection = connection
        self._point = point
        self._count = itertools.count(1)

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def execute(self, *arguments):
        return self._at(self._connection.execute, arguments)

    def executemany(self, *arguments):
        return self._at(self._connection.executemany, arguments)

    def _at(self, statement, arguments):
        number = next(self._count)
        if number == -self._point:
            os.kill(os.getpid(), signal.SIGKILL)
        result = statement(*arguments)
        if number == self._point:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


def run(folder, point):
    """Record all entries, a few in each block."""
    registry = opened(folder)
    entries = entries_of(folder)
    store = registry._chain.store
    store._writing = Killing(store._writing, point)
    for at in range(0, len(entries), GROUP):
        for receipt in registry.submit_many(entries[at : at + GROUP]):
            sys.stdout.write(f"{receipt.index}\n")
            sys.stdout.flush()
    registry.close()


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]))
