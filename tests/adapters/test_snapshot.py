"""Snapshots: what opens is the state under the checkpoint, and nothing else."""

import tracemalloc
from contextlib import closing

import pytest

from tests.adapters import making, scene
from tests.adapters.test_node_key import change
from urdimbre.adapters import snapshot
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.snapshot import NotASnapshot
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.core.chain import notes
from urdimbre.projections.project import Projection
from urdimbre.recording.chain import origin_of
from urdimbre.recording.replay import Replay

EXCHANGES = 300


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A circuit in which every kind of row stands, with a full tile behind it."""
    path = tmp_path_factory.mktemp("recorded")
    circuit = making.found(path, projector=Projection())
    scene.play(circuit)
    entries = [circuit.barter("ana", "beto", 1 + n) for n in range(EXCHANGES)]
    list(circuit.registry.submit_many(entries, group=50))
    circuit.registry.close()
    return path


@pytest.fixture
def written(folder, tmp_path):
    snapshot.snapshot_of(folder, tmp_path / "state")
    return tmp_path / "state"


def parts_of(path):
    """The parts of a snapshot, without their lengths."""
    content, at, found = path.read_bytes(), len(snapshot.MAGIC), []
    while at < len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        found.append(content[at + 4 : at + 4 + length])
        at += 4 + length
    return found


def put_together(path, parts):
    framed = [len(part).to_bytes(4, "big") + part for part in parts]
    path.write_bytes(snapshot.MAGIC + b"".join(framed))


def reading(folder):
    return closing(SqliteStore(folder / "registry.db", write=False))


def test_what_it_holds_is_the_state_of_the_registry(folder, written):
    with reading(folder) as store:
        chain, held = snapshot.open_snapshot(written, store)
        rows = [(row.place, row.key) for row in store.state()]

    whole = making.reopened(folder, projector=Projection())
    assert chain.state.rows == whole.registry.state.rows
    assert [(place, key) for key, place in chain.state.places.items()] == rows
    assert chain.log.root() == whole.registry._chain.log.root()
    assert chain.header == whole.registry._chain.header
    assert (chain.node_key, chain.sealed_by) == (making.public_of(making.NODE),) * 2
    assert held.unproven == ("log_key",)
    assert held == snapshot.check_snapshot(written)
    whole.registry.close()


def test_what_came_later_is_replayed_on_it(folder, written, tmp_path):
    """A chain taken up from it goes on to the same roots."""
    later = SqliteStore(tmp_path / "later.db")
    with reading(folder) as store:
        for position, entry in enumerate(store.entries()):
            later._writing.execute("INSERT INTO entry VALUES (?, ?)", (position, entry))
    chain, _ = snapshot.open_snapshot(written, later)
    size = chain.log.size
    circuit = making.reopened(folder, projector=Projection())
    circuit.admit("dina")
    circuit.record(circuit.barter("ana", "dina", 7))
    entries = [circuit.registry.entry(n) for n in range(size, circuit.registry.size)]

    Replay(chain).run(entries)

    assert chain.log.root() == circuit.registry._chain.log.root()
    assert chain.rows.root() == circuit.registry._chain.rows.root()
    circuit.registry.close()
    later.close()


def test_a_trusted_key_and_circuit_are_asked_for(written):
    key = bytes.fromhex(making.public_of(making.NODE))
    circuit = snapshot.check_snapshot(written).genesis

    assert snapshot.check_snapshot(written, genesis=circuit, log_key=key).unproven == ()
    with pytest.raises(NotASnapshot, match="another circuit"):
        snapshot.check_snapshot(written, genesis="00" * 32)
    with pytest.raises(NotASnapshot, match="another key"):
        snapshot.check_snapshot(written, log_key=bytes(32))


def test_the_block_that_changes_the_key_is_under_the_old_one(tmp_path):
    circuit = making.found(tmp_path)
    circuit.record(change(circuit))
    circuit.registry.close()

    held = snapshot.snapshot_of(tmp_path, tmp_path / "state")

    assert held.node_key == making.public_of(making.NODE)


@pytest.mark.parametrize("place", range(64))
def test_no_altered_byte_opens(written, place):
    """Each part in turn, and each of its bytes sooner or later."""
    content = bytearray(written.read_bytes())
    content[len(content) * place // 64 + place % 7] ^= 1 << (place % 8)
    written.write_bytes(content)

    with pytest.raises(NotASnapshot):
        snapshot.check_snapshot(written)


@pytest.mark.parametrize("cut", [0, 5, 30, 2_000, -1])
def test_one_cut_short_does_not_open(written, cut):
    written.write_bytes(written.read_bytes()[:cut])

    with pytest.raises(NotASnapshot):
        snapshot.check_snapshot(written)


def test_another_row_too_few_or_too_many_do_not_open(folder, written):
    parts = parts_of(written)
    swapped = [*parts[:-2], parts[-1], parts[-2]]
    for altered in (parts[:-1], [*parts, parts[-1]], swapped):
        put_together(written, altered)
        with pytest.raises(NotASnapshot):
            snapshot.check_snapshot(written)
        with reading(folder) as store, pytest.raises(NotASnapshot):
            snapshot.open_snapshot(written, store)


def test_a_checkpoint_that_the_node_has_not_signed_does_not_do(written):
    parts = parts_of(written)
    note = notes.parse_note(parts[1])
    name = origin_of(snapshot.check_snapshot(written).genesis)
    seed = making.seed_of("somebody else")
    key = notes.VerifierKey(name=name, key=ed25519.public_key(seed))
    signed = notes.sign_note(note.text, key, lambda text: ed25519.sign(seed, text))
    parts[1] = notes.note_bytes(notes.Note(note.text, (signed,)))
    put_together(written, parts)

    with pytest.raises(NotASnapshot, match="has not signed"):
        snapshot.check_snapshot(written)


def test_a_header_that_is_not_under_the_checkpoint_does_not_do(folder, written):
    """An earlier header is a true one, and still not the state's."""
    parts = parts_of(written)
    with reading(folder) as store:
        parts[3] = store.entry(1)
    put_together(written, parts)

    with pytest.raises(NotASnapshot):
        snapshot.check_snapshot(written)


def test_checking_keeps_no_rows_in_memory(tmp_path):
    """Three times the rows, and as much memory."""
    circuit = making.found(tmp_path)
    peaks = []
    for first, last in ((0, 100), (100, 300)):
        circuit.admit(*(f"member {n}" for n in range(first, last)))
        snapshot.snapshot_of(tmp_path, tmp_path / "state")
        tracemalloc.start()
        snapshot.check_snapshot(tmp_path / "state")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    circuit.registry.close()

    assert peaks[1] < 1.3 * peaks[0]
