"""How many acts one member may send: a bucket each that fills again by itself.

Counted before anything is parsed, so that a flood of cheap invalid acts costs the
others nothing. What is refused so is no act yet; nothing of it is kept.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

HOUR = 3_600
SENDERS_MAX = 10_000
"""Of whom a bucket is kept: those who have sent something last."""


class Counting(Protocol):
    """Counts the acts of each sender."""

    def take(self, sender: str, per_hour: int) -> int:
        """Count one act; returns after how many seconds it may come, 0 for now."""
        ...


class Quota:
    """Counts the acts of each sender, in this process."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Begin with full buckets.

        Args:
            monotonic: seconds that never run backwards.
        """
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, sender: str, per_hour: int) -> int:
        """Count one act; returns after how many seconds it may come, 0 for now.

        Args:
            sender: member id.
            per_hour: how many acts an hour refills, and the most that a bucket holds.
        """
        now = self._monotonic()
        with self._lock:
            left, since = self._left.pop(sender, (float(per_hour), now))
            left = min(per_hour, left + (now - since) * per_hour / HOUR)
            passes = left >= 1
            self._left[sender] = (left - 1 if passes else left, now)
            while len(self._left) > SENDERS_MAX:
                self._left.popitem(last=False)
        return 0 if passes else 1 + int((1 - left) * HOUR / per_hour)
