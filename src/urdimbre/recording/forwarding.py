"""In a process that does not write: acts go to the one that does, blocks come back.

It stands where the writer stands. Cheap checks and signatures are done here as
everywhere; the sequencer judges again. The state follows the log block by block,
through the same functions, and each block's roots are compared with its header.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from urdimbre.recording.answer_text import answer_of
from urdimbre.recording.answers import (
    Closed,
    Receipt,
    StorageFailed,
    Unanswered,
)
from urdimbre.recording.chain import Chain
from urdimbre.recording.ports import Block, Clock, Inbox
from urdimbre.recording.replay import BrokenLog, Replay
from urdimbre.recording.writer import QUEUE_MAX, Answer, Waiting, block_time

POLL_SECONDS = 1.0
ANSWER_SECONDS = 30


class Forwarder:
    """Forwards acts, and follows the log.

    Attributes:
        chain: where the circuit stands, as far as this process has followed.
        lock: held while the chain moves on; readers of the state hold it too.
    """

    def __init__(
        self,
        chain: Chain,
        *,
        inbox: Inbox,
        clock: Clock,
        answer_seconds: int = ANSWER_SECONDS,
    ) -> None:
        """Start the thread."""
        self.chain = chain
        self.lock = threading.RLock()
        self._inbox = inbox
        self._clock = clock
        self._answer_seconds = answer_seconds
        self._pending: dict[int, Waiting] = {}
        self._answered = threading.Condition(threading.Lock())
        self._closing = threading.Event()
        self._ended = ""
        self._thread = threading.Thread(
            target=self._run, name="urdimbre-following", daemon=True
        )
        self._thread.start()

    def put(self, waiting: Sequence[Waiting], *, most: int = QUEUE_MAX) -> None:
        """Put acts into the inbox, in order.

        Raises:
            Overloaded: more than ``most`` would wait.
            Closed: nothing is followed any more.
            StorageFailed: the inbox cannot be reached.
        """
        for one in waiting:
            if one.act is None:  # an idle block is the sequencer's own affair
                one.answer = Receipt("", "", 0, self.chain.log.size, self.time())
        acts = [one for one in waiting if one.act is not None]
        # Nobody looks for answers meanwhile: none can come unseen.
        with self._answered:
            if self._ended or self._closing.is_set():
                raise Closed(self._ended or "it was asked to end")
            numbers = self._inbox.put([one.entry for one in acts], most=most)
            self._pending.update(zip(numbers, acts, strict=True))

    def answered(self, waiting: Waiting) -> Answer:
        """Wait for the sequencer's answer; the block is followed by then."""
        end = time.monotonic() + self._answer_seconds
        with self._answered:
            while waiting.answer is None:
                left = end - time.monotonic()
                if left <= 0 or not self._answered.wait(left):
                    return Unanswered(self._answer_seconds)
            return waiting.answer

    def close(self) -> None:
        """Stop following; acts in the inbox stay there for the sequencer."""
        self._closing.set()
        self._thread.join()
        self._inbox.close()

    def block_time(self, *, any_clock: bool = False) -> int:
        """Return the time of a block made now.

        Raises:
            ClockOff: the clock does not fit the last block.
        """
        return block_time(self.chain, self._clock(), any_clock=any_clock)

    def time(self) -> int:
        """Return the time at which a block would be made now, far off or not."""
        return self.block_time(any_clock=True)

    def catch_up(self) -> bool:
        """Follow the log to its end now; tells whether there was anything new.

        Raises:
            BrokenLog: the log does not stand up to its own rules.
            StorageFailed: it cannot be read.
        """
        with self.lock:
            before = self.chain.log.size
            replay = Replay(self.chain, write=_keep_nothing)
            replay.run(self.chain.store.entries(before))
            return self.chain.log.size != before

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._inbox.wait(POLL_SECONDS)
                self._collect()
            except StorageFailed:
                # The server is away. Who waits gives up by herself, or it comes back.
                self._closing.wait(POLL_SECONDS)
            except BrokenLog as broken:
                self._end(str(broken))
                return
        self._end("it was asked to end")

    def _collect(self) -> None:
        """Look for answers, follow the log, hand the answers out."""
        with self._answered:
            numbers = list(self._pending)
        found = self._inbox.answers(numbers) if numbers else {}
        self.catch_up()
        with self._answered:
            for number, text in found.items():
                self._pending.pop(number).answer = answer_of(text)
            self._answered.notify_all()

    def _end(self, reason: str) -> None:
        with self._answered:
            self._ended = reason
            for one in self._pending.values():
                one.answer = Closed(reason)
            self._pending.clear()
            self._answered.notify_all()


def _keep_nothing(block: Block) -> None:
    """What is followed has been written by the sequencer."""
