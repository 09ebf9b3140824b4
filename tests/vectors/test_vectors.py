"""The code says of the golden vectors what it said when they were made."""

import json
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

import orjson
import pytest

from urdimbre.adapters.keys.ed25519 import admissible, public_key, sign, verify
from urdimbre.adapters.receipts import verify_receipt
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.core import circuit
from urdimbre.core.acts import Act, Recorded
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import (
    ZERO32,
    Slot,
    commitment,
    decode,
    key_id,
    signature_input,
    signed_entry,
)
from urdimbre.core.chain.header import read_header
from urdimbre.core.chain.merkle import Frontier, leaf_hash
from urdimbre.core.chain.state_tree import StateTree, leaf
from urdimbre.core.encoding import dumps
from urdimbre.core.refusals import Malformed
from urdimbre.core.state import Overlay, State, value_of
from urdimbre.recording.chain import Chain
from urdimbre.recording.registry import dump
from urdimbre.recording.replay import Replay
from urdimbre.recording.signatures import Checker, OneThread

HERE = Path(__file__).parent
NO_STORIES = ("slips", "spellings")
STORIES = sorted(
    path.stem for path in HERE.glob("*.json") if path.stem not in NO_STORIES
)
pytestmark = pytest.mark.determinism


def load(name):
    return json.loads((HERE / f"{name}.json").read_text(encoding="ascii"))


@pytest.fixture(params=STORIES)
def told(request):
    return load(request.param)


def acts_of(told):
    return [act for block in told["blocks"] for act in block["acts"]]


def entry_of(act):
    slots = [
        Slot(
            one["member"],
            one["key_id"],
            one["mandate"],
            bytes.fromhex(one["signature"]),
        )
        for one in act["signatures"]
    ]
    return signed_entry(act["act"].encode(), slots)


def genesis_of(told, act):
    return "" if act["index"] == 0 else told["genesis"]


def entries_of(told):
    for block in told["blocks"]:
        yield from (entry_of(act).encode() for act in block["acts"])
        yield b"\x02" + block["header"].encode()


def test_there_are_vectors_of_the_ten_exchanges_and_of_every_kind():
    first = {act["kind"] for act in acts_of(load("every_kind"))}
    later = {act["kind"] for act in acts_of(load("work_day"))}

    assert len(STORIES) >= 14
    assert first == {*circuit.KINDS} - {"rules", "dues", "roster"}
    assert first | later == {*circuit.KINDS} - {"rules"}


def test_acts_are_read_and_written_as_they_were(told):
    for act in acts_of(told):
        data = act["act"].encode()

        read = circuit.read(data, genesis_of(told, act))

        assert isinstance(read, Act)
        assert (read.kind, read.hash) == (act["kind"], act["hash"])
        assert dumps(json.loads(data)) == dump(orjson.loads(data)) == data


def test_signatures_are_those_of_the_keys(told):
    keys = {one["key_id"]: one for one in told["keys"]}
    for act in acts_of(told):
        covers = genesis_of(told, act) or ZERO32
        for one in act["signatures"]:
            key = keys[one["key_id"]]
            seed, public = bytes.fromhex(key["seed"]), bytes.fromhex(key["public"])
            message = signature_input(
                covers, one["member"], one["mandate"], act["act"].encode()
            )

            assert sha256(message).hexdigest() == one["input_sha256"]
            assert sign(seed, message).hex() == one["signature"]
            assert verify(public, message, bytes.fromhex(one["signature"]))
            assert (public_key(seed), admissible(public)) == (public, True)
            assert key_id(key["public"]) == one["key_id"]


def test_entries_have_their_leaves(told):
    for act in acts_of(told):
        entry = entry_of(act)

        assert leaf_hash(entry.encode()).hex() == act["leaf"]
        assert decode(entry.encode()) == entry


def test_the_rules_accept_the_acts_and_write_the_same_rows(told):
    state, recorded = State(), {}
    for block in told["blocks"]:
        overlay = Overlay(state, block["time"])
        for act in block["acts"]:
            take(overlay, recorded, told, act)
        created, changed = rows_of(state, overlay)
        state.merge(overlay)

        assert (created, changed) == (block["created"], block["changed"])


def take(overlay, recorded, told, act):
    read = circuit.read(act["act"].encode(), genesis_of(told, act))
    slots = entry_of(act).slots
    assert list(circuit.refusals(overlay, read, slots, recorded)) == []
    circuit.apply(overlay, read, slots, recorded)
    recorded[read.hash] = Recorded(read, slots, overlay.time)


def rows_of(state, overlay):
    created, changed = [], []
    for key, row in overlay.rows.items():
        new = key not in state.places
        place = len(state.places) + len(created) if new else state.places[key]
        line = {"place": place, "key": key, "value": value_of(row).decode()}
        (created if new else changed).append(line)
    return created, changed


def test_what_was_refused_is_refused_for_the_same_reasons(told):
    for one in told["refused"]:
        state, recorded = State(), {}
        for block in told["blocks"][: one["after"]]:
            overlay = Overlay(state, block["time"])
            for act in block["acts"]:
                take(overlay, recorded, told, act)
            state.merge(overlay)
        entry = decode(bytes.fromhex(one["entry"]))
        read = circuit.read(entry.act, told["genesis"])

        overlay = Overlay(state, one["time"])
        answers = circuit.refusals(overlay, read, entry.slots, recorded)

        assert [answer.code for answer in answers] == one["codes"]


def test_rows_are_read_back_from_what_is_stored(told):
    for block in told["blocks"]:
        for row in (*block["created"], *block["changed"]):
            value = row["value"].encode()

            read = circuit.decode_row(row["key"], value)

            assert (read.key, value_of(read)) == (row["key"], value)


def test_headers_and_roots_are_the_same(told):
    log, tree, before = Frontier(), StateTree(), ZERO32
    for height, block in enumerate(told["blocks"]):
        for act in block["acts"]:
            log.append(bytes.fromhex(act["leaf"]))
        tree.set_many(leaves(block["changed"]), [*leaves(block["created"]).values()])
        header = read_header(block["header"].encode())

        assert header.encode().decode() == block["header"]
        assert header.hash() == block["header_hash"]
        assert (header.height, header.prev) == (height, before)
        assert (header.acts, header.size) == (len(block["acts"]), log.size)
        assert (header.acts_root, header.state_root) == (
            log.root().hex(),
            tree.root().hex(),
        )
        assert header.state_root == block["state_root"]
        log.append(leaf_hash(header.entry()))
        assert (log.root().hex(), log.size) == (block["log_root"], block["log_size"])
        before = header.hash()


def leaves(rows):
    return {row["place"]: leaf(row["key"], row["value"].encode()) for row in rows}


def test_the_registry_replays_the_log(told, tmp_path):
    store = SqliteStore(tmp_path / "replayed.db", durable=False)
    chain = Chain(store, loads=orjson.loads, dump=dump)
    verdicts = OneThread(verify)
    replay = Replay(chain, checker=Checker(verify, admissible), verdicts=verdicts)

    try:
        replay.run(entries_of(told))
    finally:
        verdicts.close()
        store.close()

    slots = sum(len(act["signatures"]) for act in acts_of(told))
    assert replay.count.acts == len(acts_of(told))
    assert replay.count.signatures == slots
    assert chain.log.root().hex() == told["blocks"][-1]["log_root"]


def test_the_log_root_is_that_of_the_page_of_the_format(told):
    """RFC 6962 written down once more, with nothing but SHA-256."""
    hashes = [sha256(b"\x00" + entry).digest() for entry in entries_of(told)]

    assert naive_log_root(hashes).hex() == told["blocks"][-1]["log_root"]


def naive_log_root(hashes):
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << ((len(hashes) - 1).bit_length() - 1)
    sides = naive_log_root(hashes[:half]), naive_log_root(hashes[half:])
    return sha256(b"\x01" + b"".join(sides)).digest()


def test_the_state_root_is_that_of_the_page_of_the_format(told):
    """ADR 0001 section 6 written down once more, with nothing but SHA-256."""
    rows = {}
    for block in told["blocks"]:
        for row in (*block["created"], *block["changed"]):
            rows[row["place"]] = row
        assert sorted(rows) == list(range(len(rows)))

        assert naive_state_root(rows) == block["state_root"]


def naive_state_root(rows):
    level = []
    for place in range(len(rows)):
        key, value = rows[place]["key"].encode(), rows[place]["value"].encode()
        length = len(key).to_bytes(2, "big")
        level.append(sha256(b"\x00" + length + key + value).digest())
    pad = sha256(b"").digest()
    while len(level) > 1:
        level += [pad] * (len(level) % 2)
        pairs = zip(level[::2], level[1::2], strict=True)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        pad = sha256(b"\x01" + pad + pad).digest()
    return sha256(b"\x02" + len(rows).to_bytes(8, "big") + level[0]).hexdigest()


def test_openings_fit_their_commitments(told):
    for one in told["openings"]:
        salt, payload = bytes.fromhex(one["salt"]), bytes.fromhex(one["payload"])

        assert commitment(salt, one["field"], payload) == one["commitment"]


def test_the_checkpoint_is_signed_by_the_node(told):
    key = notes.parse_vkey(told["checkpoint_key"])
    note = notes.parse_note(told["checkpoint"].encode())

    checkpoint = notes.parse_checkpoint(note.text)

    assert [one.key for one in notes.verified(note, [key], verify)] == [key]
    last = told["blocks"][-1]
    assert checkpoint.origin == f"urdimbre/{told['genesis'][:32]}"
    assert (checkpoint.size, checkpoint.root.hex()) == (
        last["log_size"],
        last["log_root"],
    )
    assert b64decode(note.text.decode().splitlines()[2]) == checkpoint.root


def test_the_receipt_proves_the_last_act(told):
    last = acts_of(told)[-1]
    keys = {one["key_id"]: one["public"] for one in told["keys"]}

    proven = verify_receipt(
        told["receipt"].encode(),
        log_key=notes.parse_vkey(told["checkpoint_key"]).key,
        genesis=told["genesis"],
        keys=keys,
    )

    assert (proven.act, proven.index) == (last["hash"], last["index"])
    assert proven.unproven == ("rules", "witnesses")


@pytest.mark.parametrize(
    "case", [pytest.param(one, id=one["name"]) for one in load("spellings")["cases"]]
)
def test_both_parsers_give_the_same_verdict(case):
    data, genesis = bytes.fromhex(case["bytes"]), load("spellings")["genesis"]

    slow = circuit.read(data, genesis)
    fast = circuit.read(data, genesis, loads=orjson.loads, dump=dump)

    assert isinstance(slow, Malformed) == isinstance(fast, Malformed)
    assert isinstance(slow, Act) == case["is_act"]
