"""A circuit's folder: made whole, opened by one process, read by any."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from urdimbre.adapters import engines
from urdimbre.adapters.clock import wall_clock
from urdimbre.adapters.desk import Desk
from urdimbre.adapters.folder_answers import (
    AlreadyOpen,
    CircuitIncomplete,
    FolderNotEmpty,
    GenesisRefused,
    NotACircuit,
)
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.keys.held import ServerKeys
from urdimbre.adapters.keys.server import (
    KEK_FILE,
    NODE_FILE,
    KeyEncryptionKey,
    copy_keys,
    create_node_key,
    node_key,
)
from urdimbre.adapters.making import BeingMade, made_beside
from urdimbre.adapters.rebuilding import rebuild_if_other
from urdimbre.adapters.standing import refuse_if_behind
from urdimbre.adapters.verifying import OtherProcess
from urdimbre.core import drafting
from urdimbre.core.chain.entry import decode, signed_entry
from urdimbre.core.membership.rows import Member
from urdimbre.core.refusals import Refusal
from urdimbre.recording import (
    Damaged,
    OtherProjection,
    Projector,
    Receipt,
    RecordingFailed,
    Registry,
    StorageFailed,
)
from urdimbre.recording.ports import Clock, Inbox, Store
from urdimbre.recording.quota import Counting

DESK_FILE = "desk.db"
LOCK_FILE = "lock"
CLOCK_ACT_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Founding:
    """What a genesis act is made with.

    Attributes:
        desk: of the new circuit.
        keys: of the server; make the founder's key with them.
    """

    desk: Desk
    keys: ServerKeys


@dataclass(frozen=True, slots=True)
class Circuit:
    """An open circuit.

    Attributes:
        path: its folder.
        registry: the one way in.
        desk: everything erasable.
        keys: those the server holds.
        clock: seconds UTC.
        lock: keeps other writers out; ``None``: another process holds it.
        verdicts: verifies signatures of many acts at once.
    """

    path: Path
    registry: Registry
    desk: Desk
    keys: ServerKeys
    clock: Clock
    lock: int | None
    verdicts: OtherProcess

    @property
    def is_demo(self) -> bool:
        """Whether it was founded for trying things out."""
        body = json.loads(decode(self.registry.entry(0) or b"").act)["body"]
        return bool(body.get("demo"))

    def accept_clock(self) -> Receipt | Refusal:
        """Record that the node's clock, though far off, is the one to go by."""
        state, now = self.registry.state, self.clock()
        with self.registry.lock:
            node = next(
                row.id
                for row in state.starting("member/")
                if isinstance(row, Member) and row.kind == "node"
            )
            last = state.time
        act = drafting.draft(
            "clock",
            {"after": now, "before": last},
            by=node,
            id_=secrets.token_hex(16),
            valid_until=max(now, last) + CLOCK_ACT_SECONDS,
        )
        slot = self.keys.node_slot(act, self.registry.genesis, node)
        entry = signed_entry(act, [slot]).encode()
        return self.registry.submit(entry, any_clock=True)

    def close(self) -> None:
        """Record what has queued, close the files, let the folder go."""
        try:
            self.registry.close()
            self.verdicts.close()
            self.desk.finish_erasing()
        finally:
            if self.lock is not None:
                os.close(self.lock)


@dataclass(frozen=True, slots=True)
class Reading:
    """A circuit opened to look at, as it stood at that moment.

    Attributes:
        path: its folder.
        store: the registry's tables.
        desk: everything erasable.
    """

    path: Path
    store: Store
    desk: Desk

    @property
    def genesis(self) -> str:
        """The circuit's id, hex."""
        return self.store.mark("genesis") or ""

    def close(self) -> None:
        """Close the files."""
        self.store.close()


def create(
    path: Path,
    genesis: Callable[[Founding], bytes],
    *,
    clock: Clock = wall_clock,
    projector: Projector | None = None,
    keys: Path | None = None,
) -> Circuit:
    """Make a circuit in a new or empty folder, whole or not at all.

    Args:
        path: of the folder.
        genesis: makes the signed genesis entry.
        clock: seconds UTC.
        projector: derives what pages read.
        keys: folder with the files ``kek`` and ``node``; made anew without it.

    Raises:
        FolderNotEmpty: there is something in it.
        AlreadyOpen: another process is making it.
        GenesisRefused: by the rules.
    """
    with made_whole(path) as draft:
        if keys is None:
            KeyEncryptionKey.create(draft / KEK_FILE)
            create_node_key(draft / NODE_FILE)
        else:
            copy_keys(keys, draft)
        _fill(draft, genesis, clock=clock, projector=projector)
    return open_circuit(path, clock=clock, projector=projector)


@contextmanager
def made_whole(path: Path) -> Iterator[Path]:
    """Give the draft of a new folder, which takes its name once it is complete.

    Raises:
        FolderNotEmpty: there is something in the folder.
        AlreadyOpen: another process is making it.
    """
    check_empty(path)
    try:
        with made_beside(path) as draft:
            draft.mkdir(mode=0o700)
            yield draft
            sync_folder(draft)
            take_place(draft, path)
    except BeingMade:
        raise AlreadyOpen(path) from None


def check_empty(path: Path) -> None:
    """Refuse a folder that holds something, or something that is no folder.

    Raises:
        FolderNotEmpty: it does.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise FolderNotEmpty(path)


def take_place(draft: Path, path: Path) -> None:
    """Give a folder that is whole its name.

    Raises:
        FolderNotEmpty: somebody has put something there meanwhile.
    """
    try:
        draft.rename(path.absolute())
    except OSError:
        check_empty(path)
        raise
    sync_folder(path.absolute().parent)


def open_circuit(
    path: Path, *, clock: Clock = wall_clock, projector: Projector | None = None
) -> Circuit:
    """Open a circuit for recording; one process at a time.

    If another version of the program has made the tables that pages read, they are
    rebuilt first.

    Raises:
        NotACircuit: there is none.
        CircuitIncomplete: one of its files is gone.
        Behind, NobodyAsked: others have seen more than this copy, or may have.
        AlreadyOpen: another process has it.
        Damaged: what is stored does not fit together.
        NodeKeyChanged: keys/node does not hold the node's key in force.
        StorageFailed: the machine cannot read or write it.
    """
    look_whether_whole(path)
    refuse_if_behind(path)
    ed25519.self_test()
    lock = lock_folder(path)
    try:
        circuit = _opened(path, lock, clock=clock, projector=projector)
    except BaseException:
        os.close(lock)
        raise
    if circuit.registry.clock_is_off() and circuit.is_demo:
        circuit.accept_clock()
    return circuit


def read_only(path: Path, *, projector: Projector | None = None) -> Reading:
    """Open a circuit to look at it, whoever is writing to it meanwhile.

    Args:
        path: of the folder.
        projector: whose tables will be read; without it, only the log and the state.

    Raises:
        NotACircuit: there is none.
        CircuitIncomplete: one of its files is gone.
        Damaged: the registry cannot be read.
        OtherProjection: another version of the program has made those tables.
        StorageFailed: the machine cannot read it.
    """
    look_whether_whole(path)
    try:
        store = engines.read_tables(path)
        stored = store.mark("projection") or ""
    except StorageFailed as failed:
        raise _not_opened(failed) from failed
    if projector is not None and stored != str(projector.version):
        store.close()
        raise OtherProjection(stored=stored, program=str(projector.version))
    return Reading(path, store, Desk(path / DESK_FILE, write=False))


def is_circuit(path: Path) -> bool:
    """Tell whether a folder looks like a circuit's."""
    return engines.has_registry(path) and (path / DESK_FILE).is_file()


def holds_a_log(path: Path) -> bool:
    """Tell whether a folder has a registry, whatever else of it may be gone.

    Raises:
        CircuitIncomplete: it has lost the registry itself.
    """
    if engines.has_registry(path):
        return True
    if (path / DESK_FILE).is_file():
        raise CircuitIncomplete(path, engines.REGISTRY_FILE)
    return False


def look_whether_whole(path: Path) -> None:
    """Refuse a folder that is no circuit's, or has lost one of its files.

    Raises:
        NotACircuit, CircuitIncomplete: see there.
    """
    if not holds_a_log(path):
        raise NotACircuit(path)
    if not (path / DESK_FILE).is_file():
        raise CircuitIncomplete(path, DESK_FILE)


def _fill(
    draft: Path,
    genesis: Callable[[Founding], bytes],
    *,
    clock: Clock,
    projector: Projector | None,
) -> None:
    Desk(draft / DESK_FILE)
    circuit = _opened(draft, lock_folder(draft), clock=clock, projector=projector)
    try:
        entry = genesis(Founding(circuit.desk, circuit.keys))
        answer = circuit.registry.found(entry)
        if not isinstance(answer, Receipt):
            raise GenesisRefused(answer)
    finally:
        circuit.close()


def _opened(
    path: Path, lock: int, *, clock: Clock, projector: Projector | None
) -> Circuit:
    try:
        store = engines.open_tables(path, schema=projector.schema if projector else ())
    except StorageFailed as failed:
        raise _not_opened(failed) from failed
    return assembled(path, store, lock, clock=clock, projector=projector)


def assembled(
    path: Path,
    store: engines.Tables,
    lock: int | None,
    *,
    clock: Clock,
    projector: Projector | None,
    inbox: Inbox | None = None,
    quota: Counting | None = None,
) -> Circuit:
    """Open what belongs to the tables; closes them if that fails.

    Without a lock it is another process that records, and to it the inbox leads.
    """
    verdicts = OtherProcess()
    try:
        if projector is not None and lock is not None:
            rebuild_if_other(store, path, projector)
        desk = Desk(path / DESK_FILE)
        kek = KeyEncryptionKey.read(path / KEK_FILE)
        keys = ServerKeys(desk, kek, node_key(path / NODE_FILE))
        registry = Registry(
            store,
            node=keys.node,
            clock=clock,
            verify=ed25519.verify,
            admissible=ed25519.admissible,
            verdicts=verdicts,
            projector=projector,
            inbox=inbox,
            quota=quota,
        )
    except StorageFailed as failed:
        store.close()
        raise _not_opened(failed) from failed
    except BaseException:
        store.close()
        raise
    return Circuit(path, registry, desk, keys, clock, lock, verdicts)


def _not_opened(failed: StorageFailed) -> RecordingFailed:
    """Tell a damaged registry from a machine that cannot read or write it."""
    return Damaged(engines.REGISTRY_FILE, failed.reason) if failed.damage else failed


def lock_folder(path: Path) -> int:
    """Keep other writers out of a folder until the handle is closed.

    Raises:
        AlreadyOpen: another process has it.
    """
    handle = os.open(path / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise AlreadyOpen(path) from None
    return handle


def sync_folder(path: Path) -> None:
    """Bring a folder's names to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems have nothing to bring
            os.fsync(handle)
    finally:
        os.close(handle)
