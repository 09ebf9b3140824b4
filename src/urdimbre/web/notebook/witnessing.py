"""Witnesses: others cosign this notebook, and this circuit cosigns that of others."""

import threading
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from urdimbre.adapters.witnessing.asking import ask_witnesses
from urdimbre.adapters.witnessing.book import Book, Peer
from urdimbre.adapters.witnessing.witness import TEXT, Witness
from urdimbre.core.accounts import COMMON
from urdimbre.core.agreements import number
from urdimbre.core.chain.witnessing import REQUEST_BYTES_MAX
from urdimbre.core.federation.witness import Witness as Named
from urdimbre.core.federation.witness import witnesses as named_witnesses
from urdimbre.recording.chain import origin_of
from urdimbre.web import opened, wording
from urdimbre.web.circuit.acting import may_act
from urdimbre.web.circuit.doors import anybody

ASKING_SECONDS = 60
OUTCOMES = {
    "cosigned": _("has signed the last checkpoint"),
    "unreachable": _("does not answer"),
    "refused": _("has refused"),
    "false": _("has answered with a signature that is not hers"),
    "ahead": _("has seen a longer notebook than this one"),
    "": _("has not been asked yet"),
}
_one = threading.Lock()


@dataclass(frozen=True, slots=True)
class WitnessLine:
    """A witness of this notebook, as the page shows her."""

    name: str
    host: str
    outcome: str
    at: str
    alarming: bool


@dataclass(frozen=True, slots=True)
class WatchedLine:
    """A notebook that this circuit witnesses."""

    origin: str
    size: int
    at: str


@csrf_exempt
@require_POST
@anybody
def add_checkpoint(request: Any) -> HttpResponse:
    """Answer a log that asks for a cosignature."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = REQUEST_BYTES_MAX + 1
    if length > REQUEST_BYTES_MAX:
        return HttpResponse("too long\n", status=413, content_type=TEXT)
    with _one:  # what is signed last must be what was remembered last
        answer = witness().answer(request.body)
    return HttpResponse(
        answer.body, status=answer.status, content_type=answer.content_type
    )


@anybody
def last(request: Any, origin: str) -> HttpResponse:
    """Show the last checkpoint that was cosigned of a log, as the log had signed it."""
    for one in Book(settings.DIRECTORY).watched():
        if one.origin == origin and one.note:
            return HttpResponse(one.note, content_type=TEXT)
    raise Http404


def witnesses(request: Any) -> HttpResponse:
    """Show who witnesses this notebook, whom it witnesses, and what does not fit."""
    book = Book(settings.DIRECTORY)
    registry = opened.circuit().registry
    with registry.lock:
        named = list(named_witnesses(registry.state))
        needed = number(registry.state, "witnesses_needed")
    peers = {one.public: one for one in book.peers()}
    own = witness()
    lines = [_line(one, peers.get(one.public)) for one in named]
    shown = {
        "lines": lines,
        "needed": needed,
        "one_host": len({one.host for one in named}) == 1,
        "watched": [_watched(one) for one in book.watched()],
        "evidence": book.evidence(),
        "witness_key": own.key.text,
        "silent": own.silent,
        "names_them": may_act(request.here.person, COMMON),
    }
    return render(request, "notebook/witnesses.html", shown)


def witness() -> Witness:
    """Return this circuit as a witness of others."""
    circuit = opened.circuit()
    name = f"{origin_of(circuit.registry.genesis)}/witness"
    return Witness(settings.DIRECTORY, name, clock=circuit.clock)


def keep_asking() -> None:
    """Ask the witnesses about each new checkpoint, a minute later at most."""
    asking = _Asking().step
    opened.keep_doing(asking, each=ASKING_SECONDS, name="urdimbre-asking")


class _Asking:
    """Remembers about which checkpoint the witnesses were asked last."""

    def __init__(self) -> None:
        self._asked = ""

    def step(self) -> None:
        checkpoint = opened.circuit().registry.checkpoint()
        if checkpoint != self._asked:
            ask_now()
            self._asked = checkpoint


def ask_now() -> None:
    """Ask all witnesses about the present checkpoint."""
    circuit = opened.circuit()
    with circuit.registry.lock:
        named = list(named_witnesses(circuit.registry.state))
    if named:
        ask_witnesses(
            settings.DIRECTORY,
            circuit.registry.checkpoint(),
            named,
            prove=circuit.registry.consistency,
            clock=circuit.clock,
        )


def _line(one: Named, peer: Peer | None) -> WitnessLine:
    outcome = "" if peer is None else peer.outcome
    return WitnessLine(
        name=one.name,
        host=one.host,
        outcome=str(OUTCOMES[outcome]),
        at=wording.moment(peer.at) if peer is not None and peer.at else "",
        alarming=outcome in ("ahead", "false", "refused"),
    )


def _watched(one: Any) -> WatchedLine:
    return WatchedLine(
        origin=one.origin,
        size=one.seen.size,
        at=wording.moment(one.at) if one.at else "",
    )
