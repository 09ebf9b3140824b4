"""How many acts one member may send, counted over all workers of a circuit.

The buckets are rows of a table that nobody writes through to the disk: after the server
has crashed all are full again. Each act is counted in one statement, on the server's
clock.
"""

from __future__ import annotations

from typing import Any

from urdimbre.adapters.storage.sessions import Connection, Line
from urdimbre.recording.quota import HOUR, Quota

TABLE = """CREATE UNLOGGED TABLE IF NOT EXISTS quota (sender text PRIMARY KEY,
 remaining double precision NOT NULL, since timestamptz NOT NULL,
 passed boolean NOT NULL)"""
FORGET = (
    f"DELETE FROM quota WHERE since < clock_timestamp() - interval '{HOUR} seconds'"
)
"""A bucket that was left alone for an hour is full, whatever the members agreed on."""

_TAKE = f"""INSERT INTO quota AS own (sender, remaining, since, passed)
 VALUES (%(sender)s, %(most)s::float8 - 1, clock_timestamp(), true)
 ON CONFLICT (sender) DO UPDATE SET (remaining, since, passed) = (
 SELECT CASE WHEN filled >= 1 THEN filled - 1 ELSE filled END,
 clock_timestamp(), filled >= 1
 FROM (SELECT least(%(most)s::float8, own.remaining + %(most)s::float8 / {HOUR}
 * greatest(0, extract(epoch FROM clock_timestamp() - own.since))) AS filled) AS now)
 RETURNING passed, remaining"""


class SharedQuota:
    """Counts the acts of each sender, for one of several workers.

    A bucket of the worker's own comes first: it is never emptier than the shared one,
    so a flood that it ends asks the server for nothing.
    """

    def __init__(self, line: Line, own: Quota | None = None) -> None:
        """Begin with a full bucket of its own."""
        self._line = line
        self._own = own or Quota()

    def take(self, sender: str, per_hour: int) -> int:
        """Count one act; returns after how many seconds it may come, 0 for now.

        Args:
            sender: member id.
            per_hour: how many acts an hour refills, and the most that a bucket holds.

        Raises:
            StorageFailed: the server cannot be reached.
        """
        wait = self._own.take(sender, per_hour)
        if wait:
            return wait
        asked = {"sender": sender, "most": per_hour}

        def work(connection: Connection) -> list[tuple[Any, ...]]:
            return connection.execute(_TAKE.encode(), asked).fetchall()

        ((passed, remaining),) = self._line.run(work)
        return 0 if passed else 1 + int((1 - remaining) * HOUR / per_hour)
