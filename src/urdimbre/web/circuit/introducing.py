"""A member's card as plain text: who she is, and what she offers and needs."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from urdimbre.web.catalogue.told import lines_of
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.circuit.members import MemberLine, member_line
from urdimbre.web.circuit.surroundings import display

LISTED_MAX = 10


def share(request: Any, no: int) -> HttpResponse:
    """Show a card of one's own, or of whom one acts for, as text to copy."""
    line = member_line(no)
    if not may_act(request.here.person, line.id):
        raise Http404
    back = reverse("member", args=[no])
    text = "\n".join(_lines(line, request.build_absolute_uri(back))) + "\n"
    page = {"title": line.name, "text": text, "back": back}
    return render(request, "circuit/share.html", page)


def _lines(line: MemberLine, address: str) -> Iterator[str]:
    yield display("name", "Urdimbre")
    yield line.name
    if line.place:
        yield line.place
    for one in lines_of(line.id)[:LISTED_MAX]:
        yield gettext("{kind}: {title}").format(kind=one.kind_name, title=one.title)
    yield address
