"""A PostgreSQL server of the tests' own: unprivileged, on a socket nobody else sees.

Made from the distribution's binaries in a folder that is thrown away; it listens on no
network address at all.
"""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg.sql import Composed

from urdimbre.adapters.storage.sessions import Place

PORT = 23_741
"""Names the socket; another server's lies in another folder."""
START_SECONDS = 60
USER = "urdimbre"
MISSING = (
    "these tests need PostgreSQL 15 or later: run tools/system_packages.sh, or on "
    "Debian `apt-get install postgresql pgbouncer`"
)


def programs() -> Path:
    """Return the folder of the newest server on this machine."""
    found = [
        (int(match[1]), path)
        for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")
        if (match := re.fullmatch(r"(\d+)", path.parents[1].name))
    ]
    on_path = shutil.which("postgres")
    if not found and on_path is not None:
        return Path(on_path).parent
    assert found, MISSING
    return max(found)[1].parent


def unprivileged() -> str | None:
    """Return whom to run as where root runs the tests: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return None
    known = {one.pw_name for one in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


class Server:
    """A server; stop it when done.

    Attributes:
        folder: of its data, socket and journal.
    """

    def __init__(self) -> None:
        """Make and start it."""
        self._user = unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="urdimbre-pg-"))
        if self._user is not None:
            shutil.chown(self.folder, self._user)
        self._programs = programs()
        self._process: subprocess.Popen[bytes] | None = None
        self._run(
            "initdb",
            "-D",
            self.folder / "data",
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
        )
        self.start()

    @property
    def conninfo(self) -> str:
        """How to reach it."""
        return f"host={self.folder} port={PORT} user={USER} dbname=postgres"

    def place(self) -> Place:
        """Return a schema that is not there yet."""
        return Place(self.conninfo, f"circuit_{secrets.token_hex(8)}")

    def start(self, **settings: str) -> None:
        """Start it and wait until it answers."""
        told = {"listen_addresses": "", "port": str(PORT), "max_connections": "200"}
        told |= {"unix_socket_directories": str(self.folder)} | settings
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    self._programs / "postgres",
                    "-D",
                    self.folder / "data",
                    *(f"--{name}={value}" for name, value in told.items()),
                ],
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd="/",
                **self._who(),
            )
        end = time.monotonic() + START_SECONDS
        while not self.answers():
            running = self._process.poll() is None and time.monotonic() < end
            assert running, (self.folder / "log").read_text()
            time.sleep(0.05)

    def answers(self) -> bool:
        """Tell whether it takes connections."""
        with suppress(psycopg.OperationalError):
            psycopg.connect(self.conninfo).close()
            return True
        return False

    def halt(self) -> None:
        """Stop it at once, as a machine that is switched off would."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def stop(self) -> None:
        """Stop it and throw its folder away."""
        assert self._process is not None
        if self._process.poll() is None:
            self.halt()
        shutil.rmtree(self.folder)

    def execute(self, sql: str | Composed, *values: object) -> list[tuple]:
        """Run a statement as an operator would."""
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            cursor = connection.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []

    def _run(self, program: str, *arguments: object) -> None:
        done = subprocess.run(
            [self._programs / program, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **self._who(),
        )
        assert done.returncode == 0, done.stderr

    def _who(self) -> dict[str, object]:
        if self._user is None:
            return {}
        return {
            "user": self._user,
            "group": pwd.getpwnam(self._user).pw_gid,
            "extra_groups": [],
        }
