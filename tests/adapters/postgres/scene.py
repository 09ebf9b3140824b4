"""A circuit in PostgreSQL: its sequencer in a thread, registries beside it."""

import json
import threading
from contextlib import contextmanager

from tests.adapters import making
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.sequencing import sequence
from urdimbre.adapters.storage.inbox import PostgresInbox, SequencerInbox
from urdimbre.adapters.storage.postgres import PostgresStore
from urdimbre.projections.project import Projection
from urdimbre.recording import Registry

PAIR = ("ana", "beto")


def founded(place, exchanges=0):
    """Found a circuit with Ana and Beto; returns entries that are not recorded yet."""
    circuit = making.found(place, projector=Projection())
    circuit.admit(*PAIR)
    entries = [circuit.barter(*PAIR, 1 + number) for number in range(exchanges)]
    circuit.registry.close()
    return entries


def worker(place):
    """A registry as a web worker has it: acts go to the inbox, blocks are followed."""
    store = PostgresStore(place, write=False)
    inbox = PostgresInbox(place)
    registry = Registry(
        store,
        node=making.node(),
        clock=making.Clock(),
        verify=ed25519.verify,
        admissible=ed25519.admissible,
        projector=Projection(),
        inbox=inbox,
        quota=inbox.quota,
    )
    store.follow()
    return registry


class Sequencer:
    """A sequencer in a thread of its own.

    Attributes:
        registry: that it records with.
        failed: what has ended it, if anything has.
    """

    def __init__(self, place):
        self.registry = making.registry(place, making.Clock(), projector=Projection())
        self.failed = None
        self._inbox = SequencerInbox(place, self.registry.store.epoch)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        try:
            sequence(self.registry, self._inbox, self._stop)
        except Exception as failed:  # noqa: BLE001 - looked at by the test
            self.failed = failed

    def join(self):
        """Wait until it has ended by itself."""
        self._thread.join(60)
        assert not self._thread.is_alive()

    def close(self):
        self._stop.set()
        self.join()
        self._inbox.close()
        self.registry.close()


@contextmanager
def sequencing(place):
    """Run a sequencer meanwhile."""
    one = Sequencer(place)
    try:
        yield one
    finally:
        one.close()


@contextmanager
def working(place, count=1):
    """Have workers meanwhile."""
    some = [worker(place) for _ in range(count)]
    try:
        yield some
    finally:
        for one in some:
            one.close()


def balance(registry):
    """What Ana stands at."""
    return registry.state.get(
        f"account/{making.id_of('ana')}/{making.SIGN}/own"
    ).balance


def folder_of(place, path):
    """A folder that says where the registry is; enough to verify it."""
    told = {"engine": "postgres", "conninfo": place.conninfo, "schema": place.schema}
    (path / "engine.json").write_text(json.dumps(told))
    return path
