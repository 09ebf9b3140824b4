"""Receipts: what their holder can prove without the registry, and what she cannot."""

import json
from dataclasses import replace

import pytest

from tests.adapters import making
from urdimbre.adapters import receipts
from urdimbre.adapters.desk import Desk, sealed
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.core import drafting
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import commitment, key_id

KEYS = {
    key_id(making.public_of(name)): making.public_of(name) for name in ("ana", "beto")
}


@pytest.fixture
def circuit(tmp_path):
    circuit = making.found(tmp_path)
    circuit.admit("ana", "beto")
    yield circuit
    circuit.registry.close()


def log_key():
    return making.node().key


def test_with_all_keys_only_rules_and_witnesses_stay_open(circuit):
    recorded = circuit.record(circuit.barter("ana", "beto", 500))
    text = circuit.registry.receipt(recorded.index)

    proven = receipts.verify_receipt(
        text.encode(), log_key=log_key(), genesis=circuit.genesis, keys=KEYS
    )

    assert proven.act == recorded.act
    assert proven.index == recorded.index
    assert set(proven.signers) == {making.id_of("ana"), making.id_of("beto")}
    assert proven.unproven == ("rules", "witnesses")


def test_without_any_key_it_says_what_it_could_not_prove(circuit):
    recorded = circuit.record(circuit.barter("ana", "beto", 500))

    proven = receipts.verify_receipt(circuit.registry.receipt(recorded.index).encode())

    assert proven.id == recorded.id
    assert proven.kind == "exchange"
    assert proven.unproven == ("circuit", "log_key", "rules", "signatures", "witnesses")
    assert set(proven.unproven) <= set(receipts.UNPROVEN)


def test_it_opens_the_private_fields_that_the_desk_still_keeps(circuit, tmp_path):
    desk = Desk(tmp_path / "desk.db")
    kept, erased = sealed("description", b"two sacks"), sealed("note", b"as agreed")
    desk.add_payloads([kept, erased])
    desk.erase_payloads([erased.commitment])
    deal = drafting.deal(
        "gift",
        drafting.goods(
            making.id_of("ana"), making.id_of("beto"), category="food", quantity=1
        ),
    )
    act = circuit.draft(
        "exchange",
        drafting.exchange(making.DAY, deal),
        by="ana",
        private=sorted([kept.commitment, erased.commitment]),
    )
    recorded = circuit.record(circuit.sign(act, "ana", "beto"))
    read = circuit.registry.read(act)

    openings = receipts.openings_of(desk, read)
    text = circuit.registry.receipt(recorded.index, openings)
    proven = receipts.verify_receipt(text.encode())

    assert proven.openings == ("description",)


def test_it_holds_the_entry_its_proof_and_the_openings_and_nothing_else(
    circuit, tmp_path
):
    """Above all no state: what others have, or she had after the act."""
    opened = {"ab" * 32: {"field": "note", "payload": "cd", "salt": "ef" * 16}}
    recorded = circuit.record(circuit.barter("ana", "beto", 500))
    registry = circuit.registry
    log = registry._chain.log

    proof = notes.parse_proof(registry.receipt(recorded.index, opened).encode())

    entry = registry.entry(recorded.index)
    told = json.dumps(opened, sort_keys=True, separators=(",", ":")).encode()
    assert proof.extra == len(entry).to_bytes(4, "big") + entry + told
    assert list(proof.path) == log.path(recorded.index, registry.store.tile)
    assert proof.index == recorded.index
    assert notes.note_bytes(proof.note).decode() == registry.checkpoint()
    rows = [one for one in registry.state.rows.values() if hasattr(one, "balance")]
    assert rows
    for row in rows:
        assert row.key.encode() not in proof.extra
        assert row.blind.encode() not in proof.extra


def test_a_receipt_can_be_written_while_another_process_records(circuit, tmp_path):
    for quantity in range(1, 300):
        circuit.record(circuit.barter("ana", "beto", quantity))
    reading = SqliteStore(tmp_path / "registry.db", write=False)

    for position in (0, 1, 250, 255, 256, 300, 511, 512, 600):
        text = receipts.receipt_from(reading, position, {})

        assert text == circuit.registry.receipt(position)

    reading.close()


def altered(text, line, change):
    lines = text.split("\n")
    lines[line] = change(lines[line])
    return "\n".join(lines).encode()


def flipped(line):
    middle = len(line) // 2
    return line[:middle] + ("A" if line[middle] != "A" else "B") + line[middle + 1 :]


@pytest.mark.parametrize("line", [0, 1, 2, 3, 4])
def test_any_altered_line_shows(circuit, line):
    recorded = circuit.record(circuit.barter("ana", "beto", 500))
    text = circuit.registry.receipt(recorded.index)

    with pytest.raises(receipts.BadReceipt):
        receipts.verify_receipt(altered(text, line, flipped), log_key=log_key())


def test_a_checkpoint_that_the_log_has_not_signed_shows(circuit):
    recorded = circuit.record(circuit.barter("ana", "beto", 500))
    text = circuit.registry.receipt(recorded.index).encode()

    with pytest.raises(receipts.BadReceipt) as refused:
        receipts.verify_receipt(text, log_key=bytes.fromhex(making.public_of("ana")))

    assert refused.value.code == "log"


def test_a_receipt_of_another_circuit_shows(circuit):
    recorded = circuit.record(circuit.barter("ana", "beto", 500))
    text = circuit.registry.receipt(recorded.index).encode()

    with pytest.raises(receipts.BadReceipt) as refused:
        receipts.verify_receipt(text, genesis="ab" * 32)

    assert refused.value.code == "log"


def test_a_signature_under_another_key_shows(circuit):
    recorded = circuit.record(circuit.barter("ana", "beto", 500))
    text = circuit.registry.receipt(recorded.index).encode()
    ana = key_id(making.public_of("ana"))

    with pytest.raises(receipts.BadReceipt) as refused:
        receipts.verify_receipt(
            text, genesis=circuit.genesis, keys={ana: making.public_of("beto")}
        )

    assert refused.value.code == "signature"


@pytest.mark.parametrize("text", [b"", b"x" * 10, b"\xff" * 100, b"x" * (1 << 20)])
def test_bytes_of_any_origin_are_refused_and_break_nothing(text):
    with pytest.raises(receipts.BadReceipt):
        receipts.verify_receipt(text)


def cosigned(text, name="w.example", *, broken=False):
    """The receipt with the line of a witness under its checkpoint."""
    proof = notes.parse_proof(text.encode())
    seed = making.seed_of(name)
    key = notes.VerifierKey(
        name=name, kind=notes.COSIGNATURE, key=ed25519.public_key(seed)
    )
    signed = b"another text" if broken else proof.note.text
    line = notes.cosign_note(
        signed, key, lambda one: ed25519.sign(seed, one), time=making.START
    )
    note = notes.Note(proof.note.text, (*proof.note.signatures, line))
    return key, notes.proof_bytes(replace(proof, note=note))


def test_witnesses_count_only_if_their_keys_are_known(circuit):
    recorded = circuit.record(circuit.barter("ana", "beto", 500))
    key, text = cosigned(circuit.registry.receipt(recorded.index))

    unknown = receipts.verify_receipt(text)
    known = receipts.verify_receipt(text, witnesses=[key])

    assert (unknown.cosigners, unknown.other_lines) == ((), ("w.example",))
    assert "witness_keys" in unknown.unproven
    assert (known.cosigners, known.other_lines) == (("w.example",), ())
    assert not {"witnesses", "witness_keys"} & set(known.unproven)


def test_two_witnesses_on_one_host_count_as_one(circuit):
    recorded = circuit.record(circuit.barter("ana", "beto", 500))
    key, text = cosigned(circuit.registry.receipt(recorded.index))
    other, text = cosigned(text.decode(), name="v.example")

    def unproven(needed, *hosts):
        named = dict(zip(("w.example", "v.example"), hosts, strict=True))
        agreed = receipts.Agreed(needed=needed, hosts=named)
        keys = [key, other]
        return receipts.verify_receipt(text, witnesses=keys, agreed=agreed).unproven

    assert "few_witnesses" not in unproven(2, "norte", "sur")
    assert "few_witnesses" in unproven(2, "norte", "norte")
    assert "few_witnesses" not in unproven(1, "norte", "norte")
    assert "few_witnesses" in unproven(3, "norte", "sur")


def test_the_line_of_a_known_witness_must_hold(circuit):
    recorded = circuit.record(circuit.barter("ana", "beto", 500))
    key, text = cosigned(circuit.registry.receipt(recorded.index), broken=True)

    with pytest.raises(receipts.BadReceipt) as refused:
        receipts.verify_receipt(text, witnesses=[key])

    assert refused.value.code == "witness"


def test_any_key_that_the_log_has_had_may_have_signed(circuit):
    recorded = circuit.record(circuit.barter("ana", "beto", 500))
    text = circuit.registry.receipt(recorded.index).encode()
    other = bytes.fromhex(making.public_of("ana"))

    proven = receipts.verify_receipt(text, log_keys=[other, log_key()])

    assert "log_key" not in proven.unproven


def test_a_salt_of_another_length_opens_nothing(circuit):
    """Else the bytes behind one commitment could be read as another field."""
    salt, payload = bytes(16), b"\x04rice and beans"
    committed = commitment(salt, "a", payload)
    deal = drafting.deal(
        "gift",
        drafting.goods(
            making.id_of("ana"), making.id_of("beto"), category="food.rice", quantity=1
        ),
    )
    act = circuit.draft(
        "exchange",
        drafting.exchange(making.DAY, deal),
        by="ana",
        private=[committed],
    )
    recorded = circuit.record(circuit.sign(act, "ana", "beto"))
    honest = {"field": "a", "payload": payload.hex(), "salt": salt.hex()}
    # The same bytes after the domain, cut elsewhere.
    longer = shifted(salt, b"a", payload)
    assert commitment(*longer) == committed
    text = circuit.registry.receipt(recorded.index, {committed: honest})
    assert receipts.verify_receipt(text.encode()).openings == ("a",)

    told = {"field": longer[1], "payload": longer[2].hex(), "salt": longer[0].hex()}
    false = circuit.registry.receipt(recorded.index, {committed: told})
    with pytest.raises(receipts.BadReceipt) as refused:
        receipts.verify_receipt(false.encode())
    assert refused.value.code == "opening"


def shifted(salt, field, payload):
    """Another salt, field and payload with the same bytes in a row."""
    row = salt + bytes((len(field),)) + field + payload
    # 16 + 1 + 1 = the salt; the next byte of the payload is a length.
    length = row[18]
    return row[:18], row[19 : 19 + length].decode(), row[19 + length :]
