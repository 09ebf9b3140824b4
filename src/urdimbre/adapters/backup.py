"""Backups: one file made while acts arrive, the registry apart from what is private.

A tar of ``backup.json`` (what it is, with the sums of the parts), ``registry.db``,
``plain.json`` (what names nobody: sealed keys, products, what the circuit shows, the
list of what was erased), until its date ``desk.db``, and, where there are any,
``witness.db`` (what was cosigned) and ``stamps.tar`` (timestamps). The files of
``keys/`` are never in it: a backup alone signs nothing.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from urdimbre.adapters import engines
from urdimbre.adapters.anchor.keeping import pack_stamps
from urdimbre.adapters.desk import Desk, Erased, Product, ServerKey
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.adapters.unfit import Unfit
from urdimbre.adapters.witnessing.book import WITNESS_BOOK
from urdimbre.core.encoding import dumps
from urdimbre.core.refusals import Reason, gettext_noop
from urdimbre.recording import Damaged, Projector

DAY_SECONDS = 86_400
PRIVATE_DAYS = 90
FORM = 1
HEAD = "backup.json"
REGISTRY = "registry.db"
PLAIN = "plain.json"
DESK = "desk.db"
STAMPS = "stamps.tar"
_PARTS = (REGISTRY, PLAIN, DESK, WITNESS_BOOK, STAMPS)
HEAD_BYTES_MAX = 1 << 16
PLAIN_BYTES_MAX = 1 << 28
_CHUNK = 1 << 20
MODE = 0o600
_LEFT_OUT = (
    "django_session",
    "visit",
    "login_attempt",
    "entry_code",
    "server_key",
)
"""Tables of the desk that a copy does not need: what lets somebody in, and the sealed
keys, which stand in ``plain.json``."""


class BackupFailed(Unfit):
    """A file that is no backup, or no whole one."""

    code = "not_a_backup"
    says = gettext_noop("{path} is not a whole backup: {reason}.")
    hint = gettext_noop("Take another backup: this one does not hold.")
    exit_code = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup says of itself.

    Attributes:
        genesis: the circuit's id, hex.
        made: seconds UTC.
        size: entries of the log.
        private_until: when the private part expires, seconds UTC; ``None``: none.
        erased: how many erasures it remembers.
    """

    genesis: str
    made: int
    size: int
    private_until: int | None
    erased: int

    def told(self) -> dict[str, Any]:
        """Return it as ``backup --json`` prints it."""
        return asdict(self)


class Plain(NamedTuple):
    """What a backup holds beside the two databases; it names nobody."""

    shown: dict[str, str]
    products: list[Product]
    keys: list[ServerKey]
    erased: list[Erased]


def write_backup(
    folder: Path,
    path: Path,
    *,
    now: int,
    private_days: int | None = PRIVATE_DAYS,
    projector: Projector | None = None,
) -> Backup:
    """Write the backup of a circuit, whoever is writing to it meanwhile.

    It is the same file whichever engine keeps the registry.

    Args:
        folder: of the circuit.
        path: of the new file, readable by its owner only.
        now: seconds UTC.
        private_days: after which the private part expires; ``None`` leaves it out.
        projector: of the tables that pages read; for a registry in PostgreSQL.
    """
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as name:
        scratch = Path(name)
        # The registry first: what the desk holds is never behind what was recorded.
        engines.write_image(folder, scratch / REGISTRY, projector)
        with closing(SqliteStore(scratch / REGISTRY, write=False)) as store:
            last, genesis = store.last_block(), store.mark("genesis")
        if last is None or genesis is None:
            raise Damaged("header", Reason("is empty"))
        plain = _plain(Desk(folder / DESK, write=False))
        (scratch / PLAIN).write_bytes(_written(plain))
        if private_days is not None:
            engines.copy_database(folder / DESK, scratch / DESK)
            _leave_out(scratch / DESK)
        if (folder / WITNESS_BOOK).exists():
            engines.copy_database(folder / WITNESS_BOOK, scratch / WITNESS_BOOK)
        pack_stamps(folder, scratch / STAMPS)
        until = None if private_days is None else now + private_days * DAY_SECONDS
        made = Backup(
            genesis=genesis,
            made=now,
            size=last.position + 1,
            private_until=until,
            erased=len(plain.erased),
        )
        _pack(scratch, path, made)
    return made


def is_backup(path: Path) -> bool:
    """Tell whether a file begins like a backup."""
    try:
        with tarfile.open(path, "r:") as tar:
            first = tar.next()
    except (tarfile.TarError, OSError):
        return False
    return first is not None and first.name == HEAD


def read_head(path: Path) -> Backup:
    """Read what a backup says of itself.

    Raises:
        BackupFailed: it is none.
    """
    with _opened(path) as tar:
        return _backup(path, _head(path, tar))


def read_plain(path: Path) -> Plain:
    """Read the part that names nobody.

    Raises:
        BackupFailed: it is not whole.
    """
    with _opened(path) as tar:
        parts = _head(path, tar)["parts"]
        content = b"".join(_checked(path, tar, PLAIN, parts, PLAIN_BYTES_MAX))
    return _read_plain(path, content)


def take_out(path: Path, part: str, target: Path) -> bool:
    """Take a part out into a file, durably; tells whether the backup has it.

    Raises:
        BackupFailed: the part is not as it was written.
    """
    with _opened(path) as tar:
        parts = _head(path, tar)["parts"]
        if part not in parts:
            return False
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        with os.fdopen(handle, "wb") as file:
            for chunk in _checked(path, tar, part, parts, None):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    return True


def _plain(desk: Desk) -> Plain:
    products = list(desk.products().values())
    return Plain(desk.shown(), products, desk.all_keys(), desk.erased())


def _written(plain: Plain) -> bytes:
    keys = [one._replace(sealed=one.sealed.hex()) for one in plain.keys]  # type: ignore[arg-type]
    told = {
        "erased": [list(one) for one in plain.erased],
        "keys": [list(one) for one in keys],
        "products": [list(one) for one in plain.products],
        "shown": plain.shown,
    }
    return json.dumps(told, sort_keys=True).encode()


def _read_plain(path: Path, content: bytes) -> Plain:
    try:
        told = json.loads(content)
        keys = [
            ServerKey(key_id, member, bytes.fromhex(sealed), bool(pin))
            for key_id, member, sealed, pin in told["keys"]
        ]
        return Plain(
            told["shown"],
            [Product(*one) for one in told["products"]],
            keys,
            [Erased(*one) for one in told["erased"]],
        )
    except (ValueError, KeyError, TypeError):
        raise BackupFailed(
            path=path, reason=Reason("{key} cannot be read", key=PLAIN)
        ) from None


def _leave_out(desk: Path) -> None:
    with closing(sqlite3.connect(desk, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        there = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master")
        }
        for table in _LEFT_OUT:
            if table in there:
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        connection.execute("VACUUM")


def _pack(scratch: Path, path: Path, made: Backup) -> None:
    names = [name for name in _PARTS if (scratch / name).exists()]
    parts = {name: _sum(scratch / name) for name in names}
    told = {name: one for name, one in asdict(made).items() if one is not None}
    head = told | {"form": FORM, "parts": parts}
    content = dumps(head | {"sum": hashlib.sha256(dumps(head)).hexdigest()})
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE)
    with (
        os.fdopen(handle, "wb") as file,
        tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        _add(tar, HEAD, len(content), io.BytesIO(content))
        for name in names:
            with (scratch / name).open("rb") as part:
                _add(tar, name, (scratch / name).stat().st_size, part)


def _sum(part: Path) -> dict[str, object]:
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": part.stat().st_size, "sha256": digest}


def _add(tar: tarfile.TarFile, name: str, size: int, content: BinaryIO) -> None:
    member = tarfile.TarInfo(name)  # nothing of the machine: no time, owner or mode
    member.size = size
    tar.addfile(member, content)


def _opened(path: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(path, "r:")
    except (tarfile.TarError, OSError) as failed:
        raise BackupFailed(path=path, reason=str(failed)) from None


def _head(path: Path, tar: tarfile.TarFile) -> dict[str, Any]:
    content = b"".join(_content(path, tar, HEAD, HEAD_BYTES_MAX))
    try:
        told = json.loads(content)
        given = told.pop("sum")
        whole = hashlib.sha256(dumps(told)).hexdigest() == given
        form = told["form"]
        _ = {name: (one["bytes"], one["sha256"]) for name, one in told["parts"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupFailed(
            path=path, reason=Reason("{key} cannot be read", key=HEAD)
        ) from None
    if not whole:
        raise BackupFailed(path=path, reason=Reason("{key} was altered", key=HEAD))
    if form != FORM:
        raise BackupFailed(
            path=path,
            reason=Reason(
                "it has form {form}, this program reads {known}", form=form, known=FORM
            ),
        )
    return dict(told)


def _backup(path: Path, head: dict[str, Any]) -> Backup:
    try:
        return Backup(
            genesis=head["genesis"],
            made=head["made"],
            size=head["size"],
            private_until=head.get("private_until"),
            erased=head["erased"],
        )
    except KeyError as missing:
        raise BackupFailed(
            path=path,
            reason=Reason("{file} lacks {key}", file=HEAD, key=missing.args[0]),
        ) from None


def _content(
    path: Path, tar: tarfile.TarFile, name: str, most: int | None
) -> Iterator[bytes]:
    try:
        member = tar.getmember(name)
        held = tar.extractfile(member) if member.isreg() else None
        if held is None or (most is not None and member.size > most):
            raise BackupFailed(
                path=path,
                reason=Reason("{file} is no plain file of bearable size", file=name),
            )
        while chunk := held.read(_CHUNK):
            yield chunk
    except KeyError:
        raise BackupFailed(
            path=path, reason=Reason("{file} is missing", file=name)
        ) from None
    except (tarfile.TarError, OSError) as failed:
        raise BackupFailed(
            path=path, reason=Reason("{file}: {reason}", file=name, reason=str(failed))
        ) from None


def _checked(
    path: Path,
    tar: tarfile.TarFile,
    name: str,
    parts: dict[str, Any],
    most: int | None,
) -> Iterator[bytes]:
    """Give the bytes of a part; the last ones only come if all are as written."""
    digest, size = hashlib.sha256(), 0
    for chunk in _content(path, tar, name, most):
        digest.update(chunk)
        size += len(chunk)
        yield chunk
    if parts.get(name) != {"bytes": size, "sha256": digest.hexdigest()}:
        raise BackupFailed(
            path=path, reason=Reason("{file} is not as it was written", file=name)
        )
