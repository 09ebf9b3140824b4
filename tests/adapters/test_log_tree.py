"""The growing tree: same roots and paths as the plain one, tiles and reopening."""

import pytest

from urdimbre.core.chain.merkle import check_inclusion, leaf_hash, tree_root
from urdimbre.recording.log_tree import LogTree, TileMissing, reopened

SIZES = (1, 2, 255, 256, 257, 300, 511, 512, 1000)


def entry(number):
    return b"entry %d" % number


class Grown:
    """A tree of some size and the tiles that became full on the way."""

    def __init__(self, size):
        self.tree, self.tiles = LogTree(), {}
        for number in range(size):
            self.tree = self.tree.grown()
            self.tree.append(entry(number))
            for level, index, hashes in self.tree.full_tiles():
                self.tiles[level, index] = hashes

    def tile(self, level, number):
        return self.tiles.get((level, number))


@pytest.mark.parametrize("size", SIZES)
def test_root_and_paths_are_those_of_the_plain_tree(size):
    grown = Grown(size)
    root = tree_root([leaf_hash(entry(number)) for number in range(size)])

    assert grown.tree.root() == root
    for index in {0, 1, size // 2, size - 2, size - 1, 255, 256} & set(range(size)):
        path = grown.tree.path(index, grown.tile)
        leaf = leaf_hash(entry(index))
        assert check_inclusion(index, size, leaf, path, root)


@pytest.mark.parametrize("size", SIZES)
def test_it_reopens_from_its_tiles_and_goes_on(size):
    grown = Grown(size)
    rest = [entry(number) for number in range(size - size % 256, size)]

    again = reopened(size, grown.tile, rest)
    again.append(entry(size))
    grown.tree.append(entry(size))

    assert again.root() == grown.tree.root()
    assert [again.unfinished(level) for level in range(again.levels)] == [
        grown.tree.unfinished(level) for level in range(grown.tree.levels)
    ]


def test_three_levels_reopen_too():
    size = 65_536 + 256 + 3
    tree, tiles = LogTree(), {}
    for number in range(size):
        tree.append(entry(number))
    for level, index, hashes in tree.full_tiles():
        tiles[level, index] = hashes
    rest = [entry(number) for number in range(size - 3, size)]

    again = reopened(size, lambda level, index: tiles.get((level, index)), rest)

    assert again.root() == tree.root()
    assert again.path(0, lambda level, index: tiles.get((level, index))) == tree.path(
        0, lambda level, index: tiles.get((level, index))
    )


def test_what_grows_leaves_the_tree_below_as_it_is():
    tree = Grown(255).tree
    before = tree.root()

    other = tree.grown()
    other.append(entry(255))

    assert tree.root() == before
    assert other.full_tiles()
    assert not tree.full_tiles()


@pytest.mark.parametrize("lost", [None, b"short"])
def test_a_lost_tile_is_named(lost):
    grown = Grown(600)
    grown.tiles[0, 1] = lost

    with pytest.raises(TileMissing) as missing:
        grown.tree.path(300, grown.tile)

    assert (missing.value.level, missing.value.number) == (0, 1)
