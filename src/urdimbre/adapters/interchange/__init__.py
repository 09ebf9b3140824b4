"""Formats of the world outside: one module for each layout that is read."""

from urdimbre.adapters.interchange.generic import GENERIC
from urdimbre.adapters.interchange.layout import Layout
from urdimbre.adapters.interchange.sarafu import SARAFU

LAYOUTS: tuple[Layout, ...] = (SARAFU, GENERIC)
