"""How much memory verifying takes: ``python -m bench.verifying DIR``, by itself.

It imports nothing that the program would not have: that would count, too.
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from urdimbre.adapters.verification import verify_folder
from urdimbre.adapters.verifying import Spread
from urdimbre.projections.project import Projection


def peak(folder: Path) -> float:
    """Verify a folder; return the most memory that this process ever had, in MB.

    Not what ``getrusage`` tells, which begins with what the parent had.
    """
    with closing(Spread(2)) as verdicts:
        found = verify_folder(folder, projector=Projection(), verdicts=verdicts)
    if not found.ok:
        raise SystemExit(f"the bench's circuit does not verify: {found.told()}")
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    [most] = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(most) * 1024 / 1e6


if __name__ == "__main__":
    sys.stdout.write(str(peak(Path(sys.argv[1]))))
