"""A sequencer that is killed: started by ``test_crash.py``.

    python crashing.py CONNINFO SCHEMA POINT

It kills itself at statement number POINT, counted from 1 after it has opened the
circuit: before the statement if POINT is negative, after it if it is positive; 0 never.
Commits are statements, too. It says ``ready`` once it takes acts.
"""

import itertools
import os
import signal
import sys
import threading

import psycopg

from tests.adapters import making
from urdimbre.adapters.sequencing import sequence
from urdimbre.adapters.storage.inbox import SequencerInbox
from urdimbre.adapters.storage.sessions import Place
from urdimbre.projections.project import Projection

LOOKING = ("SELECT epoch", "SELECT no, entry", "DELETE FROM inbox", "DELETE FROM quota")
"""What an idle sequencer asks each second: no points, their number is chance."""


class Killing:
    """Counts statements, and kills the process at one of them.

    Attributes:
        told: what was counted, for who wants to know.
    """

    def __init__(self, point):
        self._point = point
        self._count = itertools.count(1)
        self.told = []
        self._wrap(psycopg.Cursor, "execute")
        self._wrap(psycopg.Cursor, "executemany")
        self._wrap(psycopg.Copy, "__exit__")
        self._wrap(psycopg.Transaction, "__exit__")

    def _wrap(self, kind, name):
        wrapped = getattr(kind, name)

        def counted(one, *arguments, **more):
            text = str(arguments[0]) if arguments else ""
            if text.strip("b'").startswith(LOOKING):
                return wrapped(one, *arguments, **more)
            return self._at(name, wrapped, one, *arguments, **more)

        setattr(kind, name, counted)

    def _at(self, name, wrapped, one, *arguments, **more):
        number = next(self._count)
        self.told.append((threading.current_thread().name, name, arguments[:1]))
        if number == -self._point:
            os.kill(os.getpid(), signal.SIGKILL)
        result = wrapped(one, *arguments, **more)
        if number == self._point:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


class Never:
    """Says that nobody asks to end."""

    def is_set(self):
        return False


def run(place, point):
    """Record what comes until killed."""
    registry = making.registry(place, making.Clock(), projector=Projection())
    inbox = SequencerInbox(place, registry.store.epoch)
    Killing(point)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sequence(registry, inbox, Never())


if __name__ == "__main__":
    run(Place(sys.argv[1], sys.argv[2]), int(sys.argv[3]))
