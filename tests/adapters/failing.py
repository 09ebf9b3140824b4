"""A process whose disk fails it: started by ``test_machine_faults.py``.

    python failing.py FOLDER FAULT

Records what waits in FOLDER, one block each. FAULT is a number of bytes beyond which no
file may grow, or a device that stands in the journal's place after the third entry.
Each recorded act's position goes to stdout at once, the class and the words of the
failure to stderr.
"""

import os
import resource
import signal
import sys
from pathlib import Path

from tests.adapters.apart import entries_of, opened
from urdimbre.recording import RecordingFailed

GOOD = 3


def swap(journal, device):
    """Let what the writer writes to its journal go to a device."""
    links = Path("/proc/self/fd").iterdir()
    ours = [int(link.name) for link in links if link.resolve() == journal.resolve()]
    handle = os.open(device, os.O_RDWR)
    os.dup2(handle, min(ours))  # the connection that writes was opened first
    os.close(handle)


def run(folder, fault):
    limit = int(fault) if fault.isdecimal() else 0
    if limit:
        # Without this the system would end the process instead of the writing.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        registry = opened(folder)
        for number, entry in enumerate(entries_of(folder)):
            if number == GOOD and not fault.isdecimal():
                swap(folder / "registry.db-wal", fault)
            sys.stdout.write(f"{registry.submit(entry).index}\n")
            sys.stdout.flush()
    except RecordingFailed as failed:
        sys.stderr.write(f"{type(failed).__name__}: {failed}\n")
        sys.exit(3)


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2])
