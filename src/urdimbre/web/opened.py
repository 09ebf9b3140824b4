"""The process's one open circuit: what signs, checks and records for the pages."""

import logging
import os
import threading
from collections.abc import Callable

from django.conf import settings

from urdimbre.adapters import folder
from urdimbre.adapters.engines import place_of
from urdimbre.adapters.folder_answers import FolderFailed
from urdimbre.adapters.joining import join_circuit
from urdimbre.projections.project import Projection
from urdimbre.recording.answers import Closed, RecordingFailed

SEALING_SECONDS = 300
TELLING_SECONDS = 2
FAILED = 1
logger = logging.getLogger(__name__)
_lock = threading.Lock()
_ended = threading.Event()
_opened: list[folder.Circuit] = []


def circuit() -> folder.Circuit:
    """Return the open circuit; the first call opens it and takes the folder's lock."""
    with _lock:
        if not _opened:
            _opened.append(_open())
        return _opened[0]


def _open() -> folder.Circuit:
    """Open it to record, or beside the sequencer where several workers share it."""
    if place_of(settings.DIRECTORY) is not None:
        return join_circuit(settings.DIRECTORY, projector=Projection())
    return folder.open_circuit(settings.DIRECTORY, projector=Projection())


def keep_sealing() -> None:
    """Look every few minutes whether an idle day asks for an empty block."""
    keep_doing(_seal, each=SEALING_SECONDS, name="urdimbre-sealing")


def keep_doing(work: Callable[[], None], *, each: float, name: str) -> None:
    """Do something each so often, in a thread of its own, while the circuit is open.

    A failure is told and does not end it: nobody would see that the thread is gone.
    """
    arguments = (work, each, name)
    threading.Thread(target=_do_on, args=arguments, name=name, daemon=True).start()


def _do_on(work: Callable[[], None], each: float, name: str) -> None:
    while not _ended.wait(each):
        try:
            work()
        except Closed:
            return
        except RecordingFailed as failed:
            # The pages go on: members can read, and will be told when they record.
            logger.warning("%s %s", failed.message, failed.hint)
        except (FolderFailed, OSError) as failed:
            logger.warning("%s: %s", name, failed)
        except Exception:
            logger.exception("%s", name)


def _seal() -> None:
    one = circuit()
    if one.lock is not None and one.is_demo and one.registry.clock_is_off():
        one.accept_clock()  # the machine has slept; a demo goes by whatever clock
    one.registry.seal_idle()


def keep_watching() -> None:
    """End this process soon after the storage has failed it.

    What it shows may not be what the disk holds; whoever starts it again opens it from
    there. First those who wait are told.
    """
    threading.Thread(target=_end_with_it, name="urdimbre-watching", daemon=True).start()


def _end_with_it() -> None:
    failed = circuit().registry.ended()
    if failed is None or _ended.is_set():
        return
    logger.error("%s %s", failed.message, failed.hint)
    _ended.wait(TELLING_SECONDS)
    os._exit(FAILED)


def close() -> None:
    """Close the circuit, so that another process may open it."""
    _ended.set()
    with _lock:
        for one in _opened:
            one.close()
        _opened.clear()
