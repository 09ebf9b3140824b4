"""What a process of its own does so that the page can say: verified up to here.

``python -m urdimbre.web.notebook.verifier DIR SECONDS``: each line on stdin asks for
one look at the folder, which is answered by a line of JSON; the first look replays the
whole log, each later one what has come since. The process ends when nobody has asked
for so many seconds, after a difference, and when stdin ends: the server has ended then.
"""

import json
import os
import queue
import signal
import sys
import threading
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import BinaryIO

from urdimbre.adapters.following import Following
from urdimbre.projections.project import Projection
from urdimbre.recording import RecordingFailed

Asked = queue.SimpleQueue[None]
AGAIN_SECONDS = 1


def answer(directory: Path, idle: float, asked: Asked, sink: BinaryIO) -> None:
    """Look whenever somebody asks, until nobody has for ``idle`` seconds."""
    with closing(Following(directory, projector=Projection())) as following:
        try:
            _answer(following, idle, asked, sink)
        finally:
            # What was begun is cleared away whole: a second interrupt comes too late.
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def _answer(following: Following, idle: float, asked: Asked, sink: BinaryIO) -> None:
    while True:
        try:
            asked.get(timeout=idle)
        except queue.Empty:
            return
        told, goes_on = _looked(following)
        sink.write(json.dumps(told).encode() + b"\n")
        sink.flush()
        if not goes_on:
            return


def _looked(following: Following) -> tuple[dict[str, object], bool]:
    try:
        look = following.look()
    except (OSError, RecordingFailed) as failed:
        # A replay that was broken off is not taken up again.
        return {"failed": str(failed)}, False
    told: dict[str, object] = look.told()
    wrong = look.verification.first_error
    if wrong is not None:
        # The page tells it in the language of whoever reads.
        told |= {"where": wrong.where, "reason": wrong.reason.written()}
    return told, look.verification.ok


def _listen(asked: Asked) -> None:
    """Pass on what is asked; when stdin ends, interrupt whatever is at work."""
    # Not by way of the buffer: at the end of Python it must not be held by a thread.
    while lines := os.read(sys.stdin.fileno(), 1024):
        for _ in range(lines.count(b"\n")):
            asked.put(None)
    main = threading.main_thread().ident
    assert main is not None
    while True:
        signal.pthread_kill(main, signal.SIGINT)
        # It may have fallen into a finaliser, which swallows it.
        time.sleep(AGAIN_SECONDS)


def main(directory: str, idle: str) -> None:
    """Answer on stdout; what was begun is cleared away in any case."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    asked: Asked = queue.SimpleQueue()
    with suppress(KeyboardInterrupt, BrokenPipeError):
        threading.Thread(target=_listen, args=(asked,), daemon=True).start()
        answer(Path(directory), float(idle), asked, sys.stdout.buffer)


if __name__ == "__main__":
    main(*sys.argv[1:])
