"""The members of the circuit: a list to search, and a page for each."""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render

from urdimbre.core.accounts import COMMON
from urdimbre.projections.models import Balance, Member
from urdimbre.web import names, refusing, wording
from urdimbre.web.catalogue.matching import GIVING
from urdimbre.web.catalogue.models import Listing
from urdimbre.web.catalogue.told import lines_of
from urdimbre.web.circuit.acting import may_act, may_give_code
from urdimbre.web.circuit.models import Person
from urdimbre.web.membership.mediating import mediates
from urdimbre.web.notebook.standing import may_prove
from urdimbre.web.security.holding import may_hold

PER_PAGE = 24
_sorting = threading.Lock()


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member in the list."""

    no: int
    id: str
    name: str
    initials: str
    kind: str
    place: str


def listed(
    search: str,
    page: object,
    *,
    but: int | None = None,
    only: Collection[str] | None = None,
) -> Page:
    """Return a page of the members by name; never in any other order."""
    # Names alone first, the rest for one page only, and one thread after the other:
    # with 10,000 members it took 50 MB of the serving process.
    with _sorting:
        numbers = _in_order(names.folded(search).split(), but, only)
        shown = Paginator(numbers, PER_PAGE).get_page(page)
        shown.object_list = _lines(list(shown.object_list))
    return shown


def after(search: str, no: int, limit: int) -> list[MemberLine]:
    """Return the members sought in the order of their numbers, from one on."""
    with _sorting:
        numbers = sorted(_in_order(names.folded(search).split(), None, None))
        return _lines([one for one in numbers if one > no][:limit])


def _in_order(
    wanted: list[str], but: int | None, only: Collection[str] | None
) -> list[int]:
    """Return the numbers of the members sought, in the order of their names."""
    known = _sought(wanted)
    found = []
    for member, no in present().values_list("id", "no").iterator():
        if only is not None and member not in only:
            continue
        if member not in known:
            known[member] = _matching(names.name_of(member, {}), "", wanted)
        if no != but and known[member] is not None:
            found.append((known[member], no))
    return [no for _name, no in sorted(found)]


def _sought(wanted: list[str]) -> dict[str, str | None]:
    """Give members' names without accents and case; nothing for whom nobody seeks."""
    rows = Person.objects.values_list("member", "name", "code").iterator()
    return {member: _matching(name, code, wanted) for member, name, code in rows}


def _matching(name: str, code: str | None, wanted: list[str]) -> str | None:
    folded = names.folded(name)
    text = f"{folded} {names.folded(code or '')}" if wanted else folded
    return folded if all(word in text for word in wanted) else None


def _lines(numbers: list[int]) -> list[MemberLine]:
    """Write the lines of a page in this order."""
    rows = Member.objects.in_bulk(numbers, field_name="no")
    persons = Person.objects.in_bulk([row.id for row in rows.values()])
    return [_line(rows[no], persons.get(rows[no].id)) for no in numbers]


def present() -> QuerySet[Member]:
    """Select the members who have not left, nodes and the common apart."""
    return Member.objects.filter(left=None, no__gt=0).exclude(kind="node")


def line_of(row: Member) -> MemberLine:
    """Write the line of one member."""
    return _line(row, Person.objects.filter(member=row.id).first())


def _line(row: Member, person: Person | None) -> MemberLine:
    name = person.name if person else names.name_of(row.id, {})
    kind = refusing.word(row.kind)
    place = (person and person.place) or ""
    return MemberLine(row.no, row.id, name, names.initials(name), kind, place)


def members(request: Any) -> HttpResponse:
    """List the members."""
    search = request.GET.get("q", "")
    coordinates = may_act(request.here.person, COMMON)
    silent = coordinates and request.GET.get("without") == "offers"
    only = without_offers() if silent else None
    page = listed(search, request.GET.get("page"), only=only)
    shown = {
        "page": page,
        "search": search,
        "may_admit": coordinates,
        "silent": silent,
    }
    return render(request, "circuit/members.html", shown)


def has_left(no: int) -> bool:
    """Tell whether a member has left the circuit."""
    return Member.objects.filter(no=no).exclude(left=None).exists()


def without_offers() -> set[str]:
    """Return the members who offer nothing at present."""
    offering = Listing.objects.live().filter(kind__in=GIVING).values_list("member")
    everybody = set(present().values_list("id", flat=True))
    return everybody - {member for (member,) in offering.distinct()}


def _shown(no: int) -> Member:
    """Find a member who has a page."""
    row = Member.objects.filter(no=no).first() if no < 2**31 else None
    if row is None or no <= 0 or row.kind == "node":
        raise Http404
    return row


def member_line(no: int) -> MemberLine:
    """Write the line of a member who has a page.

    Raises:
        Http404: there is none of that number.
    """
    return line_of(_shown(no))


def member(request: Any, no: int) -> HttpResponse:
    """Show a member: name, since when, what she offers and needs."""
    row = _shown(no)
    page = {
        "line": line_of(row),
        "since": wording.day(wording.to_day(wording.local(row.since).date())),
        "left": row.left,
        "entries": lines_of(row.id),
        "may_prove": may_prove(request, no)
        and Balance.objects.filter(owner=no).exists(),
        "is_self": no == request.here.no,
        "may_hold": row.kind == "person" and may_hold(request.here.person, row.id),
        "may_brake": row.kind == "person" and mediates(request.here.person, row.id),
        "may_introduce": may_act(request.here.person, row.id),
        "may_share": row.kind != "person" and may_act(request.here.person, row.id),
        "may_give_code": row.kind == "person" and may_give_code(request.here, row.id),
    }
    return render(request, "circuit/member.html", page)
