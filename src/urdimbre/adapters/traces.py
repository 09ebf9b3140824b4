"""When a folder was last verified, backed up, served: for who looks after it."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

TRACES = Path("traces")
"""Folder with a file for each thing that is done, so that nobody waits for another."""


def keep(folder: Path, what: str, told: dict[str, Any]) -> None:
    """Remember the last time that something was done.

    A folder that may only be read forgets it.
    """
    path = folder / TRACES / f"{what}.json"
    draft = path.with_name(f".{path.name}")
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        draft.write_text(json.dumps(told), encoding="ascii")
        draft.replace(path)


def kept(folder: Path) -> dict[str, Any]:
    """Return what was done last, by what it was."""
    found = {}
    for path in sorted((folder / TRACES).glob("*.json")):
        with suppress(OSError, ValueError):
            found[path.stem] = json.loads(path.read_text("ascii"))
    return found
