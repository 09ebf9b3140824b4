"""Kinds of goods, services and work by their codes: the first level, and all names.

Codes stand in acts for ever; what they are called may change and be translated. Every
name stands in the thesaurus.
"""

from django.utils.translation import gettext, gettext_noop, pgettext

from urdimbre.web.catalogue import thesaurus

GROUPS = (
    "food.grain",
    "food.fresh",
    "food.animal",
    "food.prepared",
    "food.drink",
    "seed",
    "animals",
    "clothing",
    "home",
    "tools",
    "building",
    "crafts",
    "health",
    "books",
    "care",
    "repair",
    "teaching",
    "transport",
    "work.field",
    "work.house",
    "work.building",
    "work.common",
    "other",
)
UNKNOWN = gettext_noop("goods that nobody has written down")


def label(code: str) -> str:
    """Name a category; a code that is not ours falls back on the first part it has."""
    if code == "unknown":
        return gettext(UNKNOWN)
    term = _known(code)
    if term is None:
        return code.replace(".", " ")
    return term.label[:1].upper() + term.label[1:]


def within_sentence(code: str) -> str:
    """Name a category in the middle of a sentence, where no capital belongs."""
    name = label(code)
    return name[:1].lower() + name[1:]


def icon(code: str) -> str:
    """Give the template of a category's picture."""
    term = _known(code)
    return f"icons/kinds/{term.icon if term else 'other'}.svg"


def group(code: str) -> str:
    """Return the category of the first level under which a code stands."""
    under = (one for one in GROUPS if code == one or code.startswith(f"{one}."))
    return next(under, "other")


def _known(code: str) -> thesaurus.Term | None:
    terms = thesaurus.terms()
    while code not in terms and "." in code:
        code = code.rpartition(".")[0]
    return terms.get(code) or _first_under(code)


def _first_under(code: str) -> thesaurus.Term | None:
    under = (one for one in GROUPS if one.startswith(f"{code}."))
    first = next(under, None)
    return thesaurus.terms()[first] if first else None


def choices() -> list[tuple[str, str]]:
    """Give the categories for a form, the emptiest choice first."""
    choose = pgettext("kind", "Choose one")
    return [("", choose), *((code, label(code)) for code in GROUPS)]
