"""Search among offers and needs that forgives: accents, case, plural, one slip.

What was typed is sought with SQLite's FTS5, which triggers keep in step, and in the
thesaurus: who types *palta* also finds *aguacate*. A word that is found nowhere is
taken for a slip of those that are written somewhere.
"""

from dataclasses import dataclass

from django.db import connections

from urdimbre.web.catalogue import thesaurus
from urdimbre.web.catalogue.folding import forms, near, stems, tokens

FOUND_MAX = 500
NEAR_MAX = 12
SYNONYMS_MAX = 40
CODES_MAX = 200
_FIND = "SELECT id FROM listing WHERE {} ORDER BY created DESC LIMIT %s"
_WORD = "id IN (SELECT id FROM listing_text WHERE listing_text MATCH %s)"
_WORDS_WRITTEN = "SELECT term FROM listing_word WHERE length(term) BETWEEN %s AND %s"


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has found.

    Attributes:
        ids: of listings.
        guessed: whether some word had to be taken for another.
    """

    ids: tuple[str, ...]
    guessed: bool


def found(text: str) -> Found:
    """Find the listings in which every word stands, or another word for the same."""
    typed = tokens(text)
    if not typed:
        return Found((), guessed=False)
    ids = _having([(one,) for one in typed])
    if ids:
        return Found(ids, guessed=False)
    guesses = [(one, *_near(one)) for one in typed]
    if all(len(one) == 1 for one in guesses):
        return Found((), guessed=False)
    return Found(_having(guesses), guessed=True)


def _having(words: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the listings that have one of each of these alternatives."""
    conditions, values = [], []
    for alternatives in words:
        condition, own = _condition(alternatives)
        conditions.append(condition)
        values += own
    sql = _FIND.format(" AND ".join(conditions))
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, [*values, FOUND_MAX])
        return tuple(row[0] for row in cursor.fetchall())


def _condition(alternatives: tuple[str, ...]) -> tuple[str, list[str]]:
    meant = [thesaurus.meant_by(one) for one in alternatives]
    codes = sorted({code for found, _ in meant for code in found})[:CODES_MAX]
    same = sorted({word for _, words in meant for word in words})[:SYNONYMS_MAX]
    # Quoted, so that no word is taken for one of FTS5's own.
    begun = [f'"{stem}"*' for one in alternatives for stem in stems(one)]
    whole = [f'"{form}"' for word in same for form in _either_number(word)]
    query = " OR ".join([*begun, *whole])
    if not codes:
        return _WORD, [query]
    places = ", ".join(["%s"] * len(codes))
    return f"({_WORD} OR category IN ({places}))", [query, *codes]


def _either_number(words: str) -> tuple[str, ...]:
    return (words,) if " " in words else forms(words)


def _near(token: str) -> list[str]:
    """Return written words that one slip parts from a typed one."""
    sizes = [len(token) - 2, len(token) + 2]
    with connections["default"].cursor() as cursor:
        cursor.execute(_WORDS_WRITTEN, sizes)
        written = {row[0] for row in cursor.fetchall()}
    known = written | thesaurus.vocabulary()
    # In either number: whoever slips in a plural means the singular too.
    meant = forms(token)
    close = (one for one in known if any(near(form, one) for form in meant))
    return sorted(close)[:NEAR_MAX]
