"""The sequencer's process, started anew whenever it ends by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SUPERVISED = "URDIMBRE_SUPERVISED"
"""Set for a sequencer that is to end with the process that has started it."""
AGAIN_SECONDS = 1.0
END_SECONDS = 10
CONFLICT = 6
"""Exit code of one whose place another has taken: it is not started again."""


@contextmanager
def sequencer(directory: Path) -> Iterator[None]:
    """Keep a sequencer running beside what is done meanwhile."""
    keeper = _Keeper(directory)
    try:
        yield
    finally:
        keeper.end()


class _Keeper:
    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._ending = threading.Event()
        self._child = self._start()
        self._thread = threading.Thread(
            target=self._keep, name="urdimbre-supervising", daemon=True
        )
        self._thread.start()

    def end(self) -> None:
        """End the child: what it has taken is answered first."""
        self._ending.set()
        self._child.terminate()
        self._thread.join()
        try:
            self._child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def _keep(self) -> None:
        while self._child.wait() != CONFLICT:
            # The server may be away for a while; each try waits for it a little.
            if self._ending.wait(AGAIN_SECONDS):
                return
            self._child = self._start()
            if self._ending.is_set():
                self._child.terminate()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "urdimbre.cli", "sequence", str(self._directory)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=os.environ | {SUPERVISED: str(os.getpid())},
            start_new_session=True,  # a Ctrl-C is for its parent, who then ends it
        )
