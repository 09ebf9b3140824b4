"""Stores for the registry: one module for each engine."""

ENGINES = ("sqlite", "postgres")
"""Their modules. The second needs the extra ``[postgres]``, so nothing imports it
unless a circuit uses it."""
