"""The stand-alone verifiers, run where Urdimbre cannot be imported.

Golden vectors serve as receipts and bundles too: what was handed out once is checked.
"""

import io
import json
import subprocess
import sys
import tarfile
from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import nacl
import pytest

from tests.adapters import making
from tests.adapters.test_bundle import contents, rewritten
from tests.adapters.test_receipts import shifted
from tests.vectors.test_vectors import entries_of
from urdimbre.adapters.bundle import tile_path
from urdimbre.adapters.keys import ed25519
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import (
    ActEntry,
    commitment,
    decode,
    signature_input,
)
from urdimbre.core.chain.header import read_header
from urdimbre.recording.log_tree import LogTree
from urdimbre.recording.proofs import packed

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "tests" / "vectors"
STORIES = sorted(
    path.stem for path in VECTORS.glob("*.json") if path.stem != "spellings"
)
ALONE = """
import runpy, sys
sys.path[:0] = sys.argv[1:3]
try:
    import urdimbre
    sys.exit("urdimbre can be imported: this is no stand-alone run")
except ImportError:
    sys.argv[:4] = [sys.argv[3]]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture(scope="session")
def only_nacl(tmp_path_factory):
    """A folder with PyNaCl and what it is built on, and nothing else."""
    folder = tmp_path_factory.mktemp("only-nacl")
    packages = Path(nacl.__file__).parents[1]
    (folder / "nacl").symlink_to(packages / "nacl")
    for compiled in packages.glob("_cffi_backend*"):
        (folder / compiled.name).symlink_to(compiled)
    return folder


@pytest.fixture
def alone(only_nacl, tmp_path):
    """Run a verifier; gives its exit code and what it said."""

    def run(name, *arguments):
        tools = ROOT / "tools"
        command = [sys.executable, "-I", "-S", "-c", ALONE, tools, only_nacl]
        ran = subprocess.run(
            [*map(str, command), tools / name, *map(str, arguments)],
            capture_output=True,
            check=False,
            text=True,
            timeout=120,
        )
        assert ran.stderr == "" or ran.returncode == 2, ran.stderr
        return ran.returncode, ran.stdout

    return run


def told_of(story):
    return json.loads((VECTORS / f"{story}.json").read_text("ascii"))


def keys_of(told):
    log = notes.parse_vkey(told["checkpoint_key"]).key.hex()
    keys = [part for one in told["keys"] for part in ("--key", one["public"])]
    return ["--genesis", told["genesis"], "--log-key", log, *keys]


@pytest.mark.parametrize("story", STORIES)
def test_a_receipt_made_long_ago_is_checked_where_urdimbre_is_not(
    alone, tmp_path, story
):
    told = told_of(story)
    path = tmp_path / "act.tlog-proof"
    path.write_bytes(told["receipt"].encode())

    code, said = alone("verify_receipt.py", path, *keys_of(told))

    assert (code, "FALSE" in said) == (0, False)
    assert "holds: all have signed" in said
    assert "is sealed by its key" in said
    assert "not proven: the rules allowed it" in said


def test_without_keys_it_says_what_it_could_not_prove(alone, tmp_path):
    path = tmp_path / "act.tlog-proof"
    path.write_bytes(told_of("fiado")["receipt"].encode())

    code, said = alone("verify_receipt.py", path)

    assert code == 0
    for open_ in (
        "the log urdimbre/",
        "all have signed",
        "witnesses",
        "it is the",
    ):
        assert f"not proven: {open_}" in said


def changed(receipt, part):
    """A receipt with one byte of one class changed."""
    lines = receipt.split("\n")
    blank = lines.index("")
    places = {
        "first line": (0, lambda one: one.replace("v1", "v2")),
        "extra": (1, lambda one: "extra " + bent(one[6:], 0)),
        "entry type": (1, lambda one: "extra " + bent(one[6:], 4)),
        "signature of a member": (1, lambda one: "extra " + bent(one[6:], 60)),
        "member who signs": (1, lambda one: "extra " + bent(one[6:], 8)),
        "act": (1, lambda one: "extra " + bent(one[6:], 250)),
        "opening": (1, lambda one: "extra " + bent(one[6:], -6)),
        "index": (2, lambda one: one + "0"),
        "path": (3, lambda one: bent(one, 5)),
        "path cut short": (3, lambda _: None),
        "origin": (blank + 1, lambda one: one[:-1] + ("0" if one[-1] != "0" else "1")),
        "size": (blank + 2, lambda one: str(int(one) + 1)),
        "root": (blank + 3, lambda one: bent(one, 5)),
        "name of the log's key": (blank + 5, lambda one: one.replace("/", "-", 1)),
        "id of the log's key": (blank + 5, lambda one: bent_line(one, 1)),
        "the log's signature": (blank + 5, lambda one: bent_line(one, 20)),
    }
    at, change = places[part]
    lines[at] = change(lines[at])
    return "\n".join(one for one in lines if one is not None)


def bent(text, at):
    raw = bytearray(b64decode(text))
    raw[at] ^= 1
    return b64encode(raw).decode()


def bent_line(line, at):
    dash, name, value = line.split(" ")
    return f"{dash} {name} {bent(value, at)}"


PARTS = (
    "first line",
    "extra",
    "entry type",
    "signature of a member",
    "member who signs",
    "act",
    "opening",
    "index",
    "path",
    "path cut short",
    "origin",
    "size",
    "root",
    "name of the log's key",
    "id of the log's key",
    "the log's signature",
)


@pytest.mark.parametrize("part", PARTS)
def test_one_changed_byte_of_any_class_shows(alone, tmp_path, part):
    told = told_of("every_kind")
    path = tmp_path / "act.tlog-proof"
    path.write_bytes(changed(told["receipt"], part).encode())

    code, said = alone("verify_receipt.py", path, *keys_of(told))

    assert (code, "FALSE:" in said) == (3, True)


def forged(told, change):
    """A receipt whose entry was changed by who holds the log's key: all hashes fit."""
    proof = notes.parse_proof(told["receipt"].encode())
    length = int.from_bytes(proof.extra[:4], "big")
    entry = bytearray(proof.extra[4 : 4 + length])
    change(entry)
    tree = LogTree()
    tree.append(b"genesis")
    tree.append(bytes(entry))
    origin = notes.parse_checkpoint(proof.note.text).origin
    text = notes.checkpoint_text(
        notes.Checkpoint(origin=origin, size=2, root=tree.root())
    )
    key = notes.VerifierKey(name=origin, key=making.node().key)
    note = notes.Note(text, (notes.sign_note(text, key, making.node().sign),))
    extra = length.to_bytes(4, "big") + bytes(entry) + proof.extra[4 + length :]
    path = tuple(tree.path(1, lambda *_: None))
    made = notes.Proof(index=1, path=path, note=note, extra=extra)
    return notes.proof_bytes(made)


@pytest.mark.parametrize("at", [2, 5, 20, 30, 60, -20])
def test_who_holds_the_logs_key_cannot_forge_a_signature(alone, tmp_path, at):
    told = told_of("every_kind")
    keys = [part for one in told["keys"] for part in ("--key", one["public"])]
    options = ["--genesis", told["genesis"], "--log-key", making.node().key.hex()]

    def change(entry):
        entry[at] ^= 1

    honest, false = tmp_path / "honest", tmp_path / "false"
    honest.write_bytes(forged(told, lambda _: None))
    false.write_bytes(forged(told, change))

    assert alone("verify_receipt.py", honest, *options, *keys)[0] == 0
    code, said = alone("verify_receipt.py", false, *options, *keys)
    # A key id that nobody knows proves nothing, and it says so.
    unproven = "not proven: all have signed" in said
    assert code == 3 or unproven
    assert code == 3 or at == 20


def cosigned(told, *names):
    proof = notes.parse_proof(told["receipt"].encode())
    keys, lines = [], list(proof.note.signatures)
    for name in names:
        seed = making.seed_of(name)
        key = notes.VerifierKey(
            name=name, kind=notes.COSIGNATURE, key=ed25519.public_key(seed)
        )
        keys.append(key)
        lines.append(
            notes.cosign_note(
                proof.note.text,
                key,
                lambda text, seed=seed: ed25519.sign(seed, text),
                time=making.START,
            )
        )
    note = notes.Note(proof.note.text, tuple(lines))
    return keys, notes.proof_bytes(replace(proof, note=note))


@pytest.mark.parametrize(("least", "code"), [(None, 3), ("2", 0), ("3", 3), ("0", 0)])
def test_k_of_n_witnesses(alone, tmp_path, least, code):
    keys, text = cosigned(told_of("fiado"), "a.example", "b.example")
    absent = notes.VerifierKey(
        name="c.example", kind=notes.COSIGNATURE, key=making.node().key
    )
    path = tmp_path / "act.tlog-proof"
    path.write_bytes(text)
    options = [part for key in [*keys, absent] for part in ("--witness", key.text)]
    options += [] if least is None else ["--need", least]

    ran, said = alone("verify_receipt.py", path, *options)

    assert ran == code
    assert code == 3 or "holds: witnesses saw it: ['a.example', 'b.example']" in said


def test_a_false_line_of_a_witness_shows(alone, tmp_path):
    keys, text = cosigned(told_of("fiado"), "a.example")
    lines = text.decode().split("\n")
    lines[-2] = bent_line(lines[-2], 30)
    path = tmp_path / "act.tlog-proof"
    path.write_text("\n".join(lines), "utf-8")

    assert alone("verify_receipt.py", path, "--witness", keys[0].text)[0] == 3
    assert alone("verify_receipt.py", path)[0] == 0


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 2048, b"\xff\xfe", b"dear", b"[" * 9_999]
)
@pytest.mark.parametrize("name", ["verify_receipt.py", "verify_bundle.py"])
def test_what_is_neither_proves_nothing(alone, tmp_path, name, content):
    path = tmp_path / "letter"
    path.write_bytes(content)

    code, said = alone(name, path)

    assert (code, "FALSE:" in said) == (3, True)


@pytest.mark.parametrize(
    "arguments",
    [[], ["nothing-here"], ["x", "--genesis", "zz"], ["x", "--witness", "x"]],
)
@pytest.mark.parametrize("name", ["verify_receipt.py", "verify_bundle.py"])
def test_wrong_usage_is_told_apart(alone, name, arguments):
    assert alone(name, *arguments)[0] == 2


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
    assert "holds: all have signed" in said


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
    "tile/0/001.p/19",
    "tile/1/000.p/1",
    "tile/entries/000",
    "tile/entries/001.p/19",
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


def test_a_salt_of_another_length_opens_nothing(alone, tmp_path):
    circuit = making.found(tmp_path)
    salt, payload = bytes(16), b"\x04rice and beans"
    committed = commitment(salt, "a", payload)
    act = circuit.draft("clock", {}, by="ana", private=[committed])
    entry = circuit.sign(act, "ana")
    circuit.registry.close()
    for name, (one, field, text), code in (
        ("honest", (salt, "a", payload), 0),
        ("false", shifted(salt, b"a", payload), 3),
    ):
        assert commitment(one, field, text) == committed
        told = {"field": field, "payload": text.hex(), "salt": one.hex()}
        path = tmp_path / name
        path.write_bytes(alone_in_a_log(entry, {committed: told}))
        assert alone("verify_receipt.py", path)[0] == code


def alone_in_a_log(entry, openings):
    """A receipt of an entry that follows another in a log of two."""
    tree = LogTree()
    tree.append(b"genesis")
    tree.append(entry)
    text = notes.checkpoint_text(
        notes.Checkpoint(origin="urdimbre/x", size=2, root=tree.root())
    )
    key = notes.VerifierKey(name="urdimbre/x", key=making.node().key)
    note = notes.Note(text, (notes.sign_note(text, key, making.node().sign),))
    path = tuple(tree.path(1, lambda *_: None))
    extra = packed(entry, openings)
    return notes.proof_bytes(notes.Proof(index=1, path=path, note=note, extra=extra))


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
    assert "holds: all have signed" in said
