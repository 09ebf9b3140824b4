"""Whatever bytes are sent, each gets an answer: refused, or recorded as it stands.

``make fuzz`` runs it with many more rounds and a seed of its own, which is printed.
"""

import os
import random
import sys
import tracemalloc
from contextlib import closing

import pytest

from tests.adapters import making
from urdimbre.adapters.bundle import NotABundle, verify_bundle, write_bundle
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.receipts import BadReceipt, verify_receipt
from urdimbre.adapters.snapshot import NotASnapshot, check_snapshot, snapshot_of
from urdimbre.core import drafting
from urdimbre.core.chain import notes, witnessing
from urdimbre.core.chain.entry import ActEntry, BrokenEntry, decode
from urdimbre.core.chain.header import read_header
from urdimbre.core.refusals import Refusal
from urdimbre.recording import Receipt
from urdimbre.recording.log_tree import WIDTH
from urdimbre.recording.signatures import OneThread
from urdimbre.recording.tiles import entries_place, hash_place

ROUNDS = int(os.environ.get("URDIMBRE_FUZZ", "3000"))
SEED = int(os.environ.get("URDIMBRE_FUZZ_SEED", "7"))
PIECES = (
    b'{"', b'":', b"[[[[[[[[[", b"]" * 9, b"1e999", b"-0", b"NaN", b"null", b"\x00",
    b"\xff\xfe", b"9" * 400, b"9007199254740992", b'{"member":"', b'"common":true',
    b'"v":2', b'"kind":"genesis"', b"\\u0041", b"\n\n", "— ".encode(), b"old 1\n",
)  # fmt: skip
BYTES_MAX = 32 << 20
STEPS_MAX = 40_000
"""Calls that an answer may take; the longest act that is in order takes 25,000, which
is about 1.5 ms (``refusing_p999`` of the benches)."""


@pytest.fixture
def chance():
    sys.stdout.write(f"URDIMBRE_FUZZ_SEED={SEED}\n")  # shown with a failure
    return random.Random(SEED)


@pytest.fixture
def made(tmp_path):
    found = making.found(tmp_path)
    found.admit("Rosa", "Beto", "Carla")
    for number in range(5):
        found.record(found.barter("Rosa", "Beto", 1 + number))
    yield found
    found.registry.close()


def bent(chance, good):
    """Bytes near the good ones: cut, doubled, turned, mixed with odd pieces."""
    raw = bytearray(good)
    for _ in range(chance.choice((1, 1, 1, 2, 5, 20))):
        at = chance.randrange(len(raw) + 1)
        end = min(len(raw), at + chance.choice((0, 1, 2, 8, 60)))
        piece = chance.choice(
            (
                chance.choice(PIECES),
                bytes(raw[at:end]) * 2,
                chance.randbytes(chance.choice((1, 4))),
                b"",
            )
        )
        raw[at:end] = piece
    return bytes(raw)


def test_no_entry_stops_the_registry(made, chance):
    """Nor takes much room, nor is half recorded."""
    entries = [made.registry.entry(at) for at in range(made.registry.size)]
    before, size = made.registry.checkpoint(), made.registry.size
    tracemalloc.start()
    try:
        for _ in range(ROUNDS):
            answer = made.registry.submit(bent(chance, chance.choice(entries)))
            assert isinstance(answer, Refusal | Receipt)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < BYTES_MAX
    assert (made.registry.checkpoint(), made.registry.size) == (before, size)


def test_no_entry_takes_many_steps(made, chance):
    """However its bytes are made. Steps are counted, for seconds are the machine's."""
    longest = longest_act(made)
    entries = [made.registry.entry(at) for at in range(made.registry.size)]
    odd = [b'{"a":' * 6_000, b"[" * 30_000, b"[1," * 10_000, b'"' + b'\\"' * 15_000]
    sent = [b"\x01\x00" + one for one in odd]
    sent += [bent(chance, chance.choice(entries)) for _ in range(ROUNDS // 10)]
    sent += [bent(chance, longest) for _ in range(ROUNDS // 10)]

    sent = [one for one in sent if one != longest]  # recorded, it would be known
    assert max(steps_of(made.registry.submit, one) for one in sent) < STEPS_MAX
    assert 10_000 < steps_of(made.registry.submit, longest) < STEPS_MAX


def longest_act(made):
    """An exchange with as many moves as there may be."""
    rosa, beto = making.id_of("Rosa"), making.id_of("Beto")
    goods = drafting.goods(rosa, beto, category="food.rice", quantity=2, unit="C62")
    signs = drafting.signs(beto, rosa, 1, making.SIGN)
    deals = [drafting.deal("barter", *[goods] * 5, signs) for _ in range(16)]
    return made.exchange(*deals, by="Rosa", names=["Beto"])


def steps_of(work, *arguments):
    """How many functions are called and left meanwhile, in this thread."""
    count = 0

    def counted(*_):
        nonlocal count
        count += 1

    sys.setprofile(counted)
    try:
        work(*arguments)
    finally:
        sys.setprofile(None)
    return count


def test_no_act_stops_a_preview(made, chance):
    acts = [decode(made.barter("Rosa", "Beto", 1)).act for _ in range(5)]

    for _ in range(ROUNDS):
        for refusal in made.registry.check(bent(chance, chance.choice(acts))):
            assert refusal.sentence()
            assert refusal.code


def test_signatures_that_are_mixed_never_pass(made, chance):
    """Slots of one act under another, in any order and number."""
    signed = [decode(made.barter("Rosa", "Beto", 1 + n)) for n in range(8)]
    slots = [slot for one in signed for slot in one.slots]

    for _ in range(min(ROUNDS, 2000)):
        act = chance.choice(signed)
        picked = chance.sample(slots, k=chance.randrange(5))
        if set(act.slots) <= set(picked):
            continue
        picked.sort(key=lambda slot: slot[:3])
        answer = made.registry.submit(ActEntry(act.act, tuple(picked)).encode())

        assert isinstance(answer, Refusal)


@pytest.mark.parametrize(
    ("read", "refuses"),
    [
        (decode, BrokenEntry),
        (read_header, BrokenEntry),
        (notes.parse_note, notes.MalformedNote),
        (notes.parse_checkpoint, notes.MalformedNote),
        (notes.parse_proof, notes.MalformedNote),
        (witnessing.parse_request, notes.MalformedNote),
        (verify_receipt, BadReceipt),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_parsers_refuse_and_never_fail(made, chance, read, refuses):
    registry = made.registry
    receipt = registry.receipt(3).encode()
    good = [
        registry.entry(3),
        registry.entry(registry.size - 1)[1:],
        registry.checkpoint().encode(),
        notes.parse_note(registry.checkpoint().encode()).text,
        receipt,
        b"old 3\n\n" + registry.checkpoint().encode(),
    ]
    refused = 0
    for _ in range(ROUNDS):
        try:
            read(bent(chance, chance.choice(good)))
        except refuses:
            refused += 1

    assert refused > ROUNDS / 2


def test_names_of_tiles_are_read_in_one_spelling_or_not_at_all(chance):
    """Whatever is asked for is no tile, or spelled as it is written again."""
    good = ["0/000", "0/x001/234.p/7", "63/999", "3/x012/x345/678", "000.p/255"]
    read = 0
    for _ in range(ROUNDS):
        path = bent(chance, chance.choice(good).encode()).decode("latin-1")
        for place_of, level in ((hash_place, True), (entries_place, False)):
            found = place_of(path)
            if found is not None:
                assert spelled(found, level=level) == path
                read += 1

    assert read > 0


def spelled(place, *, level):
    """How C2SP writes the place of a tile."""
    groups, number = [f"{place.number % 1000:03}"], place.number // 1000
    while number:
        groups.insert(0, f"x{number % 1000:03}")
        number //= 1000
    width = "" if place.width == WIDTH else f".p/{place.width}"
    return (f"{place.level}/" if level else "") + "/".join(groups) + width


def test_files_of_others_are_refused_and_never_fail(made, tmp_path, chance):
    """Snapshots, bundles and lines of an import, whatever stands in them."""
    written = tmp_path / "written"
    snapshot_of(tmp_path, tmp_path / "snapshot")
    write_bundle(made.registry.store, tmp_path / "bundle")
    for name, check, refuses in (
        ("snapshot", check_snapshot, NotASnapshot),
        ("bundle", bundle_holds, (NotABundle, AssertionError)),
    ):
        good, refused = (tmp_path / name).read_bytes(), 0
        for _ in range(ROUNDS // 20):
            written.write_bytes(bent(chance, good))
            try:
                check(written)
            except refuses:
                refused += 1
        assert refused > ROUNDS / 60, name


def bundle_holds(path):
    with closing(OneThread(ed25519.verify)) as verdicts:
        assert verify_bundle(path, verdicts=verdicts).ok


def test_cosignatures_of_others_are_refused_and_never_fail(made, chance):
    text = notes.parse_note(made.registry.checkpoint().encode()).text
    good = made.registry.checkpoint().encode()[len(text) + 1 :]
    refused = 0
    for _ in range(ROUNDS):
        try:
            witnessing.parse_cosignatures(bent(chance, good), text)
        except notes.MalformedNote:
            refused += 1

    assert refused > ROUNDS / 4
