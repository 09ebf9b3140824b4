"""The one way in: check, verify signatures, queue, append, apply, project."""

from urdimbre.recording.answers import (
    REFUSALS,
    ActFailed,
    AlreadyFounded,
    BrokenBytes,
    ClockOff,
    Closed,
    Damaged,
    Fenced,
    IdTaken,
    NewerRules,
    NodeKeyChanged,
    OtherProjection,
    Overloaded,
    Receipt,
    RecordingFailed,
    StorageFailed,
    Unanswered,
)
from urdimbre.recording.ports import Block, Node, Projector, Store
from urdimbre.recording.registry import Registry

__all__ = [
    "REFUSALS",
    "ActFailed",
    "AlreadyFounded",
    "Block",
    "BrokenBytes",
    "ClockOff",
    "Closed",
    "Damaged",
    "Fenced",
    "IdTaken",
    "NewerRules",
    "Node",
    "NodeKeyChanged",
    "OtherProjection",
    "Overloaded",
    "Projector",
    "Receipt",
    "RecordingFailed",
    "Registry",
    "StorageFailed",
    "Store",
    "Unanswered",
]
