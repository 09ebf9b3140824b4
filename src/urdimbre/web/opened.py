"""The process's one open circuit: what signs, checks and records for the pages."""

import threading

from django.conf import settings

from urdimbre.adapters import folder
from urdimbre.projections.project import Projection

_lock = threading.Lock()
_opened: list[folder.Circuit] = []


def circuit() -> folder.Circuit:
    """Return the open circuit; the first call opens it and takes the folder's lock."""
    with _lock:
        if not _opened:
            _opened.append(_open())
        return _opened[0]


def _open() -> folder.Circuit:
    return folder.open_circuit(settings.DIRECTORY, projector=Projection())


def close() -> None:
    """Close the circuit, so that another process may open it."""
    with _lock:
        for one in _opened:
            one.close()
        _opened.clear()
