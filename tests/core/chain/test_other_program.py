"""The tree and its proofs against another program for RFC 6962 and C2SP.

``tlog-scales`` was written by somebody else, from the specifications alone. What it
makes we must accept, and what we make it must accept, byte for byte.
"""

import random
from base64 import b64encode

import pytest
from tlog_scales import signing, tiles, tlog
from tlog_scales.reader import TilesReader

from tests.adapters import making
from urdimbre.adapters.bundle import tile_path
from urdimbre.adapters.keys import ed25519
from urdimbre.core.chain import notes
from urdimbre.core.chain.merkle import (
    check_consistency,
    check_inclusion,
    consistency_path,
    leaf_hash,
    subtrees_from,
    tree_root,
)
from urdimbre.recording.log_tree import LogTree
from urdimbre.recording.tiles import Place, entries_place, hash_place

LARGEST = 300


class Served:
    """Our tree, read by the other program tile by tile."""

    def __init__(self, entries):
        self.tree, self.full = LogTree(), {}
        for entry in entries:
            self.tree.append(entry)
        for level, number, hashes in self.tree.full_tiles():
            self.full[level, number] = hashes

    def read(self, level, number):
        return self.full.get((level, number))

    def get(self, *parts):
        place = hash_place("/".join(parts[1:]))
        hashes = self.tree.tile(place.level, place.number, self.read)
        return hashes[: place.width * 32] or None

    def reader(self):
        reader = TilesReader(self)
        reader.set_size(self.tree.size)
        return reader


def random_entries(seed, count):
    chance = random.Random(seed)
    return [chance.randbytes(chance.randrange(60)) for _ in range(count)]


@pytest.fixture(scope="module")
def leaves():
    return [leaf_hash(entry) for entry in random_entries(1, LARGEST)]


@pytest.mark.slow
def test_every_consistency_proof_up_to_300_is_the_same_and_holds_both_ways(leaves):
    served = Served(random_entries(1, LARGEST))
    reader = served.reader()
    roots = [tree_root(leaves[:size]) for size in range(LARGEST + 1)]
    subtree = subtrees_from(leaves)

    for new in range(1, LARGEST + 1):
        for old in range(1, new + 1):
            theirs = reader.get_consistency_proof(old, new)
            ours = served.tree.consistency(old, new, served.read)
            assert ours == theirs.node_hashes == consistency_path(old, new, subtree)
            assert check_consistency(
                old, new, roots[old], roots[new], theirs.node_hashes
            )
            tlog.ConsistencyProof(old, new, ours).check(roots[old], roots[new])


def test_a_consistency_proof_with_another_root_holds_for_neither(leaves):
    served = Served(random_entries(1, LARGEST))
    other = leaf_hash(b"forked")

    for old, new in ((1, 2), (3, 7), (128, 300), (255, 256), (256, 300)):
        path = served.tree.consistency(old, new, served.read)
        root = tree_root(leaves[:new])
        assert not check_consistency(old, new, other, root, path)
        with pytest.raises(tlog.ConsistencyProofInvalid):
            tlog.ConsistencyProof(old, new, path).check(other, root)


@pytest.mark.parametrize("seed", range(8))
def test_inclusion_proofs_of_random_trees_hold_both_ways(seed):
    chance = random.Random(seed)
    count = chance.choice([1, 2, 3, 255, 256, 257, chance.randrange(1, 2_000)])
    entries = random_entries(seed, count)
    served = Served(entries)
    reader = served.reader()

    root = served.tree.root()
    assert reader.calculate_root_hash() == root
    for _ in range(60):
        size = chance.randrange(1, count + 1)
        index = chance.randrange(size)
        under = tree_root([leaf_hash(entry) for entry in entries[:size]])
        theirs = reader.get_inclusion_proof(index, size)
        ours = served.tree.path(index, served.read, size)
        leaf = leaf_hash(entries[index])
        assert ours == theirs.node_hashes
        assert check_inclusion(index, size, leaf, theirs.node_hashes, under)
        tlog.InclusionProof(index, size, ours).check(leaf, under)


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537 + 256 * 3])
def test_tiles_of_three_levels_give_the_other_program_our_root(size):
    served = Served(b"%d" % number for number in range(size))

    assert served.reader().calculate_root_hash() == served.tree.root()


@pytest.mark.parametrize(
    "number", [0, 1, 9, 67, 255, 999, 1_000, 1_234_067, 999_999_999, 10**15 + 1]
)
@pytest.mark.parametrize("partial", [0, 1, 12, 255])
def test_tiles_are_named_as_the_other_program_names_them(number, partial):
    width = partial or 256
    theirs = "/".join(tiles.tile_path(2, number, partial))

    assert tile_path("2", number, width) == theirs
    assert hash_place(theirs.removeprefix("tile/")) == Place(2, number, width)
    bundles = "/".join(tiles.tile_path(-1, number, partial))
    assert entries_place(bundles.removeprefix("tile/entries/")) == Place(
        0, number, width
    )


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "0/0",
        "0/00",
        "00/000",
        "01/000",
        "64/000",
        "-1/000",
        "0/000.p/0",
        "0/000.p/01",
        "0/000.p/256",
        "0/000.p/999",
        "0/x000/001",
        "0/001/002",
        "0/x001/x002",
        "0/000/",
        "0/000\n",
        "0/\u0660\u0661\u0662",
        "0/" + "x001/" * 6 + "001",
        "entries/000",
    ],
)
def test_a_tile_has_one_spelling(path):
    assert hash_place(path) is None


def test_checkpoints_and_cosignatures_are_read_and_verified_by_the_other_program():
    key = notes.VerifierKey(name="urdimbre/" + "ab" * 16, key=making.node().key)
    seed = making.seed_of("witness")
    witness = notes.VerifierKey(
        name="w.example", kind=notes.COSIGNATURE, key=ed25519.public_key(seed)
    )
    text = notes.checkpoint_text(
        notes.Checkpoint(origin=key.name, size=7, root=leaf_hash(b"root"))
    )
    lines = (
        notes.sign_note(text, key, making.node().sign),
        notes.cosign_note(
            text, witness, lambda one: ed25519.sign(seed, one), time=1_700_000_000
        ),
    )
    note = notes.note_bytes(notes.Note(text, lines)).decode()

    theirs = tlog.Checkpoint.from_text(note)

    assert theirs.serialize() == note
    for one in (key, witness):
        vkey = signing.Vkey.from_string(one.text)
        assert vkey.serialize() == one.text
        theirs.verify(vkey)


def test_a_checkpoint_that_the_other_program_has_signed_is_read_and_verified():
    signer = signing.PlainEd25519Signer("log.example/x", making.seed_of("other"))
    made = tlog.Checkpoint.make_signed(
        "log.example/x", 12, leaf_hash(b"root"), [signer]
    )

    note = notes.parse_note(made.serialize().encode())
    key = notes.parse_vkey(signer.vkey.serialize())

    assert notes.verified(note, [key], ed25519.verify) == (notes.Verified(key=key),)
    told = notes.parse_checkpoint(note.text)
    assert (told.size, told.root) == (12, made.root_hash)
    assert b64encode(told.root).decode() in made.serialize()
