"""The log's tree: appended entries stay provable, anything else is refused."""

import random
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urdimbre.core.chain.merkle import (
    EMPTY,
    SIZE_MAX,
    Frontier,
    NotPerfectSubtrees,
    OutsideTree,
    check_consistency,
    check_inclusion,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    subtrees_from,
    tree_root,
)

# Entries and roots of the reference tests of RFC 6962 (certificate-transparency).
RFC_ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
RFC_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# Audit paths and consistency proofs of the same reference tests.
RFC_PATH_OF_0_IN_8 = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]
RFC_CONSISTENCY_6_TO_8 = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]

LEAVES = [leaf_hash(b"entry %d" % n) for n in range(300)]
SUBTREES = subtrees_from(LEAVES)
ROOTS = [tree_root(LEAVES[:n]) for n in range(301)]


def naive_root(leaves):
    """The definition of RFC 6962, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    both = naive_root(leaves[:k]) + naive_root(leaves[k:])
    return sha256(b"\x01" + both).digest()


def flipped(hashes, at):
    """The same hashes with one bit of one of them changed."""
    odd = bytes([hashes[at][0] ^ 1]) + hashes[at][1:]
    return [*hashes[:at], odd, *hashes[at + 1 :]]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_rfc(size):
    leaves = [leaf_hash(entry) for entry in RFC_ENTRIES[:size]]

    assert tree_root(leaves).hex() == RFC_ROOTS[size]


def test_proofs_are_those_of_the_rfc():
    subtree = subtrees_from([leaf_hash(entry) for entry in RFC_ENTRIES])

    path = inclusion_path(0, 8, subtree)
    consistency = consistency_path(6, 8, subtree)

    assert [node.hex() for node in path] == RFC_PATH_OF_0_IN_8
    assert [node.hex() for node in consistency] == RFC_CONSISTENCY_6_TO_8


def test_appending_gives_at_each_size_the_root_of_the_definition():
    frontier = Frontier()

    for size, leaf in enumerate(LEAVES):
        assert frontier.root() == ROOTS[size] == naive_root(LEAVES[:size])
        assert frontier.size == size
        frontier.append(leaf)


@pytest.mark.parametrize("size", range(65))
def test_a_loaded_frontier_goes_on_like_the_one_that_was_saved(size):
    saved = Frontier()
    for leaf in LEAVES[:size]:
        saved.append(leaf)
    loaded = Frontier(saved.size, saved.peaks)
    copied = saved.copy()
    for leaf in LEAVES[size:70]:
        loaded.append(leaf)

    assert loaded.root() == ROOTS[70]
    assert copied.root() == saved.root() == ROOTS[size]


@pytest.mark.parametrize(
    ("size", "peaks"),
    [
        (1, []),
        (0, [EMPTY]),
        (3, [EMPTY]),
        (-1, [EMPTY]),
        (1, [b"short"]),
        (2**63, [EMPTY]),
    ],
)
def test_a_frontier_needs_one_hash_for_each_bit_of_its_size(size, peaks):
    with pytest.raises(NotPerfectSubtrees):
        Frontier(size, peaks)


def test_each_entry_is_provable_at_each_size_up_to_64_and_nowhere_else():
    for size in range(1, 65):
        for index in range(size):
            path = inclusion_path(index, size, SUBTREES)

            assert check_inclusion(index, size, LEAVES[index], path, ROOTS[size])
            other = (index + 1) % 64
            assert not check_inclusion(index, size, LEAVES[other], path, ROOTS[size])
            assert not check_inclusion(
                other, size, LEAVES[index], path, ROOTS[size]
            ) or (size == other)
            assert not check_inclusion(
                index, size, LEAVES[index], path, ROOTS[size + 1]
            )


def test_each_changed_hash_of_an_inclusion_proof_is_noticed():
    for size in range(1, 65):
        for index in range(size):
            path = inclusion_path(index, size, SUBTREES)
            for at in range(len(path)):
                odd = flipped(path, at)
                assert not check_inclusion(index, size, LEAVES[index], odd, ROOTS[size])
            longer = [*path, EMPTY]
            assert not check_inclusion(index, size, LEAVES[index], longer, ROOTS[size])
            if path:
                shorter = path[:-1]
                leaf = LEAVES[index]
                assert not check_inclusion(index, size, leaf, shorter, ROOTS[size])


def test_all_trees_up_to_300_are_shown_to_begin_with_all_smaller_ones():
    for new in range(301):
        for old in range(new + 1):
            path = consistency_path(old, new, SUBTREES)

            assert check_consistency(old, new, ROOTS[old], ROOTS[new], path)


def test_each_changed_hash_of_a_consistency_proof_is_noticed():
    chance = random.Random(6962)
    for _ in range(400):
        new = chance.randrange(2, 301)
        old = chance.randrange(1, new)
        path = consistency_path(old, new, SUBTREES)
        roots = (ROOTS[old], ROOTS[new])

        for at in range(len(path)):
            assert not check_consistency(old, new, *roots, flipped(path, at))
        assert not check_consistency(old, new, *roots, [*path, EMPTY])
        assert not check_consistency(old, new, *roots, path[:-1])
        assert not check_consistency(old, new, ROOTS[old - 1], ROOTS[new], path)
        assert not check_consistency(old, new, ROOTS[old], ROOTS[new - 1], path)


@pytest.mark.parametrize(
    ("old", "new", "old_root", "new_root", "path", "holds"),
    [
        (0, 0, EMPTY, EMPTY, [], True),
        (0, 0, EMPTY, ROOTS[1], [], False),
        (0, 5, EMPTY, ROOTS[5], [], True),
        (0, 5, ROOTS[5], ROOTS[5], [], False),
        (0, 5, EMPTY, ROOTS[5], [EMPTY], False),
        (5, 5, ROOTS[5], ROOTS[5], [], True),
        (5, 5, ROOTS[5], ROOTS[5], [EMPTY], False),
        (5, 5, ROOTS[5], ROOTS[4], [], False),
        (5, 4, ROOTS[5], ROOTS[4], [], False),
        (4, 5, ROOTS[4], ROOTS[5], [], False),
        (3, 5, ROOTS[3], ROOTS[5], [], False),
    ],
)
def test_trees_that_are_empty_or_equal_need_no_hashes(
    old, new, old_root, new_root, path, holds
):
    assert check_consistency(old, new, old_root, new_root, path) == holds


@pytest.mark.parametrize(
    ("index", "size"), [(0, 0), (5, 5), (-1, 5), (0, SIZE_MAX + 1)]
)
def test_no_proof_is_made_for_what_is_not_in_the_tree(index, size):
    with pytest.raises(OutsideTree):
        inclusion_path(index, size, SUBTREES)


@pytest.mark.parametrize(("old", "new"), [(6, 5), (-1, 5), (0, SIZE_MAX + 1)])
def test_no_consistency_is_shown_between_impossible_sizes(old, new):
    with pytest.raises(OutsideTree):
        consistency_path(old, new, SUBTREES)


@pytest.mark.parametrize(("hashes", "asked"), [(63, True), (64, False)])
def test_the_longest_inclusion_path_is_still_looked_at(hashes, asked):
    size = SIZE_MAX
    path = [EMPTY] * hashes
    root = LEAVES[0]
    for sibling in path:
        root = sha256(b"\x01" + root + sibling).digest()

    assert check_inclusion(0, size, LEAVES[0], path, root) == asked


@pytest.mark.parametrize("odd", [b"", EMPTY[1:], EMPTY + b"\x00", None, "x" * 32, 7])
def test_what_is_no_hash_proves_nothing(odd):
    inclusion = inclusion_path(2, 5, SUBTREES)
    consistency = consistency_path(3, 5, SUBTREES)

    assert not check_inclusion(2, 5, odd, inclusion, ROOTS[5])
    assert not check_inclusion(2, 5, LEAVES[2], inclusion, odd)
    assert not check_inclusion(2, 5, LEAVES[2], [*inclusion[:-1], odd], ROOTS[5])
    assert not check_consistency(3, 5, odd, ROOTS[5], consistency)
    assert not check_consistency(3, 5, ROOTS[3], odd, consistency)
    assert not check_consistency(3, 5, ROOTS[3], ROOTS[5], [*consistency[:-1], odd])


def test_a_proof_for_a_tree_of_another_height_does_not_pass():
    """The size is proven too: neither a path too short nor one too long fits it."""
    for low, high in ((4, 8), (4, 5), (1, 2), (8, 300)):
        for index in range(low):
            short = inclusion_path(index, low, SUBTREES)
            long = inclusion_path(index, high, SUBTREES)
            leaf = LEAVES[index]
            assert not check_inclusion(index, high, leaf, short, ROOTS[low])
            assert not check_inclusion(index, low, leaf, long, ROOTS[high])
        for old in range(1, low):
            short = consistency_path(old, low, SUBTREES)
            long = consistency_path(old, high, SUBTREES)
            assert not check_consistency(old, high, ROOTS[old], ROOTS[low], short)
            assert not check_consistency(old, low, ROOTS[old], ROOTS[high], long)


def test_no_proof_climbs_above_the_root():
    """A root with one more hash above it would let a tree hang beside the log."""
    above = LEAVES[7]
    inclusion = [*inclusion_path(2, 4, SUBTREES), above]
    consistency = [*consistency_path(3, 4, SUBTREES), above]
    old, new = node_hash(above, ROOTS[3]), node_hash(above, ROOTS[4])

    assert not check_inclusion(2, 4, LEAVES[2], inclusion, new)
    assert not check_consistency(3, 4, old, new, consistency)


@pytest.mark.parametrize("hashes", [64, 65])
def test_a_consistency_proof_of_any_length_is_answered(hashes):
    assert not check_consistency(3, SIZE_MAX, EMPTY, EMPTY, [EMPTY] * hashes)


odd_numbers = st.one_of(
    st.integers(-2, 70),
    st.integers(),
    st.sampled_from([SIZE_MAX, SIZE_MAX + 1, 2**62, 1 << 100_000, True, None, 1.0]),
)
odd_hashes = st.one_of(
    st.sampled_from([EMPTY, LEAVES[0], b"", None, 7, "x" * 32]), st.binary(max_size=33)
)
odd_paths = st.one_of(
    st.lists(st.just(EMPTY), max_size=70), st.lists(odd_hashes, max_size=9), st.none()
)


@given(odd_numbers, odd_numbers, odd_hashes, odd_hashes, odd_paths)
def test_checking_answers_whatever_it_is_given(first, second, one, other, path):
    """No proof, however odd, stops the program or is taken for a good one."""
    included = check_inclusion(first, second, one, path, other)
    consistent = check_consistency(first, second, one, other, path)

    # What is true by definition alone: one leaf, an empty beginning, equal trees.
    assert included in (False, first == 0 and second == 1 and one == other)
    assert consistent in (False, first in (0, second) and path == [])
