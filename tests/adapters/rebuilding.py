"""A process that rebuilds what pages read and is killed: for ``test_rebuilding.py``.

    python rebuilding.py FOLDER POINT

At writing statement number POINT of the swap, counted from 1, the process kills itself:
before the statement if POINT is negative, after it if it is positive. At 0 it kills
itself while the log is replayed.
"""

import os
import signal
import sys
from pathlib import Path

from tests.adapters.crashing import Killing
from urdimbre.adapters.rebuilding import rebuild_if_other
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.projections.project import Projection


class KilledWhileReplaying(Projection):
    def block(self, *, height, **more):
        if height == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().block(height=height, **more)


def run(folder, point):
    store = SqliteStore(folder / "registry.db")
    store._writing = Killing(store._writing, point)
    projector = Projection() if point else KilledWhileReplaying()
    rebuild_if_other(store, folder, projector)
    store.close()


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]))
