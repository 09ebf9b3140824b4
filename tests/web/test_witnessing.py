"""The pages of witnesses, and what they answer to other programs."""

import sqlite3
import threading

import pytest
from django.test import Client

from tests.adapters import making
from tests.web.acting import ANA, text
from urdimbre.adapters.folder_answers import AlreadyOpen
from urdimbre.adapters.witnessing.book import Book, Evidence
from urdimbre.core.chain.notes import VerifierKey
from urdimbre.core.chain.witnessing import REQUEST_BYTES_MAX
from urdimbre.recording.chain import origin_of

TYPE = "application/octet-stream"


@pytest.fixture
def other(tmp_path):
    """Another circuit's log, which asks."""
    made = making.found(tmp_path)
    yield made
    made.registry.close()


def watch(place, made):
    origin = origin_of(made.genesis)
    key = VerifierKey(name=origin, key=making.node().key)
    Book(place).watch(origin, key.text)
    return origin


def asked(made, old=0):
    return f"old {old}\n\n".encode() + made.registry.checkpoint().encode()


def test_a_log_that_is_watched_is_cosigned_without_any_login(place, other):
    origin = watch(place, other)

    answer = Client(enforce_csrf_checks=True).post(
        "/witness/add-checkpoint", asked(other), content_type=TYPE
    )
    last = Client().get(f"/witness/last/{origin}")
    again = Client().post("/witness/add-checkpoint", asked(other), content_type=TYPE)

    assert answer.status_code == 200
    assert answer.content.startswith("— urdimbre/".encode())
    assert last.content.decode() == other.registry.checkpoint()
    assert again.status_code == 409
    assert again["Content-Type"] == "text/x.tlog.size"


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"\xff\x00", 400), (b"x" * (REQUEST_BYTES_MAX + 1), 413)],
)
def test_what_is_no_request_is_never_a_fault(place, body, status):
    answer = Client().post("/witness/add-checkpoint", body, content_type=TYPE)

    assert answer.status_code == status
    assert answer.content


def test_only_what_is_watched_can_be_looked_up(place):
    assert Client().get("/witness/last/urdimbre/unknown").status_code == 404
    assert Client().get("/witness/add-checkpoint").status_code == 405


@pytest.mark.parametrize(
    ("language", "heading"),
    [("en", "Witnesses"), ("es", "Testigos"), ("pt", "Testemunhas")],
)
def test_the_page_tells_what_does_not_fit(as_member, place, language, heading):
    with Book(place).writing() as book:
        book.keep(Evidence("urdimbre/x", "fork", 1, "one\n", "two\n"))

    page = as_member(ANA, language).get("/notebook/witnesses")

    shown = text(page)
    assert page.status_code == 200
    assert heading in shown
    assert "urdimbre/x" in shown
    assert "/witness+" in shown


def test_the_notebook_leads_there(as_member):
    assert (
        'href="/notebook/witnesses"' in as_member(ANA).get("/notebook").content.decode()
    )


def test_asking_goes_on_after_every_failure(place, monkeypatch, caplog):
    """Whoever opens the folder for a moment must not end the asking for good."""
    from urdimbre.web import opened
    from urdimbre.web.notebook import witnessing

    failures = [AlreadyOpen(place), sqlite3.OperationalError("locked"), OSError("away")]
    asked, ended = threading.Event(), threading.Event()

    def ask():
        if failures:
            raise failures.pop(0)
        asked.set()

    monkeypatch.setattr(opened, "_ended", ended)
    monkeypatch.setattr(witnessing, "ask_now", ask)
    monkeypatch.setattr(witnessing, "ASKING_SECONDS", 0.001)

    witnessing.keep_asking()
    thread = next(one for one in threading.enumerate() if one.name == "urdimbre-asking")

    assert asked.wait(timeout=60)
    ended.set()
    thread.join(timeout=60)
    assert not thread.is_alive()
    told = "\n".join(one.getMessage() for one in caplog.records)
    assert "is open in another process" in told
    assert "away" in told
    assert any(one.exc_info for one in caplog.records)
