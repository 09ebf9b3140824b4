"""Replay: the log from nothing, through the same functions as the writer.

Signatures are verified meanwhile by whoever is handed in; their verdicts are waited for
before anything later in the log is blamed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import NamedTuple

from urdimbre.core import circuit
from urdimbre.core.acts import Act
from urdimbre.core.chain.entry import HEADER, ActEntry, BrokenEntry, decode
from urdimbre.core.chain.header import Header, read_header
from urdimbre.core.refusals import Reason, Refusal, plain
from urdimbre.recording.chain import Chain, OpenBlock
from urdimbre.recording.collecting import collecting_rarely
from urdimbre.recording.ports import ActRow, Block
from urdimbre.recording.signatures import (
    Checker,
    Job,
    Verdicts,
    jobs,
    late_keys_refused,
    registered_keys,
)

JOBS_MIN = 400
"""Signatures handed over at once, so that handing over costs next to nothing."""
NAMED_MAX = 1000
"""Acts looked up at once; stores bear so many names in one question."""
LAG_MAX = 8
"""Lots of signatures that may still be in the making while the replay goes on."""


_CODED = "{code}: {sentence}"


class BrokenLog(Exception):
    """The log does not stand up to its own rules.

    Attributes:
        entry: position of the first entry that is wrong.
        reason: what is wrong with it.
        column: of the header, if that is what differs.
    """

    def __init__(self, entry: int, reason: Reason, *, column: str = "bytes") -> None:
        """Keep where and what."""
        super().__init__(f"entry {entry}: {reason}")
        self.entry = entry
        self.reason = reason
        self.column = column


@dataclass(slots=True)
class Count:
    """What a replay has gone through."""

    acts: int = 0
    blocks: int = 0
    signatures: int = 0


class _Read(NamedTuple):
    """An act of the block being replayed."""

    position: int
    entry: bytes
    act: Act
    signed: ActEntry


class _Lot(NamedTuple):
    """Signatures being verified, each with the position of its entry."""

    positions: list[int]
    verdicts: Future[list[bool]]


class Replay:
    """Rebuilds a chain, entry by entry.

    Attributes:
        chain: as far as it has been rebuilt; what it writes each block to
            is its store, or what it was given.
        count: acts, blocks and signatures so far.
        trusted: signatures of entries before this place are not verified.
    """

    trusted = 0

    def __init__(
        self,
        chain: Chain,
        *,
        checker: Checker | None = None,
        verdicts: Verdicts | None = None,
        write: Callable[[Block], None] | None = None,
    ) -> None:
        """Begin with an empty chain, or one that has stood still for a while.

        Args:
            chain: where the log begins that will be replayed.
            checker: verifies single signatures; without it none is verified.
            verdicts: verifies lots of them.
            write: keeps each block; the chain's store by default.
        """
        # Both or neither: signatures gathered for nobody would pass unseen.
        assert (checker is None) == (verdicts is None)
        self.chain = chain
        self.count = Count()
        self._checker = checker
        self._verdicts = verdicts
        self._write = write or chain.store.write
        self._jobs: list[Job] = []
        self._positions: list[int] = []
        self._lots: deque[_Lot] = deque()

    def run(self, entries: Iterable[bytes]) -> None:
        """Replay a whole log, which must end with a header.

        Raises:
            BrokenLog: at the first entry that is wrong.
        """
        try:
            with collecting_rarely():
                acts = self._blocks(entries)
        except BrokenLog:
            self.finish()  # a bad signature before it is the first thing wrong
            raise
        self.finish()
        if acts:
            raise BrokenLog(self.chain.log.size, Reason("no header follows"))

    def _blocks(self, entries: Iterable[bytes]) -> list[bytes]:
        """Replay block by block; returns the entries that no header follows."""
        acts: list[bytes] = []
        for entry in entries:
            if entry[:1] == bytes((HEADER,)):
                self._block(acts, entry)
                acts = []
            else:
                acts.append(entry)
        return acts

    def finish(self) -> None:
        """Wait for all signatures handed over so far.

        Raises:
            BrokenLog: one does not hold.
        """
        self._hand_over()
        while self._lots:
            self._collect(self._lots.popleft())

    def _block(self, entries: list[bytes], sealing: bytes) -> None:
        first = self.chain.log.size
        last = first + len(entries)
        header = _header(sealing, last)
        if header.rules > circuit.RULES:
            reason = Reason(
                "rules of version {circuit}, this program knows {program}",
                circuit=header.rules,
                program=circuit.RULES,
            )
            raise BrokenLog(last, reason, column="rules")
        before = self.chain.header
        if before is not None and header.time < before.time:
            raise BrokenLog(last, Reason("time runs backwards"), column="time")
        block = self.chain.open(header.time)
        for position, entry in enumerate(entries, first):
            self._act(block, position, entry)
        rows = block.seal()
        self._named_once(rows.acts)
        _compare(header, rows.header, last)
        if rows.header.entry() != sealing:
            raise BrokenLog(last, Reason("header is not in canonical form"))
        self._write(rows)
        self.chain.merge(block)
        self.count.blocks += 1

    def _act(self, block: OpenBlock, position: int, entry: bytes) -> None:
        try:
            signed = decode(entry)
        except BrokenEntry as broken:
            raise BrokenLog(position, broken.reason) from None
        act = self.chain.read(signed.act)
        if not isinstance(act, Act):
            raise BrokenLog(position, told(act))
        one = _Read(position, entry, act, signed)
        for refusal in circuit.refusals(block.overlay, act, signed.slots, block.cited):
            raise BrokenLog(position, told(refusal))
        if self._checker is not None and position >= self.trusted:
            self._sign(self._checker, block, one)
        block.add(entry, act, signed.slots)
        self.count.acts += 1

    def _named_once(self, acts: Sequence[ActRow]) -> None:
        """Look whether an act, or another under its number, stands in the log already.

        The rules judge an act by the state alone: what was signed once would be done as
        often as somebody writes it down.
        """
        names = [(one.by, one.id) for one in acts]
        first: dict[tuple[bytes, bytes], int] = {}
        for at in range(0, len(names), NAMED_MAX):
            found = self.chain.store.acts_named(names[at : at + NAMED_MAX])
            first |= {(one.by, one.id): one.position for one in found}
        for one in acts:
            before = first.setdefault((one.by, one.id), one.position)
            if before < one.position:
                reason = Reason(
                    "id_taken: entry {index} has that maker and number", index=before
                )
                raise BrokenLog(one.position, reason)

    def _sign(self, checker: Checker, block: OpenBlock, one: _Read) -> None:
        self.count.signatures += len(one.signed.slots)
        keys = registered_keys(block.overlay, one.signed)
        if None in keys:
            refused = late_keys_refused(
                checker,
                block.overlay,
                one.act,
                block.cited,
                signed=one.signed,
                keys=keys,
            )
            if refused is not None:
                raise BrokenLog(one.position, told(refused))
        new = jobs(block.overlay.genesis, one.signed, keys)
        self._jobs += new
        self._positions += [one.position] * len(new)
        if len(self._jobs) >= JOBS_MIN:
            self._hand_over()

    def _hand_over(self) -> None:
        if not self._jobs or self._verdicts is None:
            return
        self._lots.append(_Lot(self._positions, self._verdicts(self._jobs)))
        self._jobs, self._positions = [], []
        while len(self._lots) > LAG_MAX:
            self._collect(self._lots.popleft())

    def _collect(self, lot: _Lot) -> None:
        for position, holds in zip(lot.positions, lot.verdicts.result(), strict=True):
            if not holds:
                raise BrokenLog(position, Reason("bad_signature"))


def told(refusal: Refusal) -> Reason:
    """Tell a refusal with its code."""
    values = {
        name: one if isinstance(one, Reason) else plain(one)
        for name, one in refusal.values().items()
    }
    return Reason(_CODED, code=refusal.code, sentence=Reason(refusal.says, **values))


def _header(entry: bytes, position: int) -> Header:
    try:
        return read_header(entry[1:])
    except BrokenEntry as broken:
        raise BrokenLog(position, broken.reason) from None


def _compare(stored: Header, expected: Header, position: int) -> None:
    for name in ("height", "prev", "size", "acts", "acts_root", "rules", "state_root"):
        if getattr(stored, name) != getattr(expected, name):
            raise BrokenLog(
                position,
                Reason(
                    "header says {name} {stored}, the log gives {expected}",
                    name=name,
                    stored=getattr(stored, name),
                    expected=getattr(expected, name),
                ),
                column=name,
            )
