"""One sheet: its lines as they stand, what is left, and writing them down."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from urdimbre.web import names, opened, wording
from urdimbre.web.entries import signed_at
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.on_this_device import can_sign_here
from urdimbre.web.membership import keys
from urdimbre.web.membership.pins import PinLocked
from urdimbre.web.sheets import reading
from urdimbre.web.sheets.listing import TEXT_MAX, add_lines, for_clerks, signs_of
from urdimbre.web.sheets.models import Sheet, SheetLine, SheetPhoto
from urdimbre.web.sheets.photo import PhotoForm
from urdimbre.web.sheets.writing_down import (
    PIN_PROBLEMS,
    Refused,
    living,
    write_down,
)
from urdimbre.web.units import measure


class PinForm(forms.Form):
    """The PIN of the clerk's key, if it has one."""

    pin = forms.CharField(
        label=_("The PIN of your key"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, typed: Any, *, person: str) -> None:
        """Ask only for a PIN that her key has."""
        super().__init__(typed)
        serving = {row.key_id for row in keys.in_force(person)}
        held = opened.circuit().desk.keys_of(person)
        if not any(one.pin for one in held if one.key_id in serving):
            del self.fields["pin"]


class RestForm(forms.Form):
    """Lines that could not be taken yet, to correct."""

    rest = forms.CharField(
        label=_("Lines to correct, or to add"),
        max_length=TEXT_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@dataclass(frozen=True, slots=True)
class LineNow:
    """A line of a sheet as it stands.

    Attributes:
        line: as kept.
        giver: name.
        taker: name.
        signs: in words; empty for a gift.
        state: ``new``, ``waiting`` or ``recorded``.
        position: of its receipt, if this clerk may read it.
        missing: names of who has not signed.
        here: who may sign on this device: number and name.
        draft: its id.
    """

    line: SheetLine
    giver: str
    taker: str
    signs: str
    state: str
    position: int | None
    missing: str
    here: tuple[tuple[int, str], ...]
    draft: str


def found_by(request: Any, pk: str) -> Sheet:
    """Find a sheet of this clerk's.

    Raises:
        Http404: there is none, or it is not hers.
    """
    here = for_clerks(request)
    sheet = Sheet.objects.filter(pk=pk, clerk=here.person).first()
    if sheet is None:
        raise Http404
    return sheet


def sheet(request: Any, pk: str) -> HttpResponse:
    """Show a sheet; typing again what could not be taken adds it."""
    found = found_by(request, pk)
    typed = request.POST if request.method == "POST" else None
    form = RestForm(typed, initial={"rest": found.rest})
    if typed is not None and form.is_valid():
        _take_in(found, form.cleaned_data["rest"])
        if not found.rest:
            return redirect("sheet", found.pk)
        form = RestForm(None, initial={"rest": found.rest})
        return sheet_page(request, found, form, status=422)
    return sheet_page(request, found, form, status=422 if form.errors else 200)


def sheet_page(
    request: Any,
    found: Sheet,
    rest: RestForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Render a sheet; ``more`` replaces what its page shows otherwise."""
    lines = list(lines_now(request, found))
    problems = _problems(found)
    page = {
        "sheet": found,
        "day": wording.day(found.day),
        "lines": lines,
        "left": any(one.state == "new" for one in lines),
        "waits": any(one.state == "waiting" for one in lines),
        "recorded": any(one.state == "recorded" for one in lines),
        "rest": rest,
        "problems": problems,
        "pin": PinForm(None, person=request.here.person),
        "has_photo": SheetPhoto.objects.filter(sheet=found).exists(),
        "photo": PhotoForm(),
        "may_add_photo": not any(one.state != "new" for one in lines),
        **more,
    }
    return render(request, "sheets/sheet.html", page, status=status)


def _problems(found: Sheet) -> list[reading.Typed]:
    if not found.rest:
        return []
    lines = reading.read(found.rest, measure(found.unit), reading.known())
    return [one for one in lines if one.problem]


@transaction.atomic
def _take_in(found: Sheet, text: str) -> None:
    """Add the lines that can be understood now; keep the others."""
    last = found.lines.order_by("-number").values_list("number", flat=True).first() or 0
    lines = reading.read(text, measure(found.unit), reading.known(), first=last + 1)
    good = [one for one in lines if not one.problem]
    add_lines(found, good)
    found.rest = "\n".join(one.raw for one in lines if one.problem)
    found.save(update_fields=["rest"])


def lines_now(request: Any, found: Sheet) -> Iterator[LineNow]:
    """Tell how each line of a sheet stands."""
    lines = list(found.lines.all())
    drafts = living(lines)
    missing = {number: _missing(draft) for number, draft in drafts.items()}
    ids = {one for line in lines for one in (line.giver, line.taker)}
    known = names.by_id(ids | {one for some in missing.values() for one in some})
    for line in lines:
        draft, waits = drafts.get(line.number), missing.get(line.number, set())
        state = "new" if draft is None else draft.state
        yield LineNow(
            line=line,
            giver=known[line.giver],
            taker=known[line.taker],
            signs=signs_of(line.minor, found.unit),
            state="waiting" if state == "preparing" else state,
            position=_readable(request, draft),
            missing=", ".join(sorted((known[one] for one in waits), key=names.folded)),
            here=tuple(can_sign_here(draft, waits, request.here) if draft else ()),
            draft=line.draft,
        )


def _missing(draft: Draft) -> set[str]:
    if draft.state == "recorded":
        return set()
    return set(draft.signers.filter(slot=None).values_list("member", flat=True))


def _readable(request: Any, draft: Draft | None) -> int | None:
    """Give the receipt's number, if the clerk has a part in it."""
    if draft is None or draft.position is None:
        return None
    genesis = opened.circuit().registry.genesis
    signed = {person for person, _ in signed_at(genesis, draft.position)}
    return draft.position if request.here.person in signed else None


@require_POST
def write(request: Any, pk: str) -> HttpResponse:
    """Write the lines down: sign what she may, let the others wait."""
    found = found_by(request, pk)
    form = PinForm(request.POST, person=request.here.person)
    rest = RestForm(None, initial={"rest": found.rest})
    if not form.is_valid():
        return sheet_page(request, found, rest, status=422, pin=form)
    refused: list[Refused] = []
    try:
        pin = form.cleaned_data.get("pin") or None
        refused = write_down(request.here, found, pin=pin)
    except PIN_PROBLEMS as problem:
        locked = isinstance(problem, PinLocked)
        told = gettext("Too many tries. Wait a quarter of an hour.")
        wrong = gettext("That PIN does not open your key.")
        form.add_error("pin", told if locked else wrong)
        return sheet_page(request, found, rest, status=422, pin=form)
    if refused:
        return sheet_page(request, found, rest, status=422, refused=refused)
    return redirect("sheet", found.pk)


@require_POST
def drop(request: Any, pk: str, number: int) -> HttpResponse:
    """Take a line off a sheet that nothing has come of."""
    found = found_by(request, pk)
    line = found.lines.filter(number=number).first()
    if line is None:
        raise Http404
    if not living([line]):
        line.delete()
    return redirect("sheet", found.pk)
