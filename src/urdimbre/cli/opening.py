"""Circuits opened for a command: to record, or only to look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from urdimbre.adapters.folder import Circuit, Reading, open_circuit, read_only
from urdimbre.adapters.folder_answers import AlreadyOpen
from urdimbre.adapters.joining import join_circuit
from urdimbre.adapters.witnessing.at_start import look_for_later
from urdimbre.cli.telling import know_scales
from urdimbre.core.catalogue.unit import UnitRow
from urdimbre.core.circuit import decode_row
from urdimbre.core.refusals import Reason
from urdimbre.core.state import Row, State, View
from urdimbre.projections.project import Projection
from urdimbre.recording import Damaged


@contextmanager
def recording(directory: Path, *, alone: bool = False) -> Iterator[Circuit]:
    """Open a circuit for recording, and let it go at the end.

    If another process records it and its engine can be shared, acts go to that one,
    unless nobody else may have it open.
    """
    circuit = _opened(directory, alone=alone)
    try:
        know_units(circuit.registry.state)
        yield circuit
    except BaseException:
        # What follows from it while closing, as on a full disk, would hide the cause.
        with suppress(Exception):
            circuit.close()
        raise
    circuit.close()


def to_record(directory: Path) -> Circuit:
    """Open a circuit for recording, once its witnesses have been asked.

    Raises:
        Behind: one has seen a longer log than this copy has.
        Forked: one has seen another log than this one.
        AlreadyOpen: another process has it.
    """
    look_for_later(directory)
    return open_circuit(directory, projector=Projection())


def _opened(directory: Path, *, alone: bool) -> Circuit:
    try:
        return to_record(directory)
    except AlreadyOpen:
        if alone:
            raise
        return join_circuit(directory, projector=Projection())


@contextmanager
def looking(directory: Path) -> Iterator[Reading]:
    """Open a circuit to look at, even while another process records."""
    reading = read_only(directory)
    try:
        know_scales({row.code: row.unit.scale for row in rows_of(reading, "unit/")})
        yield reading
    finally:
        reading.close()


def know_units(state: View) -> None:
    """Let sentences show amounts in this circuit's units."""
    know_scales(
        {
            row.code: row.unit.scale
            for row in state.starting("unit/")
            if isinstance(row, UnitRow)
        }
    )


def rows_of(reading: Reading, *prefixes: str) -> list[Any]:
    """Return the rows of the state whose keys start so, in order of creation."""
    return [
        _decoded(row.key, row.value)
        for row in reading.store.state()
        if row.key.startswith(prefixes)
    ]


def state_of(reading: Reading) -> State:
    """Load the whole state, to rehearse on."""
    state = State()
    for row in reading.store.state():
        state.places[row.key] = row.place
        state.rows[row.key] = _decoded(row.key, row.value)
    last = reading.store.last_block()
    state.time = 0 if last is None else last.time
    state.genesis = reading.genesis
    return state


def _decoded(key: str, value: bytes) -> Row:
    try:
        return decode_row(key, value)
    except (ValueError, KeyError, TypeError):
        raise Damaged("state", Reason("{key} cannot be read", key=key)) from None
