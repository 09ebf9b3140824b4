"""Canonical JSON: one form, and the same verdict for all bytes, whoever parses them."""

import json
import math
import random
import re

import orjson
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.little_circuit import ANA, BETO, town
from tests.strategies import STEPS, Draw
from urdimbre.core import circuit, encoding
from urdimbre.core.acts import Act
from urdimbre.core.chain.entry import decode
from urdimbre.core.drafting import deal, draft, exchange, goods
from urdimbre.core.refusals import Malformed

ROUNDS = 100_000


def orjson_dumps(value):
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


FAST = {"loads": orjson.loads, "dump": orjson_dumps}


def verdicts(data, genesis):
    """What each parser makes of the same bytes."""
    return (
        circuit.read(data, genesis),
        circuit.read(data, genesis, loads=orjson.loads, dump=orjson_dumps),
    )


KINDS = set(circuit.KINDS) - {"genesis", "rules"}
"""All but the first act, and one that these rules always refuse."""


@pytest.fixture(scope="module")
def recorded():
    """Bytes of acts of every kind, and the circuit's id."""
    chance = random.Random(2)
    acts = {}
    while set(acts.values()) < KINDS or len(acts) < 300:
        little = town()
        for name in chance.sample(sorted(STEPS), k=len(STEPS)):
            STEPS[name](little, Draw(chance.choices(range(60), k=8)))
        for one, (_, entry) in zip(little.log[1:], little.entries[1:], strict=True):
            acts[decode(entry).act] = one.act.kind
    return sorted(acts), little.state.genesis


def test_the_form_is_that_of_the_published_canonicaliser(recorded):
    acts, _ = recorded

    for data in acts:
        assert rfc8785.dumps(json.loads(data)) == data
        assert orjson_dumps(orjson.loads(data)) == data


FRAGMENTS = (
    *(b'"', b"{", b"}", b"[", b"]", b",", b":", b" ", b"\\", b"\n", b"\t", b"\0"),
    *(b"-", b"-0", b"0", b"00", b"1e3", b"1.0", b"0.5", b"NaN", b"Infinity"),
    *(b"null", b"true", b"false", b"9007199254740992", b"18446744073709551615"),
    *(b"18446744073709551616", b"-9007199254740992", b'\\"', b"\\u0041", b"\\ud800"),
    *(b"\xff", b"\xc3\xa9", b"\xef\xbb\xbf", b'"v":1,', b'"v":2,', b"{}", b"[]"),
)


def mutated(chance, acts):
    """An act with some of its bytes taken out, put in, doubled or changed."""
    data = chance.choice(acts)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.choice((0, 1, 1, 2, 8)))
        put = chance.choice((b"", chance.choice(FRAGMENTS), data[at:end] * 2))
        data = data[:at] + put + data[end:]
    return data


@pytest.mark.slow
def test_every_parser_gives_the_same_verdict_on_changed_acts(recorded):
    """Either the same act, or malformed for both; the reason may be told otherwise."""
    acts, genesis = recorded
    chance = random.Random(1)
    accepted = 0

    for _ in range(ROUNDS):
        data = mutated(chance, acts)
        one, other = verdicts(data, genesis)
        if isinstance(one, Malformed):
            assert isinstance(other, Malformed), data
        else:
            assert one == other, data
            assert rfc8785.dumps(json.loads(data)) == data
            accepted += 1

    assert 0 < accepted < ROUNDS


@pytest.mark.parametrize("digits", [17, 19, 20, 21, 400, 4000])
@pytest.mark.parametrize("sign", ["", "-"])
def test_every_parser_names_the_field_of_a_number_that_is_too_large(
    recorded, digits, sign
):
    acts, genesis = recorded
    whole = b'"valid_until":' + sign.encode() + b"9" * digits
    data = re.sub(rb'"valid_until":[0-9]+', whole, acts[0])

    one, other = verdicts(data, genesis)

    assert one == other
    assert one.path == "valid_until"
    assert "must lie within" in one.reason


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_no_bytes_raise_anything_but_what_is_declared(data):
    for genesis in ("", "00" * 32):
        one, other = verdicts(data, genesis)
        assert isinstance(one, Malformed)
        assert isinstance(other, Malformed)
    for more in ({}, FAST):
        try:
            value = encoding.read(data, **more)
        except encoding.NotCanonical:
            continue
        assert encoding.dumps(value) == data or isinstance(value, float)


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=300)
@given(_json)
def test_the_writer_agrees_with_two_others_on_any_value(value):
    written = encoding.dumps(value)

    assert written == rfc8785.dumps(value) == orjson_dumps(value)


def soup(**more):
    body = exchange(1, deal("gift", goods(ANA, BETO, category="soup", quantity=1)))
    envelope = {"by": ANA, "id_": BETO, "valid_until": 1} | more
    return draft("exchange", body, **envelope)


SOUP = soup()


@pytest.mark.parametrize(
    ("data", "path", "reason"),
    [
        (SOUP + b"\n", "act", "not printable ASCII"),
        (b"\xef\xbb\xbf" + SOUP, "act", "not printable ASCII"),
        (SOUP.replace(b"soup", "sopá".encode()), "act", "not printable ASCII"),
        (SOUP.replace(b"soup", "sopá".encode("utf-16")), "act", "not printable ASCII"),
        (SOUP + b" ", "act", "not in canonical form"),
        (b" " + SOUP, "act", "not in canonical form"),
        (SOUP.replace(b'"v":1', b'"v":1,"v":1'), "act", "not in canonical form"),
        (SOUP.replace(b'"v":1', b'"v": 1'), "act", "not in canonical form"),
        (SOUP.replace(b"soup", b"\\u0073oup"), "act", "not in canonical form"),
        (SOUP.replace(b'"v":1', b'"v":1e0'), "act", "not in canonical form"),
        (SOUP.replace(b'"day":1', b'"day":-0'), "act", "not in canonical form"),
        (SOUP.replace(b"soup", b"\\ud800"), "act", "no JSON"),
        (SOUP.replace(b"soup", b"\\u00e9"), "act", "not in canonical form"),
        (SOUP[:-1], "act", "nested deeper than 8, or unbalanced"),
        (b"", "act", "no JSON"),
        (b"{]", "act", "no JSON"),
        (b"1" * 5000, "act", "no JSON"),
        (b"[]", "act", "needs agreement, body, by, id, kind, private, refs, v, "),
        (b"{}", "act", "needs agreement, body, by, id, kind, private, refs, v, "),
        (SOUP.replace(b'"refs"', b'"r":1,"refs"'), "act", "needs agreement, body, "),
        (SOUP.replace(b'"v":1', b'"v":2'), "v", "must be 1"),
        (SOUP.replace(b'"v":1', b'"v":true'), "v", "must be 1"),
        (SOUP.replace(b'"exchange"', b'"genesis"'), "kind", "is not a kind"),
        (SOUP.replace(b'"exchange"', b"7"), "kind", "is not a kind"),
        (
            SOUP.replace(b'"day":1', b'"day":1.5'),
            "body.day",
            "a whole number",
        ),
        (
            SOUP.replace(b'"day":1', b'"day":NaN'),
            "body.day",
            "a whole number",
        ),
        (SOUP.replace(b'"day":1', b'"day":true'), "body.day", "a whole number"),
        (SOUP.replace(b'"day":1', b'"day":null'), "body.day", "a whole number"),
        (
            SOUP.replace(b'"valid_until":1', b'"valid_until":9007199254740992'),
            "valid_until",
            "must lie within 0 and 9007199254740991",
        ),
    ],
)
def test_odd_spellings_are_malformed_and_say_where(data, path, reason):
    answer = circuit.read(data, "00" * 32)

    assert isinstance(answer, Malformed)
    assert answer.path == path
    assert answer.reason.startswith(reason)
    assert isinstance(circuit.read(data, "00" * 32, **FAST), Malformed)


@pytest.mark.parametrize("number", [2**53 - 1, 0])
def test_the_largest_number_is_one_that_every_reader_keeps(number):
    data = soup(valid_until=number)

    one, other = verdicts(data, "00" * 32)

    assert isinstance(one, Act)
    assert one == other


@pytest.mark.parametrize(("depth", "fits"), [(8, True), (9, False)])
def test_depth_is_bounded_before_anything_is_parsed(depth, fits):
    def refuse(_):
        raise AssertionError

    data = b"[" * depth + b"]" * depth
    if fits:
        assert encoding.read(data) == json.loads(data)
        return
    with pytest.raises(encoding.NotCanonical, match="nested deeper"):
        encoding.read(data, loads=refuse)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'["]]]]]]]]]]",' + b"[" * 12 + b"]" * 12 + b"]",
        b"]" * 10_000,
        b"[" * 30_000,
        b"[]" * 16_000,
    ],
)
def test_brackets_without_end_are_refused_and_not_followed(data):
    with pytest.raises(encoding.NotCanonical):
        encoding.read(data)
    with pytest.raises(encoding.NotCanonical):
        encoding.read(data, **FAST)


@pytest.mark.parametrize(("size", "fits"), [(32 * 1024, True), (32 * 1024 + 1, False)])
def test_the_longest_act_is_32_kib(size, fits):
    data = b'"' + b"a" * (size - 2) + b'"'
    if fits:
        assert len(encoding.read(data)) == size - 2
        return
    with pytest.raises(encoding.NotCanonical, match="32769 bytes, 32768 allowed"):
        encoding.read(data)


def test_a_number_that_one_parser_would_round_is_refused_by_both():
    """A float of the same value may come back as the same text: the walk refuses it."""
    for text in (b"1e400", b"0.1", b"1.0", b"-0.0", b"18446744073709551616"):
        data = SOUP.replace(b'"day":1', b'"day":' + text)
        one, other = verdicts(data, "00" * 32)
        assert isinstance(one, Malformed)
        assert isinstance(other, Malformed)
    assert math.isinf(json.loads("1e400"))
