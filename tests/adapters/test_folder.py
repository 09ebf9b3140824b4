"""A circuit's folder: made whole or not at all, one writer, many readers."""

import sqlite3
from pathlib import Path

import pytest

from tests.adapters import making
from tests.processes import python
from urdimbre.adapters import folder
from urdimbre.adapters.keys.held import NoServerKey
from urdimbre.adapters.keys.server import PinNeeded, WrongPin
from urdimbre.adapters.making import made_beside
from urdimbre.adapters.storage import journal
from urdimbre.adapters.verification import verify_folder
from urdimbre.core.chain.entry import ZERO16, ZERO32, decode, key_id, signed_entry
from urdimbre.core.founding.rows import ClockRow
from urdimbre.projections.project import Projection
from urdimbre.recording import ClockOff, Damaged, Receipt


def genesis(founding, *, demo=False):
    """The genesis of ``making``, with the folder's own node key and a server key."""
    public = founding.keys.create(making.id_of(making.FOUNDER))
    act = making.genesis_act(demo=demo)
    act = act.replace(making.public_of(making.FOUNDER).encode(), public.encode())
    act = act.replace(
        making.public_of(making.NODE).encode(), founding.keys.node.key.hex().encode()
    )
    founder = founding.keys.slot(act, ZERO32, member=making.id_of(making.FOUNDER))
    node = founding.keys.node_slot(act, ZERO32, making.id_of(making.NODE))
    return signed_entry(act, [founder, node]).encode()


def make(path, **options):
    return folder.create(path, genesis, clock=making.Clock(), **options)


def test_a_new_circuit_is_open_and_founded(tmp_path):
    circuit = make(tmp_path / "circuit", projector=Projection())

    assert circuit.registry.genesis
    assert circuit.registry.size == 2
    circuit.close()
    names = {one.name for one in (tmp_path / "circuit").iterdir()}
    assert names == {"desk.db", "keys", "lock", "registry.db"}


def test_an_empty_folder_may_be_filled_and_a_full_one_not(tmp_path):
    (tmp_path / "empty").mkdir()
    make(tmp_path / "empty").close()

    with pytest.raises(folder.FolderNotEmpty):
        make(tmp_path / "empty")


@pytest.mark.parametrize("step", ["rename", "genesis"])
def test_a_making_that_is_broken_off_leaves_nothing(tmp_path, monkeypatch, step):
    def broken(*arguments):
        raise KeyboardInterrupt

    made = broken if step == "genesis" else genesis
    if step == "rename":
        monkeypatch.setattr(Path, "rename", broken)

    with pytest.raises(KeyboardInterrupt):
        folder.create(tmp_path / "circuit", made, clock=making.Clock())

    assert list(tmp_path.iterdir()) == []


def test_a_refused_genesis_leaves_nothing(tmp_path):
    def unsigned(founding):
        return signed_entry(decode(genesis(founding)).act, []).encode()

    with pytest.raises(folder.GenesisRefused):
        folder.create(tmp_path / "circuit", unsigned, clock=making.Clock())

    assert list(tmp_path.iterdir()) == []


def test_one_process_writes_and_others_read(tmp_path):
    circuit = make(tmp_path / "circuit")

    with pytest.raises(folder.AlreadyOpen) as locked:
        folder.open_circuit(tmp_path / "circuit")
    reading = folder.read_only(tmp_path / "circuit")

    assert locked.value.exit_code == 6
    assert reading.genesis == circuit.registry.genesis
    reading.close()
    circuit.close()
    folder.open_circuit(tmp_path / "circuit", clock=making.Clock()).close()


def test_another_process_is_kept_out(tmp_path):
    circuit = make(tmp_path / "circuit")
    program = (
        "import sys; from pathlib import Path; from urdimbre.adapters import folder\n"
        "try: folder.open_circuit(Path(sys.argv[1]))\n"
        "except folder.AlreadyOpen: sys.exit(6)"
    )

    ended = python("-c", program, tmp_path / "circuit")

    assert ended.returncode == 6
    circuit.close()


@pytest.mark.parametrize("name", ["nowhere", "empty", "a_file"])
def test_what_is_no_circuit_is_said_to_be_none(tmp_path, name):
    (tmp_path / "empty").mkdir()
    (tmp_path / "a_file").write_text("text")

    for opening in (folder.open_circuit, folder.read_only):
        with pytest.raises(folder.NotACircuit) as refused:
            opening(tmp_path / name)
        assert refused.value.exit_code == 5


def test_a_file_that_is_no_registry_is_damaged(tmp_path):
    make(tmp_path / "circuit").close()
    (tmp_path / "circuit" / "registry.db").write_bytes(b"no database" * 1000)

    for opening in (folder.open_circuit, folder.read_only):
        with pytest.raises(Damaged):
            opening(tmp_path / "circuit")


def test_server_keys_sign_and_are_kept_sealed(tmp_path):
    circuit = make(tmp_path / "circuit")
    founder = making.id_of(making.FOUNDER)
    desk = (tmp_path / "circuit" / "desk.db").read_bytes()

    key, signature = circuit.keys.sign(founder, b"text")

    assert len(signature) == 64
    row = circuit.registry.state.get(f"key/{key}")
    assert row.member == founder
    seed = (tmp_path / "circuit" / "keys" / "node").read_bytes()
    assert seed not in desk
    with pytest.raises(NoServerKey):
        circuit.keys.sign(making.id_of("nobody"), b"text")
    circuit.close()


def test_a_clock_far_off_is_accepted_on_record(tmp_path):
    make(tmp_path / "circuit").close()
    clock = making.Clock(making.START + 400 * 86_400)
    circuit = folder.open_circuit(tmp_path / "circuit", clock=clock)
    assert circuit.registry.clock_is_off()
    with pytest.raises(ClockOff):
        circuit.registry.seal_idle()

    answer = circuit.accept_clock()

    assert isinstance(answer, Receipt)
    assert answer.time == clock.now
    assert not circuit.registry.clock_is_off()
    row = circuit.registry.state.get("clock")
    assert row == ClockRow(before=making.START, after=clock.now)
    circuit.close()


def test_a_clock_set_back_is_accepted_and_time_stands_still(tmp_path):
    make(tmp_path / "circuit").close()
    clock = making.Clock(making.START - 86_400)
    circuit = folder.open_circuit(tmp_path / "circuit", clock=clock)

    answer = circuit.accept_clock()

    assert isinstance(answer, Receipt)
    assert answer.time == making.START
    for now, sealed in ((-86_400, 0), (-3_600, 0), (0, 0), (3_600, 3_600)):
        clock.now = making.START + now
        assert not circuit.registry.clock_is_off()
        assert circuit.registry._writer.block_time() == making.START + sealed
    clock.now = making.START - 86_400 - 61
    assert circuit.registry.clock_is_off()
    circuit.close()


def test_a_demo_accepts_its_clock_by_itself(tmp_path):
    folder.create(
        tmp_path / "circuit",
        lambda founding: genesis(founding, demo=True),
        clock=making.Clock(),
    ).close()

    clock = making.Clock(making.START + 400 * 86_400)
    circuit = folder.open_circuit(tmp_path / "circuit", clock=clock)

    assert circuit.is_demo
    assert not circuit.registry.clock_is_off()
    assert circuit.registry.size == 4
    assert decode(circuit.registry.entry(2)).slots[0].mandate == ZERO16
    circuit.close()


def test_what_a_killed_program_left_goes_when_the_next_one_begins(tmp_path):
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from urdimbre.adapters.making import made_beside\n"
        "with made_beside(Path(sys.argv[1])) as draft:\n"
        "    draft.mkdir(); (draft / 'half').write_text('done')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    path = tmp_path / "circuit"
    killed = python("-c", program, path)
    left = [one.name for one in tmp_path.iterdir()]

    make(path).close()

    assert killed.returncode == -9
    assert left == [".circuit.making"]
    assert [one.name for one in tmp_path.iterdir()] == ["circuit"]
    assert {one.name for one in path.iterdir()} >= {"desk.db", "registry.db"}


def test_two_do_not_make_the_same_folder_at_once(tmp_path):
    with made_beside(tmp_path / "circuit"), pytest.raises(folder.AlreadyOpen):
        make(tmp_path / "circuit")

    make(tmp_path / "circuit").close()


def test_a_circuit_on_a_medium_that_is_read_only_can_be_looked_at(
    tmp_path, monkeypatch
):
    path = tmp_path / "circuit"
    make(path, projector=Projection()).close()
    before = {one.name for one in path.iterdir()}
    # For the system's administrator every folder can be written.
    monkeypatch.setattr(journal.os, "access", lambda *_: False)
    path.chmod(0o500)

    reading = folder.read_only(path, projector=Projection())
    size, shown = reading.store.size(), reading.desk.shown()
    during = {one.name for one in path.iterdir()}
    reading.close()
    verified = verify_folder(path, projector=Projection())
    path.chmod(0o700)

    assert (size, shown) == (2, {})
    assert during == before
    assert verified.first_error is None


def test_a_journal_that_lies_there_is_read_wherever_it_lies(tmp_path, monkeypatch):
    clock = making.Clock()
    circuit = folder.create(tmp_path / "circuit", genesis, clock=clock)
    clock.now += 86_400
    assert circuit.registry.seal_idle()
    monkeypatch.setattr(journal.os, "access", lambda *_: False)

    reading = folder.read_only(tmp_path / "circuit")

    assert reading.store.size() == circuit.registry.size == 3
    reading.close()


def test_a_pin_is_put_over_a_key_and_taken_off(tmp_path):
    circuit = make(tmp_path / "circuit")
    founder = making.id_of(making.FOUNDER)
    (held,) = circuit.desk.keys_of(founder)

    circuit.keys.set_pin(founder, held.key_id, pin=None, new_pin="siete gatos")
    with pytest.raises(PinNeeded):
        circuit.keys.sign(founder, b"text")
    with pytest.raises(WrongPin):
        circuit.keys.set_pin(founder, held.key_id, pin="seis", new_pin=None)
    with_pin = circuit.keys.sign(founder, b"text", pin="siete gatos")
    circuit.keys.set_pin(founder, held.key_id, pin="siete gatos", new_pin=None)

    assert circuit.keys.sign(founder, b"text") == with_pin
    circuit.close()


def test_nothing_of_the_seal_without_a_pin_is_left_in_the_files(tmp_path):
    """Whoever copies the desk and the KEK later must not find the old seal."""
    circuit = make(tmp_path / "circuit")
    founder = making.id_of(making.FOUNDER)
    (held,) = circuit.desk.keys_of(founder)
    # As long as somebody has the desk open, its journal stays behind.
    other = sqlite3.connect(circuit.desk.path)
    other.execute("SELECT count(*) FROM server_key").fetchall()

    circuit.keys.set_pin(founder, held.key_id, pin=None, new_pin="siete gatos")

    files = [one for one in (tmp_path / "circuit").rglob("*") if one.is_file()]
    assert [one.name for one in files if held.sealed[1:] in one.read_bytes()] == []
    other.close()
    circuit.close()


def test_a_key_is_named_by_its_short_id(tmp_path):
    circuit = make(tmp_path / "circuit")
    founder = making.id_of(making.FOUNDER)
    (first,) = circuit.desk.keys_of(founder)
    latest = key_id(circuit.keys.create(founder))

    assert circuit.keys.sign(founder, b"text")[0] == latest
    assert circuit.keys.sign(founder, b"text", key=first.key_id)[0] == first.key_id
    circuit.keys.forget(latest)
    with pytest.raises(NoServerKey):
        circuit.keys.sign(founder, b"text", key=latest)
    circuit.close()
