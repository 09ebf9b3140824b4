"""The work of ``urdimbre upgrade``."""

from __future__ import annotations

import importlib.util
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from urdimbre.adapters.engines import read_tables
from urdimbre.adapters.folder import (
    DESK_FILE,
    Circuit,
    lock_folder,
    look_whether_whole,
)
from urdimbre.adapters.interchange.signing import HeldKeys
from urdimbre.adapters.keys.server import KEK_FILE, KeyEncryptionKey
from urdimbre.cli.failures import RefusedByRule
from urdimbre.cli.opening import recording
from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON
from urdimbre.core.agreements import version
from urdimbre.core.chain.entry import signed_entry
from urdimbre.core.circuit import RULES, decode_row
from urdimbre.core.founding.rows import RulesRow
from urdimbre.core.refusals import Refusal
from urdimbre.projections.project import Projection

ACT_SECONDS = 86_400
APPS = {
    "urdimbre.web.api": "web_api",
    "urdimbre.web.catalogue": "web_catalogue",
    "urdimbre.web.circuit": "web_circuit",
    "urdimbre.web.doorstep": "web_doorstep",
    "urdimbre.web.exchanges": "web_exchanges",
    "urdimbre.web.market": "web_market",
    "urdimbre.web.minutes": "web_minutes",
    "urdimbre.web.notebook": "web_notebook",
    "urdimbre.web.notices": "web_notices",
    "urdimbre.web.office": "web_office",
    "urdimbre.web.offline": "web_offline",
    "urdimbre.web.on_account": "web_on_account",
    "urdimbre.web.purchases": "web_purchases",
    "urdimbre.web.security": "web_security",
    "urdimbre.web.sheets": "web_sheets",
    "urdimbre.web.spending": "web_spending",
    "django.contrib.sessions": "sessions",
}
"""Those of the web that may keep tables of their own on the desk, and their labels."""


class Wanted(NamedTuple):
    """Rules that the circuit is to take, and from which block time on."""

    version: int
    start: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgraded:
    """What was done, or would be.

    Attributes:
        projection: version of the tables that pages read: ``old -> new``, or the one
            that stays.
        migrations: of the desk, by name.
        rules: version in force.
        program: latest version of the rules that this program knows.
        coming: version that was recorded to come, if one was asked for.
    """

    projection: str
    migrations: tuple[str, ...]
    rules: int
    program: int
    coming: int | None

    @property
    def anything(self) -> bool:
        """Whether there is anything to do."""
        return (
            "->" in self.projection
            or bool(self.migrations)
            or (self.coming is not None)
        )

    def told(self) -> dict[str, Any]:
        """Return it as ``upgrade --json`` prints it."""
        return asdict(self)


def upgrade_folder(path: Path, wanted: Wanted | None, *, dry_run: bool) -> Upgraded:
    """Bring a folder up to this program, or say what that would be.

    Raises:
        AlreadyOpen: the circuit runs.
        RefusedByRule: the act on the rules is refused.
    """
    look_whether_whole(path)
    found = _look(path, wanted)
    if dry_run:
        return found
    if found.migrations:
        lock = lock_folder(path)
        try:
            _migrate(path)
        finally:
            os.close(lock)
    # Rebuilds what pages read; a sequencer that runs has opened them as they were.
    with recording(path, alone=True) as circuit:
        if wanted is not None:
            _take_rules(circuit, wanted)
    return found


def _look(path: Path, wanted: Wanted | None) -> Upgraded:
    with closing(read_tables(path)) as store:
        stored, program = store.mark("projection") or "-", str(Projection.version)
        last = store.last_block()
        rows = [
            decode_row(row.key, row.value)
            for row in store.state()
            if row.key == RulesRow.PREFIX
        ]
    time = 0 if last is None else last.time
    in_force = next(row.at(time) for row in rows if isinstance(row, RulesRow))
    return Upgraded(
        projection=stored if stored == program else f"{stored} -> {program}",
        migrations=_pending(path),
        rules=in_force,
        program=RULES,
        coming=None if wanted is None else wanted.version,
    )


def _pending(path: Path) -> tuple[str, ...]:
    """Name the migrations of the desk that have not been made.

    Read without Django, which would write into the folder while it is set up.
    """
    known = {
        f"{label}.{file.stem}"
        for app, label in APPS.items()
        for file in _migrations(app)
        if file.stem[0].isdigit()
    }
    uri = f"{(path / DESK_FILE).absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        tables = "SELECT 1 FROM sqlite_master WHERE name = 'django_migrations'"
        if connection.execute(tables).fetchone() is None:
            return tuple(sorted(known))
        rows = connection.execute("SELECT app, name FROM django_migrations")
        return tuple(sorted(known - {f"{app}.{name}" for app, name in rows}))


def _migrations(app: str) -> Iterator[Path]:
    places = importlib.util.find_spec(f"{app}.migrations")
    for place in (places and places.submodule_search_locations) or ():
        yield from Path(place).glob("*.py")


def _migrate(path: Path) -> None:
    from urdimbre.web.serving import prepare

    prepare(path)
    from django.db import connections

    connections.close_all()


def _take_rules(circuit: Circuit, wanted: Wanted) -> None:
    """Record that the circuit takes these rules, signed for the common here."""
    state, now = circuit.registry.state, circuit.clock()
    body = {"from": now if wanted.start is None else wanted.start}
    act = drafting.draft(
        "rules",
        body | {"version": wanted.version},
        by=COMMON,
        id_=secrets.token_hex(16),
        valid_until=max(now, state.time) + ACT_SECONDS,
        agreement=version(state),
    )
    kek = KeyEncryptionKey.read(circuit.path / KEK_FILE)
    held = HeldKeys(state, circuit.desk, kek)
    slots = [
        signer.slot(circuit.registry.genesis, act, policy)
        for signer, policy in held.for_common("rules", {})
    ]
    answer = circuit.registry.submit(signed_entry(act, slots).encode())
    if isinstance(answer, Refusal):
        raise RefusedByRule(answer)
