"""Tables written out as functions read as the core does, whatever comes.

The core's own walk over a table is the judge; the functions are compared with it on
acts of every kind, and on what becomes of them when somebody changes values at random.
"""

import copy
import json
import random
from collections import Counter

import orjson
import pytest

from tests.little_circuit import town
from tests.strategies import STEPS, Draw
from tests.vectors.test_vectors import STORIES, acts_of, genesis_of, load
from urdimbre.core import circuit
from urdimbre.core.acts import ENVELOPE, Act, party
from urdimbre.core.chain.entry import decode
from urdimbre.core.reading import (
    Record,
    Unreadable,
    choice,
    hex_bytes,
    integer,
    list_of,
    one_of,
    text,
)
from urdimbre.core.refusals import Malformed
from urdimbre.recording.registry import dump
from urdimbre.recording.written_out import Unfit, reader_of, written_out

ROUNDS = 12_000
FAST = {"loads": orjson.loads, "dump": dump}


@pytest.fixture(scope="module")
def acts():
    """Acts of every kind, and the id of the circuit that each belongs to."""
    found = {}
    for story in STORIES:
        told = load(story)
        for act in acts_of(told):
            found[act["act"].encode()] = genesis_of(told, act)
    chance, little = random.Random(5), town()
    for name in chance.choices(sorted(STEPS), k=400):
        STEPS[name](little, Draw(chance.choices(range(60), k=8)))
    for _, entry in little.entries[1:]:
        found[decode(entry).act] = little.state.genesis
    return [*found.items()]


def compared(data, genesis):
    """What the core's walk makes of the bytes, having seen that both agree."""
    judge = circuit.read(data, genesis, **FAST)
    written = circuit.read(data, genesis, **FAST, reader_of=reader_of)

    assert written == judge
    assert type(written) is type(judge)
    return judge


def test_acts_of_every_kind_are_read_without_the_core_s_help(acts):
    kinds = set()
    for data, genesis in acts:
        act = compared(data, genesis)
        assert isinstance(act, Act)
        value = json.loads(data)
        body = value.pop("body")
        kinds.add(act.kind)

        assert written_out(circuit.KINDS[act.kind].body)(body) == act.body
        del value["v"], value["kind"]
        assert written_out(ENVELOPE)(value) == ENVELOPE.read(value)
    assert kinds == {*circuit.KINDS} - {"rules"}


def test_whatever_is_changed_both_give_the_same_act_or_the_same_refusal(acts):
    chance, seen = random.Random(11), Counter()
    for _ in range(ROUNDS):
        data, genesis = chance.choice(acts)
        value = json.loads(data)
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            change(chance, value)
        seen[type(compared(dump(value), genesis))] += 1

    assert seen[Act] > ROUNDS // 50
    assert seen[Malformed] > ROUNDS // 2


ODD = (
    *(None, True, False, 0, -1, 1, 2, 95, 96, 2**31, 2**53 - 1, 2**53, 1.0),
    *("", "a", "A", "SOL", "food.rice", "unknown", "transfer", "custody", "return"),
    *("00" * 8, "00" * 16, "00" * 32, "ff" * 16, "AB" * 16, "0" * 31, "1" * 33),
    *([], {}, [[]], ["00" * 32], ["00" * 32, "00" * 32], {"member": "00" * 16}),
    *({"common": True}, {"common": False}, {"outside": "state"}, {"sealed": "00" * 32}),
    *({"member": 7}, {"member": "00"}, {"act": "00" * 32, "rel": "answers"}),
    *({"open": True}, {"event": "harvest"}, {"from": 1, "every_days": 7, "times": 3}),
)
NAMES = (
    *("need", "product", "of", "for", "may", "purpose", "consents", "refs", "type"),
    *("or", "risk", "act", "unit", "strange", "self", "from", "latest", "category"),
)


def change(chance, value):
    """Change one place of a value: put in, take out, double, or something else."""
    inside = chance.choice([*_insides(value)])
    if isinstance(inside, dict):
        name = chance.choice([*inside, *NAMES])
        if name in inside and chance.random() < 0.3:
            del inside[name]
        else:
            inside[name] = _other(chance, inside.get(name))
        return
    deed = chance.choice(("double", "drop", "turn", "put"))
    if deed == "double" and inside:
        inside.append(copy.deepcopy(chance.choice(inside)))
    elif deed == "drop" and inside:
        inside.pop(chance.randrange(len(inside)))
    elif deed == "turn":
        inside.reverse()
    else:
        inside.insert(chance.randrange(len(inside) + 1), _other(chance, None))


def _insides(value):
    """The objects and lists of a value, itself first."""
    yield value
    for one in value.values() if isinstance(value, dict) else value:
        if isinstance(one, dict | list):
            yield from _insides(one)


def _other(chance, was):
    if type(was) is int and chance.random() < 0.5:
        return was + chance.choice((-1, 1))
    if type(was) is str and was and chance.random() < 0.3:
        return chance.choice((was + "0", was[:-1], was.upper(), was + "\n"))
    return copy.deepcopy(chance.choice(ODD))


def _pair(**fields):
    if fields.get("left") == fields["right"]:
        raise Unreadable("must differ").within("left")
    return fields


PAIR = Record(
    _pair,
    {"right": integer(1, 9), "names": list_of(text("[a-z]"), high=2, ascending=True)},
    {"left": integer(1, 9), "from": choice("here", "there"), "of": hex_bytes(1)},
    name="Pair",
    names={"of": "whose"},
)
EITHER = Record(
    dict,
    {"what": one_of({"pair": Record(dict, {"n": integer()}, name="N", tag="is")},
                    tag="is"), "who": party},
    name="Either",
)  # fmt: skip
GOOD = {"right": 1, "names": ["a", "b"]}


@pytest.mark.parametrize(
    "value",
    [
        *(GOOD, GOOD | {"left": 2}, GOOD | {"from": "here", "of": "0f"}),
        *(GOOD | {"left": 1}, GOOD | {"right": 0}, GOOD | {"right": 10}),
        *(GOOD | {"right": True}, GOOD | {"right": 1.0}, GOOD | {"right": None}),
        *(GOOD | {"names": ["b", "a"]}, GOOD | {"names": ["a", "a"]}),
        *(GOOD | {"names": ["a", 1]}, GOOD | {"names": ["a", "b", "c"]}),
        *(GOOD | {"names": ("a",)}, GOOD | {"names": [[]]}, GOOD | {"names": {}}),
        *(GOOD | {"from": "afar"}, GOOD | {"from": ["here"]}, GOOD | {"of": "0F"}),
        *({"right": 1}, {"names": []}, {}, GOOD | {"more": 1}, [], None, "right"),
        {"right": 1, "left": 2, "of": "00", "from": "here"},
    ],
)
def test_a_table_written_out_agrees_with_the_table(value):
    assert _answer(reader_of(PAIR), value) == _answer(PAIR.read, value)


@pytest.mark.parametrize(
    "what",
    [
        *({"is": "pair", "n": 1}, {"is": "pair"}, {"is": "other", "n": 1}, {"n": 1}),
        *({"is": ["pair"], "n": 1}, {"is": "pair", "n": 1, "m": 2}, [], 7),
    ],
)
@pytest.mark.parametrize(
    "who", [{"member": "ab" * 16}, {"member": "AB" * 16}, {"member": 7}, {}, 7]
)
def test_objects_by_tag_and_parties_agree_too(what, who):
    value = {"what": what, "who": who}

    assert _answer(reader_of(EITHER), value) == _answer(EITHER.read, value)


def _answer(read, value):
    """What is read, or where and why it cannot be."""
    try:
        return read(copy.deepcopy(value))
    except Unreadable as unreadable:
        return unreadable.path, unreadable.reason


def test_what_is_written_out_takes_the_good_by_itself_and_leaves_the_rest():
    assert written_out(PAIR)(GOOD | {"of": "0f"}) == {
        "right": 1,
        "names": ("a", "b"),
        "whose": "0f",
    }
    with pytest.raises(Unfit):
        written_out(PAIR)(GOOD | {"more": 1})
