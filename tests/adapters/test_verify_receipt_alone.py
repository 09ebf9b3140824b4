"""The stand-alone verifier of receipts: golden vectors, forged and broken ones."""

import json
from base64 import b64decode, b64encode
from dataclasses import replace
from pathlib import Path

import pytest

from tests.adapters import making
from tests.adapters.test_receipts import shifted
from urdimbre.adapters.keys import ed25519
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import (
    commitment,
)
from urdimbre.recording.log_tree import LogTree
from urdimbre.recording.proofs import packed

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "tests" / "vectors"
NO_STORIES = ("slips", "spellings")
STORIES = sorted(
    path.stem for path in VECTORS.glob("*.json") if path.stem not in NO_STORIES
)


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
    assert "holds: signed by" in said
    assert "is sealed by its key" in said
    assert "not proven: the rules allowed it" in said


def test_without_keys_it_says_what_it_could_not_prove(alone, tmp_path):
    path = tmp_path / "act.tlog-proof"
    path.write_bytes(told_of("fiado")["receipt"].encode())

    code, said = alone("verify_receipt.py", path)

    assert code == 0
    for open_ in (
        "the log urdimbre/",
        "signed by",
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
    unproven = "not proven: signed by" in said
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
