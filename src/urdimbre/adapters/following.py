"""``verify --follow``: a verification that goes on as the log grows.

The replay is kept, its chain in memory and its tables in a scratch file. Each look
replays only the entries that have come since the last, and then compares everything
again with what is stored at that moment.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urdimbre.adapters.clock import wall_clock
from urdimbre.adapters.verification import Replayed, Verification, verified
from urdimbre.recording.ports import Projector
from urdimbre.recording.signatures import Verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look has found.

    Attributes:
        verification: of all entries so far.
        upto: how many entries were replayed by then.
        at: when the registry stood as it was compared, seconds UTC.
    """

    verification: Verification
    upto: int
    at: int

    def told(self) -> dict[str, Any]:
        """Return it as ``verify --follow --json`` prints it."""
        return self.verification.told() | {"upto": self.upto, "at": self.at}


class Following:
    """Verifies a folder again and again, each time only what is new.

    It is over with the first difference: a log that was altered is not followed.
    """

    def __init__(
        self,
        path: Path,
        *,
        projector: Projector | None = None,
        verdicts: Verdicts | None = None,
    ) -> None:
        """Begin before the first entry; nothing is read yet.

        Args:
            path: of the folder.
            projector: a fresh one, of the tables that pages read.
            verdicts: verifies lots of signatures; a process of its own by default.
        """
        self._path = path
        self._folder = tempfile.TemporaryDirectory(prefix="urdimbre-verify-")
        scratch = Path(self._folder.name)
        self._replayed = Replayed(scratch, projector=projector, verdicts=verdicts)

    def look(self) -> Look:
        """Replay what has come since the last look, and compare all tables.

        Raises:
            StorageFailed: this machine cannot read the folder, or write beside it.
        """
        at = wall_clock()
        found = verified(self._path, self._replayed)
        return Look(verification=found, upto=self._replayed.chain.log.size, at=at)

    def close(self) -> None:
        """Let go of the replay and its file."""
        self._replayed.close()
        self._folder.cleanup()
