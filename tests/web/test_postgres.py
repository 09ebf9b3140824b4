"""The pages on a registry in PostgreSQL: handed over to a sequencer beside them."""

import io
import json
import os
import signal
import zipfile

import pytest

from tests.web.acting import ANA, BARTER, BETO, confirm, exchanged, propose, text
from tests.web.conftest import make_place
from tests.web.place import PASSWORD
from tests.web.test_pages import FILES, PAGES
from urdimbre.adapters import moving, supervising
from urdimbre.adapters.verification import verify_folder
from urdimbre.projections.project import Projection
from urdimbre.web import opened, serving
from urdimbre.web.notebook import verifying


@pytest.fixture(scope="module")
def moved_place(tmp_path_factory, postgres):
    """A circuit like that of all tests of pages, moved, with its sequencer."""
    folder = make_place(tmp_path_factory.mktemp("shared") / "circuit")
    moving.to_postgres(folder, postgres.conninfo, Projection())
    serving._move(folder)  # the same folder, which had another engine when it was made
    with supervising.sequencer(folder):
        yield folder
        opened.close()
        from django.db import connections

        connections.close_all()


@pytest.fixture
def place(moved_place):
    """Takes the place of the embedded circuit for ``as_member`` and ``number_of``."""
    serving.settle_in(moved_place)
    assert opened.circuit().lock is None
    return moved_place


@pytest.mark.parametrize("path", [*PAGES, *FILES])
def test_every_page_opens(as_member, path):
    answer = as_member(ANA).get(path)

    assert answer.status_code == 200
    assert answer.getvalue()


def test_an_exchange_is_recorded_by_the_sequencer(as_member, number_of, place):
    ana, beto = as_member(ANA), as_member(BETO)

    receipt = exchanged(ana, beto, "barter", number_of(BETO), BARTER)

    assert "4.50" in text(ana.get(receipt))
    assert ana.get(f"{receipt}/proof").content.startswith(b"c2sp.org/tlog-proof")
    assert "4.50" in text(beto.get("/statement?text=tortillas&unit=TOTAI"))
    assert b"4.50" in beto.get("/statement.csv?text=tortillas").getvalue()
    assert "adds up" in text(beto.get("/board"))
    assert "does not add up" not in text(beto.get("/board"))
    packed = beto.post("/everything.zip", {"password": PASSWORD})
    assert zipfile.is_zipfile(io.BytesIO(packed.getvalue()))
    verified = verify_folder(place, projector=Projection())
    assert verified.first_error is None


def test_a_refusal_stands_beside_what_was_typed(as_member, number_of):
    ana = as_member(ANA)

    answer = ana.post(
        f"/exchange/barter?with={number_of(BETO)}", BARTER | {"signs": "999999"}
    )

    assert answer.status_code == 422
    assert "999999" in answer.content.decode()


def test_a_sequencer_that_was_killed_is_started_anew(as_member, number_of, place):
    ana, beto = as_member(ANA), as_member(BETO)
    draft = propose(ana, "barter", number_of(BETO), BARTER)
    assert confirm(ana, draft).status_code == 302
    os.kill(sequencer_of(place), signal.SIGKILL)

    answer = confirm(beto, draft)

    assert answer["Location"].startswith("/receipts/")


def sequencer_of(place):
    """The number of the process that records: our child, which has that command."""
    from pathlib import Path

    wanted = f"sequence\0{place}\0".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            parent = int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if command.endswith(wanted) and parent == os.getpid():
            return int(process.name)
    raise AssertionError("no sequencer runs")


def test_a_verification_ends_when_the_server_is_away(place, tmp_path):
    told = {"engine": "postgres", "conninfo": f"host={tmp_path}", "schema": "circuit"}
    (tmp_path / "engine.json").write_text(json.dumps(told))
    before = verifying.last()

    verifying._verify(tmp_path)

    assert not verifying.last().running
    assert "reached" in verifying.last().failed
    verifying._last[0] = before
