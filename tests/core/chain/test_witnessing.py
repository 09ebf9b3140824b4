"""A witness cosigns what continues the last checkpoint, and nothing else."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urdimbre.adapters.keys.ed25519 import public_key, sign, verify
from urdimbre.core.chain import notes
from urdimbre.core.chain.merkle import (
    EMPTY,
    consistency_path,
    leaf_hash,
    subtrees_from,
    tree_root,
)
from urdimbre.core.chain.notes import MalformedNote, VerifierKey
from urdimbre.core.chain.witnessing import (
    PROOF_HASHES_MAX,
    REQUEST_BYTES_MAX,
    Seen,
    Verdict,
    cosigned,
    judge,
    parse_cosignatures,
    parse_request,
    request_bytes,
)

ORIGIN = "urdimbre/" + "a" * 32
SEED, STRANGER = bytes([1]) * 32, bytes([2]) * 32
KEY = VerifierKey(name=ORIGIN, key=public_key(SEED))
LEAVES = [leaf_hash(bytes([number])) for number in range(40)]
OTHER = [leaf_hash(bytes([number, 1])) for number in range(40)]
PROOF_LINE = b64encode(LEAVES[0])


def checkpoint(size, leaves=LEAVES, seed=SEED):
    text = notes.checkpoint_text(
        notes.Checkpoint(origin=ORIGIN, size=size, root=tree_root(leaves[:size]))
    )
    key = VerifierKey(name=ORIGIN, key=public_key(seed))
    signature = notes.sign_note(text, key, lambda one: sign(seed, one))
    return notes.note_bytes(notes.Note(text, (signature,)))


def proof(old, new, leaves=LEAVES):
    path = consistency_path(old, new, subtrees_from(leaves[:new]))
    return "".join(f"{b64encode(one).decode()}\n" for one in path)


def asked(old, new, leaves=LEAVES, path=None, seed=SEED):
    text = proof(old, new, leaves) if path is None else path
    return parse_request(request_bytes(old, text, checkpoint(new, leaves, seed)))


def seen(size):
    return Seen(size, tree_root(LEAVES[:size])) if size else Seen(0, EMPTY)


def verdict(request, last):
    return judge(request, last, [KEY], verify)


@pytest.mark.parametrize(
    ("last", "request_", "expected"),
    [
        (0, asked(0, 7, path=""), Verdict.COSIGNED),
        (7, asked(7, 20), Verdict.COSIGNED),
        (20, asked(20, 20, path=""), Verdict.COSIGNED),
        (7, asked(6, 20), Verdict.STALE),
        (20, asked(7, 19), Verdict.STALE),
        (7, asked(7, 20, OTHER), Verdict.GAP),
        (7, asked(7, 20, path=proof(7, 19)), Verdict.GAP),
        (7, asked(7, 20, path=""), Verdict.GAP),
        (0, asked(0, 7, path=proof(3, 7)), Verdict.GAP),
        (20, asked(20, 20, OTHER, path=""), Verdict.FORK),
        (20, asked(3, 20, OTHER), Verdict.FORK),
        (20, asked(20, 20, path=proof(7, 20)), Verdict.GAP),
        (20, asked(21, 20, path=""), Verdict.OLD_BEYOND),
        (7, asked(7, 20, seed=STRANGER), Verdict.NOT_SIGNED),
        (20, asked(20, 20, OTHER, path="", seed=STRANGER), Verdict.NOT_SIGNED),
    ],
)
def test_what_is_cosigned_and_what_is_not(last, request_, expected):
    assert verdict(request_, seen(last)) is expected


def test_a_fork_is_answered_as_a_conflict():
    assert Verdict.FORK.status == Verdict.STALE.status == 409
    assert Verdict.COSIGNED.status == 200


@given(st.integers(0, 40), st.integers(0, 40), st.booleans())
def test_only_a_log_that_goes_on_is_cosigned(old, new, forked):
    """Whatever sizes are asked for, both logs sharing no entry."""
    leaves = OTHER if forked else LEAVES
    path = proof(old, new, leaves) if 0 < old <= new else ""
    request = asked(old, new, leaves, path=path)

    found = verdict(request, seen(old))

    goes_on = old <= new and (not forked or old == 0)
    assert (found is Verdict.COSIGNED) == goes_on


def test_a_request_reads_back_as_it_was_written():
    request = asked(7, 20)

    assert request.old == 7
    assert request.checkpoint.size == 20
    assert len(request.path) == proof(7, 20).count("\n")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "no blank line before the checkpoint"),
        (b"new 7\n\n" + checkpoint(7), "line 1: no old size"),
        (b"old 07\n\n" + checkpoint(7), "line 1: not a size"),
        (b"old -7\n\n" + checkpoint(7), "line 1: not a size"),
        (b"old " + b"9" * 20 + b"\n\n" + checkpoint(7), "line 1: not a size"),
        (b"old 1\nx\n\n" + checkpoint(7), "line 2: not base64"),
        (b"old 1\nAAAA\n\n" + checkpoint(7), "line 2: not a hash"),
        (
            b"old 1\n" + PROOF_LINE[:-2] + b"9=\n\n" + checkpoint(7),
            "line 2: not a hash",
        ),
        (
            b"old 1\n" + (PROOF_LINE + b"\n") * (PROOF_HASHES_MAX + 1) + b"\n" + b"x",
            "line 2: too many hashes",
        ),
        (b"old 1\n\nno note", "no blank line before the signatures"),
        (b"x" * (REQUEST_BYTES_MAX + 1), "too long"),
    ],
)
def test_what_is_no_request(raw, reason):
    with pytest.raises(MalformedNote) as malformed:
        parse_request(raw)

    assert str(malformed.value) == reason


@given(st.binary(max_size=300))
def test_whatever_is_sent_is_a_request_or_malformed(raw):
    assert _read(b"old 1\n\n" + raw)


def _read(raw):
    try:
        return parse_request(raw)
    except MalformedNote as malformed:
        return malformed.reason


def test_cosignatures_are_added_each_key_once():
    note = notes.parse_note(checkpoint(7))
    key = VerifierKey(name="w.org/1", kind=notes.COSIGNATURE, key=public_key(STRANGER))
    first = notes.cosign_note(note.text, key, lambda one: sign(STRANGER, one), time=5)
    again = notes.cosign_note(note.text, key, lambda one: sign(STRANGER, one), time=9)
    answer = notes.note_bytes(notes.Note(note.text, (first,)))[len(note.text) + 1 :]

    lines = parse_cosignatures(answer, note.text)
    once = cosigned(note, lines.signatures)
    twice = cosigned(once, [again])

    assert once == twice
    assert [one.name for one in once.signatures] == [ORIGIN, "w.org/1"]
    assert [one.time for one in notes.verified(once, [KEY, key], verify)] == [None, 5]
