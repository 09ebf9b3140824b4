"""What is wrong with an installation, or will be: each with its code and the way out.

Nothing is mended here, and nothing is written.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from urdimbre.adapters import post, traces
from urdimbre.adapters.desk import Desk
from urdimbre.adapters.engines import (
    DRAFT_FILE,
    ENGINE_FILE,
    MOVING_FILE,
    REGISTRY_FILE,
    read_tables,
)
from urdimbre.adapters.examining_postgres import bytes_kept, server_findings
from urdimbre.adapters.examining_witnesses import witness_findings
from urdimbre.adapters.finding import BAD, LOOK, Check, Finding, Patient
from urdimbre.adapters.folder import DESK_FILE
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.keys.server import KEK_FILE, NODE_FILE, node_key
from urdimbre.adapters.rebuilding import SCRATCH_FILE
from urdimbre.adapters.standing import refuse_if_behind
from urdimbre.core.accounts import COMMON
from urdimbre.core.chain.entry import decode
from urdimbre.core.circuit import RULES, decode_row
from urdimbre.core.encoding import read
from urdimbre.core.founding.rows import ClockRow, RulesRow
from urdimbre.core.membership.rows import Key, Member, Policy
from urdimbre.core.refusals import gettext_noop
from urdimbre.recording import RecordingFailed, StorageFailed, Store
from urdimbre.recording.writer import AHEAD_MAX, BEHIND_MAX

DAY_SECONDS = 86_400
FREE_BYTES_MIN = 200 << 20
ROOM_FOR = 3
"""How many times the registry must fit on the disk: a rebuilding and a backup."""
JOURNAL_BYTES_MAX = 64 << 20
VERIFIED_DAYS_MAX = 30
BACKUP_DAYS_MAX = 7
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


def examine(
    path: Path, *, now: int, program: str, schema: tuple[str, ...] = ()
) -> list[Finding]:
    """Look at everything; the findings come bad ones first.

    Args:
        path: of the circuit's folder.
        now: seconds UTC.
        program: version of the tables that this program makes for pages.
        schema: the statements that make those tables.
    """
    patient = Patient(path=path, now=now, program=program, schema=schema)
    found: list[Finding] = []
    try:
        patient = _read(patient)
        found += server_findings(patient)
    except (StorageFailed, sqlite3.Error, ValueError, KeyError, TypeError) as failed:
        found.append(
            Finding(
                code="registry_unreadable",
                level=BAD,
                says=gettext_noop("The registry cannot be read: {reason}"),
                way_out=gettext_noop(
                    "Keep a copy of the folder as it is, and restore a backup."
                ),
                values={"reason": str(failed)},
            )
        )
    except RecordingFailed as failed:  # nobody answers, or it is not fit to be asked
        found.append(
            Finding(
                code=failed.code,
                level=BAD,
                says=failed.says,
                way_out=failed.hint,
                values=failed.values,
            )
        )
    for check in CHECKS:
        found += check(patient)
    return sorted(found, key=lambda one: one.level)


def _read(patient: Patient) -> Patient:
    wanted = ("member/", "key/", "policy/", "agreement/witness/", "rules", "clock")
    with closing(read_tables(patient.path)) as store:
        last, genesis = store.last_block(), store.entry(0)
        body: Any = read(decode(genesis or b"").act) if genesis else {"body": {}}
        rows = tuple(
            decode_row(row.key, row.value)
            for row in store.state()
            if row.key.startswith(wanted)
        )
        return replace(
            patient,
            projection=store.mark("projection") or "",
            last=0 if last is None else last.time,
            demo=bool(body["body"].get("demo")),
            rows=rows,
            size=_size(patient.path, store),
        )


def _size(path: Path, store: Store) -> int:
    file = path / REGISTRY_FILE
    if (path / ENGINE_FILE).is_file():
        return bytes_kept(store)
    return file.stat().st_size


def _key_files(patient: Patient) -> Iterator[Finding]:
    for name in (KEK_FILE, NODE_FILE):
        path = patient.path / name
        if not path.is_file() or path.is_symlink():
            yield Finding(
                code="key_missing",
                level=BAD,
                says=gettext_noop("There is no file {path}."),
                way_out=gettext_noop("Put it back from where its copy is kept."),
                values={"path": path},
            )
            continue
        found = path.stat()
        if stat.S_IMODE(found.st_mode) & 0o077:
            yield Finding(
                code="key_open",
                level=BAD,
                says=gettext_noop("Others can read {path} ({mode})."),
                way_out=gettext_noop(
                    "If nobody has: chmod 600 {path}. Otherwise change the key: see "
                    "docs/operate/hand-over.md."
                ),
                values={"path": path, "mode": stat.filemode(found.st_mode)},
            )
        if found.st_uid != os.geteuid():
            yield Finding(
                code="key_of_another",
                level=BAD,
                says=gettext_noop("{path} belongs to another user of this machine."),
                way_out=gettext_noop("Run as its owner, or give it to this user."),
                values={"path": path},
            )


def _files_open(patient: Patient) -> Iterator[Finding]:
    mode = patient.path.stat().st_mode
    closed = not stat.S_IMODE(mode) & 0o077
    desk = patient.path / DESK_FILE
    if closed or not desk.is_file() or not stat.S_IMODE(desk.stat().st_mode) & 0o077:
        return
    yield Finding(
        code="desk_open",
        level=BAD,
        says=gettext_noop(
            "Other users of this machine can read names and texts: {path} ({mode})."
        ),
        way_out=gettext_noop("chmod 700 {path}"),
        values={"path": patient.path, "mode": stat.filemode(mode)},
    )


def _disk(patient: Patient) -> Iterator[Finding]:
    free = shutil.disk_usage(patient.path).free
    size = patient.size
    if free >= max(FREE_BYTES_MIN, ROOM_FOR * size):
        return
    yield Finding(
        code="disk_low",
        level=BAD if free < FREE_BYTES_MIN else LOOK,
        says=gettext_noop(
            "{free} MB are free; the registry has {size} MB, and a rebuilding or a "
            "backup needs as much again."
        ),
        way_out=gettext_noop("Make room, or move the circuit to a larger disk."),
        values={"free": free >> 20, "size": size >> 20},
    )


def _clock(patient: Patient) -> Iterator[Finding]:
    if not patient.last:
        return
    clocks = [row for row in patient.rows if isinstance(row, ClockRow)]
    earliest = patient.last
    if clocks and patient.last <= clocks[-1].before:
        earliest = min(earliest, clocks[-1].after)
    fits = earliest - BEHIND_MAX <= patient.now <= patient.last + AHEAD_MAX
    if fits:
        return
    yield Finding(
        code="clock_off",
        level=BAD,
        says=gettext_noop(
            "The clock is {days} days away from the last block; nothing is sealed."
        ),
        way_out=gettext_noop(
            "Set the clock. If it is right: urdimbre run DIR --accept-clock."
        ),
        values={"days": abs(patient.now - patient.last) // DAY_SECONDS},
    )


def _journal(patient: Patient) -> Iterator[Finding]:
    for name in (REGISTRY_FILE, DESK_FILE):
        journal = patient.path / f"{name}-wal"
        size = journal.stat().st_size if journal.is_file() else 0
        if size <= JOURNAL_BYTES_MAX:
            continue
        yield Finding(
            code="journal_large",
            level=LOOK,
            says=gettext_noop(
                "{path} has {size} MB: a reader has been open for long, or the disk "
                "is slow."
            ),
            way_out=gettext_noop("Stop the circuit and start it again."),
            values={"path": journal, "size": size >> 20},
        )


def _leftovers(patient: Patient) -> Iterator[Finding]:
    path = patient.path.absolute()
    hidden = f".{path.name}."
    found = [one for one in path.parent.iterdir() if one.name.startswith(hidden)]
    found += [one for one in path.parent.iterdir() if one.name.startswith(".backup-")]
    keys = path / KEK_FILE.parent
    found += [one for one in keys.glob(".*") if one.is_file()]
    beside = [path / SCRATCH_FILE, path / MOVING_FILE]
    if (path / ENGINE_FILE).is_file():
        beside.append(path / REGISTRY_FILE)  # the engine says that it is elsewhere
    found += [one for one in beside if one.exists()]
    for one in sorted(found):
        yield Finding(
            code="leftover",
            level=LOOK,
            says=gettext_noop("{path} was left by something that was broken off."),
            way_out=gettext_noop("If nothing is running now, delete it."),
            values={"path": one},
        )


def _schema_left(patient: Patient) -> Iterator[Finding]:
    draft = patient.path / DRAFT_FILE
    if draft.is_file():
        yield Finding(
            code="schema_left",
            level=LOOK,
            says=gettext_noop(
                "A move to another engine was broken off; {path} names the schema "
                "that it may have left in PostgreSQL."
            ),
            way_out=gettext_noop(
                "If no move is running, the next one clears it away. Or drop that "
                "schema yourself, and delete the file."
            ),
            values={"path": draft},
        )


def _projection(patient: Patient) -> Iterator[Finding]:
    if not patient.last or patient.projection == patient.program:
        return
    yield Finding(
        code="other_projection",
        level=LOOK,
        says=gettext_noop(
            "The tables that pages read are of version {stored}; this program makes "
            "{program}."
        ),
        way_out=gettext_noop("urdimbre upgrade DIR"),
        values={"stored": patient.projection or "-", "program": patient.program},
    )


def _rules(patient: Patient) -> Iterator[Finding]:
    for row in patient.rows:
        if isinstance(row, RulesRow) and max(row.version, row.coming or 0) > RULES:
            yield Finding(
                code="newer_rules",
                level=BAD,
                says=gettext_noop(
                    "The circuit has agreed on rules {circuit}; this program knows "
                    "{program}."
                ),
                way_out=gettext_noop("Install a version that knows them in time."),
                values={"circuit": row.coming or row.version, "program": RULES},
            )


def _standing(patient: Patient) -> Iterator[Finding]:
    try:
        refuse_if_behind(patient.path)
    except RecordingFailed as behind:
        yield Finding(
            code=behind.code,
            level=BAD,
            says=gettext_noop("It must not record: {reason}"),
            way_out=behind.hint,
            values={"reason": behind.message},
        )


def _node(patient: Patient) -> Iterator[Finding]:
    keys = [row for row in patient.rows if isinstance(row, Key)]
    nodes = {
        row.id for row in patient.rows if isinstance(row, Member) and row.kind == "node"
    }
    try:
        held = ed25519.public_key(node_key(patient.path / NODE_FILE)).hex()
    except (OSError, ValueError):
        return  # told by the look at the key files
    in_force = [row for row in keys if row.member in nodes and row.until is None]
    if not in_force or in_force[-1].public == held:
        return
    yield Finding(
        code="node_key_changed",
        level=BAD,
        says=gettext_noop("keys/node is not the node's key in force."),
        way_out=gettext_noop(
            "Put the key in force there. If it is lost: docs/operate/hand-over.md."
        ),
    )


def _verified(patient: Patient) -> Iterator[Finding]:
    told = traces.kept(patient.path).get("verify")
    days = None if told is None else (patient.now - told["at"]) // DAY_SECONDS
    if days is not None and days <= VERIFIED_DAYS_MAX:
        return
    yield Finding(
        code="not_verified",
        level=LOOK,
        says=gettext_noop(
            "The registry was not verified here in the last {most} days."
        ),
        way_out=gettext_noop("urdimbre verify DIR"),
        values={"most": VERIFIED_DAYS_MAX},
    )


def _backed_up(patient: Patient) -> Iterator[Finding]:
    told = traces.kept(patient.path).get("backup")
    days = None if told is None else (patient.now - told["at"]) // DAY_SECONDS
    if days is not None and days <= BACKUP_DAYS_MAX:
        return
    yield Finding(
        code="no_backup",
        level=BAD,
        says=gettext_noop("No backup was taken in the last {most} days."),
        way_out=gettext_noop(
            "urdimbre backup DIR -o FILE, onto another disk; and a copy of keys/ at a "
            "third place."
        ),
        values={"most": BACKUP_DAYS_MAX},
    )


def _exposed(patient: Patient) -> Iterator[Finding]:
    if patient.demo:
        yield Finding(
            code="demo",
            level=BAD,
            says=gettext_noop(
                "This is a demo: its passwords are public, and it takes any clock."
            ),
            way_out=gettext_noop("Found a circuit of your own: urdimbre init."),
        )
    told = traces.kept(patient.path).get("serving")
    if told is not None and told["host"] not in LOCAL_HOSTS:
        yield Finding(
            code="served_openly",
            level=BAD,
            says=gettext_noop(
                "Pages were served at {host} over http: passwords and PINs can be "
                "read on the way."
            ),
            way_out=gettext_noop(
                "Serve at localhost, behind a web server that speaks https."
            ),
            values={"host": told["host"]},
        )


def _server_keys(patient: Patient) -> Iterator[Finding]:
    keys = [row for row in patient.rows if isinstance(row, Key) and row.until is None]
    persons = {
        row.id
        for row in patient.rows
        if isinstance(row, Member) and row.kind == "person" and row.left is None
    }
    own = {row.member for row in keys if row.custody not in ("server", "import")}
    hosted = {row.member for row in keys if row.custody == "server"} & persons - own
    if not hosted:
        return
    yield Finding(
        code="server_keys",
        level=LOOK,
        says=gettext_noop(
            "{count} of {all} persons have only keys that this server holds: who has "
            "this machine can sign for them."
        ),
        way_out=gettext_noop("Let those who can take their keys into their own hands."),
        values={"count": len(hosted), "all": len(persons)},
    )


def _one_for_all(patient: Patient) -> Iterator[Finding]:
    policies = {row.id: row for row in patient.rows if isinstance(row, Policy)}
    for row in patient.rows:
        if not isinstance(row, Member) or row.id != COMMON or row.policy is None:
            continue
        policy = policies[row.policy]
        if min(rule.need for rule in policy.rules) > 1:
            continue
        yield Finding(
            code="one_for_all",
            level=LOOK,
            says=gettext_noop("One person alone may act for the common."),
            way_out=gettext_noop(
                "Let a meeting choose a policy that needs two or more."
            ),
        )


def _desk(patient: Patient) -> Iterator[Finding]:
    try:
        false = next(Desk(patient.path / DESK_FILE, write=False).false_payloads(), None)
    except sqlite3.Error as failed:
        reason = str(failed)
    else:
        if false is None:
            return
        reason = f"payload {false}"
    yield Finding(
        code="desk_damaged",
        level=BAD,
        says=gettext_noop("The desk does not hold what it should: {reason}."),
        way_out=gettext_noop("Keep a copy, and restore the desk of a backup."),
        values={"reason": reason},
    )


CHECKS: tuple[Check, ...] = (
    _key_files,
    _files_open,
    _disk,
    _clock,
    _journal,
    _leftovers,
    _schema_left,
    _projection,
    _rules,
    _standing,
    _node,
    _verified,
    _backed_up,
    _exposed,
    _server_keys,
    _one_for_all,
    witness_findings,
    _desk,
    post.findings,
)
"""What is looked at; each check answers for itself."""
