"""The program and the verifier that stands alone judge the same receipts alike.

Who holds the log's key can seal whatever he likes, so hashes and seal fit in all of
these; what differs from the format must be refused by both, for the same receipt.
"""

import importlib
import io
import json
import random
import sys
from argparse import Namespace
from base64 import b64decode, b64encode
from contextlib import redirect_stdout
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from tests.adapters import making
from tests.adapters.test_hostile_bytes import SEED, bent
from tests.adapters.test_verify_receipt_alone import told_of
from tests.vectors.test_vectors import entries_of
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.receipts import BadReceipt, verify_receipt
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import (
    ActEntry,
    Slot,
    commitment,
    decode,
    key_id,
    signature_input,
)
from urdimbre.recording.log_tree import LogTree

TOOLS = Path(__file__).resolve().parents[2] / "tools"
ROUNDS = 1500
TOLD = told_of("fiado")
NODE = making.node()
ORIGIN = f"urdimbre/{TOLD['genesis'][:32]}"
LOG = notes.VerifierKey(name=ORIGIN, key=NODE.key)
WITNESS_SEED = making.seed_of("w.example")
WITNESS = notes.VerifierKey(
    name="w.example", kind=notes.COSIGNATURE, key=ed25519.public_key(WITNESS_SEED)
)
OPENED = commitment(bytes(16), "goods", b"rice")


@pytest.fixture(scope="module")
def alone():
    """The verifier that stands alone, as a module."""
    sys.path.insert(0, str(TOOLS))
    try:
        yield importlib.import_module("verify_receipt")
    finally:
        sys.path.remove(str(TOOLS))


def entry_of(receipt):
    extra = notes.parse_proof(receipt).extra
    length = int.from_bytes(extra[:4], "big")
    return extra[4 : 4 + length]


SIGNED = decode(entry_of(TOLD["receipt"].encode()))
KEYS = {one["key_id"]: one["public"] for one in TOLD["keys"]}


def sealed(entry, *, index=1, openings=b"{}", extensions=(), lines=None):
    """A receipt of any entry, in a log of two that is sealed by the log's key."""
    tree = LogTree()
    rows = [b"another", b"another"]
    rows[index] = entry
    for row in rows:
        tree.append(row)
    text = notes.checkpoint_text(
        notes.Checkpoint(origin=ORIGIN, size=2, root=tree.root(), extensions=extensions)
    )
    signatures = [notes.sign_note(text, LOG, NODE.sign)]
    note = notes.Note(text, tuple(lines(text, signatures) if lines else signatures))
    proof = notes.Proof(
        index=index,
        path=tuple(tree.path(index, lambda *_: None)),
        note=note,
        extra=len(entry).to_bytes(4, "big") + entry + openings,
    )
    return notes.proof_bytes(proof)


def verdicts(alone, raw, *, keys=None, genesis=TOLD["genesis"]):
    """What both say to a receipt: whether it holds."""
    keys = keys or {}
    given = Namespace(
        genesis=genesis and bytes.fromhex(genesis),
        log_key=[NODE.key],
        key=[bytes.fromhex(one) for one in keys.values()],
        witness=[(WITNESS.name, WITNESS.key)],
        need=0,
    )
    try:
        with redirect_stdout(io.StringIO()):
            alone.Circuit(given).receipt(raw.decode())
        theirs = True
    except Exception:  # noqa: BLE001 - whatever it raises is a no
        theirs = False
    try:
        verify_receipt(
            raw, log_key=NODE.key, genesis=genesis, keys=keys, witnesses=[WITNESS]
        )
        ours = True
    except BadReceipt:
        ours = False
    return ours, theirs


def act_with(**fields):
    told = json.loads(SIGNED.act) | fields
    act = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    return replace(SIGNED, act=act).encode()


def swapped(old, new):
    assert old in SIGNED.act
    return replace(SIGNED, act=SIGNED.act.replace(old, new, 1)).encode()


def without(field):
    told = json.loads(SIGNED.act)
    del told[field]
    act = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    return replace(SIGNED, act=act).encode()


def test_both_accept_what_is_in_order(alone):
    golden = SIGNED.encode()
    opened = act_with(private=[OPENED])
    told = {OPENED: {"field": "goods", "payload": b"rice".hex(), "salt": "00" * 16}}
    openings = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()

    assert verdicts(alone, sealed(golden), keys=KEYS) == (True, True)
    assert verdicts(alone, sealed(golden), genesis=None) == (True, True)
    assert verdicts(alone, sealed(opened, openings=openings)) == (True, True)
    assert verdicts(alone, sealed(golden, lines=witnessed)) == (True, True)


@pytest.mark.parametrize("genesis", [None, TOLD["genesis"]])
@pytest.mark.parametrize(
    "entry",
    [
        swapped(b'"kind":"exchange"', b'"kind":"exchang\\u0065"'),
        swapped(b'"v":1', b'"v":1.0'),
        swapped(b'"v":1', b'"v":1e0'),
        swapped(b'"v":1', b'"v": 1'),
        swapped(b'"v":1', b'"v":1,"v":1'),
        act_with(v=True),
        act_with(v=2),
        act_with(v="1"),
        act_with(agreement=None),
        act_with(agreement=float("nan")),
        act_with(agreement=2**53),
        act_with(agreement=-(2**64)),
        act_with(kind="genesis"),
        act_with(more=1),
        without("refs"),
        act_with(private="x"),
        act_with(private={}),
        act_with(private=5),
        act_with(body={"a": [[[[[[[[]]]]]]]]}),
        act_with(body={"a": "x" * 32_768}),
        replace(SIGNED, act=b"[]").encode(),
        replace(SIGNED, act=b"x").encode(),
        replace(SIGNED, act=SIGNED.act[:-1] + b"\x7f}").encode(),
        replace(SIGNED, act=SIGNED.act + b"\n").encode(),
        replace(SIGNED, act=SIGNED.act.replace(b'"exchange"', '"ñ"'.encode())).encode(),
        replace(SIGNED, slots=()).encode(),
        replace(SIGNED, slots=SIGNED.slots[::-1]).encode(),
        replace(SIGNED, slots=SIGNED.slots[:1] * 2).encode(),
        b"\2" + SIGNED.encode()[1:],
        b"\1\2",
        SIGNED.encode()[:2],
    ],
)
def test_an_act_of_another_form_is_refused_by_both(alone, entry, genesis):
    """Whether they know of which circuit it is or not."""
    assert verdicts(alone, sealed(entry), genesis=genesis) == (False, False)


def test_an_act_that_nobody_has_signed_is_none(alone):
    """Else nothing would be left open: all of nobody have signed."""
    raw = sealed(ActEntry(SIGNED.act, ()).encode())

    assert verdicts(alone, raw, keys=KEYS) == (False, False)


def test_the_first_entry_is_the_genesis_and_of_this_circuit(alone):
    own, other = next(entries_of(TOLD)), making.genesis_entry(demo=True)

    assert verdicts(alone, sealed(SIGNED.encode(), index=0)) == (False, False)
    assert verdicts(alone, sealed(own, index=0)) == (True, True)
    assert verdicts(alone, sealed(other, index=0)) == (False, False)
    assert verdicts(alone, sealed(other, index=0), genesis=None) == (True, True)
    assert verdicts(alone, sealed(own, index=1)) == (False, False)


def test_a_key_signs_for_its_owner_only(alone):
    """Her key, his name: the signature is genuine and the act is not."""
    first, second = SIGNED.slots[:2]
    whose = {one["key_id"]: one for one in TOLD["keys"]}
    seed = bytes.fromhex(whose[second.key_id]["seed"])
    text = signature_input(TOLD["genesis"], first.member, first.mandate, SIGNED.act)
    stolen = first._replace(key_id=second.key_id, signature=ed25519.sign(seed, text))
    slots = tuple(sorted((stolen, second), key=lambda slot: slot[:3]))
    raw = sealed(replace(SIGNED, slots=slots).encode())

    assert verdicts(alone, raw, keys=KEYS) == (False, False)
    alone_in_it = sealed(replace(SIGNED, slots=(stolen,)).encode())
    with pytest.raises(BadReceipt, match="with another's key"):
        verify_receipt(
            alone_in_it,
            genesis=TOLD["genesis"],
            keys=KEYS,
            owners={second.key_id: second.member},
        )


def test_a_key_that_an_act_brings_along_proves_nobody(alone):
    """A host makes a key for Ana, and an act in which it stands and which it signs."""
    seed = making.seed_of("forger")
    public = ed25519.public_key(seed).hex()
    brought = {"alg": 1, "custody": "device", "key": public}
    told = json.loads(SIGNED.act)
    told |= {"kind": "key", "body": {"add": brought}}
    act = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    ana = SIGNED.slots[0].member
    text = signature_input(TOLD["genesis"], ana, "00" * 16, act)
    slot = Slot(ana, key_id(public), "00" * 16, ed25519.sign(seed, text))
    raw = sealed(ActEntry(act, (slot,)).encode())

    assert verdicts(alone, raw) == (True, True)
    given = Namespace(
        genesis=bytes.fromhex(TOLD["genesis"]),
        log_key=[NODE.key],
        key=[],
        witness=[],
        need=0,
    )
    with redirect_stdout(io.StringIO()) as said:
        alone.Circuit(given).receipt(raw.decode())
    assert "not proven: signed by" in said.getvalue()
    proven = verify_receipt(raw, log_key=NODE.key, genesis=TOLD["genesis"])
    assert (proven.signers, "signatures" in proven.unproven) == ((), True)


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one | {"salt": "00" * 15},
        lambda one: one | {"salt": None},
        lambda one: one | {"field": 5},
        lambda one: one | {"field": "góods"},
        lambda one: one | {"payload": "zz"},
        lambda one: one | {"payload": b"beans".hex()},
        lambda one: one | {"more": ""},
        lambda one: {"salt": one["salt"]},
        lambda _: [],
        lambda _: "x",
    ],
)
def test_an_opening_of_another_form_is_refused_by_both(alone, change):
    one = {"field": "goods", "payload": b"rice".hex(), "salt": "00" * 16}
    told = {OPENED: change(one)}
    openings = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()

    raw = sealed(act_with(private=[OPENED]), openings=openings)

    assert verdicts(alone, raw) == (False, False)


@pytest.mark.parametrize(
    "openings", [b"", b"{} ", b"[]", b'{"a":1,"a":1}', b"\xff", b"null", b"[" * 9_999]
)
def test_openings_of_another_spelling_are_refused_by_both(alone, openings):
    assert verdicts(alone, sealed(SIGNED.encode(), openings=openings)) == (False, False)


def witnessed(text, signatures, *, time=making.START, seed=WITNESS_SEED):
    line = notes.cosign_note(
        text, WITNESS, lambda one: ed25519.sign(seed, one), time=time
    )
    return [*signatures, line]


def false_line(text, signatures):
    return [replace(signatures[0], value=bytes(64))]


@pytest.mark.parametrize(
    ("lines", "holds"),
    [
        (lambda _, own: own * 2, True),
        (lambda text, own: own + false_line(text, own), True),
        (lambda text, own: false_line(text, own) + own, False),
        (lambda _, own: [replace(own[0], name="urdimbre/other")], False),
        (lambda _, own: [replace(own[0], key_id=b"1234")], False),
        (lambda _, own: [replace(own[0], value=own[0].value[:63])], False),
        (lambda _, own: [*own, replace(own[0], key_id=b"1234", value=b"x")], True),
        (lambda _, own: own * 100, True),
        (lambda text, own: witnessed(text, own, time=2**63 - 1), True),
        (lambda text, own: witnessed(text, own, time=2**63), False),
        (lambda text, own: witnessed(text, own, seed=making.seed_of("x")), False),
        (lambda text, own: witnessed(text, own)[::-1], True),
    ],
)
def test_lines_under_the_checkpoint_count_for_both_alike(alone, lines, holds):
    """The first line of each known key counts; one that is false spoils the note."""
    raw = sealed(SIGNED.encode(), lines=lines)

    assert verdicts(alone, raw) == (holds, holds)


def test_a_checkpoint_of_ours_has_no_lines_of_its_own(alone):
    raw = sealed(SIGNED.encode(), extensions=("more",))

    assert verdicts(alone, raw) == (False, False)


def other_spelling(encoded):
    """Base64 of the same bytes whose unused bits are not zero."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    end = len(encoded.rstrip("="))
    last = letters.index(encoded[end - 1])
    made = encoded[: end - 1] + letters[last + 1] + encoded[end:]
    assert b64decode(made) == b64decode(encoded)
    return made


def respelled(raw, number):
    lines = raw.decode().split("\n")
    head, blank, encoded = lines[number].rpartition(" ")
    lines[number] = head + blank + other_spelling(encoded)
    return "\n".join(lines).encode()


def test_base64_has_one_spelling_for_both(alone):
    """Of the entry, a hash of the path, and a line under the checkpoint."""
    raw = sealed(SIGNED.encode())
    lines = raw.decode().split("\n")
    places = [at for at, one in enumerate(lines) if one.endswith("=")]

    assert len(places) >= 3
    for number in places:
        assert verdicts(alone, respelled(raw, number)) == (False, False)


def with_path(raw, wrong):
    lines = raw.decode().split("\n")
    lines[3] = b64encode(wrong).decode()
    return "\n".join(lines).encode()


@pytest.mark.parametrize("length", [0, 30, 31, 33])
def test_a_hash_of_a_path_has_32_bytes(alone, length):
    """A tree may have been built over other nodes by who seals it."""
    entry = SIGNED.encode()
    raw = sealed(entry)
    proof = notes.parse_proof(raw)
    leaf = sha256(b"\0" + entry).digest()
    wrong = b"x" * length
    root = sha256(b"\1" + wrong + leaf).digest()
    text = notes.checkpoint_text(notes.Checkpoint(origin=ORIGIN, size=2, root=root))
    note = notes.Note(text, (notes.sign_note(text, LOG, NODE.sign),))
    raw = notes.proof_bytes(replace(proof, note=note))

    assert verdicts(alone, with_path(raw, wrong)) == (False, False)


def test_bytes_of_any_origin_get_the_same_verdict(alone):
    """Cut, doubled, turned: of thousands, none that only one of them accepts."""
    chance = random.Random(SEED)
    good = [
        sealed(SIGNED.encode()),
        sealed(SIGNED.encode(), lines=witnessed),
        sealed(act_with(private=[OPENED])),
    ]
    refused = 0
    for _ in range(ROUNDS):
        raw = bent(chance, chance.choice(good))
        ours, theirs = verdicts(alone, raw, keys=KEYS)
        assert ours == theirs, raw
        refused += not ours

    assert refused > ROUNDS / 2
