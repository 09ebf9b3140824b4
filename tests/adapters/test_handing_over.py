"""The circuit moves to another host, with the old one's help and without it."""

import json
from contextlib import closing

import pytest

from tests.adapters import making, placed
from tests.adapters.making import FOUNDER, NODE, POLICY
from tests.adapters.test_node_key import signed_by
from urdimbre.adapters import backup, folder, handing_over, restoring
from urdimbre.adapters.bundle import NotABundle, verify_bundle, write_bundle
from urdimbre.adapters.folder_answers import FolderNotEmpty
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.standing import Behind, NobodyAsked
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.adapters.verification import verify_folder
from urdimbre.core.membership.rows import ANY
from urdimbre.projections.project import Projection
from urdimbre.recording import ClockOff, NodeKeyChanged, Receipt
from urdimbre.recording.succession import NotASuccession

NOW = making.START
TWO = "bb" * 16
"""The policy by which two members act for the common."""


@pytest.fixture
def circuit(tmp_path):
    """A circuit whose common acts through Ana and Beto together."""
    made = placed.found(tmp_path / "circuit")
    rules = [{"kinds": [ANY], "need": 2, "of": sorted(map(making.id_of, placed.NAMES))}]
    body = {"id": TWO, "principal": making.COMMON, "rules": rules}
    act = made.draft("policy", body, by="common")
    made.record(made.sign(act, common=[FOUNDER]))
    made.record(made.barter("ana", "beto", 500))
    yield made
    made.registry.close()


def bundle_of(circuit, tmp_path):
    with closing(SqliteStore(tmp_path / "circuit/registry.db", write=False)) as store:
        write_bundle(store, tmp_path / "all.tar")
    return tmp_path / "all.tar"


def reopened(circuit, tmp_path, **more):
    options = {"now": NOW, "projector": Projection(), "nothing_later": True} | more
    bundle = bundle_of(circuit, tmp_path)
    return handing_over.reopen(bundle, tmp_path / "new", **options)


def signed_line(path, genesis, *names, policy=TWO):
    """The line with the signatures of those who act for the common."""
    told = json.loads(path.read_text())
    for name in names:
        slot = making.slot(told["act"].encode(), name, policy, genesis)
        told["signatures"].append(
            {
                "key_id": slot.key_id,
                "mandate": slot.mandate,
                "member": slot.member,
                "signature": slot.signature.hex(),
            }
        )
    told["signatures"].sort(key=lambda one: one["member"])
    return json.dumps(told).encode()


def taken_over(tmp_path, line, clock=None):
    return handing_over.take_over(
        tmp_path / "new",
        line,
        projector=Projection(),
        clock=clock or making.Clock(NOW + 60),
    )


def test_two_members_reopen_it_from_a_bundle_when_host_and_key_are_lost(
    circuit, tmp_path
):
    found = reopened(circuit, tmp_path)
    before = list(entries_of(tmp_path / "circuit"))
    with pytest.raises(NodeKeyChanged):
        placed.opened(tmp_path / "new")

    line = signed_line(tmp_path / "new" / found.line, circuit.genesis, "ana", "beto")
    answer = taken_over(tmp_path, line)

    assert isinstance(answer, Receipt)
    assert (found.in_force, found.seen) == (making.public_of(NODE), None)
    again = placed.opened(tmp_path / "new", making.Clock(NOW + 60))
    dressed = placed.dressed(again)
    dressed.record(dressed.barter("ana", "beto", 5))
    assert list(entries_of(tmp_path / "new"))[: len(before)] == before
    balance = again.registry.state.get(f"account/{making.id_of('ana')}/SOL/own")
    assert balance.balance == 505
    again.close()
    assert verify_folder(tmp_path / "new", projector=Projection()).first_error is None
    with closing(SqliteStore(tmp_path / "new/registry.db", write=False)) as store:
        write_bundle(store, tmp_path / "new.tar")
    assert verify_bundle(tmp_path / "new.tar").first_error is None


def entries_of(path):
    with closing(SqliteStore(path / "registry.db", write=False)) as store:
        yield from store.entries()


def test_the_log_that_was_taken_over_verifies_at_once(circuit, tmp_path):
    found = reopened(circuit, tmp_path)
    line = signed_line(tmp_path / "new" / found.line, circuit.genesis, "ana", "beto")
    first = taken_over(tmp_path, line)

    again = taken_over(tmp_path, line)

    assert again == first
    assert len(list(entries_of(tmp_path / "new"))) == found.size + 3
    opened = placed.opened(tmp_path / "new", making.Clock(NOW + 60))
    seed = (tmp_path / "new" / "keys" / "node").read_bytes()
    assert ed25519.public_key(seed).hex() == found.node
    assert not signed_by(opened.registry, NODE)
    opened.close()
    assert verify_folder(tmp_path / "new", projector=Projection()).first_error is None


def test_killed_between_its_two_blocks_it_is_finished_the_next_time(
    circuit, tmp_path, monkeypatch
):
    found = reopened(circuit, tmp_path)
    line = signed_line(tmp_path / "new" / found.line, circuit.genesis, "ana", "beto")
    write, blocks = SqliteStore.write, []

    def once(store, block):
        if blocks:
            raise KeyboardInterrupt
        blocks.append(block)
        write(store, block)

    monkeypatch.setattr(SqliteStore, "write", once)
    with pytest.raises(KeyboardInterrupt):
        taken_over(tmp_path, line)
    monkeypatch.setattr(SqliteStore, "write", write)
    told = verify_folder(tmp_path / "new", projector=Projection()).first_error
    assert (told.table, told.key) == ("meta", {"name": "checkpoint"})

    assert isinstance(taken_over(tmp_path, line), Receipt)

    assert verify_folder(tmp_path / "new", projector=Projection()).first_error is None


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ((), "consent_missing"),
        (("ana",), "not_enough_signatures"),
        (("beto",), "not_enough_signatures"),
    ],
)
def test_fewer_than_the_policy_asks_do_not_reopen_it(circuit, tmp_path, names, code):
    found = reopened(circuit, tmp_path)
    line = signed_line(tmp_path / "new" / found.line, circuit.genesis, *names)

    answer = taken_over(tmp_path, line)

    assert answer.code == code
    assert len(list(entries_of(tmp_path / "new"))) == found.size


def test_a_signature_that_does_not_hold_does_not_reopen_it(circuit, tmp_path):
    found = reopened(circuit, tmp_path)
    line = signed_line(tmp_path / "new" / found.line, circuit.genesis, "ana", "beto")
    told = json.loads(line)
    told["signatures"][0]["signature"] = told["signatures"][1]["signature"]

    answer = taken_over(tmp_path, json.dumps(told).encode())

    assert answer.code == "bad_signature"
    assert len(list(entries_of(tmp_path / "new"))) == found.size


def test_another_act_does_not_reopen_it(circuit, tmp_path):
    found = reopened(circuit, tmp_path)
    told = json.loads((tmp_path / "new" / found.line).read_text())
    told["act"] = circuit.draft("clock", {"after": 2, "before": 1}, by=NODE).decode()

    with pytest.raises(NotASuccession):
        taken_over(tmp_path, json.dumps(told).encode())


@pytest.mark.parametrize("seconds", [-3_600, 31 * 86_400])
def test_under_a_clock_that_is_off_it_is_not_taken_over(circuit, tmp_path, seconds):
    found = reopened(circuit, tmp_path)
    line = signed_line(tmp_path / "new" / found.line, circuit.genesis, "ana", "beto")

    with pytest.raises(ClockOff):
        taken_over(tmp_path, line, making.Clock(NOW + seconds))


def test_with_its_old_keys_a_bundle_just_opens(circuit, tmp_path):
    found = reopened(circuit, tmp_path, keys=tmp_path / "circuit" / "keys")

    assert (found.line, found.node) == ("", found.in_force)
    placed.opened(tmp_path / "new").close()
    assert verify_folder(tmp_path / "new", projector=Projection()).first_error is None


def test_while_others_have_seen_more_it_is_not_reopened(circuit, tmp_path):
    bundle = bundle_of(circuit, tmp_path)
    circuit.record(circuit.barter("ana", "beto", 1))
    seen = circuit.registry.checkpoint()

    found = handing_over.reopen(
        bundle, tmp_path / "new", now=NOW, projector=Projection(), seen=[seen]
    )
    line = signed_line(tmp_path / "new" / found.line, circuit.genesis, "ana", "beto")

    assert (found.open, found.seen) == (False, circuit.registry.size)
    with pytest.raises(Behind):
        taken_over(tmp_path, line)
    unasked = handing_over.reopen(
        bundle, tmp_path / "third", now=NOW, projector=Projection()
    )
    assert unasked.open is False
    with pytest.raises(NobodyAsked):
        placed.opened(tmp_path / "third")


@pytest.mark.parametrize("seed", range(8))
def test_a_bundle_that_does_not_verify_leaves_nothing(circuit, tmp_path, seed):
    bundle = bundle_of(circuit, tmp_path)
    content = bytearray(bundle.read_bytes())
    place = content.index(b'"kind":"exchange"') + 30 * seed
    content[place] ^= 1
    bundle.write_bytes(content)

    with pytest.raises(NotABundle):
        handing_over.reopen(bundle, tmp_path / "new", now=NOW, projector=Projection())

    assert not (tmp_path / "new").exists()
    assert [one.name for one in tmp_path.iterdir() if one.name[0] == "."] == []


def test_nothing_is_written_into_a_folder_that_holds_something(circuit, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mine").touch()

    with pytest.raises(FolderNotEmpty):
        reopened(circuit, tmp_path)


def test_with_the_old_hosts_help_the_key_changes_there_and_the_folder_moves(
    circuit, tmp_path
):
    """The old key has signed for the new one, and never touches the new host."""
    handing_over.make_keys(tmp_path / "new keys")
    seed = (tmp_path / "new keys" / "node").read_bytes()
    line = handing_over.node_act(circuit.registry.state, seed, now=NOW)
    (tmp_path / "line").write_text(json.dumps(line))
    entry = handing_over.entry_of(
        signed_line(tmp_path / "line", circuit.genesis, "ana", "beto")
    )

    circuit.record(entry)

    assert signed_by(circuit.registry, NODE)
    with pytest.raises(NodeKeyChanged):
        circuit.record(circuit.barter("ana", "beto", 1))
    backup.write_backup(tmp_path / "circuit", tmp_path / "kept", now=NOW)
    restoring.restore(
        tmp_path / "kept",
        tmp_path / "new",
        now=NOW,
        seen=[circuit.registry.checkpoint()],
        keys=tmp_path / "new keys",
    )
    again = placed.opened(tmp_path / "new")
    dressed = placed.dressed(again)
    dressed.record(dressed.barter("ana", "beto", 1))
    assert again.desk.person(making.id_of("ana")).name == "Ana"
    again.close()
    assert verify_folder(tmp_path / "new", projector=Projection()).first_error is None
    old = (tmp_path / "circuit" / "keys" / "node").read_bytes()
    assert all(
        old not in one.read_bytes()
        for one in (tmp_path / "new").rglob("*")
        if one.is_file()
    )
    with pytest.raises(NodeKeyChanged):
        folder.open_circuit(
            tmp_path / "circuit", clock=making.Clock(), projector=Projection()
        )


def test_founders_act_for_the_common_until_it_chooses(tmp_path):
    """One founder is enough, where the genesis says so."""
    made = placed.found(tmp_path / "circuit")
    found = reopened(made, tmp_path)
    made.registry.close()
    path = tmp_path / "new" / found.line
    line = signed_line(path, made.genesis, FOUNDER, policy=POLICY)

    assert isinstance(taken_over(tmp_path, line), Receipt)
