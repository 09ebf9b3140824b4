"""The inbox: a table in which acts wait for the sequencer, and find their answers.

Notices (``NOTIFY``) are hints; who waits looks each second all the same. Acts and
answers stay when a process dies. What is here need not wait for the disk: an act that
was not answered is sent again, and its first receipt comes back if it was recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from urdimbre.adapters.storage.sessions import Connection, Line, Place
from urdimbre.adapters.storage.shared_quota import FORGET, SharedQuota
from urdimbre.recording.answers import Fenced, Overloaded

LOT_MAX = 1_000
KEPT = "1 day"
"""How long answers stay; after that, who sends an act again gets it from the log."""

_WAITING = "SELECT count(*) FROM inbox WHERE answer IS NULL"
_PUT = (
    "INSERT INTO inbox (entry) SELECT one FROM unnest(%s::bytea[])"
    " WITH ORDINALITY AS sent (one, place) ORDER BY place RETURNING no"
)
_ANSWERS = (
    "SELECT no, answer FROM inbox WHERE no = ANY(%s::bigint[]) AND answer IS NOT NULL"
)
_TAKE = "SELECT no, entry FROM inbox WHERE answer IS NULL ORDER BY no LIMIT %s"
_ANSWER = (
    "UPDATE inbox SET answer = told.answer, answered = now()"
    " FROM unnest(%s::bigint[], %s::text[]) AS told (no, answer)"
    " WHERE inbox.no = told.no AND inbox.answer IS NULL"
)
_HELD = "SELECT epoch FROM sequencer WHERE epoch = %s FOR SHARE"
_OLD = "DELETE FROM inbox WHERE answered < now() - %s::interval"
_HINT = "SELECT pg_notify(%s, '')"


class Letter(NamedTuple):
    """An act that waits."""

    number: int
    entry: bytes


class PostgresInbox:
    """One end of the inbox: where acts are put in.

    Attributes:
        quota: counts the acts of each sender, over all that put acts in.
    """

    def __init__(self, place: Place) -> None:
        """Connect."""
        self._acts = _channel(place, "acts")
        self._talking = Line(place, sync=False)
        self._hearing = Line(place, listen=_channel(place, "answers"))
        self.quota = SharedQuota(self._talking)

    def put(self, entries: Sequence[bytes], *, most: int) -> list[int]:
        """Put entries in, in order; returns their numbers."""
        if not entries:
            return []

        def work(connection: Connection) -> list[int]:
            ((waiting,),) = connection.execute(_WAITING).fetchall()
            if waiting + len(entries) > most:
                raise Overloaded(waiting)
            with connection.transaction():
                rows = connection.execute(_PUT, (list(entries),)).fetchall()
                connection.execute(_HINT, (self._acts,))
            return [number for (number,) in rows]

        return self._talking.run(work)

    def answers(self, numbers: Sequence[int]) -> dict[int, str]:
        """Return the answers that are there, as text."""
        asked = (list(numbers),)
        return self._talking.run(
            lambda connection: dict(connection.execute(_ANSWERS, asked).fetchall())
        )

    def wait(self, seconds: float) -> None:
        """Wait for a hint that something was answered or recorded, or so long."""
        _hear(self._hearing, seconds)

    def close(self) -> None:
        """Let go."""
        self._talking.close()
        self._hearing.close()


class SequencerInbox:
    """The other end: where acts are taken and answered."""

    def __init__(self, place: Place, epoch: int) -> None:
        """Connect, as the sequencer of an epoch."""
        self._epoch = epoch
        self._answers = _channel(place, "answers")
        self._talking = Line(place, sync=False)
        self._hearing = Line(place, listen=_channel(place, "acts"))

    def take(self) -> list[Letter]:
        """Return the acts that wait, in order; they stay until they are answered."""
        rows = self._talking.run(
            lambda connection: connection.execute(_TAKE, (LOT_MAX,)).fetchall()
        )
        return [Letter(*row) for row in rows]

    def answer(self, answers: Mapping[int, str]) -> None:
        """Leave answers.

        Raises:
            Fenced: another sequencer has taken over, and answers.
        """

        def work(connection: Connection) -> None:
            with connection.transaction():
                if connection.execute(_HELD, (self._epoch,)).fetchone() is None:
                    raise Fenced(self._epoch)
                connection.execute(_ANSWER, (list(answers), list(answers.values())))
                connection.execute(_HINT, (self._answers,))

        self._talking.run(work)

    def forget_old(self) -> None:
        """Delete answers that nobody waits for any more, and full buckets."""
        self._talking.run(lambda connection: connection.execute(_OLD, (KEPT,)))
        self._talking.run(lambda connection: connection.execute(FORGET))

    def still_ours(self) -> None:
        """Look whether another sequencer has taken over.

        Raises:
            Fenced: one has.
        """
        asked = (self._epoch,)
        held = self._talking.run(
            lambda connection: connection.execute(_HELD, asked).fetchone()
        )
        if held is None:
            raise Fenced(self._epoch)

    def wait(self, seconds: float) -> None:
        """Wait for a hint that an act has come, or so long."""
        _hear(self._hearing, seconds)

    def close(self) -> None:
        """Let go."""
        self._talking.close()
        self._hearing.close()


def _hear(line: Line, seconds: float) -> None:
    line.run(
        lambda connection: list(connection.notifies(timeout=seconds, stop_after=1))
    )


def _channel(place: Place, what: str) -> str:
    return f"{place.schema}_{what}"
