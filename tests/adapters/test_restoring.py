"""Backups come back whole or not at all, without what was erased or has expired."""

import io
import json
import sqlite3
import stat
import tarfile
import threading
from contextlib import closing

import pytest

from tests.adapters import making, placed
from urdimbre.adapters import backup, folder, restoring
from urdimbre.adapters.backup import BackupFailed
from urdimbre.adapters.checkpoints import CheckpointFailed, Forked
from urdimbre.adapters.desk import Desk, Erased, Person, Product, ServerKey, sealed
from urdimbre.adapters.folder_answers import FolderNotEmpty
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.keys.server import KeyFileUnsafe
from urdimbre.adapters.standing import Behind, NobodyAsked
from urdimbre.adapters.verification import verify_folder
from urdimbre.adapters.witnessing.book import Book
from urdimbre.core.chain import notes
from urdimbre.projections.project import Projection
from urdimbre.recording import NodeKeyChanged, Receipt
from urdimbre.recording.chain import origin_of

NOW = making.START
DAY = 86_400


@pytest.fixture
def circuit(tmp_path):
    made = placed.found(tmp_path / "circuit")
    yield made
    made.registry.close()


@pytest.fixture
def desk(circuit, tmp_path):
    return Desk(tmp_path / "circuit" / "desk.db")


@pytest.fixture
def kept(circuit, tmp_path):
    """A backup of it, with every part."""
    stamped(tmp_path / "circuit", 2, b"one answer")
    Book(tmp_path / "circuit").peer("ab" * 32, "https://norte.example/witness")
    backup.write_backup(tmp_path / "circuit", tmp_path / "kept", now=NOW)
    return tmp_path / "kept"


def restored(kept, tmp_path, name="again", **more):
    options = {"now": NOW + 1, "nothing_later": True} | more
    options.setdefault("keys", tmp_path / "circuit" / "keys")
    return restoring.restore(kept, tmp_path / name, **options)


def test_what_comes_back_is_the_circuit_and_goes_on(circuit, desk, tmp_path):
    text = sealed("description", b"two sacks of rice")
    desk.add_payloads([text])
    circuit.record(circuit.barter("ana", "beto", 500))
    made = backup.write_backup(tmp_path / "circuit", tmp_path / "kept", now=NOW)

    found = restored(tmp_path / "kept", tmp_path)

    assert (found.size, found.private, found.open) == (made.size, "restored", True)
    again = placed.opened(tmp_path / "again")
    other = placed.dressed(again)
    assert again.registry.checkpoint() == circuit.registry.checkpoint()
    assert dict(again.registry.state.rows) == dict(circuit.registry.state.rows)
    assert again.desk.person(making.id_of("ana")).name == "Ana"
    assert again.desk.payloads([text.commitment]) == {text.commitment: text}
    other.record(other.barter("ana", "beto", 1))
    again.close()
    assert verify_folder(tmp_path / "again", projector=Projection()).ok


def test_keys_are_never_in_it_nor_what_lets_somebody_in(circuit, desk, tmp_path):
    code = desk.new_code(making.id_of("ana"), now=NOW)
    with sqlite3.connect(desk.path) as connection:
        connection.execute("CREATE TABLE django_session (key TEXT)")
        connection.execute("INSERT INTO django_session VALUES ('of-a-session')")
    connection.close()
    backup.write_backup(tmp_path / "circuit", tmp_path / "kept", now=NOW)

    content = (tmp_path / "kept").read_bytes()

    for name in ("kek", "node"):
        assert (tmp_path / "circuit" / "keys" / name).read_bytes() not in content
    assert b"of-a-session" not in content
    restored(tmp_path / "kept", tmp_path)
    assert Desk(tmp_path / "again" / "desk.db").use_code(code, now=NOW) is None
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o600


def test_an_expired_private_part_stays_out_and_the_rest_comes(circuit, desk, tmp_path):
    key = ServerKey("aa" * 8, making.id_of("ana"), b"sealed bytes")
    desk.add_keys([key])
    desk.add_products([Product("bb" * 16, "Rice", "food.rice", "KGM")])
    made = backup.write_backup(
        tmp_path / "circuit", tmp_path / "kept", now=NOW, private_days=30
    )
    assert made.private_until == NOW + 30 * DAY

    last = restored(tmp_path / "kept", tmp_path, "last", now=NOW + 30 * DAY - 1)
    first = restored(tmp_path / "kept", tmp_path, "first", now=NOW + 30 * DAY)

    assert (last.private, first.private) == ("restored", "expired")
    left = Desk(tmp_path / "first" / "desk.db")
    assert left.persons() == {}
    assert left.show("name") == "Trueque Sur"
    assert left.all_keys() == [key]
    assert list(left.products()) == ["bb" * 16]
    assert b"Ana" not in (tmp_path / "first" / "desk.db").read_bytes()


def test_without_a_private_part_none_is_written(circuit, tmp_path):
    backup.write_backup(
        tmp_path / "circuit", tmp_path / "kept", now=NOW, private_days=None
    )

    with tarfile.open(tmp_path / "kept") as tar:
        assert tar.getnames() == ["backup.json", "registry.db", "plain.json"]
    assert restored(tmp_path / "kept", tmp_path).private == "absent"


def stamped(folder, size, answer):
    """A timestamp as ``anchor --tsa`` keeps it."""
    place = folder / "stamps"
    place.mkdir(exist_ok=True)
    (place / f"{size}.checkpoint").write_bytes(b"note %d" % size)
    (place / f"{size}.tsr").write_bytes(answer)


def test_timestamps_come_back_and_halves_of_them_do_not(circuit, tmp_path):
    stamped(tmp_path / "circuit", 2, b"one answer")
    stamped(tmp_path / "circuit", 17, b"another")
    for half in ("18.checkpoint", "18.part"):
        (tmp_path / "circuit" / "stamps" / half).write_bytes(b"half")
    backup.write_backup(
        tmp_path / "circuit", tmp_path / "kept", now=NOW, private_days=None
    )

    restored(tmp_path / "kept", tmp_path)

    place = tmp_path / "again" / "stamps"
    assert {one.name: one.read_bytes() for one in place.iterdir()} == {
        "2.checkpoint": b"note 2",
        "2.tsr": b"one answer",
        "17.checkpoint": b"note 17",
        "17.tsr": b"another",
    }
    assert not (tmp_path / "again" / "stamps.tar").exists()


@pytest.mark.parametrize("name", ["../kek", "/etc/x", "1.tsr/2.tsr", "x.tsr", "01.tsr"])
def test_what_is_no_timestamp_is_not_put_anywhere(circuit, tmp_path, monkeypatch, name):
    """Somebody has made a backup, with sums that fit, that would write elsewhere."""

    def packed(_folder, target):
        with tarfile.open(target, "w") as tar:
            member = tarfile.TarInfo(name)
            member.size = 4
            tar.addfile(member, io.BytesIO(b"evil"))
        return True

    monkeypatch.setattr(backup, "pack_stamps", packed)
    backup.write_backup(tmp_path / "circuit", tmp_path / "kept", now=NOW)

    with pytest.raises(BackupFailed, match="is no timestamp"):
        restored(tmp_path / "kept", tmp_path)

    assert {one.name for one in tmp_path.iterdir()} == {"circuit", "kept"}


def erased_afterwards(desk):
    """A payload, a person and a key in the backup, and a person of before it."""
    text = sealed("description", b"medicine for somebody")
    key = ServerKey("aa" * 8, making.id_of("ana"), b"sealed bytes")
    desk.add_payloads([text])
    desk.add_keys([key])
    desk.erase_person(making.id_of("beto"))
    desk.add_persons([Person(making.id_of("beto"), "Beto again")])
    return text, key


@pytest.mark.parametrize("source", ["folder", "backup", "list"])
def test_what_was_erased_after_the_backup_does_not_come_back(
    circuit, desk, tmp_path, source
):
    text, key = erased_afterwards(desk)
    backup.write_backup(tmp_path / "circuit", tmp_path / "kept", now=NOW)
    desk.erase_payloads([text.commitment])
    desk.erase_person(making.id_of("ana"))
    desk.erase_key(key.key_id)
    told = {"folder": tmp_path / "circuit", "backup": tmp_path / "later"}
    backup.write_backup(tmp_path / "circuit", tmp_path / "later", now=NOW + 1)
    lines = [json.dumps(list(one)) for one in desk.erased()]
    (tmp_path / "list").write_text("\n".join(lines))

    erased = restoring.erasures_from(told.get(source, tmp_path / "list"))
    found = restored(tmp_path / "kept", tmp_path, erased=erased)

    assert found.erased == 3
    again = Desk(tmp_path / "again" / "desk.db")
    assert again.payloads([text.commitment]) == {}
    assert again.all_keys() == []
    assert set(again.persons()) == {making.id_of("beto")}
    assert again.erased() == desk.erased()
    assert b"medicine" not in (tmp_path / "again" / "desk.db").read_bytes()


def test_the_list_of_erasures_tells_nothing_but_numbers(circuit, desk):
    text = sealed("description", b"medicine for somebody")
    desk.add_payloads([text])

    desk.erase_payloads([text.commitment])

    [one] = desk.erased()
    assert one == Erased("payload", text.commitment, one.at)
    assert b"medicine" not in desk.path.read_bytes()


def test_a_list_of_something_else_is_refused(tmp_path):
    for text in ("[]", '["table", "name", 1]', '["person", 1, 1]', "no list"):
        (tmp_path / "list").write_text(text)
        with pytest.raises(BackupFailed):
            restoring.erasures_from(tmp_path / "list")


def test_a_backup_is_taken_while_acts_arrive(circuit, tmp_path):
    """Each copy is a whole number of blocks, and verifies."""
    entries = [circuit.barter("ana", "beto", 1 + n) for n in range(300)]
    answers = []
    recording = threading.Thread(
        target=lambda: answers.extend(circuit.registry.submit_many(entries, group=5))
    )
    recording.start()
    sizes = []
    while recording.is_alive() or not sizes:
        target = tmp_path / f"kept {len(sizes)}"
        made = backup.write_backup(tmp_path / "circuit", target, now=NOW)
        sizes.append(made.size)
    recording.join()

    assert all(isinstance(answer, Receipt) for answer in answers)
    assert len(answers) == len(entries)
    for number, size in {0: sizes[0], len(sizes) - 1: sizes[-1]}.items():
        found = restored(tmp_path / f"kept {number}", tmp_path, f"again {number}")
        assert found.size == size
        checked = verify_folder(tmp_path / f"again {number}", projector=Projection())
        assert checked.first_error is None


@pytest.mark.parametrize("seed", range(24))
def test_a_flipped_bit_is_found_and_nothing_is_left(kept, tmp_path, seed):
    content = bytearray(kept.read_bytes())
    with tarfile.open(kept) as tar:
        places = [(one.offset_data, one.size) for one in tar]
    start, size = places[seed % len(places)]
    content[start + size * seed // 24] ^= 1 << seed % 8
    kept.write_bytes(content)

    with pytest.raises(BackupFailed):
        restored(kept, tmp_path)

    left = {one.name for one in tmp_path.iterdir()}
    assert left == {"circuit", "kept"}


@pytest.mark.parametrize("share", [0, 1, 50, 99])
def test_one_cut_short_leaves_nothing(kept, tmp_path, share):
    content = kept.read_bytes()
    with tarfile.open(kept) as tar:
        end = max(one.offset_data + one.size for one in tar)
    kept.write_bytes(content[: end * share // 100])

    with pytest.raises(BackupFailed):
        restored(kept, tmp_path)

    assert not (tmp_path / "again").exists()


def test_a_folder_that_holds_something_is_left_alone(kept, tmp_path):
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "mine").touch()

    with pytest.raises(FolderNotEmpty):
        restored(kept, tmp_path)

    assert [one.name for one in (tmp_path / "again").iterdir()] == ["mine"]


def test_keys_open_to_others_are_not_taken(kept, tmp_path):
    (tmp_path / "circuit" / "keys" / "node").chmod(0o644)

    with pytest.raises(KeyFileUnsafe):
        restored(kept, tmp_path)

    assert not (tmp_path / "again").exists()


def test_a_registry_that_the_node_has_not_signed_is_no_backup(circuit, tmp_path):
    """Somebody has put another state into the copy, with sums that fit."""
    with closing(sqlite3.connect(tmp_path / "circuit" / "registry.db")) as connection:
        text = connection.execute("SELECT value FROM meta WHERE name = 'checkpoint'")
        note = text.fetchone()[0]
        connection.execute(
            "UPDATE meta SET value = ? WHERE name = 'checkpoint'",
            (note[:-20] + ("A" if note[-20] != "A" else "B") + note[-19:],),
        )
        connection.commit()
    backup.write_backup(tmp_path / "circuit", tmp_path / "kept", now=NOW)

    with pytest.raises(BackupFailed, match=r"signed|checkpoint"):
        restored(tmp_path / "kept", tmp_path)


def test_nobody_asked_and_it_does_not_record(kept, tmp_path):
    found = restored(kept, tmp_path, nothing_later=False)

    assert (found.open, found.seen) == (False, None)
    with pytest.raises(NobodyAsked):
        placed.opened(tmp_path / "again")
    folder.read_only(tmp_path / "again").close()


def test_whoever_has_seen_as_much_lets_it_record(circuit, kept, tmp_path):
    seen = circuit.registry.checkpoint()

    found = restored(kept, tmp_path, seen=[seen], nothing_later=False)

    assert (found.open, found.seen) == (True, circuit.registry.size)
    placed.opened(tmp_path / "again").close()


def test_whoever_has_seen_more_keeps_it_from_recording(circuit, kept, tmp_path):
    circuit.record(circuit.barter("ana", "beto", 5))
    seen = circuit.registry.checkpoint()

    found = restored(kept, tmp_path, seen=[seen])

    assert (found.open, found.seen) == (False, circuit.registry.size)
    with pytest.raises(Behind) as behind:
        placed.opened(tmp_path / "again")
    assert behind.value.seen == circuit.registry.size


def test_whoever_has_seen_another_log_stops_it(circuit, kept, tmp_path):
    """The node has signed two histories of one size."""
    first = restored(kept, tmp_path, "first")
    other = placed.opened(tmp_path / "first")
    dressed = placed.dressed(other)
    dressed.record(dressed.barter("ana", "beto", 7))
    seen = other.registry.checkpoint()
    other.close()
    circuit.record(circuit.barter("ana", "beto", 8))
    backup.write_backup(tmp_path / "circuit", tmp_path / "later", now=NOW)

    with pytest.raises(Forked) as forked:
        restored(tmp_path / "later", tmp_path, seen=[seen])

    assert forked.value.seen == seen
    assert forked.value.size == first.size + 2
    assert not (tmp_path / "again").exists()


def told_by_somebody(circuit, size):
    """A checkpoint of this circuit's name under a key that it does not know."""
    name = origin_of(circuit.genesis)
    seed = making.seed_of("somebody")
    key = notes.VerifierKey(name=name, key=ed25519.public_key(seed))
    text = notes.checkpoint_text(
        notes.Checkpoint(origin=name, size=size, root=bytes(32))
    )
    signed = notes.sign_note(text, key, lambda raw: ed25519.sign(seed, raw))
    return notes.note_bytes(notes.Note(text, (signed,))).decode()


@pytest.mark.parametrize(("more", "seen"), [(0, False), (1, True)])
def test_a_key_that_the_copy_does_not_know_may_be_newer_and_is_no_fork(
    circuit, kept, tmp_path, more, seen
):
    """It closes what is smaller, and answers nothing to what is as large."""
    size = circuit.registry.size + more

    found = restored(
        kept,
        tmp_path,
        seen=[told_by_somebody(circuit, size)],
        nothing_later=False,
    )

    assert (found.open, found.seen) == (False, size if seen else None)


def test_what_is_no_checkpoint_of_this_circuit_is_refused(kept, tmp_path):
    other = making.found(tmp_path, genesis=making.genesis_entry(owe_max=1))
    seen = other.registry.checkpoint()
    other.registry.close()

    for text in ("no checkpoint", seen):
        with pytest.raises(CheckpointFailed):
            restored(kept, tmp_path, seen=[text])
    assert not (tmp_path / "again").exists()


def test_without_its_node_key_it_can_be_read_and_not_continued(kept, tmp_path):
    found = restored(kept, tmp_path, keys=None)

    assert found.keys is False
    folder.read_only(tmp_path / "again").close()
    assert verify_folder(tmp_path / "again", projector=Projection()).ok
    placed.write_node(tmp_path / "again", "another")
    folder.KeyEncryptionKey.create(tmp_path / "again" / "keys" / "kek")
    with pytest.raises(NodeKeyChanged):
        placed.opened(tmp_path / "again")
