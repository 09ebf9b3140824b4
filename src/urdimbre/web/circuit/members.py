"""The members of the circuit: a list to search, and a page for each."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from urdimbre.core.accounts import COMMON
from urdimbre.projections.models import Member
from urdimbre.web import names, refusing, wording
from urdimbre.web.catalogue.listing import lines_of
from urdimbre.web.circuit.acting import may_act, may_give_code
from urdimbre.web.circuit.models import Person

PER_PAGE = 24


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member in the list."""

    no: int
    id: str
    name: str
    initials: str
    kind: str
    place: str


def listed(search: str, page: object, *, but: int | None = None) -> Page:
    """Return a page of the members by name; never in any other order."""
    known = {row.member: row for row in Person.objects.all()}
    wanted = names.folded(search).split()
    lines = []
    for row in Member.objects.filter(left=None, no__gt=0).exclude(kind="node"):
        person = known.get(row.id)
        name = person.name if person else names.name_of(row.id, {})
        found = names.folded(" ".join((name, (person and person.code) or "")))
        if row.no != but and all(word in found for word in wanted):
            lines.append(_line(row, name, (person and person.place) or ""))
    lines.sort(key=lambda line: names.folded(line.name))
    return Paginator(lines, PER_PAGE).get_page(page)


def _line(row: Member, name: str, place: str) -> MemberLine:
    kind = gettext(refusing.WORDS.get(row.kind, row.kind))
    return MemberLine(row.no, row.id, name, names.initials(name), kind, place)


def members(request: Any) -> HttpResponse:
    """List the members."""
    search = request.GET.get("q", "")
    page = listed(search, request.GET.get("page"))
    shown = {
        "page": page,
        "search": search,
        "may_admit": may_act(request.here.person, COMMON),
    }
    return render(request, "circuit/members.html", shown)


def member(request: Any, no: int) -> HttpResponse:
    """Show a member: name, since when, what she offers and needs."""
    row = Member.objects.filter(no=no).first() if no < 2**31 else None
    if row is None or no <= 0 or row.kind == "node":
        raise Http404
    person = Person.objects.filter(member=row.id).first()
    name = person.name if person else names.name_of(row.id, {})
    page = {
        "line": _line(row, name, (person and person.place) or ""),
        "since": wording.day(wording.to_day(wording.local(row.since).date())),
        "left": row.left,
        "entries": lines_of(row.id),
        "is_self": no == request.here.no,
        "may_give_code": row.kind == "person" and may_give_code(request.here, row.id),
    }
    return render(request, "circuit/member.html", page)
