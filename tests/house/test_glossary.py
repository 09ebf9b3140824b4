"""One concept, one word, in three languages."""

import re
import tomllib
from collections import Counter

import pytest

from tests.house.tree import SOURCE

GLOSSARY = SOURCE / "words" / "glossary.toml"
LANGUAGES = ("es", "pt", "en")
REQUIRED = {*LANGUAGES, "source"}
ALLOWED = REQUIRED | {"note", "known_as"}


def concepts() -> dict[str, dict]:
    # tomllib refuses a table that is named twice: code names are unique.
    return tomllib.loads(GLOSSARY.read_text(encoding="utf-8"))


def test_every_concept_is_complete():
    incomplete = {
        code: sorted(REQUIRED - {key for key, value in row.items() if value})
        for code, row in concepts().items()
        if not {key for key, value in row.items() if value} >= REQUIRED
    }

    assert incomplete == {}


def test_rows_hold_known_columns_only():
    unknown = {
        code: sorted(row.keys() - ALLOWED)
        for code, row in concepts().items()
        if row.keys() - ALLOWED
    }

    assert unknown == {}


def test_code_names_can_stand_in_code():
    wrong = [code for code in concepts() if not re.fullmatch(r"[a-z][a-z0-9_]*", code)]

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_has_one_meaning(language):
    used = Counter(row[language].casefold() for row in concepts().values())

    assert [word for word, times in used.items() if times > 1] == []


def test_no_text_is_padded_or_broken():
    wrong = [
        f"{code}.{key}"
        for code, row in concepts().items()
        for key, value in row.items()
        if isinstance(value, str) and value != " ".join(value.split())
    ]

    assert wrong == []
