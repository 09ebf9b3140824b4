"""Pages of the common notebook: last acts, one act opened, checkpoint, verification."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from urdimbre.core.chain import notes
from urdimbre.core.refusals import Reason
from urdimbre.projections.models import ActLine, Move
from urdimbre.web import kinds, names, opened, refusing, telling, wording
from urdimbre.web.circuit.entering import Here
from urdimbre.web.circuit.surroundings import agreed
from urdimbre.web.entries import Entry, entry_at, payloads, texts_of, told
from urdimbre.web.exchanges.receipts import concerns
from urdimbre.web.membership import keys
from urdimbre.web.notebook import verifying
from urdimbre.web.notebook.log_keys import key_of
from urdimbre.web.notebook.taking import may_take

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act as a line of the notebook."""

    position: int
    height: int
    time: str
    title: str
    mode: str
    by: str


def notebook(request: Any) -> HttpResponse:
    """Show the last acts, the checkpoint and the last verification."""
    page = Paginator(readable(request.here), PER_PAGE).get_page(request.GET.get("page"))
    registry = opened.circuit().registry
    checkpoint = registry.checkpoint()
    key = key_of(registry, notes.parse_note(checkpoint.encode()))
    shown = {
        "page": page,
        "lines": _lines(list(page.object_list)),
        "may_take": may_take(request.here.person),
        "only_own": agreed("log_readers", "all") == "own",
        "size": wording.count(registry.size),
        "act_count": wording.count(page.paginator.count),
        "checkpoint": checkpoint,
        "genesis": registry.genesis,
        "vkey": key.text,
        "seal_key": key.key.hex(),
        **_verification(),
    }
    return render(request, "notebook/notebook.html", shown)


def readable(here: Here) -> Any:
    """Select what she may read: all, or only her own acts if that was agreed."""
    rows = ActLine.objects.order_by("-position")
    if agreed("log_readers", "all") != "own":
        return rows
    own = Move.objects.filter(giver=here.no).values("position")
    taken = Move.objects.filter(taker=here.no).values("position")
    return (
        rows.filter(by=here.no)
        | rows.filter(position__in=own)
        | rows.filter(position__in=taken)
    )


def _lines(rows: list[ActLine]) -> list[ActRow]:
    known = names.by_number({row.by for row in rows})
    modes = {
        row.position: row.mode
        for row in Move.objects.filter(
            position__in=[row.position for row in rows], deal=0, move=0
        )
    }
    return [
        ActRow(
            position=row.position,
            height=row.height,
            time=wording.moment(row.time),
            title=_title(row, modes.get(row.position), known),
            mode=modes.get(row.position, ""),
            by=known.get(row.by, ""),
        )
        for row in rows
    ]


def _title(row: ActLine, mode: str | None, known: dict[int, str]) -> str:
    if mode:
        return gettext(telling.MODES[mode])
    return gettext(kinds.SHORT.get(row.kind, row.kind))


def act(request: Any, position: int) -> HttpResponse:
    """Open one act: in words, who signed, and its very bytes."""
    entry, hers = readable_entry(request.here, position)
    line = ActLine.objects.get(position=position)
    # Texts are the parties' own; others read quantities and categories.
    texts = texts_of(payloads(entry.act.private)) if hers else {}
    page = {
        "entry": entry,
        "told": told(entry.act, texts, hers=hers),
        "time": wording.moment(line.time),
        "height": line.height,
        "hers": hers,
        "signatures": keys.signatures(entry.act, entry.slots),
        "json": json.dumps(json.loads(entry.raw), indent=1, sort_keys=True),
        "size": wording.count(len(entry.raw)),
    }
    return render(request, "notebook/act.html", page)


def readable_entry(here: Here, position: int) -> tuple[Entry, bool]:
    """Return an act that somebody may read, and whether it is hers.

    Raises:
        Http404: there is none, or not for her.
    """
    entry = entry_at(position)
    hers = concerns(entry, here.member, here.person)
    if agreed("log_readers", "all") == "own" and not hers:
        raise Http404
    return entry, hers


def checkpoint(request: Any) -> HttpResponse:
    """Hand out the last checkpoint, a signed note."""
    text = opened.circuit().registry.checkpoint()
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="urdimbre.checkpoint"'
    return response


@require_POST
def verify(request: Any) -> HttpResponse:
    """Start a verification of the whole notebook."""
    verifying.begin(settings.DIRECTORY)
    return redirect("verification")


def verification(request: Any) -> HttpResponse:
    """Show the verification at work, or what it found."""
    return render(request, "notebook/verification.html", _verification())


def _verification() -> dict[str, Any]:
    outcome = verifying.last()
    result = outcome.result
    return {
        "outcome": outcome,
        "first_error": _first_error(result),
        "difference": _difference(result),
        "verified_upto": result["upto"] - 1 if result else 0,
        "verified_at": wording.moment(result["at"]) if result else "",
    }


def _difference(result: dict[str, Any] | None) -> str:
    """Tell the first difference in a sentence."""
    if not result or "reason" not in result:
        return ""
    reason = refusing.told_reason(Reason.read(result["reason"])).rstrip(".")
    text = gettext("First difference: table {where}: {reason}.")
    return text.format(where=result["where"], reason=reason)


def _first_error(result: dict[str, Any] | None) -> str:
    found = result["first_error"] if result else None
    return json.dumps(found, indent=1) if found else ""
