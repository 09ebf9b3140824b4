"""The one place where refusals and exceptions become sentences and exit codes."""

from __future__ import annotations

import errno
import re
import sqlite3
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from urdimbre.cli.language import Translate
from urdimbre.cli.telling import fill, sentence_and_hint, shown
from urdimbre.core.refusals import Refusal, gettext_noop

OK = 0
UNEXPECTED = 1
USAGE = 2
VERIFICATION_FAILED = 3
REFUSED = 4
NOT_FOUND = 5
CONFLICT = 6
UNREACHABLE = 7
INTERRUPTED = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A failure in words, and the exit code that goes with it."""

    code: str
    message: str
    hint: str
    exit_code: int
    act: str | None = None


class Failure(Exception):
    """A command that cannot go on.

    Attributes:
        code: stable.
        says: what happened, an English key of the catalogues.
        way_out: what to do now, likewise.
        exit_code: of the program.
    """

    code: ClassVar[str] = "failed"
    says: ClassVar[str] = gettext_noop("The command failed.")
    way_out: ClassVar[str] = ""
    exit_code: ClassVar[int] = UNEXPECTED

    def __init__(self, **values: object) -> None:
        """Keep the values of the sentence."""
        super().__init__(self.code)
        self.values = values


class FileMissing(Failure):
    """A file that is not there."""

    code = "file_not_found"
    says = gettext_noop("There is no file {path}.")
    way_out = gettext_noop("Check the name.")
    exit_code = NOT_FOUND


class OutputExists(Failure):
    """A file that would be written over."""

    code = "file_exists"
    says = gettext_noop("{path} exists already.")
    way_out = gettext_noop("Choose another name, or add --yes to replace it.")
    exit_code = CONFLICT


class OutputFolderMissing(Failure):
    """A file was to be written in a folder that is not there."""

    code = "folder_not_found"
    says = gettext_noop("There is no folder {path} to write {file} in.")
    way_out = gettext_noop("Make the folder first, or choose another place.")
    exit_code = NOT_FOUND


class OutputNotAFile(Failure):
    """A folder or a device stands where a file was to be written."""

    code = "not_a_file"
    says = gettext_noop("{path} is no plain file; it is not written over.")
    way_out = gettext_noop("Choose another name; - is stdout.")
    exit_code = USAGE


class NameMissing(Failure):
    """A circuit without a name, or with one that cannot be shown."""

    code = "name_missing"
    says = gettext_noop(
        "A circuit needs a name of 1 to {longest} printable characters."
    )
    way_out = gettext_noop('Give it one, such as --name "Trueque Sur".')
    exit_code = USAGE


class PortTaken(Failure):
    """Another program listens where the pages were to be served."""

    code = "port_taken"
    says = gettext_noop("Another program listens at {url} already.")
    way_out = gettext_noop("Stop it, or choose another port: --port {other}.")
    exit_code = CONFLICT


class HostUnknown(Failure):
    """An address that this machine does not have."""

    code = "host_unknown"
    says = gettext_noop("This machine has no address {host}.")
    way_out = gettext_noop(
        "Leave --host out for this machine alone, give one of its own addresses, or "
        "0.0.0.0 for all of them."
    )
    exit_code = USAGE


class FileTooLarge(Failure):
    """A file beyond what an import takes."""

    code = "file_too_large"
    says = gettext_noop("{path} has {bytes} bytes; {allowed} are allowed.")
    way_out = gettext_noop("Cut it into several files with the same header.")
    exit_code = USAGE


class MemberNotFound(Failure):
    """Nobody of that number, code or name."""

    code = "member_not_found"
    says = gettext_noop("No member is called {text}.")
    way_out = gettext_noop("`urdimbre members` lists them all.")
    exit_code = NOT_FOUND


class MemberAmbiguous(Failure):
    """Several members of that name."""

    code = "member_ambiguous"
    says = gettext_noop("{text} may be any of these: {found}.")
    way_out = gettext_noop("Give the whole code, or the member's number.")
    exit_code = USAGE


class NoWitnessNamed(Failure):
    """No witness can be asked: none is named, or none has an address here."""

    code = "no_witness_named"
    says = gettext_noop("No witness of this circuit can be asked.")
    way_out = gettext_noop(
        "Name witnesses by a decision, and say where they are: --peer KEY=URL."
    )
    exit_code = NOT_FOUND


class WitnessesSilent(Failure):
    """No witness has cosigned."""

    code = "witnesses_silent"
    says = gettext_noop("No witness has signed: {told}.")
    way_out = gettext_noop(
        "Ask again later; if one has seen a longer log, restore what is missing first."
    )
    exit_code = UNREACHABLE


class ActNotFound(Failure):
    """No such act in the log."""

    code = "act_not_found"
    says = gettext_noop("No act {text} has been recorded in this circuit.")
    way_out = gettext_noop("Give the act's number or its hash, as `record` printed it.")
    exit_code = NOT_FOUND


class ActAmbiguous(Failure):
    """Two makers have used the same number."""

    code = "act_ambiguous"
    says = gettext_noop("Several acts have the number {text}.")
    way_out = gettext_noop("Give the act's hash: {found}.")
    exit_code = USAGE


class BadUnit(Failure):
    """A unit that is not written as CODE:NAME:DECIMALS[:REGIME]."""

    code = "bad_unit"
    says = gettext_noop("{text} is not a unit: {reason}.")
    way_out = gettext_noop("Write CODE:NAME:DECIMALS, such as SOL:Soles:2.")
    exit_code = USAGE


class BadChoice(Failure):
    """A value that an option does not take."""

    code = "bad_choice"
    says = gettext_noop("{option} cannot be {text}.")
    way_out = gettext_noop("Choose one of: {choices}.")
    exit_code = USAGE


class BadMap(Failure):
    """A ``--map`` that names nothing."""

    code = "bad_map"
    says = gettext_noop("--map {text} is not understood.")
    way_out = gettext_noop("Write NAME=COLUMN; names of this layout: {names}.")
    exit_code = USAGE


class BadLine(Failure):
    """A file that holds no act with its signatures."""

    code = "bad_line"
    says = gettext_noop("{path} holds no act with its signatures: {reason}.")
    way_out = gettext_noop("Give the line that was written, with signatures added.")
    exit_code = USAGE


class NoSignUnit(Failure):
    """A circuit without signs that an import could count in."""

    code = "no_sign_unit"
    says = gettext_noop("{text} is not a sign unit of this circuit.")
    way_out = gettext_noop("Name one with --map unit=CODE: {units}.")
    exit_code = USAGE


class NothingToVerify(Failure):
    """Neither a folder of a circuit nor a bundle."""

    code = "nothing_to_verify"
    says = gettext_noop("{path} is neither a circuit's folder nor a bundle.")
    way_out = gettext_noop("Give the folder, or what `export --what all` has written.")
    exit_code = NOT_FOUND


class NotACheckpoint(Failure):
    """A file, or an answer of a server, that is no checkpoint."""

    code = "not_a_checkpoint"
    says = gettext_noop("{path} is no checkpoint: {reason}.")
    way_out = gettext_noop("Give the file as the notebook page hands it out.")
    exit_code = USAGE


class ServerUnreachable(Failure):
    """A server that does not answer, or not as a circuit does."""

    code = "server_unreachable"
    says = gettext_noop("{url} does not answer: {reason}.")
    way_out = gettext_noop("Check the address and try again later.")
    exit_code = UNREACHABLE


class LogForked(Failure):
    """A log that does not begin with what was seen of it."""

    code = "log_forked"
    says = gettext_noop(
        "The log of {size} entries does not begin with the {kept} that were seen."
    )
    way_out = gettext_noop("Keep both checkpoints and show them to other members.")
    exit_code = VERIFICATION_FAILED


class LogShrunk(Failure):
    """A log with fewer entries than were seen of it."""

    code = "log_shrunk"
    says = gettext_noop("The log has {size} entries; {kept} were seen.")
    way_out = gettext_noop("Keep both checkpoints and show them to other members.")
    exit_code = VERIFICATION_FAILED


class LogUnproven(Failure):
    """A server that gives no proof that its log goes on from what was seen."""

    code = "log_unproven"
    says = gettext_noop(
        "The server gives no proof that its log of {size} entries begins with the "
        "{kept} that were seen."
    )
    way_out = gettext_noop("Keep both checkpoints and show them to other members.")
    exit_code = VERIFICATION_FAILED


class OtherLog(Failure):
    """The log of another circuit than the one that was seen."""

    code = "other_log"
    says = gettext_noop("This is another log than the one that was seen.")
    way_out = gettext_noop("Give the checkpoint of this circuit.")
    exit_code = VERIFICATION_FAILED


class LogUnsigned(Failure):
    """A checkpoint that the log's key has not signed."""

    code = "log_unsigned"
    says = gettext_noop("The log's key has not signed both checkpoints.")
    way_out = gettext_noop("Compare the key with the one that the circuit has told.")
    exit_code = VERIFICATION_FAILED


class NothingToDo(Failure):
    """Nobody was named who is to keep the anchor."""

    code = "nothing_to_do"
    says = gettext_noop("Nobody is named to anchor the log with.")
    way_out = gettext_noop(
        "Name a node of a chain (--rpc URL) or an authority for timestamps (--tsa URL)."
    )
    exit_code = USAGE


class RefusedByRule(Failure):
    """A rule of the circuit does not let the command's act pass."""

    code = "refused"
    exit_code = REFUSED

    def __init__(self, refusal: Refusal, act: str | None = None) -> None:
        """Keep the refusal and the act's number."""
        super().__init__()
        self.refusal = refusal
        self.act = act


class _Fault(NamedTuple):
    """An error of the system: its code, sentence, way out and exit code."""

    code: str
    says: str
    way_out: str
    exit_code: int


_FULL = _Fault(
    "disk_full",
    gettext_noop("The disk is full."),
    gettext_noop("Make room and try again; what has a receipt is recorded."),
    UNEXPECTED,
)
_FORBIDDEN = _Fault(
    "not_allowed",
    gettext_noop("The system forbids it."),
    gettext_noop(
        "Look at who owns the file or folder and who may write there; ports below 1024 "
        "are reserved."
    ),
    UNEXPECTED,
)
_MISSING = _Fault(
    "file_not_found",
    gettext_noop("A file is missing."),
    gettext_noop("Check the name."),
    NOT_FOUND,
)
_OTHER_NAME = gettext_noop("Choose another name.")
_SYSTEM = {
    errno.ENOSPC: _FULL,
    errno.EFBIG: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: _FORBIDDEN,
    errno.ENOENT: _MISSING,
    errno.EEXIST: _Fault(
        "file_exists", gettext_noop("A file is in the way."), _OTHER_NAME, CONFLICT
    ),
    errno.EISDIR: _Fault(
        "is_a_folder", gettext_noop("This is a folder."), _OTHER_NAME, USAGE
    ),
    errno.ENOTDIR: _Fault(
        "no_folder", gettext_noop("This is not a folder."), _OTHER_NAME, USAGE
    ),
    errno.ENAMETOOLONG: _Fault(
        "name_too_long", gettext_noop("The name is too long."), _OTHER_NAME, USAGE
    ),
}
_UNKNOWN = _Fault(
    "system_failed",
    gettext_noop("The system failed."),
    gettext_noop("Look at the machine (disk, permissions) and try again."),
    UNEXPECTED,
)
# What the machine's failures answer where their own class says "unexpected".
_EXIT = {"clock_off": CONFLICT, "overloaded": CONFLICT}


def tell(error: BaseException, translate: Translate) -> Told:
    """Put any exception into words."""
    if isinstance(error, RefusedByRule):
        return refused(error.refusal, translate, error.act)
    if isinstance(error, Failure):
        return Told(
            code=error.code,
            message=fill(translate(error.says), error.values, translate),
            hint=fill(translate(error.way_out), error.values),
            exit_code=error.exit_code,
        )
    if isinstance(error, KeyboardInterrupt):
        says = gettext_noop("Interrupted. What has a receipt is recorded.")
        return Told(
            code="interrupted", message=translate(says), hint="", exit_code=INTERRUPTED
        )
    told = (
        _of_a_database(error, translate)
        if isinstance(error, sqlite3.Error)
        else _by_itself(error, translate)
    )
    if told is not None:
        return told
    if isinstance(error, OSError) and error.errno is not None:
        return _of_the_system(error, translate)
    if type(error).__module__.startswith("urdimbre."):
        return _of_our_own(error)
    says = gettext_noop("Something unexpected happened: {what}.")
    way_out = gettext_noop("Report it with what URDIMBRE_DEBUG=1 shows.")
    what = f"{type(error).__name__}: {error}".rstrip(": ").rstrip(".")
    return Told(
        code="unexpected",
        message=translate(says).format(what=what),
        hint=translate(way_out),
        exit_code=UNEXPECTED,
    )


def refused(refusal: Refusal, translate: Translate, act: str | None = None) -> Told:
    """Put a refusal into words."""
    message, hint = sentence_and_hint(refusal, translate)
    return Told(
        code=refusal.code, message=message, hint=hint, exit_code=REFUSED, act=act
    )


def _by_itself(error: BaseException, translate: Translate) -> Told | None:
    """Read a failure that says itself what it is; likewise typer's usage errors."""
    exit_code = getattr(error, "exit_code", None)
    if exit_code is None:
        return None
    speak = getattr(error, "format_message", None)
    if speak is not None:
        way_out = gettext_noop("`urdimbre COMMAND --help` shows examples.")
        return Told(
            code="usage",
            message=str(speak()),
            hint=translate(way_out),
            exit_code=exit_code,
        )
    code = getattr(error, "code", type(error).__name__)
    values = getattr(error, "values", {})
    says, way_out = getattr(error, "says", str(error)), getattr(error, "hint", "")
    return Told(
        code=code,
        message=fill(translate(says), values, translate) if values else translate(says),
        hint=fill(translate(way_out), values) if way_out else "",
        exit_code=_EXIT.get(code, exit_code),
    )


def _of_our_own(error: BaseException) -> Told:
    """Read a failure of an adapter: its sentence is its own, its code its name."""
    name = re.sub("(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()
    exit_code = NOT_FOUND if isinstance(error, FileNotFoundError) else UNEXPECTED
    return Told(code=name, message=str(error), hint="", exit_code=exit_code)


def _of_a_database(error: sqlite3.Error, translate: Translate) -> Told | None:
    """Tell a desk that is damaged from a machine that cannot read or write it."""
    from urdimbre.adapters.storage.sqlite import failure_of
    from urdimbre.recording import Damaged

    failed = failure_of(error)
    found = Damaged("desk.db", failed.reason) if failed.damage else failed
    return _by_itself(found, translate)


def _of_the_system(error: OSError, translate: Translate) -> Told:
    fault = _SYSTEM.get(error.errno or 0, _UNKNOWN)
    where = error.filename if error.filename is not None else error.strerror or error
    return Told(
        code=fault.code,
        message=f"{translate(fault.says)} ({shown('', where)})",
        hint=translate(fault.way_out),
        exit_code=fault.exit_code,
    )
