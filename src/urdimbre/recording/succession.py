"""A new node takes over a log whose old key is lost: the one block sealed without it.

The act ``node`` needs the common and the new key, not the old one. But the checkpoint
of its block should be signed with the old key, and nobody can. So the block is written
without a checkpoint, and the one after it, sealed at once, has that of the new key:
from it every reader finds the act, and the members who answer for the change.
"""

from __future__ import annotations

from urdimbre.core import circuit
from urdimbre.core.acts import Act
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import ActEntry, BrokenEntry, decode
from urdimbre.core.membership.answers import BadSignature
from urdimbre.core.refusals import Refusal, gettext_noop
from urdimbre.recording.answers import (
    BrokenBytes,
    ClockOff,
    NodeKeyChanged,
    Receipt,
    RecordingFailed,
)
from urdimbre.recording.chain import Chain, OpenBlock
from urdimbre.recording.ports import Node
from urdimbre.recording.signatures import (
    Checker,
    job,
    late_keys_refused,
    registered_keys,
)
from urdimbre.recording.writer import (
    AHEAD_MAX,
    BEHIND_MAX,
    known,
    refuse_newer_rules,
)


class NotASuccession(RecordingFailed):
    """An act that does not give the log to the node at hand."""

    code = "not_a_succession"
    says = gettext_noop("This is no act that makes {key} the key of the node.")
    hint = gettext_noop(
        "Sign the act that `urdimbre reopen` or `hand-over` has written, and no other."
    )
    exit_code = 4

    def __init__(self, key: str) -> None:
        """Keep the key that is held here, hex."""
        super().__init__(key=key)
        self.key = key


def succeed(
    chain: Chain, entry: bytes, *, node: Node, now: int, checker: Checker
) -> Receipt | Refusal:
    """Record the act by which a node takes over, and seal the next block as that node.

    Asked again, it gives the first receipt, and seals what a crash has left unsealed.

    Args:
        chain: as loaded; its store is written to.
        entry: the act ``node`` with the signatures of those who act for the common.
        node: whose key the act brings.
        now: seconds UTC.
        checker: verifies single signatures.

    Raises:
        NotASuccession: another act, or one that brings another key.
        ClockOff: the clock does not fit the last block.
        NewerRules: this program does not know the rules in force.
    """
    try:
        signed = decode(entry)
    except BrokenEntry as broken:
        return BrokenBytes(broken.reason)
    act = chain.read(signed.act)
    if not isinstance(act, Act):
        return act
    if act.kind != "node" or act.body.new.key != node.key.hex():
        raise NotASuccession(node.key.hex())
    time = _time(chain, now)
    answer = known(chain, act)
    if answer is None:
        block = chain.open(time)
        refuse_newer_rules(block)
        answer = _judged(block, act, signed, checker)
        if not isinstance(answer, Receipt):
            return answer
        answer = _added(block, entry, act, signed)
        _write(chain, block, None)
    if chain.node_key != node.key.hex():
        raise NodeKeyChanged(in_force=chain.node_key, held=node.key.hex())
    if not _under_checkpoint(chain):
        _write(chain, chain.open(time), node)
    return answer


def _under_checkpoint(chain: Chain) -> bool:
    """Whether the last block stands under the stored checkpoint already."""
    text = chain.store.mark("checkpoint") or ""
    size = notes.parse_checkpoint(notes.parse_note(text.encode()).text).size
    return size == chain.log.size


def _time(chain: Chain, now: int) -> int:
    last = chain.state.time
    if not last - BEHIND_MAX <= now <= last + AHEAD_MAX:
        raise ClockOff(now=now, last=last)
    return max(now, last)


def _judged(
    block: OpenBlock, act: Act, signed: ActEntry, checker: Checker
) -> Receipt | Refusal:
    for refusal in circuit.refusals(block.overlay, act, signed.slots, block.cited):
        return refusal
    keys = registered_keys(block.overlay, signed)
    refused = late_keys_refused(
        checker, block.overlay, act, block.cited, signed=signed, keys=keys
    )
    if refused is not None:
        return refused
    for slot, key in zip(signed.slots, keys, strict=True):
        if key is not None and not checker.verify(
            *job(block.overlay.genesis, signed, slot, key)
        ):
            return BadSignature(slot.member)
    return Receipt(act.hash, act.id, block.height, block.log.size, block.overlay.time)


def _added(block: OpenBlock, entry: bytes, act: Act, signed: ActEntry) -> Receipt:
    place = block.add(entry, act, signed.slots)
    return Receipt(act.hash, act.id, block.height, place, block.overlay.time)


def _write(chain: Chain, block: OpenBlock, node: Node | None) -> None:
    chain.store.write(block.seal(node))
    chain.merge(block)
