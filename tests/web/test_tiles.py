"""The log for programs: hashes for everybody, entries for those who may read it."""

import pytest

from tests.web.acting import ANA, BETO, GOODS, exchanged
from urdimbre.core.chain import notes
from urdimbre.core.chain.merkle import check_consistency, leaf_hash, tree_root

FOR_EVER = "max-age=31536000, immutable"


@pytest.fixture
def stranger(place):
    from django.test import Client

    return Client()


@pytest.fixture
def leaves(place):
    from urdimbre.web import opened

    registry = opened.circuit().registry
    return [leaf_hash(registry.entry(one)) for one in range(registry.size)]


def test_a_stranger_fetches_the_checkpoint_and_every_hash_under_it(stranger, leaves):
    note = stranger.get("/log/checkpoint")
    told = notes.parse_checkpoint(notes.parse_note(note.content).text)

    tile = stranger.get(f"/log/tile/0/000.p/{told.size}")

    assert note["Content-Type"] == "text/plain; charset=utf-8"
    assert note["Cache-Control"] == "public, no-cache"
    assert tile["Content-Type"] == "application/octet-stream"
    assert tile["Cache-Control"] == f"public, {FOR_EVER}"
    assert tile.content == b"".join(leaves)
    found = [tile.content[at : at + 32] for at in range(0, len(tile.content), 32)]
    assert tree_root(found) == told.root


def test_a_tile_that_was_partial_once_is_served_for_ever(stranger, leaves):
    answer = stranger.get("/log/tile/0/000.p/3")

    assert answer.content == b"".join(leaves[:3])


def test_no_database_of_the_desk_is_asked_for_a_tile(stranger):
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    with (
        CaptureQueriesContext(connections["default"]) as desk,
        CaptureQueriesContext(connections["registry"]) as registry,
    ):
        assert stranger.get("/log/tile/0/000.p/3").status_code == 200
        assert stranger.get("/log/tile/0/009").status_code == 404

    asked = [one["sql"] for one in (*desk.captured_queries, *registry.captured_queries)]
    # What language strangers are spoken to in; kept in memory after the first time.
    assert [sql for sql in asked if "web_circuit_display" not in sql] == []


@pytest.mark.parametrize(
    "path",
    [
        "0/000",
        "0/001.p/1",
        "1/000",
        "1/000.p/1",
        "63/000",
        "64/000",
        "00/000",
        "0/0",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/999",
        "0/x999/x999/999",
        "0/" + "9" * 4000,
        "x",
        "0/%00",
        "entries",
        "../checkpoint",
    ],
)
def test_a_tile_that_is_not_there_is_told_in_a_sentence(stranger, path):
    answer = stranger.get(f"/log/tile/{path}", headers={"Accept-Language": "en"})

    assert answer.status_code == 404
    assert answer["Cache-Control"] == "private, no-store"


def test_entries_are_never_public(stranger, as_member):
    closed = stranger.get("/log/tile/entries/000.p/2")
    mine = as_member(ANA).get("/log/tile/entries/000.p/2")

    assert closed.status_code == 302
    assert closed["Location"].startswith("/login")
    assert mine.status_code == 200
    assert mine["Cache-Control"] == f"private, {FOR_EVER}"


def test_entry_tiles_hash_to_the_hash_tiles(as_member, leaves):
    raw = as_member(ANA).get("/log/tile/entries/000.p/3").content

    found = []
    while raw:
        length = int.from_bytes(raw[:2], "big")
        found.append(leaf_hash(raw[2 : 2 + length]))
        raw = raw[2 + length :]
    assert found == leaves[:3]


def test_where_each_reads_her_own_acts_nobody_gets_entry_tiles(as_member, monkeypatch):
    from urdimbre.web.notebook import tiles

    monkeypatch.setattr(tiles, "agreed", lambda *_: "own")

    assert as_member(ANA).get("/log/tile/entries/000.p/2").status_code == 404


def test_consistency_is_proven_to_everybody(stranger, as_member, number_of):
    exchanged(as_member(ANA), as_member(BETO), "gift", number_of(BETO), GOODS)
    from urdimbre.web import opened

    registry = opened.circuit().registry
    found = [leaf_hash(registry.entry(one)) for one in range(registry.size)]
    old, new = 3, len(found)

    answer = stranger.get(f"/log/consistency/{old}/{new}")

    path = [notes._hash(one, 0) for one in answer.content.decode().splitlines()]
    assert answer["Cache-Control"] == f"public, {FOR_EVER}"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert check_consistency(old, new, tree_root(found[:old]), tree_root(found), path)


@pytest.mark.parametrize("path", ["3/2", "0/999999", "1/9999999999999999999999", "x/1"])
def test_a_consistency_proof_that_cannot_be(stranger, path):
    assert stranger.get(f"/log/consistency/{path}").status_code == 404


@pytest.mark.parametrize(
    "path", ["checkpoint", "consistency/1/2", "tile/0/000.p/1", "tile/entries/000.p/1"]
)
def test_the_log_is_only_read(as_member, path):
    assert as_member(ANA).post(f"/log/{path}").status_code == 405
