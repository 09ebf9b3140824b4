"""The goods, services and kinds of work that members choose from by a word.

They stand in ``words/thesaurus.csv``: a code below one of the categories, names in
three languages, other words for it (those of one region with its countries in
brackets), a picture, and the unit it is usually counted in.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

from urdimbre.web.catalogue.folding import forms, near, stems, tokens

PATH = Path(__file__).resolve().parents[2] / "words" / "thesaurus.csv"
LANGUAGES = ("es", "pt", "en")
PREFIX_MIN = 3
SHOWN_MAX = 8


@dataclass(frozen=True, slots=True)
class Term:
    """Something that is given and received in such circuits.

    Attributes:
        code: its category, such as ``food.grain.maize.blue``.
        labels: its name by language.
        others: other words for it by language, without their countries.
        regional: words of some countries only, with the codes of those countries.
        icon: its picture.
        unit: what it is usually counted in.
    """

    code: str
    labels: Mapping[str, str]
    others: Mapping[str, tuple[str, ...]]
    regional: tuple[tuple[str, tuple[str, ...]], ...]
    icon: str
    unit: str

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return self.labels[_language()]

    @property
    def known_as(self) -> str:
        """A few other words for it in the reader's language."""
        return ", ".join(self.others[_language()][:4])

    def names(self) -> Iterable[tuple[str, str]]:
        """Give every word for it with its language, the names first."""
        yield from ((language, self.labels[language]) for language in LANGUAGES)
        for language in LANGUAGES:
            yield from ((language, word) for word in self.others[language])


@dataclass(frozen=True, slots=True)
class _Name:
    term: Term
    language: str
    text: str
    is_label: bool
    tokens: tuple[str, ...]
    forms: frozenset[str]


def _language() -> str:
    language = (get_language() or "es").partition("-")[0]
    return language if language in LANGUAGES else "es"


@cache
def terms() -> Mapping[str, Term]:
    """Give all terms by their codes, in the order of the file."""
    with PATH.open(encoding="utf-8", newline="") as rows:
        return {row["code"]: _term(row) for row in csv.DictReader(rows)}


def _term(row: Mapping[str, str]) -> Term:
    words = {
        language: [word for word in row[f"also_{language}"].split(";") if word]
        for language in LANGUAGES
    }
    every = [word for found in words.values() for word in found]
    marked = [re.fullmatch(r"(.+?) \[([A-Z ]+)\]", word) for word in every]
    return Term(
        code=row["code"],
        labels={language: row[language] for language in LANGUAGES},
        others={
            language: tuple(word.partition(" [")[0] for word in found)
            for language, found in words.items()
        },
        regional=tuple((one[1], tuple(one[2].split())) for one in marked if one),
        icon=row["icon"],
        unit=row["unit"],
    )


@cache
def _names() -> tuple[_Name, ...]:
    found = []
    for term in terms().values():
        for place, (language, text) in enumerate(term.names()):
            parts = tuple(tokens(text))
            every = frozenset(form for one in parts for form in forms(one))
            is_label = place < len(LANGUAGES)
            found.append(_Name(term, language, text, is_label, parts, every))
    return tuple(found)


def search(text: str, most: int = SHOWN_MAX) -> list[Term]:
    """Find what somebody means by some words, the likeliest first.

    A word may be unfinished; if nothing is found so, each may hold one slip.
    """
    typed = tokens(text)
    if not typed:
        return []
    ranks: dict[str, tuple[int, ...]] = {}
    found = _ranked(typed, _begins) or _ranked(typed, _slips)
    for rank, term in found:
        ranks[term.code] = min(rank, ranks.get(term.code, rank))
    best = sorted(ranks, key=lambda code: ranks[code])
    return [terms()[code] for code in best[:most]]


def _ranked(typed: list[str], fits: object) -> list[tuple[tuple[int, ...], Term]]:
    language = _language()
    whole = [forms(one) for one in typed]
    return [
        (_rank(name, whole, language), name.term)
        for name in _names()
        if all(fits(one, name) for one in typed)  # type: ignore[operator]
    ]


def _begins(token: str, name: _Name) -> bool:
    if token in name.forms:
        return True
    parts = stems(token) if len(token) >= PREFIX_MIN else (token,)
    return any(one.startswith(parts) for one in name.tokens)


def _slips(token: str, name: _Name) -> bool:
    return any(near(token, one) for one in name.forms)


def _rank(name: _Name, whole: list[tuple[str, ...]], language: str) -> tuple[int, ...]:
    exact = sum(not name.forms.isdisjoint(one) for one in whole)
    return (
        len(name.tokens) + len(whole) - 2 * exact,
        name.language != language,
        not name.is_label,
        len(name.text),
        len(name.term.code),
    )


def exactly(text: str) -> Term | None:
    """Return what these words name, in either number, if they name something."""
    typed = tokens(text)
    language = _language()
    fitting = [
        name
        for name in _names()
        if len(name.tokens) == len(typed) and all(one in name.forms for one in typed)
    ]
    whole = [forms(one) for one in typed]
    best = min(fitting, key=lambda name: _rank(name, whole, language), default=None)
    return best.term if best else None


def code_of(text: str) -> str:
    """Return the code of what is called exactly so, or that of something else."""
    found = exactly(text)
    return found.code if found else "other"


def meant_by(token: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the codes in whose names a word stands, and other words for the same.

    An unfinished word stands in what begins with it, if it stands nowhere whole.
    """
    found = [name for name in _names() if token in name.forms]
    if not found and len(token) >= PREFIX_MIN:
        found = [
            name
            for name in _names()
            if any(one.startswith(token) for one in name.tokens)
        ]
    codes = frozenset(name.term.code for name in found)
    same = {name.term.code for name in found if len(name.tokens) == 1}
    words = (text for code in same for _, text in terms()[code].names())
    return codes, frozenset(" ".join(tokens(one)) for one in words)


@cache
def vocabulary() -> frozenset[str]:
    """Give every word of the thesaurus."""
    return frozenset(part for name in _names() for part in name.tokens)
