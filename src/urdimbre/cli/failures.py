"""The one place where refusals and exceptions become sentences and exit codes."""

from __future__ import annotations

import errno
import re
import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from urdimbre.cli.language import Translate
from urdimbre.cli.telling import fill, sentence_and_hint
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


class FileTooLarge(Failure):
    """A file beyond what an import takes."""

    code = "file_too_large"
    says = gettext_noop("{path} has {bytes} bytes; {most} are allowed.")
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


class RefusedByRule(Failure):
    """A rule of the circuit does not let the command's act pass."""

    code = "refused"
    exit_code = REFUSED

    def __init__(self, refusal: Refusal, act: str | None = None) -> None:
        """Keep the refusal and the act's number."""
        super().__init__()
        self.refusal = refusal
        self.act = act


_SYSTEM = {
    errno.ENOSPC: ("disk_full", gettext_noop("The disk is full."), UNEXPECTED),
    errno.EFBIG: ("disk_full", gettext_noop("The disk is full."), UNEXPECTED),
    errno.EDQUOT: ("disk_full", gettext_noop("The disk is full."), UNEXPECTED),
    errno.ENOENT: ("file_not_found", gettext_noop("A file is missing."), NOT_FOUND),
    errno.EEXIST: ("file_exists", gettext_noop("A file is in the way."), CONFLICT),
    errno.EISDIR: ("is_a_folder", gettext_noop("This is a folder."), USAGE),
    errno.ENOTDIR: ("no_folder", gettext_noop("This is not a folder."), USAGE),
    errno.EACCES: ("not_allowed", gettext_noop("The system forbids it."), UNEXPECTED),
    errno.EPERM: ("not_allowed", gettext_noop("The system forbids it."), UNEXPECTED),
    errno.EADDRINUSE: ("port_taken", gettext_noop("The port is taken."), CONFLICT),
}
# What the machine's failures answer where their own class says "unexpected".
_EXIT = {"clock_off": CONFLICT, "overloaded": CONFLICT}


def tell(error: BaseException, translate: Translate) -> Told:
    """Put any exception into words."""
    if isinstance(error, RefusedByRule):
        return refused(error.refusal, translate, error.act)
    if isinstance(error, Failure):
        return Told(
            code=error.code,
            message=fill(translate(error.says), error.values),
            hint=fill(translate(error.way_out), error.values),
            exit_code=error.exit_code,
        )
    if isinstance(error, KeyboardInterrupt):
        says = gettext_noop("Interrupted. What has a receipt is recorded.")
        return Told(
            code="interrupted", message=translate(says), hint="", exit_code=INTERRUPTED
        )
    told = _by_itself(error, translate)
    if told is not None:
        return told
    if isinstance(error, OSError) and error.errno is not None:
        return _of_the_system(error, translate)
    if type(error).__module__.startswith("urdimbre."):
        return _of_our_own(error)
    if isinstance(error, sqlite3.Error):
        return _of_the_desk(error, translate)
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
    return Told(
        code=code,
        message=str(getattr(error, "message", error)),
        hint=translate(getattr(error, "hint", "")),
        exit_code=_EXIT.get(code, exit_code),
    )


def _of_our_own(error: BaseException) -> Told:
    """Read a failure of an adapter: its sentence is its own, its code its name."""
    name = re.sub("(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()
    exit_code = NOT_FOUND if isinstance(error, FileNotFoundError) else UNEXPECTED
    return Told(code=name, message=str(error), hint="", exit_code=exit_code)


def _of_the_desk(error: sqlite3.Error, translate: Translate) -> Told:
    says = gettext_noop("The desk could not be read or written: {reason}.")
    way_out = gettext_noop(
        "Look at the disk (space, errors, permissions) and try again."
    )
    return Told(
        code="storage_failed",
        message=translate(says).format(reason=error),
        hint=translate(way_out),
        exit_code=UNEXPECTED,
    )


def _of_the_system(error: OSError, translate: Translate) -> Told:
    says = gettext_noop("The system failed.")
    code, says, exit_code = _SYSTEM.get(
        error.errno or 0, ("system_failed", says, UNEXPECTED)
    )
    where = error.filename if error.filename is not None else error.strerror or error
    hint = getattr(error, "hint", "")
    return Told(
        code=code,
        message=f"{translate(says)} ({where})",
        hint=translate(hint) if hint else "",
        exit_code=exit_code,
    )
