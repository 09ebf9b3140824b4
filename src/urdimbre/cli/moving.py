"""The work of ``urdimbre engine``."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from urdimbre.adapters.engines import EMBEDDED, POSTGRES, EngineMissing, place_of
from urdimbre.adapters.folder import is_circuit, read_only
from urdimbre.adapters.folder_answers import NotACircuit
from urdimbre.cli.failures import BadChoice
from urdimbre.cli.sharing import DsnMissing
from urdimbre.projections.project import Projection


def present(directory: Path) -> dict[str, Any]:
    """Return which engine keeps a circuit, and how many entries it has."""
    if not is_circuit(directory):
        raise NotACircuit(directory)
    place = place_of(directory)
    with closing(read_only(directory)) as reading:
        told = {"size": reading.store.size()}
    if place is None:
        return {"engine": EMBEDDED} | told
    where = {"conninfo": place.conninfo, "schema": place.schema}
    return {"engine": POSTGRES} | told | where


def moved(directory: Path, to: str, dsn: str | None) -> dict[str, Any]:
    """Move a circuit to another engine; returns what stands there now."""
    if to not in (EMBEDDED, POSTGRES):
        raise BadChoice(option="--to", text=to, choices=f"{EMBEDDED}, {POSTGRES}")
    try:
        from urdimbre.adapters.moving import to_embedded, to_postgres
    except ImportError:
        raise EngineMissing from None
    if to == EMBEDDED:
        return to_embedded(directory, Projection())._asdict()
    if dsn is None:
        raise DsnMissing
    return to_postgres(directory, dsn, Projection())._asdict()
