"""The one way in: check, verify signatures, queue, append, apply, project."""

from urdimbre.recording.answers import (
    ActFailed,
    AlreadyFounded,
    BrokenBytes,
    ClockOff,
    Closed,
    Damaged,
    IdTaken,
    NewerRules,
    NodeKeyChanged,
    OtherProjection,
    Overloaded,
    Receipt,
    RecordingFailed,
    StorageFailed,
)
from urdimbre.recording.ports import Block, Node, Projector, Store
from urdimbre.recording.registry import Registry

REFUSALS = (IdTaken, BrokenBytes, AlreadyFounded)
"""What recording itself refuses; all else is refused by the rules."""

__all__ = [
    "REFUSALS",
    "ActFailed",
    "AlreadyFounded",
    "Block",
    "BrokenBytes",
    "ClockOff",
    "Closed",
    "Damaged",
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
]
