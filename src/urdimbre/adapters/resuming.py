"""``verify --from``: the state of a snapshot, and only what follows it replayed.

Proven: that the snapshot holds and stands in this log; every entry after it, with its
act, header and tiles; the whole table of the state; that the entries before are those
of the snapshot, and that none has the maker and number of a later act. Their other
tables are looked at only where a later act cites them. Not proven: that the acts before
give the snapshot's state, and the tables that pages read, which the state alone does
not give.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from urdimbre.adapters.continued import Continued
from urdimbre.adapters.differences import (
    Difference,
    FoundDifference,
    check_indexes,
    compare_schema,
    compare_table,
)
from urdimbre.adapters.earlier import Earlier
from urdimbre.adapters.snapshot import NotASnapshot, open_snapshot
from urdimbre.adapters.storage.journal import look_for_lost_blocks
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.adapters.verification import (
    FAILURES,
    Replayed,
    Verification,
    check_lookups,
    compare_checkpoint,
    compare_payloads,
    damage_of,
    image_of,
    log_from,
    reading,
)
from urdimbre.core.refusals import Reason
from urdimbre.core.state import value_of
from urdimbre.recording.chain import SCHEMA_VERSION, Chain
from urdimbre.recording.ports import Projector
from urdimbre.recording.signatures import Verdicts

COVERED = ("entry", "act", "header", "tile", "state", "meta")
"""The first four from the snapshot on, the others whole."""
UNPROVEN = ("before", "derived")
_PARTS = {
    "entry": "position >= {size}",
    "act": "position >= {size}",
    "header": "position >= {size}",
    "tile": "number >= ({size} >> (8 * (level + 1)))",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FromSnapshot:
    """What a verification from a snapshot has found.

    Attributes:
        verification: of what follows the snapshot.
        size: entries before it.
        unproven: ``before``: that the acts before give the state of the snapshot;
            ``derived``: the tables that pages read.
    """

    verification: Verification
    size: int
    unproven: tuple[str, ...] = UNPROVEN

    def told(self) -> dict[str, Any]:
        """Return it as ``verify --from --json`` prints it."""
        more = {"from": self.size, "unproven": list(self.unproven)}
        return self.verification.told() | more


def verify_from(
    path: Path,
    snapshot: Path,
    *,
    projector: Projector | None = None,
    verdicts: Verdicts | None = None,
) -> FromSnapshot:
    """Verify what follows a snapshot in the folder of its circuit.

    Args:
        path: of the folder.
        snapshot: the file.
        projector: says which tables pages read; they are not compared.
        verdicts: verifies lots of signatures; a process of its own by default.

    Raises:
        NotASnapshot: it is none, does not hold, or is of another circuit.
        StorageFailed: this machine cannot read the folder, or write beside it.
    """
    with tempfile.TemporaryDirectory(prefix="urdimbre-verify-") as scratch:
        resumed = _resumed(Path(scratch), snapshot, projector, verdicts)
        with closing(resumed.replayed):
            found = _verified(path, snapshot, resumed)
        return FromSnapshot(verification=found, size=resumed.size)


class Resumed(NamedTuple):
    """A replay that goes on from a snapshot.

    Attributes:
        replayed: the replay.
        tables: where it looks acts up.
        size: entries before it.
        version: of the tables that pages read.
    """

    replayed: Replayed
    tables: Continued
    size: int
    version: str | None


def _resumed(
    scratch: Path,
    snapshot: Path,
    projector: Projector | None,
    verdicts: Verdicts | None,
) -> Resumed:
    """Take up the chain; its rows of the state go into tables in ``scratch``."""
    schema = projector.schema if projector else ()
    store = SqliteStore(scratch / "registry.db", schema=schema, durable=False)
    tables = Continued(store)
    try:
        chain, held = open_snapshot(snapshot, tables)
    except NotASnapshot:
        store.close()
        raise
    _pour(chain, store.connection)
    replayed = Replayed(
        scratch, projector=projector, verdicts=verdicts, begun=(store, chain)
    )
    version = str(projector.version) if projector else None
    return Resumed(replayed, tables, held.size, version)


def _pour(chain: Chain, connection: sqlite3.Connection) -> None:
    state = chain.state
    rows = ((at, key, value_of(state.rows[key])) for key, at in state.places.items())
    connection.executemany("INSERT INTO state VALUES (?, ?, ?)", rows)
    marks = {"genesis": state.genesis, "schema": SCHEMA_VERSION}
    connection.executemany("INSERT INTO meta VALUES (?, ?)", marks.items())


def _verified(path: Path, snapshot: Path, resumed: Resumed) -> Verification:
    replayed = resumed.replayed
    file = path / "registry.db"
    try:
        file = image_of(path, replayed)
        look_for_lost_blocks(file)
        with closing(reading(file)) as stored:
            _same_circuit(stored, snapshot, replayed.chain)
            _compare(stored, resumed)
        check_lookups(path)
        file = path / "desk.db"
        compare_payloads(file)
    except FoundDifference as found:
        return replayed.told(COVERED, found.difference)
    except FAILURES as failed:
        return replayed.told(COVERED, damage_of(file, failed))
    return replayed.told(COVERED, None)


def _same_circuit(stored: sqlite3.Connection, snapshot: Path, chain: Chain) -> None:
    """Tell a snapshot of another circuit from a log that was altered."""
    sql = "SELECT value FROM meta WHERE name = 'genesis'"
    found = stored.execute(sql).fetchone()
    if found is not None and found[0] != chain.state.genesis:
        raise NotASnapshot(path=snapshot, reason=Reason("it is of another circuit"))


def _compare(stored: sqlite3.Connection, resumed: Resumed) -> None:
    replayed, size = resumed.replayed, resumed.size
    compare_schema(stored, replayed.connection)
    check_indexes(stored)  # earlier acts are looked up by them
    (count,) = stored.execute("SELECT max(position) + 1 FROM entry").fetchone()
    if (count or 0) < size:
        reason = Reason("the log is shorter than the snapshot")
        difference = Difference(table="entry", entry=count, reason=reason)
        raise FoundDifference(difference)
    chain = replayed.chain
    earlier = Earlier(stored, chain.log, chain.state.genesis)
    assert chain.header is not None
    earlier.prove(chain.header.entry())
    resumed.tables.earlier = earlier
    replayed.run(log_from(stored, size))
    earlier.look_for_repeats(resumed.tables.acts_named)
    compare_checkpoint(stored, replayed)
    if resumed.version is not None:
        mark = "INSERT INTO meta VALUES ('projection', ?)"
        replayed.connection.execute(mark, (resumed.version,))
    for name in COVERED:
        part = _PARTS.get(name, "1").format(size=size)
        compare_table(name, stored, replayed.connection, where=part)
