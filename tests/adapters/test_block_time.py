"""Time is that of the block: who is judged by it, what it brings, who gives it."""

import inspect
from pathlib import Path

import pytest

from tests.adapters import making
from tests.adapters.making import FOUNDER, START, id_of
from urdimbre.adapters import sequencing
from urdimbre.adapters.verification import verify_folder
from urdimbre.core import drafting
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import HEADER, decode
from urdimbre.core.circuit import Expired
from urdimbre.core.encoding import dumps
from urdimbre.core.membership.answers import SponsorsMissing
from urdimbre.projections.project import Projection
from urdimbre.recording import Receipt, Registry, chain, writer

SOURCES = Path(chain.__file__).parent
DAY_SECONDS = 86_400
LATER = 3_600


@pytest.fixture
def circuit(tmp_path):
    circuit = making.found(tmp_path, projector=Projection())
    circuit.admit("ana", "beto")
    yield circuit
    circuit.registry.close()


def gift(circuit, until):
    ana, beto = id_of("ana"), id_of("beto")
    deal = drafting.deal("gift", drafting.goods(ana, beto, category="food", quantity=1))
    body = drafting.exchange(making.DAY, deal)
    act = circuit.draft("exchange", body, by="ana", valid_until=until)
    return circuit.sign(act, "ana", "beto")


def admission(circuit, name):
    """Who is admitted with nobody vouching, under the agreement after one decision."""
    act = making.parts(decode(circuit.admission(name)).act) | {"agreement": 1}
    return circuit.sign(dumps(act), name, common=[FOUNDER])


# ------------------------------------------------------------------- judged at its time
def test_an_act_is_judged_at_the_time_of_its_own_block(circuit, tmp_path):
    until = START + LATER
    in_time, late = gift(circuit, until), gift(circuit, until)

    circuit.clock.now = until
    receipt = circuit.record(in_time)
    circuit.clock.now = until + 1
    refused = circuit.registry.submit(late)

    assert receipt.time == until
    assert refused == Expired(until=until, now=until + 1)
    assert circuit.registry.submit(in_time) == receipt  # the first receipt, for ever
    # Whoever verifies it years later judges it at that time too.
    assert verify_folder(tmp_path, projector=Projection()).first_error is None


def test_what_is_dated_holds_from_the_first_act_of_the_first_block_that_reaches_it(
    circuit,
):
    since = START + LATER
    effect = {"effect": "parameter", "name": "sponsors", "value": 1, "from": since}
    body = {"basis": "founders", "effects": [effect]}
    act = circuit.draft("decision", body, by="common")
    circuit.record(circuit.sign(act, common=[FOUNDER]))
    before, within = admission(circuit, "carla"), admission(circuit, "dora")

    circuit.clock.now = since - 1
    assert isinstance(circuit.registry.submit(before), Receipt)
    circuit.clock.now = since
    (first, second) = circuit.registry.submit_lot([within, gift(circuit, since)])

    assert first == SponsorsMissing(have=0, need=1)
    assert isinstance(second, Receipt)
    assert second.time == since


def test_a_log_whose_time_runs_backwards_is_named(circuit, tmp_path, monkeypatch):
    circuit.clock.now += DAY_SECONDS
    circuit.record(circuit.barter("ana", "beto", 1))
    back = circuit.registry.state.time - 1
    monkeypatch.setattr(writer.Writer, "block_time", lambda *_, **__: back)
    circuit.record(circuit.barter("ana", "beto", 2))

    found = verify_folder(tmp_path, projector=Projection()).first_error

    assert (found.table, found.column) == ("entry", "time")
    assert "time runs backwards" in str(found)


# ---------------------------------------------------------------- whose clock it is
def test_who_records_is_handed_a_clock_and_asks_no_other(circuit):
    clock = inspect.signature(Registry.__init__).parameters["clock"]
    told = "".join(one.read_text("utf-8") for one in SOURCES.glob("*.py"))

    assert clock.default is inspect.Parameter.empty
    for own in ("time.time", "wall_clock", "datetime", "time_ns"):
        assert own not in told
    circuit.clock.now = START + 5 * DAY_SECONDS
    assert circuit.record(circuit.barter("ana", "beto", 1)).time == circuit.clock.now


class NoLetters:
    """An inbox into which nobody puts anything; the clock moves on at each wait."""

    def __init__(self, clock, moves):
        self.clock, self.moves = clock, [*moves]

    def take(self):
        return []

    def wait(self, _seconds):
        self.clock.now += self.moves.pop(0)

    def still_ours(self):
        pass

    def forget_old(self):
        pass

    def is_set(self):
        return not self.moves


def test_a_sequencer_without_letters_seals_one_empty_block_a_day(circuit, monkeypatch):
    monkeypatch.setattr(sequencing, "SEAL_SECONDS", 0)
    registry, size = circuit.registry, circuit.registry.size
    day = [DAY_SECONDS - 1, 1, 60, DAY_SECONDS - 60, 60]
    inbox = NoLetters(circuit.clock, [*day, 0])

    sequencing.sequence(registry, inbox, inbox)

    assert registry.size == size + 2
    assert registry.entry(size)[0] == registry.entry(size + 1)[0] == HEADER


def test_a_sequencer_whose_clock_is_off_seals_nothing_and_goes_on(circuit, monkeypatch):
    monkeypatch.setattr(sequencing, "SEAL_SECONDS", 0)
    registry, size = circuit.registry, circuit.registry.size
    inbox = NoLetters(circuit.clock, [31 * DAY_SECONDS, 60, -31 * DAY_SECONDS, 0])

    sequencing.sequence(registry, inbox, inbox)

    assert registry.size == size
    assert isinstance(registry.submit(circuit.barter("ana", "beto", 1)), Receipt)


# ------------------------------------------------------------------ the checkpoint
def test_each_checkpoint_is_signed_right_after_a_header(circuit):
    registry = circuit.registry
    key = notes.VerifierKey(
        name=chain.origin_of(circuit.genesis), key=making.node().key
    )
    for number in range(1, 4):
        circuit.record(circuit.barter("ana", "beto", number))
        if number == 3:
            circuit.clock.now += DAY_SECONDS
            assert registry.seal_idle()

        note = notes.parse_note(registry.checkpoint().encode())
        told = notes.parse_checkpoint(note.text)
        assert told.size == registry.size
        assert registry.entry(told.size - 1)[0] == HEADER
        assert told.root == registry._chain.log.root()
        assert told.origin == f"urdimbre/{circuit.genesis[:32]}"
        assert notes.verified(note, [key], making.ed25519.verify)


def test_a_checkpoint_commits_to_the_time_the_state_and_all_headers_before(circuit):
    """A header is a leaf: whatever one says differently, the root is another."""
    from dataclasses import replace

    from urdimbre.core.chain.header import read_header
    from urdimbre.core.chain.merkle import leaf_hash, tree_root

    circuit.record(circuit.barter("ana", "beto", 1))
    registry = circuit.registry
    entries = [registry.entry(one) for one in range(registry.size)]
    root = tree_root([leaf_hash(one) for one in entries])
    assert root == registry._chain.log.root()
    headers = [at for at, one in enumerate(entries) if one[0] == HEADER]

    for at in headers:
        header = read_header(entries[at][1:])
        for other in (
            replace(header, time=header.time + 1),
            replace(header, state_root="00" * 32),
            replace(header, prev="11" * 32),
        ):
            forged = [*entries]
            forged[at] = other.entry()
            assert tree_root([leaf_hash(one) for one in forged]) != root
