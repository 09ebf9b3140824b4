"""Lines of a paper sheet read as they were typed: who, to whom, what, for how much."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext

from urdimbre.web import wording
from urdimbre.web.circuit.models import Person
from urdimbre.web.purchases import people
from urdimbre.web.purchases.reading import PIECE, Item, NotAnItem, items
from urdimbre.web.units import Measure, measure

LINES_MAX = 60
RAW_MAX = 400
SHOWN_MAX = 60
COLUMNS = re.compile(r"\s*(?:;|\t|\||->|=>|\u2192)\s*")
WITHOUT_VALUE, WITH_VALUE = 3, 4


@dataclass(frozen=True, slots=True)
class Typed:
    """A line of a sheet.

    Attributes:
        number: on the sheet, from 1.
        raw: as typed.
        giver: id of who gives; empty if the line has a problem.
        taker: id of who takes.
        items: what passes.
        minor: signs in return; none: a gift.
        problem: why it cannot be taken; empty if it can.
    """

    number: int
    raw: str
    giver: str = ""
    taker: str = ""
    items: tuple[Item, ...] = ()
    minor: int | None = None
    problem: str = ""


class NotALine(ValueError):
    """A line that cannot be taken; the sentence says why, and the way out."""


@dataclass(frozen=True, slots=True)
class Known:
    """Whom lines can name: names, and the numbers on cards and paper notebooks."""

    names: Mapping[str, str]
    codes: Mapping[str, str]


def known() -> Known:
    """Return whom a line can name."""
    names = people.nameable()
    rows = Person.objects.filter(member__in=list(names)).exclude(code=None)
    codes = {str(code): member for code, member in rows.values_list("code", "member")}
    return Known(names, codes)


def read(text: str, unit: Measure, whom: Known, *, first: int = 1) -> list[Typed]:
    """Read a sheet, whose lines are numbered from ``first``."""
    found: list[Typed] = []
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for number, raw in enumerate(lines, start=first):
        try:
            found.append(_line(number, raw, unit, whom))
        except (NotALine, NotAnItem, wording.NotAnAmount) as problem:
            found.append(Typed(number, raw, problem=str(problem)))
        except wording.TwoReadings:
            found.append(Typed(number, raw, problem=_two(raw)))
    return found


def _line(number: int, raw: str, unit: Measure, whom: Known) -> Typed:
    if number > LINES_MAX:
        raise NotALine(gettext("The list is too long."))
    if len(raw) > RAW_MAX:
        raise NotALine(gettext("There is too much in one line. Make it two lines."))
    columns = COLUMNS.split(raw)
    while columns and not columns[-1]:
        columns.pop()
    if len(columns) not in (WITHOUT_VALUE, WITH_VALUE):
        sentence = gettext("Write who gives; who receives; what; for how many signs.")
        raise NotALine(sentence)
    giver, taker = (_person(one, whom) for one in columns[:2])
    if giver == taker:
        raise NotALine(gettext("Nobody exchanges with herself."))
    minor = None
    if len(columns) == WITH_VALUE:
        minor = wording.parsed(columns[3], unit)
        if not minor:
            raise NotALine(gettext("The amount must be above zero."))
    what = tuple(_counted(one) for one in items(columns[2]))
    return Typed(number, raw, giver, taker, what, minor)


def _person(typed: str, whom: Known) -> str:
    if typed in whom.codes:
        return whom.codes[typed]
    words = typed.split()
    found = people.meant(words, whom.names) if words else people.Found((), 0)
    if not found.members or found.words < len(words):
        sentence = gettext(
            "Nobody here is called «%(name)s». Correct the name, or leave the line out."
        )
        raise NotALine(sentence % {"name": typed[:SHOWN_MAX]})
    if len(found.members) > 1:
        several = ", ".join(whom.names[one] for one in found.members[:4])
        sentence = gettext(
            "«%(name)s» can be one of several: %(several)s. Write more of it."
        )
        raise NotALine(sentence % {"name": typed[:SHOWN_MAX], "several": several})
    return found.members[0]


def _counted(item: Item) -> Item:
    """Count what has no unit in pieces."""
    found = Item(item.product, item.quantity, item.unit or PIECE)
    steps = Fraction(10) ** measure(found.unit).scale * found.quantity
    if steps.denominator != 1:
        raise NotAnItem(gettext("Write a whole number, or in kg or litres."))
    return found


def _two(raw: str) -> str:
    sentence = gettext(
        "«%(typed)s» can be read in two ways. Write it without dot and comma."
    )
    return sentence % {"typed": COLUMNS.split(raw)[-1][:20]}
