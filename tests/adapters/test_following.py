"""verify --follow: only what is new is replayed, and everything is compared again."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.adapters import making
from urdimbre.adapters.following import Following
from urdimbre.adapters.verification import verify_folder
from urdimbre.projections.project import Projection


@pytest.fixture
def circuit(tmp_path):
    (tmp_path / "club").mkdir()
    made = making.found(tmp_path / "club", projector=Projection())
    made.admit("ana", "beto")
    yield made
    made.registry.close()


@pytest.fixture
def club(circuit, tmp_path):
    return tmp_path / "club"


@pytest.fixture
def following(club):
    with closing(Following(club, projector=Projection())) as made:
        yield made


def barter(circuit, *quantities):
    for quantity in quantities:
        circuit.record(circuit.barter("ana", "beto", quantity))


def alter(club, *statement):
    with closing(sqlite3.connect(club / "registry.db")) as connection, connection:
        assert connection.execute(*statement).rowcount > 0


def copied(club, to):
    """Copy the registry as it stands, whatever lies in its journal."""
    to.mkdir()
    with (
        closing(sqlite3.connect(club / "registry.db")) as source,
        closing(sqlite3.connect(to / "registry.db")) as target,
    ):
        source.backup(target)
    return to


def test_it_goes_on_while_acts_are_recorded(circuit, club, following):
    first = following.look()
    barter(circuit, 1, 2, 3)
    second = following.look()
    third = following.look()

    whole = verify_folder(club, projector=Projection())
    assert first.verification.ok
    assert first.upto < second.upto == circuit.registry.size
    assert second.verification == third.verification == whole
    assert third.upto == second.upto
    assert third.at >= second.at >= first.at
    assert list(second.told()) == [*whole.told(), "upto", "at"]


def test_what_was_replayed_is_not_replayed_again(circuit, following, monkeypatch):
    following.look()
    barter(circuit, 1)
    given = []
    replay = following._replayed.replay
    run = replay.run

    def counted(entries):
        run(given.append(entry) or entry for entry in entries)

    monkeypatch.setattr(replay, "run", counted)
    following.look()
    following.look()

    assert len(given) == 2  # the barter and its header


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("entry", "UPDATE entry SET bytes = bytes || x'00' WHERE position = 2"),
        ("entry", "DELETE FROM entry WHERE position = 3"),
        ("act", "UPDATE act SET id = x'00' WHERE position = 2"),
        ("state", "UPDATE state SET value = value || ' ' WHERE place = 3"),
        ("balance", "UPDATE balance SET balance = balance + 1 WHERE owner > 0"),
    ],
)
def test_what_is_altered_below_is_a_difference(circuit, club, following, table, change):
    barter(circuit, 1)
    assert following.look().verification.ok
    circuit.registry.close()

    alter(club, change)
    error = following.look().verification.first_error

    assert error is not None
    assert error.table == table


def test_a_log_that_has_become_shorter_is_a_difference(circuit, club, following):
    shorter = copied(club, club.with_name("shorter"))
    size = circuit.registry.size
    barter(circuit, 1)
    assert following.look().verification.ok
    circuit.registry.close()

    shutil.copy(shorter / "registry.db", club / "registry.db")
    error = following.look().verification.first_error

    assert error is not None
    assert (error.table, error.entry, error.reason) == (
        "entry",
        size,
        "a row is missing",
    )


def test_another_log_from_some_entry_on_is_a_difference(circuit, club, following):
    """It verifies by itself: only who has seen the other one can tell."""
    other = copied(club, club.with_name("other"))
    size = circuit.registry.size
    barter(circuit, 1)
    assert following.look().verification.ok
    circuit.registry.close()
    forked = making.reopened(other, projector=Projection())
    barter(forked, 5, 6, 7)
    forked.registry.close()

    shutil.copy(other / "registry.db", club / "registry.db")
    error = following.look().verification.first_error

    assert verify_folder(club, projector=Projection()).ok
    assert error is not None
    assert (error.table, error.entry) == ("entry", size)


def test_the_scratch_file_goes_with_it(club):
    following = Following(club, projector=Projection())
    scratch = Path(following._folder.name)

    following.look()
    assert scratch.is_dir()
    following.close()

    assert not scratch.exists()
