"""Picture signs: by which a member is found, and finds herself, without reading."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.translation import gettext, gettext_noop

from urdimbre.web.circuit.models import Person

# Each drawn by one path in a square of 24, as the icons of the pages.
DRAWINGS = {
    "sun": "M16 12a4 4 0 1 1-8 0a4 4 0 0 1 8 0M12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2"
    "M17 17l2 2M5 19l2-2M17 7l2-2",
    "moon": "M19 14a8 8 0 1 1-9-10a6.500 6.500 0 0 0 9 10z",
    "star": "M12 3l2.700 5.800 6.300.700-4.700 4.300 1.300 6.200-5.600-3.200-5.600 "
    "3.200 1.300-6.200L3 9.500l6.300-.700z",
    "mountain": "M3 19l6-12 4 7 3-4 5 9z",
    "tree": "M12 21v-6M12 15a6 5.500 0 1 1 0-11a6 5.500 0 0 1 0 11",
    "flower": "M12 21v-8M12 13a3 3 0 1 1 0-6a3 3 0 0 1 0 6M12 7V4M8.500 8.500l-2-2"
    "M15.500 8.500l2-2M8.500 11.500l-2 2M15.500 11.500l2 2M12 19c2-3 5-3 6-3",
    "fish": "M3 12c4-6 10-6 14 0c-4 6-10 6-14 0zM17 12l4-4v8zM7 11h.01",
    "bird": "M4 14c3 4 9 4 12-1l4-1-3-3c-2-3-6-2-7 1zM9 17l-1 4M12 17l1 4M16 10h.01",
    "house": "M4 11l8-7 8 7v9H4zM10 20v-5h4v5",
    "pot": "M5 10h14l-1.500 8a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2zM3 10h18M9 7V4M13 7V4",
    "hat": "M2 17c4 3 16 3 20 0M6 17c0-7 1-10 6-10s6 3 6 10M6 14c4 2 8 2 12 0",
    "bell": "M6 17c2-3 1-9 6-10c5 1 4 7 6 10zM10 20h4M12 7V4",
    "boat": "M3 15h18l-3 5H6zM12 15V3l7 9h-7",
    "ladder": "M8 3v18M16 3v18M8 7h8M8 12h8M8 17h8",
    "leaf": "M5 19c0-10 5-14 14-14c0 10-5 14-14 14zM5 19l8-8",
    "drop": "M12 3c5 6 6 8 6 11a6 6 0 0 1-12 0c0-3 1-5 6-11z",
}
COLOURS = {
    "indigo": (39, 64, 122),
    "madder": (143, 47, 58),
    "gold": (138, 90, 12),
    "green": (61, 100, 67),
    "umber": (93, 74, 62),
    "rose": (165, 49, 106),
}
# One sentence each, so that colour and picture agree in every language.
WORDS = {
    "sun": gettext_noop("sun"),
    "moon": gettext_noop("moon"),
    "star": gettext_noop("star"),
    "mountain": gettext_noop("mountain"),
    "tree": gettext_noop("tree"),
    "flower": gettext_noop("flower"),
    "fish": gettext_noop("fish"),
    "bird": gettext_noop("bird"),
    "house": gettext_noop("house"),
    "pot": gettext_noop("pot"),
    "hat": gettext_noop("hat"),
    "bell": gettext_noop("bell"),
    "boat": gettext_noop("boat"),
    "ladder": gettext_noop("ladder"),
    "leaf": gettext_noop("leaf"),
    "drop": gettext_noop("drop"),
}


@dataclass(frozen=True, slots=True)
class PictureSign:
    """A picture in a colour.

    Attributes:
        picture: name of its drawing.
        colour: name of its colour.
    """

    picture: str
    colour: str

    @property
    def path(self) -> str:
        """The drawing, in a square of 24."""
        return DRAWINGS[self.picture]

    @property
    def rgb(self) -> tuple[int, int, int]:
        """The colour on paper."""
        return COLOURS[self.colour]

    @property
    def word(self) -> str:
        """What it shows."""
        return gettext(WORDS[self.picture])


ALL = tuple(f"{picture}.{colour}" for colour in COLOURS for picture in DRAWINGS)


def sign_of(member: str) -> PictureSign | None:
    """Return a member's picture sign; who has none yet gets the one least used."""
    return signs_of([member]).get(member)


def signs_of(members: Iterable[str]) -> dict[str, PictureSign]:
    """Return members' picture signs; who has none yet gets the one least used."""
    rows = Person.objects.filter(member__in=list(members))
    found = dict(rows.values_list("member", "sign"))
    without = [member for member, sign in found.items() if sign not in ALL]
    if without:
        used = Counter(Person.objects.values_list("sign", flat=True))
        for member in without:
            found[member] = min(ALL, key=lambda one: used[one])
            used[found[member]] += 1
            Person.objects.filter(member=member).update(sign=found[member])
    return {one: PictureSign(*str(sign).split(".")) for one, sign in found.items()}


def faced(known: dict[str, str]) -> list[tuple[str, str]]:
    """Give members as choices of a form: each with her picture before her name."""
    signs = signs_of(known)
    return [(one, _faced(name, signs.get(one))) for one, name in known.items()]


def _faced(name: str, sign: PictureSign | None) -> str:
    if sign is None:
        return name
    red, green, blue = sign.rgb
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        '<path d="{}" stroke="rgb({},{},{})"/></svg> {}',
        sign.path,
        red,
        green,
        blue,
        name,
    )
