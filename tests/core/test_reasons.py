"""Reasons: English for programs, told in the reader's language for people."""

import copy
import json
import pickle

import pytest

from urdimbre.core.acts import read_act
from urdimbre.core.circuit import KINDS
from urdimbre.core.refusals import Reason

WORDS = {
    "header: {reason}": "encabezado: {reason}",
    "must lie within {low} and {high}": "tiene que estar entre {low} y {high}",
    "no JSON": "no es JSON",
}
INNER = Reason("must lie within {low} and {high}", low=1, high=9)


def told(reason):
    """In Spanish, with numbers as a page shows them."""

    def translate(text):
        return WORDS.get(text, text)

    def show(name, value):
        if isinstance(value, Reason):
            return value.told(translate, show)
        return f"<{name} {value}>"

    return reason.told(translate, show)


def test_for_a_program_it_is_the_english_text():
    assert INNER == "must lie within 1 and 9"
    assert json.dumps(INNER) == '"must lie within 1 and 9"'
    assert Reason("must match [0-9]{32}") == "must match [0-9]{32}"


def test_it_is_told_with_the_reasons_within_it():
    assert told(Reason("no JSON")) == "no es JSON"
    assert told(INNER) == "tiene que estar entre <low 1> y <high 9>"
    outer = Reason("header: {reason}", reason=INNER)
    assert told(outer) == "encabezado: tiene que estar entre <low 1> y <high 9>"
    assert outer == "header: must lie within 1 and 9"


def test_a_value_may_have_any_name():
    reason = Reason("{says} {self} {values}", says=1, self=2, values=3)

    assert reason == "1 2 3"


@pytest.mark.parametrize(
    "carried",
    [
        copy.deepcopy,
        lambda one: pickle.loads(pickle.dumps(one)),  # noqa: S301 - our own
        lambda one: Reason.read(json.loads(json.dumps(one.written()))),
    ],
)
def test_another_process_can_tell_it_too(carried):
    for reason in (INNER, Reason("header: {reason}", reason=INNER), Reason("{")):
        again = carried(reason)

        assert again == reason
        assert again.written() == reason.written()
        assert told(again) == told(reason)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"x" * 40_000, "{count} bytes, {allowed} allowed"),
        (b"{", "nested deeper than {allowed}, or unbalanced"),
        (b"{}", "needs {names}"),
        (b"7 ", "not in canonical form"),
        (b"", "no JSON"),
    ],
)
def test_what_is_malformed_says_why_in_any_language(data, says):
    assert read_act(data, KINDS, "").reason.says == says
