"""A mediator puts the brake on a member's keys, or releases it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from urdimbre.projections.models import Member
from urdimbre.web import names
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.proposing import Proposal, propose
from urdimbre.web.membership import keys
from urdimbre.web.refusing import said


def mediates(person: str, member: str) -> bool:
    """Tell whether somebody may brake another's keys as a mediator."""
    return person != member and keys.mandate_to_mediate(person, "freeze") is not None


def brake(request: Any, no: int) -> HttpResponse:
    """Ask a mediator whether she is sure."""
    return _page(request, _braked(request, no), no)


@require_POST
def set_brake(request: Any, no: int) -> HttpResponse:
    """Propose the brake, or its release, to be signed under her mandate."""
    member = _braked(request, no)
    body = {"member": member, "on": request.POST.get("on") == "1"}
    made = propose(request.here.as_person(), Proposal(kind="freeze", body=body), {})
    if isinstance(made, Draft):
        request.session["acting"] = request.here.person
        return redirect("draft", made.pk)
    return _page(request, member, no, [said(one) for one in made])


def _page(
    request: Any, member: str, no: int, refused: list[Any] | None = None
) -> HttpResponse:
    page = {
        "no": no,
        "name": names.by_id([member])[member],
        "brake": keys.brake_of(member),
        "refused": refused,
    }
    status = 422 if refused else 200
    return render(request, "membership/brake.html", page, status=status)


def _braked(request: Any, no: int) -> str:
    row = Member.objects.filter(no=no, kind="person", left=None).first()
    if row is None or not mediates(request.here.person, row.id):
        raise Http404
    return str(row.id)
