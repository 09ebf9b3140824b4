"""The command line: the same circuit, for programs and terminals."""

import sys


def main() -> None:
    """Run what was typed and end with its exit code."""
    from urdimbre.cli.application import run

    sys.exit(run(sys.argv[1:]))
