"""A circuit that has agreed on work days and sends mail; each test has a copy."""

import json
import shutil

import pytest

from tests.smtp_server import SmtpServer
from tests.web.allowing import member_of
from tests.web.conftest import make_place
from tests.web.exchanges.conftest import behind, debit
from tests.web.work_days.conftest import agreed_and_witnessed, with_login

__all__ = ["behind", "debit"]  # fixtures
ADDRESS = "https://circuito.example"


@pytest.fixture(scope="package")
def first_place(tmp_path_factory):
    """A circuit that has agreed on common work."""
    from django.db import connections

    folder = make_place(tmp_path_factory.mktemp("notices") / "circuit")
    with_login(folder)
    agreed_and_witnessed(folder)
    connections.close_all()
    return folder


@pytest.fixture
def made_place(first_place, tmp_path):
    """A copy of it for each test."""
    from django.db import connections

    from urdimbre.web import opened

    folder = shutil.copytree(first_place, tmp_path / "circuit")
    yield folder
    opened.close()
    connections.close_all()


@pytest.fixture
def smtp(place):
    """The mail server that the circuit uses."""
    with SmtpServer() as server:
        mail_file(place, port=server.port)
        yield server


def mail_file(folder, **more):
    """Write what the host writes about the mail server."""
    told = {"host": "127.0.0.1", "security": "none", "sender": "c@circuito.example"}
    text = json.dumps(told | {"address": ADDRESS} | more)
    path = folder / "keys" / "mail.json"
    path.write_text(text)
    path.chmod(0o600)
    return path


def wants(name, *, since=0, **more):
    """Have a person's letters go to an address that she has confirmed."""
    from urdimbre.web.notices.models import Letterbox

    values = {"address": "ana@example.org", "confirmed": True, "since": since}
    return Letterbox.objects.create(person=member_of(name), **values | more)
