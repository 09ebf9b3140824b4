"""Slips: each act has one, and each slip is of one act, byte for byte."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.little_circuit import town
from tests.strategies import histories, play
from urdimbre.core import drafting, encoding
from urdimbre.core.chain import cbor
from urdimbre.core.chain.cbor import NotCbor, Simple, Tag
from urdimbre.core.chain.entry import decode
from urdimbre.core.chain.slip import (
    KEYS,
    PICTURE_BYTES_MAX,
    SEEN_MAX,
    SHAPES,
    WORDS,
    Answer,
    BrokenSlip,
    Opening,
    OtherCircuit,
    Signature,
    Slip,
    from_text,
    read,
    to_text,
    write,
)

VECTORS = Path(__file__).parents[2] / "vectors" / "slips.json"
GENESIS = sha256(b"slips").hexdigest()
ANA, BETO = (sha256(name).hexdigest()[:32] for name in (b"ana", b"beto"))
WORDS_OF_GOODS = Opening(bytes(range(16)), "goods", b'{"0.0": "Huevos de campo"}')

calmly = settings(
    deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def signature(member):
    key = sha256(member.encode()).hexdigest()
    return Signature(member, key, sha256(key.encode()).digest() * 2)


def usual(*, private=(), **more):
    eggs = drafting.goods(ANA, BETO, category="food.animal", quantity=2, unit="DZN")
    paid = drafting.signs(BETO, ANA, 450, "TOTAI")
    return drafting.draft(
        "exchange",
        drafting.exchange(20_782, drafting.deal("barter", eggs, paid)),
        by=BETO,
        id_=sha256(b"id").hexdigest()[:32],
        valid_until=1_800_000_000,
        agreement=12,
        private=[one.commitment for one in private],
        **more,
    )


def slip_of(act, *signers, openings=()):
    return Slip(act, tuple(openings), tuple(signature(one) for one in signers))


@settings(calmly, max_examples=30)
@given(histories())
def test_every_act_comes_back_byte_for_byte(history):
    little = town()
    list(play(little, history))

    for _, entry in little.entries:
        signed = decode(entry)
        slip = slip_of(signed.act, *dict.fromkeys(one.member for one in signed.slots))
        assert read(write(slip, GENESIS), GENESIS) == slip


PLAIN = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=70)
HEX = st.binary(max_size=33).map(bytes.hex) | st.sampled_from([ANA, BETO, GENESIS])
LEAVES = (
    st.integers(-(2**53) + 1, 2**53 - 1)
    | st.booleans()
    | PLAIN
    | HEX
    | st.sampled_from(WORDS)
)
NAMES = st.sampled_from(KEYS) | PLAIN
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(NAMES, inner, max_size=4)
        | st.sampled_from(SHAPES).flatmap(
            lambda shape: st.fixed_dictionaries(dict.fromkeys(shape, inner))
        )
    ),
    max_leaves=20,
)


@calmly
@given(st.dictionaries(NAMES, VALUES, max_size=5))
def test_whatever_has_a_canonical_form_has_one_slip(value):
    act = encoding.dumps(value)
    try:
        encoding.read(act)
    except encoding.NotCanonical:
        return
    slip = slip_of(act, ANA)

    assert read(write(slip, GENESIS), GENESIS) == slip


def usual_slip():
    act = usual(private=[WORDS_OF_GOODS])
    return write(slip_of(act, BETO, openings=[WORDS_OF_GOODS]), GENESIS)


@calmly
@given(st.integers(0, 400), st.binary(max_size=3), st.integers(0, 3))
def test_no_other_bytes_are_the_same_slip(at, put, taken):
    """Whatever is read says what its very bytes are: there is no second spelling."""
    data = usual_slip()
    changed = data[:at] + put + data[at + taken :]
    try:
        found = read(changed, GENESIS)
    except (BrokenSlip, OtherCircuit):
        return

    assert write(found, GENESIS) == changed
    assert (found == read(data, GENESIS)) == (changed == data)


@calmly
@given(st.binary(max_size=200))
def test_no_bytes_surprise_the_reader(data):
    head = bytes.fromhex("8301") + b"\x44" + bytes.fromhex(GENESIS)[:4]
    for one in (data, head + data):
        try:
            assert write(read(one, GENESIS), GENESIS) == one
        except (BrokenSlip, OtherCircuit):
            continue


def test_a_usual_exchange_fits_a_picture_with_words_key_and_signature():
    assert len(usual_slip()) == 273
    assert len(write(Answer(GENESIS, (signature(ANA),)), GENESIS)) == 158
    assert PICTURE_BYTES_MAX == 300


def test_what_stands_again_is_written_by_its_number():
    pairs = [f"{number:032x}" for number in range(SEEN_MAX + 2)]
    act = encoding.dumps({"x": [*pairs, *pairs]})

    data = write(slip_of(act), GENESIS)

    assert read(data, GENESIS).act == act
    assert data.count(bytes.fromhex(pairs[SEEN_MAX - 1])) == 1
    assert data.count(bytes.fromhex(pairs[SEEN_MAX])) == 2


def test_a_slip_of_another_circuit_is_told_apart():
    with pytest.raises(OtherCircuit):
        read(usual_slip(), "00" * 32)


def offer(value, *signed):
    return cbor.write([1, bytes.fromhex(GENESIS)[:4], value, *signed])


MEMBER, KEY, SIGNED = bytes(16), bytes(32), bytes(64)
BROKEN = {
    "empty": b"",
    "no list": cbor.write({}),
    "too short a list": cbor.write([1, bytes.fromhex(GENESIS)[:4]]),
    "another version": cbor.write([3, bytes.fromhex(GENESIS)[:4], {}]),
    "true for one": cbor.write([True, bytes.fromhex(GENESIS)[:4], {}]),
    "another mark": cbor.write([1, b"abc", {}]),
    "an unknown field": offer({len(KEYS): 1}),
    "a negative field": offer({-1: 1}),
    "an unknown word": offer({"x": Simple(255)}),
    "an unknown tag": offer(Tag(5, 1)),
    "a later tag": offer(Tag(40, 1)),
    "a shape cut short": offer(Tag(7, [1])),
    "a shape without a list": offer(Tag(7, 1)),
    "a shape with all its names": offer({KEYS.index("day"): 1, KEYS.index("deals"): 2}),
    "a field by its name": offer({"day": 1}),
    "fields out of order": offer({"b": 1, "a": 1}),
    "a field twice": offer({0: 1, "act": 1}),
    "a word in letters": offer({"x": "goods"}),
    "an id in letters": offer({"x": "ab" * 16}),
    "an odd id": offer({"x": b"abc"}),
    "a number never given": offer({"x": b"\x07"}),
    "not ASCII": offer({"x": "maíz"}),
    "no act but a word": offer(Simple(0), MEMBER),
    "an opening without parts": offer({"x": Tag(15, 1)}),
    "an opening of a number": offer({"x": Tag(15, [MEMBER, 3, b""])}),
    "an opening with a strange name": offer({"x": Tag(15, [MEMBER, "Á", b""])}),
    "an opening with little salt": offer({"x": Tag(15, [b"", Simple(1), b""])}),
    "an opening with no payload": offer({"x": Tag(15, [MEMBER, Simple(1), 0])}),
    "half a signature": offer({}, MEMBER),
    "a short key": offer({}, MEMBER, b"", SIGNED),
    "a short signature": offer({}, MEMBER, KEY, b""),
    "no member": offer({}, KEY, KEY, SIGNED),
    "a member that is a number": offer({}, 1, KEY, SIGNED),
    "an answer to nothing": cbor.write([2, bytes.fromhex(GENESIS)[:4], b""]),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_is_no_slip_is_refused(data):
    with pytest.raises(BrokenSlip):
        read(data, GENESIS)


def test_an_act_that_is_not_canonical_has_no_slip():
    with pytest.raises(encoding.NotCanonical):
        write(slip_of(b'{ "a":1}'), GENESIS)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        # RFC 8949, appendix A.
        (0, "00"),
        (23, "17"),
        (24, "1818"),
        (255, "18ff"),
        (256, "190100"),
        (1_000_000, "1a000f4240"),
        (1_000_000_000_000, "1b000000e8d4a51000"),
        (-1, "20"),
        (-1000, "3903e7"),
        (b"\1\2\3\4", "4401020304"),
        ("IETF", "6449455446"),
        ("\u00fc", "62c3bc"),
        ([1, [2, 3]], "8201820203"),
        ({"a": 1, "b": [2, 3]}, "a26161016162820203"),
        (False, "f4"),
        (True, "f5"),
        (Simple(16), "f0"),
        (Simple(255), "f8ff"),
        (Tag(1, 1363896240), "c11a514b67b0"),
    ],
)
def test_values_are_written_as_the_standard_says(value, written):
    assert cbor.write(value).hex() == written
    assert cbor.read(bytes.fromhex(written)) == value


@pytest.mark.parametrize(
    "written",
    [
        "",
        "1817",
        "1900ff",
        "0000",
        "18",
        "4401",
        "62ff",
        "61ff",
        "8101ff",
        "82",
        "a1f401",
        "a2010201",
        "a201020102",
        "5f42010243030405ff",
        "f7",
        "f818",
        "f90000",
        "fa00000000",
        "81" * cbor.DEPTH_MAX + "00",
        "9bffffffffffffffff",
        "00" * (cbor.BYTES_MAX + 1),
    ],
)
def test_other_spellings_are_refused(written):
    with pytest.raises(NotCbor):
        cbor.read(bytes.fromhex(written))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        # RFC 9285, section 4.3.
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"", ""),
    ],
)
def test_pictures_hold_base45(data, text):
    assert to_text(data) == f"URD1:{text}"
    assert from_text(f"URD1:{text}") == data


@pytest.mark.parametrize(
    "text", ["", "BB8", "URD1:b", "URD1:B", "URD1:BB8B", "URD1:GGW", "URD1:::", "URD2:"]
)
def test_other_texts_are_no_slips(text):
    with pytest.raises(BrokenSlip):
        from_text(text)


@calmly
@given(st.binary(max_size=300))
def test_every_text_comes_back(data):
    assert from_text(to_text(data)) == data


def cases():
    return json.loads(VECTORS.read_text("ascii"))["cases"]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["name"])
def test_slips_stay_what_they_are(case):
    signed = tuple(
        Signature(one["member"], one["key"], bytes.fromhex(one["signature"]))
        for one in case["signatures"]
    )
    if "answers" in case:
        slip = Answer(case["answers"], signed)
    else:
        opened = tuple(
            Opening(
                bytes.fromhex(one["salt"]), one["field"], bytes.fromhex(one["payload"])
            )
            for one in case["openings"]
        )
        slip = Slip(case["act"].encode("ascii"), opened, signed)

    assert write(slip, case["genesis"]).hex() == case["slip"]
    assert read(bytes.fromhex(case["slip"]), case["genesis"]) == slip
