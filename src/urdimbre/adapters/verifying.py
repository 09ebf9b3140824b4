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
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import BinaryIO

from urdimbre.adapters.keys import ed25519

Job = tuple[bytes, bytes, bytes]
"""Key, message, signature."""

KEY_BYTES = 32
SIGNATURE_BYTES = 64
END_SECONDS = 5
_SOURCES = Path(__file__).resolve().parents[2]


class OtherProcess:
    """Verifies lots of signatures in a child process; close it when done."""

    def __init__(self) -> None:
        """Start the child and the two threads that talk to it."""
        paths = [str(_SOURCES), os.environ.get("PYTHONPATH", "")]
        self._child = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
            start_new_session=True,  # an interrupt is for us, who then end it
        )
        self._out: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._waiting: deque[tuple[Sequence[Job], Future[list[bool]]]] = deque()
        self._arrived = threading.Semaphore(0)
        self._threads = [
            threading.Thread(target=one, name="urdimbre-verifying", daemon=True)
            for one in (self._send, self._receive)
        ]
        for thread in self._threads:
            thread.start()

    def __call__(self, jobs: Sequence[Job]) -> Future[list[bool]]:
        """Verify a lot; the answers come in its order."""
        future: Future[list[bool]] = Future()
        if not all(_fits(*job) for job in jobs):
            future.set_result([_verified(*job) for job in jobs])
            return future
        self._waiting.append((jobs, future))
        self._arrived.release()
        self._out.put(_packed(jobs))
        return future

    def close(self) -> None:
        """End the child."""
        self._out.put(None)
        self._arrived.release()
        for thread in self._threads:
            thread.join()
        try:
            self._child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        if self._child.stdout is not None:
            self._child.stdout.close()

    def _send(self) -> None:
        pipe = self._child.stdin
        assert pipe is not None
        try:
            while (lot := self._out.get()) is not None:
                pipe.write(lot)
                pipe.flush()
            pipe.close()
        except OSError:
            return  # the child is gone: who receives will notice and do its work

    def _receive(self) -> None:
        pipe = self._child.stdout
        assert pipe is not None
        while True:
            self._arrived.acquire()
            if not self._waiting:
                return
            jobs, future = self._waiting.popleft()
            answer = pipe.read(len(jobs))
            if len(answer) == len(jobs):
                future.set_result([one == 1 for one in answer])
            else:
                future.set_result([_verified(*job) for job in jobs])


def _fits(key: bytes, message: bytes, signature: bytes) -> bool:
    return len(key) == KEY_BYTES and len(signature) == SIGNATURE_BYTES


def _verified(key: bytes, message: bytes, signature: bytes) -> bool:
    return ed25519.verify(key, message, signature)


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
            verdicts.append(_verified(key, message, signature))
        sink.write(verdicts)
        sink.flush()


if __name__ == "__main__":
    answer(sys.stdin.buffer, sys.stdout.buffer)
