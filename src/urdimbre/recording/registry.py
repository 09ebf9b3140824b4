"""The registry: the one way in for acts, and what can be asked of it at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import orjson

from urdimbre.core import circuit
from urdimbre.core.acts import Act, Effects, Required
from urdimbre.core.agreements import number
from urdimbre.core.chain.entry import ActEntry, BrokenEntry, Slot, decode
from urdimbre.core.encoding import ACT_BYTES_MAX, Dumps, Loads
from urdimbre.core.membership.answers import BadSignature
from urdimbre.core.membership.consent import CONSENT_REFUSES
from urdimbre.core.refusals import Refusal
from urdimbre.core.state import State, value_of
from urdimbre.recording.answers import (
    AlreadyFounded,
    BrokenBytes,
    ClockOff,
    IdTaken,
    NodeKeyChanged,
    OtherProjection,
    Receipt,
    RecordingFailed,
    TooManyActs,
)
from urdimbre.recording.chain import Chain
from urdimbre.recording.forwarding import Forwarder
from urdimbre.recording.loading import load
from urdimbre.recording.ports import (
    Admissible,
    Clock,
    Inbox,
    Node,
    Projector,
    StateRow,
    Store,
    Verify,
)
from urdimbre.recording.proofs import (
    begins_with,
    consistency_text,
    proof_text,
    receipt_text,
)
from urdimbre.recording.quota import Counting, Quota
from urdimbre.recording.signatures import (
    Checker,
    Job,
    OneThread,
    Verdicts,
    job,
    jobs,
    registered_keys,
)
from urdimbre.recording.state_proofs import rows_proven
from urdimbre.recording.tiles import Place, entry_tile, hash_tile
from urdimbre.recording.writer import Answer, Waiting, Writer, known

ENTRY_BYTES_MAX = 2 + 24 * 105 + ACT_BYTES_MAX
GROUP = 200
GROUPS_AHEAD = 10


def dump(value: object) -> bytes:
    """Write canonical JSON; faster than the core's own, same bytes."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


class Registry:
    """A circuit's registry, open for recording.

    Attributes:
        state: the rows in force after the last block; read it with the lock held.
        lock: keeps the state still while it is read.
    """

    def __init__(
        self,
        store: Store,
        *,
        node: Node,
        clock: Clock,
        verify: Verify,
        admissible: Admissible,
        verdicts: Verdicts | None = None,
        projector: Projector | None = None,
        quota: Counting | None = None,
        inbox: Inbox | None = None,
        loads: Loads = orjson.loads,
        dump: Dumps = dump,
    ) -> None:
        """Load what is stored and start the writer, or what forwards to it.

        Args:
            store: keeps the blocks; closed with the registry.
            node: seals them.
            clock: seconds UTC.
            verify: the pinned verifier.
            admissible: which new keys may enter.
            verdicts: verifies lots of signatures for ``submit_many``; a thread of the
                registry's own by default.
            projector: derives what pages read.
            quota: counts the acts of each sender; one of its own by default.
            inbox: leads to the process that writes; without it this one does.
            loads: parser of canonical JSON.
            dump: the writer that belongs to it.

        Raises:
            Damaged: what is stored does not fit together.
            NodeKeyChanged: the node handed in is not the one in force.
            OtherProjection: the derived tables are not this projector's.
        """
        chain = load(store, loads=loads, dump=dump)
        if chain.header is not None:
            _node_in_force(chain, node)
            _take_up_projection(chain, projector)
        self._checker = Checker(verify, admissible)
        self._writer: Writer | Forwarder
        if inbox is None:
            chain.projector = projector
            self._writer = Writer(chain, node=node, clock=clock, checker=self._checker)
        else:
            self._writer = Forwarder(chain, inbox=inbox, clock=clock)
        self._chain = chain
        self._own = OneThread(verify)
        self._quota: Counting = quota or Quota()
        self._verdicts: Verdicts = verdicts or self._own
        self.lock = self._writer.lock
        self.state: State = chain.state

    @property
    def genesis(self) -> str:
        """The circuit's id, hex; empty before it is founded."""
        return self.state.genesis

    @property
    def store(self) -> Store:
        """Where the blocks are kept."""
        return self._chain.store

    @property
    def size(self) -> int:
        """Entries of the log."""
        return self._chain.log.size

    def found(self, entry: bytes) -> Receipt | Refusal:
        """Record the genesis act and seal the first block."""
        if self.genesis:
            return AlreadyFounded(self.genesis)
        return self.submit(entry)

    def submit(
        self, entry: bytes, *, sender: str = "", any_clock: bool = False
    ) -> Receipt | Refusal:
        """Record one act and wait until it is on disk, or say why not.

        Cheap checks come first: quota, size, form, number, what the state refuses, and
        only then signatures.

        Args:
            entry: the act with its signatures.
            sender: the member whose session sends it; counted if she is named.
            any_clock: record it whatever the clock says.

        Raises:
            RecordingFailed: the machine could not record it.
        """
        if sender:
            most = number(self.state, "acts_per_hour")
            wait = self._quota.take(sender, most)
            if wait:
                return TooManyActs(sender, most, wait)
        waiting = self._read(entry)
        if not isinstance(waiting, Waiting):
            return waiting
        waiting.any_clock = any_clock
        answer = self._answer_now(waiting)
        if isinstance(answer, Refusal) and self._writer.catch_up():
            return self.submit(entry, any_clock=any_clock)  # the state was behind
        if answer is not None:
            return answer
        self._writer.put([waiting])
        return self._answer(waiting)

    def submit_lot(self, entries: Sequence[bytes]) -> list[Answer]:
        """Record acts in order; what failed on one act only is among the answers."""
        return [
            self._writer.answered(one) if isinstance(one, Waiting) else one
            for one in self._queue_group(entries)
        ]

    def submit_many(
        self, entries: Iterable[bytes], *, group: int = GROUP
    ) -> Iterator[Receipt | Refusal]:
        """Record acts in order, answering each; signatures are verified meanwhile.

        An act may build on those before it. ``group`` acts are verified at a time.

        Raises:
            RecordingFailed: the machine could not record one; later ones may or may
                not be recorded and can be sent again.
        """
        source = iter(entries)
        ahead: deque[list[Waiting | Refusal]] = deque()
        while batch := list(islice(source, group)):
            ahead.append(self._queue_group(batch))
            if len(ahead) >= GROUPS_AHEAD:
                yield from self._answers(ahead.popleft())
        while ahead:
            yield from self._answers(ahead.popleft())

    def check(self, act: bytes, slots: Sequence[Slot] = ()) -> tuple[Refusal, ...]:
        """Say what would refuse an act now; signatures themselves are not verified."""
        found = self._would_refuse(act, slots)
        if found and self._writer.catch_up():
            return self._would_refuse(act, slots)  # the state was behind
        return found

    def _would_refuse(self, act: bytes, slots: Sequence[Slot]) -> tuple[Refusal, ...]:
        with self.lock:
            read = self._chain.read(act)
            if not isinstance(read, Act):
                return (read,)
            overlay, cited = self._chain.view(self._writer.time())
            named = known(self._chain, read)
            taken = (named,) if isinstance(named, IdTaken) else ()
            found = circuit.refusals(overlay, read, tuple(slots), cited)
            return (*taken, *found)

    def foresee(self, act: bytes) -> Effects | None:
        """Say what an act would do now; ``None`` if more than signatures is missing."""
        with self.lock:
            read = self._chain.read(act)
            if not isinstance(read, Act):
                return None
            overlay, cited = self._chain.view(self._writer.time())
            for refusal in circuit.refusals(overlay, read, (), cited):
                if not isinstance(refusal, CONSENT_REFUSES):
                    return None
            return circuit.apply(overlay, read, (), cited)

    def required_parties(self, act: bytes) -> Required | Refusal:
        """Say who must consent to an act."""
        with self.lock:
            read = self._chain.read(act)
            if not isinstance(read, Act):
                return read
            overlay, cited = self._chain.view(self._writer.time())
            return circuit.required(overlay, read, cited)

    def read(self, act: bytes) -> Act | Refusal:
        """Read an act of this circuit from its bytes."""
        return self._chain.read(act)

    def seal_idle(self) -> bool:
        """Seal an empty block if the last one is a day old; tells whether it did.

        Raises:
            RecordingFailed: the machine could not, or its clock is off.
        """
        before = self._chain.header
        waiting = Waiting(b"", None, ActEntry(b"", ()))
        self._writer.put([waiting])
        self._answer(waiting)
        return self._chain.header is not before

    def clock_is_off(self) -> bool:
        """Tell whether nothing can be sealed until somebody accepts the clock."""
        try:
            self._writer.block_time()
        except ClockOff:
            return True
        return False

    def checkpoint(self) -> str:
        """Return the last checkpoint, a signed note."""
        return self._chain.store.mark("checkpoint") or ""

    def position_of(self, act_hash: str) -> int | None:
        """Find an act in the log."""
        return self._chain.store.act_at(bytes.fromhex(act_hash))

    def entry(self, position: int) -> bytes | None:
        """Return an entry of the log."""
        return self._chain.store.entry(position)

    def receipt(
        self,
        position: int,
        openings: Mapping[str, Any] | None = None,
        *,
        under: str = "",
    ) -> str:
        """Return the proof of an entry that its holder can check without us.

        Args:
            position: of the entry.
            openings: of what its holder may open.
            under: a checkpoint that witnesses have cosigned; else the last one.

        Raises:
            OutsideTree: there is no such entry.
        """
        chain = self._chain
        # The chain replaces its tree at each block and never changes one: no lock.
        return receipt_text(
            chain.store, chain.log, position, openings or {}, under=under
        )

    def state_proof(self, owner: str, *, under: Callable[[int], str]) -> str | None:
        """Return the proof of somebody's accounts, as the last block left them.

        Nothing if she has none.

        Args:
            owner: whose accounts.
            under: gives the checkpoint to take for an entry; empty for the last one.
        """
        chain = self._chain
        with self.lock:
            mine = [(row.key, row) for row in chain.state.of("account", owner)]
            if not mine or chain.header is None:
                return None
            places = chain.state.places
            rows = [StateRow(places[key], key, value_of(row)) for key, row in mine]
            proven = rows_proven(chain.rows, rows)
            log, position = chain.log, chain.header.size
        return proof_text(chain.store, log, position, proven, under=under(position))

    def consistency(self, old: int, new: int) -> str:
        """Return the proof that a log of ``new`` entries begins with one of ``old``.

        Raises:
            OutsideTree: the log is not that long, or ``old`` is more than ``new``.
        """
        return consistency_text(self._chain.store, self._chain.log, old, new)

    def continues(self, size: int, root: bytes) -> bool:
        """Tell whether this log begins with a log of that size and root."""
        return begins_with(self._chain.store, self._chain.log, size, root)

    @property
    def node_key(self) -> bytes:
        """The node's public key in force."""
        return bytes.fromhex(self._chain.node_key)

    def hash_tile(self, place: Place) -> bytes:
        """Return the hashes of a tile; they are for everybody.

        Raises:
            OutsideTree: the log is not that long.
        """
        return hash_tile(self._chain.store, self._chain.log, place)

    def entry_tile(self, place: Place) -> bytes:
        """Return the entries of a tile; they are for those who may read the log.

        Raises:
            OutsideTree: the log is not that long.
        """
        return entry_tile(self._chain.store, self._chain.log, place)

    def ended(self) -> RecordingFailed | None:
        """Wait until this process records nothing more; return why, if nobody asked.

        Returns at once where another process records.
        """
        return self._writer.ended() if isinstance(self._writer, Writer) else None

    def close(self) -> None:
        """Record what has queued, then let go of the files."""
        self._writer.close()
        self._own.close()
        self._chain.store.close()

    def _read(self, entry: bytes) -> Waiting | Refusal:
        if len(entry) > ENTRY_BYTES_MAX:
            return BrokenBytes(f"{len(entry)} bytes, {ENTRY_BYTES_MAX} allowed")
        try:
            signed = decode(entry)
        except BrokenEntry as broken:
            return BrokenBytes(broken.reason)
        act = self._chain.read(signed.act)
        if not isinstance(act, Act):
            return act
        keys = registered_keys(self.state, signed)
        return Waiting(entry, act, signed, keys)

    def _answer_now(self, waiting: Waiting) -> Receipt | Refusal | None:
        """Answer what needs no writer: the cheap checks, then the signatures."""
        act, signed = waiting.act, waiting.signed
        assert act is not None
        with self.lock:
            first = known(self._chain, act)
            if first is not None:
                return first
            overlay, cited = self._chain.view(self._writer.time())
            for refusal in circuit.refusals(overlay, act, signed.slots, cited):
                return refusal
        for slot, key in zip(signed.slots, waiting.keys, strict=True):
            if key is None:
                continue  # brought by the act itself; the writer verifies it
            if not self._checker.verify(*job(self.genesis, signed, slot, key)):
                return BadSignature(slot.member)
        return None

    def _queue_group(self, batch: Sequence[bytes]) -> list[Waiting | Refusal]:
        group = [self._read(entry) for entry in batch]
        waiting = [one for one in group if isinstance(one, Waiting)]
        lot: list[Job] = []
        starts = []
        for one in waiting:
            starts.append(len(lot))
            lot += jobs(self.genesis, one.signed, one.keys)
        if lot:
            verdicts = self._verdicts(lot)
            for one, start in zip(waiting, starts, strict=True):
                one.verdicts = (verdicts, start)
        self._writer.put(waiting)
        return group

    def _answers(self, group: list[Waiting | Refusal]) -> Iterator[Receipt | Refusal]:
        for one in group:
            yield self._answer(one) if isinstance(one, Waiting) else one

    def _answer(self, waiting: Waiting) -> Receipt | Refusal:
        answer = self._writer.answered(waiting)
        if isinstance(answer, RecordingFailed):
            raise answer
        return answer


def _node_in_force(chain: Chain, node: Node) -> None:
    if chain.node_key != node.key.hex():
        raise NodeKeyChanged(in_force=chain.node_key, held=node.key.hex())


def _take_up_projection(chain: Chain, projector: Projector | None) -> None:
    # Without a projector nothing may be recorded beside tables that pages read: they
    # would silently stand still.
    stored = chain.store.mark("projection") or ""
    program = "" if projector is None else str(projector.version)
    if stored != program:
        raise OtherProjection(stored=stored, program=program)
    if projector is not None:
        projector.load(chain.store.query)
