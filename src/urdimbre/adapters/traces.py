"""When a folder was last verified and backed up: told to who looks after it."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

TRACES_FILE = "traces.json"


def keep(folder: Path, what: str, told: dict[str, Any]) -> None:
    """Remember the last time that something was done.

    A folder that may only be read forgets it.
    """
    path = folder / TRACES_FILE
    draft = path.with_name(f".{TRACES_FILE}")
    with suppress(OSError):
        draft.write_text(json.dumps(kept(folder) | {what: told}), encoding="ascii")
        draft.replace(path)


def kept(folder: Path) -> dict[str, Any]:
    """Return what was done last, by what it was."""
    try:
        told = json.loads((folder / TRACES_FILE).read_text("ascii"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
