"""``urdimbre erase``: what the desk knows of a member, as an operator erases it."""

import json
import sqlite3
from contextlib import closing

import pytest

from tests.cli.club import id_of, urdimbre
from urdimbre.adapters import holds
from urdimbre.adapters.clock import wall_clock
from urdimbre.adapters.desk import Desk, Person, ServerKey, sealed
from urdimbre.adapters.folder import DESK_FILE

SECRET = "a bag of beans for the sick child"


@pytest.fixture
def told(club):
    """The club, in which Ana and Beto have exchanged with a private text."""
    kept = sealed("goods", json.dumps({"0.0": SECRET}).encode())
    line = club.barter("ana", "beto", 500, private=[kept.commitment])
    assert club.record(line).code == 0
    desk = Desk(club.path / DESK_FILE)
    desk.add_payloads([kept])
    desk.add_persons(
        [Person(id_of(name), f"{name.title()} of the hill") for name in ("ana", "beto")]
    )
    desk.add_keys([ServerKey("aa" * 8, id_of("ana"), b"sealed bytes")])
    return club


def on_disk(club):
    return b"".join(path.read_bytes() for path in sorted(club.path.glob("desk.db*")))


def test_a_rehearsal_says_what_would_go_and_erases_nothing(told):
    ran = urdimbre("erase", told.path, "ana", "--dry-run", "--json")

    assert ran.code == 0
    assert ran.json == {
        "member": id_of("ana"),
        "what": ["texts", "offers", "person", "login"],
        "texts": 1,
        "drafts": 0,
        "offers": 0,
        "person": True,
        "login": False,
        "keys": 0,
        "kept": 0,
        "held_until": [],
        "acts": 1,
        "erased": False,
    }
    assert SECRET.encode() in on_disk(told)


def test_without_a_word_that_it_is_meant_nothing_is_erased(told):
    ran = urdimbre("erase", told.path, "ana", "--json")

    assert (ran.code, ran.error["code"]) == (2, "erasing_unconfirmed")
    assert SECRET.encode() in on_disk(told)
    assert Desk(told.path / DESK_FILE).erased() == []


def test_texts_name_and_contact_are_gone_and_the_notebook_verifies(told):
    before = told.size()

    ran = urdimbre("erase", told.path, "ana", "--yes")

    assert ran.code == 0
    assert "Acts under her number that stay in the notebook: 1, with" in ran.err
    held = on_disk(told)
    gone = [one.encode() in held for one in (SECRET, "Ana of", "Beto of", "sealed b")]
    assert gone == [False, False, True, True]
    assert told.size() == before
    assert urdimbre("verify", told.path).code == 0
    again = urdimbre("erase", told.path, id_of("ana"), "--yes", "--json").json
    assert (again["texts"], again["person"]) == (0, False)


@pytest.mark.parametrize(("what", "held"), [("keys", False), ("texts", True)])
def test_keys_go_only_if_they_are_named(told, what, held):
    ran = urdimbre("erase", told.path, "ana", "--what", what, "--yes", "--json")

    assert ran.json["keys"] == int(not held)
    assert (b"sealed bytes" in on_disk(told)) == held
    assert b"Ana of the hill" in on_disk(told)


def test_unknown_parts_and_members_are_told(told):
    part = urdimbre("erase", told.path, "ana", "--what", "acts", "--yes", "--json")
    member = urdimbre("erase", told.path, "zoila", "--yes", "--json")

    assert (part.code, part.error["code"]) == (2, "bad_choice")
    assert (member.code, member.error["code"]) == (5, "member_not_found")


def test_what_was_erased_does_not_come_back_from_an_older_backup(told, tmp_path):
    urdimbre("backup", told.path, "-o", tmp_path / "kept")
    urdimbre("erase", told.path, "ana", "--yes")

    keys = ("--keys", told.path / "keys")
    back = urdimbre(
        "restore", tmp_path / "kept", tmp_path / "new", *keys, "--erased", told.path
    )

    assert back.code == 0
    with closing(sqlite3.connect(tmp_path / "new" / DESK_FILE)) as desk:
        kept = desk.execute("SELECT name FROM person ORDER BY name").fetchall()
    assert ("Ana of the hill",) not in kept
    assert ("Beto of the hill",) in kept
    assert SECRET.encode() not in (tmp_path / "new" / DESK_FILE).read_bytes()


def test_what_is_held_stays_and_the_reason_is_told(told):
    until = wall_clock() + 10 * 86_400
    desk = Desk(told.path / DESK_FILE)
    more = {"by": id_of("beto"), "at": 0}
    holds.put(desk, member=id_of("ana"), reason="The court asks.", until=until, **more)

    ran = urdimbre("erase", told.path, "ana", "--yes", "--json")

    assert ran.code == 0
    assert (ran.json["texts"], ran.json["person"], ran.json["kept"]) == (0, False, 1)
    assert len(ran.json["held_until"]) == 1
    assert "The court asks." in ran.err
    assert SECRET.encode() in on_disk(told)


def test_a_hold_of_yesterday_holds_nothing(told):
    desk = Desk(told.path / DESK_FILE)
    more = {"by": id_of("beto"), "at": 0}
    holds.put(desk, member=id_of("ana"), reason="The court asks.", until=1, **more)

    ran = urdimbre("erase", told.path, "ana", "--yes", "--json")

    assert ran.json["held_until"] == []
    assert SECRET.encode() not in on_disk(told)
