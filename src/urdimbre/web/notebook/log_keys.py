"""The keys with which the node has signed the log's checkpoints."""

from urdimbre.core.chain import notes
from urdimbre.core.membership.rows import Key, Member
from urdimbre.recording.chain import origin_of
from urdimbre.recording.registry import Registry


def log_keys(registry: Registry, note: notes.Note) -> list[bytes]:
    """Return the log's keys that may have signed a note, the one in force first.

    Earlier ones are looked for only if the one in force has not signed: that walks
    over all members.
    """
    present = registry.node_key
    if _signed_with(registry, note, present):
        return [present]
    return [present, *_earlier(registry)]


def key_of(registry: Registry, note: notes.Note) -> notes.VerifierKey:
    """Return the log's key that has signed a note."""
    origin = origin_of(registry.genesis)
    keys = log_keys(registry, note)
    own = next((key for key in keys if _signed_with(registry, note, key)), keys[0])
    return notes.VerifierKey(name=origin, key=own)


def _signed_with(registry: Registry, note: notes.Note, key: bytes) -> bool:
    named = notes.VerifierKey(name=origin_of(registry.genesis), key=key)
    lines = {(one.name, one.key_id) for one in note.signatures}
    return (named.name, named.id) in lines


def _earlier(registry: Registry) -> list[bytes]:
    with registry.lock:
        nodes = {
            row.id
            for row in registry.state.starting("member/")
            if isinstance(row, Member) and row.kind == "node"
        }
        return [
            bytes.fromhex(row.public)
            for row in registry.state.starting("key/")
            if isinstance(row, Key) and row.member in nodes and row.until is not None
        ]
