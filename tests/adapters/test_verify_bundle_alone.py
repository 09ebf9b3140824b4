"""The stand-alone verifier of bundles: golden vectors, and a host who reseals."""

import io
import json
import tarfile
from dataclasses import replace
from hashlib import sha256

import pytest

from tests.adapters import making
from tests.adapters.test_bundle import contents, rewritten
from tests.adapters.test_verify_receipt_alone import STORIES, told_of
from tests.vectors.test_vectors import entries_of
from urdimbre.adapters import bundle
from urdimbre.adapters.bundle import tile_path
from urdimbre.adapters.keys import ed25519
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import (
    ActEntry,
    Slot,
    decode,
    key_id,
    signature_input,
    signed_entry,
)
from urdimbre.core.chain.header import read_header
from urdimbre.recording.log_tree import LogTree


def sealed(entries, origin, seed):
    """The files of a bundle over these entries, sealed by this key."""
    tree, files = LogTree(), {}
    for entry in entries:
        tree.append(entry)
    text = notes.checkpoint_text(
        notes.Checkpoint(origin=origin, size=tree.size, root=tree.root())
    )
    key = notes.VerifierKey(name=origin, key=ed25519.public_key(seed))
    line = notes.sign_note(text, key, lambda one: ed25519.sign(seed, one))
    files["checkpoint"] = notes.note_bytes(notes.Note(text, (line,)))
    files[tile_path("0", 0, tree.size)] = tree.unfinished(0)
    files[tile_path("entries", 0, tree.size)] = b"".join(
        len(entry).to_bytes(2, "big") + entry for entry in entries
    )
    files["headers.jsonl"] = b"".join(
        entry[1:] + b"\n" for entry in entries if entry[0] == 2
    )
    return files


def node_key(entries):
    """The node's key that seals the last block of a log without a later change."""
    bodies = [json.loads(one[2 + one[1] * 105 :]) for one in entries if one[0] == 1]
    keys = [bodies[0]["body"]["node"]["key"]]
    keys += [one["body"]["new"] for one in bodies if one["kind"] == "node"]
    return keys[-1]["key"]


def bundle_of(told, path, entries=None):
    """Write a bundle of a golden vector, sealed by its node's key in force."""
    entries = entries or list(entries_of(told))
    public = node_key(entries)
    [seed] = [one["seed"] for one in told["keys"] if one["public"] == public]
    made = sealed(entries, f"urdimbre/{told['genesis'][:32]}", bytes.fromhex(seed))
    rewritten(path, made)
    return made


@pytest.mark.parametrize("story", STORIES)
def test_the_bundle_of_every_story_holds(alone, tmp_path, story):
    told = told_of(story)
    made = bundle_of(told, tmp_path / "all.tar")
    receipt = tmp_path / "act.tlog-proof"
    receipt.write_bytes(told["receipt"].encode())

    code, said = alone(
        "verify_bundle.py", tmp_path / "all.tar", receipt, "--genesis", told["genesis"]
    )

    # The node of `every_kind` changes its key; its vector was sealed with the old one.
    same = made["checkpoint"] == told["checkpoint"].encode()
    assert same or story == "every_kind"
    assert (code, "FALSE" in said) == (0, False)
    assert "every signature in them" in said
    assert "holds: signed by" in said


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The bundle of a log that fills a tile."""
    from tests.adapters import scene
    from urdimbre.adapters import bundle
    from urdimbre.adapters.storage.sqlite import SqliteStore

    folder = tmp_path_factory.mktemp("filled")
    circuit = making.found(folder)
    scene.play(circuit)
    entries = [circuit.barter("ana", "beto", 1 + n) for n in range(240)]
    assert list(circuit.registry.submit_many(entries, group=300))
    circuit.registry.close()
    store = SqliteStore(folder / "registry.db", write=False)
    bundle.write_bundle(store, folder / "all.tar")
    store.close()
    return folder / "all.tar"


def test_a_bundle_that_the_program_writes_holds(alone, written):
    code, said = alone("verify_bundle.py", written)

    assert code == 0
    assert "not proven: it is the circuit" in said


FILES = (
    "checkpoint",
    "tile/0/000",
    "tile/0/001.p/27",
    "tile/1/000.p/1",
    "tile/entries/000",
    "tile/entries/001.p/27",
    "headers.jsonl",
)


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_of_any_file_of_a_bundle_shows(
    alone, written, tmp_path, name, share
):
    files = contents(written)
    content = bytearray(files[name])
    content[int(len(content) * share)] ^= 1
    rewritten(tmp_path / "all.tar", files | {name: bytes(content)})

    assert alone("verify_bundle.py", tmp_path / "all.tar")[0] == 3


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_missing_or_too_many_shows(alone, written, tmp_path, name):
    files = contents(written)
    rewritten(tmp_path / "more.tar", files | {f"{name}x": b""})
    del files[name]
    rewritten(tmp_path / "less.tar", files)

    assert alone("verify_bundle.py", tmp_path / "less.tar")[0] == 3
    assert alone("verify_bundle.py", tmp_path / "more.tar")[0] == 3


def test_a_bundle_that_was_cut_or_holds_a_file_twice_shows(alone, written, tmp_path):
    whole = written.read_bytes()
    (tmp_path / "cut.tar").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "twice.tar").write_bytes(whole)
    with tarfile.open(tmp_path / "twice.tar", "a") as tar:
        member = tarfile.TarInfo("checkpoint")
        tar.addfile(member, io.BytesIO())

    assert alone("verify_bundle.py", tmp_path / "cut.tar")[0] == 3
    assert alone("verify_bundle.py", tmp_path / "twice.tar")[0] == 3


def swapped(entries):
    entries[5], entries[6] = entries[6], entries[5]


def dropped(entries):
    del entries[3]


def headless(entries):
    while entries[-1][0] != 1:
        del entries[-1]


def later_header(entries):
    at = next(i for i, one in enumerate(entries) if one[0] == 2)
    entries[at] = entries[at].replace(b'"height":0', b'"height":1')


@pytest.mark.parametrize("change", [swapped, dropped, headless, later_header])
def test_a_host_who_reseals_another_order_is_found_out(alone, tmp_path, change):
    told = told_of("every_kind")
    entries = list(entries_of(told))
    change(entries)
    bundle_of(told, tmp_path / "all.tar", entries)

    code, said = alone("verify_bundle.py", tmp_path / "all.tar")

    assert (code, "FALSE:" in said) == (3, True)


def headed(entries):
    """The same acts under headers that fit them, as who holds the node can make."""
    tree, prev = LogTree(), "00" * 32
    for entry in entries:
        made = entry
        if entry[0] == 2:
            header = read_header(entry[1:])
            made = replace(
                header, acts_root=tree.root().hex(), prev=prev, size=tree.size
            ).entry()
            prev = sha256(made).hexdigest()
        tree.append(made)
        yield made


def place_of_two(entries):
    """The first exchange that two persons have signed."""
    acts = [(at, decode(one)) for at, one in enumerate(entries) if one[0] == 1]
    return next(
        at
        for at, one in acts
        if b'"kind":"exchange"' in one.act
        and len(one.slots) == len({slot.member for slot in one.slots}) == 2
    )


def false_signature(signed, told):
    return (replaced(signed.slots[0], signature=bytes(64)), signed.slots[1])


def out_of_order(signed, told):
    return signed.slots[::-1]


def twice(signed, told):
    return (signed.slots[0], *signed.slots)


def unregistered_key(signed, told):
    return (replaced(signed.slots[0], key_id="00" * 8), signed.slots[1])


def with_anothers_key(signed, told):
    """The second signs for the first too, with a key of her own."""
    first, second = signed.slots
    [seed] = [one["seed"] for one in told["keys"] if one["key_id"] == second.key_id]
    text = signature_input(told["genesis"], first.member, first.mandate, signed.act)
    stolen = ed25519.sign(bytes.fromhex(seed), text)
    slots = (replaced(first, key_id=second.key_id, signature=stolen), second)
    return sorted(slots, key=lambda slot: slot[:3])


def replaced(slot, **parts):
    return slot._replace(**parts)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda signed, _: signed.slots, ""),
        (false_signature, "is false"),
        (out_of_order, "not an act"),
        (twice, "not an act"),
        (unregistered_key, "unregistered key"),
        (with_anothers_key, "signs with another's key"),
    ],
)
def test_a_host_who_forges_signatures_is_found_out(alone, tmp_path, change, sentence):
    """Tree, headers and seal fit: only the signatures of people are not his."""
    told = told_of("fiado")
    entries = list(entries_of(told))
    at = place_of_two(entries)
    signed = decode(entries[at])
    entries[at] = ActEntry(signed.act, tuple(change(signed, told))).encode()
    bundle_of(told, tmp_path / "all.tar", list(headed(entries)))

    code, said = alone("verify_bundle.py", tmp_path / "all.tar")

    assert code == (3 if sentence else 0)
    assert sentence in said


def header_with(**fields):
    """A change of the last header of a log."""

    def change(entries):
        told = json.loads(entries[-1][1:]) | fields
        text = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
        entries[-1] = b"\2" + text

    return change


@pytest.mark.parametrize(
    "change",
    [
        header_with(more=1),
        header_with(rules="1"),
        header_with(rules=True),
        header_with(rules=-1),
        header_with(v=True),
        header_with(time=2**40 + 0.5),
        header_with(state_root="x"),
        header_with(state_root=5),
    ],
)
def test_a_header_has_its_fields_and_no_others(alone, tmp_path, change):
    """The program refuses all of these: nobody shall take them for genuine."""
    told = told_of("fiado")
    entries = list(entries_of(told))
    change(entries)
    bundle_of(told, tmp_path / "all.tar", entries)

    code, said = alone("verify_bundle.py", tmp_path / "all.tar")

    assert (code, "FALSE: " in said) == (3, True)
    assert not bundle.verify_bundle(tmp_path / "all.tar").ok


def lengthened(told, kind, body, *signers):
    """The log of a story, one block longer: an act that these seeds have signed."""
    entries = list(entries_of(told))
    first = json.loads(decode(entries[0]).act)
    act = dict(first, kind=kind, body=body, id="ab" * 16, refs=[], private=[])
    text = json.dumps(act, sort_keys=True, separators=(",", ":")).encode()
    slots = []
    for member, seed in signers:
        row = signature_input(told["genesis"], member, "00" * 16, text)
        own = key_id(ed25519.public_key(seed).hex())
        slots.append(Slot(member, own, "00" * 16, ed25519.sign(seed, row)))
    head = read_header(entries[-1][1:])
    late = replace(head, acts=1, height=head.height + 1)
    rows = [*entries, signed_entry(text, slots).encode(), late.entry()]
    return list(headed(rows))


FORGER = bytes([9]) * 32
BROUGHT = {
    "alg": 1,
    "custody": "server",
    "key": ed25519.public_key(FORGER).hex(),
}


def forged_bundle(told, path, entries):
    rewritten(path, sealed(entries, f"urdimbre/{told['genesis'][:32]}", FORGER))


def test_a_stranger_cannot_name_himself_the_node(alone, tmp_path):
    """Nobody whom the log knew before has signed the change of the node's key."""
    told = told_of("fiado")
    node = json.loads(decode(next(entries_of(told))).act)["body"]["node"]
    old = key_id(node["key"]["key"])
    body = {"new": BROUGHT, "old": old}
    entries = lengthened(told, "node", body, (node["member"], FORGER))
    empty = replace(read_header(entries[-1][1:]), acts=0)
    empty = replace(empty, height=empty.height + 1)
    forged_bundle(told, tmp_path / "all.tar", list(headed([*entries, empty.entry()])))

    code, said = alone("verify_bundle.py", tmp_path / "all.tar")

    assert code == 3
    assert "signed by nobody who was known before" in said


def test_a_changed_node_s_key_is_told_to_rest_on_the_rules(alone, tmp_path):
    told = told_of("every_kind")
    bundle_of(told, tmp_path / "all.tar")
    key = node_key(list(entries_of(told)))

    _, unsaid = alone("verify_bundle.py", tmp_path / "all.tar")
    _, said = alone("verify_bundle.py", tmp_path / "all.tar", "--log-key", key)

    assert "not proven: the key that sealed it is the node's" in unsaid
    assert "holds: the key that sealed it is the node's" in said


def test_a_key_that_stands_in_an_exchange_is_registered_by_nothing(alone, tmp_path):
    told = told_of("fiado")
    body = {"day": 1, "deals": [], "x": BROUGHT}
    entries = lengthened(told, "exchange", body, ("cd" * 16, FORGER))
    bundle_of(told, tmp_path / "all.tar", entries)

    code, said = alone("verify_bundle.py", tmp_path / "all.tar")

    assert code == 3
    assert "unregistered key" in said


@pytest.mark.parametrize("apart", [True, False])
def test_an_act_that_a_host_writes_down_twice_is_found_out(alone, tmp_path, apart):
    """All signatures under it are genuine; it would be done twice."""
    circuit = making.found(tmp_path)
    circuit.admit("ana", "beto")
    entry = circuit.barter("ana", "beto", 500)
    if apart:
        circuit.record(entry)
    chain = circuit.registry._chain
    block = chain.open(chain.state.time)
    act = chain.read(decode(entry).act)
    for _ in range(1 if apart else 2):
        block.add(entry, act, decode(entry).slots)
    late = block.seal(making.node()).header
    again = [entry] if apart else [entry, entry]
    rows = [*chain.store.entries(), *again, late.entry()]
    circuit.registry.close()
    origin = f"urdimbre/{circuit.genesis[:32]}"
    files = sealed(rows, origin, making.seed_of(making.NODE))
    rewritten(tmp_path / "all.tar", files)

    code, said = alone("verify_bundle.py", tmp_path / "all.tar")
    error = bundle.verify_bundle(tmp_path / "all.tar").first_error

    assert (code, "the number of an earlier act" in said) == (3, True)
    assert (error.table, error.entry) == ("entry", len(rows) - 2)
    assert error.reason.startswith("id_taken")


def test_what_is_no_plain_file_does_not_belong_in_a_bundle(alone, written, tmp_path):
    files = contents(written)
    rewritten(tmp_path / "all.tar", files | {"copy": files.pop("checkpoint")})
    with tarfile.open(tmp_path / "all.tar", "a") as tar:
        link = tarfile.TarInfo("checkpoint")
        link.type, link.linkname = tarfile.LNKTYPE, "copy"
        tar.addfile(link)

    code, said = alone("verify_bundle.py", tmp_path / "all.tar")

    assert code == 3
    assert "plain file" in said


def test_a_checkpoint_kept_earlier_must_be_its_beginning(alone, tmp_path):
    told = told_of("every_kind")
    entries = list(entries_of(told))
    short = tmp_path / "short.tar"
    cut = max(i for i, one in enumerate(entries[:-1]) if one[0] == 2) + 1
    early = bundle_of(told, short, entries[:cut])
    kept, late = tmp_path / "kept", tmp_path / "late"
    kept.write_bytes(early["checkpoint"])
    late.write_bytes(told["checkpoint"].encode())
    bundle_of(told, tmp_path / "all.tar")
    forked = notes.parse_note(early["checkpoint"])
    wrong = notes.checkpoint_text(
        replace(notes.parse_checkpoint(forked.text), root=bytes(32))
    )
    (tmp_path / "wrong").write_bytes(
        notes.note_bytes(notes.Note(wrong, forked.signatures))
    )

    def since(bundle, file):
        return alone("verify_bundle.py", tmp_path / bundle, "--since", tmp_path / file)

    code, said = since("all.tar", "kept")
    assert code == 0
    assert "holds: it begins with the checkpoint that was kept" in said
    assert since("all.tar", "wrong")[0] == 3
    assert since("short.tar", "late")[0] == 3


def test_the_bundle_of_a_node_that_changes_its_key_holds(
    alone,
    tmp_path,
    monkeypatch,
):
    from tests.adapters.test_node_key import NEW, change, node_of
    from urdimbre.adapters import bundle

    circuit = making.found(tmp_path)
    circuit.admit("ana", "beto")
    circuit.record(change(circuit))
    store = circuit.registry._chain.store
    bundle.write_bundle(store, tmp_path / "old.tar")
    circuit.registry.close()
    monkeypatch.setattr(making, "node", lambda: node_of(NEW))
    circuit = making.reopened(tmp_path)
    recorded = circuit.record(circuit.barter("ana", "beto", 1))
    bundle.write_bundle(circuit.registry._chain.store, tmp_path / "new.tar")
    receipt = tmp_path / "act.tlog-proof"
    receipt.write_bytes(circuit.registry.receipt(recorded.index).encode())
    circuit.registry.close()

    for name in ("old.tar", "new.tar"):
        code, said = alone("verify_bundle.py", tmp_path / name)
        assert (code, "FALSE" in said) == (0, False)
    code, said = alone("verify_bundle.py", tmp_path / "new.tar", receipt)
    assert code == 0
    assert "holds: signed by" in said
