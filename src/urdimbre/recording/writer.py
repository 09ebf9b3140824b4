"""The one writer: takes what has queued, judges it, commits it, answers it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from typing import NamedTuple

from urdimbre.core import circuit
from urdimbre.core.acts import Act
from urdimbre.core.chain.entry import ActEntry, Slot
from urdimbre.core.founding.rows import ClockRow, RulesRow
from urdimbre.core.membership.answers import BadSignature
from urdimbre.core.refusals import Refusal
from urdimbre.recording.answers import (
    ActFailed,
    ClockOff,
    Closed,
    Fenced,
    IdTaken,
    NewerRules,
    NodeKeyChanged,
    Overloaded,
    Receipt,
    RecordingFailed,
    StorageFailed,
)
from urdimbre.recording.chain import Chain, OpenBlock
from urdimbre.recording.ports import Clock, Node
from urdimbre.recording.signatures import Checker, late_keys_refused

QUEUE_MAX = 5_000
BATCH_ACTS_MAX = 1_000
BATCH_BYTES_MAX = 1 << 20
IDLE_SECONDS = 86_400
AHEAD_MAX = 30 * 86_400
"""Seconds that the clock may be ahead of the last block without anybody's consent."""
BEHIND_MAX = 60
"""Seconds that the clock may be set back unnoticed; block time then stands still."""

Answer = Receipt | Refusal | RecordingFailed


class Waiting:
    """An act on its way into the log.

    Attributes:
        entry: its bytes.
        act: as read; ``None`` asks for an empty block.
        signed: act bytes and signatures.
        keys: per slot, the key that was known when it came in.
        verdicts: what will tell whether the signatures of a lot hold, and where in it
            those of this act begin; ``None``: they have been verified and hold.
        any_clock: the act accepts a clock that is far off.
        answer: once there is one.
    """

    __slots__ = ("act", "answer", "any_clock", "entry", "keys", "signed", "verdicts")

    def __init__(
        self,
        entry: bytes,
        act: Act | None,
        signed: ActEntry,
        keys: tuple[str | None, ...] = (),
    ) -> None:
        """Take an act that has been read."""
        self.entry = entry
        self.act = act
        self.signed = signed
        self.keys = keys
        self.verdicts: tuple[Future[list[bool]], int] | None = None
        self.any_clock = False
        self.answer: Answer | None = None

    def first_bad(self) -> Slot | None:
        """Return the first slot that does not hold, waiting for the verifier."""
        if self.verdicts is None:
            return None
        verdicts, place = self.verdicts
        lot = verdicts.result()
        for slot, key in zip(self.signed.slots, self.keys, strict=True):
            if key is None:
                continue
            if not lot[place]:
                return slot
            place += 1
        return None


class _Judged(NamedTuple):
    block: OpenBlock
    answers: list[Answer]


class Writer:
    """Owns the chain: nobody else changes it.

    Attributes:
        chain: where the circuit stands.
        lock: held while the chain moves on; readers of the state hold it too.
    """

    def __init__(
        self, chain: Chain, *, node: Node, clock: Clock, checker: Checker
    ) -> None:
        """Start the thread."""
        self.chain = chain
        self.lock = threading.RLock()
        self._node = node
        self._clock = clock
        self._checker = checker
        self._queue: deque[Waiting] = deque()
        self._arrived = threading.Condition(threading.Lock())
        self._answered = threading.Condition(threading.Lock())
        self._closing = False
        self._ended: RecordingFailed | None = None
        self._thread = threading.Thread(
            target=self._run, name="urdimbre-writer", daemon=True
        )
        self._thread.start()

    def put(self, waiting: Sequence[Waiting], *, most: int = QUEUE_MAX) -> None:
        """Queue acts, in order.

        Raises:
            Overloaded: more than ``most`` would wait.
            Closed: nothing is recorded any more.
        """
        with self._arrived:
            if self._ended is not None:
                raise Closed(str(self._ended))
            if self._closing:
                raise Closed("it was asked to end")
            if len(self._queue) + len(waiting) > most:
                raise Overloaded(len(self._queue))
            self._queue.extend(waiting)
            self._arrived.notify()

    def answered(self, waiting: Waiting) -> Answer:
        """Wait for the answer to a queued act, be it a failure of the machine."""
        with self._answered:
            while waiting.answer is None:
                self._answered.wait()
            return waiting.answer

    def close(self) -> None:
        """Record what has queued, then end."""
        with self._arrived:
            self._closing = True
            self._arrived.notify()
        self._thread.join()

    def ended(self) -> RecordingFailed | None:
        """Wait until nothing is recorded any more; return why, if nobody asked."""
        self._thread.join()
        if self._ended is None and not self._closing:
            return Closed("its thread has died")
        return self._ended

    def block_time(self, *, any_clock: bool = False) -> int:
        """Return the time of a block made now.

        Raises:
            ClockOff: the clock does not fit the last block.
        """
        return block_time(self.chain, self._clock(), any_clock=any_clock)

    def catch_up(self) -> bool:
        """Tell that nobody else moves the chain on."""
        return False

    def time(self) -> int:
        """Return the time at which a block would be made now, far off or not."""
        return self.block_time(any_clock=True)

    def _run(self) -> None:
        while batch := self._take():
            try:
                self._record(batch)
            except RecordingFailed as failed:
                self._end(batch, failed)
                return

    def _take(self) -> list[Waiting]:
        """Wait for acts; return at most a block's worth, nothing when closing."""
        with self._arrived:
            while not self._queue and not self._closing:
                self._arrived.wait()
            batch: list[Waiting] = []
            size = 0
            while self._queue and len(batch) < BATCH_ACTS_MAX:
                size += len(self._queue[0].entry)
                if batch and size > BATCH_BYTES_MAX:
                    break
                batch.append(self._queue.popleft())
            return batch

    def _record(self, batch: list[Waiting]) -> None:
        """Record a batch; if the program fails on it, find the culprit by halves."""
        try:
            answers = self._commit(batch)
        except (StorageFailed, Fenced):
            raise
        except (ClockOff, NewerRules, NodeKeyChanged) as failed:
            answers = [failed] * len(batch)
        except Exception as fault:  # noqa: BLE001 - a bug must not take others along
            if len(batch) > 1:
                middle = len(batch) // 2
                self._record(batch[:middle])
                self._record(batch[middle:])
                return
            act = batch[0].act
            culprit = ActFailed("" if act is None else act.hash)
            culprit.__cause__ = fault
            answers = [culprit]
        self._tell(batch, answers)

    def _commit(self, batch: list[Waiting]) -> Sequence[Answer]:
        judged = self._judge(batch)
        block = judged.block
        idle = any(one.act is None for one in batch) and self._idle_due(block)
        if block.acts or idle:
            self._may_seal(block)
            rows = block.seal(self._node)
            self.chain.store.write(rows)
            with self.lock:
                self.chain.merge(block)
        return judged.answers

    def _may_seal(self, block: OpenBlock) -> None:
        """Refuse to seal with a key that an act has ended, or under unknown rules.

        Raises:
            NodeKeyChanged: somebody has to start the circuit with the new key.
            NewerRules: somebody has to install a newer program.
        """
        held = self._node.key.hex()
        if held != block.sealed_by:
            raise NodeKeyChanged(in_force=block.sealed_by, held=held)
        refuse_newer_rules(block)

    def _idle_due(self, block: OpenBlock) -> bool:
        return block.overlay.time >= self.chain.state.time + IDLE_SECONDS

    def _judge(self, batch: list[Waiting]) -> _Judged:
        any_clock = any(one.any_clock for one in batch)
        block = self.chain.open(self.block_time(any_clock=any_clock))
        named = find_named(self.chain, [one.act for one in batch if one.act])
        answers: list[Answer] = []
        for waiting in batch:
            act = waiting.act
            if act is None:
                answers.append(empty_block(block))
                continue
            first = named.get((act.by, act.id))
            if first is not None:
                answers.append(same_or_taken(act, first))
                continue
            answer = self._judged(block, waiting, act)
            if isinstance(answer, Receipt):
                named[act.by, act.id] = answer
            answers.append(answer)
        return _Judged(block, answers)

    def _judged(
        self, block: OpenBlock, waiting: Waiting, act: Act
    ) -> Receipt | Refusal:
        signed = waiting.signed
        for refusal in circuit.refusals(block.overlay, act, signed.slots, block.cited):
            return refusal
        bad = waiting.first_bad()
        if bad is not None:
            return BadSignature(bad.member)
        if None in waiting.keys:
            refused = late_keys_refused(
                self._checker,
                block.overlay,
                act,
                block.cited,
                signed=signed,
                keys=waiting.keys,
            )
            if refused is not None:
                return refused
        index = block.add(waiting.entry, act, signed.slots)
        return Receipt(act.hash, act.id, block.height, index, block.overlay.time)

    def _tell(self, batch: Sequence[Waiting], answers: Sequence[Answer]) -> None:
        with self._answered:
            for waiting, answer in zip(batch, answers, strict=True):
                waiting.answer = answer
            self._answered.notify_all()

    def _end(self, batch: list[Waiting], failed: RecordingFailed) -> None:
        with self._arrived:
            self._ended = failed
            batch += self._queue
            self._queue.clear()
        left = [one for one in batch if one.answer is None]
        self._tell(left, [failed] * len(left))


def refuse_newer_rules(block: OpenBlock) -> None:
    """Stop where the circuit has come under rules that this program does not know.

    Raises:
        NewerRules: somebody has to install a newer program.
    """
    rules: RulesRow = block.overlay.get("rules")
    version = rules.at(block.overlay.time)
    if version > circuit.RULES:
        raise NewerRules(circuit=version, program=circuit.RULES)


def block_time(chain: Chain, now: int, *, any_clock: bool = False) -> int:
    """Return the time of a block made when the clock says ``now``.

    Raises:
        ClockOff: the clock does not fit the last block.
    """
    last = chain.state.time
    fits = _earliest(chain, last) - BEHIND_MAX <= now <= last + AHEAD_MAX
    if not fits and not any_clock and chain.header is not None:
        raise ClockOff(now=now, last=last)
    return max(now, last)


def _earliest(chain: Chain, last: int) -> int:
    """Return the clock's earliest reading that fits the last block."""
    accepted: ClockRow | None = chain.state.get("clock")
    if accepted is None or last > accepted.before:
        return last
    # A clock set back was accepted: block time stands until it has caught up.
    return min(last, accepted.after)


def empty_block(block: OpenBlock) -> Receipt:
    """Answer who asked for a block without acts."""
    return Receipt("", "", block.height, block.log.size, block.overlay.time)


def same_or_taken(act: Act, first: Receipt) -> Receipt | Refusal:
    """Give the first receipt to the same act, refuse another under its number."""
    return first if first.act == act.hash else IdTaken(act.id, first.act)


def find_named(chain: Chain, acts: Sequence[Act]) -> dict[tuple[str, str], Receipt]:
    """Find the receipts of recorded acts with the same makers and numbers."""
    names = [(bytes.fromhex(act.by), bytes.fromhex(act.id)) for act in acts]
    found = {}
    for row in chain.store.acts_named(names):
        block = chain.store.block_of(row.position)
        assert block is not None  # written with the act
        by, id_ = row.by.hex(), row.id.hex()
        found[by, id_] = Receipt(
            row.hash.hex(), id_, block.height, row.position, block.time
        )
    return found


def known(chain: Chain, act: Act) -> Receipt | Refusal | None:
    """Answer for an act whose maker's number is in the log already."""
    first = find_named(chain, [act]).get((act.by, act.id))
    return None if first is None else same_or_taken(act, first)
