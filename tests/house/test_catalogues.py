"""Every sentence exists in Spanish and Portuguese, with the same values in it."""

import ast
import re

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from tools.catalogues import LANGUAGES, SOURCE, catalogue_of, extracted, messages_in

PLACEHOLDERS = re.compile(r"%\(\w+\)[sd]|%[sd]|(?<!\{)\{\w*\}(?!\})")
# Words that would name one of our concepts wrongly; see words/glossary.toml.
AVOIDED = {
    "es": re.compile(r"transacci[oó]n|donaci[oó]n|\bregistros?\b", re.IGNORECASE),
    "pt": re.compile(r"transaç|doaç|\bregistros?\b", re.IGNORECASE),
}


def messages(language: str) -> dict[tuple[str | None, str], Message]:
    path = catalogue_of(language)
    if not path.exists():
        return {}
    with path.open("rb") as po_file:
        catalogue = read_po(po_file, locale=language, domain="django")
    return {key(message): message for message in catalogue if message.id}


def key(message: Message) -> tuple[str | None, str]:
    return message.context, originals(message)[0]


def originals(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def translations(message: Message) -> list[str]:
    string = message.string
    return [string] if isinstance(string, str) else list(string)


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDERS.findall(text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_of_the_sources_is_in_the_catalogue(language):
    wanted = {key(message) for message in extracted() if message.id}

    # `make locale` brings them there.
    assert sorted(wanted - messages(language).keys(), key=str) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_no_message_that_nobody_says(language):
    wanted = {key(message) for message in extracted() if message.id}

    assert sorted(messages(language).keys() - wanted, key=str) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_and_not_guessed(language):
    missing = [
        originals(message)[0]
        for message in messages(language).values()
        if message.fuzzy or not all(translations(message))
    ]

    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_carry_the_same_values(language):
    different = [
        f"{originals(message)[-1]} -> {text}"
        for message in messages(language).values()
        for text in translations(message)
        if placeholders(text) not in [placeholders(each) for each in originals(message)]
    ]

    assert different == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_use_the_words_of_the_glossary(language):
    wrong = [
        text
        for message in messages(language).values()
        for text in translations(message)
        if AVOIDED[language].search(text)
    ]

    assert wrong == []


def test_messages_are_found_in_templates_and_in_code(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        '{% load i18n %}<p title="{% translate \'Give\' %}">it\'s {% trans "Bread" %}'
        "{% blocktranslate count n=n %}{{ n }} hen{% plural %}{{ n }} hens"
        "{% endblocktranslate %}</p>"
    )
    code = tmp_path / "code.py"
    code.write_text('says = gettext_noop("{member} " "owes")\n')

    found = [message for path in (page, code) for message, *_ in messages_in(path)]

    assert found == ["Give", "Bread", ("%(n)s hen", "%(n)s hens"), "{member} owes"]


@pytest.mark.parametrize(
    "name", ["Reason", "Unreadable", "NotCanonical", "BrokenEntry"]
)
def test_reasons_are_keys_and_not_put_together(name):
    """What is not written out is in no catalogue and would stay English."""
    loose = [
        f"{path.relative_to(SOURCE)}:{call.lineno}"
        for path in sorted(SOURCE.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == name
        if not isinstance(call.args[0], ast.Constant | ast.Name | ast.Attribute)
    ]

    assert loose == []


def test_the_language_of_the_sources_is_english():
    """A Spanish sentence used as a key would stay Spanish on a Portuguese screen."""
    spanish = [
        originals(message)[0]
        for message in extracted()
        if message.id and re.search(r"[áéíóúñãõç¿¡]", originals(message)[0])
    ]

    assert spanish == []
