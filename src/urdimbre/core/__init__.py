"""Exact rules: what a circuit records, and what it refuses."""
