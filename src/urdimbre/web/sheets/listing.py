"""Sheets of a clerk: typed, shown as they were understood, then kept."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from urdimbre.core.units import Quantity
from urdimbre.web import wording
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges import fields
from urdimbre.web.office import mandates
from urdimbre.web.office.attesting import is_clerk
from urdimbre.web.purchases.reading import Item
from urdimbre.web.sheets import reading
from urdimbre.web.sheets.models import Sheet, SheetLine
from urdimbre.web.sheets.reading import Typed
from urdimbre.web.sheets.ways import Passing, Way, ways_of
from urdimbre.web.units import measure

TEXT_MAX = 20_000
SHOWN = 30
DAYS_BACK_MAX = 366


class SheetForm(forms.Form):
    """A sheet of paper, line by line."""

    text = forms.CharField(
        label=_("The lines of the sheet"),
        help_text=_(
            "One line for each exchange: who gives; who receives; what; for how many "
            "signs. Without signs it is a gift. «Ana; Beto; 2 kg arroz; 12,50»"
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=TEXT_MAX,
    )
    day = fields.day_field(_("On which day?"))
    unit = fields.sign_field()

    def clean_text(self) -> str:
        """Refuse an empty sheet, which is a mistake."""
        text = str(self.cleaned_data["text"]).replace("\0", " ")
        if not text.strip():
            raise forms.ValidationError(gettext("Paste at least one line."))
        return text

    def clean_day(self) -> int:
        """Refuse a day to come, or one that is long gone."""
        day = wording.to_day(self.cleaned_data["day"])
        if day > wording.today():
            raise forms.ValidationError(gettext("That day is still to come."))
        if day < wording.today() - DAYS_BACK_MAX:
            raise forms.ValidationError(gettext("Choose a day within a year."))
        return day


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as the page shows it.

    Attributes:
        line: as read.
        giver: name.
        taker: name.
        what: in words.
        signs: in words; empty for a gift.
        ways: how each party consents: name and way.
    """

    line: Typed
    giver: str
    taker: str
    what: tuple[str, ...]
    signs: str
    ways: tuple[tuple[str, Way], ...]


def for_clerks(request: Any) -> Here:
    """Return who types sheets.

    Raises:
        Http404: she does not.
    """
    here: Here = request.here
    if not is_clerk(here, mandates.held_by(here.person)):
        raise Http404
    return here


def sheets(request: Any) -> HttpResponse:
    """List the sheets that a clerk has typed."""
    here = for_clerks(request)
    found = Sheet.objects.filter(clerk=here.person).order_by("-created")[:SHOWN]
    lines = [
        (one, wording.day(one.day), one.lines.count())
        for one in found.prefetch_related("lines")
    ]
    return render(request, "sheets/sheets.html", {"lines": lines})


def new(request: Any) -> HttpResponse:
    """Take a sheet in: look at it first, then keep it."""
    here = for_clerks(request)
    today = wording.to_date(wording.today())
    typed = request.POST if request.method == "POST" else None
    form = SheetForm(typed, initial={"day": today})
    page: dict[str, Any] = {"form": form}
    if typed is not None and form.is_valid():
        given = form.cleaned_data
        lines = reading.read(given["text"], measure(given["unit"]), reading.known())
        good = [one for one in lines if not one.problem]
        if good and "keep" in request.POST:
            return redirect("sheet", _kept(here, given, lines).pk)
        page |= preview(here, lines, given["unit"])
    status = 422 if form.errors else 200
    return render(request, "sheets/new.html", page, status=status)


def preview(here: Here, lines: Sequence[Typed], unit: str) -> dict[str, Any]:
    """Show lines as they were understood, and what is left out."""
    held, names = mandates.held_by(here.person), reading.known().names
    good = [one for one in lines if not one.problem]
    shown = []
    for one in good:
        passing = Passing(one.giver, one.taker, one.minor, unit)
        ways = tuple((names[way.party], way) for way in ways_of(here, passing, held))
        shown.append(
            Shown(
                line=one,
                giver=names[one.giver],
                taker=names[one.taker],
                what=tuple(words_of(item) for item in one.items),
                signs=signs_of(one.minor, unit),
                ways=ways,
            )
        )
    return {"shown": shown, "left_out": [one for one in lines if one.problem]}


def words_of(item: Item) -> str:
    """Say so much of what."""
    amount = wording.quantity(Quantity(item.minor, item.unit))
    return gettext("%(amount)s of %(product)s") % {
        "amount": amount,
        "product": item.product,
    }


def signs_of(minor: int | None, unit: str) -> str:
    """Say how many signs; nothing for a gift."""
    return "" if minor is None else wording.quantity(Quantity(minor, unit))


@transaction.atomic
def _kept(here: Here, given: dict[str, Any], lines: Sequence[Typed]) -> Sheet:
    """Keep what was understood, and the rest as it was typed: nothing is lost."""
    sheet = Sheet.objects.create(
        clerk=here.person,
        created=int(time.time()),
        day=given["day"],
        unit=given["unit"],
        rest="\n".join(one.raw for one in lines if one.problem),
    )
    add_lines(sheet, lines)
    return sheet


def add_lines(sheet: Sheet, lines: Sequence[Typed]) -> None:
    """Keep the lines that were understood."""
    SheetLine.objects.bulk_create(
        SheetLine(
            sheet=sheet,
            number=one.number,
            raw=one.raw,
            giver=one.giver,
            taker=one.taker,
            items=[[item.product, item.minor, item.unit] for item in one.items],
            minor=one.minor,
        )
        for one in lines
        if not one.problem
    )
