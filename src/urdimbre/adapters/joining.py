"""A circuit that another process records, opened by those beside it."""

from __future__ import annotations

from pathlib import Path

from urdimbre.adapters.clock import wall_clock
from urdimbre.adapters.engines import place_of
from urdimbre.adapters.folder import Circuit, assembled, is_circuit
from urdimbre.adapters.folder_answers import AlreadyOpen, NotACircuit
from urdimbre.adapters.keys import ed25519
from urdimbre.recording import Projector
from urdimbre.recording.ports import Clock


def join_circuit(
    path: Path, *, clock: Clock = wall_clock, projector: Projector | None = None
) -> Circuit:
    """Open a circuit that another process records, to hand acts over to that one.

    Only a registry in PostgreSQL can be shared so.

    Raises:
        NotACircuit: there is none.
        AlreadyOpen: its engine is the embedded one: one process has it.
        RecordingFailed: it cannot be opened.
    """
    if not is_circuit(path):
        raise NotACircuit(path)
    ed25519.self_test()
    place = place_of(path)
    if place is None:
        raise AlreadyOpen(path)
    # psycopg belongs to the extra [postgres]
    from urdimbre.adapters.storage.inbox import PostgresInbox  # noqa: PLC0415
    from urdimbre.adapters.storage.postgres import PostgresStore  # noqa: PLC0415

    store = PostgresStore(place, write=False)
    try:
        inbox = PostgresInbox(place)
    except BaseException:
        store.close()
        raise
    circuit = assembled(
        path,
        store,
        None,
        clock=clock,
        projector=projector,
        inbox=inbox,
        quota=inbox.quota,
    )
    store.follow()
    return circuit
