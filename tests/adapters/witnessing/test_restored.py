"""A restored witness cosigns nothing that it may have cosigned otherwise before."""

import pytest

from tests.adapters.witnessing.test_two_circuits import Circuit, meet
from urdimbre.adapters.backup import write_backup
from urdimbre.adapters.desk import Desk
from urdimbre.adapters.keys.server import WITNESS_FILE, KeyFileUnsafe
from urdimbre.adapters.restoring import restore
from urdimbre.adapters.witnessing.asking import Reply
from urdimbre.adapters.witnessing.at_start import look_for_later
from urdimbre.adapters.witnessing.book import Book
from urdimbre.adapters.witnessing.remembering import (
    LogUnwatched,
    NotCosigned,
    remember_cosigned,
)
from urdimbre.adapters.witnessing.witness import Witness
from urdimbre.core.chain import notes

NAMES = ("Rosa", "Beto", "Carla")


@pytest.fixture
def circuits(tmp_path):
    """North, a fork of it under its key, and south, who witnesses them."""
    made = [
        Circuit(tmp_path / "north", "norte.example/w", currency="BOB"),
        Circuit(tmp_path / "forked", "norte.example/w", currency="BOB"),
        Circuit(tmp_path / "south", "sur.example/w", currency="PEN"),
    ]
    north, forked, south = made
    for one in made:
        Desk(one.folder / "desk.db")
    meet(north, south)
    meet(forked, south)
    yield made
    for one in made:
        one.close()


def restored(south, tmp_path, *, keys=("kek", "node", "witness")):
    """South as it comes back from a backup that was taken before it signed last."""
    stick = tmp_path / "stick"
    stick.mkdir(mode=0o700)
    for name in keys:
        there = south.folder / "keys" / name
        secret = there.read_bytes() if there.exists() else bytes(range(32))
        (stick / name).write_bytes(secret)
        (stick / name).chmod(0o600)
    found = restore(
        tmp_path / "kept",
        tmp_path / "again",
        now=south.clock.now,
        nothing_later=True,
        keys=stick,
    )
    south.folder = tmp_path / "again"
    south.witness = Witness(south.folder, south.witness.key.name, clock=south.clock)
    return found


@pytest.fixture
def behind(circuits, tmp_path):
    """The backup knows less than what south has cosigned for north."""
    north, _forked, south = circuits
    north.ask(south)
    write_backup(south.folder, tmp_path / "kept", now=south.clock.now)
    north.grow("Rosa", "Beto")
    assert north.ask(south) == ["cosigned"]
    return Book(north.folder).cosigned()[0][1]


def test_what_was_watched_and_cosigned_comes_back(circuits, behind, tmp_path):
    north, _forked, south = circuits
    before = Book(south.folder).watched()

    found = restored(south, tmp_path)

    assert found.silent
    [now] = Book(south.folder).watched()
    assert (now.origin, now.keys) == (north.origin, before[0].keys)
    assert 0 < now.seen.size < before[0].seen.size


def test_the_old_key_cosigns_no_fork_of_what_it_has_forgotten(
    circuits, behind, tmp_path
):
    _north, forked, south = circuits
    key = south.witness.key
    restored(south, tmp_path)
    forked.grow("Mateo", "Lucia", "Ines")

    said = forked.ask(south)

    assert said == ["refused"]
    assert south.witness.key == key
    assert south.witness.silent
    assert Book(forked.folder).cosigned() == []


def test_told_its_own_signature_it_finds_the_fork(circuits, behind, tmp_path):
    """Somebody shows the later checkpoint, and answers for it that it is the last."""
    north, forked, south = circuits
    restored(south, tmp_path)

    size = remember_cosigned(
        south.folder, south.witness.key, behind.encode(), where="a member"
    )
    still = north.ask(south)
    Book(south.folder).vouch(south.witness.key.key.hex())
    forked.grow("Mateo", "Lucia")
    said = forked.ask(south)
    north.grow("Carla")

    assert size == notes.parse_checkpoint(notes.parse_note(behind.encode()).text).size
    assert still == ["refused"]
    assert said == ["refused"]
    assert [one.kind for one in Book(south.folder).evidence()] == ["fork"]
    assert north.ask(south) == ["cosigned"]
    assert not south.witness.silent


def test_an_answer_given_before_the_backup_counts_for_no_later_restore(
    circuits, tmp_path
):
    _north, _forked, south = circuits
    Book(south.folder).doubt(south.clock.now)
    Book(south.folder).vouch(south.witness.key.key.hex())
    write_backup(south.folder, tmp_path / "kept", now=south.clock.now)
    assert not south.witness.silent

    restored(south, tmp_path)

    assert south.witness.silent


def test_an_older_signature_takes_nothing_back(circuits, behind, tmp_path):
    north, _forked, south = circuits
    _new, (_size, old) = Book(north.folder).cosigned()
    restored(south, tmp_path)
    for text in (behind, old):
        remember_cosigned(south.folder, south.witness.key, text.encode(), where="x")

    [watched] = Book(south.folder).watched()

    assert watched.note == behind
    assert Book(south.folder).evidence() == []


def test_while_it_is_silent_a_fork_is_still_kept(circuits, behind, tmp_path):
    _north, forked, south = circuits
    restored(south, tmp_path)
    remember_cosigned(south.folder, south.witness.key, behind.encode(), where="x")
    forked.grow("Mateo", "Lucia")

    forked.ask(south)

    assert [one.kind for one in Book(south.folder).evidence()] == ["fork"]


def test_what_bears_no_signature_of_ours_teaches_nothing(circuits, behind, tmp_path):
    north, _forked, south = circuits
    restored(south, tmp_path)
    before = Book(south.folder).watched()

    for text in (north.made.registry.checkpoint(), "no note"):
        with pytest.raises(NotCosigned):
            remember_cosigned(
                south.folder, south.witness.key, text.encode(), where="the host"
            )

    assert Book(south.folder).watched() == before


def test_a_log_watched_after_the_backup_has_to_be_named_first(circuits, tmp_path):
    north, _forked, south = circuits
    with Book(south.folder).writing() as book:
        book.run("DELETE FROM watched", ())
    write_backup(south.folder, tmp_path / "kept", now=south.clock.now)
    Book(south.folder).watch(north.origin, north.log_key.text)
    north.ask(south)
    text = Book(north.folder).cosigned()[0][1]
    restored(south, tmp_path)

    with pytest.raises(LogUnwatched):
        remember_cosigned(south.folder, south.witness.key, text.encode(), where="x")
    Book(south.folder).watch(north.origin, north.log_key.text)

    assert north.ask(south) == ["refused"]
    assert remember_cosigned(
        south.folder, south.witness.key, text.encode(), where="x"
    ) == (north.made.registry.size)


def test_a_new_key_has_signed_nothing_and_begins_at_once(circuits, behind, tmp_path):
    north, _forked, south = circuits
    old = south.witness.key

    found = restored(south, tmp_path, keys=("kek", "node"))

    assert not found.silent
    assert south.witness.key != old
    assert not south.witness.silent
    Book(north.folder).peer(south.named.public, south.url)
    assert north.ask(south) == ["cosigned"]


def test_the_old_key_put_back_later_is_silent_too(circuits, behind, tmp_path):
    _north, _forked, south = circuits
    secret = (south.folder / WITNESS_FILE).read_bytes()
    restored(south, tmp_path, keys=("kek", "node"))
    file = south.folder / WITNESS_FILE
    file.write_bytes(secret)

    south.witness = Witness(south.folder, south.witness.key.name, clock=south.clock)

    assert south.witness.silent


def test_an_old_key_without_any_memory_is_silent_too(circuits, tmp_path):
    """As from a backup of before the memory was in it."""
    north, _forked, south = circuits
    (south.folder / "witness.db").rename(tmp_path / "lost.db")
    write_backup(south.folder, tmp_path / "kept", now=south.clock.now)

    found = restored(south, tmp_path)
    Book(south.folder).watch(north.origin, north.log_key.text)

    assert found.silent
    assert north.ask(south) == ["refused"]


def test_a_key_that_others_can_read_is_not_taken(circuits, behind, tmp_path):
    south = circuits[2]
    (tmp_path / "stick").mkdir()
    for name in ("kek", "node", "witness"):
        secret = tmp_path / "stick" / name
        secret.write_bytes(bytes(32))
        secret.chmod(0o600)
    (tmp_path / "stick" / "witness").chmod(0o644)

    with pytest.raises(KeyFileUnsafe):
        restore(
            tmp_path / "kept",
            tmp_path / "again",
            now=south.clock.now,
            nothing_later=True,
            keys=tmp_path / "stick",
        )
    assert not (tmp_path / "again").exists()


def test_the_memory_is_taken_whole_while_others_write(circuits, tmp_path):
    """A change that is not yet done is not in it, and does not stop it."""
    north, _forked, south = circuits
    north.ask(south)
    book = Book(south.folder)
    with book.writing() as writing:
        writing.run("DELETE FROM watched", ())
        write_backup(south.folder, tmp_path / "kept", now=south.clock.now)

    restored(south, tmp_path)

    assert [one.origin for one in Book(south.folder).watched()] == [north.origin]


def test_a_folder_that_was_set_back_is_silent_as_a_witness(circuits, tmp_path):
    """Its own witness has seen a longer log, so what it has cosigned is as old."""
    north, forked, south = circuits
    Book(north.folder).watch(south.origin, south.log_key.text)
    north.grow(*NAMES)
    longer = north.made.registry.checkpoint()
    Book(forked.folder).watch(south.origin, south.log_key.text)
    forked.witness = Witness(forked.folder, "norte.example/w", clock=forked.clock)

    look_for_later(forked.folder, get=lambda _url: Reply(200, longer.encode()))

    assert forked.witness.silent
