"""Which engine keeps a circuit's registry, and its tables opened.

Without ``engine.json`` in its folder it is the embedded one, ``registry.db``. With it,
the registry stands in PostgreSQL; the file says where, and holds no password.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from urdimbre.adapters.storage.sqlite import CORE_TABLES, SqliteStore
from urdimbre.core.refusals import Reason, gettext_noop
from urdimbre.recording import (
    Damaged,
    Projector,
    RecordingFailed,
    StorageFailed,
    Store,
)

if TYPE_CHECKING:  # psycopg belongs to the extra [postgres]
    from urdimbre.adapters.storage.postgres import PostgresStore
    from urdimbre.adapters.storage.sessions import Place

REGISTRY_FILE = "registry.db"
ENGINE_FILE = "engine.json"
EMBEDDED, POSTGRES = "embedded", "postgres"
DRAFT_FILE = "engine.json.draft"
"""Of a move between engines that has not ended: names the schema it may leave."""
MOVING_FILE = "registry.db.moving"
IMAGE_FILE = "image.db"


class EngineMissing(RecordingFailed):
    """The circuit uses PostgreSQL, and this installation cannot speak to it."""

    code = "engine_missing"
    says = gettext_noop("This installation lacks what speaks to PostgreSQL.")
    hint = gettext_noop("Install it with: pip install 'urdimbre[postgres]'.")


class Tables(Store, Protocol):
    """A store that can be rebuilt, and brought up to date."""

    def set_mark(self, name: str, value: str) -> None:
        """Write a named value durably."""
        ...

    def replace_derived(self, source: Path, schema: Iterable[str], mark: str) -> None:
        """Replace all derived tables by those of a file, whole or not at all."""
        ...


def has_registry(path: Path) -> bool:
    """Tell whether a folder has a registry, wherever it stands."""
    return (path / REGISTRY_FILE).is_file() or (path / ENGINE_FILE).is_file()


def place_of(path: Path) -> Place | None:
    """Return where the registry stands in PostgreSQL; nothing if it is embedded.

    Raises:
        Damaged: ``engine.json`` cannot be read.
        EngineMissing: psycopg is not installed.
    """
    file = path / ENGINE_FILE
    return read_place(file) if file.is_file() else None


def read_place(file: Path) -> Place:
    """Read a file that says where a registry stands."""
    text = file.read_text()
    try:
        told = json.loads(text)
        engine, where = told["engine"], (str(told["conninfo"]), str(told["schema"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(
            ENGINE_FILE, Reason("cannot be read: {reason}", reason=repr(error))
        ) from None
    if engine != POSTGRES:
        raise Damaged(
            ENGINE_FILE, Reason("names an unknown engine: {engine}", engine=engine)
        )
    return _place(*where)


def _place(conninfo: str, schema: str) -> Place:
    try:
        from urdimbre.adapters.storage.sessions import Place, checked  # noqa: PLC0415
    except ImportError:
        raise EngineMissing from None
    return checked(Place(conninfo, schema))


def open_tables(path: Path, *, schema: Iterable[str] = ()) -> Tables:
    """Open the registry's tables for recording; its folder is locked."""
    place = place_of(path)
    if place is None:
        return SqliteStore(path / REGISTRY_FILE, schema=schema)
    return _postgres(place, schema=schema)


def read_tables(path: Path) -> Store:
    """Open the registry's tables as they stand at this moment."""
    place = place_of(path)
    if place is None:
        return SqliteStore(path / REGISTRY_FILE, write=False)
    return _postgres(place, write=False)


def _postgres(
    place: Place, *, schema: Iterable[str] = (), write: bool = True
) -> PostgresStore:
    from urdimbre.adapters.storage.postgres import PostgresStore  # noqa: PLC0415

    if write and not _stands(place):
        raise StorageFailed(f"there is no schema {place.schema}")
    return PostgresStore(place, schema=schema, write=write)


def _stands(place: Place) -> bool:
    """Tell whether the schema is there: a circuit that is gone is not made anew."""
    from urdimbre.adapters.storage.postgres import is_there  # noqa: PLC0415

    return is_there(place)


class StrangeSchema(Exception):
    """The schema in PostgreSQL is not as the program makes it.

    Attributes:
        table: where.
        stored: as found; empty if it is missing.
        expected: as it should be; empty if it should not be there.
        reason: both, in a few words.
    """

    def __init__(self, table: str, stored: str, expected: str) -> None:
        """Keep what differs."""
        self.reason = Reason(
            'it has "{stored}" where this program makes "{expected}"',
            stored=stored or "-",
            expected=expected or "-",
        )
        super().__init__(f"{table}: {self.reason}")
        self.table = table
        self.stored = stored
        self.expected = expected


def registry_file(path: Path, scratch: Path, *, schema: Iterable[str]) -> Path:
    """Return a file with all rows of the registry, to be compared.

    Args:
        path: the circuit's folder.
        scratch: where the rows of another engine may be copied to.
        schema: further tables, of the projection.

    Raises:
        StrangeSchema: the other engine's tables are not as the program makes them.
    """
    place = place_of(path)
    if place is None:
        return path / REGISTRY_FILE
    return copied(place, scratch / IMAGE_FILE, schema=schema)


class LostRow(Exception):
    """An index in PostgreSQL does not lead to the rows of its table.

    Attributes:
        table: whose index.
        index: its name.
        told: what does not fit.
    """

    def __init__(self, table: str, index: str, told: str) -> None:
        """Keep where and what."""
        super().__init__(f"{index}: {told}")
        self.table = table
        self.index = index
        self.told = told


def look_through_indexes(path: Path) -> None:
    """Check that PostgreSQL's indexes lead to the rows of their tables.

    Those of an embedded registry are checked with its pages, where it is compared.

    Raises:
        LostRow: at the first that does not.
    """
    place = place_of(path)
    if place is None:
        return
    from urdimbre.adapters.storage.lookups import first_lost  # noqa: PLC0415
    from urdimbre.adapters.storage.sessions import connect  # noqa: PLC0415

    with closing(connect(place)) as connection:
        lost = first_lost(connection, place)
    if lost is not None:
        raise LostRow(*lost)


def write_image(path: Path, image: Path, projector: Projector | None) -> None:
    """Write a circuit's registry, as it stands at one moment, into a file of its own.

    What pages read is left out if another version of the program has made it in
    PostgreSQL: it is made anew from the log wherever the file is opened for recording.

    Args:
        path: the circuit's folder.
        image: a new file.
        projector: says how the tables that pages read look.

    Raises:
        Damaged: the tables in PostgreSQL are not as the program makes them.
    """
    place = place_of(path)
    if place is None:
        copy_database(path / REGISTRY_FILE, image)
        return
    with closing(_postgres(place, write=False)) as store:
        stored = store.mark("projection")
    known = projector is not None and stored == str(projector.version)
    schema = projector.schema if projector is not None and known else ()
    try:
        copied(place, image, schema=schema, derived=known)
    except StrangeSchema as strange:
        raise Damaged(strange.table, strange.reason) from strange
    with closing(sqlite3.connect(image)) as made:
        made.execute("PRAGMA journal_mode = DELETE")


def copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite file as it stands at one moment, while others write to it."""
    uri = f"{source.absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(uri, uri=True)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        # In one step: copied page by page it would begin anew at each block.
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode = DELETE")


def copied(
    place: Place, image: Path, *, schema: Iterable[str], derived: bool = True
) -> Path:
    """Copy all rows of a registry in PostgreSQL, as of one moment, into a new file.

    Args:
        place: where the registry stands.
        image: the file.
        schema: further tables, of the projection.
        derived: whether to copy and compare those tables, too.

    Raises:
        StrangeSchema: the tables there are not as the program makes them.
    """
    from urdimbre.adapters.storage.catalogue import first_strange  # noqa: PLC0415
    from urdimbre.adapters.storage.sessions import connect  # noqa: PLC0415

    with closing(SqliteStore(image, schema=schema)) as made:
        with closing(connect(place)) as connection:
            among = None if derived else CORE_TABLES
            strange = first_strange(connection, place, made.connection, among=among)
        if strange is not None:
            raise StrangeSchema(*strange)
        with closing(_postgres(place, write=False)) as store:
            store.pour(image, derived=derived)
    return image
