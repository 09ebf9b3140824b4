"""A circuit in a whole folder, as ``urdimbre init`` leaves it, with the keys of tests.

circuit = found(tmp_path / "circuit")
circuit.admit("ana", "beto")
"""

from pathlib import Path
from typing import Any

from tests.adapters import making
from urdimbre.adapters import folder
from urdimbre.adapters.desk import Desk, Person
from urdimbre.adapters.keys.server import KEK_FILE, NODE_FILE, KeyEncryptionKey
from urdimbre.projections.project import Projection

NAMES = ("ana", "beto")


def found(path: Path) -> making.Making:
    """A founded circuit with Ana and Beto in a folder, open."""
    path.mkdir(mode=0o700)
    KeyEncryptionKey.create(path / KEK_FILE)
    write_node(path, making.NODE)
    desk = Desk(path / "desk.db")
    desk.set_shown({"name": "Trueque Sur"})
    circuit = making.found(path, projector=Projection())
    circuit.admit(*NAMES)
    desk.add_persons(Person(making.id_of(name), name.title()) for name in NAMES)
    return circuit


def write_node(path: Path, name: str) -> None:
    """Put a node's key into the folder, by its name in the tests."""
    file = path / NODE_FILE
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_bytes(making.seed_of(name))


def opened(path: Path, clock: making.Clock | None = None) -> Any:
    """The circuit opened for recording as the program does it."""
    return folder.open_circuit(
        path, clock=clock or making.Clock(), projector=Projection()
    )


def dressed(circuit: Any) -> making.Making:
    """An open folder as a circuit that tests record with."""
    made = making.Making(circuit.registry, circuit.clock)
    made._ids = iter(range(10**6 + circuit.registry.size * 1000, 10**9))
    return made
