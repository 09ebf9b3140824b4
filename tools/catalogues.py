"""Brings the Spanish and Portuguese catalogues up to date with the sources.

Messages are taken from Python files (``gettext`` and its kin) and from Django
templates (``translate``, ``blocktranslate``). New ones arrive untranslated, unused ones
go. Run by ``make locale``; ``tests/house/test_catalogues.py`` reads what it extracts.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "urdimbre"
LOCALE = SOURCE / "words" / "locale"
LANGUAGES = ("es", "pt")
KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    # Reasons within refusals and differences of `verify`.
    "BrokenEntry": None,
    "MalformedNote": None,
    "NotCanonical": None,
    "Reason": None,
    "Unreadable": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "ngettext_noop": (1, 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "pgettext_lazy": ((1, "c"), 2),
}


def catalogue_of(language: str) -> Path:
    """Where the catalogue of a language lies."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def sources() -> list[Path]:
    """Every file that may hold messages."""
    found = [*SOURCE.rglob("*.py"), *SOURCE.rglob("templates/**/*")]
    return sorted(
        path for path in found if path.suffix in {".py", ".html", ".txt", ".svg"}
    )


def messages_in(path: Path) -> Iterator[tuple[Any, list[str], str | None]]:
    """Message, remarks for translators and context, for each message of a file."""
    if path.suffix == ".py":
        method, content = "python", path.read_bytes()
    else:
        # Django turns a template into calls that any C-like lexer can read.
        method = "javascript"
        content = templatize(path.read_text(encoding="utf-8")).encode()
    tags = ("Translators:",)
    for _, message, remarks, context in extract(
        method, BytesIO(content), KEYWORDS, tags, {"encoding": "utf-8"}
    ):
        yield message, remarks, context


def extracted() -> Catalog:
    """A catalogue of all messages that the sources hold today, not translated."""
    catalogue = Catalog(project="Urdimbre", charset="utf-8")
    for path in sources():
        place = path.relative_to(ROOT).as_posix()
        for message, remarks, context in messages_in(path):
            catalogue.add(
                message, None, [(place, 0)], auto_comments=remarks, context=context
            )
    return catalogue


def first_catalogue(language: str) -> Catalog:
    """An empty catalogue, for a language that has none yet."""
    return Catalog(
        locale=language,
        domain="django",
        header_comment="# Brought up to date by `make locale`; words: glossary.toml.",
        project="Urdimbre",
        version="1",
        msgid_bugs_address="-",
        last_translator="-",
        language_team="-",
        fuzzy=False,
    )


def update(language: str, template: Catalog) -> int:
    """Rewrite one catalogue; return how many of its messages lack a translation."""
    path = catalogue_of(language)
    if path.exists():
        with path.open("rb") as po_file:
            catalogue = read_po(po_file, locale=language, domain="django")
    else:
        path.parent.mkdir(parents=True)
        catalogue = first_catalogue(language)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    with path.open("wb") as po_file:
        # No line numbers: a catalogue changes only when a text does.
        write_po(
            po_file,
            catalogue,
            width=88,
            include_lineno=False,
            ignore_obsolete=True,
            sort_by_file=True,
        )
    return sum(not _is_translated(each.string) for each in catalogue if each.id)


def _is_translated(string: Any) -> bool:
    forms = string if isinstance(string, list | tuple) else (string,)
    return all(forms)


def main() -> None:
    """Update every language and say what is left to translate."""
    template = extracted()
    for language in LANGUAGES:
        missing = update(language, template)
        print(f"{language}: {len(template)} messages, {missing} to translate")


if __name__ == "__main__":
    main()
