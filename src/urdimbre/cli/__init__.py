"""The command line: the same circuit, for programs and terminals."""

import signal
import sys


def main() -> None:
    """Run what was typed and end with its exit code."""
    try:
        from urdimbre.cli.application import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # while the program itself was still being read
        code = 130
    # From here on there is nothing left to interrupt, only to tidy up.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)
