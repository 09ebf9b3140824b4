"""Reading minutes: the meetings of the circuit, and what each decided."""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render

from urdimbre.core.accounts import COMMON
from urdimbre.web import wording
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.entries import Entry, entry_at, payloads
from urdimbre.web.exchanges.models import Draft, Opening, Payload
from urdimbre.web.exchanges.waiting import of_hers
from urdimbre.web.minutes import sealed, telling
from urdimbre.web.minutes.decided import Decided, decisions
from urdimbre.web.minutes.models import Minutes
from urdimbre.web.minutes.writing import draft_of

PER_PAGE = 20
KEEP_SECONDS = 3_600


def meetings(request: Any) -> HttpResponse:
    """List the meetings with minutes, the latest first."""
    found = [one for one in reversed(decisions()) if one.meeting]
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    writes = may_act(request.here.person, COMMON)
    shown = {
        "page": page,
        "lines": [_line(one) for one in page.object_list],
        "writes": writes,
        "open": _open() if writes else [],
    }
    return render(request, "minutes/meetings.html", shown)


def _line(one: Decided) -> dict[str, Any]:
    read = sealed.read(payloads(entry_at(one.position).act.private))
    return {
        "position": one.position,
        "day": read.day if read and read.day else wording.moment(one.time),
        "text": read.text if read else "",
        "changes": one.changes,
    }


def _open() -> list[tuple[Minutes, str]]:
    """Give minutes that still wait; those of recorded decisions lie sealed by now."""
    recorded = Draft.objects.filter(kind="decision", state="recorded")
    Minutes.objects.filter(draft__in=recorded.values("pk")).delete()
    rows = Minutes.objects.defer("photo").order_by("-created")
    return [(one, wording.day(one.day)) for one in rows if _unsigned(one)]


def _unsigned(minutes: Minutes) -> bool:
    """Tell whether they are still to be worked on; a draft is on the homes."""
    return draft_of(minutes) is None


def meeting(request: Any, position: int) -> HttpResponse:
    """Show the minutes of a meeting and what took effect by them."""
    entry = _meeting_at(position)
    page = {
        "position": position,
        "minutes": sealed.read(payloads(entry.act.private)),
        "lines": telling.lines(entry.act),
        "recorded": wording.moment(_time(position)),
    }
    return render(request, "minutes/meeting.html", page)


def _time(position: int) -> int:
    return next(one.time for one in decisions() if one.position == position)


def _meeting_at(position: int) -> Entry:
    entry = entry_at(position)
    if entry.act.kind != "decision" or entry.act.body.basis != "meeting":
        raise Http404
    return entry


def photo(request: Any, position: int) -> HttpResponse:
    """Show the photo of the page to members."""
    return _photo(payloads(_meeting_at(position).act.private))


def draft_photo(request: Any, pk: str) -> HttpResponse:
    """Show the photo to who is asked to sign."""
    return _photo(Opening.objects.filter(draft=of_hers(request, pk)))


def _photo(found: Iterable[Opening | Payload]) -> HttpResponse:
    one = next((each for each in found if each.field == sealed.PHOTO), None)
    if one is None or not bytes(one.payload).startswith(b"\xff\xd8\xff"):
        raise Http404
    answer = HttpResponse(bytes(one.payload), content_type="image/jpeg")
    answer["Cache-Control"] = f"private, max-age={KEEP_SECONDS}"
    return answer
