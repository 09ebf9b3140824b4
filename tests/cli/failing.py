"""A server whose disk fails it: started by ``test_failing.py``.

    python failing.py FOLDER PORT

An empty block is due every half second; the second one finds the disk full.
"""

import sys
from pathlib import Path

from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.recording import StorageFailed, writer
from urdimbre.web import serving

GOOD = 1


def main(folder, port):
    """Serve until it ends."""
    serving.settle_in(folder)
    from urdimbre.web import opened

    write, written = SqliteStore.write, []

    def failing(store, block):
        if len(written) >= GOOD:
            raise StorageFailed("no space left")
        written.append(block)
        write(store, block)

    SqliteStore.write = failing
    writer.IDLE_SECONDS = 0
    opened.SEALING_SECONDS = 0.5
    serving.serve(folder, "127.0.0.1", port, demo=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
