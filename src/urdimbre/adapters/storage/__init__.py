"""Stores for the registry: one module for each engine."""

from urdimbre.adapters.storage.sqlite import SqliteStore

ENGINES = (SqliteStore,)
