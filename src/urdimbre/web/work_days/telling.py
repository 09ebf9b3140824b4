"""Dues and rosters in words: what all see who sign them or look them up."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from django.utils.translation import gettext, gettext_noop

from urdimbre.core.acts import Act
from urdimbre.core.circulation.dues import Dues
from urdimbre.core.circulation.roster import Roster, RosterLine
from urdimbre.core.obligations import Alternative
from urdimbre.core.units import Quantity
from urdimbre.web import names, wording
from urdimbre.web.catalogue import categories
from urdimbre.web.units import measure

HOW = {
    "there": gettext_noop("There, {amount} each: {names}."),
    "sent": gettext_noop("Sent somebody, {amount} each: {names}."),
    "exempt": gettext_noop(
        "Excused from {amount} each, for a reason that is sealed: {names}."
    ),
}


def lines(act: Act) -> tuple[str, ...]:
    """Tell an act of common work in sentences; none of another."""
    told = TOLD.get(act.kind)
    return tuple(told(act)) if told else ()


def _dues(act: Act) -> Iterator[str]:
    body: Dues = act.body
    known = names.by_id(body.members)
    yield gettext("{what}: {amount} from each who is called.").format(
        what=categories.label(body.category),
        amount=wording.quantity(Quantity(body.quantity, body.unit)),
    )
    yield gettext("The work day is {day}.").format(day=wording.day(body.due))
    if body.alternative is not None:
        yield instead(body.unit, body.alternative)
    yield gettext("Called: {names}.").format(names=_listed(body.members, known))


def instead(unit: str, other: Alternative) -> str:
    """Say what may be given instead of a whole unit of work."""
    whole = wording.quantity(Quantity(10 ** measure(unit).scale, unit))
    amount = wording.quantity(Quantity(other.quantity, other.unit))
    if other.category is None:
        sentence = gettext("Instead of {whole} one may give {amount}.")
        return sentence.format(whole=whole, amount=amount)
    sentence = gettext("Instead of {whole} one may give {amount} of {what}.")
    what = categories.within_sentence(other.category)
    return sentence.format(whole=whole, amount=amount, what=what)


def _roster(act: Act) -> Iterator[str]:
    body: Roster = act.body
    substitutes = [line.by for line in body.lines if line.by is not None]
    known = names.by_id([*(line.member for line in body.lines), *substitutes])
    yield gettext("{what} on {day}.").format(
        what=categories.label(body.category), day=wording.day(body.day)
    )
    alike: dict[tuple[str, int], list[str]] = {}
    for line in body.lines:
        if line.by is None:
            alike.setdefault((line.how, line.quantity), []).append(line.member)
    for (how, quantity), members in alike.items():
        yield gettext(HOW[how]).format(
            amount=wording.quantity(Quantity(quantity, body.unit)),
            names=_listed(members, known),
        )
    for line in body.lines:
        if line.by is not None:
            yield _worked_for(line, line.by, body.unit, known)


def _worked_for(line: RosterLine, by: str, unit: str, known: Mapping[str, str]) -> str:
    return gettext("{substitute} worked {amount} in the place of {member}.").format(
        substitute=known[by],
        amount=wording.quantity(Quantity(line.quantity, unit)),
        member=known[line.member],
    )


def _listed(members: Iterable[str], known: Mapping[str, str]) -> str:
    return ", ".join(sorted((known[one] for one in members), key=names.folded))


TOLD: dict[str, Callable[[Act], Iterator[str]]] = {"dues": _dues, "roster": _roster}
