"""The work of ``urdimbre start``: found in the browser what is not there yet."""

from __future__ import annotations

import multiprocessing
import secrets
import sys
import webbrowser
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from urdimbre.adapters.folder import check_empty, holds_a_log
from urdimbre.cli.beginning import begin, wish_of
from urdimbre.cli.failures import UNEXPECTED, Failure, tell
from urdimbre.cli.language import catalogue
from urdimbre.core.refusals import gettext_noop

if TYPE_CHECKING:
    from urdimbre.cli.serving import Address
    from urdimbre.cli.speaking import Speaker
    from urdimbre.web.founding.founded import Answers

_FOUND_HERE = gettext_noop("There is no circuit here yet. Found it at this address:")
_FOUNDED = gettext_noop("Founded. From now on the circuit is at this address:")
CODE_BYTES = 16


class FoundingEnded(Failure):
    """The founding pages have ended before anybody founded."""

    code = "founding_ended"
    says = gettext_noop("The founding pages have ended; no circuit was made.")
    way_out = gettext_noop("Start again, or found with `urdimbre init`.")
    exit_code = UNEXPECTED


def found_if_new(
    directory: Path, address: Address, *, voice: Speaker, look: bool
) -> bool:
    """Found a circuit in the browser if the folder holds none; tells whether it did.

    Args:
        directory: the circuit's folder.
        address: where the circuit will be served.
        voice: who tells the founder where to go.
        look: open her browser there.

    Raises:
        FolderNotEmpty: there is something else in the folder.
        FoundingEnded: the founding pages have ended without a circuit.
    """
    if holds_a_log(directory):
        return False
    check_empty(directory)
    _founded_in_browser(directory, address, voice=voice, look=look)
    return True


def open_browser(url: str, *, look: bool) -> None:
    """Show a page to whoever sits here, if there is a browser and she wants it."""
    if look:
        webbrowser.open(url)


def _founded_in_browser(
    directory: Path, address: Address, *, voice: Speaker, look: bool
) -> None:
    from urdimbre.web.founding.founded import Place
    from urdimbre.web.founding.serving import serve

    code = secrets.token_hex(CODE_BYTES)
    # Django has one circuit a process, and none is there yet: the pages get their own.
    apart = multiprocessing.get_context("spawn")
    ours, theirs = apart.Pipe()
    place = Place(code, address.url, address.port, partial(_found, directory))
    child = apart.Process(
        target=serve, args=(place, theirs), name="urdimbre-founding", daemon=True
    )
    child.start()
    theirs.close()
    try:
        url = f"http://localhost:{ours.recv()}/?code={code}"
        voice.note(_FOUND_HERE)
        voice.line(url) if not voice.as_json else voice.json({"url": url})
        sys.stdout.flush()
        open_browser(url, look=look)
        ours.recv()
    except EOFError:
        raise FoundingEnded from None
    voice.note(_FOUNDED)
    # The child goes on until it has led the founder in; it ends with us.
    _kept.append(ours)


_kept: list[object] = []


def _found(directory: Path, answers: Answers) -> str:
    """Make the circuit that she described; returns her entry code."""
    from urdimbre.web.founding.founded import NotFounded
    from urdimbre.web.founding.wizard import code_of

    kind = "time" if answers.preset == "gift-circle" else "2"
    try:
        wished = wish_of(
            name=answers.name,
            preset=answers.preset,
            units=[f"{_free(code_of(answers.sign))}:{_plain(answers.sign)}:{kind}"],
            currency=answers.currency,
            language=answers.language,
        )
        begun = begin(
            directory, wished, founder_name=answers.person, place=answers.place
        )
    except Exception as failed:
        told = tell(failed, catalogue(answers.language).gettext)
        raise NotFounded(f"{told.message} {told.hint}") from failed
    return begun.entry_code


def _free(code: str) -> str:
    """A code that no currency and no measure of the standards has."""
    from urdimbre.core.units import standard_unit

    return f"{code}1" if standard_unit(code) is not None else code


def _plain(name: str) -> str:
    return name.replace(":", " ").strip()
