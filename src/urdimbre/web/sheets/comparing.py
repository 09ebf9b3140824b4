"""A sheet reconciled: what was added up on paper beside what the notebook says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from urdimbre.core.units import Quantity
from urdimbre.projections.models import Move
from urdimbre.web import names, wording
from urdimbre.web.exchanges import fields
from urdimbre.web.exchanges.on_this_device import can_sign_here
from urdimbre.web.sheets.correcting import waiting
from urdimbre.web.sheets.models import Sheet, SheetLine
from urdimbre.web.sheets.one import LineNow, found_by, lines_now
from urdimbre.web.sheets.writing_down import living
from urdimbre.web.units import Measure, measure

GAVE, TOOK = "gave", "took"
SIDES = (GAVE, TOOK)


class TotalsForm(forms.Form):
    """What each has given and received, as it is added up on paper."""

    def __init__(
        self, typed: Any, *, members: Mapping[str, str], unit: Measure, **options: Any
    ) -> None:
        """Ask both of each member of the sheet."""
        super().__init__(typed, **options)
        self.unit, self.members = unit, list(members)
        for place, name in enumerate(members.values()):
            for side, label in (
                (GAVE, gettext("%(name)s: gave, in all")),
                (TOOK, gettext("%(name)s: received, in all")),
            ):
                self.fields[f"{side}_{place}"] = fields.amount_field(
                    label % {"name": name}, required=False
                )

    def clean(self) -> None:
        """Read the amounts; nothing at all is an amount too."""
        for name in self.fields:
            fields.read_amount(self, name, self.unit.code, zero=True)

    def totals(self) -> dict[str, list[int | None]]:
        """Return both totals of each member; none where the paper has none."""
        found = {}
        for place, member in enumerate(self.members):
            both = [self.cleaned_data[f"{side}_{place}"] for side in SIDES]
            found[member] = [one if isinstance(one, int) else None for one in both]
        return found


@dataclass(frozen=True, slots=True)
class Line:
    """A line of hers, typed and as it stands.

    Attributes:
        now: the line.
        stands: what the notebook says now, in words; empty if it says nothing yet.
        correction: id of a correction that waits; empty if none does.
        here: who may sign that correction on this device: number and name.
    """

    now: LineNow
    stands: str
    correction: str
    here: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A total on paper that is not the notebook's.

    Attributes:
        name: of the member.
        gave: whether it is about what she gave, else about what she received.
        paper: in words.
        record: in words.
        apart: by how much, in words.
        more: whether there is more on paper.
        lines: that make it up.
    """

    name: str
    gave: bool
    paper: str
    record: str
    apart: str
    more: bool
    lines: tuple[Line, ...]


def compare(request: Any, pk: str) -> HttpResponse:
    """Ask for the totals on paper, and show where the notebook differs."""
    sheet = found_by(request, pk)
    known = _members(sheet)
    unit = measure(sheet.unit)
    typed = request.POST if request.method == "POST" else None
    form = TotalsForm(typed, members=known, unit=unit, initial=_initial(sheet, known))
    if typed is not None and form.is_valid():
        sheet.totals = form.totals()
        sheet.save(update_fields=["totals"])
        return redirect("sheet_compare", sheet.pk)
    found = list(_differences(request, sheet, known)) if sheet.totals else []
    page = {
        "sheet": sheet,
        "day": wording.day(sheet.day),
        "form": form,
        "unit": wording.unit_label(unit),
        "compared": bool(sheet.totals),
        "differences": found,
    }
    status = 422 if form.errors else 200
    return render(request, "sheets/compare.html", page, status=status)


def _members(sheet: Sheet) -> dict[str, str]:
    """Name who stands on a sheet, in the order of the names."""
    rows = sheet.lines.values_list("giver", "taker")
    known = names.by_id({one for row in rows for one in row})
    return dict(sorted(known.items(), key=lambda one: names.folded(one[1])))


def _initial(sheet: Sheet, known: Mapping[str, str]) -> dict[str, str]:
    unit = measure(sheet.unit)
    return {
        f"{side}_{place}": wording.editable(minor, unit)
        for place, member in enumerate(known)
        for side, minor in zip(SIDES, sheet.totals.get(member, ()), strict=False)
        if minor is not None
    }


def _differences(
    request: Any, sheet: Sheet, known: Mapping[str, str]
) -> Iterator[Difference]:
    lines = list(lines_now(request, sheet))
    stands = standing(sheet)
    for member, name in known.items():
        totals = sheet.totals.get(member, [None, None])
        for side, paper in zip(SIDES, totals, strict=True):
            hers = [one for one in lines if _side(one.line, side) == member]
            record = sum(stands.get(one.line.number, 0) for one in hers)
            if paper is None or paper == record:
                continue
            yield Difference(
                name=name,
                gave=side == GAVE,
                paper=_words(paper, sheet.unit),
                record=_words(record, sheet.unit),
                apart=_words(abs(paper - record), sheet.unit),
                more=paper > record,
                lines=tuple(_lines(request, sheet, hers, stands)),
            )


def _side(line: SheetLine, side: str) -> str:
    return str(line.giver if side == GAVE else line.taker)


def _lines(
    request: Any, sheet: Sheet, lines: list[LineNow], stands: Mapping[int, int]
) -> Iterator[Line]:
    for one in lines:
        minor = stands.get(one.line.number)
        draft = waiting(one.line)
        missing: set[str] = set()
        if draft is not None:
            rows = draft.signers.filter(slot=None)
            missing = set(rows.values_list("member", flat=True))
        yield Line(
            now=one,
            stands="" if minor is None else _words(minor, sheet.unit),
            correction=draft.pk if draft else "",
            here=tuple(can_sign_here(draft, missing, request.here) if draft else ()),
        )


def standing(sheet: Sheet) -> dict[int, int]:
    """Return the signs of each recorded line as corrections have left them."""
    lines = list(sheet.lines.all())
    positions = {
        draft.position: number
        for number, draft in living(lines).items()
        if draft.position is not None
    }
    found = dict.fromkeys(positions.values(), 0)
    rows = Move.objects.filter(position__in=list(positions), type="signs")
    for row in rows.filter(unit=sheet.unit):
        found[positions[row.position]] += row.quantity
    return found


def _words(minor: int, unit: str) -> str:
    return wording.quantity(Quantity(minor, unit))
