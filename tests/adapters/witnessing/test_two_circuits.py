"""Two circuits cosign each other's logs; a fork is caught, refused and kept."""

import pytest

from tests.adapters import making
from urdimbre.adapters.keys import ed25519
from urdimbre.adapters.witnessing.asking import (
    NOBODY,
    Reply,
    ask_witnesses,
    last_told,
)
from urdimbre.adapters.witnessing.book import EVIDENCE_MAX, KEPT_MAX, Book, Evidence
from urdimbre.adapters.witnessing.witness import SIZE, Witness
from urdimbre.core.chain import notes
from urdimbre.core.chain.merkle import leaf_hash
from urdimbre.core.chain.notes import VerifierKey
from urdimbre.core.federation.witness import Witness as Named
from urdimbre.recording.chain import origin_of


class Circuit:
    """A circuit in a folder, as a log and as a witness."""

    def __init__(self, folder, name, **agreement):
        folder.mkdir()
        self.folder, self.clock = folder, making.Clock()
        entry = making.genesis_entry(**agreement)
        self.made = making.found(folder, clock=self.clock, genesis=entry)
        self.witness = Witness(folder, name, clock=self.clock)
        self.url = f"http://{name}"

    @property
    def origin(self):
        return origin_of(self.made.genesis)

    @property
    def log_key(self):
        return VerifierKey(name=self.origin, key=making.node().key)

    @property
    def named(self):
        return Named(self.witness.key.key.hex(), self.witness.key.name, self.url)

    def grow(self, *names):
        self.made.admit(*names)

    def ask(self, *others, post=None):
        found = ask_witnesses(
            self.folder,
            self.made.registry.checkpoint(),
            [one.named for one in others],
            prove=self.made.registry.consistency,
            clock=self.clock,
            post=post or connected(*others),
        )
        return [said.outcome for _, said in found]

    def close(self):
        self.made.registry.close()


def connected(*circuits):
    """Let requests reach the witnesses without a network."""

    def post(url, body):
        for one in circuits:
            if url == f"{one.url}/add-checkpoint":
                answer = one.witness.answer(body)
                return Reply(answer.status, answer.body.encode(), answer.content_type)
        return Reply(NOBODY)

    return post


def silent(_url, _body):
    """Nobody is there."""
    return Reply(NOBODY)


def meet(log, witness):
    """Let one witness the other."""
    Book(witness.folder).watch(log.origin, log.log_key.text)
    Book(log.folder).peer(witness.named.public, witness.url)


@pytest.fixture
def north(tmp_path):
    circuit = Circuit(tmp_path / "north", "norte.example/w", currency="BOB")
    yield circuit
    circuit.close()


@pytest.fixture
def south(tmp_path):
    circuit = Circuit(tmp_path / "south", "sur.example/w", currency="PEN")
    yield circuit
    circuit.close()


@pytest.fixture
def forked(tmp_path):
    """Another log under north's name and key: the same genesis, another history."""
    circuit = Circuit(tmp_path / "forked", "norte.example/w", currency="BOB")
    yield circuit
    circuit.close()


def test_two_circuits_witness_each_other(north, south):
    meet(north, south)
    meet(south, north)
    north.grow("Rosa", "Beto")

    first = [north.ask(south), south.ask(north)]
    north.grow("Carla")
    second = north.ask(south)

    assert (first, second) == ([["cosigned"], ["cosigned"]], ["cosigned"])
    (size, text), *older = Book(north.folder).cosigned()
    note = notes.parse_note(text.encode())
    assert size == north.made.registry.size
    assert len(older) == 1
    keys = [north.log_key, south.witness.key]
    times = [one.time for one in notes.verified(note, keys, ed25519.verify)]
    assert times == [None, south.clock.now]
    (watched,) = Book(south.folder).watched()
    assert (watched.origin, watched.seen.size) == (north.origin, size)


def test_a_fork_of_the_same_size_is_refused_and_kept_as_proof(north, south, forked):
    meet(north, south)
    meet(forked, south)
    north.grow("Rosa")
    forked.grow("Mateo")
    north.ask(south)

    said = forked.ask(south)
    again = forked.ask(south)

    assert (said, again) == (["refused"], ["refused"])
    (kept,) = Book(south.folder).evidence()
    assert (kept.origin, kept.kind) == (north.origin, "fork")
    told = [notes.parse_note(one.encode()) for one in (kept.first, kept.second)]
    assert all(notes.verified(one, [north.log_key], ed25519.verify) for one in told)
    sizes, roots = zip(
        *(
            (one.size, one.root)
            for one in (notes.parse_checkpoint(t.text) for t in told)
        ),
        strict=True,
    )
    assert sizes[0] == sizes[1]
    assert roots[0] != roots[1]
    assert not Book(forked.folder).cosigned()


def test_a_fork_that_has_grown_further_is_refused_and_kept(north, south, forked):
    meet(north, south)
    meet(forked, south)
    north.grow("Rosa")
    forked.grow("Mateo", "Lucia", "Ines")
    north.ask(south)

    said = forked.ask(south)

    assert said == ["refused"]
    (kept,) = Book(south.folder).evidence()
    assert kept.kind == "gap"


def test_a_log_that_was_set_back_is_told_so(north, south, forked):
    """As after a restore from an old copy: nothing is signed until it catches up."""
    meet(north, south)
    meet(forked, south)
    forked.made.registry.close()
    north.grow("Rosa", "Beto")
    north.ask(south)
    forked.made = making.reopened(forked.folder, clock=forked.clock)

    said = forked.ask(south)

    assert said == ["ahead"]
    assert Book(forked.folder).peers()[0].size == north.made.registry.size


def test_what_witnesses_have_seen_last_is_fetched(north, south):
    meet(north, south)
    north.grow("Rosa")
    north.ask(south)
    asked = []

    def get(url):
        asked.append(url)
        (watched,) = Book(south.folder).watched()
        return Reply(200, watched.note.encode())

    told = last_told(north.folder, north.origin, get=get)
    nobody = last_told(north.folder, north.origin, get=lambda _url: Reply(NOBODY))

    assert told == [north.made.registry.checkpoint()]
    assert nobody == []
    assert asked == [f"{south.url}/last/{north.origin}"]


def test_an_unknown_log_is_not_cosigned(north, south):
    Book(north.folder).peer(south.named.public, south.url)

    assert north.ask(south) == ["refused"]
    assert Book(south.folder).watched() == []


def test_a_witness_that_is_silent_or_not_named_costs_nothing(north, south):
    meet(north, south)

    assert north.ask(south, post=silent) == ["unreachable"]
    assert north.ask(post=silent) == []
    (peer,) = Book(north.folder).peers()
    assert (peer.outcome, peer.size, peer.at) == ("unreachable", 0, north.clock.now)


def test_a_signature_that_is_not_the_witness_s_is_not_kept(north, south):
    meet(north, south)
    other = Witness(north.folder, south.witness.key.name, clock=north.clock)
    Book(north.folder).watch(north.origin, north.log_key.text)

    def post(url, body):
        answer = other.answer(body)
        return Reply(answer.status, answer.body.encode(), answer.content_type)

    said = north.ask(south, post=post)
    noise = north.ask(south, post=lambda _url, _body: Reply(200, b"\xff\n"))

    assert (said, noise) == (["false"], ["false"])
    assert Book(north.folder).cosigned() == []


def test_a_new_key_of_a_log_is_trusted_beside_the_old_one(north, south):
    meet(north, south)
    new = VerifierKey(name=north.origin, key=ed25519.public_key(b"\5" * 32))

    Book(south.folder).watch(north.origin, new.text)
    Book(south.folder).watch(north.origin, new.text)

    (watched,) = Book(south.folder).watched()
    assert watched.keys == (north.log_key.text, new.text)
    assert north.ask(south) == ["cosigned"]


def test_a_few_cosigned_checkpoints_are_kept(north):
    book = Book(north.folder)
    for size in range(1, KEPT_MAX + 3):
        book.keep_cosigned(size, f"note {size}")

    kept = [size for size, _ in book.cosigned()]

    assert kept == list(range(KEPT_MAX + 2, 2, -1))


def test_gaps_fill_no_disk_and_forks_are_all_kept(north):
    book = Book(north.folder)
    with book.writing() as writing:
        for number in range(EVIDENCE_MAX + 5):
            writing.keep(Evidence("log", "gap", 1, "first", f"gap {number}"))
        writing.keep(Evidence("log", "fork", 1, "first", "fork"))
        writing.keep(Evidence("log", "fork", 2, "first", "fork"))

    kinds = [one.kind for one in book.evidence()]

    assert kinds == ["gap"] * EVIDENCE_MAX + ["fork"]


def test_what_was_cosigned_is_remembered_by_a_witness_started_anew(north, south):
    meet(north, south)
    north.ask(south)

    again = Witness(south.folder, south.witness.key.name, clock=south.clock)
    answer = again.answer(b"old 0\n\n" + north.made.registry.checkpoint().encode())

    assert again.key == south.witness.key
    assert (answer.status, answer.content_type) == (409, SIZE)
    assert answer.body == f"{north.made.registry.size}\n"


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"old x\n\n", 400), (b"old 0\nAAAA\n\nx\n", 400)],
)
def test_what_is_no_request_is_answered_with_its_reason(south, body, status):
    answer = south.witness.answer(body)

    assert answer.status == status
    assert answer.body.strip()


def test_a_checkpoint_that_another_has_signed_is_forbidden(north, south):
    Book(south.folder).watch(north.origin, south.log_key.text)
    stranger = VerifierKey(name=north.origin, key=ed25519.public_key(b"\7" * 32))
    text = notes.checkpoint_text(
        notes.Checkpoint(origin=north.origin, size=1, root=leaf_hash(b"x"))
    )
    signed = notes.sign_note(text, stranger, lambda one: ed25519.sign(b"\7" * 32, one))
    note = notes.note_bytes(notes.Note(text, (signed,)))

    answer = south.witness.answer(b"old 0\n\n" + note)

    assert answer.status == 403
    assert Book(south.folder).evidence() == []
