"""What an act tells of an agreed limit: a soft one reached, or a hard one passed.

An exchange never passes a hard limit; an adjustment or an objection may. Whose account
it was is told to her alone, the board only counts.
"""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext

from urdimbre.core.acts import Effects
from urdimbre.core.units import Quantity
from urdimbre.projections.models import ActLine, Mark, Posting
from urdimbre.web import opened, wording
from urdimbre.web.units import measure

WARNED, BEYOND = "warned", "beyond"
SECONDS_PER_DAY = 86_400


def told_at(position: int, owner: int) -> list[str]:
    """Tell the owner of an account what an act has done to it."""
    marks = Mark.objects.filter(
        position=position, owner=owner, kind__in=(WARNED, BEYOND)
    ).order_by("kind", "unit")
    after = {
        row.unit: row.after
        for row in Posting.objects.filter(position=position, owner=owner, purse="own")
    }
    return [_sentence(one.kind, one.unit, after.get(one.unit, 0)) for one in marks]


def of_posting() -> Subquery:
    """Say of each posting whether it reached a soft limit or passed a hard one."""
    marks = Mark.objects.filter(
        position=OuterRef("position"),
        owner=OuterRef("owner"),
        unit=OuterRef("unit"),
        kind__in=(WARNED, BEYOND),
    )
    return Subquery(marks.order_by("kind").values("kind")[:1])


def last_beyond(owner: int, unit: str) -> int | None:
    """Name the last act that took the owner's account in a unit beyond a limit."""
    marks = Mark.objects.filter(owner=owner, unit=unit, kind=BEYOND)
    positions = marks.order_by("-by_position").values_list("by_position", flat=True)
    return positions.first()


def foreseen(act: bytes, member: str) -> list[str]:
    """Tell a member, before she signs, which soft limit an act would bring her to."""
    effects = opened.circuit().registry.foresee(act)
    if effects is None:
        return []
    return [
        gettext(
            "With this act your balance comes to {after}: the circuit agreed to let "
            "you know when you are this far from zero. Nothing keeps you from signing."
        ).format(after=wording.quantity(Quantity(after, unit)))
        for unit, after in _warned(effects, member)
    ]


def counted(first_day: int) -> list[tuple[str, int]]:
    """Count marks since a day for the board, without names; none is not told."""
    acts = ActLine.objects.filter(
        position=OuterRef("by_position"), time__gte=first_day * SECONDS_PER_DAY
    )
    labels = {
        WARNED: gettext("Balances that came to where the agreement warns"),
        BEYOND: gettext("Accounts taken further beyond a limit"),
    }
    found = [
        (label, Mark.objects.filter(Exists(acts), kind=kind).count())
        for kind, label in labels.items()
    ]
    return [one for one in found if one[1]]


def _warned(effects: Effects, member: str) -> Iterable[tuple[str, int]]:
    for where in effects.warned:
        for key, _, after in effects.postings:
            if key == where and where.owner == member:
                yield where.unit, after


def _sentence(kind: str, unit: str, after: int) -> str:
    told = {"after": wording.quantity(Quantity(after, unit))}
    if kind == BEYOND:
        text = gettext(
            "This act took your account in {unit} further beyond the agreed limit. An "
            "adjustment or an objection may do so, an exchange may not. Talk about the "
            "way back with the assembly."
        )
        told["unit"] = wording.unit_label(measure(unit))
    elif after < 0:
        text = gettext(
            "With this act your balance came to {after}: the circuit agreed to let you "
            "know when you are this far from zero. See what you can offer."
        )
    else:
        text = gettext(
            "With this act your balance came to {after}: the circuit agreed to let you "
            "know when you are this far from zero. See what you can ask for."
        )
    return text.format_map(told)
