"""The one way in: receipts, refusals, batches, the same act sent twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.adapters import making
from tests.adapters.making import id_of
from urdimbre.core import circuit as rules
from urdimbre.core import drafting
from urdimbre.core.accounts import OverCreditLimit, OverHighLimit
from urdimbre.core.chain.entry import ZERO16, decode, key_id, signed_entry
from urdimbre.core.membership.answers import (
    BadSignature,
    ConsentMissing,
    KeyNotAdmissible,
    KeyRevoked,
    UnknownKey,
)
from urdimbre.core.refusals import Malformed, UnknownMember
from urdimbre.recording import (
    ActFailed,
    AlreadyFounded,
    BrokenBytes,
    Closed,
    IdTaken,
    Overloaded,
    Receipt,
)
from urdimbre.recording import writer as writing

SMALL_ORDER = "00" * 32


@pytest.fixture
def circuit(tmp_path):
    circuit = making.found(tmp_path)
    circuit.admit("ana", "beto")
    yield circuit
    circuit.registry.close()


def forged(entry):
    """The same entry with one bit of its first signature changed."""
    signed = decode(entry)
    first, *others = signed.slots
    wrong = bytes([first.signature[0] ^ 1]) + first.signature[1:]
    return signed_entry(signed.act, [first._replace(signature=wrong), *others]).encode()


def test_a_receipt_tells_where_the_act_stands(circuit):
    entry = circuit.barter("ana", "beto", 500)
    act = decode(entry).act

    receipt = circuit.record(entry)

    assert receipt == Receipt(
        act=circuit.hash(act),
        id=making.parts(act)["id"],
        height=3,
        index=6,
        time=making.START,
    )
    assert circuit.registry.entry(receipt.index) == entry
    assert circuit.registry.position_of(receipt.act) == receipt.index


def test_the_same_act_again_gives_the_first_receipt(circuit):
    entry = circuit.barter("ana", "beto", 500)
    first = circuit.record(entry)
    size = circuit.registry.size

    assert circuit.registry.submit(entry) == first
    assert circuit.registry.size == size


def test_what_a_key_signed_before_it_ended_is_refused_afterwards(circuit):
    """Revocation counts from its block, whenever the signature was made."""
    genesis = circuit.registry.genesis
    before = circuit.barter("ana", "beto", 500)
    kept = circuit.record(circuit.barter("ana", "beto", 300))
    second = drafting.key(making.public_of("ana 2"), "device")
    add = circuit.draft("key", {"add": second}, by="ana")
    both = [
        making.slot(add, "ana", ZERO16, genesis, key=one) for one in (None, "ana 2")
    ]
    circuit.record(signed_entry(add, both).encode())
    ended = key_id(making.public_of("ana"))
    revoke = circuit.draft("key", {"revoke": ended}, by="ana")
    by_second = making.slot(revoke, "ana", ZERO16, genesis, key="ana 2")
    circuit.record(signed_entry(revoke, [by_second]).encode())

    answer = circuit.registry.submit(before)

    assert answer == KeyRevoked(id_of("ana"), ended)
    assert circuit.registry.position_of(kept.act) == kept.index


def test_another_act_under_the_same_number_is_refused(circuit):
    same = {"id_": id_of("same")}
    body = drafting.exchange(
        making.DAY,
        drafting.deal(
            "gift",
            drafting.goods(id_of("ana"), id_of("beto"), category="food", quantity=1),
        ),
    )
    other = body | {"day": making.DAY - 1}
    first = circuit.record(
        circuit.sign(circuit.draft("exchange", body, by="ana", **same), "ana", "beto")
    )

    second = circuit.registry.submit(
        circuit.sign(circuit.draft("exchange", other, by="ana", **same), "ana", "beto")
    )

    assert second == IdTaken(same["id_"], first.act)


def test_two_may_have_the_same_number(circuit):
    """It is scoped to its maker: nobody takes a number from somebody else."""
    same = {"id_": id_of("same")}
    body = drafting.exchange(
        making.DAY,
        drafting.deal(
            "gift",
            drafting.goods(id_of("ana"), id_of("beto"), category="food", quantity=1),
        ),
    )

    receipts = [
        circuit.record(
            circuit.sign(circuit.draft("exchange", body, by=by, **same), "ana", "beto")
        )
        for by in ("ana", "beto")
    ]

    assert len({one.index for one in receipts}) == 2
    assert {one.id for one in receipts} == {same["id_"]}


def test_the_same_number_twice_in_one_batch(circuit):
    entry = circuit.barter("ana", "beto", 500)
    twin = circuit.sign(
        circuit.draft(
            "exchange",
            drafting.exchange(
                making.DAY,
                drafting.deal(
                    "gift",
                    drafting.goods(
                        id_of("ana"), id_of("beto"), category="food", quantity=1
                    ),
                ),
            ),
            by="ana",
            id_=making.parts(decode(entry).act)["id"],
        ),
        "ana",
        "beto",
    )

    first, again, taken = circuit.registry.submit_many([entry, entry, twin])

    assert isinstance(first, Receipt)
    assert again == first
    assert taken == IdTaken(first.id, first.act)


def test_a_refused_act_may_come_again_under_its_number(circuit):
    entry = circuit.barter("ana", "carla", 500)

    refused = circuit.registry.submit(entry)
    circuit.admit("carla")

    assert refused == UnknownMember(id_of("carla"))
    assert isinstance(circuit.registry.submit(entry), Receipt)


def test_acts_of_one_stream_may_build_on_each_other(circuit):
    entries = [circuit.admission("carla"), circuit.barter("carla", "ana", 500)]

    answers = list(circuit.registry.submit_many(entries))

    assert all(isinstance(answer, Receipt) for answer in answers)
    assert answers[0].height == answers[1].height


def test_a_refused_act_leaves_no_trace(circuit):
    registry = circuit.registry
    before = (registry.size, registry.checkpoint(), dict(registry.state.rows))

    answer = registry.submit(circuit.barter("ana", "beto", 10**9 + 1))

    assert isinstance(answer, OverCreditLimit)
    assert (registry.size, registry.checkpoint(), dict(registry.state.rows)) == before


def test_what_is_refused_is_told_before_what_is_forged(circuit):
    refused = circuit.registry.submit(forged(circuit.barter("ana", "beto", 10**9 + 1)))
    in_a_stream = list(
        circuit.registry.submit_many([forged(circuit.barter("ana", "beto", 10**9 + 1))])
    )

    assert isinstance(refused, OverCreditLimit)
    assert isinstance(in_a_stream[0], OverCreditLimit)


def test_a_forged_signature_is_refused(circuit):
    entry = forged(circuit.barter("ana", "beto", 500))
    signer = decode(entry).slots[0].member

    assert circuit.registry.submit(entry) == BadSignature(signer)
    assert list(circuit.registry.submit_many([entry])) == [BadSignature(signer)]


def test_a_signature_for_another_circuit_is_refused(circuit):
    act = decode(circuit.barter("ana", "beto", 500)).act
    entry = making.signed(act, [("ana", ZERO16), ("beto", ZERO16)], "ab" * 32)

    assert isinstance(circuit.registry.submit(entry), BadSignature)


def test_the_key_that_an_act_brings_must_sign_it(circuit):
    entry = circuit.admission("carla")
    signed = decode(entry)
    slots = [
        slot._replace(signature=bytes(64)) if slot.member == id_of("carla") else slot
        for slot in signed.slots
    ]

    answer = circuit.registry.submit(signed_entry(signed.act, slots).encode())

    assert answer == BadSignature(id_of("carla"))


def test_a_key_that_no_honest_program_makes_is_refused(circuit, monkeypatch):
    monkeypatch.setattr(making, "public_of", lambda _: SMALL_ORDER)
    act = decode(circuit.admission("carla")).act
    monkeypatch.undo()
    entry = circuit.sign(act, "carla", common=[making.FOUNDER])
    signed = decode(entry)
    slots = [
        slot._replace(key_id=key_id(SMALL_ORDER))
        if slot.member == id_of("carla")
        else slot
        for slot in signed.slots
    ]

    answer = circuit.registry.submit(signed_entry(signed.act, slots).encode())

    assert answer == KeyNotAdmissible(SMALL_ORDER)


def test_a_key_that_nobody_registered_is_refused(circuit):
    act = decode(circuit.barter("ana", "beto", 500)).act
    entry = circuit.sign(act, "ana", "beto", "carla")

    assert isinstance(circuit.registry.submit(entry), UnknownKey)


@pytest.mark.parametrize(
    ("entry", "refusal"),
    [
        (b"", BrokenBytes("not an act entry")),
        (b"\x02{}", BrokenBytes("not an act entry")),
        (b"\x01\x00", BrokenBytes("cut short")),
        (b"\x01\xff" + bytes(100), BrokenBytes("255 signatures, 24 allowed")),
        (bytes(40_000), BrokenBytes("40000 bytes, 35290 allowed")),
    ],
)
def test_bytes_that_are_no_act_are_refused(circuit, entry, refusal):
    assert circuit.registry.submit(entry) == refusal
    assert list(circuit.registry.submit_many([entry])) == [refusal]


def test_bytes_that_are_no_json_are_refused(circuit):
    assert isinstance(circuit.registry.submit(b"\x01\x00{"), Malformed)


def test_a_circuit_is_founded_once(circuit):
    assert circuit.registry.found(making.genesis_entry()) == AlreadyFounded(
        circuit.genesis
    )


def test_before_genesis_only_a_genesis_is_an_act(tmp_path):
    registry = making.registry(tmp_path / "registry.db", making.Clock())
    act = decode(making.genesis_entry()).act

    unsigned = registry.submit(signed_entry(act, []).encode())
    other = registry.submit(signed_entry(b"{}", []).encode())

    assert isinstance(unsigned, ConsentMissing)
    assert isinstance(other, Malformed)
    assert registry.size == 0
    registry.close()


def test_a_preview_tells_all_that_is_missing_and_changes_nothing(circuit):
    act = decode(circuit.barter("ana", "beto", 10**9 + 1)).act
    size = circuit.registry.size

    found = circuit.registry.check(act)

    kinds = {type(one) for one in found}
    assert kinds == {OverHighLimit, OverCreditLimit, ConsentMissing}
    assert circuit.registry.size == size
    needs = circuit.registry.required_parties(act).needs
    assert {need.party for need in needs} == {id_of("ana"), id_of("beto")}


def test_many_threads_share_blocks(circuit):
    entries = [circuit.barter("ana", "beto", 1 + n) for n in range(60)]
    answers = {}

    def send(number):
        answers[number] = circuit.registry.submit(entries[number])

    threads = [threading.Thread(target=send, args=(n,)) for n in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    receipts = list(answers.values())
    assert all(isinstance(receipt, Receipt) for receipt in receipts)
    assert len({receipt.index for receipt in receipts}) == 60
    balance = circuit.registry.state.get(f"account/{id_of('ana')}/{making.SIGN}/own")
    assert balance.balance == sum(range(1, 61))


def test_what_queues_during_a_commit_is_the_next_block(circuit, monkeypatch):
    """One act waits for no others; those that come meanwhile wait for one commit."""
    first, *others = [circuit.barter("ana", "beto", 1 + n) for n in range(21)]
    committing, go_on = threading.Event(), threading.Event()
    store, writer = circuit.registry.store, circuit.registry._writer
    write = store.write

    def held(block):
        committing.set()
        assert go_on.wait(60)
        write(block)

    monkeypatch.setattr(store, "write", held)
    with ThreadPoolExecutor(len(others) + 1) as pool:
        alone = pool.submit(circuit.registry.submit, first)
        assert committing.wait(60)
        waiting = circuit.registry._queue_group(others)
        go_on.set()
        heights = {writer.answered(one).height for one in waiting}

    assert heights == {alone.result().height + 1}


def test_signatures_are_verified_by_who_submits(circuit, monkeypatch):
    """Not by the writer, whom all others wait for."""
    registry, threads = circuit.registry, []
    verify = registry._checker.verify

    def noted(*job):
        threads.append(threading.current_thread())
        return verify(*job)

    checker = registry._checker._replace(verify=noted)
    monkeypatch.setattr(registry, "_checker", checker)
    monkeypatch.setattr(registry._writer, "_checker", checker)

    circuit.record(circuit.barter("ana", "beto", 5))

    assert threads == [threading.current_thread()] * 2


def test_no_act_waits_for_an_earlier_number_of_its_author(circuit):
    """There is no counter that could get stuck and lock somebody out."""
    entries = [circuit.barter("ana", "beto", 1 + n) for n in range(3)]

    answers = [circuit.registry.submit(one) for one in reversed(entries)]

    assert all(isinstance(one, Receipt) for one in answers)
    lost = circuit.barter("ana", "beto", 9)  # drafted, and never sent
    assert isinstance(circuit.record(circuit.barter("ana", "beto", 1)), Receipt)
    assert circuit.registry.position_of(circuit.hash(decode(lost).act)) is None


def test_a_batch_holds_at_most_a_thousand_acts(circuit, monkeypatch):
    monkeypatch.setattr(writing, "BATCH_ACTS_MAX", 7)
    entries = [circuit.barter("ana", "beto", 1) for _ in range(20)]

    answers = list(circuit.registry.submit_many(entries))

    blocks = [sum(a.height == h for a in answers) for h in {a.height for a in answers}]
    assert max(blocks) == 7


def test_a_batch_holds_at_most_so_many_bytes(circuit, monkeypatch):
    entries = [circuit.barter("ana", "beto", 1) for _ in range(20)]
    monkeypatch.setattr(writing, "BATCH_BYTES_MAX", 3 * max(map(len, entries)))

    answers = list(circuit.registry.submit_many(entries))

    blocks = [sum(a.height == h for a in answers) for h in {a.height for a in answers}]
    assert max(blocks) == 3


def test_blocks_wait_for_the_disk_and_the_limits_are_those_agreed(circuit):
    writing_connection = circuit.registry._chain.store._writing

    assert writing_connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert writing_connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    limits = writing.QUEUE_MAX, writing.BATCH_ACTS_MAX, writing.BATCH_BYTES_MAX
    assert limits == (5_000, 1_000, 1 << 20)


def test_a_full_queue_says_so(circuit, monkeypatch):
    writer = circuit.registry._writer
    waiting = circuit.registry._read(circuit.barter("ana", "beto", 1))

    with pytest.raises(Overloaded):
        writer.put([waiting] * (writing.QUEUE_MAX + 1))


def test_a_closed_registry_says_so(tmp_path):
    circuit = making.found(tmp_path)
    circuit.admit("ana", "beto")
    entry = circuit.barter("ana", "beto", 1)
    circuit.registry._writer.close()

    with pytest.raises(Closed):
        circuit.registry.submit(entry)

    circuit.registry.close()


def test_a_fault_takes_down_only_the_act_it_is_in(circuit, monkeypatch):
    entries = [circuit.barter("ana", "beto", 1 + n) for n in range(10)]
    culprit = circuit.hash(decode(entries[6]).act)
    apply = rules.apply

    def faulty(overlay, act, slots, cited):
        effects = apply(overlay, act, slots, cited)
        if act.hash == culprit:
            raise ZeroDivisionError
        return effects

    monkeypatch.setattr(rules, "apply", faulty)
    writer = circuit.registry._writer
    waiting = [circuit.registry._read(entry) for entry in entries]
    writer.put(waiting)
    answers = []
    for one in waiting:
        try:
            answers.append(circuit.registry._answer(one))
        except ActFailed as failed:
            answers.append(failed)
    monkeypatch.undo()

    kinds = [type(answer) for answer in answers]
    assert kinds == [Receipt] * 6 + [ActFailed] + [Receipt] * 3
    assert isinstance(answers[6].__cause__, ZeroDivisionError)
    balance = circuit.registry.state.get(f"account/{id_of('ana')}/{making.SIGN}/own")
    assert balance.balance == sum(range(1, 11)) - 7
    assert isinstance(circuit.registry.submit(entries[6]), Receipt)


def test_the_demo_of_a_day_without_acts_is_one_empty_block(circuit):
    registry, size = circuit.registry, circuit.registry.size
    circuit.clock.now += 86_399
    assert not registry.seal_idle()

    circuit.clock.now += 1
    assert registry.seal_idle()
    assert not registry.seal_idle()

    assert registry.size == size + 1
    assert circuit.record(circuit.barter("ana", "beto", 1)).index == size + 1
