"""The language that messages are told in: ``--lang``, else the environment's."""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

LANGUAGES = ("en", "es", "pt")
LOCALE = Path(__file__).parent.parent / "words" / "locale"
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")

Translate = Callable[[str], str]


class Counted(NamedTuple):
    """A sentence with a ``{count}``: for one, and for any other number."""

    one: str
    many: str


def ngettext_noop(one: str, many: str) -> Counted:
    """Mark a counted sentence for the catalogues; it is translated where it is told."""
    return Counted(one, many)


def language_of(asked: str | None, environment: Mapping[str, str] = os.environ) -> str:
    """Name the language: the one asked for, else the environment's, else English."""
    for text in (asked, *(environment.get(name) for name in _VARIABLES)):
        for one in (text or "").split(":"):
            short = one[:2].casefold()
            if short in LANGUAGES:
                return short
        if text:
            break
    return LANGUAGES[0]


def catalogue(language: str) -> gettext.NullTranslations:
    """Return what translates the sentences of the program; English needs nothing."""
    if language == LANGUAGES[0]:
        return gettext.NullTranslations()
    return gettext.translation(
        "django", localedir=LOCALE, languages=[language], fallback=True
    )
