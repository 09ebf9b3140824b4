"""*Verify now*: the whole notebook is replayed beside the running circuit."""

import threading
import time
from dataclasses import dataclass
from pathlib import Path

from urdimbre.adapters.verification import Verification, verify_folder
from urdimbre.projections.project import Projection
from urdimbre.recording import RecordingFailed


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the last verification found.

    Attributes:
        running: whether one is at work.
        started: seconds UTC; 0 before the first.
        seconds: how long it took.
        result: what it found, once it has ended.
        failed: why it could not come to an end, if it could not.
    """

    running: bool = False
    started: int = 0
    seconds: int = 0
    result: Verification | None = None
    failed: str = ""


_lock = threading.Lock()
_last = [Outcome()]


def last() -> Outcome:
    """Return the last verification, or the one at work."""
    return _last[0]


def begin(directory: Path) -> None:
    """Start a verification unless one is at work."""
    with _lock:
        if _last[0].running:
            return
        _last[0] = Outcome(running=True, started=int(time.time()))
        threading.Thread(target=_verify, args=(directory,), daemon=True).start()


def _verify(directory: Path) -> None:
    started = time.monotonic()
    began = _last[0].started
    try:
        result = verify_folder(directory, projector=Projection())
    except (OSError, RecordingFailed) as error:
        _last[0] = Outcome(started=began, failed=str(error))
        return
    seconds = int(time.monotonic() - started)
    _last[0] = Outcome(started=began, seconds=seconds, result=result)
