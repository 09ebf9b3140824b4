"""Choosing what one gives or looks for: by a word, or by pictures, four at a time."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from urdimbre.web.catalogue import categories, thesaurus

KINDS = {
    "offer": (gettext_noop("I offer"), "icons/give.svg"),
    "need": (gettext_noop("I need"), "icons/receive.svg"),
    "give": (gettext_noop("I can give, now and then"), "icons/kinds/hands.svg"),
    "receive": (gettext_noop("I can receive, now and then"), "icons/basket.svg"),
}
# Who does not read meets four pictures on a screen at most.
SCREENS = {
    "": ("food", "things", "help", "work"),
    "food": ("food.fresh", "food.grain", "food.animal", "food.more"),
    "food.more": ("food.prepared", "food.drink", "seed", "animals"),
    "things": ("clothing", "home", "tools", "things.more"),
    "things.more": ("building", "crafts", "health", "books"),
    "help": ("care", "repair", "teaching", "transport"),
    "work": ("work.field", "work.house", "work.building", "work.common"),
}
_SECTIONS = {
    "food": (gettext_noop("Food, seeds and animals"), "fruit"),
    "things": (gettext_noop("Things"), "shirt"),
    "help": (gettext_noop("Help and knowledge"), "care"),
    "work": (gettext_noop("Work"), "field"),
    "food.more": (gettext_noop("More"), "more"),
    "things.more": (gettext_noop("More"), "more"),
}


@dataclass(frozen=True, slots=True)
class Pick:
    """A picture with its word that leads further."""

    address: str
    icon: str
    label: str
    known_as: str = ""


def choose(request: Any) -> HttpResponse:
    """Ask what it is, until that is known; then the form follows."""
    kind = request.GET.get("kind", "")
    if kind not in KINDS:
        picks = [
            Pick(_address("choose", kind=one), icon, gettext(label))
            for one, (label, icon) in KINDS.items()
        ]
        return render(request, "catalogue/choose_kind.html", {"picks": picks})
    search = request.GET.get("q", "").strip()
    under = request.GET.get("under", "")
    under = under if under in SCREENS else ""
    page = {
        "kind": kind,
        "kind_name": gettext(KINDS[kind][0]),
        "search": search,
        "under": gettext(_SECTIONS[under][0]) if under else "",
        "back": _address("choose", kind=kind) if under or search else "",
        "picks": _by_word(kind, search) if search else _by_picture(kind, under),
        "plain": _address("put_up", kind=kind, title=search[:120]),
    }
    return render(request, "catalogue/choose.html", page)


def _by_word(kind: str, search: str) -> list[Pick]:
    return [
        Pick(
            _address("put_up", kind=kind, what=one.code),
            f"icons/kinds/{one.icon}.svg",
            categories.label(one.code),
            one.known_as,
        )
        for one in thesaurus.search(search[:120])
    ]


def _by_picture(kind: str, under: str) -> list[Pick]:
    return [_picture(kind, one) for one in SCREENS[under]]


def _picture(kind: str, code: str) -> Pick:
    if code in _SECTIONS:
        label, icon = _SECTIONS[code]
        address = _address("choose", kind=kind, under=code)
        return Pick(address, f"icons/kinds/{icon}.svg", gettext(label))
    address = _address("put_up", kind=kind, what=code)
    return Pick(address, categories.icon(code), categories.label(code))


def _address(route: str, **values: str) -> str:
    given = {name: value for name, value in values.items() if value}
    return f"{reverse(route)}?{urlencode(given)}"
