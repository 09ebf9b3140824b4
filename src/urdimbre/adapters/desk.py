"""The desk: everything erasable, names, private payloads, sealed keys, entry codes.

What is erased here is overwritten in the file, and the file's journal (the WAL), which
still holds how it was written, is emptied: at once, or after the first writing that no
reader of an earlier moment hinders. Every call opens the file anew: the desk is written
by pages, command line and importers alike.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from urdimbre.adapters.clock import wall_clock
from urdimbre.adapters.storage.journal import address_to_look
from urdimbre.core.chain.entry import commitment

CODE_SECONDS = 14 * 86_400
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_GROUPS = 3
CODE_GROUP = 4
SALT_BYTES = 16
BUSY_SECONDS = 20
WIPE_BUSY_MS = 200
"""How long an erasure waits for readers; if they stay, a later writing ends it."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS circuit (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS person (
    member TEXT PRIMARY KEY, name TEXT NOT NULL, place TEXT, language TEXT,
    sign TEXT, phone TEXT, email TEXT, code TEXT
);
CREATE TABLE IF NOT EXISTS payload (
    commitment TEXT PRIMARY KEY, field TEXT NOT NULL, salt BLOB NOT NULL,
    payload BLOB NOT NULL, act TEXT
);
CREATE INDEX IF NOT EXISTS payload_act ON payload (act);
CREATE TABLE IF NOT EXISTS server_key (
    key_id TEXT PRIMARY KEY, member TEXT NOT NULL, sealed BLOB NOT NULL,
    pin INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS server_key_member ON server_key (member);
CREATE TABLE IF NOT EXISTS entry_code (
    code_hash BLOB PRIMARY KEY, member TEXT NOT NULL, expires INTEGER NOT NULL,
    used INTEGER
);
CREATE TABLE IF NOT EXISTS product (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, category TEXT NOT NULL,
    unit TEXT NOT NULL, language TEXT
);
CREATE TABLE IF NOT EXISTS erasing_hold (
    id TEXT PRIMARY KEY, member TEXT NOT NULL, reason TEXT NOT NULL,
    until INTEGER NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS erased (
    what TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (what, name)
) WITHOUT ROWID;
"""
_LETTERS = (
    ("notice_news", "person"),
    ("notice_letter", "person"),
    ("notice_wish", "person"),
    ("notice_letterbox", "person"),
    ("notice_feed", "person"),
    ("notice_device", "person"),
)
ERASABLE = {
    "payload": (("payload", "commitment"),),
    # With her address goes where her letters went, and what they would have told.
    "person": (("person", "member"), ("erasing_hold", "member"), *_LETTERS),
    "server_key": (("server_key", "key_id"),),
    # Tables that the pages make; a desk without pages has none of them.
    "listing": (
        ("listing_photo", "listing_id"),
        ("listing_voice", "listing_id"),
        ("listing", "id"),
    ),
    "login": (
        ("api_token", "person"),
        ("login", "member"),
        ("entry_code", "member"),
        ("visit", "member"),
        ("device_stay", "member"),
        ("second_step", "member"),
        ("spare_code", "member"),
        ("asked_above", "person"),
        *_LETTERS,
    ),
    "draft": (
        ("draft_opening", "draft_id"),
        ("draft_signer", "draft_id"),
        ("draft", "id"),
    ),
}
"""What may be erased: the tables and the columns by which its rows are named."""
SEARCHED = {"listing": "listing_text"}
"""Tables whose words also stand in an index, which keeps them until it is packed."""


class Person(NamedTuple):
    """What the desk knows of a member; all but the name may be missing.

    Attributes:
        sign: picture sign by which she is found without reading.
        code: short number or word of a clerk's list.
    """

    member: str
    name: str
    place: str | None = None
    language: str | None = None
    sign: str | None = None
    phone: str | None = None
    email: str | None = None
    code: str | None = None


class Payload(NamedTuple):
    """What stands behind a commitment of an act."""

    commitment: str
    field: str
    salt: bytes
    payload: bytes
    act: str | None = None


class ServerKey(NamedTuple):
    """A member's key that the server holds, sealed; ``pin``: and her PIN opens it."""

    key_id: str
    member: str
    sealed: bytes
    pin: bool = False


class Product(NamedTuple):
    """A description that acts name by its id."""

    id: str
    name: str
    category: str
    unit: str
    language: str | None = None


class Erased(NamedTuple):
    """That something was erased: its commitment or number, nothing of what it was.

    Attributes:
        what: one of ``ERASABLE``.
        name: commitment, member, key id, or number of an offer or a draft.
        at: seconds UTC.
    """

    what: str
    name: str
    at: int


def sealed(field: str, payload: bytes, act: str | None = None) -> Payload:
    """Make a payload with a fresh salt and the commitment that goes into the act."""
    salt = secrets.token_bytes(SALT_BYTES)
    return Payload(commitment(salt, field, payload), field, salt, payload, act)


class Desk:
    """The desk of one circuit, in a SQLite file.

    Attributes:
        path: of the file.
    """

    def __init__(self, path: Path, *, write: bool = True) -> None:
        """Open it; a missing file is made, unless it is only read."""
        self.path = path
        self._writes = write
        if write:
            with self._open() as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript(SCHEMA)
            self.finish_erasing()

    def finish_erasing(self) -> None:
        """Empty the journal if something erased may still stand in it."""
        with self._open() as connection:
            _wipe(connection)

    def show(self, name: str, otherwise: str = "") -> str:
        """Return something the circuit shows: its name, language, currency."""
        rows = self._all("SELECT value FROM circuit WHERE name = ?", name)
        return rows[0][0] if rows else otherwise

    def shown(self) -> dict[str, str]:
        """Return all that the circuit shows."""
        return dict(self._all("SELECT name, value FROM circuit ORDER BY name"))

    def set_shown(self, values: Mapping[str, str]) -> None:
        """Write what the circuit shows."""
        self._write("INSERT OR REPLACE INTO circuit VALUES (?, ?)", values.items())

    def person(self, member: str) -> Person | None:
        """Return what is known of a member."""
        rows = self._all("SELECT * FROM person WHERE member = ?", member)
        return Person(*rows[0]) if rows else None

    def persons(self) -> dict[str, Person]:
        """Return what is known of everybody, by member id."""
        rows = self._all("SELECT * FROM person ORDER BY member")
        return {row[0]: Person(*row) for row in rows}

    def add_persons(self, persons: Iterable[Person]) -> None:
        """Write persons; who is known already is written anew."""
        places = ", ".join("?" * len(Person._fields))
        self._write(f"INSERT OR REPLACE INTO person VALUES ({places})", persons)  # noqa: S608 - places only

    def erase_person(self, member: str) -> None:
        """Delete what is known of a member; her acts stay, under her number."""
        self._erase("person", [member])

    def erase_listings(self, ids: Iterable[str]) -> None:
        """Delete offers and needs, and their words from the index."""
        self._erase("listing", ids)

    def erase_login(self, member: str) -> None:
        """Delete with what a member enters, and her entry codes."""
        self._erase("login", [member])

    def erase_drafts(self, ids: Iterable[str]) -> None:
        """Delete drafts with what was typed, their texts and signatures."""
        self._erase("draft", ids)

    def listings_of(self, member: str) -> list[str]:
        """Return the numbers of a member's offers and needs."""
        return self._names("SELECT id FROM listing WHERE member = ?", member)

    def closed_drafts_of(self, member: str, *, now: int) -> list[str]:
        """Return the numbers of a member's drafts that came to nothing."""
        sql = (
            "SELECT id FROM draft WHERE by = ? AND state != 'recorded'"
            " AND (state IN ('declined', 'cancelled') OR valid_until < ?)"
        )
        return self._names(sql, member, now)

    def may_enter(self, member: str) -> bool:
        """Tell whether a member has a login."""
        return bool(self._names("SELECT member FROM login WHERE member = ?", member))

    def add_payloads(self, payloads: Iterable[Payload]) -> None:
        """Keep what stands behind commitments."""
        self._write("INSERT OR REPLACE INTO payload VALUES (?, ?, ?, ?, ?)", payloads)

    def payloads(self, commitments: Iterable[str]) -> dict[str, Payload]:
        """Return what is still kept of these commitments."""
        found = {}
        for one in commitments:
            for row in self._all("SELECT * FROM payload WHERE commitment = ?", one):
                found[one] = Payload(*row)
        return found

    def still_known(self, commitments: Iterable[str]) -> list[str]:
        """Return those of these commitments whose payload is still kept."""
        sql = "SELECT 1 FROM payload WHERE commitment = ?"
        with self._open() as connection:
            return [
                one for one in commitments if connection.execute(sql, (one,)).fetchone()
            ]

    def payloads_of(self, act: str) -> list[Payload]:
        """Return what is still kept of an act."""
        rows = self._all("SELECT * FROM payload WHERE act = ? ORDER BY commitment", act)
        return [Payload(*row) for row in rows]

    def erase_payloads(self, commitments: Iterable[str]) -> None:
        """Delete payloads and salts: the commitments then tell nothing any more."""
        self._erase("payload", commitments)

    def false_payloads(self) -> Iterator[str]:
        """Give the commitments whose kept payload is not what was committed to."""
        with self._open() as connection:
            for row in connection.execute("SELECT * FROM payload ORDER BY commitment"):
                if not _fits(Payload(*row)):
                    yield str(row[0])

    def add_keys(self, keys: Iterable[ServerKey]) -> None:
        """Keep sealed keys."""
        self._write("INSERT OR REPLACE INTO server_key VALUES (?, ?, ?, ?)", keys)

    def keys_of(self, member: str) -> list[ServerKey]:
        """Return a member's keys that the server holds, the latest first."""
        rows = self._all(
            "SELECT * FROM server_key WHERE member = ? ORDER BY rowid DESC", member
        )
        return [ServerKey(row[0], row[1], row[2], bool(row[3])) for row in rows]

    def all_keys(self) -> list[ServerKey]:
        """Return all sealed keys, in the order in which they came."""
        rows = self._all("SELECT * FROM server_key ORDER BY rowid")
        return [ServerKey(row[0], row[1], row[2], bool(row[3])) for row in rows]

    def seal_anew(self, key: ServerKey) -> None:
        """Write another seal over a key's present one, which is erased."""
        with self._open() as connection:
            connection.execute(
                "UPDATE server_key SET sealed = ?, pin = ? WHERE key_id = ?",
                (key.sealed, key.pin, key.key_id),
            )
            _mark(connection)

    def erase_key(self, key_id: str) -> None:
        """Delete a sealed key: nobody can sign with it any more."""
        self._erase("server_key", [key_id])

    def new_code(self, member: str, *, now: int, seconds: int = CODE_SECONDS) -> str:
        """Make a one-time code with which a member enters; only its hash is kept."""
        groups = [
            "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_GROUP))
            for _ in range(CODE_GROUPS)
        ]
        code = "-".join(groups)
        row = (_code_hash(code), member, now + seconds, None)
        self._write("INSERT INTO entry_code VALUES (?, ?, ?, ?)", [row])
        return code

    def use_code(self, code: str, *, now: int | None = None) -> str | None:
        """Take a code; returns whose it is, nothing if unknown, used or expired.

        With it all her other codes have had their day: none of them lets anybody in
        where she has entered.
        """
        sql = (
            "UPDATE entry_code SET used = ? WHERE code_hash = ? AND used IS NULL"
            " AND expires > ? RETURNING member"
        )
        at = wall_clock() if now is None else now
        with self._open() as connection:
            rows = connection.execute(sql, (at, _code_hash(code), at)).fetchall()
            others = "UPDATE entry_code SET used = ? WHERE member = ? AND used IS NULL"
            connection.executemany(others, [(at, member) for (member,) in rows])
        return rows[0][0] if rows else None

    def whose_code(self, code: str, *, now: int) -> str | None:
        """Tell whose an unused code is, without taking it."""
        sql = (
            "SELECT member FROM entry_code WHERE code_hash = ? AND used IS NULL"
            " AND expires > ?"
        )
        rows = self._all(sql, _code_hash(code), now)
        return rows[0][0] if rows else None

    def add_products(self, products: Iterable[Product]) -> None:
        """Write descriptions."""
        self._write("INSERT OR REPLACE INTO product VALUES (?, ?, ?, ?, ?)", products)

    def products(self) -> dict[str, Product]:
        """Return all descriptions, by id."""
        rows = self._all("SELECT * FROM product ORDER BY id")
        return {row[0]: Product(*row) for row in rows}

    def read(self, sql: str, *values: object) -> list[tuple]:
        """Read rows of a table that another module of this room looks after."""
        return self._all(sql, *values)

    def write(self, sql: str, rows: Iterable[tuple]) -> None:
        """Write rows of such a table."""
        self._write(sql, rows)

    def _all(self, sql: str, *values: object) -> list[tuple]:
        with self._open() as connection:
            return connection.execute(sql, values).fetchall()

    def _names(self, sql: str, *values: object) -> list[str]:
        """Read one column of a table that the pages make; nothing without it."""
        try:
            return [row[0] for row in self._all(f"{sql} ORDER BY 1", *values)]
        except sqlite3.OperationalError as failed:
            if "no such table" not in str(failed):
                raise
            return []

    def _write(self, sql: str, rows: Iterable[tuple]) -> None:
        with self._open() as connection:
            connection.executemany(sql, rows)

    def erased(self) -> list[Erased]:
        """Return what was erased, so that no copy from before brings it back."""
        sql = "SELECT what, name, at FROM erased ORDER BY what, name"
        try:
            return [Erased(*row) for row in self._all(sql)]
        except sqlite3.OperationalError as failed:
            if "no such table" not in str(failed):
                raise
            return []  # a desk of before there was such a list

    def erase_again(self, erased: Iterable[Erased]) -> None:
        """Erase what was erased elsewhere, in a later copy of this desk."""
        for one in erased:
            self._erase(one.what, [one.name], at=one.at)

    def _erase(self, what: str, names: Iterable[str], *, at: int | None = None) -> None:
        when = wall_clock() if at is None else at
        rows = [(what, name, when) for name in names]
        with self._open() as connection:
            present = _tables(connection)
            for table, column in ERASABLE[what]:
                if table in present:
                    sql = f"DELETE FROM {table} WHERE {column} = ?"  # noqa: S608 - ours
                    connection.executemany(sql, [(name,) for _, name, _ in rows])
            index = SEARCHED.get(what)
            if index in present:
                sql = f"INSERT INTO {index}({index}) VALUES ('optimize')"  # noqa: S608 - ours
                connection.execute(sql)
            connection.executemany(
                "INSERT OR REPLACE INTO erased VALUES (?, ?, ?)", rows
            )
            _mark(connection)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        if self._writes:
            address = f"{self.path.absolute().as_uri()}?mode=rwc"
        else:
            address = address_to_look(self.path)
        connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)
        try:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA synchronous = FULL")
            with connection:
                yield connection
            if connection.total_changes:
                _wipe(connection)
        finally:
            connection.close()


def _tables(connection: sqlite3.Connection) -> set[str]:
    sql = "SELECT name FROM sqlite_master WHERE type = 'table'"
    return {row[0] for row in connection.execute(sql)}


def _mark(connection: sqlite3.Connection) -> None:
    """Say, to whatever process writes next, that the journal is still to be emptied.

    A new number each time: who empties it takes back only the mark that it has seen.
    """
    connection.execute(f"PRAGMA user_version = {1 + secrets.randbits(30)}")


def _wipe(connection: sqlite3.Connection) -> None:
    """Empty the journal after an erasure, unless a reader still needs it."""
    (mark,) = connection.execute("PRAGMA user_version").fetchone()
    if not mark:
        return
    connection.execute(f"PRAGMA busy_timeout = {WIPE_BUSY_MS}")
    with suppress(sqlite3.OperationalError):  # busy: the mark stays, others will try
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            return
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute("PRAGMA user_version").fetchone() == (mark,):
                connection.execute("PRAGMA user_version = 0")


def _fits(payload: Payload) -> bool:
    try:
        made = commitment(payload.salt, payload.field, payload.payload)
    except (TypeError, ValueError, UnicodeEncodeError):
        return False
    return made == payload.commitment and len(payload.salt) == SALT_BYTES


def _code_hash(code: str) -> bytes:
    kept = "".join(letter for letter in code.upper() if letter in CODE_LETTERS)
    return hashlib.sha256(b"urdimbre/code/v1\0" + kept.encode()).digest()
