"""The bytes that this program writes by hand are those that the compiler means."""

import json

import pytest
from eth_abi import decode, encode
from eth_utils import keccak

from urdimbre.adapters.anchor import event
from urdimbre.adapters.anchor.deploying import COMPILED

GENESIS, ROOT, SENDER = "0a" * 32, "0b" * 32, "0c" * 20


@pytest.fixture(scope="module")
def contract(evm):
    return json.loads(COMPILED.read_text("ascii"))


def signature(one):
    return f"{one['name']}({','.join(value['type'] for value in one['inputs'])})"


def test_there_is_one_event_and_one_function_and_nothing_is_stored(contract):
    told = [(one["type"], signature(one)) for one in contract["abi"]]

    assert told == [
        ("event", "Anchor(bytes32,address,uint64,bytes32)"),
        ("function", "anchor(bytes32,uint64,bytes32)"),
    ]
    assert opcodes(contract["deployed"]).isdisjoint(
        {SSTORE, CALL, DELEGATECALL, DESTROY}
    )


SSTORE, CALL, DELEGATECALL, DESTROY = 0x55, 0xF1, 0xF4, 0xFF
PUSH1, PUSH32 = 0x60, 0x7F


def opcodes(code):
    raw, at, found = bytes.fromhex(code), 0, set()
    while at < len(raw):
        found.add(raw[at])
        at += 1 + (raw[at] - PUSH1 + 1 if PUSH1 <= raw[at] <= PUSH32 else 0)
    return found


def test_topic_and_selector_are_those_of_the_compiler(contract):
    told, called = contract["abi"]

    assert f"0x{keccak(text=signature(told)).hex()}" == event.TOPIC
    assert contract["methods"] == {signature(called): event.SELECTOR[2:]}


@pytest.mark.parametrize("size", [0, 1, 2**64 - 1])
def test_a_call_is_written_as_the_interface_says(size):
    said = bytes.fromhex(event.call(GENESIS, size, ROOT)[2:])

    parts = ["bytes32", "uint64", "bytes32"]
    expected = encode(parts, [bytes.fromhex(GENESIS), size, bytes.fromhex(ROOT)])
    assert (said[:4].hex(), said[4:]) == (event.SELECTOR[2:], expected)
    assert decode(parts, said[4:])[1] == size


def log(**other):
    return {
        "address": "0x" + "D0" * 20,
        "topics": [
            event.TOPIC,
            f"0x{GENESIS}",
            f"0x{SENDER:0>64}",
            f"0x{7:064x}",
        ],
        "data": f"0x{ROOT}",
        "blockNumber": "0x10",
        "logIndex": "0x2",
        "transactionHash": f"0x{ROOT}",
    } | other


def test_an_event_is_read():
    assert event.read(log(), 5) == event.Event(
        contract="d0" * 20,
        sender=SENDER,
        size=7,
        root=ROOT,
        block=16,
        place=2,
        transaction=ROOT,
        time=5,
    )


@pytest.mark.parametrize(
    "other",
    [
        {"topics": []},
        {"topics": ["0x00", *log()["topics"][1:]]},
        {"data": "0x"},
        {"data": f"0x{ROOT}00"},
        {"blockNumber": None},
        {"logIndex": "two"},
    ],
)
def test_what_is_no_anchor_is_not_read(other):
    with pytest.raises((ValueError, TypeError)):
        event.read(log(**other), 5)
