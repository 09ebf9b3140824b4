"""The linked correction of a line: drawn up by the clerk, signed by its parties."""

import time
from dataclasses import replace as as_if
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from urdimbre.core.refusals import Refusal
from urdimbre.web.circuit.entering import Here
from urdimbre.web.entries import Entry, entry_at
from urdimbre.web.exchanges import afterwards
from urdimbre.web.exchanges.adjusting import AdjustForm, refuse
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.proposing import Proposal, propose
from urdimbre.web.office.models import Prepared
from urdimbre.web.sheets.models import SheetLine
from urdimbre.web.sheets.one import found_by
from urdimbre.web.sheets.writing_down import living

ONLY = 0
"""The only deal of a line's exchange."""


def correct(request: Any, pk: str, number: int) -> HttpResponse:
    """Ask what a line should have been; its parties find the correction to sign."""
    sheet = found_by(request, pk)
    line = sheet.lines.filter(number=number).first()
    draft = living([line]).get(number) if line else None
    if line is None or draft is None or draft.position is None:
        raise Http404
    if waiting(line) is not None:
        return redirect("sheet_compare", sheet.pk)
    entry = entry_at(draft.position)
    typed = request.POST if request.method == "POST" else None
    form = AdjustForm(typed, standing=afterwards.standing(entry, ONLY))
    if typed is not None and form.is_valid():
        made = _proposed(request.here, entry, line, form)
        if isinstance(made, Draft):
            return redirect("sheet_compare", sheet.pk)
        refuse(form, made)
    page = {"entry": entry, "form": form, "sheet": sheet, "line": line}
    status = 422 if form.errors else 200
    return render(request, "sheets/correct.html", page, status=status)


def waiting(line: SheetLine) -> Draft | None:
    """Return the correction of a line that waits for signatures, as long as it can."""
    found = Draft.objects.filter(
        pk=line.correction, state="waiting", valid_until__gte=int(time.time())
    )
    return found.first() if line.correction else None


@transaction.atomic
def _proposed(
    here: Here, entry: Entry, line: SheetLine, form: AdjustForm
) -> Draft | list[Refusal]:
    changes = form.changes()
    if not changes:
        return []
    proposal = Proposal(
        kind="adjust",
        body={"deal": {"act": entry.act.hash, "deal": ONLY}, "moves": changes},
        refs=[(entry.act.hash, "adjusts")],
    )
    # Pressed twice at once, the second finds what the first has made.
    before = waiting(SheetLine.objects.get(pk=line.pk))
    if before is not None:
        return before
    # The clerk draws it up and cannot sign it: it is hers who gave, and waits for both.
    party = here.person if here.person in (line.giver, line.taker) else line.giver
    made = propose(as_if(here, member=party, person=party), proposal, {})
    if isinstance(made, Draft):
        made.state = "waiting"
        made.save(update_fields=["state"])
        Prepared.objects.create(draft=made.pk, clerk=here.person, member=party)
        line.correction = made.pk
        line.save(update_fields=["correction"])
    return made
