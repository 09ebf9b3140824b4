"""One circuit for each module of tests; each test makes its own acts in it."""

import shutil
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.processes import free_port, started
from tests.web.browsing import browser
from tests.web.place import HOUSEHOLD, NAMES, PASSWORD, Place, handle
from urdimbre.web import serving

SECONDS_MAX = 120  # a machine that does much else is slow
SERVE = (
    "import sys; from pathlib import Path; from urdimbre.web.serving import serve;"
    "serve(Path(sys.argv[1]), '127.0.0.1', int(sys.argv[2]), demo=False)"
)


def make_place(folder: Path) -> Path:
    """Found a circuit with people, a household and logins."""
    place = Place(folder)
    place.admit(*NAMES)
    place.admit_household(HOUSEHOLD, "Carla Núñez", "Beto Mamani")
    place.close()
    serving.prepare(folder)
    from django.contrib.auth.hashers import make_password

    from urdimbre.web.circuit.models import Login

    password = make_password(PASSWORD)
    Login.objects.bulk_create(
        Login(handle=handle(name), password=password, member=member)
        for name, member in place.members.items()
        if name != HOUSEHOLD
    )
    return folder


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A circuit that is copied, and never opened by the pages itself."""
    folder = make_place(tmp_path_factory.mktemp("web") / "circuit")
    _let_go()
    return folder


@pytest.fixture(scope="module")
def made_place(
    template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The folder of the circuit that the tests of one module share."""
    folder = tmp_path_factory.mktemp("module") / "circuit"
    shutil.copytree(template, folder)
    yield folder
    _let_go()


def _let_go() -> None:
    from django.db import connections

    from urdimbre.web import opened

    opened.close()
    connections.close_all()


@pytest.fixture
def place(made_place: Path) -> Iterator[Path]:
    """The circuit, opened by the pages as in a running server."""
    from urdimbre.web import opened
    from urdimbre.web.circuit.models import Attempt, Login

    serving.settle_in(made_place)
    opened.circuit()
    yield made_place
    Attempt.objects.all().delete()
    Login.objects.update(language="")


@pytest.fixture
def as_member(place: Path) -> Callable:
    """Give a client in which somebody has entered, in a language."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore
    from django.test import Client

    from urdimbre.web.circuit.entering import seal
    from urdimbre.web.circuit.models import Login

    def entered(name: str, language: str = "en") -> Client:
        # Stretching a password takes its time; test_entrance.py does it in earnest.
        login = Login.objects.get(handle=handle(name))
        session = SessionStore()
        session["login"], session["seal"] = login.pk, seal(login)
        session["shown"] = int(time.time())  # as who has just entered
        session.create()
        client = Client(headers={"Accept-Language": language})
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client

    return entered


@pytest.fixture
def number_of(place: Path) -> Callable:
    """Give a member's number by her name."""
    from urdimbre.projections.models import Member
    from urdimbre.web.circuit.models import Person

    def number(name: str) -> int:
        member = Person.objects.get(name=name).member
        return Member.objects.get(id=member).no

    return number


@pytest.fixture(scope="module")
def served_folder(tmp_path_factory):
    """The folder that the real server serves."""
    return make_place(tmp_path_factory.mktemp("browser") / "circuit")


@pytest.fixture(scope="module")
def address(served_folder):
    """A real server on a circuit, in a process of its own."""
    port = free_port()
    server = started("-c", SERVE, served_folder, port, stdout=None)
    url = f"http://127.0.0.1:{port}"
    until = time.monotonic() + SECONDS_MAX
    while True:
        try:
            urllib.request.urlopen(f"{url}/login", timeout=30).close()  # noqa: S310
            break
        except OSError:
            assert server.poll() is None, "the server ended"
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.2)
    yield url
    server.terminate()
    server.wait(SECONDS_MAX)


@pytest.fixture(scope="module")
def chromium(address):
    """Started after the server: Django does nothing while Playwright's loop runs."""
    with browser() as running:
        yield running
