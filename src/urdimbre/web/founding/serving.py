"""Serving the founding pages, in a process of their own, until the circuit is there."""

import os
import signal
import sys
import tempfile
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from urdimbre.web.founding.founded import Place

LEAD_IN_SECONDS = 120
"""How long the page that leads into the circuit stays."""


def serve(place: Place, talk: Connection) -> None:
    """Serve on a free port of this machine; tells its number, and when it is founded.

    The process ends with its parent, or some time after the founding.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # told to the parent, who ends us
    with tempfile.TemporaryDirectory(prefix="urdimbre-founding-") as nowhere:
        os.environ["URDIMBRE_DIR"] = nowhere
        os.environ["URDIMBRE_HOSTS"] = "localhost,127.0.0.1"
        os.environ["DJANGO_SETTINGS_MODULE"] = "urdimbre.web.founding.settings"
        _serve(place, talk, Path(nowhere))


def _serve(place: Place, talk: Connection, nowhere: Path) -> None:
    import django  # noqa: PLC0415 - after its settings are named

    django.setup()
    from django.core.servers.basehttp import (  # noqa: PLC0415 - after the setup
        ThreadedWSGIServer,
        WSGIRequestHandler,
    )
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415

    from urdimbre.web.founding import founded  # noqa: PLC0415

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet, ipv6=False)
    server.daemon_threads = True

    def found(answers: founded.Answers) -> str:
        code = place.found(answers)
        talk.send("founded")
        threading.Timer(LEAD_IN_SECONDS, server.shutdown).start()
        return code

    founded.stand(place._replace(found=found))
    server.set_app(get_wsgi_application())
    threading.Thread(target=_end_with_parent, args=(talk, nowhere), daemon=True).start()
    talk.send(server.server_port)
    server.serve_forever()


def _end_with_parent(talk: Connection, nowhere: Path) -> None:
    with suppress(EOFError):
        talk.recv()
    for left in sorted(nowhere.rglob("*"), reverse=True):
        left.rmdir() if left.is_dir() else left.unlink()
    nowhere.rmdir()
    sys.stdout.flush()
    os._exit(0)
