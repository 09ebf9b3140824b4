"""Circuits whose engine several processes may share, and those that they may not."""

from __future__ import annotations

from pathlib import Path

from urdimbre.adapters.engines import place_of
from urdimbre.adapters.folder import is_circuit
from urdimbre.cli.failures import USAGE, Failure
from urdimbre.core.refusals import gettext_noop


class NotShared(Failure):
    """A circuit that only one process may have open."""

    code = "not_shared"
    says = gettext_noop("The registry of {path} is embedded: one process records it.")
    way_out = gettext_noop(
        "Serve it with `urdimbre run` and one worker, or move it: urdimbre engine DIR "
        "--to postgres."
    )
    exit_code = USAGE


class DsnMissing(Failure):
    """Nobody has said where PostgreSQL is."""

    code = "dsn_missing"
    says = gettext_noop("Where the registry shall stand is missing.")
    way_out = gettext_noop("Add --dsn postgresql://user@host/database.")
    exit_code = USAGE


def may_share(directory: Path, workers: int) -> None:
    """Let several workers serve only where a sequencer can record for them.

    Raises:
        NotShared: the circuit's engine is the embedded one.
    """
    if workers > 1 and is_circuit(directory) and place_of(directory) is None:
        raise NotShared(path=directory)
