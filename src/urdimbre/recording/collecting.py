"""Looking for rings of garbage less often, while a long log is gone through.

Acts, rows and answers are frozen and point at nothing that points back, so counting
references lets go of them at once. What looks for rings only walks over them again: by
Python's own measure after each 700 objects, which was a tenth of a replay's time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS = 100_000
"""New objects after which it looks after all: some 15 MB of the smallest."""


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Look for garbage rarely within, and as before afterwards."""
    before = gc.get_threshold()
    if not 0 < before[0] < OBJECTS:  # switched off, or somebody around us does it
        yield
        return
    gc.set_threshold(OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
