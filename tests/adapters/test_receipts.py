"""Receipts: what their holder can prove without the registry, and what she cannot."""

import pytest

from tests.adapters import making
from urdimbre.adapters import receipts
from urdimbre.adapters.desk import Desk, sealed
from urdimbre.adapters.storage.sqlite import SqliteStore
from urdimbre.core import drafting
from urdimbre.core.chain.entry import key_id

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
