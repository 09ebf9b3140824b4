"""The log for programs, as C2SP ``tlog-tiles`` serves it; hashes are for everybody.

A hash tile tells nothing about an act: each leaf covers its signatures, which nobody
can guess. Entry tiles hold the acts and are for those who may read the notebook.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from urdimbre.core.chain.merkle import OutsideTree
from urdimbre.recording.tiles import Place, entries_place, hash_place
from urdimbre.web import opened
from urdimbre.web.circuit.doors import anybody
from urdimbre.web.circuit.surroundings import agreed

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
FOR_EVER = "max-age=31536000, immutable"


@anybody
@require_safe
def checkpoint(request: Any) -> HttpResponse:
    """Hand out the last checkpoint; it is asked for anew each time."""
    note = opened.circuit().registry.checkpoint()
    return HttpResponse(
        note, content_type=TEXT, headers={"Cache-Control": "public, no-cache"}
    )


@anybody
@require_safe
def consistency(request: Any, old: int, new: int) -> HttpResponse:
    """Prove that the log of ``new`` entries begins with the one of ``old``."""
    try:
        proof = opened.circuit().registry.consistency(old, new)
    except OutsideTree:
        return _not_there()
    return HttpResponse(proof, content_type=TEXT, headers=_kept("public"))


@anybody
@require_safe
def hashes(request: Any, place: str) -> HttpResponse:
    """Hand out a hash tile."""
    return _tile(hash_place(place), opened.circuit().registry.hash_tile, "public")


@require_safe
def entries(request: Any, place: str) -> HttpResponse:
    """Hand out a tile of entries to who may read the whole notebook."""
    if agreed("log_readers", "all") != "all":
        return _not_there()
    # Kept by her own browser only: no cache on the way may show it to others.
    registry = opened.circuit().registry
    return _tile(entries_place(place), registry.entry_tile, "private")


def _tile(
    place: Place | None, read: Callable[[Place], bytes], whose: str
) -> HttpResponse:
    if place is None:
        return _not_there()
    try:
        content = read(place)
    except OutsideTree:
        return _not_there()
    return HttpResponse(content, content_type=BYTES, headers=_kept(whose))


def _kept(whose: str) -> dict[str, str]:
    return {"Cache-Control": f"{whose}, {FOR_EVER}"}


def _not_there() -> HttpResponse:
    sentence = gettext("The notebook has no such piece.")
    return HttpResponse(f"{sentence}\n", content_type=TEXT, status=404)
