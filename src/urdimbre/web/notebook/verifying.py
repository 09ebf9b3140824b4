"""*Verify now*: the whole notebook is replayed beside the running circuit.

Another process does it, so that the one that serves does not grow. It stays for a
while: who asks again waits only for what is new.
"""

import json
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from urdimbre.adapters.verifying import environment

IDLE_SECONDS = 300
"""How long the other process waits for somebody to ask again."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the last verification found.

    Attributes:
        running: whether one is at work.
        again: whether it only has to read what is new.
        started: seconds UTC; 0 before the first.
        seconds: how long it took.
        result: what it found, as ``verify --follow --json`` tells it; once it has
            ended.
        failed: why it could not come to an end, if it could not.
    """

    running: bool = False
    again: bool = False
    started: int = 0
    seconds: int = 0
    result: dict[str, Any] | None = None
    failed: str | Promise = ""


class Verifier:
    """The other process, which knows what it has verified of one folder."""

    def __init__(self, directory: Path, idle: float = IDLE_SECONDS) -> None:
        """Start it; it waits for a question."""
        self.directory = directory
        self.child = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", _MODULE, str(directory), str(idle)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            start_new_session=True,  # it ends when our end of its stdin is closed
        )

    def knows(self, directory: Path) -> bool:
        """Whether it is there still, for that folder."""
        return self.directory == directory and self.child.poll() is None

    def look(self) -> dict[str, Any] | None:
        """Ask it to look, and wait; ``None`` if it is gone."""
        assert self.child.stdin is not None and self.child.stdout is not None  # noqa: PT018
        try:
            self.child.stdin.write(b"\n")
            self.child.stdin.flush()
        except OSError:
            return None
        line = self.child.stdout.readline()
        return json.loads(line) if line.endswith(b"\n") else None

    def close(self) -> None:
        """Let it end, and wait for it."""
        for pipe in (self.child.stdin, self.child.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        self.child.wait()


_MODULE = "urdimbre.web.notebook.verifier"
_lock = threading.Lock()
_last = [Outcome()]
_verifier: list[Verifier] = []


def last() -> Outcome:
    """Return the last verification, or the one at work."""
    return _last[0]


def begin(directory: Path) -> None:
    """Start a verification unless one is at work."""
    with _lock:
        if _last[0].running:
            return
        again = bool(_verifier) and _verifier[0].knows(directory)
        _last[0] = Outcome(running=True, again=again, started=int(time.time()))
        threading.Thread(target=_verify, args=(directory,), daemon=True).start()


def _verify(directory: Path) -> None:
    began, started = _last[0].started, time.monotonic()
    try:
        told = _told(directory)
    except OSError as error:
        told = {"failed": str(error)}
    if told is None:
        reason = _("the process that verifies has been ended")
        _last[0] = Outcome(started=began, failed=reason)
    elif "failed" in told:
        _last[0] = Outcome(started=began, failed=told["failed"])
    else:
        seconds = int(time.monotonic() - started)
        _last[0] = Outcome(started=began, seconds=seconds, result=told)


def _told(directory: Path) -> dict[str, Any] | None:
    """Ask the process that is there; if it is gone, or just going, a new one."""
    if _verifier and _verifier[0].knows(directory):
        told = _verifier[0].look()
        if told is not None:
            return told
    while _verifier:
        _verifier.pop().close()
    _verifier.append(Verifier(directory))
    return _verifier[0].look()
