"""The work of ``urdimbre sequence``: one process records for several workers."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from urdimbre.adapters.engines import place_of
from urdimbre.adapters.folder import Circuit, is_circuit, open_circuit
from urdimbre.adapters.folder_answers import NotACircuit
from urdimbre.adapters.supervising import SUPERVISED
from urdimbre.cli.opening import to_record
from urdimbre.cli.sharing import NotShared
from urdimbre.cli.speaking import Speaker
from urdimbre.core.refusals import gettext_noop
from urdimbre.projections.project import Projection

_RECORDING = gettext_noop("Recording what the workers hand over, as epoch {epoch}.")
_STOP = gettext_noop("Stop with Ctrl-C.")


class Asked:
    """Remembers that somebody has asked to end."""

    def __init__(self) -> None:
        """Nobody has, so far."""
        self._signals: list[int] = []
        self._parent = os.environ.get(SUPERVISED)

    def note(self, number: int, _frame: object) -> None:
        """Take a signal."""
        self._signals.append(number)

    def is_set(self) -> bool:
        """Tell whether to end: a signal came, or who has started us is gone."""
        alone = self._parent is not None and self._parent != str(os.getppid())
        return alone or bool(self._signals)


def sequence(directory: Path, *, voice: Speaker) -> None:
    """Record what workers hand over until told to stop.

    Raises:
        NotShared: the circuit's engine is the embedded one.
        Fenced: another sequencer has taken over.
        StorageFailed: the server is gone.
    """
    if not is_circuit(directory):
        raise NotACircuit(directory)
    place = place_of(directory)
    if place is None:
        raise NotShared(path=directory)
    from urdimbre.adapters.sequencing import sequence as run
    from urdimbre.adapters.storage.inbox import SequencerInbox
    from urdimbre.adapters.storage.postgres import PostgresStore

    with _asked() as asked:
        circuit = _opened(directory)
        try:
            store = circuit.registry.store
            assert isinstance(store, PostgresStore)
            with closing(SequencerInbox(place, store.epoch)) as inbox:
                _tell(voice, store.epoch)
                run(circuit.registry, inbox, asked)
        finally:
            circuit.close()


def _opened(directory: Path) -> Circuit:
    if SUPERVISED in os.environ:  # `run` has asked the witnesses
        return open_circuit(directory, projector=Projection())
    return to_record(directory)


@contextmanager
def _asked() -> Iterator[Asked]:
    """Listen to who asks to end, from before anything is opened."""
    asked = Asked()
    before = {
        one: signal.signal(one, asked.note) for one in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield asked
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _tell(voice: Speaker, epoch: int) -> None:
    if SUPERVISED in os.environ:
        return  # `run` has said what there is to say
    if voice.as_json:
        voice.jsons([{"epoch": epoch}])
        return
    voice.note(_RECORDING, epoch=epoch)
    voice.note(_STOP)
