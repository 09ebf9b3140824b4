"""The work of ``urdimbre anchor`` on an EVM chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from urdimbre.adapters.anchor.answers import (
    AnchorAhead,
    AnchorContradicts,
    AnchorNotPinned,
    ExtraMissing,
    NoContract,
    SenderNotPinned,
)
from urdimbre.adapters.anchor.judging import (
    BEYOND,
    CONTRADICTS,
    Judged,
    Pin,
    in_force,
    judge,
    pins_of,
    roots_at,
)
from urdimbre.adapters.anchor.outbox import Line, Outbox
from urdimbre.adapters.anchor.rpc import Chain
from urdimbre.cli.opening import looking
from urdimbre.core.chain import notes
from urdimbre.core.refusals import Reason
from urdimbre.recording import Damaged

if TYPE_CHECKING:
    from urdimbre.adapters.anchor.sending import Sending, Standing
    from urdimbre.adapters.anchor.signing import Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What anchoring needs of a circuit, as it stands at this moment.

    Attributes:
        genesis: the circuit's id, hex.
        note: the signed checkpoint.
        size: of it.
        root: of it, hex.
        pins: all that were ever decided.
        roots: gives the log's roots at some sizes.
    """

    genesis: str
    note: bytes
    size: int
    root: str
    pins: list[Pin]
    roots: Callable[[set[int]], dict[int, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One look at the chain, and what was done.

    Attributes:
        line: where it is anchored.
        head: last block of the chain.
        standings: of the kept checkpoints.
    """

    line: Line
    head: int
    standings: list[Standing]


@contextmanager
def reading_log(directory: Path) -> Iterator[Log]:
    """Read a circuit's log, whoever is writing to it meanwhile.

    Raises:
        Damaged: its checkpoint is not that of its entries.
    """
    known: dict[int, str] = {}

    def roots(sizes: set[int]) -> dict[int, str]:
        """Read the log only if a root is not known yet."""
        if not {size for size in sizes if size <= told.size} <= known.keys():
            known.update(roots_at(entries(), sizes))
        return known

    with looking(directory) as reading:
        entries = reading.store.entries
        note = (reading.store.mark("checkpoint") or "").encode()
        told = notes.parse_checkpoint(notes.parse_note(note).text)
        log = Log(
            genesis=reading.genesis,
            note=note,
            size=told.size,
            root=told.root.hex(),
            pins=pins_of(entries()),
            roots=roots,
        )
        # What is anchored is evidence for ever: it is made from the entries.
        if log.roots({told.size}).get(told.size) != log.root:
            raise Damaged("meta", Reason("the checkpoint is not that of the entries"))
        yield log


def new_sender(directory: Path) -> str:
    """Make the key in ``keys/evm``; returns its address."""
    from urdimbre.adapters.folder import is_circuit
    from urdimbre.adapters.folder_answers import NotACircuit

    if not is_circuit(directory):
        raise NotACircuit(directory)
    return _signing().create(directory).address


def deployed(directory: Path, url: str, seconds: float) -> tuple[int, str, str]:
    """Deploy the contract; returns chain, contract and sender."""
    sender = _signing().read(directory)
    from urdimbre.adapters.anchor.deploying import deploy

    chain = Chain(url)
    with closing(Outbox(directory)) as box:
        return chain.id(), deploy(box, chain, sender, seconds=seconds), sender.address


def anchor(directory: Path, url: str, *, confirmations: int, since: int) -> Round:
    """Keep the present checkpoint and bring what is kept to the chain, one step.

    Raises:
        AnchorFailed: whatever stopped it; what was kept stays kept.
    """
    with closing(Outbox(directory)) as box, reading_log(directory) as log:
        if any(in_force(log.pins, pin.chain) for pin in log.pins):
            box.keep(log.size, log.root)
        chain = Chain(url)
        sending, line = _sending(box, chain, log, confirmations)
        sender = _signing().read(directory)
        if sender.address != line.sender:
            raise SenderNotPinned(found=sender.address, pinned=line.sender)
        _look(sending, log, line, since)
        sending.send(sender)
        _look(sending, log, line, since)
        return Round(line=line, head=chain.head(), standings=sending.standings())


def stamped(directory: Path, url: str, certificate: Path | None) -> Path:
    """Have the present checkpoint timestamped; returns the file.

    Raises:
        AnchorFailed: no answer, or one that is no timestamp; nothing was kept.
    """
    try:
        from urdimbre.adapters.anchor import stamping
    except ModuleNotFoundError as missing:
        raise ExtraMissing(library=missing.name, extra="tsa") from None
    trusted = [] if certificate is None else stamping.roots_of_trust(certificate)
    with reading_log(directory) as log:
        return stamping.stamp(directory, log.note, url, trusted)


def standing(directory: Path, url: str, *, confirmations: int, since: int) -> Round:
    """Look at the chain and send nothing."""
    with closing(Outbox(directory)) as box, reading_log(directory) as log:
        chain = Chain(url)
        sending, line = _sending(box, chain, log, confirmations)
        _look(sending, log, line, since)
        return Round(line=line, head=chain.head(), standings=sending.standings())


def _sending(
    box: Outbox, chain: Chain, log: Log, confirmations: int
) -> tuple[Sending, Line]:
    """Find the line that is pinned on this chain."""
    _signing()
    from urdimbre.adapters.anchor.sending import Sending

    number = chain.id()
    pin = in_force(log.pins, number)
    if pin is None:
        raise AnchorNotPinned(chain=number)
    if not chain.has_code(pin.contract):
        raise NoContract(contract=pin.contract, chain=number)
    line = Line(chain=number, contract=pin.contract, sender=pin.sender)
    sending = Sending(
        box,
        chain,
        line,
        genesis=log.genesis,
        after=pin.position,
        confirmations=confirmations,
    )
    return sending, line


def _look(sending: Sending, log: Log, line: Line, since: int) -> None:
    """Read our anchors again; go on only if they are of this log."""
    events = sending.look(since)
    pins = [pin for pin in log.pins if pin.chain == line.chain]
    found = judge(events, pins[-1:], log.roots({one.size for one in events}))
    for one in found:
        _stop_at(one, line.chain, log.size)
    sending.accept(events)


def _stop_at(one: Judged, chain: int, ends: int) -> None:
    size = one.event.size
    if one.verdict == CONTRADICTS:
        raise AnchorContradicts(
            chain=chain, size=size, anchored=one.event.root, root=one.root
        )
    if one.verdict == BEYOND:
        raise AnchorAhead(chain=chain, size=size, ends=ends)


def _signing() -> type[Sender]:
    """Give the class that signs.

    Raises:
        ExtraMissing: the extra [evm] is not installed.
    """
    try:
        from urdimbre.adapters.anchor.signing import Sender
    except ModuleNotFoundError as missing:
        raise ExtraMissing(library=missing.name, extra="evm") from None
    return Sender
