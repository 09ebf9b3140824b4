"""``python -m urdimbre.cli``."""

from urdimbre.cli import main

main()
