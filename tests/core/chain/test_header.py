"""Headers: one spelling, fixed fields, chained by hash."""

from hashlib import sha256

import pytest

from urdimbre.core.chain.entry import BrokenEntry
from urdimbre.core.chain.header import FIRST_PREV, HEADER_BYTES_MAX, Header, read_header

HEADER = Header(
    acts=2,
    acts_root="ab" * 32,
    height=7,
    prev="cd" * 32,
    rules=1,
    size=20,
    state_root="ef" * 32,
    time=1_700_000_000,
)
TEXT = (
    b'{"acts":2,"acts_root":"'
    + b"ab" * 32
    + b'","height":7,"prev":"'
    + b"cd" * 32
    + b'","rules":1,"size":20,"state_root":"'
    + b"ef" * 32
    + b'","time":1700000000,"v":1}'
)


def test_it_is_written_in_canonical_json_and_read_back():
    assert HEADER.encode() == TEXT
    assert read_header(TEXT) == HEADER


def test_the_next_header_names_the_hash_of_its_entry():
    assert HEADER.entry() == b"\x02" + TEXT
    assert HEADER.hash() == sha256(b"\x02" + TEXT).hexdigest()
    assert FIRST_PREV == "00" * 32


NEEDS = "header: needs acts, acts_root, height, prev, rules, size, state_root, time, v"
NO_ACTS = "header: acts is not a number of its range"
NO_PREV = "header: prev is not a hash"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b" " + TEXT, "header: not in canonical form"),
        (TEXT.replace(b'"acts":2,', b""), NEEDS),
        (b"[]", NEEDS),
        (TEXT.replace(b'"v":1', b'"v":2'), "header: v must be 1"),
        (TEXT.replace(b'"v":1', b'"v":true'), "header: v must be 1"),
        (TEXT.replace(b'"acts":2', b'"acts":-1'), NO_ACTS),
        (TEXT.replace(b'"acts":2', b'"acts":true'), NO_ACTS),
        (TEXT.replace(b'"acts":2', b'"acts":9007199254740992'), NO_ACTS),
        (TEXT.replace(b"cd" * 32, b"CD" * 32), NO_PREV),
        (TEXT.replace(b'"' + b"cd" * 32 + b'"', b"7"), NO_PREV),
        (b"x" * (HEADER_BYTES_MAX + 1), "header too long"),
    ],
)
def test_any_other_bytes_are_no_header(text, reason):
    with pytest.raises(BrokenEntry) as broken:
        read_header(text)

    assert broken.value.reason == reason


def test_the_largest_numbers_fit():
    largest = 2**53 - 1
    header = Header(
        acts=largest,
        acts_root="ab" * 32,
        height=largest,
        prev="cd" * 32,
        rules=largest,
        size=largest,
        state_root="ef" * 32,
        time=largest,
    )

    assert read_header(header.encode()) == header
    assert len(header.encode()) <= HEADER_BYTES_MAX
