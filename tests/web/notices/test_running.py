"""The running program looks by itself, and sends what a program before it had left."""

import threading

from tests.processes import free_port, started
from tests.web.acting import ANA
from tests.web.conftest import SERVE
from tests.web.notices.conftest import wants
from tests.web.notices.test_outbox import news


def test_a_program_that_starts_sends_what_waited(smtp, made_place):
    from django.db import connections

    from urdimbre.web import opened

    came = threading.Event()
    smtp.after_taking = came.set
    wants(ANA)
    news(ANA, "1")
    opened.close()
    connections.close_all()

    server = started("-c", SERVE, made_place, free_port(), stdout=None)
    try:
        assert came.wait(300)
    finally:
        server.terminate()
        server.wait(60)

    assert smtp.letters[0]["To"] == "ana@example.org"
