"""Search that forgives accents and case: SQLite's FTS5, kept in step by triggers."""

import re

from django.db import connections

# `remove_diacritics 2` also folds letters that carry two marks; needs SQLite 3.27.
SCHEMA = (
    """CREATE VIRTUAL TABLE listing_text USING fts5(
    id UNINDEXED, title, text, tokenize='unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER listing_text_new AFTER INSERT ON listing BEGIN
    INSERT INTO listing_text(id, title, text)
    VALUES (new.id, new.title, new.text); END""",
    """CREATE TRIGGER listing_text_gone AFTER DELETE ON listing BEGIN
    DELETE FROM listing_text WHERE id = old.id; END""",
    """CREATE TRIGGER listing_text_changed AFTER UPDATE OF title, text ON listing BEGIN
    UPDATE listing_text SET title = new.title, text = new.text
    WHERE id = new.id; END""",
)
DROP = (
    "DROP TRIGGER listing_text_new",
    "DROP TRIGGER listing_text_gone",
    "DROP TRIGGER listing_text_changed",
    "DROP TABLE listing_text",
)
FOUND_MAX = 500
STEM_MIN = 4
_FIND = "SELECT id FROM listing_text WHERE listing_text MATCH %s LIMIT %s"


def found(text: str) -> list[str]:
    """Return the ids of listings in which every word, or its beginning, stands."""
    words = [_stem(word) for word in re.findall(r"\w+", text)[:8]]
    if not words:
        return []
    # Quoted, so that no word is taken for one of FTS5's own.
    query = " ".join(f'"{word}"*' for word in words)
    with connections["default"].cursor() as cursor:
        cursor.execute(_FIND, [query, FOUND_MAX])
        return [row[0] for row in cursor.fetchall()]


def _stem(word: str) -> str:
    """Cut the endings of plurals in three languages, so that either form finds both."""
    for ending in ("es", "s"):
        if word.lower().endswith(ending) and len(word) - len(ending) >= STEM_MIN - 1:
            return word[: -len(ending)]
    return word
