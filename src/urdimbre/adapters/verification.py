"""``verify``: the whole log again from nothing, and every stored value against it."""

from __future__ import annotations

import marshal
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

import orjson

from urdimbre.adapters.desk import Desk
from urdimbre.adapters.engines import IMAGE_FILE, StrangeSchema, registry_file
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.storage.journal import address_to_look, look_for_lost_blocks
from urdimbre.adapters.storage.sqlite import CORE_TABLES, SqliteStore, failure_of
from urdimbre.adapters.verifying import OtherProcess
from urdimbre.core.chain import notes
from urdimbre.recording.answers import StorageFailed
from urdimbre.recording.chain import Chain, origin_of
from urdimbre.recording.ports import Projector
from urdimbre.recording.registry import dump
from urdimbre.recording.replay import BrokenLog, Replay
from urdimbre.recording.signatures import Checker, Verdicts

PAGE = 500
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
SHOWN_MAX = 120
_PLAIN_FORM = 2
"""Of ``marshal``: without references between values, which would tell more than they
are."""
Line = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first thing that is not as the log says.

    Attributes:
        table: where.
        entry: position in the log, if the row belongs to one.
        key: of the row, by column.
        column: which value differs; empty if the whole row does.
        stored: as found, shortened.
        expected: as the replay gives it, shortened.
        reason: in a few words.
    """

    table: str
    reason: str
    entry: int | None = None
    key: dict[str, Any] = field(default_factory=dict)
    column: str = ""
    stored: str = ""
    expected: str = ""


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


class FoundDifference(Exception):
    """The first difference; ends the search."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(difference.reason)
        self.difference = difference


def verify_folder(
    path: Path,
    *,
    projector: Projector | None = None,
    verdicts: Verdicts | None = None,
) -> Verification:
    """Verify the folder of a circuit, whoever is writing to it meanwhile.

    Args:
        path: of the folder.
        projector: a fresh one, of the tables that pages read.
        verdicts: verifies lots of signatures; a process of its own by default.

    Raises:
        StorageFailed: this machine cannot read the folder, or write beside it.
    """
    with (
        tempfile.TemporaryDirectory(prefix="urdimbre-verify-") as scratch,
        closing(
            Replayed(Path(scratch), projector=projector, verdicts=verdicts)
        ) as replayed,
    ):
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
        with closing(reading(file)) as stored:
            covered = tuple(name for (name,) in stored.execute(TABLES))
            _compare_registry(stored, replayed)
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
    return Difference(table=file.name, reason=told.reason)


class Replayed:
    """A replay into a scratch file.

    Attributes:
        chain: as rebuilt so far.
        replay: what rebuilds it.
        connection: to the scratch file.
        schema: statements that make the tables that pages read.
        scratch: folder of that file.
    """

    def __init__(
        self,
        scratch: Path,
        *,
        projector: Projector | None = None,
        verdicts: Verdicts | None = None,
    ) -> None:
        """Begin with an empty file in the folder ``scratch``."""
        self.scratch = scratch
        self.schema = projector.schema if projector else ()
        store = SqliteStore(
            scratch / "registry.db", schema=self.schema, durable=False
        )
        chain = Chain(store, loads=orjson.loads, dump=dump, projector=projector)
        self._begin(store, chain, verdicts)

    def _begin(
        self, store: SqliteStore, chain: Chain, verdicts: Verdicts | None
    ) -> None:
        ed25519.self_test()
        self._own = OtherProcess()
        self._store = store
        self.chain = chain
        self.replay = Replay(
            chain,
            checker=Checker(ed25519.verify, ed25519.admissible),
            verdicts=verdicts or self._own,
        )

    @property
    def connection(self) -> sqlite3.Connection:
        """The scratch file's one connection."""
        return self._store.connection

    def run(self, entries: Iterable[bytes]) -> None:
        """Replay a log; raises ``FoundDifference`` at the first entry that is wrong."""
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


def checkpoint_wrong(chain: Chain, text: str) -> str:
    """Say what is wrong with a checkpoint of the whole log; empty if nothing is."""
    name = origin_of(chain.state.genesis)
    try:
        note = notes.parse_note(text.encode())
        told = notes.parse_checkpoint(note.text)
    except (notes.MalformedNote, UnicodeEncodeError) as malformed:
        return f"checkpoint: {malformed}"
    expected = notes.Checkpoint(origin=name, size=chain.log.size, root=chain.log.root())
    if told != expected:
        return f"checkpoint says size {told.size}, root {told.root.hex()}"
    # A block that changes the node's key is signed with the one that it ends.
    key = notes.VerifierKey(name=name, key=bytes.fromhex(chain.sealed_by))
    if len(notes.verified(note, [key], ed25519.verify)) != len(note.signatures):
        return "checkpoint is not signed by the node"
    return ""


def _strange(strange: StrangeSchema) -> Difference:
    return Difference(
        table=strange.table,
        column="schema",
        stored=_shown(strange.stored),
        expected=_shown(strange.expected),
        reason="the table is not as the program makes it",
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
    size = replayed.chain.log.size
    if size:  # what was verified before is still there, and first in the log
        below = f"position < {size}"
        compare_table("entry", stored, replayed.connection, where=below)
    replayed.run(log_from(stored, size))
    compare_checkpoint(stored, replayed)
    names = [name for (name,) in stored.execute(TABLES)]
    derived = [name for name in names if name not in CORE_TABLES]
    for name in (*CORE_TABLES, *derived):
        compare_table(name, stored, replayed.connection)


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
                    reason="is missing" if position != expected else "is no entry",
                    column="position" if position != expected else "bytes",
                )
            )
        yield entry


def compare_schema(stored: sqlite3.Connection, replayed: sqlite3.Connection) -> None:
    """Compare which tables and indexes there are, and how they were made."""
    pairs = zip_longest(stored.execute(SCHEMA), replayed.execute(SCHEMA))
    for found, expected in pairs:
        if found == expected:
            continue
        one = min(filter(None, (found, expected)), key=lambda row: row[:2])
        reason = f"there is another {one[0]} than the program makes: {one[1]}"
        raise FoundDifference(
            Difference(
                table=one[2],
                key={"type": one[0], "name": one[1]},
                column="sql",
                stored=_shown(found and found[3]),
                expected=_shown(expected and expected[3]),
                reason=reason,
            )
        )


def compare_checkpoint(stored: sqlite3.Connection, replayed: Replayed) -> None:
    """Check that the stored checkpoint is the node's, of the whole log."""
    row = stored.execute("SELECT value FROM meta WHERE name = 'checkpoint'").fetchone()
    if replayed.chain.header is None:
        return
    wrong = checkpoint_wrong(replayed.chain, row[0]) if row else "has no checkpoint"
    if wrong:
        raise FoundDifference(
            Difference(
                table="meta",
                key={"name": "checkpoint"},
                column="value",
                stored=_shown(row and row[0]),
                reason=wrong,
            )
        )
    # It can only be the node's; from here on it is compared like all else.
    mark = "INSERT OR REPLACE INTO meta VALUES ('checkpoint', ?)"
    replayed.connection.execute(mark, row)


def compare_table(
    name: str,
    stored: sqlite3.Connection,
    replayed: sqlite3.Connection,
    *,
    where: str = "1",
) -> None:
    """Compare a table, or part of it, row by row, both read in order of the key."""
    described = replayed.execute(f'PRAGMA table_info("{name}")').fetchall()
    columns = [row[1] for row in described]
    key = [row[1] for row in sorted(described, key=lambda row: row[5]) if row[5]]
    order = ", ".join(f'"{column}"' for column in key)
    sql = f'SELECT * FROM "{name}" WHERE {where} ORDER BY {order}'  # noqa: S608 - ours
    if _same(sql, stored, replayed):
        return
    left, right = stored.execute(sql), replayed.execute(sql)
    while True:
        found, expected = left.fetchmany(PAGE), right.fetchmany(PAGE)
        if not found and not expected:
            return
        if found != expected or not _same_types(found, expected):
            places = [columns.index(column) for column in key]
            raise FoundDifference(_difference(name, columns, places, found, expected))


def _same(sql: str, stored: sqlite3.Connection, replayed: sqlite3.Connection) -> bool:
    """Tell quickly whether a whole table is the same; if not, look again slowly.

    Rows are compared as ``marshal`` writes them, which tells types apart (1 and 1.0),
    and text is read as UTF-8 without a function of ours being called for each value.
    """
    pair = (stored, replayed)
    careful = [one.text_factory for one in pair]
    try:
        for one in pair:
            one.text_factory = str
        left, right = (one.execute(sql) for one in pair)
        while True:
            found, expected = left.fetchmany(PAGE), right.fetchmany(PAGE)
            if marshal.dumps(found, _PLAIN_FORM) != marshal.dumps(
                expected, _PLAIN_FORM
            ):
                return False
            if not found:
                return True
    except sqlite3.OperationalError:  # text that is not UTF-8
        return False
    finally:
        for one, factory in zip(pair, careful, strict=True):
            one.text_factory = factory


def _same_types(found: list[Line], expected: list[Line]) -> bool:
    """Tell apart what Python calls equal: 1 and 1.0."""
    if not any(isinstance(value, float) for row in found for value in row):
        return True
    return found == expected and not found


def _difference(
    name: str,
    columns: list[str],
    key: list[int],
    found: list[Line],
    expected: list[Line],
) -> Difference:
    for one, other in zip_longest(found, expected):
        if one == other and not any(isinstance(value, float) for value in one):
            continue
        return _row_difference(name, columns, key, one, other)
    raise AssertionError("two pages that differ hold a row that differs")


def _row_difference(
    name: str,
    columns: list[str],
    key: list[int],
    found: Line | None,
    expected: Line | None,
) -> Difference:
    def of(row: Line) -> list[Any]:
        return [row[place] for place in key]

    def named(row: Line) -> tuple[int | None, dict[str, Any]]:
        entry = row[columns.index("position")] if "position" in columns else None
        return entry, {columns[place]: _plain(row[place]) for place in key}

    if found is not None and (expected is None or _before(found, expected, key)):
        entry, where = named(found)
        reason = "a row that the log does not give"
        return Difference(table=name, entry=entry, key=where, reason=reason)
    assert expected is not None
    entry, where = named(expected)
    if found is None or of(found) != of(expected):
        return Difference(table=name, entry=entry, key=where, reason="a row is missing")
    place = next(
        place
        for place, (one, other) in enumerate(zip(found, expected, strict=True))
        if one != other or type(one) is not type(other)
    )
    return Difference(
        table=name,
        entry=entry,
        key=where,
        column=columns[place],
        stored=_shown(found[place]),
        expected=_shown(expected[place]),
        reason="is not what the log gives",
    )


def _before(found: Line, expected: Line, key: list[int]) -> bool:
    """Whether a row comes before another in the order of the key."""
    try:
        return [found[place] for place in key] < [expected[place] for place in key]
    except TypeError:  # a key of another type than the column's
        return True


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
                reason="the desk keeps something else than was committed to",
            )
        )


def _shown(value: object) -> str:
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= SHOWN_MAX else text[:SHOWN_MAX] + "..."


def _plain(value: object) -> object:
    return value if isinstance(value, int | str) else _shown(value)
