"""Signing beside somebody: a member without a device, on another's, as herself."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from urdimbre.core.refusals import Refusal
from urdimbre.recording.answers import Receipt
from urdimbre.web.circuit.entering import Here
from urdimbre.web.entries import told_draft
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.roles import NothingToSign, role_of
from urdimbre.web.exchanges.signing import sign
from urdimbre.web.exchanges.waiting import of_hers
from urdimbre.web.office.allowing import somebody
from urdimbre.web.office.models import Prepared
from urdimbre.web.office.presence import PresenceForm
from urdimbre.web.refusing import Said, said
from urdimbre.web.security import log
from urdimbre.web.sheets.models import SheetLine


def beside(request: Any, pk: str, no: int) -> HttpResponse:
    """Let somebody sign a draft on the device of who has made or typed it."""
    found, typed_for = _draft(request, pk)
    her = somebody(request, no)
    role = role_of(her, found)
    if role is None:
        if found.state == "recorded" or typed_for:
            return _after(request, found)
        raise Http404
    form = PresenceForm(request.POST or None, draft=found, role=role)
    refused = None
    if request.method == "POST" and form.is_valid():
        answer = _signed(request, her, found, form)
        if isinstance(answer, Refusal):
            refused = said(answer)
        elif not form.errors:
            return _after(request, found)
    return _page(request, her, form, refused)


def _draft(request: Any, pk: str) -> tuple[Draft, bool]:
    """Find a draft that she has made, or typed for who sits beside her."""
    prepared = Prepared.objects.filter(pk=pk, clerk=request.here.person).first()
    if prepared is not None:
        draft = Draft.objects.filter(pk=pk).first()
        if draft is None:
            raise Http404
        return draft, True
    found = of_hers(request, pk)
    if found.by not in (request.here.member, request.here.person):
        raise Http404
    return found, False


def _signed(
    request: Any, her: Here, draft: Draft, form: PresenceForm
) -> Receipt | Refusal | None:
    slot = form.slot(request)
    if slot is None:
        return None
    log.note("signed_beside", her.person, request, by=request.here.person)
    try:
        return sign(her, draft, [slot])
    except NothingToSign:
        return None


def _after(request: Any, draft: Draft) -> HttpResponse:
    """Go on with what was signed: a mandate to the office, another draft to itself."""
    if draft.kind == "mandate":
        return redirect("office")
    line = SheetLine.objects.filter(
        Q(draft=draft.pk) | Q(correction=draft.pk), sheet__clerk=request.here.person
    ).first()
    if line is not None:
        page = "sheet" if line.draft == draft.pk else "sheet_compare"
        return redirect(page, line.sheet_id)
    return redirect("draft", draft.pk)


def _page(
    request: Any, her: Here, form: PresenceForm, refused: Said | None
) -> HttpResponse:
    page = {
        "her": her,
        "draft": form.draft,
        "told": told_draft(form.draft),
        "form": form,
        "here_signs": form.role.hosted is not None,
        "refused": refused,
    }
    status = 422 if refused or form.errors else 200
    return render(request, "office/beside.html", page, status=status)
