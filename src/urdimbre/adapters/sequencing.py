"""The sequencer's work: takes acts from the inbox, records them, leaves the answers.

An act that was recorded and not yet answered when a sequencer was killed is taken again
by the next, and gets its first receipt.
"""

from __future__ import annotations

import time
from typing import Protocol

from urdimbre.adapters.storage.inbox import SequencerInbox
from urdimbre.recording import ClockOff, Closed, Registry
from urdimbre.recording.answer_text import text_of
from urdimbre.recording.writer import Answer

POLL_SECONDS = 1.0
SEAL_SECONDS = 300
TIDY_SECONDS = 3_600


class Stop(Protocol):
    """Says when to end."""

    def is_set(self) -> bool:
        """Tell whether to end now."""
        ...


def sequence(registry: Registry, inbox: SequencerInbox, stop: Stop) -> None:
    """Record what comes until told to stop.

    Raises:
        Fenced: another sequencer has taken over.
        StorageFailed: the server is gone; a new sequencer may go on when it is back.
    """
    sealing, tidying = _Rhythm(SEAL_SECONDS), _Rhythm(TIDY_SECONDS)
    while not stop.is_set():
        letters = inbox.take()
        if letters:
            answers = registry.submit_lot([letter.entry for letter in letters])
            told = zip(letters, answers, strict=True)
            inbox.answer({letter.number: _told(one) for letter, one in told})
            continue
        inbox.still_ours()
        if sealing.due():
            _seal(registry)
        if tidying.due():
            inbox.forget_old()
        inbox.wait(POLL_SECONDS)


def _told(answer: Answer) -> str:
    """Write an answer; what failed as a whole is raised, and answered by the next."""
    if isinstance(answer, Closed):
        raise answer
    return text_of(answer)


def _seal(registry: Registry) -> None:
    """Seal an empty block if the last one is a day old, and the clock fits."""
    try:
        registry.seal_idle()
    except ClockOff:
        return


class _Rhythm:
    """Comes due again and again."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = time.monotonic()

    def due(self) -> bool:
        """Tell whether it is time, and begin anew."""
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + self._seconds
        return True
