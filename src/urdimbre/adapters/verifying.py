"""Signatures verified by a process of its own, while this one goes on.

Python runs one thread at a time; a thread that verifies gives way after each signature
and then waits its turn, which costs more than the signature. Another process does not
wait. What it is sent and answers has one form: lots of ``u32 count`` and, for each,
``key[32] signature[64] u32 length message``; the answer is a byte for each, 1 or 0.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import BinaryIO

from urdimbre.adapters.keys import ed25519

Job = tuple[bytes, bytes, bytes]
"""Key, message, signature."""

KEY_BYTES = 32
SIGNATURE_BYTES = 64
END_SECONDS = 5
LOT_MIN = 100
"""Signatures from which on starting a process (60 ms) begins to pay."""
USEFUL_MAX = 2
_SOURCES = Path(__file__).resolve().parents[2]


def useful_processes() -> int:
    """Return how many processes are worth it here: this one, and one that verifies.

    Replaying an act takes longer than its signatures, so one other keeps up.
    """
    return min(USEFUL_MAX, os.cpu_count() or 1)


def environment() -> dict[str, str]:
    """Return the environment of a child that runs these sources."""
    paths = [str(_SOURCES), os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


class Spread:
    """Verifies lots of signatures in several processes, in turn; close it when done."""

    def __init__(self, processes: int, *, lot_min: int | None = None) -> None:
        """Spread them over all ``processes`` but this one; 1: it does all itself."""
        lot_min = LOT_MIN if lot_min is None else lot_min
        self.others = [OtherProcess(lot_min=lot_min) for _ in range(processes - 1)]
        self._turns = cycle(self.others)

    def __call__(self, jobs: Sequence[Job]) -> Future[list[bool]]:
        """Verify a lot; the answers come in its order."""
        return next(self._turns)(jobs) if self.others else _done_here(jobs)

    def close(self) -> None:
        """End all children."""
        for one in self.others:
            one.close()


class OtherProcess:
    """Verifies lots of signatures in a child process; close it when done.

    The child starts with the first lot that is worth it.
    """

    def __init__(self, *, lot_min: int = LOT_MIN) -> None:
        """Begin without a child; smaller lots than ``lot_min`` start none."""
        self._lot_min = lot_min
        self._talk: _Talk | None = None

    def __call__(self, jobs: Sequence[Job]) -> Future[list[bool]]:
        """Verify a lot; the answers come in its order."""
        if self._talk is None and len(jobs) >= self._lot_min:
            self._talk = _Talk()
        if self._talk is not None and all(_fits(*job) for job in jobs):
            return self._talk.verify(jobs)
        return _done_here(jobs)

    def close(self) -> None:
        """End the child."""
        if self._talk is not None:
            self._talk.close()
            self._talk = None


class _Talk:
    """The child and the two threads that talk to it."""

    def __init__(self) -> None:
        self.child = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            start_new_session=True,  # an interrupt is for us, who then end it
        )
        self._out: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._waiting: queue.SimpleQueue[_Lot | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=one, name="urdimbre-verifying", daemon=True)
            for one in (self._send, self._receive)
        ]
        for thread in self._threads:
            thread.start()

    def verify(self, jobs: Sequence[Job]) -> Future[list[bool]]:
        """Queue a lot."""
        future: Future[list[bool]] = Future()
        self._waiting.put((jobs, future))
        self._out.put(_packed(jobs))
        return future

    def close(self) -> None:
        """Let the child answer what was queued, then end it."""
        self._out.put(None)
        self._waiting.put(None)
        for thread in self._threads:
            thread.join()
        try:
            self.child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        if self.child.stdout is not None:
            self.child.stdout.close()

    def _send(self) -> None:
        pipe = self.child.stdin
        assert pipe is not None
        # If the child is gone, who receives will notice and do its work.
        with suppress(OSError):
            while (lot := self._out.get()) is not None:
                pipe.write(lot)
                pipe.flush()
        with suppress(OSError):
            pipe.close()

    def _receive(self) -> None:
        pipe = self.child.stdout
        assert pipe is not None
        while (lot := self._waiting.get()) is not None:
            jobs, future = lot
            answer = pipe.read(len(jobs))
            if len(answer) == len(jobs):
                future.set_result([one == 1 for one in answer])
            else:
                future.set_result([ed25519.verify(*job) for job in jobs])


def _done_here(jobs: Sequence[Job]) -> Future[list[bool]]:
    future: Future[list[bool]] = Future()
    future.set_result([ed25519.verify(*job) for job in jobs])
    return future


_Lot = tuple[Sequence[Job], "Future[list[bool]]"]


def _fits(key: bytes, message: bytes, signature: bytes) -> bool:
    return len(key) == KEY_BYTES and len(signature) == SIGNATURE_BYTES


def _packed(jobs: Sequence[Job]) -> bytes:
    parts = [len(jobs).to_bytes(4, "big")]
    for key, message, signature in jobs:
        parts += (key, signature, len(message).to_bytes(4, "big"), message)
    return b"".join(parts)


def answer(source: BinaryIO, sink: BinaryIO) -> None:
    """Verify lots until there are no more: what the child process does."""
    while count := int.from_bytes(source.read(4), "big"):
        verdicts = bytearray()
        for _ in range(count):
            head = source.read(KEY_BYTES + SIGNATURE_BYTES + 4)
            key, signature = head[:KEY_BYTES], head[KEY_BYTES:-4]
            message = source.read(int.from_bytes(head[-4:], "big"))
            verdicts.append(ed25519.verify(key, message, signature))
        sink.write(verdicts)
        sink.flush()


if __name__ == "__main__":
    answer(sys.stdin.buffer, sys.stdout.buffer)
