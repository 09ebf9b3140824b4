"""Answers as text: read back, they are what they were."""

from dataclasses import fields

import pytest

from urdimbre.core.refusals import Malformed, Reason, Refusal
from urdimbre.core.units import Quantity
from urdimbre.recording import (
    ActFailed,
    ClockOff,
    Closed,
    NewerRules,
    NodeKeyChanged,
    Receipt,
    StorageFailed,
)
from urdimbre.recording.answer_text import _REFUSALS, answer_of, text_of

VALUES = {
    "str": "Ana \N{LATIN SMALL LETTER N WITH TILDE}",
    "int": -(2**53) + 1,
    "Quantity": Quantity(-5, "SOL"),
    "Quantity | None": None,
    "Value": 7,
}


def all_refusals():
    found = {one.code: one for one in Refusal.__subclasses__()}
    return [one for _, one in sorted(found.items()) if one.__module__ in RULES]


RULES = {one.__module__ for one in _REFUSALS.values()}


@pytest.mark.parametrize("kind", all_refusals(), ids=lambda kind: kind.code)
def test_every_refusal_is_read_back_as_it_was(kind):
    refusal = kind(*(VALUES[str(field.type)] for field in fields(kind)))

    again = answer_of(text_of(refusal))

    assert again == refusal
    assert type(again) is type(refusal)


def test_a_reason_can_be_told_in_another_language_afterwards():
    reason = Reason("must lie within {low} and {high}", low=1, high=9)

    again = answer_of(text_of(Malformed("body.day", reason)))

    assert again == Malformed("body.day", "must lie within 1 and 9")
    assert again.reason.written() == reason.written()


def test_a_receipt_is_read_back_as_it_was():
    receipt = Receipt("ab" * 32, "cd" * 16, 3, 7, 1_700_000_000)

    assert answer_of(text_of(receipt)) == receipt


@pytest.mark.parametrize(
    "failed",
    [
        ClockOff(now=5, last=900_000),
        NodeKeyChanged(in_force="ab", held="cd"),
        NewerRules(circuit=2, program=1),
        ActFailed("ef"),
    ],
)
def test_a_failure_on_one_act_is_read_back(failed):
    again = answer_of(text_of(failed))

    assert (type(again), again.message) == (type(failed), failed.message)


@pytest.mark.parametrize("failed", [StorageFailed("gone"), Closed("gone")])
def test_a_failure_of_the_whole_is_no_answer_to_one_act(failed):
    with pytest.raises(type(failed)):
        text_of(failed)
