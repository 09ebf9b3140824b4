"""Python's search for rings of garbage waits while a log is gone through."""

import gc

import pytest

from urdimbre.recording.collecting import OBJECTS, collecting_rarely


@pytest.fixture(autouse=True)
def _as_before():
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_it_waits_within_and_is_as_before_afterwards():
    gc.set_threshold(700, 11, 12)

    with collecting_rarely():
        within = gc.get_threshold()

    assert within == (OBJECTS, 11, 12)
    assert gc.get_threshold() == (700, 11, 12)


def test_it_is_as_before_after_a_failure_too():
    gc.set_threshold(700, 11, 12)

    with pytest.raises(KeyError), collecting_rarely():
        raise KeyError

    assert gc.get_threshold() == (700, 11, 12)


@pytest.mark.parametrize("objects", [0, OBJECTS])
def test_what_waits_already_is_left_alone(objects):
    gc.set_threshold(objects, 11, 12)

    with collecting_rarely():
        within = gc.get_threshold()

    assert within == gc.get_threshold() == (objects, 11, 12)


def test_of_two_that_overlap_the_first_to_begin_says_how_it_was():
    gc.set_threshold(700, 11, 12)
    first, second = collecting_rarely(), collecting_rarely()

    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)

    assert gc.get_threshold() == (700, 11, 12)
