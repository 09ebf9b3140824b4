"""The circuit on a phone without a connection: installed, calm, and about nobody."""

import json

import pytest

from tests.web.acting import ANA


def test_it_can_be_installed(as_member):
    answer = as_member(ANA, "pt").get("/manifest.webmanifest")

    told = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert (told["start_url"], told["display"]) == ("/", "standalone")
    assert (told["name"], told["short_name"]) == ("Circuito de prueba", "Circuito")
    assert told["lang"] == "pt"


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_what_a_device_keeps_names_nobody(as_member, language):
    shown = as_member(ANA, language).get("/offline").content.decode()

    assert "Ana" not in shown
    assert "csrfmiddlewaretoken" not in shown.partition("<footer")[0]
    assert f'lang="{language}"' in shown


def test_the_worker_keeps_files_that_are_there(as_member):
    ana = as_member(ANA)
    program = ana.get("/worker.js").content.decode()

    kept = json.loads("[" + program.partition("[")[2].partition("]")[0] + "]")
    assert kept[0] == "/offline"
    assert len(kept) == 10
    from django.contrib.staticfiles import finders

    for one in kept[1:]:
        assert finders.find(one.partition("?")[0].removeprefix("/static/"))


def test_no_page_of_a_stranger_registers_anything(place):
    from django.test import Client

    page = Client().get("/login").content.decode()

    assert "offline.js" not in page


def test_what_every_page_of_a_member_loads_stays_small(as_member):
    """The worker too. What only one page loads is counted with that page."""
    import gzip
    import re

    ana = as_member(ANA)
    page = ana.get("/statement").content.decode()
    found = set(re.findall(r'"(/static/[^"]+)"', page)) | {"/worker.js"}
    sizes = {}
    for one in found:
        answer = ana.get(one)
        content = (
            b"".join(answer.streaming_content) if answer.streaming else answer.content
        )
        sizes[one.partition("?")[0]] = len(gzip.compress(content))

    assert {"/static/urdimbre/offline.js", "/static/urdimbre/outbox.js"} < set(sizes)
    assert sum(sizes.values()) <= 10_000, sizes
    extra = [
        ana.get(f"/static/urdimbre/{one}") for one in ("slip.js", "qr.js", "pocket.js")
    ]
    packed = [len(gzip.compress(b"".join(one.streaming_content))) for one in extra]
    assert sum(packed) <= 12_000
