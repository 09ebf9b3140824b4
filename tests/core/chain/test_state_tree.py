"""The state's tree: any way to the same leaves is the same root."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urdimbre.core.chain.merkle import EMPTY, OutsideTree
from urdimbre.core.chain.state_tree import (
    NotAHash,
    StalePending,
    StateTree,
    check_path,
    leaf,
    root_of,
)

LEAVES = [leaf(f"account/{n}", b"%d" % n) for n in range(80)]


def naive_root(leaves):
    """The definition: pad to a power of two, hash in pairs, bind the number."""
    level = list(leaves) or [EMPTY]
    while len(level) & (len(level) - 1):
        level.append(EMPTY)
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=True)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return sha256(b"\x02" + len(leaves).to_bytes(8, "big") + level[0]).digest()


def test_a_leaf_binds_key_and_value_by_the_length_of_the_key():
    assert leaf("unit/sol", b"{}") == sha256(b"\x00\x00\x08unit/sol{}").digest()
    assert leaf("a", b"bc") != leaf("ab", b"c")


@pytest.mark.parametrize(("length", "fits"), [(65_535, True), (65_536, False)])
def test_the_longest_key_is_one_whose_length_fits_two_bytes(length, fits):
    if fits:
        assert len(leaf("k" * length, b"")) == 32
        return
    with pytest.raises(OutsideTree):
        leaf("k" * length, b"")


@pytest.mark.parametrize("count", range(70))
def test_the_root_is_that_of_the_definition_at_each_size(count):
    tree = StateTree(LEAVES[:count])

    assert tree.root() == naive_root(LEAVES[:count])
    assert tree.count == count


@pytest.mark.parametrize(
    ("count", "root"),
    [
        (0, "f0c1e0b4cd1983b9c92909f8145cc102993e4c797489c0ba98639fd93056b82f"),
        (1, "940671c4f9bf73e2fb1cf2f56529f21207f036e8c1a35bd74afa9fb0b1625015"),
        (3, "5f7267f8d06795fe810c9b92ebaeeaf57d22db4eb4fcdfc31e24e4ed31673dce"),
        (80, "0614797f9224f391c85f487a53c32e441ab3f6f9ac83a7a88b8f9fd2288ac00e"),
    ],
)
def test_roots_never_change_between_versions(count, root):
    assert StateTree(LEAVES[:count]).root().hex() == root


def test_one_by_one_and_all_at_once_are_the_same():
    tree = StateTree()

    for count, one in enumerate(LEAVES, 1):
        tree.set_many({}, [one])
        assert tree.root() == naive_root(LEAVES[:count])


def test_nothing_changed_is_the_same_root():
    for count in (0, 1, 5):
        tree = StateTree(LEAVES[:count])
        before = tree.root()

        tree.set_many({}, [])

        assert tree.root() == before


hashes = st.binary(min_size=32, max_size=32)
steps = st.lists(
    st.tuples(
        st.dictionaries(st.integers(0, 300), hashes), st.lists(hashes, max_size=40)
    ),
    max_size=8,
)


@given(steps, st.booleans())
def test_whatever_is_changed_the_tree_equals_one_built_afresh(history, look_first):
    """Previews change nothing; merging one is the same as building from the leaves."""
    tree, plain = StateTree(), []
    for changes, appended in history:
        fitting = {at: one for at, one in changes.items() if at < len(plain)}
        before = tree.root()

        if look_first:
            tree.preview(dict.fromkeys(fitting, EMPTY), [EMPTY, *appended])
        pending = tree.preview(fitting, appended)
        assert tree.root() == before == naive_root(plain)
        assert [tree.leaf_at(at) for at in range(tree.count)] == plain
        tree.merge(pending)

        for at, one in fitting.items():
            plain[at] = one
        plain += appended
        assert tree.root() == pending.root == naive_root(plain)
        assert tree.count == pending.count == len(plain)


def test_a_preview_thrown_away_leaves_no_trace():
    tree = StateTree(LEAVES[:33])
    paths = [tree.path(at) for at in range(33)]

    tree.preview({0: EMPTY, 32: EMPTY}, LEAVES)

    assert tree.root() == naive_root(LEAVES[:33])
    assert [tree.path(at) for at in range(33)] == paths


def test_a_preview_of_an_earlier_tree_is_not_merged():
    tree = StateTree(LEAVES[:5])
    first = tree.preview({0: EMPTY}, [])
    second = tree.preview({1: EMPTY}, [])
    tree.merge(first)

    with pytest.raises(StalePending):
        tree.merge(second)

    assert tree.root() == naive_root([EMPTY, *LEAVES[1:5]])


@pytest.mark.parametrize(("index", "there"), [(-1, False), (4, True), (5, False)])
def test_only_rows_that_are_there_are_changed_and_proven(index, there):
    tree = StateTree(LEAVES[:5])
    if there:
        tree.set_many({index: EMPTY}, [])
        assert tree.leaf_at(index) == EMPTY
        assert len(tree.path(index)) == 3
        return
    for asked in (tree.path, tree.leaf_at, lambda at: tree.preview({at: EMPTY}, [])):
        with pytest.raises(OutsideTree):
            asked(index)


@pytest.mark.parametrize("odd", [b"", EMPTY[1:], EMPTY + b"\x00"])
def test_a_leaf_has_32_bytes(odd):
    tree = StateTree(LEAVES[:5])

    with pytest.raises(NotAHash):
        tree.preview({0: odd}, [])
    with pytest.raises(NotAHash):
        tree.preview({}, [odd])


@pytest.mark.parametrize("count", range(1, 66))
def test_each_row_is_provable_and_no_other_value_in_its_place(count):
    tree = StateTree(LEAVES[:count])
    root = tree.root()

    for at in range(count):
        path = tree.path(at)
        assert check_path(at, count, LEAVES[at], path, root)
        assert not check_path(at, count, LEAVES[at + 1], path, root)
        assert not check_path(at, count + 1, LEAVES[at], path, root)
        assert not check_path(at + 1, count, LEAVES[at], path, root)
        assert not check_path(at, count, LEAVES[at], [*path, EMPTY], root)
        for level in range(len(path)):
            odd = [*path[:level], LEAVES[79], *path[level + 1 :]]
            assert not check_path(at, count, LEAVES[at], odd, root)


@pytest.mark.parametrize("odd", [b"", EMPTY[1:], EMPTY + b"\x00", None, "x" * 32])
def test_what_is_no_hash_proves_nothing(odd):
    tree = StateTree(LEAVES[:3])
    path = tree.path(1)

    assert not check_path(1, 3, odd, path, tree.root())
    assert not check_path(1, 3, LEAVES[1], [odd, path[1]], tree.root())
    assert not check_path(1, 3, LEAVES[1], path, odd)


def test_padding_is_no_row():
    tree = StateTree(LEAVES[:3])
    path = [LEAVES[2], tree.path(0)[1]]

    assert not check_path(3, 3, EMPTY, path, tree.root())


odd = st.one_of(st.integers(), st.none(), st.binary(max_size=40), st.just(1 << 70_000))


@given(odd, odd, odd, st.one_of(st.none(), st.lists(odd, max_size=70)), odd)
def test_checking_a_path_answers_whatever_it_is_given(index, count, one, path, root):
    """No proof, however odd, stops the program."""
    assert check_path(index, count, one, path, root) is False


@pytest.mark.parametrize("count", range(70))
def test_leaves_that_are_not_kept_give_the_same_root(count):
    assert root_of(iter(LEAVES[:count])) == naive_root(LEAVES[:count])


def test_leaves_that_are_not_kept_have_32_bytes_too():
    with pytest.raises(NotAHash):
        root_of([LEAVES[0], b"short"])
