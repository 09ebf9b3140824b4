"""What only the default engine does: how its journal and its file share the work."""

from contextlib import closing
from dataclasses import replace

from tests.adapters.storage.test_contract import block
from urdimbre.adapters.storage.sqlite import READING_CACHE_KIB, SqliteStore

PAGE = 8_192
LARGE = b"x" * 120_000


def large_blocks(store, first, count):
    """Write blocks of 120 kB each."""
    for height in range(first, first + count):
        one = block(height, 2 * height)
        store.write(replace(one, entries=[(2 * height, LARGE), *one.entries[1:]]))


def test_blocks_gather_in_the_journal_before_the_file_is_rewritten(tmp_path):
    path = tmp_path / "registry.db"
    journal = tmp_path / "registry.db-wal"
    with closing(SqliteStore(path)) as store:
        large_blocks(store, 0, 100)
        before = path.stat().st_size, journal.stat().st_size
        large_blocks(store, 100, 1)
    after = path.stat().st_size

    assert before[0] <= 2 * PAGE
    assert before[1] > 100 * len(LARGE)
    assert after > 100 * len(LARGE)
    assert not journal.exists()


def test_who_reads_beside_the_writer_keeps_little_in_memory(tmp_path):
    """Its cache is dropped with each block; the state would fill it at opening."""
    with closing(SqliteStore(tmp_path / "registry.db")) as store:
        (cached,) = store.connection.execute("PRAGMA cache_size").fetchone()

    assert cached == -READING_CACHE_KIB
