"""Acts that mend or contest an earlier deal, in words: what all see who sign them."""

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

from urdimbre.core.acts import Act
from urdimbre.core.exchange.moves import Money, Move, Promise, Release, Signs
from urdimbre.core.units import Quantity
from urdimbre.web import names, wording
from urdimbre.web.catalogue import categories

KINDS = ("adjust", "contest")
NAMED: dict[type, str] = {
    Money: gettext_noop("Money"),
    Signs: gettext_noop("Signs"),
    Promise: gettext_noop("Promise"),
}
CHANGED = gettext_noop("{what}, from {giver} to {taker}: {after} instead of {before}.")
CONTESTED = {
    None: gettext_noop("{by} objects to the entry of receipt {number}."),
    "withdrawn": gettext_noop(
        "{by} takes back the objection to the entry of receipt {number}."
    ),
    "upheld": gettext_noop(
        "The objection to receipt {number} was right: the entry has been adjusted."
    ),
    "rejected": gettext_noop(
        "The objection to receipt {number} was not found right: the entry counts as "
        "it stands."
    ),
}


def retell_contest(act: Act, number: int) -> tuple[str, ...]:
    """Tell an objection, or how it ended."""
    by = names.by_id([act.by])[act.by]
    first = gettext(CONTESTED[act.body.outcome])
    lines = [first.format(by=by, number=wording.count(number))]
    if act.body.outcome is None:
        lines.append(
            gettext("Until it is settled, what it debited does not count for her.")
        )
    return tuple(lines)


def retell_adjust(
    act: Act,
    earlier: Act,
    number: int,
    *,
    before: Mapping[int, int],
    texts: Mapping[str, str],
    units: Mapping[tuple[str, int, int], str],
) -> tuple[str, ...]:
    """Tell the differences to a deal, move by move.

    Args:
        act: the adjustment.
        earlier: the exchange it adjusts.
        number: of that exchange's receipt.
        before: what each move stood at before, minor steps.
        texts: descriptions of the goods of the exchange.
        units: units of the obligations it released.
    """
    place = act.body.deal.deal
    moves = earlier.body.deals[place].moves
    known = names.by_id(
        {one.id for move in moves for one in (move.giver, move.taker) if one.owner}
    )
    lines = [
        gettext("It corrects the entry of receipt {number}.").format(
            number=wording.count(number)
        )
    ]
    for change in act.body.moves:
        move = moves[change.move]
        unit = _unit(move, units)
        minor = before[change.move]
        lines.append(
            gettext(CHANGED).format(
                what=_what(move, texts.get(f"{place}.{change.move}", "")),
                giver=known.get(move.giver.id, gettext("outside")),
                taker=known.get(move.taker.id, gettext("outside")),
                after=wording.quantity(Quantity(minor + change.delta, unit)),
                before=wording.quantity(Quantity(minor, unit)),
            )
        )
    return tuple(lines)


def _unit(move: Move, units: Mapping[tuple[str, int, int], str]) -> str:
    if isinstance(move, Release):
        return units[move.owed.act, move.owed.deal, move.owed.move]
    return move.what.unit if isinstance(move, Promise) else move.unit


def _what(move: Move, text: str) -> str:
    """Name what passed: goods by their description, else the kind of value."""
    category: str | None = getattr(getattr(move, "what", move), "category", None)
    if text or category:
        return text or categories.label(category or "other")
    if isinstance(move, Release):
        return gettext("Debt settled")
    return gettext(NAMED[type(move)])
