"""Answers as text: what a sequencer leaves for a process that waits elsewhere.

Only the answers that belong to one act are written; a sequencer that fails as a whole
leaves none, and the next one answers.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from urdimbre.core import circuit
from urdimbre.core.membership.answers import BadSignature, KeyNotAdmissible
from urdimbre.core.membership.consent import CONSENT_REFUSES
from urdimbre.core.refusals import Malformed, Reason, Refusal
from urdimbre.core.units import Quantity
from urdimbre.recording.answers import (
    REFUSALS,
    ActFailed,
    ClockOff,
    NewerRules,
    NodeKeyChanged,
    Receipt,
    RecordingFailed,
)

Answer = Receipt | Refusal | RecordingFailed

_ANY: tuple[type[Refusal], ...] = (
    Malformed,
    *circuit.ENVELOPE_REFUSES,
    *CONSENT_REFUSES,
    *REFUSALS,
    BadSignature,
    KeyNotAdmissible,
)
_OF_KINDS = (one for kind in circuit.KINDS.values() for one in kind.refuses_with)
_REFUSALS = {one.code: one for one in (*_ANY, *_OF_KINDS)}


def text_of(answer: Answer) -> str:
    """Write an answer.

    Raises:
        RecordingFailed: the failure is not of one act.
    """
    if isinstance(answer, Receipt):
        return _json(["receipt", *_values(answer)])
    if isinstance(answer, Refusal):
        return _json(["refusal", answer.code, *_values(answer)])
    if isinstance(answer, ClockOff):
        return _json([ClockOff.code, answer.now, answer.last])
    if isinstance(answer, NodeKeyChanged):
        return _json([NodeKeyChanged.code, answer.in_force, answer.held])
    if isinstance(answer, NewerRules):
        return _json([NewerRules.code, answer.circuit, answer.program])
    if isinstance(answer, ActFailed):
        return _json([ActFailed.code, answer.act])
    raise answer


def answer_of(text: str) -> Answer:
    """Read an answer back."""
    what, *values = json.loads(text)
    if what == "receipt":
        return Receipt(*values)
    if what == "refusal":
        code, *told = values
        return _REFUSALS[code](*(_read(one) for one in told))
    if what == ClockOff.code:
        return ClockOff(now=values[0], last=values[1])
    if what == NodeKeyChanged.code:
        return NodeKeyChanged(in_force=values[0], held=values[1])
    if what == NewerRules.code:
        return NewerRules(circuit=values[0], program=values[1])
    return ActFailed(values[0])


def _values(answer: Receipt | Refusal) -> list[Any]:
    return [_written(getattr(answer, field.name)) for field in fields(answer)]


def _written(value: object) -> Any:
    if isinstance(value, Reason):
        return value.written()
    return [value.minor, value.unit] if isinstance(value, Quantity) else value


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return Reason.read(value)
    return Quantity(*value) if isinstance(value, list) else value


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
