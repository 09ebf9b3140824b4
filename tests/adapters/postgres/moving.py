"""A move that is killed: started by ``test_moving.py``.

    python moving.py FOLDER TO POINT

At call number POINT of those that a move is made of, the process kills itself: before
it if POINT is negative, after it if it is positive; 0 never. TO is ``embedded`` or a
connection string. It prints how many calls there were.
"""

import itertools
import os
import signal
import sys
from pathlib import Path

from urdimbre.adapters import engines, moving
from urdimbre.adapters.storage.postgres import PostgresStore
from urdimbre.projections.project import Projection

STEPS = (
    (moving, "clear_away"),
    (moving, "_write"),
    (moving, "_unlink"),
    (moving, "sync_folder"),
    (moving, "_stand"),
    (engines, "copied"),
    (PostgresStore, "__init__"),
    (PostgresStore, "fill"),
    (PostgresStore, "pour"),
    (PostgresStore, "drop"),
    (Path, "rename"),
    (Path, "unlink"),
)


def wrap(holder, name, point, count):
    """Count the calls of one function, and kill at one of them."""
    wrapped = getattr(holder, name)

    def counted(*arguments, **more):
        number = next(count)
        if number == -point:
            os.kill(os.getpid(), signal.SIGKILL)
        result = wrapped(*arguments, **more)
        if number == point:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(holder, name, counted)


def run(folder, to, point):
    """Move a circuit."""
    count = itertools.count(1)
    for holder, name in STEPS:
        wrap(holder, name, point, count)
    if to == "embedded":
        moving.to_embedded(folder, Projection())
    else:
        moving.to_postgres(folder, to, Projection())
    sys.stdout.write(f"{next(count) - 1}\n")


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
