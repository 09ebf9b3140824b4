"""The machine's clock, in the one form the registry takes it."""

import time


def wall_clock() -> int:
    """Return the seconds UTC since 1970 by this machine."""
    return int(time.time())
