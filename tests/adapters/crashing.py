"""A process that records and is killed: started by ``test_crash.py``.

    python crashing.py FOLDER POINT

Records what waits in FOLDER. Each recorded act's position goes to stdout at once. At
writing statement number POINT of the run, counted from 1, the process kills itself:
before the statement if POINT is negative, after it if it is positive; 0 never.
With ``load`` as POINT many threads record at once, and each line has the number of the
entry before its position.
"""

import itertools
import os
import signal
import sys
import threading
from pathlib import Path

from tests.adapters.apart import entries_of, opened

GROUP = 3
CLIENTS = 8
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


def load(folder):
    """Record all entries from many threads, over and over, until somebody kills us."""
    registry, entries = opened(folder), entries_of(folder)
    turns = itertools.count()

    def client():
        while True:
            number = next(turns) % len(entries)
            position = registry.submit(entries[number]).index
            os.write(1, f"{number} {position}\n".encode())  # whole lines, one write

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main(folder, point):
    if point == "load":
        load(folder)
    else:
        run(folder, int(point))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
