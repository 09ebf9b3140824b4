"""What a witness answers, to the letter of C2SP tlog-witness v1.0.0."""

from tests.adapters import making
from tests.adapters.witnessing.test_two_circuits import forked, meet, north, south
from urdimbre.adapters.keys.ed25519 import sign
from urdimbre.adapters.witnessing.witness import SIZE
from urdimbre.core.chain import notes
from urdimbre.core.chain.merkle import EMPTY, leaf_hash

__all__ = ["forked", "north", "south"]


def body(circuit, old, *hashes, note=None):
    lines = "".join(f"{one}\n" for one in hashes)
    note = note or circuit.made.registry.checkpoint()
    return f"old {old}\n{lines}\n{note}".encode()


def test_each_refusal_has_the_status_of_the_specification(north, south, forked):
    """C2SP tlog-witness v1.0.0; a conflict tells the size, with a type of its own."""
    unknown = south.witness.answer(body(north, 0))
    meet(north, south)
    false = north.made.registry.checkpoint().split(" ")
    false[-1] = false[-1][:8] + ("B" if false[-1][8] != "B" else "C") + false[-1][9:]
    spoiled = south.witness.answer(body(north, 0, note=" ".join(false)))
    size = north.made.registry.size
    beyond = south.witness.answer(body(north, size + 1))
    hash_ = "A" * 43 + "="
    unneeded = south.witness.answer(body(north, 0, hash_))
    cosigned = south.witness.answer(body(north, 0))
    again = south.witness.answer(body(north, size))
    stale = south.witness.answer(body(north, 0))
    forked.grow("Mateo")
    north.grow("Rosa")
    unproven = south.witness.answer(body(north, size, hash_))
    assert south.witness.answer(body(north, size, *proof(north, size))).status == 200
    grown = north.made.registry.size
    fork = south.witness.answer(body(forked, grown))

    told = [unknown, spoiled, beyond, unneeded, cosigned, again, stale, unproven, fork]
    statuses = [404, 403, 400, 422, 200, 200, 409, 422, 409]
    assert [one.status for one in told] == statuses
    for answer, known in ((stale, size), (fork, grown)):
        assert (answer.body, answer.content_type) == (f"{known}\n", SIZE)
    for answer in (cosigned, again):
        assert answer.body.startswith(f"— {south.witness.key.name} ")
    for answer in (unknown, spoiled, beyond, unneeded, unproven):
        assert answer.content_type.startswith("text/plain")


def proof(circuit, old):
    registry = circuit.made.registry
    return registry.consistency(old, registry.size).split()


def test_a_log_without_entries_has_the_root_of_the_empty_tree(north, south):
    """Cosigned is only the empty tree's own root, and any log continues it."""
    meet(north, south)
    seed = making.seed_of(making.NODE)

    def empty(root):
        text = notes.checkpoint_text(
            notes.Checkpoint(origin=north.origin, size=0, root=root)
        )
        line = notes.sign_note(text, north.log_key, lambda one: sign(seed, one))
        return notes.note_bytes(notes.Note(text, (line,))).decode()

    false = south.witness.answer(body(north, 0, note=empty(leaf_hash(b"x"))))
    true = south.witness.answer(body(north, 0, note=empty(EMPTY)))
    later = south.witness.answer(body(north, 0))

    assert [one.status for one in (false, true, later)] == [422, 200, 200]
