"""What every bench shares: a figure, the yardstick R, and circuits to measure on."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.adapters import making
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.storage.sessions import Place
from urdimbre.adapters.verifying import OtherProcess
from urdimbre.core.chain.entry import decode, signature_input
from urdimbre.projections.project import Projection
from urdimbre.recording import Receipt, Registry
from urdimbre.recording.signatures import Job, Verdicts

MEMBERS = 200
SIGNATURES = 2
"""Of an exchange between two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure.

    Attributes:
        bench: name.
        value: measured, in ``unit``.
        unit: of the value.
        ratio: of the value to that of ``against``; ``None``: stands alone.
        against: what it was measured beside, in the same run.
        n: how many acts, requests or signatures were measured.
    """

    bench: str
    value: float
    unit: str
    n: int
    ratio: float | None = None
    against: str | None = None

    def tell(self) -> None:
        """Write the figure as one line of JSON."""
        line = {
            "bench": self.bench,
            "value": round(self.value, 3),
            "unit": self.unit,
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "against": self.against,
            "n": self.n,
        }
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def yardstick(entries: Sequence[bytes], genesis: str) -> float:
    """Return R: signatures a second that one thread verifies over these messages."""
    names = {making.id_of(name): making.public_of(name) for name in members()}
    jobs = []
    for entry in entries:
        signed = decode(entry)
        for slot in signed.slots:
            text = signature_input(genesis, slot.member, slot.mandate, signed.act)
            jobs.append((bytes.fromhex(names[slot.member]), text, slot.signature))
    start = time.perf_counter()
    held = sum(ed25519.verify(*job) for job in jobs)
    seconds = time.perf_counter() - start
    if held != len(jobs):
        raise SystemExit("a signature of the bench does not hold")
    return len(jobs) / seconds


def members(count: int = MEMBERS) -> list[str]:
    """Return the names of the members who exchange."""
    return [f"member {place}" for place in range(count)]


@contextmanager
def circuit(
    *,
    projected: bool,
    count: int = MEMBERS,
    place: Place | None = None,
    verdicts: Verdicts | None = None,
) -> Iterator[tuple[making.Making, Path]]:
    """Found a circuit with members on a file of its own, thrown away at the end.

    Given a place, its tables stand in PostgreSQL instead.

    As in a folder, signatures are verified by a second process, or as ``verdicts`` say.
    """
    process = OtherProcess()
    with tempfile.TemporaryDirectory() as name:
        folder, clock = Path(name), making.Clock()
        registry = making.registry(
            place or folder / "registry.db",
            clock,
            projector=Projection() if projected else None,
            verdicts=verdicts or process,
        )
        registry.found(making.genesis_entry())
        found = making.Making(registry, clock)
        recorded(registry, [found.admission(one) for one in members(count)])
        yield found, folder
        registry.close()
    process.close()


def believed(jobs: Sequence[Job]) -> Future[list[bool]]:
    """Take every signature for true: what is left is all the rest of the work."""
    future: Future[list[bool]] = Future()
    future.set_result([True] * len(jobs))
    return future


def exchanges(found: making.Making, number: int, count: int = MEMBERS) -> list[bytes]:
    """Sign exchanges of goods for signs between two members each."""
    names = members(count)
    return [
        found.barter(
            names[place % count], names[(place * 7 + 1 + place % 3) % count], 1
        )
        if names[place % count] != names[(place * 7 + 1 + place % 3) % count]
        else found.barter(names[place % count], names[(place + 1) % count], 1)
        for place in range(number)
    ]


def recorded(registry: Registry, entries: Sequence[bytes]) -> float:
    """Record entries, all of which must pass; returns the seconds it took."""
    start = time.perf_counter()
    answers = list(registry.submit_many(entries))
    seconds = time.perf_counter() - start
    for answer in answers:
        if not isinstance(answer, Receipt):
            raise SystemExit(f"the bench was refused: {answer}")
    return seconds
