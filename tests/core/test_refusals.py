"""Each refusal that is announced can happen; compared whole, with its values."""

import sys
from collections import Counter, defaultdict

import pytest

from tests.core.fixed_history import SCENES
from tests.little_circuit import town
from urdimbre.core import circuit
from urdimbre.core.membership.answers import BadSignature, KeyNotAdmissible
from urdimbre.core.membership.consent import CONSENT_REFUSES
from urdimbre.core.refusals import Malformed, Refusal, plain

ELSEWHERE = {BadSignature, KeyNotAdmissible, Malformed}
"""Given by recording, which verifies signatures, and by reading."""


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_refused(scene):
    answer, refused = scene(town())

    assert list(answer) == refused


def _produced():
    """What the scenes produce: by kind of act, and by envelope or consent."""
    own, shared = defaultdict(set), set()
    for scene in SCENES:
        little = town()
        little.kind, little.own = "", ()
        answer, _ = scene(little)
        mine = Counter(type(one) for one in little.own)
        own[little.kind] |= set(mine)
        shared |= set(Counter(type(one) for one in answer) - mine)
    return own, shared


def test_each_refusal_that_is_announced_can_happen():
    own, shared = _produced()

    never = {
        f"{kind.name}: {refusal.__name__}"
        for kind in circuit.KINDS.values()
        for refusal in kind.refuses_with
        if refusal not in own[kind.name]
    }
    announced = (*circuit.ENVELOPE_REFUSES, *CONSENT_REFUSES)
    assert never == set()
    assert {one.__name__ for one in set(announced) - shared} == set()


def _defined():
    """Every refusal that a module of the core defines."""
    return {
        one
        for name, module in sys.modules.items()
        if name.startswith("urdimbre.core")
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Refusal) and one is not Refusal
    }


def test_no_refusal_is_without_a_place():
    announced = {*circuit.ENVELOPE_REFUSES, *CONSENT_REFUSES, *ELSEWHERE}
    for kind in circuit.KINDS.values():
        announced |= set(kind.refuses_with)

    assert _defined() - announced == set()


def test_no_code_is_used_twice():
    codes = [one.code for one in _defined()]

    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_the_sentence_holds_every_value_it_names(scene):
    _, refused = scene(town())

    for refusal in refused:
        told = refusal.sentence() + refusal.hint()
        assert "{" not in told
        named = [name for name in refusal.values() if f"{{{name}}}" in refusal.says]
        assert all(plain(refusal.values()[name]) in told for name in named)
