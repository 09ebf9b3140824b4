"""The proof of somebody's balances, for herself and for who may read the notebook."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from urdimbre.adapters.witnessing.book import Book
from urdimbre.projections.models import Member
from urdimbre.web import opened
from urdimbre.web.circuit.surroundings import agreed


def may_prove(request: Any, no: int) -> bool:
    """Tell whether she may have the proof of a member's balances: hers, or a reader."""
    return bool(no == request.here.no or agreed("log_readers", "all") == "all")


@require_safe
def state_proof(request: Any, no: int) -> HttpResponse:
    """Hand out the proof of a member's balances, to be checked without us."""
    row = Member.objects.filter(no=no).first() if no < 2**31 else None
    if row is None or not may_prove(request, no):
        raise Http404
    # Better under a seal that witnesses have signed than under one without.
    covering = Book(settings.DIRECTORY).covering
    text = opened.circuit().registry.state_proof(row.id, under=covering)
    if text is None:
        raise Http404
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    name = f"urdimbre-balance-{no}.tlog-proof"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
