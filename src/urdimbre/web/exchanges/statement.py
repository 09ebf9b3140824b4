"""The statement: a member's moves, filtered; the filter stands in the address."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from urdimbre.core.units import Quantity
from urdimbre.projections.models import ActLine, Member, Move, Posting
from urdimbre.web import names, telling, wording
from urdimbre.web.catalogue import categories
from urdimbre.web.circuit.entering import Here
from urdimbre.web.entries import texts_at
from urdimbre.web.exchanges import acted, described, limit_marks
from urdimbre.web.exchanges.choosing import Choosing, Dating, Typing
from urdimbre.web.exchanges.fields import money, volumes
from urdimbre.web.refusing import WORDS
from urdimbre.web.units import signs

PERIODS = (
    ("month", _("This month")),
    ("last", _("Last month")),
    ("year", _("This year")),
    ("all", _("All")),
    ("days", _("From one day to another")),
)
PER_PAGE = 25


TYPES = {
    "goods": gettext_noop("Goods and work"),
    "money": gettext_noop("Money"),
    "signs": gettext_noop("Signs"),
    "promise": gettext_noop("Promises"),
    "release": gettext_noop("Settled debts"),
}


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One move as the member sees it.

    Attributes:
        position: number of the act.
        day: in words.
        day_number: counted since 1970.
        mode: code of the mode.
        mode_name: in words.
        gave: whether the member gave; else she received.
        other: the other side.
        type: kind of move.
        what: goods, or the kind of value.
        amount: with its unit.
        after: balance after the act, of signs only.
        after_minor: the same in minor steps.
        mark: ``adjusted``, ``contested`` or empty.
        limit_mark: ``warned`` or ``beyond``, of signs only, or empty.
        acted: names of who signed for the member, if she did not sign herself.
        imported: whether another program's history says so, not she.
    """

    position: int
    day: str
    day_number: int
    mode: str
    mode_name: str
    gave: bool
    other: str
    type: str
    what: str
    amount: str
    after: str
    after_minor: int | None
    mark: str
    limit_mark: str
    acted: str
    imported: bool


def _units() -> list[tuple[str, str]]:
    """Give what moves are counted in: money, signs, then measures of goods."""
    values = [(one.code, wording.unit_label(one)) for one in (money(), *signs())]
    return [("", gettext("Any")), *values, *volumes()]


class FilterForm(forms.Form):
    """What of the statement to show."""

    period = forms.ChoiceField(
        label=_("Period"), choices=PERIODS, required=False, widget=Choosing
    )
    start = forms.DateField(label=_("From"), required=False, widget=Dating)
    end = forms.DateField(label=_("Until"), required=False, widget=Dating)
    direction = forms.ChoiceField(
        label=_("Given or received"),
        required=False,
        choices=[("", _("Both")), ("gave", _("Given")), ("received", _("Received"))],
        widget=Choosing,
    )
    mode = forms.ChoiceField(
        label=_("Modality"),
        required=False,
        choices=lambda: [("", gettext("Any")), *_translated(telling.MODES)],
        widget=Choosing,
    )
    unit = forms.ChoiceField(
        label=_("Unit"), required=False, choices=_units, widget=Choosing
    )
    type = forms.ChoiceField(
        label=_("What passed"),
        required=False,
        choices=lambda: [("", gettext("Any")), *_translated(TYPES)],
        widget=Choosing,
    )
    person = forms.CharField(
        label=_("With whom"), required=False, max_length=60, widget=Typing
    )
    text = forms.CharField(
        label=_("Words in it"),
        required=False,
        max_length=60,
        help_text=_("What it was called, or its kind."),
        widget=Typing,
    )


def _translated(words: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, gettext(word)) for code, word in words.items()]


def filter_words(typed: Mapping[str, Any]) -> str:
    """Say what a filter asks for, in the words of its fields; none as a rule."""
    if not any(typed.values()):
        return ""
    fields = FilterForm().fields
    words = {
        name: dict(getattr(fields[name], "choices", ())).get(one, one)
        for name, one in typed.items()
        if one
    }
    return " · ".join(f"{fields[name].label}: {one}" for name, one in words.items())


def moves_of(here: Here, typed: dict[str, Any]) -> QuerySet[Move]:
    """Select a member's moves by what was typed into the filter, newest first."""
    gave, took = Q(giver=here.no), Q(taker=here.no)
    side = {"gave": gave, "received": took}.get(typed.get("direction") or "")
    rows = Move.objects.filter(side if side is not None else gave | took)
    if typed.get("mode"):
        rows = rows.filter(mode=typed["mode"])
    if typed.get("unit"):
        rows = rows.filter(unit=typed["unit"])
    if typed.get("type"):
        rows = rows.filter(type=typed["type"])
    if typed.get("person"):
        found = named_like(typed["person"])
        rows = rows.filter(Q(giver__in=found) | Q(taker__in=found))
    start, end = between(typed)
    if start is not None or end is not None:
        acts = ActLine.objects.filter(position=OuterRef("position"))
        if start is not None:
            acts = acts.filter(day__gte=start)
        if end is not None:
            acts = acts.filter(day__lte=end)
        rows = rows.filter(Exists(acts))
    if typed.get("text"):
        rows = rows.filter(position__in=described.found(rows, typed["text"]))
    return rows.order_by("-position", "deal", "move")


def between(typed: dict[str, Any]) -> tuple[int | None, int | None]:
    """Return the first and last day of the chosen period; none: without end."""
    now = wording.to_date(wording.today())
    first = now.replace(day=1)
    match typed.get("period"):
        case "month":
            return wording.to_day(first), None
        case "last":
            before = wording.to_date(wording.to_day(first) - 1)
            return wording.to_day(before.replace(day=1)), wording.to_day(before)
        case "year":
            return wording.to_day(date(now.year, 1, 1)), None
        case "days":
            start, end = typed.get("start"), typed.get("end")
            return (
                wording.to_day(start) if start else None,
                wording.to_day(end) if end else None,
            )
    return None, None


def named_like(text: str) -> list[int]:
    """Return the numbers of the members whose name has that in it."""
    wanted = names.folded(text)
    known = names.everybody()
    ids = [member for member, name in known.items() if wanted in names.folded(name)]
    return list(Member.objects.filter(id__in=ids).values_list("no", flat=True))


def lines(rows: Iterable[Move], here: Here) -> Iterator[StatementLine]:
    """Tell moves as lines, with a constant number of queries."""
    moves = list(rows)
    positions = {row.position for row in moves}
    known = names.by_number({row.giver for row in moves} | {row.taker for row in moves})
    acts = ActLine.objects.filter(position__in=positions)
    days = dict(acts.values_list("position", "day"))
    own = Posting.objects.filter(position__in=positions, owner=here.no, purse="own")
    own = own.annotate(limit_mark=limit_marks.of_posting())
    told = ("position", "unit", "after", "limit_mark")
    after = {
        (position, unit): (minor, mark or "")
        for position, unit, minor, mark in own.values_list(*told)
    }
    texts = texts_at(positions)
    acted_for = acted.for_member(here.member, positions)
    imported = acted.imported(here.member, positions)
    for row in moves:
        gave = row.giver == here.no
        posted = after.get((row.position, row.unit)) if row.type == "signs" else None
        yield StatementLine(
            position=row.position,
            day=wording.day(days[row.position] or 0),
            day_number=days[row.position] or 0,
            mode=row.mode,
            mode_name=gettext(telling.MODES[row.mode]),
            gave=gave,
            other=known[row.taker if gave else row.giver],
            type=row.type,
            what=texts.get((row.position, row.deal, row.move)) or what_of(row),
            amount=wording.quantity(Quantity(row.quantity, row.unit)),
            after="" if posted is None else _after(posted[0], row.unit),
            after_minor=None if posted is None else posted[0],
            mark=row.mark,
            limit_mark="" if posted is None else posted[1],
            acted=", ".join(acted_for.get(row.position, ())),
            imported=row.position in imported,
        )


def what_of(row: Move) -> str:
    """Name what moved: goods, or the kind of value."""
    if row.type == "goods" or (row.type == "promise" and row.category):
        return categories.label(row.category)
    if row.type == "release":
        return gettext("debt settled")
    return gettext(WORDS[row.type])


def _after(minor: int, unit: str) -> str:
    return wording.quantity(Quantity(minor, unit))


def last_lines(here: Here, how_many: int) -> list[StatementLine]:
    """Return a member's last moves."""
    return list(lines(moves_of(here, {})[:how_many], here))
