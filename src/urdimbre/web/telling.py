"""An act told in words, from its bytes: what all see who sign it or look it up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, gettext_noop, ngettext

from urdimbre.core.acts import Act, Party
from urdimbre.core.exchange.moves import Goods, Money, Promise, Release, Signs
from urdimbre.core.obligations import Due
from urdimbre.core.units import Quantity
from urdimbre.web import kinds, names, wording
from urdimbre.web.catalogue import categories
from urdimbre.web.membership import telling as membership
from urdimbre.web.minutes import telling as minutes
from urdimbre.web.units import measure
from urdimbre.web.work_days import telling as work_days

OUTSIDE = {"capital": -1, "state": -2, "solidarity": -3}
MODES = kinds.MODES
KINDS = {
    "genesis": gettext_noop("The circuit was founded."),
    "admit": gettext_noop("{member} is admitted as a member."),
    "leave": gettext_noop("{member} left the circuit."),
    "key": gettext_noop("{by} changed her keys."),
    "policy": gettext_noop("It was agreed how {by} signs."),
    "mandate": gettext_noop("{by} gave or ended a mandate."),
    "decision": gettext_noop("The circuit decided something."),
    "issue": gettext_noop("The common issued signs to {member}, or took them back."),
    "dues": gettext_noop("Members are called to common work."),
    "roster": gettext_noop("What was done of common work."),
    "thanks": gettext_noop("{by} gave thanks."),
    "adjust": gettext_noop("The figures of an earlier deal were adjusted."),
    "contest": gettext_noop("{by} objected to an entry, or answered an objection."),
    "void": gettext_noop("{by} withdrew a draft."),
    "freeze": gettext_noop("{member} put a brake on her keys, or released it."),
    "rules": gettext_noop("Another version of the rules was agreed."),
    "node": gettext_noop("The node changed its key."),
    "clock": gettext_noop("The node's clock was set."),
}
EVENTS = {
    "harvest": gettext_noop("To be fulfilled at harvest."),
    "market": gettext_noop("To be fulfilled on the next market day."),
    "request": gettext_noop("To be fulfilled when asked for."),
}
RELEASES = {
    "fulfilled": gettext_noop(
        "{giver} counts {amount} that {taker} owed as fulfilled."
    ),
    "forgiven": gettext_noop("{giver} forgives {taker} a debt of {amount}."),
    "passed_on": gettext_noop(
        "{giver} counts {amount} that {taker} owed as passed on to a third person."
    ),
    "loss": gettext_noop(
        "{giver} bears a loss: {amount} that {taker} owed are no longer owed."
    ),
    "replaced": gettext_noop(
        "{giver} accepts a new promise for {amount} that {taker} owed."
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence, and what kind of move it tells (for its colour)."""

    type: str
    text: str


@dataclass(frozen=True, slots=True)
class ToldDeal:
    """A deal in words."""

    mode: str
    title: str
    lines: tuple[Line, ...]

    @property
    def icon(self) -> str:
        """The template of the mode's icon."""
        return f"icons/{self.mode}.svg"


@dataclass(frozen=True, slots=True)
class Told:
    """An act in words.

    Attributes:
        title: its modality, or what kind of act it is.
        mode: of its first deal; empty if it is no exchange.
        day: as the signers say; empty if it is no exchange.
        deals: of an exchange.
        parties: names of all who give or take, each once.
        units: names of the units, each once.
        lines: sentences of an act that is no exchange.
    """

    title: str
    mode: str = ""
    day: str = ""
    deals: tuple[ToldDeal, ...] = ()
    parties: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Telling:
    known: Mapping[str, str]
    outside: Mapping[int, str]
    texts: Mapping[str, str]
    owed_units: Mapping[tuple[str, int, int], str] = field(default_factory=dict)

    def party(self, party: Party) -> str:
        """Name a party."""
        if party.kind in ("member", "common"):
            return self.known[party.id]
        number = OUTSIDE.get(party.id, -4 if party.kind == "sealed" else -5)
        return self.outside[number]


def tell(
    act: Act,
    texts: Mapping[str, str],
    owed_units: Mapping[tuple[str, int, int], str],
) -> Told:
    """Tell an act in the language of the page.

    Args:
        act: as read from its bytes.
        texts: descriptions of goods by ``deal.move``; missing ones fall back on the
            category.
        owed_units: unit of each obligation that the act releases.
    """
    if act.kind != "exchange":
        return _tell_other(act)
    telling = _telling(act, texts, owed_units)
    deals = tuple(
        ToldDeal(
            mode=deal.mode,
            title=gettext(MODES[deal.mode]),
            lines=tuple(_lines(deal.moves, deal.mode, place, telling)),
        )
        for place, deal in enumerate(act.body.deals)
    )
    return Told(
        title=deals[0].title,
        mode=deals[0].mode,
        day=wording.day(act.body.day),
        deals=deals,
        parties=tuple(dict.fromkeys(telling.party(one) for one in _parties(act))),
        units=tuple(dict.fromkeys(_units(act))),
    )


def _telling(
    act: Act,
    texts: Mapping[str, str],
    owed_units: Mapping[tuple[str, int, int], str],
) -> _Telling:
    return _Telling(
        known=names.by_id({party.id for party in _parties(act) if party.owner}),
        outside=names.by_number(range(-6, 0)),
        texts=texts,
        owed_units=owed_units,
    )


def tell_moves(
    act: Act,
    place: int,
    texts: Mapping[str, str],
    owed_units: Mapping[tuple[str, int, int], str],
) -> tuple[Line, ...]:
    """Tell each move of one deal of an exchange in a sentence of its own."""
    telling = _telling(act, texts, owed_units)
    deal = act.body.deals[place]
    return tuple(
        _line(move, deal.mode, f"{place}.{number}", telling)
        for number, move in enumerate(deal.moves)
    )


def _tell_other(act: Act) -> Told:
    sentence = gettext(KINDS.get(act.kind, gettext_noop("An act was recorded.")))
    member = getattr(act.body, "member", act.by)
    known = names.by_id({act.by, member})
    text = sentence.format(by=known[act.by], member=known[member])
    return Told(
        title=membership.title(act) or text,
        parties=tuple(dict.fromkeys(known.values())),
        lines=membership.lines(act) or work_days.lines(act) or minutes.lines(act),
    )


def _parties(act: Act) -> Iterator[Party]:
    for deal in act.body.deals:
        for move in deal.moves:
            yield move.giver
            yield move.taker


def _units(act: Act) -> Iterator[str]:
    for deal in act.body.deals:
        for move in deal.moves:
            code = getattr(move, "unit", None) or getattr(
                getattr(move, "what", None), "unit", None
            )
            if code:
                yield wording.unit_label(measure(code))


def _lines(
    moves: Iterable[Any], mode: str, place: int, telling: _Telling
) -> Iterator[Line]:
    for number, move in enumerate(moves):
        yield _line(move, mode, f"{place}.{number}", telling)
        if isinstance(move, Promise):
            yield Line("due", due_sentence(move.due))


def _line(move: Any, mode: str, here: str, telling: _Telling) -> Line:
    between = {
        "giver": telling.party(move.giver),
        "taker": telling.party(move.taker),
    }
    match move:
        case Goods():
            return Line("goods", _goods(move, mode, between, telling.texts.get(here)))
        case Money():
            text = gettext("{giver} pays {taker} {amount}.")
            return Line("money", text.format(amount=_amount(move), **between))
        case Signs():
            text = gettext("{giver} passes {amount} to {taker}.")
            return Line("signs", text.format(amount=_amount(move), **between))
        case Promise():
            text = _promise(move, mode, between, telling.texts.get(here))
            return Line("promise", text)
    return Line("release", _release(move, between, telling))


def _amount(move: Any) -> str:
    return wording.quantity(Quantity(move.quantity, move.unit))


GOODS = {
    "gift": gettext_noop("{giver} gives {taker} {amount} of {what}."),
    "custody": gettext_noop("{giver} lends {taker} {amount} of {what}."),
    "left": gettext_noop("{giver} leaves {amount} of {what} to {taker}."),
    "return": gettext_noop("{giver} returns {amount} of {what} to {taker}."),
    "transfer": gettext_noop("{giver} hands {taker} {amount} of {what}."),
}
PROMISED = {
    "lend": gettext_noop("{giver} will return {amount} of {what} to {taker}."),
    "other": gettext_noop("{giver} will give {taker} {amount} of {what}."),
}
NO_AMOUNT = gettext_noop("{giver} gave {taker} something that nobody has written down.")


def _goods(move: Goods, mode: str, between: Mapping[str, str], text: str | None) -> str:
    if not move.quantity:
        return gettext(NO_AMOUNT).format(**between)
    sentence = GOODS[_sort(move, mode)]
    what = text or categories.within_sentence(move.category)
    return gettext(sentence).format(amount=_amount(move), what=what, **between)


def _sort(move: Goods, mode: str) -> str:
    """Tell how goods pass; out of a custody, and for nobody else, they are left."""
    if move.title == "transfer" and move.of is not None and move.on_behalf is None:
        return "left"
    return "gift" if mode == "gift" else move.title


def _promise(
    move: Promise, mode: str, between: Mapping[str, str], text: str | None
) -> str:
    amount = wording.quantity(Quantity(move.what.quantity, move.what.unit))
    if move.what.type == "money":
        return gettext("{giver} will pay {taker} {amount}.").format(
            amount=amount, **between
        )
    if move.what.type == "signs":
        return gettext("{giver} will pass {amount} to {taker}.").format(
            amount=amount, **between
        )
    what = text or categories.within_sentence(move.what.category or "other")
    sentence = PROMISED["lend" if mode == "lend" else "other"]
    return gettext(sentence).format(amount=amount, what=what, **between)


def due_of(fields: Mapping[str, Any]) -> Due:
    """Read a term as a projection keeps it."""
    values = dict(fields)
    return Due(start=values.pop("from", None), **values)


def due_sentence(due: Due) -> str:
    """Say when a promise is to be fulfilled."""
    if due.date is not None:
        return gettext("To be fulfilled by {day}.").format(day=wording.day(due.date))
    if due.event is not None:
        return gettext(EVENTS.get(due.event, EVENTS["request"]))
    if due.start is not None:
        sentence = ngettext(
            "Parts: {times}, from {day}, every day.",
            "Parts: {times}, from {day}, every {days} days.",
            due.every_days or 1,
        )
        return sentence.format(
            times=wording.count(due.times or 1),
            day=wording.day(due.start),
            days=wording.count(due.every_days or 1),
        )
    return gettext("No term was agreed.")


def _release(move: Release, between: Mapping[str, str], telling: _Telling) -> str:
    unit = telling.owed_units.get((move.owed.act, move.owed.deal, move.owed.move))
    amount = (
        wording.quantity(Quantity(move.quantity, unit))
        if unit
        else wording.count(move.quantity)
    )
    return gettext(RELEASES[move.reason]).format(amount=amount, **between)
