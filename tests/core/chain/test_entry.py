"""Entries: bytes of the log, and what hashes and signatures cover."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.little_circuit import ANA, BETO, slot, town
from urdimbre.core.chain import entry
from urdimbre.core.chain.entry import BrokenEntry, Slot, decode, signed_entry

ACT = b'{"a":1}'


def packed(count, *, order=1, alg=1):
    slots = [bytes((alg,)) + bytes((n,)) * 104 for n in range(count)][::order]
    return bytes((1, count)) + b"".join(slots) + ACT


def test_signatures_stand_in_the_order_of_the_format():
    written = signed_entry(ACT, [slot(BETO), slot(ANA), slot(ANA, "ff" * 16)])

    members = [one.member for one in written.slots]

    assert members == sorted(members)
    assert decode(written.encode()) == written


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not an act entry"),
        (b"\x01", "not an act entry"),
        (b"\x02\x00" + ACT, "not an act entry"),
        (b"\x01\x00", "cut short"),
        (packed(1)[: -len(ACT)], "cut short"),
        (packed(1)[:50], "cut short"),
        (packed(25), "25 signatures, 24 allowed"),
        (packed(1, alg=2), "unknown algorithm 2"),
        (packed(2, order=-1), "signatures out of order"),
        (b"\x01\x02" + packed(1)[2:-7] * 2 + ACT, "signatures out of order"),
    ],
)
def test_bytes_that_are_no_entry(data, reason):
    with pytest.raises(BrokenEntry) as caught:
        decode(data)

    assert caught.value.reason == reason


def test_the_most_signatures_are_24():
    assert len(decode(packed(24)).slots) == 24
    assert decode(b"\x01\x00" + ACT).slots == ()


@settings(deadline=None)
@given(st.binary(max_size=400).map(lambda data: b"\x01" + data) | st.binary())
def test_any_bytes_are_an_entry_in_one_way_or_none(data):
    try:
        read = decode(data)
    except BrokenEntry:
        return
    assert read.encode() == data


def test_hashes_and_signatures_cover_what_the_format_says():
    genesis = "ab" * 32

    assert (
        entry.genesis_id(ACT)
        == hashlib.sha256(b"urdimbre/genesis/v1\0" + ACT).hexdigest()
    )
    assert (
        entry.act_hash(genesis, ACT)
        == hashlib.sha256(b"urdimbre/acthash/v1\0" + b"\xab" * 32 + ACT).hexdigest()
    )
    assert entry.signature_input(genesis, "01" * 16, "02" * 16, ACT) == (
        b"urdimbre/act/v1\0" + b"\xab" * 32 + b"\x01" * 16 + b"\x02" * 16 + ACT
    )
    assert (
        entry.key_id("cd" * 32)
        == hashlib.sha256(b"\x01" + b"\xcd" * 32).hexdigest()[:16]
    )
    assert (
        entry.commitment(b"\x07" * 16, "party", b"x")
        == hashlib.sha256(
            b"urdimbre/private/v1\0" + b"\x07" * 16 + b"\x05party" + b"x"
        ).hexdigest()
    )
    assert entry.header_entry(b"{}") == b"\x02{}"


def test_the_slots_of_a_recorded_act_come_back_from_the_log():
    c = town()

    for recorded, (_, written) in zip(c.log, c.entries, strict=True):
        assert decode(written).slots == recorded.slots
        assert all(isinstance(one, Slot) for one in recorded.slots)
