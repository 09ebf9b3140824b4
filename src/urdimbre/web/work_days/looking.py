"""Looking at work days: what one is called to, what came of a day, its thanks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Max, Min, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_POST

from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON
from urdimbre.core.circulation.roster import RosterLine
from urdimbre.core.units import Quantity
from urdimbre.projections.models import ActLine, Obligation, Thanks
from urdimbre.web import names, wording
from urdimbre.web.catalogue import categories
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.circuit.entering import Here
from urdimbre.web.circuit.surroundings import agreed
from urdimbre.web.entries import entry_at, payloads, texts_of
from urdimbre.web.exchanges.filling import write_refusals
from urdimbre.web.exchanges.models import Draft, Payload
from urdimbre.web.exchanges.owing import OwingLine, open_of
from urdimbre.web.exchanges.proposing import WORDS, Proposal, propose
from urdimbre.web.exchanges.receipts import ThanksForm
from urdimbre.web.work_days.rosters import WorkDay, counts, is_witness, work_day
from urdimbre.web.work_days.telling import instead

PER_PAGE = 20
DONE = {
    "there": gettext_noop("Was there"),
    "sent": gettext_noop("Sent somebody"),
    "exempt": gettext_noop("Is excused"),
}


@dataclass(frozen=True, slots=True)
class DayLine:
    """A work day on the list.

    Attributes:
        position: of the call.
        what: kind of work.
        day: in words.
        coming: whether it lies ahead, today included.
        called: how many were called, in words.
    """

    position: int
    what: str
    day: str
    coming: bool
    called: str


def work_days(request: Any) -> HttpResponse:
    """List the work days, the latest first, and what she herself owes of them."""
    here = request.here
    paginator = Paginator(_calls(here), PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    shown = {
        "lines": [_day_line(row) for row in page.object_list],
        "page": page,
        "owes": _owes(here),
        "may_call": may_act(here.person, COMMON),
        "agreed": wording.count(int(agreed("work_days", 0))),
        "none_agreed": not int(agreed("work_days", 0)),
        "waiting": list(_for_witnesses(here)),
    }
    return render(request, "work_days/work_days.html", shown)


def _calls(here: Here) -> QuerySet[Obligation, dict[str, Any]]:
    rows = Obligation.objects.filter(creditor=names.THE_COMMON, what="work")
    # What is promised to the common in an exchange is of no work day.
    rows = rows.filter(position__in=_positions("dues"))
    if agreed("log_readers", "all") == "own" and not counts(here):
        hers = rows.filter(debtor=here.no).values("position")
        rows = rows.filter(position__in=hers)
    return (
        rows.values("position")
        .annotate(
            day=Max("due_day"), category=Min("category"), called=Count("position")
        )
        .order_by("-day", "-position")
    )


def _positions(kind: str) -> QuerySet[Any, Any]:
    return ActLine.objects.filter(kind=kind).values("position")


def _day_line(row: dict[str, Any]) -> DayLine:
    return DayLine(
        position=row["position"],
        what=categories.label(row["category"]),
        day=wording.day(row["day"]),
        coming=row["day"] >= wording.today(),
        called=wording.count(row["called"]),
    )


def _owes(here: Here) -> list[OwingLine]:
    """Return what she owes of common work, the nearest day first."""
    positions = set(_positions("dues").values_list("position", flat=True))
    owes, _ = open_of(here.no)
    return [one for one in owes if int(one.key.partition(".")[0]) in positions]


def _for_witnesses(here: Here) -> Iterator[Draft]:
    """Give the rosters that wait for another witness."""
    if not is_witness(here):
        return
    drafts = Draft.objects.filter(kind="roster", state="waiting").exclude(by=COMMON)
    yield from drafts.exclude(signers__person=here.person)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was called, as the page shows her.

    Attributes:
        name: hers.
        done: what the rosters say, in words.
        left: what she still owes, with its unit; empty if nothing.
        reason: why she is excused; only for whom it concerns.
    """

    name: str
    done: str
    left: str
    reason: str


def one_day(
    request: Any, position: int, *, form: ThanksForm | None = None
) -> HttpResponse:
    """Show a work day: who is called to what, and what came of it."""
    here = request.here
    day = work_day(position, here)
    form = form or ThanksForm()
    body = day.body
    other = body.alternative
    shown = {
        "day": day,
        "what": categories.label(body.category),
        "when": wording.day(body.due),
        "each": wording.quantity(Quantity(body.quantity, body.unit)),
        "instead": instead(body.unit, other) if other else "",
        "people": _people(day, here),
        "mine": [one for one in _owes(here) if one.key.startswith(f"{position}.")],
        "may_count": counts(here) and any(day.open),
        "drafts": [one for one in _for_witnesses(here) if _about(one, day)],
        "thanks": list(_thanks(day)),
        "may_thank": may_act(here.person, COMMON) and _to_thank(day) is not None,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "work_days/work_day.html", shown, status=status)


def _about(draft: Draft, day: WorkDay) -> bool:
    return day.act.encode() in bytes(draft.act)


def _people(day: WorkDay, here: Here) -> list[Person]:
    """Tell of each who was called; who still owes, only to whom it concerns."""
    substitutes = [line.by for line in day.lines if line.by]
    known = names.by_id([*day.body.members, *substitutes])
    sees_all, excuses = counts(here), may_act(here.person, COMMON)
    texts = _texts(line.why for line in day.lines if line.why)
    found = []
    for place, member in enumerate(day.body.members):
        lines = [line for line in day.lines if line.deal == place]
        hers = member in (here.member, here.person)
        left = day.open[place] if sees_all or hers else 0
        reasons = [texts.get(line.why or "", "") for line in lines]
        found.append(
            Person(
                name=known[member],
                done=", ".join(dict.fromkeys(_done(line, known) for line in lines)),
                left=wording.quantity(Quantity(left, day.body.unit)) if left else "",
                reason=" ".join(reasons).strip() if hers or excuses else "",
            )
        )
    return sorted(found, key=lambda one: names.folded(one.name))


def _done(line: RosterLine, known: Mapping[str, str]) -> str:
    if line.by is None:
        return gettext(DONE[line.how])
    return gettext("{substitute} came instead").format(substitute=known[line.by])


def _texts(commitments: Iterable[str]) -> dict[str, str]:
    rows = Payload.objects.filter(commitment__in=list(commitments))
    return {row.commitment: bytes(row.payload).decode() for row in rows}


def _thanks(day: WorkDay) -> Iterator[str]:
    """Give the words with which the common has thanked, as far as they are kept."""
    places = [position for position, _ in day.rosters]
    rows = Thanks.objects.filter(gift_position__in=places, party=names.THE_COMMON)
    for row in rows.order_by("position"):
        texts = texts_of(payloads(entry_at(row.position).act.private))
        yield texts.get(WORDS, "")


def _to_thank(day: WorkDay) -> tuple[int, int] | None:
    """Return the roster, and the deal in it, for which nobody has thanked yet."""
    places = [position for position, _ in day.worked]
    done = Thanks.objects.filter(gift_position__in=places, party=names.THE_COMMON)
    thanked = set(done.values_list("gift_position", flat=True))
    left = [one for one in day.worked if one[0] not in thanked]
    return left[0] if left else None


@require_POST
def thank_for_work(request: Any, position: int) -> HttpResponse:
    """Let the common thank for the day."""
    here = request.here
    day = work_day(position, here)
    named = _to_thank(day)
    if named is None or not may_act(here.person, COMMON):
        raise Http404
    form = ThanksForm(request.POST)
    if form.is_valid():
        act = entry_at(named[0]).act.hash
        body = {
            "party": drafting.party(COMMON),
            "deal": {"act": act, "deal": named[1]},
        }
        proposal = Proposal(
            kind="thanks",
            body=body,
            refs=[(act, "answers")],
            private={WORDS: form.cleaned_data["words"].encode()},
        )
        made = propose(for_the_common(here), proposal, {})
        if isinstance(made, Draft):
            request.session["acting"] = COMMON
            return redirect("draft", made.pk)
        write_refusals(form, made)
    return one_day(request, position, form=form)


def for_the_common(here: Here) -> Here:
    """Return the same person, acting for the common."""
    return replace(here, member=COMMON, kind="common", no=names.THE_COMMON)
