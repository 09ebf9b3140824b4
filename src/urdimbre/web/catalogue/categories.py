"""Kinds of goods, services and work that members choose from, by their codes.

Codes stand in acts for ever; what they are called may change and be translated.
"""

from django.utils.translation import gettext, gettext_noop, pgettext

CATEGORIES = (
    ("food.grain", gettext_noop("Grain, flour and beans")),
    ("food.fresh", gettext_noop("Vegetables and fruit")),
    ("food.animal", gettext_noop("Eggs, milk, meat and honey")),
    ("food.prepared", gettext_noop("Bread, meals and preserves")),
    ("food.drink", gettext_noop("Drinks")),
    ("seed", gettext_noop("Seeds and seedlings")),
    ("animals", gettext_noop("Live animals")),
    ("clothing", gettext_noop("Clothes, fabric and yarn")),
    ("home", gettext_noop("Things for the house")),
    ("tools", gettext_noop("Tools and machines")),
    ("building", gettext_noop("Building material")),
    ("crafts", gettext_noop("Crafts")),
    ("health", gettext_noop("Health and hygiene")),
    ("books", gettext_noop("Books and school things")),
    ("care", gettext_noop("Care and company")),
    ("repair", gettext_noop("Repairs")),
    ("teaching", gettext_noop("Classes")),
    ("transport", gettext_noop("Transport")),
    ("work.field", gettext_noop("Work in the field")),
    ("work.house", gettext_noop("Work in the house")),
    ("work.building", gettext_noop("Building work")),
    ("work.common", gettext_noop("Common work")),
    ("other", gettext_noop("Something else")),
)
_LABELS = dict(CATEGORIES)
UNKNOWN = gettext_noop("goods that nobody has written down")


def label(code: str) -> str:
    """Name a category; a code that is not ours falls back on the first part it has."""
    if code == "unknown":
        return gettext(UNKNOWN)
    while code not in _LABELS and "." in code:
        code = code.rpartition(".")[0]
    found = _LABELS.get(code) or _first_under(code)
    return gettext(found) if found else code.replace(".", " ")


def within_sentence(code: str) -> str:
    """Name a category in the middle of a sentence, where no capital belongs."""
    name = label(code)
    return name[:1].lower() + name[1:]


def _first_under(code: str) -> str | None:
    under = (text for each, text in CATEGORIES if each.startswith(f"{code}."))
    return next(under, None)


def choices() -> list[tuple[str, str]]:
    """Give the categories for a form, the emptiest choice first."""
    choose = pgettext("kind", "Choose one")
    return [("", choose), *((code, gettext(text)) for code, text in CATEGORIES)]
