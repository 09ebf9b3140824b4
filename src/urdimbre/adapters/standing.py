"""Whether a restored folder may record: not while others have seen more than it holds.

The answer stands in a file of the folder, so that no restart forgets it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from urdimbre.adapters.checkpoints import Seen
from urdimbre.core.refusals import gettext_noop
from urdimbre.recording import RecordingFailed

BEHIND_FILE = "behind.json"


class Behind(RecordingFailed):
    """This copy must not record before it has caught up with what others have seen."""

    code = "behind"
    says = gettext_noop("Others have seen {seen} entries of this log.")
    hint = gettext_noop(
        "Bring it up to date: urdimbre catch-up DIR --from BUNDLE or receipts. If "
        "nobody has what is missing, found the circuit anew and say so: urdimbre "
        "refound."
    )
    exit_code = 6

    def __init__(self, seen: int) -> None:
        """Keep how many entries others have seen."""
        super().__init__(seen=seen)
        self.seen = seen


class NobodyAsked(RecordingFailed):
    """This copy was restored, and nobody was asked whether it is the latest."""

    code = "nobody_asked"
    says = gettext_noop("It is not known whether this copy is the latest.")
    hint = gettext_noop(
        "Ask a witness or a member: urdimbre catch-up DIR --checkpoint FILE. If "
        "nothing was recorded after the backup, say so with --nothing-later."
    )
    exit_code = 6

    def __init__(self) -> None:
        """Say what is not known."""
        super().__init__()


def refuse_if_behind(folder: Path) -> None:
    """Raise if a folder has been found to be behind, or nobody was asked yet.

    Raises:
        Behind, NobodyAsked: see there.
    """
    try:
        told = json.loads((folder / BEHIND_FILE).read_text("ascii"))
    except FileNotFoundError:
        return
    except ValueError:
        raise NobodyAsked from None
    if not isinstance(told, dict) or not told.get("size"):
        raise NobodyAsked
    raise Behind(told["size"])


def mark_behind(folder: Path, seen: Seen | None) -> None:
    """Write down what somebody has seen; ``None``: nobody was asked."""
    told = {} if seen is None else {"size": seen.size, "seen": seen.text}
    path = folder / BEHIND_FILE
    draft = path.with_name(f".{BEHIND_FILE}")
    with draft.open("w", encoding="ascii") as file:
        json.dump(told, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def remembered(folder: Path) -> str | None:
    """Return the checkpoint that the folder is known to be behind of."""
    try:
        told = json.loads((folder / BEHIND_FILE).read_text("ascii"))
    except (FileNotFoundError, ValueError):
        return None
    seen = told.get("seen") if isinstance(told, dict) else None
    return seen if isinstance(seen, str) else None


def is_marked(folder: Path) -> bool:
    """Tell whether a folder must not record yet."""
    return (folder / BEHIND_FILE).exists()


def clear_behind(folder: Path) -> None:
    """Let the folder record again."""
    (folder / BEHIND_FILE).unlink(missing_ok=True)
