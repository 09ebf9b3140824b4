"""What recording answers: receipts, its own refusals, and failures of the machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from urdimbre.core.refusals import Refusal, gettext_noop


@dataclass(frozen=True, slots=True)
class Receipt:
    """An act is in the log.

    Attributes:
        act: hash of the act, hex.
        id: as its maker named it.
        height: number of the block.
        index: position of the entry in the log.
        time: block time, seconds UTC.
    """

    act: str
    id: str
    height: int
    index: int
    time: int


@dataclass(frozen=True, slots=True)
class IdTaken(Refusal):
    """The maker has used this number for another act."""

    code = "id_taken"
    says = gettext_noop("The number {id} was used for another act: {act}.")
    way_out = gettext_noop("Make a new number and sign the act again.")
    id: str
    act: str


@dataclass(frozen=True, slots=True)
class BrokenBytes(Refusal):
    """Bytes that are no act with signatures."""

    code = "broken_entry"
    says = gettext_noop("These bytes are not a signed act: {reason}.")
    way_out = gettext_noop("Send the act again as the program wrote it.")
    reason: str


@dataclass(frozen=True, slots=True)
class AlreadyFounded(Refusal):
    """A genesis act for a circuit that has one."""

    code = "already_founded"
    says = gettext_noop("This circuit was founded already: {genesis}.")
    way_out = gettext_noop("Found another circuit in a folder of its own.")
    genesis: str


@dataclass(frozen=True, slots=True)
class TooManyActs(Refusal):
    """A member has sent more acts than the agreement lets her in an hour."""

    code = "too_many_acts"
    says = gettext_noop("{member} has sent {most} acts within an hour.")
    way_out = gettext_noop("Wait {wait} seconds, or ask the assembly for more.")
    member: str
    most: int
    wait: int


REFUSALS = (IdTaken, BrokenBytes, AlreadyFounded, TooManyActs)
"""What recording itself refuses; all else is refused by the rules."""


class RecordingFailed(Exception):
    """The machine could not record; the act may be sent again.

    Attributes:
        code: stable.
        says: what happened, an English key of the catalogues with ``{value}`` places.
        hint: the way out, likewise.
        exit_code: of the command line.
        values: of the sentence, by name.
        message: the sentence in English, for the log of the machine.
    """

    code: ClassVar[str] = "recording_failed"
    says: ClassVar[str] = gettext_noop("The machine could not record.")
    hint: ClassVar[str] = gettext_noop("Try again; the act was not recorded.")
    exit_code: ClassVar[int] = 1

    def __init__(self, **values: object) -> None:
        """Keep the values of the sentence."""
        self.values = values
        self.message = self.says.format_map(values)
        super().__init__(self.message)


class Overloaded(RecordingFailed):
    """More acts wait than the queue holds."""

    code = "overloaded"
    says = gettext_noop("The queue is full; acts that wait to be recorded: {waiting}.")
    hint = gettext_noop("Send the act again in a few seconds.")

    def __init__(self, waiting: int) -> None:
        """Keep how many wait."""
        super().__init__(waiting=waiting)
        self.waiting = waiting


class Closed(RecordingFailed):
    """The registry takes no more acts, and why."""

    code = "closed"
    says = gettext_noop("The registry is closed: {reason}.")
    hint = gettext_noop(
        "Start the circuit again; acts that have a receipt are recorded, others can "
        "be sent again."
    )

    def __init__(self, reason: str) -> None:
        """Keep why."""
        super().__init__(reason=reason.rstrip("."))
        self.reason = reason


class StorageFailed(RecordingFailed):
    """The storage did not write; the registry ends, nothing in memory has changed.

    Attributes:
        reason: the storage's own words.
        damage: what is stored is wrong, rather than the machine that stores it.
    """

    code = "storage_failed"
    says = gettext_noop("The storage failed: {reason}.")
    hint = gettext_noop(
        "Look at the disk (space, errors) and start the circuit again; send the act "
        "again: if it was recorded after all, its first receipt comes back."
    )

    def __init__(self, reason: str, *, damage: bool = False) -> None:
        """Keep the storage's own words."""
        super().__init__(reason=reason)
        self.reason = reason
        self.damage = damage


class Fenced(RecordingFailed):
    """Another sequencer has taken over; this one writes nothing any more."""

    code = "fenced"
    says = gettext_noop("Another sequencer has taken over; epoch {epoch} is over.")
    hint = gettext_noop(
        "Let the other one go on. Acts that have a receipt are recorded, others can "
        "be sent again."
    )
    exit_code = 6

    def __init__(self, epoch: int) -> None:
        """Keep which epoch is over."""
        super().__init__(epoch=epoch)
        self.epoch = epoch


class Unanswered(RecordingFailed):
    """An act was handed to the sequencer, and nobody has answered so far."""

    code = "unanswered"
    says = gettext_noop("No sequencer has answered within {seconds} seconds.")
    hint = gettext_noop(
        "Look whether the sequencer runs. The act waits for it: send it again in a "
        "minute, and if it was recorded its first receipt comes back."
    )
    exit_code = 7

    def __init__(self, seconds: int) -> None:
        """Keep how long was waited."""
        super().__init__(seconds=seconds)
        self.seconds = seconds


class ActFailed(RecordingFailed):
    """A fault of the program on this one act; the others of its batch went on."""

    code = "act_failed"
    says = gettext_noop("The program failed on act {act}.")
    hint = gettext_noop(
        "Report this act: the program has a fault. Nothing was written."
    )

    def __init__(self, act: str) -> None:
        """Keep which act."""
        super().__init__(act=act)
        self.act = act


class ClockOff(RecordingFailed):
    """The machine's clock does not fit the last block; nothing is sealed."""

    code = "clock_off"
    says = gettext_noop(
        "The clock of this machine says {now}; the last block is of {last}."
    )
    hint = gettext_noop(
        "Set the clock. If it is right, start once with --accept-clock: that is "
        "recorded."
    )

    def __init__(self, *, now: int, last: int) -> None:
        """Keep both times, seconds UTC."""
        super().__init__(now=now, last=last)
        self.now = now
        self.last = last


class NodeKeyChanged(RecordingFailed):
    """The node's key in force is not the one that this program holds."""

    code = "node_key_changed"
    says = gettext_noop(
        "The node's key in force is {in_force}; this program signs with {held}."
    )
    hint = gettext_noop(
        "Put the node's key in force into keys/node and start the circuit again; "
        "until then nothing is recorded."
    )
    exit_code = 6

    def __init__(self, *, in_force: str, held: str) -> None:
        """Keep both public keys, hex."""
        super().__init__(in_force=in_force, held=held)
        self.in_force = in_force
        self.held = held


class NewerRules(RecordingFailed):
    """The circuit is under rules that this program does not know."""

    code = "newer_rules"
    says = gettext_noop(
        "The circuit is under rules of version {circuit}; this program knows {program}."
    )
    hint = gettext_noop(
        "Install a version of the program that knows them; until then pages can be "
        "read, and nothing is recorded."
    )
    exit_code = 6

    def __init__(self, *, circuit: int, program: int) -> None:
        """Keep both versions."""
        super().__init__(circuit=circuit, program=program)
        self.circuit = circuit
        self.program = program


class OtherProjection(RecordingFailed):
    """The tables that pages read were made by another version of the program."""

    code = "other_projection"
    says = gettext_noop(
        "The tables that pages read are of version {stored}; this program's are of "
        "version {program}."
    )
    hint = gettext_noop(
        "Start the circuit once for recording (urdimbre run): these tables are then "
        "rebuilt from the log."
    )
    exit_code = 6

    def __init__(self, *, stored: str, program: str) -> None:
        """Keep both versions; empty for tables that are not there."""
        super().__init__(stored=stored or "-", program=program or "-")
        self.stored = stored
        self.program = program


class Damaged(RecordingFailed):
    """What is stored does not fit together; nothing is mended silently.

    Attributes:
        table: where the first difference shows.
    """

    code = "damaged"
    says = gettext_noop("What is stored does not fit together: {table}: {reason}.")
    hint = gettext_noop(
        "Run `urdimbre verify` on the folder and restore it from a copy."
    )
    exit_code = 3

    def __init__(self, table: str, reason: str) -> None:
        """Keep the table and what is wrong with it."""
        super().__init__(table=table, reason=reason)
        self.table = table
        self.reason = reason
