"""``consistency``: a log against a checkpoint that somebody has kept."""

import http.server
import threading

import pytest

from tests.cli.club import urdimbre
from urdimbre.adapters.folder import read_only
from urdimbre.core.chain import notes
from urdimbre.core.chain.merkle import leaf_hash
from urdimbre.recording.log_tree import LogTree
from urdimbre.recording.proofs import consistency_text


def checkpoint_of(club):
    reading = read_only(club.path)
    try:
        return reading.store.mark("checkpoint")
    finally:
        reading.close()


@pytest.fixture
def kept(club, tmp_path):
    path = tmp_path / "seen.checkpoint"
    path.write_text(checkpoint_of(club), "utf-8")
    return path


def altered(path, size=None, root=None, origin=None):
    """Write another checkpoint over the kept one; nobody has signed it."""
    note = notes.parse_note(path.read_bytes())
    told = notes.parse_checkpoint(note.text)
    text = notes.checkpoint_text(
        notes.Checkpoint(
            origin=origin or told.origin, size=size or told.size, root=root or told.root
        )
    )
    path.write_bytes(notes.note_bytes(notes.Note(text, note.signatures)))


def test_a_log_that_has_grown_goes_on_from_what_was_seen(club, kept):
    same = urdimbre("consistency", club.path, "--since", kept)
    club.record(club.barter("ana", "beto", 500))
    grown = urdimbre("consistency", club.path, "--since", kept, "--json")

    assert (same.code, same.out) == (0, kept.read_text("utf-8"))
    assert grown.code == 0
    assert grown.json["ok"] is True
    assert grown.json["size"] == grown.json["kept"] + 2
    assert grown.json["signed"] is True


def served(folder, *, prove=True):
    """A server as others run it: the checkpoint and the proofs of a folder."""

    class Answering(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            reading = read_only(folder)
            parts = self.path.strip("/").split("/")
            if parts[-1] == "checkpoint":
                text = reading.store.mark("checkpoint")
            elif prove:
                sizes = (int(one) for one in parts[-2:])
                text = consistency_text(reading.store, LogTree(), *sizes)
            else:
                text = None
            reading.close()
            self.send_response(404 if text is None else 200)
            self.end_headers()
            self.wfile.write((text or "").encode())

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}/"


def test_a_server_is_asked_over_http(club, kept):
    club.record(club.barter("ana", "beto", 500))
    server, url = served(club.path)

    ran = urdimbre("consistency", url, "--since", kept, "--json")
    server.shutdown()
    server.server_close()

    assert ran.code == 0
    assert ran.json["signed"] is False
    assert "its key was not given" in ran.err


def test_a_server_that_gives_no_proof(club, kept):
    club.record(club.barter("ana", "beto", 500))
    server, url = served(club.path, prove=False)

    ran = urdimbre("consistency", url, "--since", kept, "--json")
    server.shutdown()
    server.server_close()

    assert (ran.code, ran.error["code"]) == (3, "log_unproven")


def test_a_server_that_is_not_there(kept):
    ran = urdimbre("consistency", "http://127.0.0.1:1", "--since", kept, "--json")

    assert (ran.code, ran.error["code"]) == (7, "server_unreachable")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"root": leaf_hash(b"forked")}, "log_forked"),
        ({"size": 10_000}, "log_shrunk"),
        ({"origin": "urdimbre/" + "ab" * 16}, "other_log"),
    ],
)
def test_a_log_that_does_not_go_on(club, kept, change, code):
    altered(kept, **change)
    club.record(club.barter("ana", "beto", 500))
    server, url = served(club.path)

    ran = urdimbre("consistency", url, "--since", kept, "--json")
    server.shutdown()
    server.server_close()

    assert (ran.code, ran.error["code"]) == (3, code)
    assert ran.out == ""


def test_a_folder_knows_its_key_and_takes_no_unsigned_checkpoint(club, kept):
    altered(kept, root=leaf_hash(b"forked"))

    ran = urdimbre("consistency", club.path, "--since", kept, "--json")

    assert (ran.code, ran.error["code"]) == (3, "log_unsigned")


def test_a_proof_that_is_nonsense_proves_nothing(kept):
    from urdimbre.adapters.continuing import DoesNotContinue, continued

    raw = kept.read_bytes()
    altered(kept, size=10_000)
    for nonsense in ("", "x", "\u00e9", "AAAA\n", "A" * 43 + "=\n" * 80):
        with pytest.raises(DoesNotContinue) as wrong:
            continued(raw, kept.read_bytes(), lambda *_, text=nonsense: text)
        assert wrong.value.code == "forked"


def test_a_file_that_is_no_checkpoint(club, tmp_path):
    path = tmp_path / "letter"
    path.write_text("dear", "utf-8")

    letter = urdimbre("consistency", club.path, "--since", path, "--json")
    nothing = urdimbre("consistency", club.path, "--since", tmp_path / "x", "--json")
    key = urdimbre(
        "consistency", club.path, "--since", path, "--log-key", "x", "--json"
    )

    assert (letter.code, letter.error["code"]) == (2, "not_a_checkpoint")
    assert (nothing.code, nothing.error["code"]) == (5, "file_not_found")
    assert (key.code, key.error["code"]) == (2, "bad_choice")
