"""Which anchors count, and what each comes to."""

import pytest

from tests.stories.scene import Scene
from tests.stories.test_anchored import (
    CHAIN,
    CONTRACT,
    NOBODY,
    OTHER_CHAIN,
    OTHER_CONTRACT,
    OTHER_SENDER,
    SENDER,
)
from tests.stories.test_anchored import test_anchored as tell
from urdimbre.adapters.anchor.event import Event
from urdimbre.adapters.anchor.judging import (
    Pin,
    in_force,
    judge,
    pins_of,
    roots_at,
)

ROOT, LIE = "aa" * 32, "de" * 32
UNTIL = 1_000
FIRST = Pin(chain=CHAIN, contract=CONTRACT, sender=SENDER, position=10, until=UNTIL)
SECOND = Pin(chain=CHAIN, contract=CONTRACT, sender=OTHER_SENDER, position=20)


def anchor(size, root=ROOT, sender=SENDER, time=UNTIL, contract=CONTRACT):
    return Event(
        contract=contract,
        sender=sender,
        size=size,
        root=root,
        block=1,
        place=0,
        transaction="",
        time=time,
    )


def verdicts(*events, pins=(FIRST, SECOND), roots=None):
    known = dict.fromkeys(range(11, 31), ROOT) if roots is None else roots
    return [one.verdict for one in judge(events, pins, known)]


@pytest.fixture(scope="module")
def scene():
    made = Scene("anchored")
    tell(made)
    return made


def log_of(scene):
    for block in scene.blocks:
        yield from (entry for entry, _ in block.acts)
        yield block.header.entry()


def test_the_log_tells_every_pin_there_ever_was(scene):
    pins = pins_of(log_of(scene))

    told = [(one.chain, one.contract, one.sender) for one in pins]
    assert told == [
        (CHAIN, CONTRACT, SENDER),
        (OTHER_CHAIN, CONTRACT, SENDER),
        (CHAIN, OTHER_CONTRACT, OTHER_SENDER),
        (OTHER_CHAIN, CONTRACT, NOBODY),
    ]
    entries = list(log_of(scene))
    decided = [place for place, one in enumerate(entries) if b'"anchor"' in one]
    assert [one.position for one in pins] == [decided[0], *decided]
    times = [block.header.time for block in scene.blocks]
    assert [one.until for one in pins] == [times[-2], times[-1], None, None]


def test_the_last_pin_of_a_chain_is_in_force_unless_it_is_of_nobody(scene):
    pins = pins_of(log_of(scene))

    assert in_force(pins, CHAIN) == pins[2]
    assert in_force(pins, OTHER_CHAIN) is None
    assert in_force(pins, 5) is None


def test_roots_come_from_the_entries_alone(scene):
    entries = list(log_of(scene))
    size = len(entries)

    roots = roots_at(entries, {1, 3, size + 1})

    assert roots == {
        1: roots_at(entries[:1], ())[1],
        3: roots_at(entries[:3], ())[3],
        size: scene.log_root.hex(),
    }


# ---------------------------------------------------------------------- boundaries
@pytest.mark.parametrize(("size", "verdict"), [(10, "outside"), (11, "holds")])
def test_an_anchor_must_hold_its_own_pin(size, verdict):
    assert verdicts(anchor(size), roots={10: ROOT, 11: ROOT}) == [verdict]


@pytest.mark.parametrize(
    ("time", "verdict"), [(UNTIL, "holds"), (UNTIL + 1, "outside")]
)
def test_a_replaced_pin_counts_until_its_time(time, verdict):
    assert verdicts(anchor(11, time=time)) == [verdict]


def test_the_pin_in_force_has_no_end():
    assert verdicts(anchor(21, sender=OTHER_SENDER, time=10**12)) == ["holds"]


# ------------------------------------------------------------------ what each comes to
@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((anchor(11), anchor(12)), ["holds", "holds"]),
        ((anchor(12), anchor(11)), ["holds", "holds"]),
        ((anchor(11), anchor(11)), ["holds", "repeats"]),
        ((anchor(11), anchor(11, LIE)), ["holds", "inconsistent"]),
        ((anchor(11, LIE), anchor(11)), ["contradicts", "inconsistent"]),
        ((anchor(11, LIE), anchor(11, LIE)), ["contradicts", "repeats"]),
        ((anchor(31), anchor(31, LIE)), ["beyond", "inconsistent"]),
        ((anchor(11, sender=NOBODY),), ["foreign"]),
        ((anchor(11, contract=OTHER_CONTRACT),), ["foreign"]),
        ((anchor(11, LIE, time=UNTIL + 1), anchor(11)), ["outside", "holds"]),
        ((anchor(11, LIE, sender=NOBODY), anchor(11)), ["foreign", "holds"]),
        ((anchor(21), anchor(21, LIE, sender=OTHER_SENDER)), ["holds", "inconsistent"]),
    ],
)
def test_the_first_of_each_size_counts(events, expected):
    assert verdicts(*events) == expected
