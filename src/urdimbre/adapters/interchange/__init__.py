"""Formats of the world outside: one module for each layout that is read."""

from urdimbre.adapters.interchange.ces import CES
from urdimbre.adapters.interchange.generic import GENERIC
from urdimbre.adapters.interchange.komunitin import KOMUNITIN
from urdimbre.adapters.interchange.layout import Layout
from urdimbre.adapters.interchange.sarafu import SARAFU
from urdimbre.adapters.interchange.timeoverflow import TIMEOVERFLOW

LAYOUTS: tuple[Layout, ...] = (SARAFU, GENERIC, KOMUNITIN, TIMEOVERFLOW, CES)
