"""The machine fails: full disk, broken disk, turned bits, a clock that jumps, others.

Whatever happens, the failure is told, what was acknowledged is there or its loss is
told too, and nothing is done by halves.
"""

import random
import shutil
import signal
import sqlite3
import sys
from pathlib import Path

import pytest

from tests.adapters import making
from tests.adapters.apart import (
    ENTRIES,
    FIRST,
    entries_of,
    opened,
    prepared,
    started,
)
from tests.adapters.crashing import STATEMENTS
from urdimbre.adapters.storage.journal import FRAME, HEADER
from urdimbre.adapters.verification import verify_folder
from urdimbre.projections.project import Projection
from urdimbre.recording import (
    ClockOff,
    Damaged,
    Receipt,
    RecordingFailed,
    StorageFailed,
)

PROGRAM = Path(__file__).with_name("failing.py")
CRASHING = Path(__file__).with_name("crashing.py")


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A folder with two members, and entries that are not recorded yet."""
    return prepared(tmp_path_factory.mktemp("ready"))


@pytest.fixture
def copy(ready, tmp_path):
    return shutil.copytree(ready, tmp_path / "copy")


@pytest.fixture(scope="module")
def killed(ready, tmp_path_factory):
    """The same after a process that was killed: its blocks stand in the journal."""
    path = shutil.copytree(ready, tmp_path_factory.mktemp("killed") / "copy")
    # crashing.py kills itself at the last statement of its fifth block.
    child = started(CRASHING, path, 5 * STATEMENTS)
    _, error = child.communicate()
    assert child.returncode == -signal.SIGKILL, error
    return path


def record(path, limit=0):
    """Record in a process; returns the acknowledged positions and the failure."""
    child = started(PROGRAM, path, limit)
    out, error = child.communicate()
    assert child.returncode in (0, 3), error
    return [int(line) for line in out.split()], error.decode()


def goes_on(path, acknowledged):
    """All that was acknowledged is there; all can be sent again; it verifies."""
    entries = entries_of(path)
    again = opened(path)
    for position, entry in zip(acknowledged, entries, strict=False):
        assert again.entry(position) == entry
    answers = list(again.submit_many(entries))
    assert len({answer.index for answer in answers}) == len(entries)
    again.close()
    assert verify_folder(path, projector=Projection()).first_error is None


@pytest.mark.parametrize("room", [0, 100, 40_000, 300_001, 600_013])
def test_a_file_that_may_not_grow_loses_nothing(copy, room):
    """The writing that passes the limit is short, the next one fails."""
    limit = HEADER.size + room

    acknowledged, error = record(copy, limit)

    assert error.startswith("StorageFailed: ")
    assert 0 <= len(acknowledged) < ENTRIES
    assert (room > 300_000) == bool(acknowledged)
    goes_on(copy, acknowledged)


@pytest.mark.parametrize(
    ("device", "words"),
    [("/dev/full", "full"), ("/proc/self/mem", "disk I/O error")],
)
@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_disk_that_fails_while_running_ends_it_and_loses_nothing(copy, device, words):
    """A full disk (ENOSPC), and one that answers with an input/output error (EIO)."""
    acknowledged, error = record(copy, device)

    assert len(acknowledged) == 3
    assert error.startswith("StorageFailed: ")
    assert words in error
    goes_on(copy, acknowledged)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_registry_that_cannot_be_read_is_told_from_one_that_is_damaged(copy):
    (copy / "registry.db").rename(copy / "aside")
    (copy / "registry.db").symlink_to("/proc/self/mem")

    acknowledged, error = record(copy)

    assert acknowledged == []
    assert error.startswith("StorageFailed: ")
    with pytest.raises(StorageFailed):
        verify_folder(copy, projector=Projection())
    (copy / "registry.db").unlink()
    (copy / "aside").rename(copy / "registry.db")
    goes_on(copy, [])


def flip(path, at, bit):
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    path.write_bytes(content)


@pytest.mark.parametrize("seed", range(40))
def test_a_bit_turned_in_the_registry_is_told_or_changes_nothing(copy, seed):
    chance = random.Random(f"{seed} bits")
    path = copy / "registry.db"
    before = contents(copy)
    # Most of a small file is empty room that nothing reads: not there.
    used = [at for at, byte in enumerate(path.read_bytes()) if byte]
    flip(path, chance.choice(used), chance.randrange(8))

    told = verify_folder(copy, projector=Projection()).first_error
    failed = None
    try:
        registry = opened(copy)
        for answer in registry.submit_many(entries_of(copy)[:2]):
            assert isinstance(answer, Receipt)
        registry.close()
    except RecordingFailed as failure:
        failed = failure

    # Who only goes on may not have met it: to look at everything is verify's task.
    if failed is not None:
        assert told is not None
    if told is None:
        assert contents(copy) == before


def contents(path):
    """The entries from before the test."""
    connection = sqlite3.connect(path / "registry.db")
    found = connection.execute(
        "SELECT * FROM entry WHERE position < ?", (FIRST,)
    ).fetchall()
    connection.close()
    return found


def journal_of(path):
    """The bytes of the journal, and the numbers of frames that end blocks."""
    content = (path / "registry.db-wal").read_bytes()
    page = HEADER.unpack(content[: HEADER.size])[2]
    step = FRAME.size + page
    ends = [
        number
        for number, at in enumerate(range(HEADER.size, len(content), step), 1)
        if FRAME.unpack(content[at : at + FRAME.size])[1]
    ]
    return content, step, ends


@pytest.mark.parametrize("seed", range(12))
def test_a_bit_turned_in_the_journal_does_not_lose_blocks_unseen(
    killed, tmp_path, seed
):
    copy = shutil.copytree(killed, tmp_path / "copy")
    _, step, ends = journal_of(copy)
    assert len(ends) == 5
    chance = random.Random(seed)
    # Anywhere but in the last block; the header first.
    last = HEADER.size + ends[-2] * step
    at = chance.randrange(HEADER.size) if seed < 3 else chance.randrange(last)
    flip(copy / "registry.db-wal", at, chance.randrange(8))
    altered = (copy / "registry.db-wal").read_bytes()

    error = verify_folder(copy, projector=Projection()).first_error
    with pytest.raises(StorageFailed) as failed:
        opened(copy)

    assert failed.value.damage
    assert "registry.db-wal" in failed.value.reason
    assert error.table == "registry.db"
    assert (copy / "registry.db-wal").read_bytes() == altered


def test_a_block_that_was_not_finished_is_left_out(killed, tmp_path):
    """As after a cut of power in the middle of writing."""
    content, step, ends = journal_of(killed)
    for cut in (ends[-2] * step, ends[-2] * step + 1, ends[-1] * step - 1):
        copy = shutil.copytree(killed, tmp_path / f"copy {cut}")
        (copy / "registry.db-wal").write_bytes(content[: HEADER.size + cut])

        registry = opened(copy)

        assert registry.size == FIRST + 4 * (len(ends) - 1)
        registry.close()
        goes_on(copy, [])


def test_tables_that_are_named_in_no_readable_text_are_told_as_damage(copy):
    """Python cannot read SQLite's own message about them."""
    content = (copy / "registry.db").read_bytes()
    altered = content.replace(b"CREATE TABLE entry", b"CREAT\xc5 TABLE entry", 1)
    assert altered != content
    (copy / "registry.db").write_bytes(altered)

    with pytest.raises(StorageFailed) as failed:
        opened(copy)

    assert failed.value.damage
    told = verify_folder(copy, projector=Projection()).first_error
    assert told.table == "registry.db"


def test_a_registry_cut_short_is_not_opened(copy):
    content = (copy / "registry.db").read_bytes()
    (copy / "registry.db").write_bytes(content[: len(content) // 2])

    with pytest.raises((Damaged, StorageFailed)):
        opened(copy).close()
    assert verify_folder(copy, projector=Projection()).first_error is not None


def test_of_two_writers_the_one_who_comes_late_ends(copy):
    """As where a file system does not keep locks."""
    first, second = opened(copy), opened(copy)
    entries = entries_of(copy)
    receipts = [first.submit(entry) for entry in entries[:2]]
    rows = dict(second.state.rows)

    with pytest.raises(StorageFailed):
        second.submit(entries[2])
    with pytest.raises(RecordingFailed):
        second.submit(entries[3])

    assert dict(second.state.rows) == rows
    second.close()
    receipts.append(first.submit(entries[4]))
    first.close()
    assert all(isinstance(one, Receipt) for one in receipts)
    goes_on(copy, [])


def recorded(registry, entry):
    """Whether an entry is recorded, rather than refused or stopped by the clock."""
    try:
        return isinstance(registry.submit(entry), Receipt)
    except ClockOff:
        return False


@pytest.mark.parametrize("seconds", [-7_200, 31 * 86_400])
def test_a_clock_that_jumps_while_running_stops_the_sealing_until_it_is_set(
    copy, seconds
):
    clock = making.Clock()
    registry = opened(copy, clock)
    entries = entries_of(copy)
    before = registry.submit(entries[0])
    clock.now += seconds

    assert not any(recorded(registry, entry) for entry in entries[1:4])
    size = registry.size
    clock.now -= seconds
    after = [registry.submit(entry) for entry in entries[1:4]]

    assert size == before.index + 2
    assert all(one.time == before.time for one in after)
    registry.close()
    goes_on(copy, [before.index])
