"""Recording in a process of its own that something ends: a folder, and what waits.

path = prepared(tmp_path)
child = started(PROGRAM, path, point)
"""

import subprocess

from tests import processes
from tests.adapters import making
from urdimbre.projections.project import Projection

ENTRIES = 40
FIRST = 6
"""Entries of the log before those that wait."""


def prepared(path, count=ENTRIES):
    """Make a folder with two members, and entries that are not recorded yet."""
    circuit = making.found(path, projector=Projection())
    circuit.admit("ana", "beto")
    entries = [circuit.barter("ana", "beto", 1 + n) for n in range(count)]
    circuit.registry.close()
    (path / "entries").write_text("\n".join(entry.hex() for entry in entries))
    return path


def entries_of(path):
    """The entries that wait in a folder."""
    return [bytes.fromhex(one) for one in (path / "entries").read_text().split()]


def opened(path, clock=None):
    """The registry of a folder, with the tables that pages read."""
    clock = clock or making.Clock()
    return making.registry(path / "registry.db", clock, projector=Projection())


def started(program, path, *arguments):
    """Start a program of these tests on a folder."""
    return processes.started(program, path, *arguments, stderr=subprocess.PIPE)
