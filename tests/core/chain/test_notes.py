"""Notes, checkpoints and proofs: one spelling each, readable by other programs."""

from base64 import b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urdimbre.adapters.keys.ed25519 import public_key, sign, verify
from urdimbre.core.chain.merkle import (
    SIZE_MAX,
    check_inclusion,
    inclusion_path,
    leaf_hash,
    subtrees_from,
    tree_root,
)
from urdimbre.core.chain.notes import (
    COSIGNATURE,
    NOTE_BYTES_MAX,
    Checkpoint,
    MalformedNote,
    Note,
    NoteSignature,
    Proof,
    Verified,
    VerifierKey,
    checkpoint_text,
    cosign_note,
    note_bytes,
    parse_checkpoint,
    parse_note,
    parse_proof,
    parse_vkey,
    proof_bytes,
    sign_note,
    verified,
)

# The example of the program that the format comes from: golang.org/x/mod/sumdb/note.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKv"
    "qfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()
# The example of c2sp.org/tlog-cosignature.
C2SP_CHECKPOINT = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4UR"
    "YN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZC"
    "B9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
).encode()

ORIGIN = "urdimbre/000102030405060708090a0b0c0d0e0f"
LOG_SEED, WITNESS_SEED = b"\x01" * 32, b"\x02" * 32
LOG = VerifierKey(name=ORIGIN, key=public_key(LOG_SEED))
WITNESS = VerifierKey(
    name="witness.example/w1", kind=COSIGNATURE, key=public_key(WITNESS_SEED)
)
ENTRIES = [leaf_hash(b"entry %d" % n) for n in range(5)]
CHECKPOINT = Checkpoint(origin=ORIGIN, size=5, root=tree_root(ENTRIES))
TEXT = checkpoint_text(CHECKPOINT)
LOG_LINE = sign_note(TEXT, LOG, lambda message: sign(LOG_SEED, message))
WITNESS_LINE = cosign_note(
    TEXT, WITNESS, lambda message: sign(WITNESS_SEED, message), time=1_700_000_000
)
NOTE = Note(TEXT, (LOG_LINE, WITNESS_LINE))
PROOF = Proof(
    index=2,
    path=tuple(inclusion_path(2, 5, subtrees_from(ENTRIES))),
    note=NOTE,
    extra=b"entry 2",
)
GOLDEN_LOG = (
    "urdimbre/000102030405060708090a0b0c0d0e0f+3bfb79d5+AYqI4910CfGV/VLbLTy6X"
    "XLKZwm/HZQSG/N0iAG0D29c"
)
GOLDEN_WITNESS = (
    "witness.example/w1+df1c0a35+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU"
)
GOLDEN = (
    "c2sp.org/tlog-proof@v1\n"
    "extra ZW50cnkgMg==\n"
    "index 2\n"
    "YcoROfaBWEHVuvLQ0tm9nf7pfImN1ve6DAqpQe5sAes=\n"
    "WkdmL9ijF9lgSaP59HxV3GfKZgUbqjaD27GbL+CaB7A=\n"
    "SFM123z+yWXxX/dF/GJcQdXqJkaTaTAWWCj3PdS2iFQ=\n"
    "\n"
    "urdimbre/000102030405060708090a0b0c0d0e0f\n"
    "5\n"
    "fKo0Xb2JKmZFTWxlEuo8PqPw0+whvj/C4jdXBf049nI=\n"
    "\n"
    "— urdimbre/000102030405060708090a0b0c0d0e0f O/t51cTA8+luVSPRHCQCj0xLs8oE"
    "M56RwOca5LPFHBEi0q1iGniMn4PEUUiHzFjamRX4F8ytWugtw+GylH5tD5DdNAg=\n"
    "— witness.example/w1 3xwKNQAAAABlU/EADihbfFoTh4KrM4SeW2sBUpvOX757Ikof9GK"
    "QS04yJ0qQP3Ie5eXbZwynySjCkU1z+GH5u4VZJA8KfxjlddQfBw==\n"
)


def signature_line(value, name="n"):
    """A signature line as it stands in a note, around any bytes."""
    return f"— {name} {b64encode(value).decode()}\n"


def reason(parse, given):
    """Why it is refused, and in which line; nothing if it is read."""
    try:
        parse(given)
    except MalformedNote as failed:
        return failed.reason, failed.line
    return None


def test_a_note_of_the_go_program_is_read_and_verified():
    key = parse_vkey(GO_VKEY)
    note = parse_note(GO_NOTE)

    assert verified(note, [key], verify) == (Verified(key=key),)
    assert note_bytes(note) == GO_NOTE
    assert key.text == GO_VKEY


def test_the_checkpoint_of_the_specification_is_read_with_its_cosignature():
    note = parse_note(C2SP_CHECKPOINT)

    checkpoint = parse_checkpoint(note.text)

    assert checkpoint.origin == "example.com/behind-the-sofa"
    assert checkpoint.size == 20852163
    assert [line.name for line in note.signatures][1] == "witness.example.com/w1"
    assert note_bytes(note) == C2SP_CHECKPOINT
    assert verified(note, [LOG, WITNESS], verify) == ()


def test_proof_checkpoint_and_keys_are_written_as_ever():
    assert proof_bytes(PROOF).decode() == GOLDEN
    assert [LOG.text, WITNESS.text] == [GOLDEN_LOG, GOLDEN_WITNESS]
    assert GOLDEN.encode().endswith(note_bytes(NOTE))


def test_a_golden_proof_proves_its_entry():
    proof = parse_proof(GOLDEN.encode())
    checkpoint = parse_checkpoint(proof.note.text)
    keys = [parse_vkey(text) for text in (GOLDEN_LOG, GOLDEN_WITNESS)]

    assert proof == PROOF
    assert verified(proof.note, keys, verify) == (
        Verified(key=LOG),
        Verified(key=WITNESS, time=1_700_000_000),
    )
    assert check_inclusion(
        proof.index,
        checkpoint.size,
        leaf_hash(proof.extra),
        proof.path,
        checkpoint.root,
    )


def test_signatures_of_unknown_keys_are_passed_over():
    stranger = NoteSignature(name="stranger", key_id=b"1234", value=b"x")
    same_name = NoteSignature(name=LOG.name, key_id=b"1234", value=b"x")
    same_id = NoteSignature(name="stranger", key_id=LOG.id, value=b"x")
    note = Note(TEXT, (stranger, same_name, same_id, LOG_LINE))

    assert verified(note, [LOG, WITNESS], verify) == (Verified(key=LOG),)
    assert verified(note, [WITNESS], verify) == ()


def test_a_key_that_signs_twice_counts_once():
    note = Note(TEXT, (LOG_LINE, LOG_LINE))

    assert verified(note, [LOG], verify) == (Verified(key=LOG),)


@pytest.mark.parametrize(
    "odd",
    [
        replace(LOG_LINE, value=WITNESS_LINE.value[8:]),
        replace(LOG_LINE, value=LOG_LINE.value[:-1]),
        replace(WITNESS_LINE, value=WITNESS_LINE.value[:-1]),
        replace(WITNESS_LINE, value=b"\x01" + WITNESS_LINE.value[1:]),
        replace(WITNESS_LINE, value=b"\xff" + WITNESS_LINE.value[1:]),
    ],
)
def test_a_known_key_whose_signature_does_not_hold_spoils_the_note(odd):
    note = Note(TEXT, (odd, LOG_LINE if odd.name == WITNESS.name else WITNESS_LINE))

    assert verified(note, [LOG, WITNESS], verify) == ()


@pytest.mark.parametrize(("latest", "holds"), [(SIZE_MAX, True), (SIZE_MAX + 1, False)])
def test_a_witness_states_a_time_below_two_to_the_63(latest, holds):
    line = cosign_note(
        TEXT, WITNESS, lambda message: sign(WITNESS_SEED, message), time=latest
    )

    assert bool(verified(Note(TEXT, (line,)), [WITNESS], verify)) == holds


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("", ("no blank line before the signatures", 0)),
        ("text\n", ("no blank line before the signatures", 0)),
        ("\n— n AAAAAAA=\n", ("no blank line before the signatures", 0)),
        ("text\n\n", ("no signature, or too many", 3)),
        ("text\n\n— n AAAAAAA=", ("no newline at the end", 3)),
        ("text\n\n- n AAAAAAA=\n", ("no em dash and blank before the key's name", 3)),
        (
            "text\n\n—\xa0n AAAAAAA=\n",
            ("no em dash and blank before the key's name", 3),
        ),
        ("text\n\n—  AAAAAAA=\n", ("not name and signature", 3)),
        ("text\n\n— n\n", ("not name and signature", 3)),
        ("text\n\n— a+b AAAAAAA=\n", ("not name and signature", 3)),
        ("text\n\n— a\u2003b AAAAAAA=\n", ("not name and signature", 3)),
        ("text\n\n— n  AAAAAAA=\n", ("not base64", 3)),
        ("text\n\n— n AAAAAAA= \n", ("not base64", 3)),
        ("text\n\n— n AAAAAAA\n", ("not base64", 3)),
        ("text\n\n— n AAAAAAE==\n", ("not base64", 3)),
        ("text\n\n— n AAAAAAB=\n", ("not the one base64 spelling", 3)),
        ("text\n\n— n AAAA_AA=\n", ("not base64", 3)),
        ("text\n\n— n é\n", ("not base64", 3)),
        ("text\n\n— n AAAAAA==\n", ("no signature after the key's id", 3)),
        ("te\txt\n\n— n AAAAAAA=\n", ("control character", 1)),
        ("text\n\n— n AAAAAAA=\r\n", ("control character", 3)),
        ("text\n\n— n AAAAAAA=\n— n AAAA\n", ("no signature after the key's id", 4)),
        (b"text\n\xff\n\n", ("not UTF-8", 2)),
        (b"text\n\xed\xa0\x80\n\n", ("not UTF-8", 2)),
    ],
)
def test_a_note_has_one_spelling(raw, why):
    raw = raw if isinstance(raw, bytes) else raw.encode()

    assert reason(parse_note, raw) == why


def test_the_last_blank_line_parts_text_and_signatures():
    raw = f"one\n\n— n AAAAAAA=\n\n{signature_line(b'12345')}".encode()

    note = parse_note(raw)

    assert note.text == "one\n\n— n AAAAAAA=\n".encode()
    assert note.signatures == (NoteSignature(name="n", key_id=b"1234", value=b"5"),)


@pytest.mark.parametrize(
    ("count", "read"), [(0, False), (1, True), (100, True), (101, False)]
)
def test_a_note_bears_up_to_100_signatures(count, read):
    raw = "text\n\n" + signature_line(b"12345") * count

    assert (reason(parse_note, raw.encode()) is None) == read


@pytest.mark.parametrize(("over", "read"), [(0, True), (1, False)])
def test_a_note_has_at_most_a_mebibyte(over, read):
    end = "\n\n" + signature_line(b"12345")
    raw = b"x" * (NOTE_BYTES_MAX + over - len(end.encode())) + end.encode()

    assert (reason(parse_note, raw) is None) == read


ROOT = b64encode(CHECKPOINT.root).decode()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"o\n0\n{ROOT}\n", None),
        (f"o r+i\n0\n{ROOT}\nmore\n", None),
        (f"o\n{2**63 - 1}\n{ROOT}\n", None),
        (f"o\n{2**63}\n{ROOT}\n", ("not a size or index", 2)),
        (f"o\n{'9' * 5000}\n{ROOT}\n", ("not a size or index", 2)),
        (f"o\n00\n{ROOT}\n", ("not a size or index", 2)),
        (f"o\n01\n{ROOT}\n", ("not a size or index", 2)),
        (f"o\n-1\n{ROOT}\n", ("not a size or index", 2)),
        (f"o\n+1\n{ROOT}\n", ("not a size or index", 2)),
        (f"o\n1 \n{ROOT}\n", ("not a size or index", 2)),
        (f"o\n1_0\n{ROOT}\n", ("not a size or index", 2)),
        (f"o\n\u0661\n{ROOT}\n", ("not a size or index", 2)),
        (f"\n1\n{ROOT}\n", ("empty line", 1)),
        (f"o\n1\n{ROOT}\n\n", ("empty line", 4)),
        (f"o\n1\n{ROOT}", ("no newline at the end", 3)),
        ("o\n1\n", ("not origin, size and root", 2)),
        ("", ("not origin, size and root", 0)),
        (f"o\n1\n{ROOT[:-1]}\n", ("not base64", 3)),
        (f"o\n1\n{ROOT} \n", ("not base64", 3)),
        ("o\n1\nAAAA\n", ("not a hash of 32 bytes", 3)),
    ],
)
def test_a_checkpoint_has_one_spelling(text, why):
    assert reason(parse_checkpoint, text.encode()) == why


LINE = signature_line(b"12345")
HEADER = "c2sp.org/tlog-proof@v1\n"
SIGNED = note_bytes(NOTE).decode()


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (f"{HEADER}index 0\n\n{SIGNED}", None),
        (f"{HEADER}extra \nindex 0\n\n{SIGNED}", None),
        (f"{HEADER}extra AA==\nindex 0\n\n{SIGNED}", None),
        (f"{HEADER}extra\nindex 0\n\n{SIGNED}", ("no index", 2)),
        (
            f"{HEADER}extra AB==\nindex 0\n\n{SIGNED}",
            ("not the one base64 spelling", 2),
        ),
        (f"{HEADER}extra AA==\nextra AA==\nindex 0\n\n{SIGNED}", ("no index", 3)),
        (f"{HEADER}index 00\n\n{SIGNED}", ("not a size or index", 2)),
        (f"{HEADER}index 0\nAAAA\n\n{SIGNED}", ("not a hash of 32 bytes", 3)),
        (f"{HEADER}index 0\n{SIGNED}", ("not base64", 3)),
        (f"{HEADER}\n{SIGNED}", ("no index", 2)),
        (f"{HEADER}index 0\n", ("no blank line before the checkpoint", 3)),
        (f"{HEADER}index 0\n\n{SIGNED[:-1]}", ("no newline at the end", 9)),
        (f"{HEADER}index 0\n\no\n1\n\n{LINE}", ("not origin, size and root", 5)),
        (
            "c2sp.org/tlog-proof@v2\nindex 0\n\n" + SIGNED,
            ("not a proof of version 1", 1),
        ),
        ("", ("no blank line before the checkpoint", 1)),
    ],
)
def test_a_proof_has_one_spelling(raw, why):
    assert reason(parse_proof, raw.encode()) == why


@pytest.mark.parametrize(("hashes", "read"), [(63, True), (64, False)])
def test_a_proof_has_at_most_63_hashes(hashes, read):
    raw = f"{HEADER}index 0\n" + f"{ROOT}\n" * hashes + f"\n{SIGNED}"

    assert (reason(parse_proof, raw.encode()) is None) == read


def test_no_extra_and_empty_extra_are_two_things():
    none, empty = replace(PROOF, extra=None), replace(PROOF, extra=b"")

    assert parse_proof(proof_bytes(none)) == none
    assert parse_proof(proof_bytes(empty)) == empty


@pytest.mark.parametrize(
    "odd",
    [
        replace(CHECKPOINT, origin=""),
        replace(CHECKPOINT, origin="two\nlines"),
        replace(CHECKPOINT, size=-1),
        replace(CHECKPOINT, size=2**63),
        replace(CHECKPOINT, root=b"short"),
        replace(CHECKPOINT, extensions=("",)),
        replace(CHECKPOINT, extensions=("two\nlines",)),
    ],
)
def test_no_checkpoint_is_written_that_could_not_be_read(odd):
    with pytest.raises(MalformedNote):
        checkpoint_text(odd)


@pytest.mark.parametrize(
    "odd",
    [
        Note(b"no newline", (LOG_LINE,)),
        Note(TEXT, ()),
        Note(TEXT, (replace(LOG_LINE, name="two words"),)),
        Note(TEXT, (replace(LOG_LINE, key_id=b"12345"),)),
    ],
)
def test_no_note_is_written_that_could_not_be_read(odd):
    with pytest.raises(MalformedNote):
        note_bytes(odd)


@pytest.mark.parametrize(
    "odd", [{"index": -1}, {"path": (b"short",)}, {"path": list(PROOF.path)}]
)
def test_no_proof_is_written_that_could_not_be_read(odd):
    with pytest.raises(MalformedNote):
        proof_bytes(replace(PROOF, **odd))


KEY = GO_VKEY.rpartition("+")[2]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        GO_VKEY + "A",
        GO_VKEY.replace("c74f20a3", "C74F20A3"),
        GO_VKEY.replace("c74f20a3", "c74f20a4"),
        GO_VKEY.replace("Peter", "Peter "),
        GO_VKEY.replace("Peter", ""),
        GO_VKEY.replace("Peter", "Pe\x00ter"),
        GO_VKEY.replace("Peter", "Pe\ud800ter"),
        GO_VKEY.replace("+ARp", "+CRp"),
        "x" * 1000 + GO_VKEY,
        f"+c74f20a3+{KEY}",
    ],
)
def test_a_key_has_one_spelling(text):
    with pytest.raises(MalformedNote):
        parse_vkey(text)


def test_a_malformed_note_says_where_it_is_malformed():
    assert str(MalformedNote("empty line", 3)) == "line 3: empty line"
    assert str(MalformedNote("too long")) == "too long"


signed = [HEADER, "index 1\n", "extra ", f"{ROOT}\n", TEXT.decode(), SIGNED, GO_VKEY]
crumbs = [
    "\n",
    "\n\n",
    "— ",
    "+",
    " ",
    "n",
    ROOT,
    "AAAAAAA=",
    "\x85",
    "\u2028",
    "0",
    "é",
]
pieces = st.sampled_from([*signed, *crumbs])
written = st.lists(pieces, max_size=12).map(lambda parts: "".join(parts).encode())


@st.composite
def mutated(draw):
    """A good proof, note or checkpoint with some of its bytes replaced."""
    good = draw(st.sampled_from([GOLDEN.encode(), note_bytes(NOTE), TEXT]))
    start = draw(st.integers(0, len(good)))
    end = draw(st.integers(start, min(start + 4, len(good))))
    return good[:start] + draw(st.binary(max_size=4)) + good[end:]


@given(st.one_of(st.binary(max_size=200), written, mutated()))
def test_whatever_is_read_is_written_back_to_the_same_bytes(raw):
    """Parsers raise one thing only, and each text they accept has no second form."""
    written_by = [
        (parse_note, note_bytes),
        (parse_checkpoint, checkpoint_text),
        (parse_proof, proof_bytes),
    ]
    for parse, write in written_by:
        try:
            found = parse(raw)
        except MalformedNote:
            continue
        assert write(found) == raw


@given(st.one_of(st.text(max_size=100), written.map(bytes.decode)))
def test_whatever_is_read_as_a_key_is_written_back_as_it_was(text):
    """The text form of a key is unique."""
    try:
        key = parse_vkey(text)
    except MalformedNote:
        return
    assert key.text == text
