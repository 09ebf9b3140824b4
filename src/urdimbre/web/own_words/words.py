"""What the circuit calls a short list of things on its screens.

Only headings, labels and names are shown so: a sentence keeps the glossary's word,
since no sentence is made of pieces. Nothing of it is in the notebook.
"""

from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_noop

from urdimbre.web.circuit.surroundings import display

WORDS = {
    "work_days": gettext_noop("Work days"),
    "purchases": gettext_noop("Buy together"),
    "on_account": gettext_noop("On-account notebook"),
    "notebook": gettext_noop("Common notebook"),
    "meetings": gettext_noop("Meetings"),
    "market": gettext_noop("Market"),
    "emporio": gettext_noop("emporio"),
    "fund": gettext_noop("liberation fund"),
    "common": gettext_noop("the common"),
}
"""The words of the glossary, by what a circuit may call otherwise."""
PARTIES = ("emporio", "fund", "common")
"""Those among them that name a party or its kind."""


def own(name: str) -> str:
    """Return the circuit's own word for something; empty if it has none."""
    return display(f"word.{name}")


def called(name: str) -> str:
    """Return what the pages call something."""
    return own(name) or gettext(WORDS[name])


called_later = lazy(called, str)
"""The same, said in the language of the page that shows it."""
