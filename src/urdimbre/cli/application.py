"""All commands as one program: arguments in, exit code out."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from types import FrameType

import typer

from urdimbre.cli.commands import COMMANDS
from urdimbre.cli.failures import INTERRUPTED, OK, UNEXPECTED, USAGE, tell
from urdimbre.cli.options import Command
from urdimbre.cli.speaking import Speaker, speaker

SUMMARY = "Start, run and check a solidarity economic circuit."


def program() -> typer.Typer:
    """Put the commands together."""
    app = typer.Typer(
        name="urdimbre",
        help=SUMMARY,
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_stop_unless_the_verifier_agrees)
    for one in COMMANDS:
        _add(app, one)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run one command line; nothing but its own output reaches the reader."""
    _have_streams()
    voice = speaker(arguments)
    with _interrupts() as seen:
        code = _run(arguments, voice)
        if code == OK and seen:
            # It fell into a place that cannot pass it on, such as a finaliser.
            return _failed(KeyboardInterrupt(), voice)
        return code


def _run(arguments: Sequence[str], voice: Speaker) -> int:
    try:
        answer = program()(
            list(arguments), prog_name="urdimbre", standalone_mode=False, obj=voice
        )
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of a pipe has gone, as ``head`` does: nothing to complain about.
        _let_go_of_stdout()
        return UNEXPECTED
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the one place
        return _failed(error, voice)
    if answer == INTERRUPTED:  # typer has caught the Ctrl-C, and says nothing
        return _failed(KeyboardInterrupt(), voice)
    return answer if isinstance(answer, int) else OK


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Remember each Ctrl-C, besides raising it.

    Who starts the program so that it ignores them keeps that; a command that serves
    takes them over.
    """
    seen: list[int] = []
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield seen
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield seen
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _have_streams() -> None:
    """Have all three streams, even closed ones, and let them take any character.

    What a terminal cannot show is written with escapes. A closed stream would leave its
    number to the next file that is opened, such as a database.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - stays
            setattr(sys, name, nowhere)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _stop_unless_the_verifier_agrees() -> None:
    """Compare this machine's verdicts on odd signatures, before any command begins."""
    # libsodium is not loaded for the list of commands
    from urdimbre.adapters.keys.ed25519 import self_test

    self_test()


def _add(app: typer.Typer, one: Command) -> None:
    app.command(one.name, help=one.help, short_help=one.summary)(one.run)


def _failed(error: BaseException, voice: Speaker) -> int:
    if os.environ.get("URDIMBRE_DEBUG") == "1":
        traceback.print_exception(error)
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(str(error) + "\n")
        return USAGE
    told = tell(_wrapped(error), voice.translate)
    # What was printed so far belongs to the reader, whatever came after.
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        _let_go_of_stdout()
    voice.error(told)
    return told.exit_code


def _wrapped(error: BaseException) -> BaseException:
    """Look through typer's own end of a run to what caused it."""
    interrupted = isinstance(error, typer.Abort) or (
        isinstance(error, typer.Exit) and isinstance(error.__cause__, KeyboardInterrupt)
    )
    return KeyboardInterrupt() if interrupted else error


def _let_go_of_stdout() -> None:
    """Let what cannot be printed go nowhere, so that Python ends quietly."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
