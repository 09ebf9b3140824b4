"""The process's one open circuit: what signs, checks and records for the pages."""

import threading

from django.conf import settings

from urdimbre.adapters import folder

_lock = threading.Lock()
_opened: list[folder.Circuit] = []


def circuit() -> folder.Circuit:
    """Return the open circuit; the first call opens it and takes the folder's lock."""
    with _lock:
        if not _opened:
            _opened.append(folder.open_circuit(settings.DIRECTORY))
        return _opened[0]


def close() -> None:
    """Close the circuit, so that another process may open it."""
    with _lock:
        for one in _opened:
            one.close()
        _opened.clear()
