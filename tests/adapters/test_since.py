"""verify --from a checkpoint: what lies before it is its, what follows is verified."""

import io
import sqlite3
import tarfile
from contextlib import closing

import pytest

from tests.adapters import making
from urdimbre.adapters.bundle import verify_bundle, write_bundle
from urdimbre.adapters.checkpoints import CheckpointFailed
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.since import read_kept
from urdimbre.adapters.snapshot import NotASnapshot, snapshot_of
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.adapters.verification import verify_folder
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import decode, signed_entry
from urdimbre.core.chain.merkle import EMPTY
from urdimbre.projections.project import Projection
from urdimbre.recording import Registry

BEFORE, AFTER = 6, 5


def forged(entry):
    """The entry with a signature that nobody made."""
    signed = decode(entry)
    first, *others = signed.slots
    return signed_entry(signed.act, [first._replace(signature=bytes(64)), *others])


def host(folder, *, forge=None):
    """Record as a host may who verifies no signature; keep a checkpoint half-way."""
    folder.mkdir()
    projector = Projection()
    circuit = making.Making(
        Registry(
            SqliteStore(folder / "registry.db", schema=projector.schema),
            node=making.node(),
            clock=making.Clock(),
            verify=lambda *_: True,
            admissible=lambda _: True,
            projector=projector,
        ),
        making.Clock(),
    )
    circuit.registry.found(making.genesis_entry())
    circuit.admit("ana", "beto")
    at = None
    for place in range(BEFORE + AFTER):
        if place == BEFORE:
            keep(circuit, folder)
        entry = circuit.barter("ana", "beto", 1 + place)
        if place == forge:
            at, entry = circuit.registry.size, forged(entry).encode()
        circuit.record(entry)
    circuit.registry.close()
    return folder, at


def keep(circuit, folder):
    folder.with_suffix(".kept").write_text(circuit.registry.store.mark("checkpoint"))


def bundled(folder):
    path = folder.with_suffix(".tar")
    with closing(SqliteStore(folder / "registry.db", write=False)) as store:
        write_bundle(store, path)
    return path


def of_a_folder(folder, kept=None):
    return verify_folder(folder, projector=Projection(), kept=kept)


def of_a_bundle(folder, kept=None):
    return verify_bundle(bundled(folder), kept=kept)


@pytest.fixture(params=[of_a_folder, of_a_bundle])
def verify(request):
    return request.param


@pytest.fixture
def club(tmp_path):
    return host(tmp_path / "club")[0]


def kept_of(folder):
    return read_kept(folder.with_suffix(".kept"))


def test_all_is_replayed_and_signatures_verified_after_it(club, verify):
    kept = kept_of(club)

    found, whole = verify(club, kept), verify(club)

    assert (found.ok, whole.ok) == (True, True)
    assert (found.acts, found.blocks) == (whole.acts, whole.blocks)
    assert (found.log_root, found.state_root) == (whole.log_root, whole.state_root)
    assert found.covered == whole.covered
    assert found.signatures == 2 * AFTER < whole.signatures


def test_a_forged_signature_after_it_is_named(tmp_path, verify):
    folder, at = host(tmp_path / "club", forge=BEFORE + 2)

    error = verify(folder, kept_of(folder)).first_error

    assert (error.table, error.entry, error.reason) == ("entry", at, "bad_signature")


def test_a_history_rewritten_before_it_is_another_one(club, tmp_path, verify):
    """The host has sealed it anew: only who kept a checkpoint can see it so."""
    rewritten, _ = host(tmp_path / "rewritten", forge=2)

    error = verify(rewritten, kept_of(club)).first_error

    assert (error.table, error.key) == ("checkpoint", {"kept": kept_of(club).size})
    assert error.reason == "the entries before it give another root"


def test_signatures_before_it_are_not_verified_again_as_it_says(tmp_path, verify):
    folder, at = host(tmp_path / "club", forge=2)

    assert verify(folder, kept_of(folder)).ok
    error = verify(folder).first_error
    assert (error.entry, error.reason) == (at, "bad_signature")


@pytest.mark.parametrize("after", [False, True])
def test_an_altered_entry_is_named_wherever_it_stands(club, after):
    kept = kept_of(club)
    order = "DESC" if after else "ASC LIMIT 1 OFFSET 4"
    with closing(sqlite3.connect(club / "registry.db")) as connection, connection:
        sql = (
            "SELECT position, bytes FROM entry WHERE substr(bytes, 1, 1) = x'01'"  # noqa: S608 - ours
            f" ORDER BY position {order}"
        )
        position, entry = connection.execute(sql).fetchone()
        altered = entry.replace(b"food.rice", b"food.bean")
        sql = "UPDATE entry SET bytes = ? WHERE position = ?"
        connection.execute(sql, (altered, position))

    for verify in (of_a_folder, of_a_bundle):
        error = verify(club, kept).first_error
        assert (position >= kept.size) == after
        # The header that follows tells another root of its acts.
        assert (error.table, error.entry) == ("entry", position + (not after))


def test_every_table_of_a_folder_is_compared(club):
    with closing(sqlite3.connect(club / "registry.db")) as connection, connection:
        connection.execute("UPDATE balance SET balance = balance + 1 WHERE owner > 0")

    assert of_a_folder(club, kept_of(club)).first_error.table == "balance"


def test_a_file_of_a_bundle_that_was_altered_is_named(club):
    path, kept = bundled(club), kept_of(club)
    with tarfile.open(path) as tar:
        files = {one.name: tar.extractfile(one).read() for one in tar}
    told = files["headers.jsonl"]
    files["headers.jsonl"] = told.replace(b'"height":1', b'"height":2')
    with tarfile.open(path, "w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))

    assert verify_bundle(path, kept=kept).first_error.table == "header"


def made(folder, text):
    path = folder.with_suffix(".made")
    path.write_bytes(text)
    return read_kept(path)


def restated(kept, *, size=None, root=None, origin=None, seed=making.NODE):
    """Another checkpoint, signed by whoever holds the node's key, or by another."""
    stated = notes.Checkpoint(
        origin=origin or kept.told.origin,
        size=kept.size if size is None else size,
        root=kept.told.root if root is None else root,
    )
    key = making.seed_of(seed)
    vkey = notes.VerifierKey(name=stated.origin, key=ed25519.public_key(key))
    text = notes.checkpoint_text(stated)
    line = notes.sign_note(text, vkey, lambda signed: ed25519.sign(key, signed))
    return notes.note_bytes(notes.Note(text, (line,)))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"size": 10_000}, "the log is shorter than the checkpoint that was kept"),
        ({"size": 2}, "the entries before it give another root"),
        ({"size": 3}, "no block ends where it stands"),
        ({"size": 0, "root": EMPTY}, "the node has not signed it"),
        ({"root": bytes(32)}, "the entries before it give another root"),
        ({"seed": "somebody"}, "the node has not signed it"),
        ({"origin": "urdimbre/" + "0" * 32}, "it is of another circuit: urdimbre/0"),
    ],
)
def test_a_checkpoint_that_does_not_hold_is_a_difference(club, verify, change, reason):
    kept = made(club, restated(kept_of(club), **change))

    assert verify(club, kept).first_error.reason.startswith(reason)


def test_lines_of_witnesses_do_not_matter(club, verify):
    text = club.with_suffix(".kept").read_bytes()
    line = restated(kept_of(club), seed="witness").split(b"\n\n")[1]

    assert verify(club, made(club, text + line)).ok


def test_a_snapshot_serves_by_its_checkpoint(club, tmp_path):
    snapshot_of(club, tmp_path / "state")

    found = of_a_bundle(club, read_kept(tmp_path / "state"))

    assert (found.ok, found.signatures) == (True, 0)


def test_what_is_neither_is_refused(club, tmp_path):
    snapshot_of(club, tmp_path / "state")
    state = (tmp_path / "state").read_bytes()
    (tmp_path / "state").write_bytes(state[:-1] + b"!")
    (tmp_path / "text").write_text("no checkpoint")

    with pytest.raises(NotASnapshot):
        read_kept(tmp_path / "state")
    with pytest.raises(CheckpointFailed):
        read_kept(tmp_path / "text")
