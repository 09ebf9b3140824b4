"""Urdimbre: solidarity economic circuits that their members run and verify."""
