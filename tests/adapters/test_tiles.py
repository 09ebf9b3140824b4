"""Tiles and proofs from stored tiles, at every size that somebody may still hold."""

import pytest

from tests.adapters import making
from urdimbre.adapters.keys import ed25519
from urdimbre.core.chain import notes
from urdimbre.core.chain.merkle import (
    OutsideTree,
    check_consistency,
    check_inclusion,
    leaf_hash,
    tree_root,
)
from urdimbre.recording.log_tree import LogTree
from urdimbre.recording.tiles import Place, covering, entries_place, hash_place


@pytest.fixture
def circuit(tmp_path):
    circuit = making.found(tmp_path)
    circuit.admit("ana", "beto")
    yield circuit
    circuit.registry.close()


@pytest.fixture
def long(circuit):
    """A log of some 600 entries, sealed in three blocks."""
    entries = [circuit.barter("ana", "beto", 1) for _ in range(600)]
    answers = list(circuit.registry.submit_many(entries, group=200))
    assert all(isinstance(one, making.Receipt) for one in answers)
    return circuit


def entries_of(circuit):
    registry = circuit.registry
    return [registry.entry(position) for position in range(registry.size)]


def test_hash_tiles_hold_the_leaves_and_the_roots_of_full_tiles(long):
    leaves = [leaf_hash(entry) for entry in entries_of(long)]
    size, registry = long.registry.size, long.registry

    assert registry.hash_tile(Place(0, 0, 256)) == b"".join(leaves[:256])
    assert registry.hash_tile(Place(0, 1, 7)) == b"".join(leaves[256:263])
    rest = size - 512
    assert registry.hash_tile(Place(0, 2, rest)) == b"".join(leaves[512:])
    roots = tree_root(leaves[:256]) + tree_root(leaves[256:512])
    assert registry.hash_tile(Place(1, 0, 2)) == roots
    assert registry.hash_tile(Place(1, 0, 1)) == roots[:32]


@pytest.mark.parametrize(
    "path", ["0/003", "0/002", "0/002.p/255", "1/000", "1/000.p/3", "2/000.p/1"]
)
def test_a_tile_that_the_log_has_not_reached_is_not_there(long, path):
    with pytest.raises(OutsideTree):
        long.registry.hash_tile(hash_place(path))


def test_entry_tiles_hold_the_entries_after_their_length(long):
    entries = entries_of(long)

    told = long.registry.entry_tile(entries_place("001.p/3"))

    assert told == b"".join(
        len(one).to_bytes(2, "big") + one for one in entries[256:259]
    )
    with pytest.raises(OutsideTree):
        long.registry.entry_tile(entries_place("002"))


def test_consistency_is_proven_from_every_size_to_the_present(long):
    leaves = [leaf_hash(entry) for entry in entries_of(long)]
    new = len(leaves)
    root = tree_root(leaves)

    for old in (1, 2, 5, 255, 256, 257, 511, 512, 600, new - 1, new):
        path = [notes._hash(one, 0) for one in told(long, old, new)]
        assert check_consistency(old, new, tree_root(leaves[:old]), root, path)
        assert not check_consistency(old, new, leaf_hash(b"other"), root, path)


def told(circuit, old, new):
    return circuit.registry.consistency(old, new).splitlines()


@pytest.mark.parametrize(("old", "new"), [(7, 6), (0, 10_000), (10_000, 10_000)])
def test_sizes_that_the_log_never_had_prove_nothing(circuit, old, new):
    with pytest.raises(OutsideTree):
        circuit.registry.consistency(old, new)


def cosigned(note, name="w.example"):
    """The note with a witness's line below the log's own."""
    seed = making.seed_of(name)
    key = notes.VerifierKey(
        name=name, kind=notes.COSIGNATURE, key=ed25519.public_key(seed)
    )
    read = notes.parse_note(note.encode())
    line = notes.cosign_note(
        read.text, key, lambda text: ed25519.sign(seed, text), time=making.START
    )
    return key, notes.note_bytes(
        notes.Note(read.text, (*read.signatures, line))
    ).decode()


def write_mark(circuit, name, value):
    store = circuit.registry._chain.store
    store._writing.execute("UPDATE meta SET value = ? WHERE name = ?", (value, name))


def test_a_receipt_carries_every_line_of_a_checkpoint_that_witnesses_saw_earlier(long):
    key, earlier = cosigned(long.registry.checkpoint())
    long.record(long.barter("ana", "beto", 1))
    write_mark(long, "checkpoint", earlier)

    proof = notes.parse_proof(long.registry.receipt(300).encode())

    checkpoint = notes.parse_checkpoint(proof.note.text)
    leaf = leaf_hash(long.registry.entry(300))
    assert checkpoint.size == long.registry.size - 2
    assert check_inclusion(300, checkpoint.size, leaf, proof.path, checkpoint.root)
    assert [one.name for one in proof.note.signatures] == [
        checkpoint.origin,
        "w.example",
    ]
    assert notes.verified(proof.note, [key], ed25519.verify)


def test_an_entry_that_the_witnesses_have_not_seen_yet_has_no_receipt_under_theirs(
    circuit,
):
    _, earlier = cosigned(circuit.registry.checkpoint())
    recorded = circuit.record(circuit.barter("ana", "beto", 1))
    write_mark(circuit, "checkpoint", earlier)

    with pytest.raises(OutsideTree):
        circuit.registry.receipt(recorded.index)


def test_who_asks_between_disk_and_memory_is_answered_from_the_disk(long):
    """The block is on disk, its checkpoint read, and the tree has not moved on yet."""
    chain = long.registry._chain
    before = chain.log
    recorded = long.record(long.barter("ana", "beto", 1))
    chain.log = before

    proof = notes.parse_proof(long.registry.receipt(recorded.index).encode())

    checkpoint = notes.parse_checkpoint(proof.note.text)
    leaf = leaf_hash(long.registry.entry(recorded.index))
    assert checkpoint.size == before.size + 2
    assert check_inclusion(
        recorded.index, checkpoint.size, leaf, proof.path, checkpoint.root
    )
    width = checkpoint.size % 256
    place = Place(0, checkpoint.size // 256, width)
    assert len(long.registry.hash_tile(place)) == width * 32


def test_a_tree_of_the_asked_size_is_taken_from_memory_if_it_is_there():
    class NoStore:
        def last_block(self):
            raise AssertionError

    tree = LogTree()
    tree.append(b"one")

    assert covering(NoStore(), tree, 1) is tree
