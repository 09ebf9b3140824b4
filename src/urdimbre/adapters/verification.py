"""``verify``: the whole log again from nothing, and every stored value against it."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from urdimbre.adapters.desk import Desk
from urdimbre.adapters.differences import (
    Difference,
    FoundDifference,
    check_indexes,
    compare_schema,
    compare_table,
    shown,
)
from urdimbre.adapters.engines import (
    IMAGE_FILE,
    LostRow,
    StrangeSchema,
    look_through_indexes,
    registry_file,
)
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.since import Kept
from urdimbre.adapters.storage.journal import address_to_look, look_for_lost_blocks
from urdimbre.adapters.storage.sqlite import CORE_TABLES, SqliteStore, failure_of
from urdimbre.adapters.verifying import OtherProcess
from urdimbre.core.chain import notes
from urdimbre.core.refusals import Reason
from urdimbre.recording.answers import StorageFailed
from urdimbre.recording.chain import Chain, origin_of
from urdimbre.recording.collecting import collecting_rarely
from urdimbre.recording.ports import Projector
from urdimbre.recording.registry import dump
from urdimbre.recording.replay import BrokenLog, Replay
from urdimbre.recording.signatures import Checker, Verdicts

TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
_INDEXES = (
    "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    " ORDER BY name"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was gone through, and the first difference if there is one.

    Attributes:
        acts: acts replayed.
        blocks: headers replayed.
        signatures: signatures verified.
        log_root: root of the log as replayed, hex.
        state_root: root of the state as replayed, hex.
        covered: tables compared column by column.
        first_error: ``None`` if all is as it should be.
    """

    acts: int
    blocks: int
    signatures: int
    log_root: str
    state_root: str
    covered: tuple[str, ...]
    first_error: Difference | None

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return self.first_error is None

    def told(self) -> dict[str, Any]:
        """Return it as ``verify --json`` prints it."""
        return {"ok": self.ok} | asdict(self)


def verify_folder(
    path: Path,
    *,
    projector: Projector | None = None,
    verdicts: Verdicts | None = None,
    kept: Kept | None = None,
) -> Verification:
    """Verify the folder of a circuit, whoever is writing to it meanwhile.

    Args:
        path: of the folder.
        projector: a fresh one, of the tables that pages read.
        verdicts: verifies lots of signatures; a process of its own by default.
        kept: verify signatures only after this checkpoint, which must hold.

    Raises:
        StorageFailed: this machine cannot read the folder, or write beside it.
    """
    with (
        tempfile.TemporaryDirectory(prefix="urdimbre-verify-") as scratch,
        closing(
            Replayed(Path(scratch), projector=projector, verdicts=verdicts)
        ) as replayed,
    ):
        replayed.thrown_away = True
        replayed.kept = kept
        return verified(path, replayed)


def verified(path: Path, replayed: Replayed) -> Verification:
    """Replay what the folder holds beyond ``replayed``, and compare all of it.

    Raises:
        StorageFailed: this machine cannot read the folder, or write beside it.
    """
    covered: tuple[str, ...] = ()
    file = path / "registry.db"
    try:
        file = image_of(path, replayed)
        look_for_lost_blocks(file)
        with closing(reading(file)) as stored, collecting_rarely():
            covered = tuple(name for (name,) in stored.execute(TABLES))
            _compare_registry(stored, replayed)
        check_lookups(path)
        file = path / "desk.db"
        compare_payloads(file)
    except FoundDifference as found:
        return replayed.told(covered, found.difference)
    except FAILURES as failed:
        return replayed.told(covered, damage_of(file, failed))
    return replayed.told(covered, None)


def image_of(path: Path, replayed: Replayed) -> Path:
    """Return a file with all rows of the registry, whatever engine keeps them."""
    (replayed.scratch / IMAGE_FILE).unlink(missing_ok=True)
    return registry_file(path, replayed.scratch, schema=replayed.schema)


def check_lookups(path: Path) -> None:
    """Check the indexes of a registry in PostgreSQL, of which the image knows nothing.

    Raises:
        FoundDifference: one does not lead to the rows of its table.
    """
    try:
        look_through_indexes(path)
    except LostRow as lost:
        reason = Reason("an index or a page does not fit: {told}", told=lost.told)
        key = {"index": lost.index}
        difference = Difference(table=lost.table, key=key, reason=reason)
        raise FoundDifference(difference) from None


FAILURES = (StrangeSchema, sqlite3.Error, UnicodeDecodeError, StorageFailed)
"""What reading a registry may end with."""


def damage_of(file: Path, failed: Exception) -> Difference:
    """Tell damage to a file as a difference.

    Raises:
        StorageFailed: it is the machine that fails.
    """
    if isinstance(failed, StrangeSchema):
        return _strange(failed)
    assert isinstance(failed, StorageFailed | sqlite3.Error | UnicodeDecodeError)
    told = failed if isinstance(failed, StorageFailed) else failure_of(failed)
    if not told.damage:
        raise told from failed
    return Difference(table=file.name, reason=Reason(told.reason))


class Replayed:
    """A replay into a scratch file.

    Attributes:
        chain: as rebuilt so far.
        replay: what rebuilds it.
        connection: to the scratch file.
        schema: statements that make the tables that pages read.
        scratch: folder of that file.
        thrown_away: nobody will use the file when this replay has been compared.
        kept: a checkpoint before which signatures are not verified.
    """

    thrown_away = False
    kept: Kept | None = None

    def __init__(
        self,
        scratch: Path,
        *,
        projector: Projector | None = None,
        verdicts: Verdicts | None = None,
        begun: tuple[SqliteStore, Chain] | None = None,
    ) -> None:
        """Begin in the folder ``scratch``.

        Args:
            scratch: the folder.
            projector: a fresh one, of the tables that pages read.
            verdicts: verifies lots of signatures; a process of its own by default.
            begun: a chain taken up at a snapshot and its tables; by default an empty
                one, and an empty file.
        """
        ed25519.self_test()
        self._own = OtherProcess()
        self.scratch = scratch
        self.schema = projector.schema if projector else ()
        if begun is None:
            store = SqliteStore(
                scratch / "registry.db", schema=self.schema, durable=False
            )
            chain = Chain(store, loads=orjson.loads, dump=dump, projector=projector)
            begun = store, chain
        self._store, self.chain = begun
        self.replay = Replay(
            self.chain,
            checker=Checker(ed25519.verify, ed25519.admissible),
            verdicts=verdicts or self._own,
        )

    @property
    def connection(self) -> sqlite3.Connection:
        """The scratch file's one connection."""
        return self._store.connection

    def run(self, entries: Iterable[bytes]) -> None:
        """Replay a log; raises ``FoundDifference`` at the first entry that is wrong."""
        entries = iter(entries)
        if self.kept is not None and not self.chain.log.size:
            self.replay.trusted = self.kept.size
            self._run(self.kept.upto(entries))
            self.kept.meet(self.chain)
        self._run(entries)

    def _run(self, entries: Iterable[bytes]) -> None:
        try:
            self.replay.run(entries)
        except BrokenLog as broken:
            difference = Difference(
                table="entry",
                entry=broken.entry,
                key={"position": broken.entry},
                column=broken.column,
                reason=broken.reason,
            )
            raise FoundDifference(difference) from None

    def drop_indexes(self) -> None:
        """Do without what only pages look up by: keeping it up takes its time."""
        for (name,) in self.connection.execute(_INDEXES).fetchall():
            self.connection.execute(f'DROP INDEX "{name}"')

    def keep(self, checkpoint: str) -> None:
        """Make the scratch file a registry of its own, under this checkpoint."""
        self._store.set_mark("checkpoint", checkpoint)
        self._store.finish()

    def told(
        self, covered: tuple[str, ...], difference: Difference | None
    ) -> Verification:
        """Sum up."""
        count = self.replay.count
        return Verification(
            acts=count.acts,
            blocks=count.blocks,
            signatures=count.signatures,
            log_root=self.chain.log.root().hex(),
            state_root=self.chain.rows.root().hex(),
            covered=covered,
            first_error=difference,
        )

    def close(self) -> None:
        """Let go of the scratch file."""
        self._own.close()
        self._store.close()


def checkpoint_wrong(chain: Chain, text: str) -> Reason | None:
    """Say what is wrong with a checkpoint of the whole log, if anything is."""
    name = origin_of(chain.state.genesis)
    try:
        note = notes.parse_note(text.encode("utf-8", "surrogatepass"))
        told = notes.parse_checkpoint(note.text)
    except notes.MalformedNote as malformed:
        return Reason("checkpoint: {reason}", reason=malformed.told)
    expected = notes.Checkpoint(origin=name, size=chain.log.size, root=chain.log.root())
    if told != expected:
        return Reason(
            "checkpoint says size {size}, root {root}",
            size=told.size,
            root=told.root.hex(),
        )
    # A block that changes the node's key is signed with the one that it ends.
    key = notes.VerifierKey(name=name, key=bytes.fromhex(chain.sealed_by))
    if len(notes.verified(note, [key], ed25519.verify)) != len(note.signatures):
        return Reason("checkpoint is not signed by the node")
    return None


def _strange(strange: StrangeSchema) -> Difference:
    return Difference(
        table=strange.table,
        column="schema",
        stored=shown(strange.stored),
        expected=shown(strange.expected),
        reason=Reason("the table is not as the program makes it"),
    )


def reading(path: Path) -> sqlite3.Connection:
    """Open a registry to look at, as it stands at this moment."""
    connection = sqlite3.connect(address_to_look(path), uri=True, isolation_level=None)
    # Altered text need not be UTF-8; it must differ, not stop us.
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    connection.execute("BEGIN")
    return connection


def _compare_registry(stored: sqlite3.Connection, replayed: Replayed) -> None:
    compare_schema(stored, replayed.connection)
    if replayed.thrown_away:
        replayed.drop_indexes()
    size = replayed.chain.log.size
    if size:  # what was verified before is still there, and first in the log
        below = f"position < {size}"
        compare_table("entry", stored, replayed.connection, where=below)
    replayed.run(log_from(stored, size))
    compare_checkpoint(stored, replayed)
    names = [name for (name,) in stored.execute(TABLES)]
    derived = [name for name in names if name not in CORE_TABLES]
    for name in (*CORE_TABLES, *derived):
        if name != "entry":  # of which the replay has been fed, row by row
            compare_table(name, stored, replayed.connection)
    check_indexes(stored)


def log_from(stored: sqlite3.Connection, start: int) -> Iterator[bytes]:
    """Give the entries in order; each must stand where the one before it ends."""
    sql = "SELECT position, bytes FROM entry WHERE position >= ? ORDER BY position"
    rows = stored.execute(sql, (start,))
    for expected, (position, entry) in enumerate(rows, start):
        if position != expected or not isinstance(entry, bytes) or not entry:
            raise FoundDifference(
                Difference(
                    table="entry",
                    entry=expected,
                    key={"position": expected},
                    reason=Reason("is missing")
                    if position != expected
                    else Reason("is no entry"),
                    column="position" if position != expected else "bytes",
                )
            )
        yield entry


def compare_checkpoint(stored: sqlite3.Connection, replayed: Replayed) -> None:
    """Check that the stored checkpoint is the node's, of the whole log."""
    row = stored.execute("SELECT value FROM meta WHERE name = 'checkpoint'").fetchone()
    if replayed.chain.header is None:
        return
    wrong = (
        checkpoint_wrong(replayed.chain, row[0]) if row else Reason("has no checkpoint")
    )
    if wrong:
        raise FoundDifference(
            Difference(
                table="meta",
                key={"name": "checkpoint"},
                column="value",
                stored=shown(row and row[0]),
                reason=wrong,
            )
        )
    # It can only be the node's; from here on it is compared like all else.
    mark = "INSERT OR REPLACE INTO meta VALUES ('checkpoint', ?)"
    replayed.connection.execute(mark, row)


def compare_payloads(desk: Path) -> None:
    """Compare the private payloads that the desk keeps with their commitments."""
    if not desk.is_file():
        return
    for commitment in Desk(desk, write=False).false_payloads():
        raise FoundDifference(
            Difference(
                table="payload",
                key={"commitment": commitment},
                column="payload",
                reason=Reason("the desk keeps something else than was committed to"),
            )
        )
