"""Cards on paper with which people enter, and notebooks for those without a phone."""

import time
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from urdimbre.core.accounts import COMMON
from urdimbre.projections.models import Member
from urdimbre.web import names, opened
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.circuit.codes import code_of
from urdimbre.web.circuit.models import Login
from urdimbre.web.membership.picture_signs import sign_of
from urdimbre.web.security import again, log

LOCAL = ("localhost", "127.0.0.1", "[::1]")


def cards(request: Any) -> HttpResponse:
    """Show who has not entered yet, and offer the sheets."""
    if not may_act(request.here.person, COMMON):
        raise Http404
    found = _not_entered()
    page = {
        "people": found,
        "everybody": Member.objects.filter(kind="person", left=None).count(),
        "is_local": request.get_host().rsplit(":", 1)[0] in LOCAL,
        "host": request.get_host(),
    }
    return render(request, "membership/cards.html", page)


@require_POST
@again.lately
def cards_sheet(request: Any) -> HttpResponse:
    """Give the cards of all who have not entered yet, each with a fresh code."""
    if not may_act(request.here.person, COMMON):
        raise Http404
    from urdimbre.web.membership import paper  # noqa: PLC0415 - large, seldom needed

    enter = request.build_absolute_uri(reverse("entrance"))
    desk, now = opened.circuit().desk, int(time.time())
    made = []
    for member, name in _not_entered():
        code = desk.new_code(member, now=now)
        log.note("code_made", member, request, by=request.here.person)
        link = f"{enter}?code={code}"
        made.append(paper.Card(name, code_of(member), sign_of(member), code, link))
    if not made:
        return redirect("cards")
    return _as_file(paper.sheet(made, enter.partition("://")[2]), "cards.pdf")


@require_POST
@again.lately
def ledgers(request: Any) -> HttpResponse:
    """Give a paper notebook for every person, or for her who asks."""
    from urdimbre.web.membership import paper  # noqa: PLC0415 - large, seldom needed

    here = request.here
    if request.POST.get("whose") == "all" and may_act(here.person, COMMON):
        wanted = _persons()
    else:
        wanted = [(here.person, here.person_name)]
    pages = [(name, code_of(member), sign_of(member)) for member, name in wanted]
    return _as_file(paper.ledger(pages), "notebook.pdf")


def _persons() -> list[tuple[str, str]]:
    ids = Member.objects.filter(kind="person", left=None).values_list("id", flat=True)
    known = names.by_id(ids)
    return sorted(known.items(), key=lambda one: names.folded(one[1]))


def _not_entered() -> list[tuple[str, str]]:
    entered = set(Login.objects.values_list("member", flat=True))
    return [one for one in _persons() if one[0] not in entered]


def _as_file(pdf: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
