"""Processes of their own that tests start: they find our sources and the tests."""

from __future__ import annotations

import itertools
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def environment(**more: str) -> dict[str, str]:
    """The environment of a process that runs our code."""
    path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    return os.environ | {"PYTHONPATH": path} | more


def python(*arguments: object, **more: Any) -> subprocess.CompletedProcess[bytes]:
    """Run Python to its end."""
    command = [sys.executable, *map(str, arguments)]
    wanted = {"env": environment(), "timeout": 120}
    return subprocess.run(command, check=False, **(wanted | more))


def started(*arguments: object, **more: Any) -> subprocess.Popen[bytes]:
    """Start Python; what it says on stdout can be read while it runs."""
    command = [sys.executable, *map(str, arguments)]
    # Unbuffered: reading a line must leave the next ones for ``communicate``.
    wanted = {"stdout": subprocess.PIPE, "bufsize": 0, "env": environment()}
    return subprocess.Popen(command, **(wanted | more))


# Below the ports that the system gives to outgoing connections, and each worker has
# its own, asked in turn: nobody takes a port between the asking and the listening.
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
FIRST = 20_000 + 1_000 * (WORKER % 12)
PORTS = itertools.cycle(range(FIRST, FIRST + 1_000))


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    for port in PORTS:
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError
