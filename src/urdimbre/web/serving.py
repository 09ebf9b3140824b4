"""Serving a circuit: the desk's own tables brought up to date, then granian."""

import os
import signal
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from granian.constants import Interfaces
from granian.server import Server

from urdimbre.web import sparing
from urdimbre.web.places import desk_name, registry_database

THREADS = 8
# A worker asked to stop in its first instant of serving does not hear it (granian 2.8):
# it must not keep the port and the folder. What was answered is on the disk by then.
KILL_AFTER_SECONDS = 5
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound


def settle_in(directory: Path) -> None:
    """Point Django at a circuit's folder; a process has one at a time."""
    os.environ["URDIMBRE_DIR"] = str(directory.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "urdimbre.web.settings")
    django.setup()
    if directory.resolve() != settings.DIRECTORY:
        _move(directory.resolve())


def _move(directory: Path) -> None:
    """Turn a process that is done with one circuit to another."""
    from urdimbre.web import opened, units  # noqa: PLC0415 - after Django's setup
    from urdimbre.web.circuit import surroundings  # noqa: PLC0415

    opened.close()
    units.forget()
    surroundings.forget()
    connections.close_all()
    settings.DIRECTORY = directory
    connections.databases["default"]["NAME"] = desk_name(directory)
    connections.databases["registry"].update(registry_database(directory))
    with suppress(AttributeError):  # not looked at yet
        del connections["registry"]  # the other circuit's may be of another engine


def prepare(directory: Path) -> None:
    """Bring the tables of logins, drafts and offers in ``desk.db`` up to date."""
    settle_in(directory)
    # All at once: Django notes some migrations after their tables are made, and a
    # process killed in between would find them in its way at each later start. SQLite
    # can let go of its constraints outside a transaction only.
    with connection.constraint_checks_disabled(), transaction.atomic():
        call_command("migrate", verbosity=0, interactive=False)
    call_command("clearsessions", verbosity=0)


def serve(
    directory: Path, host: str, port: int, *, demo: bool, workers: int = 1
) -> None:
    """Serve the pages of a circuit until the process is told to stop.

    The worker opens the circuit itself, so nobody else may have it open by then,
    unless its engine lets a sequencer record for several workers.

    Args:
        directory: the circuit's folder.
        host: address to listen at.
        port: port to listen at.
        demo: whether cookies may go over plain http to any name of this machine.
        workers: processes that answer; more than one only with such an engine.
    """
    asked_to_stop = _remember_signals()
    os.environ["URDIMBRE_HOSTS"] = ",".join(_hosts(host, demo=demo))
    prepare(directory)
    # The worker is a fork: SQLite's connections must not be carried into it.
    connections.close_all()
    sparing.few_arenas()
    sparing.settle()
    # With the embedded engine several processes would be several writers; threads
    # share the open circuit.
    server = Server(
        "urdimbre.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        workers_kill_timeout=KILL_AFTER_SECONDS,
        log_enabled=False,
    )

    def stop_if_asked() -> None:
        if asked_to_stop:
            server.signal_handler_interrupt()

    # Granian calls it once its own handlers stand: from here on they are told.
    server.on_startup(stop_if_asked)
    # Granian waits without end; a signal between two system calls does not wake it,
    # so it is woken each second to look.
    signal.signal(signal.SIGALRM, lambda _number, _frame: None)
    signal.setitimer(signal.ITIMER_REAL, 1, 1)
    try:
        server.serve(target_loader=_application, wrap_loader=False)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _remember_signals() -> list[int]:
    """Keep in mind who asks to stop before anybody serves.

    A Ctrl-C in the first second can otherwise fall into a callback that swallows it.
    """
    asked_to_stop: list[int] = []
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda number, _frame: asked_to_stop.append(number))
    return asked_to_stop


def _application() -> Any:
    """Load the application by its name; granian would look in the present folder.

    Until it is loaded, the worker has inherited handlers that tell only granian's
    parent process to stop: a Ctrl-C in that second would be lost.
    """
    asked_to_stop = _remember_signals()
    from urdimbre.web.wsgi import application  # noqa: PLC0415 - in the worker only

    if asked_to_stop:
        raise SystemExit(0)
    return application


def _hosts(host: str, *, demo: bool) -> list[str]:
    """Name the addresses that a browser may ask for."""
    if host in EVERYWHERE:
        return ["*"]
    own = {host, "localhost", "127.0.0.1", "[::1]"}
    return sorted(own | ({socket.gethostname()} if not demo else set()))
