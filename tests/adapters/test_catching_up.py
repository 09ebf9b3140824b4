"""A restored copy takes what it lacks, byte for byte, or does not record."""

from contextlib import closing

import pytest

from tests.adapters import making, placed
from tests.adapters.test_node_key import change
from urdimbre.adapters import backup, restoring
from urdimbre.adapters.bundle import write_bundle
from urdimbre.adapters.catching_up import CannotCatchUp, catch_up
from urdimbre.adapters.checkpoints import Forked
from urdimbre.adapters.standing import Behind
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.adapters.verification import verify_folder
from urdimbre.projections.project import Projection
from urdimbre.recording import Receipt

NOW = making.START


@pytest.fixture
def circuit(tmp_path):
    made = placed.found(tmp_path / "circuit")
    yield made
    made.registry.close()


@pytest.fixture
def behind(circuit, tmp_path):
    """A copy from before four further blocks, which knows of them."""
    path = tmp_path / "circuit"
    circuit.record(circuit.barter("ana", "beto", 1))
    backup.write_backup(path, tmp_path / "kept", now=NOW)
    for seconds, number in ((0, 2), (90, 3), (3_600, 4)):
        circuit.clock.now = NOW + seconds
        entries = [circuit.barter("ana", "beto", number + n) for n in range(3)]
        answers = list(circuit.registry.submit_many(entries))
        assert all(isinstance(answer, Receipt) for answer in answers)
        (tmp_path / f"receipt at {number}").write_text(
            circuit.registry.receipt(answers[-1].index)
        )
    circuit.clock.now = NOW + 86_400 + 3_600
    circuit.registry.seal_idle()
    restoring.restore(
        tmp_path / "kept",
        tmp_path / "copy",
        now=NOW,
        keys=path / "keys",
        seen=[circuit.registry.checkpoint()],
    )
    return tmp_path / "copy"


def caught_up(copy, *sources, **more):
    return catch_up(copy, sources, projector=Projection(), **more)


def bundle_of(circuit, path):
    store = SqliteStore(path.parent / "circuit" / "registry.db", write=False)
    with closing(store):
        write_bundle(store, path)
    return path


def receipts_of(circuit, folder, start, *, step=1):
    """Receipts of entries from a position on, under the last checkpoint."""
    found = []
    for position in range(start, circuit.registry.size, step):
        path = folder / f"entry {position}"
        path.write_text(circuit.registry.receipt(position))
        found.append(path)
    return found


def entries_of(folder):
    store = SqliteStore(folder / "registry.db", write=False)
    with closing(store):
        return list(store.entries()), store.mark("checkpoint")


def same_and_goes_on(circuit, copy, tmp_path):
    """Bytes, checkpoint and state are those of the first, and it records."""
    assert entries_of(copy) == entries_of(tmp_path / "circuit")
    again = placed.opened(copy, making.Clock(circuit.clock.now))
    assert dict(again.registry.state.rows) == dict(circuit.registry.state.rows)
    dressed = placed.dressed(again)
    dressed.record(dressed.barter("ana", "beto", 99))
    again.close()
    assert verify_folder(copy, projector=Projection()).first_error is None


def test_from_a_bundle(circuit, behind, tmp_path):
    found = caught_up(behind, bundle_of(circuit, tmp_path / "all.tar"))

    assert (found.size, found.open) == (circuit.registry.size, True)
    same_and_goes_on(circuit, behind, tmp_path)


def test_from_receipts_of_all_that_is_missing(circuit, behind, tmp_path):
    size = len(entries_of(behind)[0])

    found = caught_up(behind, *receipts_of(circuit, tmp_path, size))

    assert found.open
    same_and_goes_on(circuit, behind, tmp_path)


def test_from_receipts_of_acts_alone_headers_are_found_again(circuit, behind, tmp_path):
    """With a receipt from right after each block, and one of the last empty block."""
    entries, _ = entries_of(tmp_path / "circuit")
    size = len(entries_of(behind)[0])
    acts = [n for n in range(size, len(entries)) if entries[n][0] == 1]
    given = []
    for position in acts:
        given.append(tmp_path / f"act {position}")
        given[-1].write_text(circuit.registry.receipt(position))
    given += [tmp_path / f"receipt at {number}" for number in (2, 3, 4)]

    found = caught_up(behind, *given)

    assert found.open
    same_and_goes_on(circuit, behind, tmp_path)


def test_part_of_it_is_kept_and_the_copy_still_waits(circuit, behind, tmp_path):
    size = len(entries_of(behind)[0])
    receipts = receipts_of(circuit, tmp_path, size)

    found = caught_up(behind, *receipts[:4])

    assert (found.size, found.open) == (size + 4, False)
    with pytest.raises(Behind):
        placed.opened(behind)
    assert caught_up(behind, *receipts[4:]).open
    same_and_goes_on(circuit, behind, tmp_path)


def test_a_missing_act_is_named(circuit, behind, tmp_path):
    size = len(entries_of(behind)[0])
    receipts = receipts_of(circuit, tmp_path, size)
    before = entries_of(behind)

    with pytest.raises(CannotCatchUp, match=f"Entry {size + 1} is missing"):
        caught_up(behind, receipts[0], *receipts[2:])

    assert entries_of(behind) == before
    with pytest.raises(Behind):
        placed.opened(behind)


def test_a_receipt_that_does_not_hold_is_refused(circuit, behind, tmp_path):
    size = len(entries_of(behind)[0])
    receipts = receipts_of(circuit, tmp_path, size)
    lines = receipts[0].read_text().split("\n")
    lines[2], lines[3] = lines[3], lines[2]
    receipts[0].write_text("\n".join(lines))

    with pytest.raises(CannotCatchUp):
        caught_up(behind, *receipts)


def test_receipts_under_another_key_are_worth_nothing(
    circuit, behind, tmp_path, monkeypatch
):
    """Somebody has made a log of her own, with the acts that she likes."""
    monkeypatch.setattr(making, "NODE", "impostor")
    other = making.found(tmp_path, projector=Projection())
    other.admit("ana", "beto")
    other.record(other.barter("ana", "beto", 1))
    other.record(other.barter("ana", "beto", 5))
    size = len(entries_of(behind)[0])
    receipts = receipts_of(other, tmp_path, size)
    other.registry.close()
    before = entries_of(behind)

    with pytest.raises(CannotCatchUp):
        caught_up(behind, *receipts)

    assert entries_of(behind) == before


def test_a_bundle_of_another_history_is_a_fork(circuit, behind, tmp_path):
    other = placed.found(tmp_path / "other")
    for number in range(9):
        other.record(other.barter("ana", "beto", 100 + number))
    other.registry.close()
    store = SqliteStore(tmp_path / "other" / "registry.db", write=False)
    with closing(store):
        write_bundle(store, tmp_path / "other.tar")
    before = entries_of(behind)

    with pytest.raises(Forked):
        caught_up(behind, tmp_path / "other.tar")

    assert entries_of(behind) == before


def test_through_a_change_of_the_nodes_key(circuit, tmp_path, monkeypatch):
    path = tmp_path / "circuit"
    backup.write_backup(path, tmp_path / "kept", now=NOW)
    circuit.record(change(circuit))
    circuit.registry.close()
    placed.write_node(path, "new node")
    again = placed.opened(path)
    dressed = placed.dressed(again)
    dressed.record(dressed.barter("ana", "beto", 3))
    restoring.restore(
        tmp_path / "kept",
        tmp_path / "copy",
        now=NOW,
        seen=[again.registry.checkpoint()],
    )

    found = caught_up(tmp_path / "copy", bundle_of(again, tmp_path / "all.tar"))
    again.close()

    assert found.open
    assert entries_of(tmp_path / "copy") == entries_of(path)


def test_nothing_later_opens_and_a_larger_checkpoint_closes(circuit, tmp_path):
    path = tmp_path / "circuit"
    backup.write_backup(path, tmp_path / "kept", now=NOW)
    restoring.restore(tmp_path / "kept", tmp_path / "copy", now=NOW)
    circuit.record(circuit.barter("ana", "beto", 3))

    said = caught_up(tmp_path / "copy", nothing_later=True)
    asked = caught_up(tmp_path / "copy", seen=[circuit.registry.checkpoint()])

    assert (said.open, asked.open) == (True, False)
    assert caught_up(tmp_path / "copy", nothing_later=True).open is False
