"""A circuit's registry moves between engines: every row, whole or not at all.

The one file ``engine.json`` decides where the registry is; it appears or goes in one
step, after everything has been copied and compared. What a move that was killed leaves
behind is cleared away by the next one.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import orjson

from urdimbre.adapters import engines
from urdimbre.adapters.folder import is_circuit, lock_folder, sync_folder
from urdimbre.adapters.folder_answers import FolderFailed, NotACircuit
from urdimbre.adapters.rebuilding import rebuild_if_other
from urdimbre.adapters.storage.postgres import PostgresStore, is_there
from urdimbre.adapters.storage.sessions import Place, Unreachable, check_server
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.core.refusals import Reason, gettext_noop
from urdimbre.recording import Damaged, Projector, StorageFailed, Store
from urdimbre.recording.chain import Chain
from urdimbre.recording.loading import load
from urdimbre.recording.registry import dump

_BESIDE = ("", "-wal", "-shm")


class EngineUnchanged(FolderFailed):
    """The registry is kept by that engine already."""

    code = "engine_unchanged"
    says = gettext_noop("{path} is kept by the engine {engine} already.")
    hint = gettext_noop("Nothing is to be done.")
    exit_code = 6

    def __init__(self, path: Path, engine: str) -> None:
        """Keep the folder and the engine."""
        super().__init__(path, engine=engine)


class ActsWait(FolderFailed):
    """Acts in the inbox have no answer yet."""

    code = "acts_wait"
    says = gettext_noop("Acts that wait in the inbox of {path}: {count}.")
    hint = gettext_noop(
        "Let the sequencer answer them first: start `urdimbre sequence` or `urdimbre "
        "run`, and stop it after a few seconds."
    )
    exit_code = 6

    def __init__(self, path: Path, count: int) -> None:
        """Keep how many."""
        super().__init__(path, count=count)


class Moved(NamedTuple):
    """A move that is done.

    Attributes:
        engine: that keeps the registry now.
        size: entries of the log.
        log_root: root over them, hex, the same before and after.
        state_root: root of the state, hex, likewise.
        schema: in PostgreSQL; the one that was left, after a move back.
    """

    engine: str
    size: int
    log_root: str
    state_root: str
    schema: str


def to_postgres(path: Path, conninfo: str, projector: Projector) -> Moved:
    """Move an embedded registry into a new schema of a PostgreSQL database.

    Raises:
        NotACircuit: there is none.
        AlreadyOpen: a process has it open.
        EngineUnchanged: it is there already.
        RecordingFailed: one of both engines fails, or the registry is damaged.
    """
    with _alone(path):
        if engines.place_of(path) is not None:
            raise EngineUnchanged(path, engines.POSTGRES)
        clear_away(path)
        file = path / engines.REGISTRY_FILE
        with closing(SqliteStore(file, schema=projector.schema)) as store:
            rebuild_if_other(store, path, projector)
            before = _stand(store)
        name = f"urdimbre_{before.state.genesis[:12]}_{secrets.token_hex(4)}"
        place = Place(conninfo, name)
        check_server(place)  # a wrong address leaves nothing to be cleared away
        _write(path / engines.DRAFT_FILE, place)
        try:
            with closing(PostgresStore(place, schema=projector.schema)) as made:
                made.fill(file)
                after = _stand(made)
        except BaseException:
            with suppress(StorageFailed, Unreachable):
                clear_away(path)
            raise
        _same(before, after)
        (path / engines.DRAFT_FILE).rename(path / engines.ENGINE_FILE)
        sync_folder(path)
        _unlink(file)
    return _moved(engines.POSTGRES, after, name)


def to_embedded(path: Path, projector: Projector) -> Moved:
    """Move a registry from PostgreSQL back into the folder; its schema is dropped.

    Raises:
        NotACircuit: there is none.
        AlreadyOpen: a process has it open.
        EngineUnchanged: it is there already.
        ActsWait: the inbox is not empty.
        RecordingFailed: one of both engines fails, or the registry is damaged.
    """
    with _alone(path):
        place = engines.place_of(path)
        if place is None:
            raise EngineUnchanged(path, engines.EMBEDDED)
        clear_away(path)
        # From here on no other sequencer writes, wherever it may run.
        with closing(engines.open_tables(path, schema=projector.schema)) as store:
            assert isinstance(store, PostgresStore)
            if waiting := store.unanswered():
                raise ActsWait(path, waiting)
            rebuild_if_other(store, path, projector)
            before = _stand(store)
            after = _fetched(path, place, projector)
            _same(before, after)
        (path / engines.MOVING_FILE).rename(path / engines.REGISTRY_FILE)
        sync_folder(path)
        (path / engines.ENGINE_FILE).rename(path / engines.DRAFT_FILE)
        sync_folder(path)
        with suppress(StorageFailed, Unreachable):  # it is left for the next move
            clear_away(path)
    return _moved(engines.EMBEDDED, after, place.schema)


def clear_away(path: Path) -> None:
    """Delete what a move that did not end, or has just ended, has left."""
    draft = path / engines.DRAFT_FILE
    if draft.is_file():
        place = engines.read_place(draft)
        if is_there(place):
            with closing(PostgresStore(place)) as left:
                left.drop()
        draft.unlink()
    _unlink(path / engines.MOVING_FILE)
    if (path / engines.ENGINE_FILE).is_file():
        _unlink(path / engines.REGISTRY_FILE)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep everybody else out of a circuit's folder."""
    if not is_circuit(path):
        raise NotACircuit(path)
    lock = lock_folder(path)
    try:
        yield
    finally:
        os.close(lock)


def _stand(store: Store) -> Chain:
    """Take up the chain; raises ``Damaged`` if entries, tiles and state differ."""
    return load(store, loads=orjson.loads, dump=dump)


def _fetched(path: Path, place: Place, projector: Projector) -> Chain:
    """Copy the registry into a file beside its place, and take it up from there."""
    file = path / engines.MOVING_FILE
    try:
        engines.copied(place, file, schema=projector.schema)
    except engines.StrangeSchema as strange:
        raise Damaged(strange.table, strange.reason) from strange
    with closing(SqliteStore(file, schema=projector.schema)) as made:
        return _stand(made)


def _same(before: Chain, after: Chain) -> None:
    """Compare what was copied with what it was copied from."""
    for name, one, other in (
        ("header", before.header, after.header),
        ("log", before.log.root(), after.log.root()),
        ("state", before.rows.root(), after.rows.root()),
    ):
        if one != other:
            raise Damaged(name, Reason("is not the same after the move"))


def _moved(engine: str, chain: Chain, schema: str) -> Moved:
    roots = chain.log.root().hex(), chain.rows.root().hex()
    return Moved(engine, chain.log.size, *roots, schema)


def _write(path: Path, place: Place) -> None:
    told = {"engine": engines.POSTGRES, **place._asdict()}
    with path.open("w") as file:
        file.write(json.dumps(told, indent=1, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def _unlink(file: Path) -> None:
    for ending in _BESIDE:
        file.with_name(file.name + ending).unlink(missing_ok=True)
