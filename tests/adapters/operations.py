"""What must survive being killed anywhere: operations, their repetition, their checks.

Each works in a place that ``ready`` has made: the folder ``circuit``, a longer copy of
it as ``all.tar`` and as the backup ``kept``, the keys of a new host.
"""

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from http import HTTPStatus
from typing import NamedTuple

from tests.adapters import making, placed
from tests.adapters import operations_of_people as people
from tests.adapters.test_folder import genesis
from tests.adapters.test_handing_over import signed_line
from urdimbre.adapters import backup, folder, handing_over, restoring, snapshot
from urdimbre.adapters.bundle import write_bundle
from urdimbre.adapters.catching_up import catch_up
from urdimbre.adapters.keys.server import node_key
from urdimbre.adapters.refounding import refounding
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.adapters.verification import verify_folder
from urdimbre.adapters.witnessing.book import Book
from urdimbre.adapters.witnessing.witness import Witness
from urdimbre.cli.exporting import written
from urdimbre.cli.opening import state_of
from urdimbre.cli.upgrading import _look, _migrate
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import ZERO16, ZERO32, Slot, signed_entry
from urdimbre.core.chain.witnessing import request_bytes
from urdimbre.projections.project import Projection

NOW = making.START


class Operation(NamedTuple):
    """One operation.

    Attributes:
        run: does it.
        again: does it on what a killed run has left.
        wrong: what is not as it should be afterwards; empty if nothing.
    """

    run: Callable
    again: Callable
    wrong: Callable


def ready(place):
    """Make what the operations work on."""
    people.ready(place)
    circuit = placed.found(place / "circuit")
    circuit.record(circuit.barter("ana", "beto", 1))
    backup.write_backup(place / "circuit", place / "kept", now=NOW)
    restoring.restore(
        place / "kept",
        place / "behind",
        now=NOW,
        keys=place / "circuit" / "keys",
    )
    behind = circuit.registry.size
    circuit.record(circuit.barter("ana", "beto", 2))
    circuit.record(circuit.barter("ana", "beto", 3))
    for position in range(behind, circuit.registry.size):
        receipt = circuit.registry.receipt(position)
        (place / f"{position}.tlog-proof").write_text(receipt)
    circuit.registry.close()
    with closing(SqliteStore(place / "circuit/registry.db", write=False)) as store:
        write_bundle(store, place / "all.tar")
    handing_over.reopen(
        place / "all.tar",
        place / "lost",
        now=NOW,
        projector=Projection(),
        nothing_later=True,
    )
    line = signed_line(
        place / "lost" / handing_over.LINE_FILE,
        circuit.genesis,
        making.FOUNDER,
        policy=making.POLICY,
    )
    (place / "line").write_bytes(line)
    return place


def differences(*folders):
    """The first difference of each folder."""
    found = [verify_folder(one, projector=Projection()) for one in folders]
    return [str(one.first_error) for one in found if not one.ok]


def _create(place):
    folder.create(
        place / "new", genesis, clock=making.Clock(), projector=Projection()
    ).close()


def _once(run, name="new"):
    """Repeat what makes a new folder only if it is not there, and then it is whole."""

    def again(place):
        if not (place / name).exists():
            run(place)

    return again


def _snapshot(place):
    with written(str(place / "state"), replace=True) as draft:
        snapshot.snapshot_of(place / "circuit", draft)


def _snapshot_wrong(place):
    snapshot.check_snapshot(place / "state")
    return differences(place / "circuit")


def _backup(place):
    with written(str(place / "copy"), replace=True) as draft:
        backup.write_backup(place / "circuit", draft, now=NOW)


def _backup_again(place):
    if (place / "copy").exists():
        _whole(place / "copy", place / "first")
    _backup(place)


def _whole(file, target):
    restoring.restore(file, target, now=NOW, nothing_later=True)


def _backup_wrong(place):
    _whole(place / "copy", place / "second")
    return differences(place / "circuit", place / "second")


def _restore(place):
    restoring.restore(
        place / "kept",
        place / "new",
        now=NOW,
        keys=place / "circuit" / "keys",
        nothing_later=True,
    )


def _opens(place):
    found = differences(place / "new", place / "circuit")
    placed.opened(place / "new").close()
    return found


def _catch_up(place):
    found = catch_up(place / "behind", [place / "all.tar"], projector=Projection())
    assert found.open


def _catch_up_by_receipts(place):
    receipts = sorted(place.glob("*.tlog-proof"))
    assert catch_up(place / "behind", receipts, projector=Projection()).open


def _catch_up_wrong(place):
    found = differences(place / "behind")
    both = []
    for name in ("behind", "circuit"):
        with closing(SqliteStore(place / name / "registry.db", write=False)) as store:
            both.append((list(store.entries()), store.mark("checkpoint")))
    placed.opened(place / "behind").close()
    return found + (["the bytes differ"] if both[0] != both[1] else [])


def _reopen(place):
    handing_over.reopen(
        place / "all.tar",
        place / "new",
        now=NOW,
        projector=Projection(),
        nothing_later=True,
    )


def _take_over(place):
    answer = handing_over.take_over(
        place / "lost",
        (place / "line").read_bytes(),
        projector=Projection(),
        clock=making.Clock(),
    )
    assert isinstance(answer, making.Receipt), answer


def _take_over_wrong(place):
    placed.opened(place / "lost").close()
    return differences(place / "lost")


def _rebuild(place):
    with closing(sqlite3.connect(place / "circuit" / "registry.db")) as connection:
        found = connection.execute("SELECT value FROM meta WHERE name = 'projection'")
        if (
            found.fetchone() == (str(Projection.version),)
            and not (place / "made old").exists()
        ):
            # Not one of the points: the table is made old before anything is watched.
            sql = "UPDATE meta SET value = '0' WHERE name = 'projection'"
            connection.cursor().execute(sql)
            connection.commit()
            (place / "made old").touch()
    placed.opened(place / "circuit").close()


def _rebuild_wrong(place):
    return differences(place / "circuit")


def _migrating(place):
    os.environ["URDIMBRE_DIR"] = str(place / "circuit")
    _migrate(place / "circuit")


def _migrated_wrong(place):
    found = _look(place / "circuit", None)
    return [*found.migrations, *differences(place / "circuit")]


def _refound(place):
    """Make the keys of the new host, write the genesis, have it signed, found."""
    keys = place / "host"
    handing_over.make_keys(keys)
    with closing(folder.read_only(place / "circuit")) as reading:
        line = refounding(
            state_of(reading),
            [making.id_of(name) for name in placed.NAMES],
            node_key(keys / "node"),
            now=NOW,
            checkpoint=reading.store.mark("checkpoint"),
            seen=None,
        )
    with written(str(place / "genesis"), replace=True) as draft:
        draft.write_text(json.dumps(line))
    act = line["act"].encode()
    [signature] = line["signatures"]
    own = Slot(
        signature["member"],
        signature["key_id"],
        ZERO16,
        bytes.fromhex(signature["signature"]),
    )
    others = [making.slot(act, name, ZERO16, ZERO32) for name in placed.NAMES]
    entry = signed_entry(act, [own, *others]).encode()
    folder.create(
        place / "new",
        lambda _begun: entry,
        clock=making.Clock(),
        projector=Projection(),
        keys=keys,
    ).close()


def _cosign(place):
    """Cosign the last checkpoint as the witness of another circuit."""
    note, size = _checkpoint(place)
    watched = Book(place / "behind").watched()
    if not watched:
        key = notes.VerifierKey(name=_origin(note), key=making.node().key)
        Book(place / "behind").watch(_origin(note), key.text)
    seen = watched[0].seen.size if watched else 0
    assert not (place / "cosigned").exists() or seen == size
    witness = Witness(place / "behind", "witness.example/w", clock=making.Clock())
    answer = witness.answer(request_bytes(seen, "", note.encode()))
    assert answer.status == HTTPStatus.OK, answer
    (place / "cosigned").write_text(answer.body)


def _checkpoint(place):
    with closing(SqliteStore(place / "circuit/registry.db", write=False)) as store:
        return store.mark("checkpoint"), store.size()


def _origin(note):
    return note.splitlines()[0]


def _cosigned_wrong(place):
    [watched] = Book(place / "behind").watched()
    return [] if watched.seen.size == _checkpoint(place)[1] else [str(watched)]


OPERATIONS = {
    "schema": Operation(
        _create, _once(_create), lambda place: differences(place / "new")
    ),
    "snapshot": Operation(_snapshot, _snapshot, _snapshot_wrong),
    "backup": Operation(_backup, _backup_again, _backup_wrong),
    "restore": Operation(_restore, _once(_restore), _opens),
    "catch-up": Operation(_catch_up, _catch_up, _catch_up_wrong),
    "catch-up by receipts": Operation(
        _catch_up_by_receipts, _catch_up_by_receipts, _catch_up_wrong
    ),
    "reopen": Operation(
        _reopen, _once(_reopen), lambda place: differences(place / "new")
    ),
    "take-over": Operation(_take_over, _take_over, _take_over_wrong),
    "projection": Operation(_rebuild, _rebuild, _rebuild_wrong),
    "migration": Operation(_migrating, _migrating, _migrated_wrong),
    "refound": Operation(
        _refound, _once(_refound), lambda place: differences(place / "new")
    ),
    "cosign": Operation(_cosign, _cosign, _cosigned_wrong),
    "start": Operation(people.found, people.found_again, people.found_wrong),
    "import": Operation(people.bring, people.bring, people.brought_wrong),
    "admit a list": Operation(people.admit, people.admit, people.admitted_wrong),
    "outbox": Operation(people.anchor, people.anchor, people.anchored_wrong),
}
